//! What belongs to the action of one step.

use std::rc::Rc;

use drover_model::step::{LocatorFile, StepFile};
use yew::prelude::*;

use super::bound::{Bound, field_id};
use crate::components::{Choice, Select};
use crate::state::draft::{Draft, DraftAction, LOCATOR_WAYS, StepEdit, WAIT_WAYS, shown_locator};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct StepFieldsProps {
    pub draft: Rc<Draft>,
    pub onaction: Callback<DraftAction>,
    pub index: usize,
    pub step: StepFile,
}

#[component]
pub(super) fn StepFields(props: &StepFieldsProps) -> Html {
    let step = &props.step;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = |key: &str,
                label: &str,
                placeholder: &'static str,
                value: String,
                edit: fn(String) -> StepEdit| {
        let index = props.index;
        html! {
            <div class="step__line">
                <Bound draft={props.draft.clone()} onaction={props.onaction.clone()} field={format!("steps[{index}].{key}")} {value} mono={true}
                    aria_label={format!("{label} of step {}", index + 1)} {placeholder}
                    edit={Callback::from(move |text| DraftAction::Step(index, edit(text)))} testid={format!("task-step-{index}-{key}")} />
            </div>
        }
    };
    let timeout = || {
        line(
            "timeout",
            "Time limit",
            "30s",
            text(&step.timeout),
            StepEdit::Timeout,
        )
    };
    let limited = |body: Html| html! { <>{ body }<div class="step__limit"><span class="mute small">{ "within" }</span>{ timeout() }</div></> };
    match step.action.as_str() {
        "open" => limited(line(
            "url",
            "Address",
            "https://shop.example/",
            text(&step.url),
            StepEdit::Url,
        )),
        "click" => limited(locator(props, "at", step.at.as_ref(), false)),
        "fill" => limited(html! {
            <>
                { locator(props, "at", step.at.as_ref(), false) }
                { line("value", "Value", "text or {{ secret.name }}", text(&step.value), StepEdit::Value) }
            </>
        }),
        "wait" => limited(locator(props, "for", step.until.as_ref(), true)),
        "extract" => limited(html! {
            <>
                { locator(props, "at", step.at.as_ref(), false) }
                { line("as", "Name of the output", "price", text(&step.into), StepEdit::Into) }
            </>
        }),
        _ => {
            html! { <>{ line("name", "Name of the picture", "home", text(&step.name), StepEdit::Name) }<div class="step__limit" /></> }
        }
    }
}

/// The way to find an element beside what to look for.
fn locator(
    props: &StepFieldsProps,
    key: &'static str,
    locator: Option<&LocatorFile>,
    wait: bool,
) -> Html {
    let index = props.index;
    let none = LocatorFile::default();
    let (way, text, name) = shown_locator(locator.unwrap_or(&none));
    let mut choices: Vec<Choice> = LOCATOR_WAYS
        .iter()
        .map(|(key, label)| Choice::new(*key, *label))
        .collect();
    if wait {
        choices.extend(
            WAIT_WAYS
                .iter()
                .map(|(key, label)| Choice::new(*key, *label)),
        );
    }
    let field = format!("steps[{index}].{key}");
    let edit = |make: fn(String) -> StepEdit| {
        Callback::from(move |text| DraftAction::Step(index, make(text)))
    };
    html! {
        <div class="step__locator">
                <Select id={format!("{}-way", field_id(&field))} aria_label={format!("How step {} finds it", index + 1)} value={way} {choices}
                    onchange={props.onaction.reform(move |way| DraftAction::Step(index, StepEdit::Way(way)))} testid={format!("task-step-{index}-way")} />
                <Bound draft={props.draft.clone()} onaction={props.onaction.clone()} field={field} value={text.to_owned()} mono={true}
                    aria_label={format!("What step {} looks for", index + 1)} placeholder={example(way)} edit={edit(StepEdit::Text)}
                    testid={format!("task-step-{index}-at")} />
                if way == "role" {
                    <Bound draft={props.draft.clone()} onaction={props.onaction.clone()} field={format!("steps[{index}].{key}.name")} value={name.to_owned()} mono={true}
                        aria_label={format!("Accessible name for step {}", index + 1)} placeholder="name, such as Sign in" edit={edit(StepEdit::RoleName)}
                        testid={format!("task-step-{index}-role-name")} />
                }
        </div>
    }
}

fn example(way: &str) -> &'static str {
    match way {
        "role" => "button",
        "label" => "Password",
        "text" => "Welcome",
        "placeholder" => "Search",
        "test_id" => "submit",
        "css" => ".price",
        "url" => "/orders",
        _ => "2s",
    }
}

//! What belongs to the action of one step.

use std::rc::Rc;

use drover_model::step::{LocatorFile, StepFile};
use yew::prelude::*;

use super::bound::{Bound, field_id};
use crate::components::{Choice, Select, Words};
use crate::state::draft::{
    Draft, DraftAction, LOCATOR_WAYS, StepEdit, WAIT_WAYS, lines, shown_locator,
};

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
        "click" => limited(html! {
            <>{ locator(props, "at", step.at.as_ref(), false) }{ rest(props, &["button"]) }</>
        }),
        "fill" => limited(html! {
            <>
                { locator(props, "at", step.at.as_ref(), false) }
                { line("value", "Value", "text or {{ secret.name }}", text(&step.value), StepEdit::Value) }
            </>
        }),
        "wait" => limited(html! {
            <>{ locator(props, "for", step.until.as_ref(), true) }{ rest(props, &["state"]) }</>
        }),
        "extract" => limited(html! {
            <>
                { locator(props, "at", step.at.as_ref(), false) }
                { line("as", "Name of the output", "price", text(&step.into), StepEdit::Into) }
                { rest(props, &["what", "attribute", "all", "type"]) }
            </>
        }),
        "screenshot" => {
            html! { <>{ line("name", "Name of the picture", "home", text(&step.name), StepEdit::Name) }{ element(props) }{ rest(props, &["of"]) }<div class="step__limit" /></> }
        }
        other => {
            let keys: Vec<&'static str> = lines(other).collect();
            limited(html! { <>{ element(props) }{ rest(props, &keys) }{ cookie(step) }</> })
        }
    }
}

/// The element of an action that can do without one, when it has one.
fn element(props: &StepFieldsProps) -> Html {
    match props.step.at.as_ref() {
        Some(at) => locator(props, "at", Some(at), false),
        None => html! {},
    }
}

/// Keys as a line each, named as in a task file; those that are seldom set only when they are.
fn rest(props: &StepFieldsProps, keys: &[&'static str]) -> Html {
    let step = &props.step;
    let index = props.index;
    let own = !matches!(
        step.action.as_str(),
        "click" | "wait" | "extract" | "screenshot"
    );
    let shown = keys
        .iter()
        .copied()
        .filter(|key| own || !step.line(key).is_empty());
    shown
        .map(|key| {
            let edit = Callback::from(move |text| DraftAction::Step(index, StepEdit::Line(key, text)));
            html! {
                <div class="step__line">
                    <Bound draft={props.draft.clone()} onaction={props.onaction.clone()} field={format!("steps[{index}].{key}")} value={step.line(key)} mono={true}
                        aria_label={format!("{key} of step {}", index + 1)} placeholder={key} {edit} testid={format!("task-step-{index}-{key}")} />
                </div>
            }
        })
        .collect()
}

/// A cookie is written in the task file and shown here by its name.
fn cookie(step: &StepFile) -> Html {
    match &step.set {
        Some(cookie) => {
            html! { <span class="field__hint"><Words text={format!("Sets cookie `{}` as the task file says.", cookie.name)} /></span> }
        }
        None => html! {},
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
                if let Some(exact) = exactly(locator.unwrap_or(&none)) {
                    <span class="field__hint"><Words text={exact} /></span>
                }
        </div>
    }
}

/// What belongs to a locator and is written in the task file.
fn exactly(locator: &LocatorFile) -> Option<String> {
    let nth = locator.nth.map(|nth| format!("number {nth}"));
    let frame = locator
        .frame
        .as_ref()
        .map(|frame| format!("in the frame `{}`", shown_locator(frame).1));
    let words: Vec<String> = nth.into_iter().chain(frame).collect();
    (!words.is_empty()).then(|| words.join(", "))
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
        "network" => "idle",
        _ => "2s",
    }
}

//! The list of steps: add, remove, and move with buttons or Alt and an arrow.

use drover_model::step::StepFile;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::bound::{PartProps, field_id, problem};
use super::step_fields::StepFields;
use crate::bridge::dom;
use crate::components::{Choice, IconButton, Menu, MenuItem, Select};
use crate::state::draft::{DraftAction, StepEdit};

/// The words and the icon of an action.
fn words(action: &str) -> (&'static str, &'static str) {
    match action {
        "open" => ("Open", "globe"),
        "click" => ("Click", "mouse-pointer-click"),
        "fill" => ("Fill", "pencil"),
        "wait" => ("Wait", "hourglass"),
        "extract" => ("Extract", "scroll-text"),
        "double_click" => ("Double-click", "mouse-pointer-click"),
        "hover" => ("Hover", "hand"),
        "type" => ("Type", "keyboard"),
        "press" => ("Press a key", "keyboard"),
        "select" => ("Select", "list"),
        "check" => ("Check", "list-checks"),
        "uncheck" => ("Uncheck", "square"),
        "upload" => ("Upload", "upload"),
        "scroll" => ("Scroll", "arrow-down"),
        "assert" => ("Assert", "circle-check"),
        "screenshot" => ("Screenshot", "image"),
        "pdf" => ("PDF", "file-text"),
        "download" => ("Download", "download"),
        "evaluate" => ("Evaluate", "code"),
        "cookies" => ("Cookies", "database"),
        "new_tab" => ("New tab", "plus"),
        "switch_tab" => ("Switch tab", "layers"),
        "close_tab" => ("Close tab", "x"),
        "dialog" => ("Dialog", "info"),
        "pause" => ("Pause", "pause"),
        // A task file may be newer than this window.
        _ => ("Unknown", "circle-help"),
    }
}

#[component]
pub(super) fn StepsPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let steps = &draft.file.steps;
    let count = steps.len();
    let items: Vec<MenuItem> = StepFile::ACTIONS
        .iter()
        .map(|action| {
            let onaction = onaction.clone();
            let (label, icon) = words(action);
            let add = Callback::from(move |()| {
                onaction.emit(DraftAction::AddStep((*action).to_owned()));
                focus_row(count);
            });
            MenuItem::new(label, icon, add).testid(format!("task-add-step-{action}"))
        })
        .collect();
    html! {
        <div class="field" id={field_id("steps")} tabindex="-1">
            <span class="field__label">{ "Steps" }</span>
            <ol class="step-list">
                for (index, step) in steps.iter().enumerate() {
                    <StepRow key={index} {index} {count} step={step.clone()} draft={draft.clone()} onaction={onaction.clone()} />
                }
            </ol>
            { problem(draft, "steps") }
            <div class="row">
                <Menu label="Add step" labelled={true} {items} testid="task-add-step" />
                if count > 1 { <span class="field__hint">{ "Alt with an arrow moves a step." }</span> }
            </div>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct StepRowProps {
    draft: std::rc::Rc<crate::state::draft::Draft>,
    onaction: Callback<DraftAction>,
    index: usize,
    count: usize,
    step: StepFile,
}

#[component]
fn StepRow(props: &StepRowProps) -> Html {
    let StepRowProps {
        draft,
        onaction,
        index,
        count,
        step,
    } = props;
    let (index, count) = (*index, *count);
    let shift = use_callback(
        (onaction.clone(), index, count),
        |up: bool, (onaction, index, count)| {
            let to = if up {
                index.checked_sub(1)
            } else {
                Some(index + 1).filter(|to| to < count)
            };
            if let Some(to) = to {
                onaction.emit(DraftAction::MoveStep(*index, to));
                focus_row(to);
            }
        },
    );
    let onkeydown = use_callback(shift.clone(), |event: KeyboardEvent, shift| {
        if event.alt_key() && matches!(event.key().as_str(), "ArrowUp" | "ArrowDown") {
            event.prevent_default();
            shift.emit(event.key() == "ArrowUp");
        }
    });
    let choices: Vec<Choice> = StepFile::ACTIONS
        .iter()
        .map(|action| Choice::new(*action, words(action).0))
        .collect();
    html! {
        <li class="step" {onkeydown} data-testid={format!("task-step-{index}")}>
            <span class="step__place">{ index + 1 }</span>
            <div class="step__action">
                <Select id={field_id(&format!("steps[{index}].do"))} aria_label={format!("Action of step {}", index + 1)} value={step.action.clone()} {choices}
                    onchange={onaction.reform(move |action| DraftAction::Step(index, StepEdit::Action(action)))} testid={format!("task-step-{index}-do")} />
            </div>
            <div class="step__fields"><StepFields draft={draft.clone()} onaction={onaction.clone()} {index} step={step.clone()} /></div>
            <div class="step__tools">
                <IconButton icon="arrow-up" label="Move up" keys="Alt ↑" small={true} idle={index == 0} onclick={shift.reform(|_: MouseEvent| true)} />
                <IconButton icon="arrow-down" label="Move down" keys="Alt ↓" small={true} idle={index + 1 == count} onclick={shift.reform(|_: MouseEvent| false)} />
                <IconButton icon="x" label="Remove the step" small={true} onclick={onaction.reform(move |_: MouseEvent| DraftAction::RemoveStep(index))} />
            </div>
        </li>
    }
}

/// The list is drawn first, then the focus goes there.
fn focus_row(index: usize) {
    let id = field_id(&format!("steps[{index}].do"));
    Timeout::new(0, move || dom::focus_id(&id)).forget();
}

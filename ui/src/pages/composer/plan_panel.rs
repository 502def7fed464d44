//! The third column: what will run, as the engine says, while the task is being written.

use std::rc::Rc;

use drover_model::request::{PlanTask, ProfileList, StartOptions};
use drover_model::task::ParameterType;
use drover_model::{Fact, TaskFile};
use serde_json::{Value, json};
use yew::prelude::*;

use crate::bridge::dom;
use crate::components::{IconButton, Words};
use crate::hooks::{use_area, use_query, use_toasts};
use crate::pages::start::{PlanReportView, report_text, wants_profile};
use crate::state::draft::Draft;
use crate::state::render_remote;

/// Milliseconds after the last change before the plan is made again.
const PAUSE: u32 = 200;

#[derive(PartialEq, Properties)]
pub(super) struct PlanPanelProps {
    pub draft: Rc<Draft>,
}

#[component]
pub(super) fn PlanPanel(props: &PlanPanelProps) -> Html {
    let toasts = use_toasts();
    let profiles = use_area::<ProfileList>();
    let first = profiles
        .data()
        .and_then(|list| list.rows.first())
        .map(|profile| profile.name.to_string());
    let asked = use_memo((props.draft.clone(), first), |(draft, first)| {
        question(draft, first.as_deref())
    });
    let (question, notes) = &*asked;
    let plan = use_query(question.clone(), PAUSE, stale);
    let oncopy = use_callback(
        (plan.data().cloned(), toasts),
        |_: MouseEvent, (report, toasts)| {
            if let Some(report) = report {
                dom::copy(&report_text(report));
                toasts.done("Plan copied, secrets masked");
            }
        },
    );
    html! {
        <section class="panel plan-panel" aria-label="What will run" data-testid="plan-panel">
            <div class="panel__head">
                <h2 class="panel__title">{ "What will run" }</h2>
                <IconButton icon="copy" label="Copy the plan" small={true} onclick={oncopy} testid="plan-copy" />
            </div>
            <div class="panel__body" aria-live="polite">
                { render_remote(&plan.remote, "The plan could not be made", &plan.onreload, |report| html! { <PlanReportView report={report.clone()} /> }) }
                for note in notes { <p class="field__hint" key={note.clone()}><Words text={note.clone()} /></p> }
            </div>
        </section>
    }
}

fn stale(_: &PlanTask, fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::ProfileChanged { .. }
            | Fact::ProxyChanged { .. }
            | Fact::PoolChanged { .. }
            | Fact::TokenChanged { .. }
            | Fact::SettingsChanged
    )
}

/// What is asked, and what the plan takes for granted because only a start can say it.
fn question(draft: &Draft, first: Option<&str>) -> (PlanTask, Vec<String>) {
    let mut file = draft.written();
    if file.name.trim().is_empty() {
        // The name is asked for when it is saved; the plan does not have to wait for it.
        "New task".clone_into(&mut file.name);
    }
    let (mut options, mut notes) = (StartOptions::default(), Vec::new());
    if let (Some(spec), Some(first)) = (
        drover_model::TaskSpec::try_from(file.clone())
            .ok()
            .filter(wants_profile),
        first,
    ) {
        options.profiles = vec![first.to_owned()];
        notes.push(format!("`{}` names no profile, so each start asks for one. This is how it would run in `{first}`.", spec.name));
    }
    let asked = missing(&file);
    if !asked.is_empty() {
        let names: Vec<String> = asked.iter().map(|(name, _)| format!("`{name}`")).collect();
        notes.push(format!("Each start asks for {}.", names.join(", ")));
        options.params = asked.into_iter().collect();
    }
    (
        PlanTask {
            task: None,
            file: Some(file),
            options,
        },
        notes,
    )
}

/// Stand-ins for parameters that have no default.
fn missing(file: &TaskFile) -> Vec<(String, Value)> {
    let without = file
        .parameters
        .iter()
        .filter(|(_, parameter)| parameter.default.is_none());
    let stand_in = |name: &str, kind| match kind {
        ParameterType::String => json!(format!("‹{name}›")),
        ParameterType::Number => json!(0),
        ParameterType::Boolean => json!(false),
    };
    without
        .map(|(name, parameter)| (name.clone(), stand_in(name, parameter.kind)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_start_can_say_is_stood_in_for() {
        let file = TaskFile::from_json(
            r#"{"name":"","kind":"steps","steps":[{"do":"open","url":"{{ params.url }}"}],"parameters":{"url":{"type":"string"},"n":{"type":"number","default":2}}}"#,
        );
        let draft = Draft::of(file.unwrap());
        let (asked, notes) = question(&draft, Some("anna"));
        assert_eq!(asked.options.profiles, ["anna"]);
        assert_eq!(
            asked.options.params.into_iter().collect::<Vec<_>>(),
            [("url".to_owned(), json!("‹url›"))]
        );
        assert_eq!(
            asked.file.map(|file| file.name).as_deref(),
            Some("New task")
        );
        assert_eq!(notes.len(), 2);
        assert!(
            question(&draft, None).0.options.profiles.is_empty(),
            "without any profile the problem is told"
        );
    }
}

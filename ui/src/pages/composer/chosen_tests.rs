//! The tests of a project: listed by its own runner, chosen by ticking.

use std::collections::BTreeSet;
use std::rc::Rc;

use drover_model::request::{CancelListing, ListTests, TestGroup, TestProblem, TestRow, TestTree};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::bound::{PartProps, problem};
use crate::api;
use crate::bridge::dom;
use crate::components::{Button, Callout, Checkbox, ErrorCallout, Tone, Words};
use crate::format::{self, plural};
use crate::hooks::{use_job, use_link};
use crate::state::draft::DraftAction;

#[component]
pub(super) fn TestsPart(props: &PartProps) -> Html {
    let PartProps { draft, onaction } = props;
    let (link, job) = (use_link(), use_job());
    let tree = use_state_eq(|| None::<Rc<TestTree>>);
    let ticket = use_memo((), |()| format!("composer-{}", dom::fresh()));
    let cancel = use_callback((link.clone(), ticket.clone()), |(): (), (link, ticket)| {
        let (link, ticket) = (link.clone(), (**ticket).clone());
        spawn_local(async move {
            api::cancel_listing(&link, CancelListing { ticket })
                .await
                .ok(); // it ends by itself, too
        });
    });
    {
        // A listing that nobody waits for any more is ended.
        let going = use_mut_ref(|| false);
        *going.borrow_mut() = job.is_busy();
        let cancel = cancel.clone();
        use_effect_with((), move |()| {
            move || {
                if *going.borrow() {
                    cancel.emit(());
                }
            }
        });
    }
    let onlist = {
        let (job, tree, file) = (job.clone(), tree.setter(), draft.written());
        let ticket = (*ticket).clone();
        Callback::from(move |(): ()| {
            let (link, tree) = (link.clone(), tree.clone());
            let request = ListTests {
                task: None,
                file: Some(file.clone()),
                ticket: Some(ticket.clone()),
            };
            job.run(
                async move { api::list_tests(&link, request).await },
                move |found| tree.set(Some(Rc::new(found))),
            );
        })
    };
    let chosen: BTreeSet<&str> = draft.file.tests.iter().map(String::as_str).collect();
    let onpick = {
        let (onaction, tests) = (onaction.clone(), draft.file.tests.clone());
        Callback::from(move |(ids, on): (Vec<String>, bool)| {
            let mut next = tests.clone();
            next.retain(|known| !ids.contains(known));
            if on {
                next.extend(ids);
            }
            onaction.emit(DraftAction::Tests(next));
        })
    };
    let lacks = draft
        .file
        .project
        .as_deref()
        .unwrap_or_default()
        .trim()
        .is_empty();
    let blocked = lacks.then(|| AttrValue::from("Name the folder of the project first."));
    let words = match (chosen.len(), &*tree) {
        (0, Some(tree)) => format!("All {} run.", plural(tree.total.into(), "test")),
        (0, None) => "All tests run.".to_owned(),
        (some, Some(tree)) => format!("{some} of {} run.", plural(tree.total.into(), "test")),
        (some, None) => format!("{} run.", plural(some as u64, "chosen test")),
    };
    html! {
        <div class="field">
            <span class="field__label">{ "Tests" }</span>
            <div class="row row--wrap">
                <Button label={if tree.is_some() { "List them again" } else { "List the tests" }} icon="list-checks" small={true} busy={job.is_busy()} {blocked}
                    onclick={onlist.reform(|_: MouseEvent| ())} testid="tests-list" />
                if job.is_busy() { <Button label="Stop" small={true} onclick={cancel.reform(|_: MouseEvent| ())} testid="tests-stop" /> }
                if !chosen.is_empty() {
                    <Button label="Run all" small={true} onclick={onaction.reform(|_: MouseEvent| DraftAction::Tests(Vec::new()))} testid="tests-all" />
                }
                <span class="second small" role="status" data-testid="tests-words">{ words }</span>
            </div>
            { problem(draft, "tests") }
            if let Some(error) = job.refusal() { <ErrorCallout title="The tests could not be listed" error={error.clone()} onretry={Some(onlist)} /> }
            if let Some(tree) = &*tree { { listed(tree, &chosen, &onpick) } }
        </div>
    }
}

fn listed(
    tree: &TestTree,
    chosen: &BTreeSet<&str>,
    onpick: &Callback<(Vec<String>, bool)>,
) -> Html {
    let known: BTreeSet<String> = tree
        .groups
        .iter()
        .flat_map(TestGroup::ids)
        .map(ToString::to_string)
        .collect();
    let lost: Vec<&str> = chosen
        .iter()
        .copied()
        .filter(|id| !known.contains(*id))
        .collect();
    html! {
        <>
            if !tree.errors.is_empty() {
                <Callout tone={Tone::Warn} title={format!("{} says", tree.runner.label())} testid="tests-errors">
                    <ul class="points">for error in &tree.errors { { said(error) } }</ul>
                </Callout>
            }
            if !lost.is_empty() {
                <Callout tone={Tone::Warn} title="Some chosen tests are not there">
                    <ul class="points">for id in lost { <li key={id.to_owned()} class="mono">{ id }</li> }</ul>
                </Callout>
            }
            <div class="test-tree" role="group" aria-label="Tests" data-testid="tests-tree">
                for one in &tree.groups { { group(one, chosen, onpick) } }
                if tree.total == 0 { <p class="second">{ "The runner found no test." }</p> }
            </div>
            <span class="field__hint">{ format!("{} {}, in {}", tree.runner.label(), tree.version, tree.folder) }</span>
            if tree.cut { <span class="field__hint">{ "There are more than are listed." }</span> }
        </>
    }
}

fn said(problem: &TestProblem) -> Html {
    let place = problem.file.as_ref().map(|file| match problem.line {
        Some(line) => format!("`{file}:{line}`: "),
        None => format!("`{file}`: "),
    });
    let text = format!("{}{}", place.unwrap_or_default(), problem.message);
    html! { <li class="wrap"><Words {text} /></li> }
}

fn group(
    group: &TestGroup,
    chosen: &BTreeSet<&str>,
    onpick: &Callback<(Vec<String>, bool)>,
) -> Html {
    let ids: Vec<String> = group.ids().iter().map(ToString::to_string).collect();
    let on = ids.iter().filter(|id| chosen.contains(id.as_str())).count();
    let label = format!("{} ({})", group.title, format::count(ids.len() as u64));
    let checked = on > 0 && on == ids.len();
    let mixed = on > 0 && on < ids.len();
    let onchange = onpick.reform(move |on: bool| (ids.clone(), on));
    html! {
        <details key={format!("{}{}", group.title, group.line.unwrap_or(0))} open={true}>
            <summary><Checkbox {label} {checked} {mixed} {onchange} /></summary>
            for inner in &group.groups { { self::group(inner, chosen, onpick) } }
            for row in &group.tests { { test(row, chosen, onpick) } }
        </details>
    }
}

fn test(row: &TestRow, chosen: &BTreeSet<&str>, onpick: &Callback<(Vec<String>, bool)>) -> Html {
    let id = row.id.to_string();
    let checked = chosen.contains(id.as_str());
    let tags: Vec<String> = row.tags.iter().map(|tag| format!("@{tag}")).collect();
    let skipped = row.skipped.then(|| "skipped by its file".to_owned());
    let hint: Vec<String> = tags.into_iter().chain(skipped).collect();
    let hint = (!hint.is_empty()).then(|| hint.join(" "));
    let onchange = {
        let id = id.clone();
        onpick.reform(move |on: bool| (vec![id.clone()], on))
    };
    html! { <div key={id.clone()}><Checkbox label={row.title.clone()} {checked} {hint} {onchange} testid={format!("test-{}:{}", row.file, row.line)} /></div> }
}

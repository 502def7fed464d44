//! The list of runs, newest first, kept fresh by facts.

use drover_model::Fact;
use drover_model::request::{ProfileList, TaskSummary};
use yew::prelude::*;
use yew_router::prelude::*;

use super::RunsGrid;
use super::bulk::Bulk;
use super::bulk_dialog::BulkDialog;
use super::filter::{GROUPS, of_one_start, question, words};
use crate::components::{
    Badge, Button, ButtonTone, Choice, EmptyState, Menu, MenuItem, Page, Segments, Select,
};
use crate::format;
use crate::hooks::{use_action, use_area, use_query};
use crate::keymap::Action;
use crate::route::{Route, RunsQuery};
use crate::state::render_remote;

/// Rows of the first load, and how many more each press on "Show older runs" brings.
const PORTION: u32 = 500;

#[component]
pub fn Runs() -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let location = use_location();
    let (tasks, profiles) = (use_area::<Vec<TaskSummary>>(), use_area::<ProfileList>());
    let limit = use_state_eq(|| PORTION);
    let bulk = use_state_eq(|| None::<Bulk>);
    let wanted = location
        .and_then(|location| location.query::<RunsQuery>().ok())
        .unwrap_or_default();
    let query = use_query(question(&wanted, *limit), 0, |_, fact: &Fact| {
        matches!(
            fact,
            Fact::RunQueued { .. } | Fact::RunMoved { .. } | Fact::RunChanged { .. }
        )
    });

    let narrow = use_callback(navigator.clone(), |query: RunsQuery, navigator| {
        navigator.replace_with_query(&Route::Runs, &query).ok(); // a query of plain texts can be written
    });
    let change = |edit: fn(&mut RunsQuery, Option<String>)| {
        let wanted = wanted.clone();
        narrow.reform(move |text: String| {
            let mut next = wanted.clone();
            edit(
                &mut next,
                Some(text).filter(|text| !text.is_empty() && text != "all"),
            );
            next
        })
    };
    let clear = use_callback(narrow.clone(), |(): (), narrow| {
        narrow.emit(RunsQuery::default());
    });
    let filtered = wanted != RunsQuery::default();
    use_action(Action::Back, filtered.then(|| clear.clone()));
    let onclear = clear.reform(|_: MouseEvent| ());
    let onnew = use_callback(navigator.clone(), |_: MouseEvent, navigator| {
        navigator.push(&Route::NewTask);
    });
    let ontasks = use_callback(navigator, |_: MouseEvent, navigator| {
        navigator.push(&Route::Tasks);
    });
    let onolder = use_callback(limit.clone(), |_: MouseEvent, limit| {
        limit.set(**limit + PORTION);
    });

    let choices = |first: &'static str, names: Vec<String>, chosen: Option<&String>| {
        let mut choices = vec![Choice::new("", first)];
        choices.extend(
            names
                .into_iter()
                .map(|name| Choice::new(name.clone(), name)),
        );
        if let Some(chosen) =
            chosen.filter(|chosen| choices.iter().all(|choice| choice.value != **chosen))
        {
            choices.push(Choice::new(chosen.clone(), chosen.clone()));
        }
        choices
    };
    let task_names = tasks
        .data()
        .iter()
        .flat_map(|tasks| tasks.iter())
        .map(|summary| summary.task.spec.name.to_string())
        .collect();
    let profile_names = profiles
        .data()
        .iter()
        .flat_map(|list| &list.rows)
        .map(|profile| profile.name.to_string())
        .collect();
    let bar = html! {
        <>
            <Segments label="State" value={wanted.state.clone().unwrap_or_else(|| "all".to_owned())} testid="runs-state"
                choices={GROUPS.iter().map(|(key, label)| Choice::new(*key, *label)).collect::<Vec<_>>()}
                onchange={change(|query, text| query.state = text).reform(|value: AttrValue| value.to_string())} />
            <span class="filter-select">
                <Select id="runs-task" aria_label="Task" value={wanted.task.clone().unwrap_or_default()}
                    choices={choices("Every task", task_names, wanted.task.as_ref())} onchange={change(|query, text| query.task = text)} testid="runs-task" />
            </span>
            <span class="filter-select">
                <Select id="runs-profile" aria_label="Profile" value={wanted.profile.clone().unwrap_or_default()}
                    choices={choices("Every profile", profile_names, wanted.profile.as_ref())} onchange={change(|query, text| query.profile = text)} testid="runs-profile" />
            </span>
            if let Some(label) = of_one_start(&wanted) { <Badge {label} icon="layers" testid="runs-of" /> }
            if filtered { <Button label="Clear the filter" tone={ButtonTone::Quiet} keys="Esc" onclick={onclear.clone()} testid="runs-clear" /> }
        </>
    };
    let onclose = use_callback(bulk.setter(), |(): (), bulk| bulk.set(None));
    let items = bulk_items(&wanted, &bulk);
    let actions = html! {
        <>
            if !items.is_empty() { <Menu label="Runs that match" labelled={true} {items} testid="runs-bulk" /> }
            <Button label="New task" icon="plus" keys="n" onclick={onnew.clone()} />
        </>
    };
    let total = query.data().map(|list| u64::from(list.total));
    html! {
        <Page title="Runs" count={total} {actions} bar={Some(bar)} fixed={true}>
            { render_remote(&query.remote, "The runs could not be loaded", &query.onreload, |list| {
                let older = u64::from(list.total).saturating_sub(list.rows.len() as u64);
                match (list.rows.is_empty(), filtered) {
                    (true, true) => html! {
                        <EmptyState icon="search" title="No run matches" text={format!("Nothing fits {}.", words(&wanted))}>
                            <Button label="Clear the filter" onclick={onclear.clone()} />
                        </EmptyState>
                    },
                    (true, false) => html! {
                        <EmptyState icon="activity" title="No runs yet" text="Runs appear here when a task starts." testid="runs-empty">
                            <Button label="Compose a task" icon="plus" tone={ButtonTone::Primary} onclick={onnew.clone()} />
                            <Button label="Run a task" icon="play" onclick={ontasks.clone()} />
                        </EmptyState>
                    },
                    (false, _) => html! {
                        <>
                            <RunsGrid list={list.clone()} />
                            if older > 0 {
                                <div class="older"><Button label={format!("Show older runs ({})", format::count(older))} small={true} onclick={onolder.clone()} testid="runs-older" /></div>
                            }
                        </>
                    },
                }
            }) }
            if let Some(bulk) = *bulk { <BulkDialog {bulk} query={wanted.clone()} {onclose} /> }
        </Page>
    }
}

/// What can be done with all runs of that filter.
fn bulk_items(query: &RunsQuery, chosen: &UseStateHandle<Option<Bulk>>) -> Vec<MenuItem> {
    let offered = Bulk::ALL
        .into_iter()
        .filter(|bulk| !bulk.states(query).is_empty());
    let item = |bulk: Bulk| {
        let chosen = chosen.setter();
        let icon = if bulk == Bulk::Stop {
            "square"
        } else {
            "rotate-ccw"
        };
        let action = Callback::from(move |()| chosen.set(Some(bulk)));
        MenuItem::new(bulk.label(), icon, action).testid(format!("runs-{}", bulk.key()))
    };
    offered.map(item).collect()
}

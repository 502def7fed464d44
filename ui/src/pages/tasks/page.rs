//! All tasks, with what came of them lately.

use std::rc::Rc;

use drover_model::request::{
    GetTask, ListTasks, RemoveTask, RestoreTask, StartOptions, TaskSummary,
};
use drover_model::{Fact, Task, TaskFile, TaskId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::cards::kind_cards;
use super::cells::{COLUMNS, row};
use crate::api;
use crate::components::{
    Button, ButtonTone, Choice, DataGrid, EmptyState, MenuItem, Page, Row, Segments,
};
use crate::hooks::{use_action, use_lead, use_link, use_now, use_query, use_toasts};
use crate::keymap::Action;
use crate::pages::composer::begin_with_copy;
use crate::pages::profiles::Finder;
use crate::pages::start::{StartDialog, asks_at_start, focused_row, use_landing, use_launch};
use crate::route::Route;
use crate::state::render_remote;

#[component]
pub fn Tasks() -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let (link, toasts, lead) = (use_link(), use_toasts(), use_lead());
    let filter = use_state_eq(String::new);
    let trash = use_state_eq(|| false);
    let asking = use_state_eq(|| None::<Rc<[Task]>>);
    // The same with what is for many runs, opened at once.
    let fanning = use_state_eq(|| None::<Rc<[Task]>>);
    let (_, launch) = use_launch();
    let now = use_now(30_000);
    let query = use_query(ListTasks { removed: *trash }, 0, |_, fact: &Fact| {
        matches!(fact, Fact::TaskChanged { .. })
            || matches!(fact, Fact::RunMoved { to, .. } if to.is_terminal())
    });
    use_landing("tasks", query.data().is_some());
    let shown: Rc<Vec<TaskSummary>> = use_memo(
        (query.data().cloned(), (*filter).clone()),
        |(tasks, filter)| {
            let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
            tasks
                .iter()
                .flat_map(|tasks| tasks.iter())
                .filter(|summary| fits(&summary.task, &words))
                .cloned()
                .collect()
        },
    );

    let run = use_callback((launch, asking.setter()), |task: Task, (launch, asking)| {
        if asks_at_start(&task.spec) {
            asking.set(Some(Rc::from([task])));
        } else {
            launch.emit((task.id.to_string(), StartOptions::default()));
        }
    });
    let restore = use_callback(
        (link.clone(), toasts.clone()),
        |task: TaskId, (link, toasts)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            spawn_local(async move {
                match api::restore_task(&link, RestoreTask { task }).await {
                    Ok(()) => toasts.done("Task restored"),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let remove = use_callback(
        (link.clone(), toasts.clone(), restore.clone()),
        |task: Task, (link, toasts, restore)| {
            let (link, toasts, restore) = (link.clone(), toasts.clone(), restore.clone());
            spawn_local(async move {
                match api::remove_task(&link, RemoveTask { task: task.id }).await {
                    Ok(()) => toasts.undoable(
                        format!("Task `{}` moved to the trash", task.spec.name),
                        restore.reform(move |()| task.id),
                    ),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    let duplicate = use_callback((link, toasts, lead), |task: Task, (link, toasts, lead)| {
        let (link, toasts, lead) = (link.clone(), toasts.clone(), lead.clone());
        spawn_local(async move {
            // The newest version, in case the list is older than it looks.
            match api::get_task(
                &link,
                GetTask {
                    task: task.id.to_string(),
                    version: None,
                },
            )
            .await
            {
                Ok(task) if lead.is_open() => {
                    begin_with_copy(TaskFile::from(task.spec));
                    lead.push(&Route::NewTask);
                }
                Ok(_) => {} // the user has gone elsewhere and wants no copy any more
                Err(error) => toasts.failed(&error),
            }
        });
    });
    let on_focused = |act: &Callback<Task>| {
        let (shown, act) = (shown.clone(), act.clone());
        Callback::from(move |()| {
            let focused = focused_row("tasks");
            if let Some(summary) = shown
                .iter()
                .find(|summary| focused.as_deref() == Some(&summary.task.id.to_string()))
            {
                act.emit(summary.task.clone());
            }
        })
    };
    let edit = use_callback(navigator.clone(), |task: Task, navigator| {
        navigator.push(&Route::Task {
            id: task.id.to_string(),
        });
    });
    let onnew = use_callback(navigator, |(): (), navigator| {
        navigator.push(&Route::NewTask);
    });
    let living = !*trash;
    use_action(Action::New, Some(onnew.clone()));
    use_action(Action::Run, living.then(|| on_focused(&run)));
    use_action(Action::Edit, living.then(|| on_focused(&edit)));
    use_action(Action::Duplicate, living.then(|| on_focused(&duplicate)));
    use_action(Action::Remove, living.then(|| on_focused(&remove)));

    let onopen = use_callback(
        (shown.clone(), edit.clone(), living),
        |index: usize, (shown, edit, living)| {
            if let (Some(summary), true) = (shown.get(index), *living) {
                edit.emit(summary.task.clone());
            }
        },
    );
    let many = use_callback(fanning.setter(), |task: Task, fanning| {
        fanning.set(Some(Rc::from([task])));
    });
    let deps = (
        shown.clone(),
        now,
        run,
        edit,
        (duplicate, many),
        remove,
        restore,
    );
    let draw = use_callback(
        deps,
        |index: usize, (shown, now, run, edit, (duplicate, many), remove, restore)| {
            let Some(summary) = shown.get(index) else {
                return Row::default();
            };
            let task = &summary.task;
            let with = |act: &Callback<Task>| {
                let task = task.clone();
                act.reform(move |()| task.clone())
            };
            let id = task.id;
            let items = if task.removed_at.is_some() {
                vec![MenuItem::new(
                    "Restore",
                    "undo-2",
                    restore.reform(move |()| id),
                )]
            } else {
                vec![
                    MenuItem::new("Edit", "pencil", with(edit)).keys("e"),
                    MenuItem::new("Run over many…", "layers", with(many)).testid("task-run-many"),
                    MenuItem::new("Duplicate", "copy", with(duplicate)).keys("d"),
                    MenuItem::new("Remove", "trash-2", with(remove))
                        .danger()
                        .keys("Delete"),
                ]
            };
            let run = with(run).reform(|event: MouseEvent| event.stop_propagation());
            row(summary, *now, run, items)
        },
    );

    let onfilter = use_callback(filter.setter(), |text: String, filter| filter.set(text));
    let onunfilter = use_callback(filter.setter(), |_: MouseEvent, filter| {
        filter.set(String::new());
    });
    let onview = use_callback(trash.setter(), |view: AttrValue, trash| {
        trash.set(view == "trash");
    });
    let onclose = use_callback(asking.setter(), |(): (), asking| asking.set(None));
    let onfanned = use_callback(fanning.setter(), |(): (), fanning| fanning.set(None));
    let actions = html! { <Button label="New task" icon="plus" tone={ButtonTone::Primary} keys="n" onclick={onnew.reform(|_: MouseEvent| ())} testid="task-new" /> };
    let none_at_all = living && query.data().is_some_and(|tasks| tasks.is_empty());
    let bar = html! {
        <>
            <Finder id="task-filter" label="Filter tasks" placeholder="Name or kind" value={(*filter).clone()} oninput={onfilter} testid="task-filter" />
            <span class="grow" />
            <Segments label="Which tasks" value={if *trash { "trash" } else { "living" }} onchange={onview} testid="task-view"
                choices={vec![Choice::new("living", "Tasks"), Choice::new("trash", "Trash")]} />
        </>
    };
    html! {
        <Page title="Tasks" count={query.data().map(|tasks| tasks.len() as u64)} {actions} bar={Some(bar)} fixed={!none_at_all}>
            { render_remote(&query.remote, "The tasks could not be loaded", &query.onreload, |_| if none_at_all {
                kind_cards()
            } else if shown.is_empty() && *trash && filter.is_empty() {
                html! { <EmptyState icon="trash-2" title="The trash is empty" text="Removed tasks lie here until they are restored." /> }
            } else if shown.is_empty() {
                html! {
                    <EmptyState icon="search" title="No task matches" text={format!("Nothing fits {}.", *filter)}>
                        <Button label="Clear the filter" onclick={onunfilter.clone()} />
                    </EmptyState>
                }
            } else {
                html! { <DataGrid label="Tasks" columns={COLUMNS} count={shown.len()} row={draw} {onopen} scope={format!("{} {}", *filter, *trash)} testid="tasks" /> }
            }) }
            if let Some(tasks) = &*asking { <StartDialog tasks={tasks.clone()} {onclose} /> }
            if let Some(tasks) = &*fanning { <StartDialog tasks={tasks.clone()} many={true} onclose={onfanned} /> }
        </Page>
    }
}

fn fits(task: &Task, words: &[String]) -> bool {
    let text = format!("{} {}", task.spec.name, task.spec.work.kind().label()).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

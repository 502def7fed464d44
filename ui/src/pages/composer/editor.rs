//! The three columns around one draft, and what Save and Run now do.

use std::cell::Cell;
use std::rc::Rc;

use drover_model::request::{SaveTask, StartOptions};
use drover_model::{CommandError, FieldError, Task};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::bound::field_id;
use super::plan_panel::PlanPanel;
use super::shelf;
use super::what::What;
use super::with::With;
use crate::api;
use crate::bridge::dom;
use crate::components::{
    Badge, Button, ButtonTone, Callout, ErrorCallout, Icon, Page, Tone, Words,
};
use crate::format;
use crate::hooks::{use_action, use_lead, use_link, use_toasts};
use crate::keymap::Action;
use crate::pages::start::{StartDialog, asks_at_start, use_launch};
use crate::route::{NewScheduleQuery, Route};
use crate::state::draft::{Draft, DraftAction};

/// What follows a save.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Stay,
    Run,
}

#[derive(PartialEq, Properties)]
pub(super) struct EditorProps {
    pub draft: Draft,
    /// The draft was left with changes and is taken up again.
    pub kept: bool,
    /// What Discard goes back to.
    pub fallback: Draft,
}

#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let (link, toasts, lead) = (use_link(), use_toasts(), use_lead());
    let draft = {
        let first = props.draft.clone();
        use_reducer_eq(move || first)
    };
    let kept = use_state_eq(|| props.kept);
    let fallback = use_state_eq(|| props.fallback.clone());
    let saving = use_state_eq(|| false);
    let failure = use_state_eq(|| None::<CommandError>);
    let asking = use_state_eq(|| None::<Rc<[Task]>>);
    let (starting, launch) = use_launch();
    let latest = use_mut_ref(|| Rc::new(props.draft.clone()));
    // Set by Save, so that leaving right after it keeps no draft.
    let settled = use_memo((), |()| Cell::new(false));
    let onaction = use_callback(draft.dispatcher(), |action: DraftAction, draft| {
        draft.dispatch(action);
    });
    let shown = Rc::new((*draft).clone());

    {
        let (latest, settled) = (latest.clone(), settled.clone());
        use_effect_with(shown.clone(), move |draft| {
            *latest.borrow_mut() = draft.clone();
            settled.set(false);
        });
    }
    {
        let (toasts, settled) = (toasts.clone(), settled.clone());
        use_effect_with((), move |()| {
            move || {
                let draft = latest.borrow().clone();
                if settled.get() {
                    return;
                }
                let key = shelf_key(&draft);
                shelf::keep(&key, &draft);
                if draft.changed() {
                    let discard = Callback::from(move |()| shelf::discard(&key));
                    toasts.with_action("Draft kept", "Discard", discard);
                }
            }
        });
    }

    let is_new = props.draft.saved.is_none();
    use_effect_with((), move |()| {
        if is_new {
            dom::focus_id(&field_id("name"));
        }
    });
    let run_stored = use_callback((launch, asking.setter()), |task: Task, (launch, asking)| {
        if asks_at_start(&task.spec) {
            asking.set(Some(Rc::from([task])));
        } else {
            launch.emit((task.id.to_string(), StartOptions::default()));
        }
    });
    let deps = (
        link,
        toasts.clone(),
        draft.clone(),
        saving.clone(),
        failure.setter(),
        lead,
        run_stored,
        (settled, kept.setter(), fallback.setter()),
    );
    let save = use_callback(
        deps,
        |then: Then,
         (link, toasts, draft, saving, failure, lead, run, (settled, kept, fallback))| {
            draft.dispatch(DraftAction::Submit);
            if let Some(first) = draft.problems.first() {
                return lead_to(&first.field);
            }
            if **saving {
                return;
            }
            saving.set(true);
            failure.set(None);
            let request = SaveTask {
                id: draft.saved.as_ref().map(|saved| saved.id),
                from_version: draft.saved.as_ref().map(|saved| saved.version),
                file: draft.written(),
            };
            let unchanged = draft.saved.is_some() && !draft.changed();
            let (link, toasts, draft, saving) = (
                link.clone(),
                toasts.clone(),
                draft.dispatcher(),
                saving.setter(),
            );
            let (failure, lead, run) = (failure.clone(), lead.clone(), run.clone());
            let (settled, kept, fallback) = (settled.clone(), kept.clone(), fallback.clone());
            spawn_local(async move {
                let is_new = request.id.is_none();
                let answer = match request.id.filter(|_| unchanged) {
                    Some(id) => {
                        api::get_task(
                            &link,
                            drover_model::request::GetTask {
                                task: id.to_string(),
                                version: request.from_version,
                            },
                        )
                        .await
                    }
                    None => api::save_task(&link, request).await,
                };
                saving.set(false);
                match answer {
                    Ok(task) => {
                        settled.set(true);
                        kept.set(false);
                        fallback.set(Draft::from_task(&task));
                        draft.dispatch(DraftAction::Stored(Box::new(task.clone())));
                        match then {
                            Then::Run => run.emit(task),
                            Then::Stay if unchanged => {
                                toasts.info("Nothing to save, it is stored as it stands");
                            }
                            Then::Stay => {
                                toasts.done(format!(
                                    "`{}` saved as version {}",
                                    task.spec.name, task.version
                                ));
                                if is_new {
                                    lead.replace(&Route::Task {
                                        id: task.id.to_string(),
                                    });
                                }
                            }
                        }
                    }
                    Err(error) => {
                        let fields = refused(&error);
                        if let Some(first) = fields.first() {
                            lead_to(&first.field);
                        } else {
                            failure.set(Some(error));
                        }
                        draft.dispatch(DraftAction::Refused(fields));
                    }
                }
            });
        },
    );
    let onsave = use_callback(save.clone(), |(): (), save| save.emit(Then::Stay));
    let onrun = use_callback(save, |(): (), save| save.emit(Then::Run));
    use_action(Action::Save, Some(onsave.clone()));
    use_action(Action::Submit, Some(onrun.clone()));
    let onback = use_callback(navigator, |(): (), navigator| {
        match dom::focused().filter(|_| dom::typing()) {
            // The first Escape leaves the field, the second one the page.
            Some(field) => field.blur().unwrap_or_default(),
            None => navigator.push(&Route::Tasks),
        }
    });
    use_action(Action::Back, Some(onback));
    let ondiscard = use_callback(
        (draft.dispatcher(), kept.setter(), (*fallback).clone()),
        |_: MouseEvent, (draft, kept, fallback)| {
            draft.dispatch(DraftAction::Replace(Box::new(fallback.clone())));
            kept.set(false);
        },
    );
    let onclose = use_callback(asking.setter(), |(): (), asking| asking.set(None));

    let title = match draft.file.name.trim() {
        "" => "New task".to_owned(),
        name => name.to_owned(),
    };
    let changed = draft.changed();
    let head = html! {
        <div class="crumbs">
            <Link<Route> to={Route::Tasks} classes="back"><Icon name="chevron-left" />{ "Tasks" }</Link<Route>>
            <span class="crumbs__name">{ &title }</span>
            if let Some(saved) = &draft.saved { <Badge label={format!("v{}", saved.version)} /> }
            if *kept { <Badge label="Draft kept" tone={Tone::Info} icon={Some("history")} /> }
            else if changed { <span class="mute small">{ "not saved" }</span> }
            if changed && (*kept || draft.saved.is_some()) {
                <Button label="Discard" tone={ButtonTone::Quiet} small={true} onclick={ondiscard} testid="task-discard" />
            }
        </div>
    };
    // By its stored name: the one that is typed may not be saved yet.
    let of_it = NewScheduleQuery {
        task: Some(fallback.file.name.clone()),
        copy: None,
    };
    let actions = html! {
        <>
            if draft.saved.is_some() {
                <Link<Route, NewScheduleQuery> to={Route::NewSchedule} query={Some(of_it)} classes="btn">{ "Schedule…" }</Link<Route, NewScheduleQuery>>
            }
            <Button label="Save" icon="save" keys="Ctrl S" busy={*saving} onclick={onsave.reform(|_: MouseEvent| ())} testid="task-save" />
            <Button label="Run now" icon="play" keys="Ctrl ⏎" tone={ButtonTone::Primary} busy={starting} onclick={onrun.reform(|_: MouseEvent| ())} testid="task-run" />
        </>
    };
    let problems = draft.summary();
    html! {
        <Page {title} head={Some(head)} {actions} fixed={true}>
            if let Some(error) = &*failure { <div class="composer__alert"><ErrorCallout title="The task was not saved" error={error.clone()} /></div> }
            if !problems.is_empty() { <div class="composer__alert"><Problems {problems} /></div> }
            <div class="composer">
                <section class="composer__column" aria-label="What"><h2 class="composer__title">{ "What" }</h2><What draft={shown.clone()} onaction={onaction.clone()} /></section>
                <section class="composer__column composer__column--with" aria-label="With"><h2 class="composer__title">{ "With" }</h2><With draft={shown.clone()} onaction={onaction.clone()} /></section>
                <div class="composer__column composer__column--plan"><PlanPanel draft={shown} /></div>
            </div>
            if let Some(tasks) = &*asking { <StartDialog tasks={tasks.clone()} {onclose} /> }
        </Page>
    }
}

#[derive(PartialEq, Properties)]
struct ProblemsProps {
    problems: Vec<FieldError>,
}

/// What keeps the task from being saved; each line leads to its field.
#[component]
fn Problems(props: &ProblemsProps) -> Html {
    let title = match props.problems.len() {
        1 => "One thing is missing or wrong".to_owned(),
        count => format!("{count} things are missing or wrong"),
    };
    html! {
        <Callout tone={Tone::Err} {title} testid="task-problems">
            <ul class="points">
                for problem in &props.problems {
                    <li key={format!("{}{}", problem.field, problem.message)}>{ problem_link(problem) }</li>
                }
            </ul>
        </Callout>
    }
}

fn problem_link(problem: &FieldError) -> Html {
    let field = problem.field.clone();
    let onclick = Callback::from(move |_: MouseEvent| lead_to(&field));
    html! { <button type="button" class="link" {onclick}><Words text={format::sentence(&problem.message)} /></button> }
}

/// Focuses the control of a field, once what it lies in is drawn and open.
fn lead_to(field: &str) {
    let id = field_id(field);
    Timeout::new(30, move || dom::focus_id(&id)).forget();
}

fn shelf_key(draft: &Draft) -> String {
    draft
        .saved
        .as_ref()
        .map_or_else(|| shelf::NEW.to_owned(), |saved| saved.id.to_string())
}

/// The fields that the engine named.
fn refused(error: &CommandError) -> Vec<FieldError> {
    match &error.field {
        _ if !error.fields.is_empty() => error.fields.clone(),
        Some(field) => vec![FieldError {
            field: field.clone(),
            message: error.message.clone(),
        }],
        None => Vec::new(),
    }
}

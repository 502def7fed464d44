//! Makes or changes a schedule, with what it means beside it.

use std::rc::Rc;

use drover_model::request::{
    GetSchedule, PreviewSchedule, SaveSchedule, ScheduleDetail, TaskSummary,
};
use drover_model::schedule::{Pause, Problem, ScheduleSpec};
use drover_model::{Code, Fact, FieldErrors, TaskSpec};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::parameters::parameters;
use super::policies::policies;
use super::preview::preview;
use super::trigger::TriggerPart;
use crate::api;
use crate::bridge::clock;
use crate::components::{
    Badge, Button, ButtonTone, Callout, Choice, Dialog, EmptyState, Icon, Input, Page, Select,
    StateBadge, Tone,
};
use crate::format;
use crate::hooks::{
    Form, use_action, use_area, use_form, use_link, use_now, use_query, use_toasts, use_words,
};
use crate::keymap::Action;
use crate::route::{NewScheduleQuery, Route};
use crate::state::schedules::{ScheduleDraft, last_words, pause_words};
use crate::state::{Remote, render_remote};

/// So many coming starts are shown.
const NEXT: u32 = 8;
/// Milliseconds after the last key until the rule is read anew.
const PAUSE: u32 = 250;

#[derive(PartialEq, Properties)]
pub struct ScheduleEditorProps {
    /// None for a new one.
    pub id: Option<String>,
}

#[component]
pub fn ScheduleEditor(props: &ScheduleEditorProps) -> Html {
    let location = use_location().expect("BUG: pages are inside the router");
    if let Some(id) = &props.id {
        return html! { <Stored id={id.clone()} copy={false} /> };
    }
    let query = location.query::<NewScheduleQuery>().unwrap_or_default();
    if let Some(id) = query.copy {
        return html! { <Stored {id} copy={true} /> };
    }
    let draft = ScheduleDraft::new(&query.task.unwrap_or_default());
    html! { <Editor {draft} detail={None::<Rc<ScheduleDetail>>} /> }
}

#[derive(PartialEq, Properties)]
struct StoredProps {
    id: String,
    /// A new one begins as it is.
    copy: bool,
}

#[component]
fn Stored(props: &StoredProps) -> Html {
    let query = use_query(
        GetSchedule {
            schedule: props.id.clone(),
            count: 1,
        },
        0,
        |_, fact| matches!(fact, Fact::ScheduleChanged { .. } | Fact::RunMoved { .. }),
    );
    if matches!(&query.remote, Remote::Failed(error) if error.code == Code::ScheduleNotFound) {
        return html! {
            <Page title="Schedule">
                <EmptyState icon="calendar" title="This schedule does not exist" text="It may have been removed, or the address is old.">
                    <Link<Route> to={Route::Schedules} classes="btn">{ "All schedules" }</Link<Route>>
                </EmptyState>
            </Page>
        };
    }
    match &query.remote {
        Remote::Ready(detail, _) if props.copy => html! {
            <Editor key="copy" draft={ScheduleDraft::copy_of(&detail.schedule)} detail={None::<Rc<ScheduleDetail>>} />
        },
        Remote::Ready(detail, _) => html! {
            <Editor key={detail.schedule.version.to_string()} draft={ScheduleDraft::of(&detail.schedule)} detail={Some(detail.clone())} />
        },
        remote => html! {
            <Page title="Schedule">{ render_remote(remote, "The schedule could not be loaded", &query.onreload, |_| Html::default()) }</Page>
        },
    }
}

/// Changes the draft.
pub(super) type Change = Box<dyn FnOnce(&mut ScheduleDraft)>;

/// What every part of the form gets.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FormProps {
    pub draft: Rc<ScheduleDraft>,
    pub change: Callback<Change>,
    /// What is wrong, by field.
    pub problems: Rc<Vec<Problem>>,
    pub zones: Rc<Vec<String>>,
}

impl FormProps {
    /// A callback that takes a text into the draft.
    pub(super) fn edit(&self, change: fn(&mut ScheduleDraft, String)) -> Callback<String> {
        self.change.reform(move |text: String| {
            Box::new(move |draft: &mut ScheduleDraft| change(draft, text)) as Change
        })
    }

    /// What stands below a field.
    pub(super) fn error(&self, field: &str) -> Option<AttrValue> {
        let found = self
            .problems
            .iter()
            .find(|problem| &*problem.field == field)?;
        Some(format::sentence(&found.to_string()).replace('`', "").into())
    }

    /// What is wrong in a list whose fields begin with `prefix`.
    pub(super) fn list_error(&self, prefix: &str) -> Option<AttrValue> {
        let found = self
            .problems
            .iter()
            .find(|problem| problem.field.starts_with(prefix))?;
        self.error(&found.field)
    }

    pub(super) fn any_error(&self, prefix: &str) -> bool {
        self.list_error(prefix).is_some()
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    draft: ScheduleDraft,
    /// What is known of a stored one.
    detail: Option<Rc<ScheduleDetail>>,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let tasks = use_area::<Vec<TaskSummary>>();
    let draft = use_reducer_eq({
        let first = props.draft.clone();
        move || Draft(first)
    });
    let submitted = use_state_eq(|| false);
    let asking = use_state_eq(|| None::<SaveSchedule>);
    let zones = use_memo((), |()| clock::zones());
    let task = task_of(tasks.data().map(|tasks| &***tasks), &draft.0.task).cloned();
    let query = use_query(
        PreviewSchedule {
            file: draft.0.to_preview(task.as_ref()),
            count: NEXT,
            from: None,
            simulate_days: None,
        },
        PAUSE,
        |_, _| false,
    );
    let told = query.data().map(|preview| preview.problems.clone());
    let own = draft.0.problems();
    let problems: Vec<Problem> = own
        .iter()
        .filter(|problem| *submitted || &*problem.field == "time")
        .cloned()
        .chain(told.into_iter().flatten())
        // What the engine refused at the last save stands below its field, too.
        .chain(
            form.all()
                .into_iter()
                .map(|refused| Problem::new(refused.field, refused.message)),
        )
        .collect();

    let send = {
        let (form, navigator) = (form.clone(), navigator.clone());
        let asking = asking.setter();
        Callback::from(move |request: SaveSchedule| {
            let (link, toasts, navigator) = (link.clone(), toasts.clone(), navigator.clone());
            asking.set(None);
            form.send(
                async move { api::save_schedule(&link, request).await },
                move |schedule| {
                    toasts.done(format!("Schedule `{}` saved", schedule.spec.name));
                    navigator.push(&Route::Schedules);
                },
            );
        })
    };
    let onsave = {
        let (draft, task, form) = (draft.clone(), task.clone(), form.clone());
        let (submitted, asking, send) = (submitted.setter(), asking.setter(), send.clone());
        Callback::from(move |()| {
            submitted.set(true);
            let own = draft.0.problems();
            if !own.is_empty() {
                return form.refuse(field_errors(&own));
            }
            let file = draft.0.file(task.as_ref());
            let spec = ScheduleSpec::try_from(file.clone());
            let request = SaveSchedule {
                id: draft.0.saved.map(|(id, _)| id),
                from_version: draft.0.saved.map(|(_, version)| version),
                file,
                confirmed: false,
            };
            match spec {
                Err(problems) => form.refuse(field_errors(&problems.0)),
                Ok(spec) if spec.needs_confirmation() => asking.set(Some(request)),
                Ok(_) => send.emit(request),
            }
        })
    };
    use_action(Action::Save, Some(onsave.clone()));
    use_action(Action::Submit, Some(onsave.clone()));
    let onback = use_callback(navigator, |(): (), navigator| {
        navigator.push(&Route::Schedules);
    });
    use_action(Action::Back, Some(onback));
    let change = use_callback(draft.dispatcher(), |change: Change, draft| {
        draft.dispatch(change);
    });
    let parts = FormProps {
        draft: Rc::new(draft.0.clone()),
        change,
        problems: Rc::new(problems),
        zones,
    };
    let words = use_words();
    let now = use_now(30_000);
    let onzone = parts.edit(|draft, zone| draft.zone = zone);
    let title = match draft.0.name.trim() {
        "" => "New schedule".to_owned(),
        name => name.to_owned(),
    };
    let head = html! {
        <div class="crumbs">
            <Link<Route> to={Route::Schedules} classes="back"><Icon name="chevron-left" />{ "Schedules" }</Link<Route>>
            <span class="crumbs__name">{ &title }</span>
            if draft.0.paused { <Badge label="Paused" icon="pause" tone={Tone::Warn} /> }
            if draft.0 != props.draft { <span class="mute small">{ "not saved" }</span> }
        </div>
    };
    let actions = html! {
        <Button label="Save schedule" icon="save" tone={ButtonTone::Primary} keys="Ctrl S" busy={form.is_busy()} onclick={onsave.reform(|_: MouseEvent| ())} testid="schedule-save" />
    };
    let file = draft.0.to_preview(task.as_ref());
    html! {
        <Page {title} head={Some(head)} {actions}>
            <div class="schedule-edit">
                <section class="stack" aria-label="Schedule">
                    <div class="pair">
                        <Input id="s-name" label="Name" value={draft.0.name.clone()} oninput={parts.edit(|draft, text| draft.name = text)}
                            error={form.error("name").or_else(|| parts.error("name"))} placeholder="Every morning" autofocus={props.detail.is_none()} testid="schedule-name" />
                        { task_choice(&parts, tasks.data().map(|tasks| &***tasks), &form) }
                    </div>
                    <TriggerPart ..parts.clone() />
                    { parameters(&parts, task.as_ref()) }
                    { policies(&parts) }
                </section>
                <aside class="stack schedule-edit__aside" aria-label="Preview">
                    if let Some(pause) = props.detail.as_ref().and_then(|detail| detail.schedule.pause.as_ref()) { { paused(pause, now) } }
                    <section class="panel">
                        <div class="panel__head"><h2 class="panel__title">{ "What it means" }</h2></div>
                        <div class="panel__body">{ preview(&query.remote, words, &file, &onzone) }</div>
                    </section>
                    if let Some(detail) = &props.detail { { recent(detail) } }
                </aside>
            </div>
            if let Some(request) = &*asking { { ask(request, &send, asking.setter()) } }
        </Page>
    }
}

/// The draft as a reducer, so that two changes in one event both count.
#[derive(PartialEq)]
struct Draft(ScheduleDraft);

impl Reducible for Draft {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut next = self.0.clone();
        change(&mut next);
        Rc::new(Self(next))
    }
}

fn task_of<'a>(tasks: Option<&'a [TaskSummary]>, name: &str) -> Option<&'a TaskSpec> {
    let all = tasks.unwrap_or_default().iter();
    let mut specs = all.map(|summary| &summary.task.spec);
    specs.find(|spec| spec.name.as_str() == name)
}

fn field_errors(problems: &[Problem]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for problem in problems {
        errors.add(problem.field.to_string(), problem.message.clone());
    }
    errors
}

fn task_choice(parts: &FormProps, tasks: Option<&[TaskSummary]>, form: &Form) -> Html {
    let value = parts.draft.task.clone();
    let mut choices: Vec<Choice> = tasks
        .unwrap_or_default()
        .iter()
        .map(|summary| summary.task.spec.name.to_string())
        .map(|name| Choice::new(name.clone(), name))
        .collect();
    let checked = task_of(tasks, &value)
        .and_then(|spec| spec.checks_login.as_ref())
        .map(|site| AttrValue::from(format!("It checks the sign-in on {site}. Runs that need it wait while a profile is signed out.")));
    if choices.iter().all(|choice| choice.value != value) {
        let words = if value.is_empty() {
            "Choose a task".to_owned()
        } else {
            format!("{value} (not found)")
        };
        choices.insert(0, Choice::new(value.clone(), words));
    }
    html! {
        <Select id="s-task" label="Task" {value} {choices} hint={checked} onchange={parts.edit(|draft, name| draft.task = name)}
            error={form.error("task").or_else(|| parts.error("task"))} testid="schedule-task" />
    }
}

/// Until when it is paused, and why.
fn paused(pause: &Pause, now: Timestamp) -> Html {
    let title = format!("Paused since {}", clock::local(pause.since));
    html! { <Callout tone={Tone::Warn} {title} testid="schedule-paused"><p>{ pause_words(pause, now) }</p></Callout> }
}

fn recent(detail: &ScheduleDetail) -> Html {
    html! {
        <section class="panel" aria-label="Its last runs">
            <div class="panel__head"><h2 class="panel__title">{ "Its last runs" }</h2>
                if let Some(last) = &detail.schedule.last { <span class="mute small">{ last_words(last).0 }</span> }
            </div>
            if detail.recent.is_empty() {
                <div class="panel__body"><p class="second">{ "None yet." }</p></div>
            } else {
                <ul class="brief-runs">
                    for row in &detail.recent {
                        <li key={row.id.to_string()}>
                            <Link<Route> to={Route::Run { id: row.id.to_string() }} classes="brief-runs__row">
                                <StateBadge state={row.state} plain={true} />
                                <span class="truncate grow second">{ row.message.clone().or_else(|| row.reason.as_ref().map(|reason| reason.replace('_', " "))).unwrap_or_default() }</span>
                                <span class="mute tabular">{ clock::local(row.origin.as_ref().and_then(|origin| origin.nominal_at).unwrap_or(row.queued_at)) }</span>
                            </Link<Route>>
                        </li>
                    }
                </ul>
            }
        </section>
    }
}

/// More than one start a minute is asked about once.
fn ask(
    request: &SaveSchedule,
    send: &Callback<SaveSchedule>,
    asking: UseStateSetter<Option<SaveSchedule>>,
) -> Html {
    let confirmed = SaveSchedule {
        confirmed: true,
        ..request.clone()
    };
    let onyes = send.reform(move |_: MouseEvent| confirmed.clone());
    let onclose = Callback::from(move |()| asking.set(None));
    let footer = html! {
        <>
            <Button label="Go back" autofocus={true} onclick={onclose.reform(|_: MouseEvent| ())} />
            <Button label="Save it so" tone={ButtonTone::Primary} onclick={onyes} testid="schedule-confirm" />
        </>
    };
    html! {
        <Dialog title="More than one start a minute?" {onclose} {footer} testid="schedule-often">
            <p>{ "Each start is a run of its own, kept in the list of runs. A rule this dense is seldom meant." }</p>
        </Dialog>
    }
}

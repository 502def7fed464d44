//! Asks for what a start still needs: the task, a profile, values of parameters.

use std::collections::BTreeMap;
use std::rc::Rc;

use drover_model::plan::text_of;
use drover_model::request::{BatchStart, PlanTask, ProfileList, StartOptions};
use drover_model::{Fact, Task};
use serde_json::Value;
use yew::prelude::*;

use super::launch::use_launch_many;
use super::many::{ManyPart, ManyReport};
use super::{PlanReportView, use_launch, wants_profile};
use crate::state::Many;

use crate::components::{Button, ButtonTone, Choice, Dialog, Input, Select};
use crate::format;
use crate::hooks::{use_area, use_query};

#[derive(PartialEq, Properties)]
pub(crate) struct StartDialogProps {
    /// The task, or those among which one is chosen.
    pub tasks: Rc<[Task]>,
    /// Profiles that were selected before; they replace the task's own choice.
    #[prop_or_default]
    pub profiles: Vec<String>,
    /// Shows at once what is for many runs.
    #[prop_or_default]
    pub many: bool,
    pub onclose: Callback<()>,
}

#[component]
pub(crate) fn StartDialog(props: &StartDialogProps) -> Html {
    let known = use_area::<ProfileList>();
    let chosen = use_state_eq(|| {
        props
            .tasks
            .first()
            .map(|task| task.id.to_string())
            .unwrap_or_default()
    });
    let profile = use_state_eq(String::new);
    let values = use_state_eq(BTreeMap::<String, String>::new);
    let many = use_state_eq(|| Rc::new(Many::default()));
    let open = use_state_eq(|| props.many);
    let checked = use_state_eq(BatchStart::default);
    let (one_busy, launch) = use_launch();
    let (many_busy, launch_many) = use_launch_many();
    let busy = one_busy || many_busy;

    let task = props
        .tasks
        .iter()
        .find(|task| task.id.to_string() == *chosen)
        .or(props.tasks.first());
    let asks_profile =
        props.profiles.is_empty() && task.is_some_and(|task| wants_profile(&task.spec));
    let params = values.iter().filter(|(name, text)| {
        !text.is_empty() && task.is_some_and(|task| task.spec.parameters.contains_key(*name))
    });
    let options = StartOptions {
        profiles: if asks_profile && !profile.is_empty() {
            vec![(*profile).clone()]
        } else {
            props.profiles.clone()
        },
        tag: None,
        params: params
            .map(|(name, text)| (name.clone(), Value::String(text.clone())))
            .collect(),
        ..StartOptions::default()
    };
    let question = PlanTask {
        task: task.map(|task| task.id.to_string()),
        file: None,
        options: options.clone(),
    };
    let plan = use_query(question, 150, stale);
    let is_many = many.is_used();
    let own = many.problems();
    let dry = task.map(|task| many.request(&task.id.to_string(), options.clone(), true));
    let dry = dry.filter(|_| is_many && own.is_empty());
    let runs = match (&dry, is_many) {
        // Rows with problems keep everything from starting unless they are to be left out.
        (Some(_), true) => u64::from(checked.runs),
        (None, true) => 0,
        _ => plan.data().map_or(0, |report| u64::from(report.runs)),
    };
    let mut problems = own;
    problems.extend(checked.problems.iter().filter(|_| dry.is_some()).cloned());
    let onmany = use_callback(many.setter(), |next: Many, many| many.set(Rc::new(next)));
    let onanswer = use_callback(checked.setter(), |start: BatchStart, checked| {
        checked.set(start);
    });
    let onmore = use_callback(open.setter(), |_: MouseEvent, open| open.set(true));

    let onsubmit = {
        let (launch, task) = (launch.clone(), task.map(|task| task.id.to_string()));
        let (launch_many, dry) = (launch_many.clone(), dry.clone());
        Callback::from(move |()| {
            if let Some(request) = &dry {
                return launch_many.emit(request.clone());
            }
            if let Some(task) = &task {
                launch.emit((task.clone(), options.clone()));
            }
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onchoose = use_callback(chosen.setter(), |id: String, chosen| chosen.set(id));
    let onprofile = use_callback(profile.setter(), |name: String, profile| profile.set(name));
    let missing = if is_many && dry.is_none() {
        "The marked fields say what is missing"
    } else {
        "The plan below says what is missing"
    };
    let blocked = (runs == 0).then(|| AttrValue::from(missing));
    let label = if runs > 1 {
        format!("Start {}", format::plural(runs, "run"))
    } else {
        "Start the run".to_owned()
    };
    let title = match (props.tasks.len(), task) {
        (1, Some(task)) => format!("Run {}", task.spec.name),
        _ if props.profiles.is_empty() => "Run a task".to_owned(),
        _ => format!(
            "Run a task in {}",
            format::plural(props.profiles.len() as u64, "profile")
        ),
    };
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label={label} tone={ButtonTone::Primary} icon="play" submit={true} {busy} {blocked} testid="start-run" />
        </>
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {footer} wide={true} testid="start-dialog">
            if props.tasks.len() > 1 {
                <Select id="start-task" label="Task" value={(*chosen).clone()} choices={tasks(&props.tasks)} onchange={onchoose} testid="start-task" />
            }
            if asks_profile {
                <Select id="start-profile" label="Profile" value={(*profile).clone()} choices={profiles(known.data())} onchange={onprofile}
                    hint="The task names no profile of its own." testid="start-profile" />
            }
            if let Some(task) = task {
                for (name, parameter) in &task.spec.parameters {
                    <Input key={name.clone()} id={format!("start-param-{name}")} label={name.clone()} mono={true}
                        value={values.get(name).cloned().unwrap_or_default()}
                        placeholder={parameter.default.as_ref().map(text_of)}
                        optional={parameter.default.is_some()}
                        hint={(!parameter.help.is_empty()).then(|| parameter.help.clone())}
                        oninput={set_value(&values, name)} testid={format!("start-param-{name}")} />
                }
            }
            if *open {
                <ManyPart many={(*many).clone()} problems={Rc::new(problems)} onchange={onmany} />
            } else {
                <div class="row"><Button label="Over many…" icon="layers" small={true} tone={ButtonTone::Quiet} onclick={onmore} testid="start-many" /></div>
            }
            if let Some(request) = dry {
                <ManyReport {request} {onanswer} />
            } else if !is_many {
                if let Some(report) = plan.data() { <PlanReportView report={report.clone()} /> }
            }
        </Dialog>
    }
}

fn stale(_: &PlanTask, fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::TaskChanged { .. }
            | Fact::ProfileChanged { .. }
            | Fact::ProxyChanged { .. }
            | Fact::PoolChanged { .. }
            | Fact::TokenChanged { .. }
    )
}

fn set_value(values: &UseStateHandle<BTreeMap<String, String>>, name: &str) -> Callback<String> {
    let (values, name) = (values.clone(), name.to_owned());
    Callback::from(move |text: String| {
        let mut next = (*values).clone();
        next.insert(name.clone(), text);
        values.set(next);
    })
}

fn tasks(tasks: &[Task]) -> Vec<Choice> {
    tasks
        .iter()
        .map(|task| Choice::new(task.id.to_string(), task.spec.name.to_string()))
        .collect()
}

fn profiles(list: Option<&Rc<ProfileList>>) -> Vec<Choice> {
    let names = list
        .iter()
        .flat_map(|list| &list.rows)
        .map(|profile| Choice::new(profile.name.to_string(), profile.name.to_string()));
    std::iter::once(Choice::new("", "Choose a profile"))
        .chain(names)
        .collect()
}

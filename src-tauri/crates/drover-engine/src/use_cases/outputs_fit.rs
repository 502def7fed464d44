//! What a schedule takes of the runs that it follows, against what their task says that they give.

use drover_model::{
    ScheduleSpec, Task, TaskSpec,
    schedule::{Problem, Problems},
    task::{OutputType, ParameterType},
};

use super::schedule_starts::output_of;

/// Names and types, as far as the followed task has declared its outputs; one that has not is taken at its word.
/// This is asked at save alone: what is stored goes on whatever the tasks became.
pub(super) fn outputs_fit(
    spec: &ScheduleSpec,
    task: &TaskSpec,
    followed: &Task,
) -> Result<(), Problems> {
    let declared = &followed.spec.outputs;
    let mut problems = Problems::default();
    if declared.is_empty() {
        return Ok(());
    }
    let known = || {
        let names = declared.iter();
        let names = names.map(|(name, kind)| format!("`{name}` ({})", kind.key()));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut check = |field: String, output: &str, wanted: Option<ParameterType>| {
        let from = &followed.spec.name;
        let message = match (declared.get(output), wanted) {
            (None, _) => format!("task `{from}` gives no output `{output}`"),
            (Some(kind), Some(wanted)) if !kind.fits(wanted) => format!(
                "output `{output}` of task `{from}` is a {}, and a {} is needed",
                kind.key(),
                key(wanted)
            ),
            _ => return,
        };
        problems.add(Problem::new(field, message).value(output).allowed(known()));
    };
    for (name, value) in &spec.parameters {
        if let Some(output) = output_of(value) {
            let wanted = task.parameters.get(name).map(|parameter| parameter.kind);
            check(format!("parameters.{name}"), output, wanted);
        }
    }
    for (name, parameter) in &task.parameters {
        let is_given = spec.parameters.contains_key(name);
        // An output of the same name is its value, and a default stands in where there is none.
        if !is_given && (parameter.default.is_none() || declared.contains_key(name)) {
            check(format!("parameters.{name}"), name, Some(parameter.kind));
        }
    }
    for output in task.outputs_used() {
        check("task".to_owned(), output, None);
    }
    problems.finish()
}

const fn key(kind: ParameterType) -> &'static str {
    match kind {
        ParameterType::String => OutputType::String.key(),
        ParameterType::Number => OutputType::Number.key(),
        ParameterType::Boolean => OutputType::Boolean.key(),
    }
}

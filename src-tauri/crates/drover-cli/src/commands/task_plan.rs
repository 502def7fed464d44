//! `task plan`: what would run.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use drover_model::{
    Plan,
    request::{PlanReport, PlanTask},
};

use crate::{
    commands::run::OptionArgs,
    failure::Outcome,
    session::Session,
    table::facts,
    task_text::read_task,
    words::{list, or_dash, plural},
};

/// Of which task, with what.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true)),
    after_help = "Exits with 1 when it could not run.\n\nExample:\n  drover-cli task plan check --profile anna --param url=https://example.test/"
)]
pub(crate) struct PlanArgs {
    /// Name or id of a stored task
    #[arg(group = "which")]
    task: Option<String>,
    /// Or a task file that is not stored; `-` is standard input
    #[arg(short, long, value_name = "FILE", group = "which")]
    file: Option<PathBuf>,
    #[command(flatten)]
    options: OptionArgs,
}

/// Prints it; 1 when something keeps it from running.
pub(super) async fn plan(args: PlanArgs, session: &Session) -> Outcome {
    let file = args.file.as_deref().map(read_task).transpose()?;
    let request = PlanTask {
        task: args.task,
        file,
        options: args.options.into(),
    };
    let report = session.backend.call(request).await?;
    let out = &session.out;
    for warning in &report.warnings {
        out.warn(warning);
    }
    out.answer(&report, |report| human(report, out.colour))?;
    Ok(u8::from(!report.problems.is_empty()))
}

fn human(report: &PlanReport, colour: bool) -> String {
    if !report.problems.is_empty() {
        let problems = report.problems.iter();
        let problems =
            problems.map(|problem| format!("  `{}`: {}", problem.field, problem.message));
        let head = std::iter::once("it would not run:".to_owned());
        return head.chain(problems).collect::<Vec<_>>().join("\n");
    }
    let mut parts = vec![format!(
        "{} would start\n",
        plural(report.runs as usize, "run")
    )];
    parts.extend(report.plans.iter().map(|plan| one(plan, colour)));
    let left = (report.runs as usize).saturating_sub(report.plans.len());
    if left > 0 {
        parts.push(format!("and {left} more like these\n"));
    }
    parts.join("\n")
}

fn one(plan: &Plan, colour: bool) -> String {
    let profile = plan.profile.as_ref().map(|profile| &profile.name);
    let limits = format!("start {}, run {}", plan.limits.start, plan.limits.run);
    let pairs = [
        ("profile", or_dash(profile).into()),
        ("browser", or_dash(plan.browser.as_ref()).into()),
        ("proxy", or_dash(plan.way_out().as_ref()).into()),
        ("tokens", list(&plan.tokens).into()),
        ("limits", limits.into()),
    ];
    let lines = plan.preview().into_iter().map(|line| format!("  {line}\n"));
    std::iter::once(facts(pairs, colour)).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::FieldError;

    #[test]
    fn what_keeps_it_from_running_is_listed() {
        let report = PlanReport {
            problems: vec![FieldError {
                field: "profiles".into(),
                message: "steps need a profile to run in".into(),
            }],
            ..PlanReport::default()
        };
        insta::assert_snapshot!(human(&report, false), @r"
        it would not run:
          `profiles`: steps need a profile to run in
        ");
    }
}

//! `show`: one run with everything known about it.

use clap::Args;
use drover_model::{
    Run, RunState,
    plan::text_of,
    request::GetRun,
    run::{ExitStatus, RunDocument, StepRow, StepState},
};
use jiff::Timestamp;

use crate::{
    failure::Outcome,
    find,
    session::Session,
    table::{facts, table, toned},
    words::{Tone, duration, first_line, list, or_dash, relative, size},
};

/// Which run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  drover-cli show 01K0000000000000000000ABCD\n  drover-cli show 00abcd"
)]
pub(crate) struct ShowArgs {
    /// Its id, or at least the last six characters of it
    run: String,
}

/// Shows it.
pub(crate) async fn show(args: ShowArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let run = session.backend.call(GetRun { run }).await?;
    let out = &session.out;
    if out.is_json() {
        out.document(&RunDocument::from(run))?;
    } else {
        out.line(human(&run, session.now, out.colour).trim_end())?;
    }
    Ok(0)
}

fn human(run: &Run, now: Timestamp, colour: bool) -> String {
    let row = &run.row;
    let span = |ms: Option<u64>| ms.map_or_else(String::new, duration);
    let task = format!(
        "{} (version {}, {})",
        row.task,
        row.task_version,
        row.kind.key()
    );
    // Of a success there is nothing more to say, unless a part of its log is missing.
    let code = row.reason.as_ref();
    let code = code.filter(|_| row.state != RunState::Succeeded);
    let reason = row.message.as_ref().or(code);
    let pairs = [
        ("run", row.id.to_string().into()),
        ("task", task.into()),
        ("profile", or_dash(row.profile.as_ref()).into()),
        ("state", toned(row.state.key(), Tone::of(row.state))),
        (
            "because",
            reason.map_or("", |reason| first_line(reason)).into(),
        ),
        ("waits because", or_dash(run.waits_because.as_ref()).into()),
        ("attempt", row.attempt.to_string().into()),
        (
            "queued",
            format!("{} ({})", row.queued_at, relative(row.queued_at, now)).into(),
        ),
        ("waited", span(row.waited_ms).into()),
        ("ran", span(row.ran_ms).into()),
        ("exit", run.exit.map(exit).unwrap_or_default().into()),
        ("repeats", or_dash(row.rerun_of.as_ref()).into()),
        ("browser", or_dash(run.plan.browser.as_ref()).into()),
        ("proxy", or_dash(run.plan.way_out().as_ref()).into()),
        ("tokens", list(&run.plan.tokens).into()),
    ];
    let attempt = run.attempts.last();
    let outputs = run.outputs.iter();
    let outputs = outputs.map(|(name, value)| format!("{name} = {}", text_of(value)));
    let files = run.artifacts.iter();
    let files = files.map(|file| format!("{}  {}", file.path, size(file.bytes)));
    [
        facts(pairs, colour),
        section(
            "in full",
            reason.filter(|reason| reason.contains('\n')).cloned(),
        ),
        section("what ran", run.plan.preview()),
        section(
            "steps",
            attempt.map(|attempt| steps(&attempt.steps, colour)),
        ),
        section("outputs", outputs),
        section("files, in the data folder", files),
    ]
    .concat()
}

/// Lines under a heading; nothing without lines.
fn section(heading: &str, texts: impl IntoIterator<Item = String>) -> String {
    let texts = texts.into_iter().collect::<Vec<_>>().join("\n");
    let lines = texts
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect::<Vec<_>>();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{heading}:\n{}", lines.concat())
}

fn exit(exit: ExitStatus) -> String {
    match (exit.code, exit.signal) {
        (Some(code), _) => format!("code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => String::new(),
    }
}

fn steps(steps: &[StepRow], colour: bool) -> String {
    let rows = steps.iter().map(|step| {
        let state = match step.state {
            StepState::Running => toned("running", Tone::Info),
            StepState::Passed => toned("passed", Tone::Ok),
            StepState::Failed => toned("failed", Tone::Err),
            StepState::Skipped => toned("skipped", Tone::Quiet),
        };
        let took = step.took_ms.map_or_else(|| "-".to_owned(), duration);
        let error = step.error.clone().unwrap_or_default();
        [state, took.into(), step.title.clone().into(), error.into()]
    });
    table(["STATE", "TOOK", "STEP", "ERROR"], rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_ends_in_words() {
        let step = |title: &str, state, took_ms, error: Option<&str>| StepRow {
            index: 0,
            title: title.into(),
            state,
            started_ms: 0,
            took_ms,
            error: error.map(str::to_owned),
        };
        let rows = [
            step("Open https://e.test/", StepState::Passed, Some(940), None),
            step(
                "Click `Sign in`",
                StepState::Failed,
                Some(30_000),
                Some("no element matched"),
            ),
        ];
        insta::assert_snapshot!(steps(&rows, false), @r"
        STATE   TOOK    STEP                  ERROR
        passed  0.9 s   Open https://e.test/  
        failed  30.0 s  Click `Sign in`       no element matched
        ");
        assert_eq!(
            exit(ExitStatus {
                code: Some(3),
                signal: None
            }),
            "code 3"
        );
        assert_eq!(
            exit(ExitStatus {
                code: None,
                signal: Some(9)
            }),
            "signal 9"
        );
    }
}

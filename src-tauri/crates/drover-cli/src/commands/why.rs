//! `why`: what a queued run waits for.

use clap::Args;
use drover_model::{
    WaitReason,
    request::{GetRun, WhyRun},
};

use crate::{failure::Outcome, find, session::Session, words::relative};

/// Which run.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  drover-cli why 01K0000000000000000000ABCD")]
pub(crate) struct WhyArgs {
    /// Its id, or at least the last six characters of it
    run: String,
}

/// Says it.
pub(crate) async fn why(args: WhyArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let reasons = session.backend.call(WhyRun { run }).await?;
    let out = &session.out;
    if reasons.is_empty() && !out.is_json() {
        let state = session.backend.call(GetRun { run }).await?.row.state;
        out.line(if state.is_live() {
            "nothing keeps it"
        } else {
            "it waits for nothing: it has ended"
        })?;
        return Ok(0);
    }
    out.answer(&reasons, |reasons| {
        let lines = reasons.iter().map(|reason| line(reason, session));
        lines.collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

/// A reason with who is in the way and when it ends.
pub(super) fn line(reason: &WaitReason, session: &Session) -> String {
    let mut line = reason.text.clone();
    let runs: Vec<String> = reason
        .blocked_by
        .iter()
        .copied()
        .map(drover_model::RunId::short)
        .filter(|run| !reason.text.contains(run))
        .collect();
    if !runs.is_empty() {
        line.push_str(" (run ");
        line.push_str(&runs.join(", "));
        line.push(')');
    }
    if let Some(clears_at) = reason.clears_at {
        line.push_str(", until ");
        line.push_str(&relative(clears_at, session.now));
    }
    line
}

//! `queue`: what waits and what runs.

use clap::Subcommand;
use drover_model::{
    RunState,
    request::{GetSummary, ListRuns, PauseQueue, Summary},
};

use crate::{
    commands::runs::rows,
    failure::Outcome,
    session::Session,
    table::{facts, toned},
    words::Tone,
};

/// How many live runs are listed.
const SHOWN: u32 = 100;

/// What can be done with the queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueVerb {
    /// Show counts and the runs that wait or run
    #[command(after_help = "Example:\n  drover-cli queue show")]
    Show,
    /// Start nothing more; what runs goes on
    #[command(after_help = "Example:\n  drover-cli queue pause")]
    Pause,
    /// Start runs again
    #[command(after_help = "Example:\n  drover-cli queue resume")]
    Resume,
}

/// Does it.
pub(crate) async fn queue(verb: QueueVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        QueueVerb::Show => {
            let summary = backend.call(GetSummary {}).await?;
            if out.is_json() {
                out.document(&summary)?;
                return Ok(0);
            }
            let live = ListRuns {
                states: RunState::ALL
                    .into_iter()
                    .filter(|state| state.is_live())
                    .collect(),
                limit: SHOWN,
                ..ListRuns::default()
            };
            let live = backend.call(live).await?;
            out.line(counts(&summary, out.colour).trim_end())?;
            if !live.rows.is_empty() {
                let table = rows(&live.rows, session.now, out.colour);
                out.line(&format!("\n{}", table.trim_end()))?;
            }
        }
        QueueVerb::Pause | QueueVerb::Resume => {
            let paused = matches!(verb, QueueVerb::Pause);
            let summary = backend.call(PauseQueue { paused }).await?;
            out.answer(&summary, |summary| {
                if summary.paused {
                    format!(
                        "the queue is paused; {} waiting, {} running",
                        summary.queued, summary.running
                    )
                } else {
                    format!(
                        "the queue goes on; {} waiting, {} running",
                        summary.queued, summary.running
                    )
                }
            })?;
        }
    }
    Ok(0)
}

fn counts(summary: &Summary, colour: bool) -> String {
    let state = if summary.paused {
        toned("paused", Tone::Attn)
    } else {
        toned("open", Tone::Ok)
    };
    let pairs = [
        ("queue", state),
        ("waiting", summary.queued.to_string().into()),
        ("running", summary.running.to_string().into()),
        ("needs you", summary.needs_you.to_string().into()),
        ("failed in 24 h", summary.failed_24h.to_string().into()),
    ];
    facts(pairs, colour)
}

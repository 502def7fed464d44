//! `retention`: what is kept of ended runs.

use clap::Subcommand;
use drover_model::{
    Retention,
    request::{ApplyRetention, PinRuns, PreviewRetention},
};

use crate::{
    failure::Outcome,
    find,
    session::Session,
    table::facts,
    words::{plural, size},
};

/// What can be done about it.
#[derive(Debug, Subcommand)]
pub(crate) enum RetentionVerb {
    /// Show what would be removed now, by age and size
    #[command(after_help = "Example:\n  drover-cli retention preview")]
    Preview,
    /// Remove it
    #[command(after_help = "Example:\n  drover-cli retention run")]
    Run,
    /// Keep runs and their files whatever their age
    #[command(after_help = "Example:\n  drover-cli retention pin 01K0000000000000000000ABCD")]
    Pin(PinArgs),
    /// Let pinned runs go again
    #[command(after_help = "Example:\n  drover-cli retention unpin 01K0000000000000000000ABCD")]
    Unpin(PinArgs),
}

/// Which runs.
#[derive(Debug, clap::Args)]
pub(crate) struct PinArgs {
    /// Their ids, or at least the last six characters of each
    #[arg(required = true)]
    runs: Vec<String>,
}

/// Does it.
pub(crate) async fn retention(verb: RetentionVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        RetentionVerb::Preview => {
            let found = backend.call(PreviewRetention {}).await?;
            out.answer(&found, |found| text(found, "would be freed", out.colour))?;
        }
        RetentionVerb::Run => {
            let done = backend.call(ApplyRetention {}).await?;
            out.answer(&done, |done| text(done, "freed", out.colour))?;
        }
        RetentionVerb::Pin(args) => pin(&args.runs, true, session).await?,
        RetentionVerb::Unpin(args) => pin(&args.runs, false, session).await?,
    }
    Ok(0)
}

async fn pin(
    runs: &[String],
    pinned: bool,
    session: &Session,
) -> Result<(), crate::failure::Failure> {
    let mut found = Vec::new();
    for run in runs {
        found.push(find::run(&session.backend, run).await?);
    }
    let request = PinRuns {
        runs: found,
        pinned,
    };
    let changed = session.backend.call(request).await?;
    let answer = serde_json::json!({ "changed": changed });
    session.out.answer(&answer, |_| {
        let state = if pinned { "pinned" } else { "not pinned" };
        format!("{} changed: {state}", plural(changed as usize, "run"))
    })?;
    Ok(())
}

fn text(found: &Retention, freed: &'static str, colour: bool) -> String {
    facts(
        [
            ("runs forgotten", found.runs.to_string().into()),
            ("runs without files", found.files_of.to_string().into()),
            (freed, size(found.bytes).into()),
            ("of all files", size(found.total_bytes).into()),
            ("pinned", found.pinned.to_string().into()),
        ],
        colour,
    )
}

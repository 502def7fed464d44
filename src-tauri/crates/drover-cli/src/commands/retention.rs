//! `retention`: what is kept of ended runs.

use clap::Subcommand;
use drover_model::{
    Retention, Settings,
    request::{ApplyRetention, GetSettings, PinRuns, PreviewRetention, SaveSettings},
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
    /// Show for how long runs and their files are kept, or change it
    Set(SetArgs),
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

/// What is changed; all others stay as they are.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What is kept for a shorter time goes with the next retention; `drover-cli retention preview` shows it before.\n\nExample:\n  drover-cli retention set\n  drover-cli retention set --files 14 --most 4096"
)]
pub(crate) struct SetArgs {
    /// Forget ended runs after so many days
    #[arg(long, value_name = "DAYS")]
    runs: Option<u32>,
    /// Remove logs and files of ended runs after so many days
    #[arg(long, value_name = "DAYS")]
    files: Option<u32>,
    /// The same for runs that failed, timed out or were lost
    #[arg(long, value_name = "DAYS")]
    failed_files: Option<u32>,
    /// Remove the oldest logs and files beyond so many MiB
    #[arg(long, value_name = "MIB")]
    most: Option<u32>,
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
        RetentionVerb::Set(args) => set(&args, session).await?,
        RetentionVerb::Pin(args) => pin(&args.runs, true, session).await?,
        RetentionVerb::Unpin(args) => pin(&args.runs, false, session).await?,
    }
    Ok(0)
}

async fn set(args: &SetArgs, session: &Session) -> Result<(), crate::failure::Failure> {
    let (backend, out) = (&session.backend, &session.out);
    let before = backend.call(GetSettings {}).await?;
    let wanted = Settings {
        keep_runs_days: args.runs.unwrap_or(before.keep_runs_days),
        keep_files_days: args.files.unwrap_or(before.keep_files_days),
        keep_failed_files_days: args.failed_files.unwrap_or(before.keep_failed_files_days),
        keep_files_mib: args.most.unwrap_or(before.keep_files_mib),
        ..before.clone()
    };
    let kept = if wanted == before {
        before
    } else {
        backend.call(SaveSettings { settings: wanted }).await?
    };
    let rules = serde_json::json!({
        "keep_runs_days": kept.keep_runs_days,
        "keep_files_days": kept.keep_files_days,
        "keep_failed_files_days": kept.keep_failed_files_days,
        "keep_files_mib": kept.keep_files_mib,
    });
    out.answer(&rules, |_| rules_text(&kept, out.colour))?;
    Ok(())
}

fn rules_text(kept: &Settings, colour: bool) -> String {
    let days = |days: u32| plural(days as usize, "day").into();
    let most = size(u64::from(kept.keep_files_mib) << 20);
    facts(
        [
            ("runs forgotten after", days(kept.keep_runs_days)),
            ("files removed after", days(kept.keep_files_days)),
            (
                "files of failed runs after",
                days(kept.keep_failed_files_days),
            ),
            ("oldest files beyond", most.into()),
        ],
        colour,
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_a_sheet() {
        insta::assert_snapshot!(rules_text(&Settings::default(), false), @r"
        runs forgotten after        90 days
        files removed after         30 days
        files of failed runs after  90 days
        oldest files beyond         10.7 GB
        ");
    }
}

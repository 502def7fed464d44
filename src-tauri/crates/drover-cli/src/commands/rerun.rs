//! `rerun`: the same inputs again, of one run or of all that match.

use clap::{ArgGroup, Args};
use drover_model::request::{RerunRun, RerunRuns};

use crate::{
    commands::{
        runs::FilterArgs,
        watching::{WatchArgs, started},
    },
    failure::Outcome,
    find,
    session::Session,
};

/// Which run, or which ended ones.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true)),
    after_help = "Without a state, `--failed` means those that failed, timed out or were lost. A run that was repeated\nbefore is not repeated again.\n\nExample:\n  drover-cli rerun 01K0000000000000000000ABCD --follow\n  drover-cli rerun --failed --task check --since 24h"
)]
pub(crate) struct RerunArgs {
    /// Its id, or at least the last six characters of it
    #[arg(group = "which")]
    run: Option<String>,
    /// Every run that matches and ended badly
    #[arg(long, group = "which")]
    failed: bool,
    #[command(flatten)]
    filter: FilterArgs,
    /// With the task's newest version instead of the one that ran
    #[arg(long)]
    latest: bool,
    #[command(flatten)]
    watch: WatchArgs,
}

/// Starts it.
pub(crate) async fn rerun(args: RerunArgs, session: &Session) -> Outcome {
    let latest = args.latest;
    let Some(run) = &args.run else {
        let filter = args.filter.read(session)?;
        let request = RerunRuns {
            task: filter.task,
            profile: filter.profile,
            batch: None,
            states: filter.states,
            since: filter.since,
            latest,
        };
        let rows = session.backend.call(request).await?;
        if rows.is_empty() {
            session
                .out
                .note("no run matches that was not repeated before");
        }
        return started(rows, false, &args.watch, session).await;
    };
    let run = find::run(&session.backend, run).await?;
    let row = session.backend.call(RerunRun { run, latest }).await?;
    started(vec![row], true, &args.watch, session).await
}

//! `rerun`: the same version with the same inputs again.

use clap::Args;
use drover_model::request::RerunRun;

use crate::{
    commands::watching::{WatchArgs, started},
    failure::Outcome,
    find,
    session::Session,
};

/// Which run.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  drover-cli rerun 01K0000000000000000000ABCD --follow")]
pub(crate) struct RerunArgs {
    /// Its id, or at least the last six characters of it
    run: String,
    #[command(flatten)]
    watch: WatchArgs,
}

/// Starts it.
pub(crate) async fn rerun(args: RerunArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let row = session.backend.call(RerunRun { run }).await?;
    started(vec![row], true, &args.watch, session).await
}

//! `cancel`: stops runs.

use clap::{ArgGroup, Args};
use drover_model::{
    request::{CancelRun, CancelRuns, GetRun},
    run::RunDocument,
};

use crate::{
    commands::runs::{Filter, FilterArgs},
    failure::{Outcome, invalid},
    find,
    session::Session,
    words::plural,
};

/// Which run, or which live ones.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true)),
    after_help = "A second time kills what is left of it at once.\n\nExample:\n  drover-cli cancel 01K0000000000000000000ABCD\n  drover-cli cancel --filter --task check --state queued"
)]
pub(crate) struct CancelArgs {
    /// Its id, or at least the last six characters of it
    #[arg(group = "which")]
    run: Option<String>,
    /// Every live run that matches
    #[arg(long = "filter", group = "which")]
    filtered: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Stops it.
pub(crate) async fn cancel(args: CancelArgs, session: &Session) -> Outcome {
    let out = &session.out;
    let Some(run) = &args.run else {
        let filter = args.filter.read(session)?;
        if filter == Filter::default() {
            let missing = "say which runs: `--state`, `--task`, `--profile` or `--since`";
            return Err(invalid("filter", missing).into());
        }
        let request = CancelRuns {
            task: filter.task,
            profile: filter.profile,
            batch: None,
            waiting: false,
            states: filter.states,
            since: filter.since,
        };
        let stopped = session.backend.call(request).await?;
        out.answer(&serde_json::json!({ "stopped": stopped }), |_| {
            format!("stopped {}", plural(stopped as usize, "run"))
        })?;
        return Ok(0);
    };
    let run = find::run(&session.backend, run).await?;
    let row = session.backend.call(CancelRun { run }).await?;
    if out.is_json() {
        let run = session.backend.call(GetRun { run }).await?;
        out.document(&RunDocument::from(run))?;
    } else {
        out.line(&format!("{} is {}", row.id, row.state.key()))?;
    }
    Ok(0)
}

//! `cancel`: stops runs.

use clap::Args;
use drover_model::{
    request::{CancelRun, GetRun},
    run::RunDocument,
};

use crate::{failure::Outcome, find, session::Session};

/// Which run.
#[derive(Debug, Args)]
#[command(
    after_help = "A second time kills what is left of it at once.\n\nExample:\n  drover-cli cancel 01K0000000000000000000ABCD"
)]
pub(crate) struct CancelArgs {
    /// Its id, or at least the last six characters of it
    run: String,
}

/// Stops it.
pub(crate) async fn cancel(args: CancelArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let row = session.backend.call(CancelRun { run }).await?;
    let out = &session.out;
    if out.is_json() {
        let run = session.backend.call(GetRun { run }).await?;
        out.document(&RunDocument::from(run))?;
    } else {
        out.line(&format!("{} is {}", row.id, row.state.key()))?;
    }
    Ok(0)
}

//! `settle`: the answer to a lost run that asks what to do.

use clap::Args;
use drover_model::request::SettleRun;

use crate::{failure::Outcome, find, session::Session};

/// Which run.
#[derive(Debug, Args)]
#[command(
    after_help = "The other answer is `drover-cli rerun`, which starts it again.\n\nExample:\n  drover-cli settle 01K0000000000000000000ABCD"
)]
pub(crate) struct SettleArgs {
    /// Its id, or at least the last six characters of it
    run: String,
}

/// Says that nothing more is to be done.
pub(crate) async fn settle(args: SettleArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let row = session.backend.call(SettleRun { run }).await?;
    session.out.answer(&row, |row| {
        format!(
            "{} needs nobody any more; it stays {}",
            row.id,
            row.state.key()
        )
    })?;
    Ok(0)
}

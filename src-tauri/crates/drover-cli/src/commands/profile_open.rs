//! `profile open` and `profile close`: a profile by hand.

use clap::Args;
use drover_model::request::{CloseProfile, OpenProfile};

use crate::{failure::Outcome, session::Session};

/// What to open.
#[derive(Debug, Args)]
#[command(
    after_help = "A profile that is open comes to the front with a further tab. Without a running Drover the\ncommand stays until the window is closed.\n\nExample:\n  drover-cli profile open anna https://example.test/"
)]
pub(crate) struct OpenArgs {
    /// Name or id
    profile: String,
    /// Pages instead of the profile's start pages
    #[arg(value_name = "URL")]
    urls: Vec<String>,
}

/// What to close.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  drover-cli profile close anna")]
pub(crate) struct CloseArgs {
    /// Name or id
    profile: String,
    /// End it without asking; the last changes of the page may be lost
    #[arg(long)]
    kill: bool,
}

/// Opens a window.
pub(super) async fn open(args: OpenArgs, session: &Session) -> Outcome {
    let OpenArgs { profile, urls } = args;
    let opened = session.backend.call(OpenProfile { profile, urls }).await?;
    session
        .out
        .answer(&opened, |opened| format!("{} is open", opened.name))?;
    if session.backend.owns_runs() {
        session
            .out
            .note("Drover is not running, so this command stays until the window is closed");
    }
    Ok(0)
}

/// Closes a window, or a warm browser.
pub(super) async fn close(args: CloseArgs, session: &Session) -> Outcome {
    let CloseArgs { profile, kill } = args;
    let name = profile.clone();
    let closed = session.backend.call(CloseProfile { profile, kill }).await?;
    session.out.answer(&closed, |closed| match &closed.rung {
        Some(rung) if rung == "closed" => format!("{name} is closed"),
        Some(rung) => format!("{name} is closed ({rung})"),
        None => format!("{name} was not open"),
    })?;
    Ok(0)
}

//! Opens a trace of a run, and stays while it is looked at.

use drover_model::request::OpenTrace;

use crate::{failure::Outcome, interrupts::interrupts, session::Session};

/// A running app serves the trace; otherwise this command does, until nobody looks at it any more.
pub(crate) async fn show_trace(request: OpenTrace, session: &Session) -> Outcome {
    let opened = session.backend.call(request).await?;
    let out = &session.out;
    out.answer(&opened, |opened| opened.url.clone().unwrap_or_default())?;
    if opened.url.is_some() {
        out.note("the address opens the trace once");
    }
    if !session.backend.owns_runs() {
        return Ok(0);
    }
    out.note("the trace can be looked at until Ctrl-C");
    let mut interrupts = interrupts();
    tokio::select! {
        () = session.backend.traces_closed() => out.note("nobody has looked at it for a while"),
        () = interrupts.next() => {}
    }
    Ok(0)
}

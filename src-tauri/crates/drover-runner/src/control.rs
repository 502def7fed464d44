//! The control channel of one attempt, seen from inside.

use drover_model::StopIntent;
use tokio::sync::mpsc;

use crate::outcome::{Reason, Verdict};
use crate::request::Control;

/// A wish to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) intent: StopIntent,
    pub(crate) at_once: bool,
}

impl Stop {
    pub(crate) fn verdict(self) -> Verdict {
        match self.intent {
            StopIntent::Quit => Verdict::new(Reason::Quit, "stopped because Drover quits"),
            _ => Verdict::new(Reason::Cancelled, "stopped by the operator"),
        }
    }
}

/// What was wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Stop(Stop),
    Resume,
}

/// The receiving end. When all senders are gone nobody can wish anything any more, and waiting goes on for ever.
#[derive(Debug)]
pub(crate) struct Controls(mpsc::Receiver<Control>);

impl Controls {
    pub(crate) fn new(receiver: mpsc::Receiver<Control>) -> Self {
        Self(receiver)
    }

    pub(crate) async fn wish(&mut self) -> Wish {
        let stop = |intent, at_once| Wish::Stop(Stop { intent, at_once });
        match self.0.recv().await {
            Some(Control::Cancel) => stop(StopIntent::Cancel, false),
            Some(Control::Kill) => stop(StopIntent::Cancel, true),
            Some(Control::Quit) => stop(StopIntent::Quit, false),
            Some(Control::Resume) => Wish::Resume,
            None => std::future::pending().await,
        }
    }

    /// The next wish to stop that is more than the stop which is under way. That Drover quits is not: what was asked to
    /// stop has the time that it was promised.
    pub(crate) async fn haste(&mut self) {
        while self.stop().await.intent == StopIntent::Quit {}
    }

    /// The next wish to stop.
    pub(crate) async fn stop(&mut self) -> Stop {
        loop {
            if let Wish::Stop(stop) = self.wish().await {
                return stop;
            }
        }
    }
}

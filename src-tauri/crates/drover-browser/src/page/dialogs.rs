//! Dialogs of a page: somebody always answers, or the page would stand still.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::cdp::{
    Event, Session,
    protocol::{DialogOpening, HandleJavaScriptDialog},
};

/// Answers that wait for their dialogs. More is a mistake of the task.
const MOST_PLANNED: usize = 1000;
/// Words about answered dialogs that nobody has fetched.
const MOST_NOTES: usize = 8;
/// Letters of a dialog's text in the log.
const MOST_LETTERS: usize = 120;

/// How one dialog is answered.
pub(crate) struct Planned {
    pub accept: bool,
    /// What is put into a prompt.
    pub text: Option<SecretString>,
}

/// What is to be answered and what was. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Dialogs(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    planned: VecDeque<Planned>,
    notes: Vec<String>,
}

impl Dialogs {
    /// Adds an answer for a dialog that is still to come.
    pub(crate) fn plan(&self, answer: Planned) {
        let mut state = self.state();
        if state.planned.len() < MOST_PLANNED {
            state.planned.push_back(answer);
        }
    }

    /// What was answered since the last call, in words.
    pub(crate) fn take_notes(&self) -> Vec<String> {
        std::mem::take(&mut self.state().notes)
    }

    fn next(&self, dialog: &DialogOpening) -> Planned {
        let mut state = self.state();
        // Leaving a page is allowed: the run has asked for it.
        let leaves = dialog.kind == "beforeunload";
        let planned = if leaves {
            None
        } else {
            state.planned.pop_front()
        };
        let verb = match &planned {
            Some(Planned { accept: true, .. }) => "accepted",
            None if leaves => "accepted",
            _ => "dismissed",
        };
        let text: String = dialog.message.chars().take(MOST_LETTERS).collect();
        if state.notes.len() < MOST_NOTES {
            state
                .notes
                .push(format!("{verb} a dialog ({}): {text}", dialog.kind));
        }
        planned.unwrap_or(Planned {
            accept: leaves,
            text: None,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .lock()
            .expect("BUG: a holder of the dialogs panicked")
    }
}

/// Answers the dialogs of a page until the page is gone.
pub(super) async fn answer(
    session: Session,
    mut events: broadcast::Receiver<Arc<Event>>,
    dialogs: Dialogs,
) {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(dialog) = event.read::<DialogOpening>("Page.javascriptDialogOpening") {
                    let answer = dialogs.next(&dialog);
                    let answer = HandleJavaScriptDialog {
                        accept: answer.accept,
                        prompt_text: answer.text.as_ref().map(ExposeSecret::expose_secret),
                    };
                    session.call(&answer).await.ok(); // another client may have answered first
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

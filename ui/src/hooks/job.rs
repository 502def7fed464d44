//! One order to the engine at a time, with what came of it: under way, or refused.

use std::cell::Cell;
use std::rc::Rc;

use drover_model::CommandError;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    #[default]
    Rest,
    Busy,
    Refused(CommandError),
}

/// Cheap to clone into callbacks.
#[derive(Clone, PartialEq)]
pub struct Job {
    state: UseStateHandle<State>,
    /// The same in all clones, so that a second click finds the first one.
    busy: Rc<Cell<bool>>,
}

impl Job {
    pub fn is_busy(&self) -> bool {
        *self.state == State::Busy
    }

    /// What the last order was refused with, until the next one.
    pub fn refusal(&self) -> Option<&CommandError> {
        match &*self.state {
            State::Refused(error) => Some(error),
            State::Rest | State::Busy => None,
        }
    }

    /// Forgets a refusal.
    pub fn clear(&self) {
        if !self.busy.get() {
            self.state.set(State::Rest);
        }
    }

    /// Waits for `order` and hands its answer to `done`. Nothing happens while another order is under way.
    pub fn run<T: 'static>(
        &self,
        order: impl Future<Output = Result<T, CommandError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.replace(true) {
            return;
        }
        let (state, busy) = (self.state.setter(), self.busy.clone());
        state.set(State::Busy);
        spawn_local(async move {
            let answer = order.await;
            busy.set(false);
            match answer {
                Ok(answer) => {
                    state.set(State::Rest);
                    done(answer);
                }
                Err(error) => state.set(State::Refused(error)),
            }
        });
    }
}

#[hook]
pub fn use_job() -> Job {
    let state = use_state_eq(State::default);
    let busy = use_memo((), |()| Cell::new(false));
    Job { state, busy }
}

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::keychain::Keychain;
use crate::lane::{Job, Lane, Make};
use crate::{Error, Result, State};

/// Threads that may hang in a keychain at the same time. After that the keychain counts as absent until one of them
/// comes back, so that a broken service cannot eat threads.
const HUNG_THREADS: usize = 3;

/// How long one call may take.
#[derive(Clone, Copy)]
pub(crate) struct Deadlines {
    pub(crate) call: Duration,
    /// For a call that puts a prompt in front of a person.
    pub(crate) prompt: Duration,
}

impl Deadlines {
    pub(crate) const USUAL: Deadlines = Deadlines {
        call: Duration::from_secs(3),
        prompt: Duration::from_mins(2),
    };
}

/// The keychain thread in use, those that hang, and the deadlines between them and everybody else.
pub(crate) struct Actor {
    make: Make,
    deadlines: Deadlines,
    state: Arc<watch::Sender<State>>,
    lanes: Mutex<Lanes>,
    /// Held while a prompt may be on the screen.
    prompt: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Lanes {
    current: Option<Lane>,
    given_up: Vec<Weak<()>>,
}

impl Actor {
    /// Starts the first thread, which looks at the keychain at once. Does not wait for it.
    pub(crate) fn start(make: Make, deadlines: Deadlines) -> Arc<Actor> {
        let actor = Actor {
            make,
            deadlines,
            state: Arc::new(watch::Sender::new(State::Probing)),
            lanes: Mutex::default(),
            prompt: tokio::sync::Mutex::default(),
        };
        actor.replace(&mut actor.lanes());
        Arc::new(actor)
    }

    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    pub(crate) async fn call<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut dyn Keychain) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let after = |result: &Result<T>| {
            result
                .as_ref()
                .map_or_else(Error::state, |_| Some(State::Ready))
        };
        detached(Arc::clone(self).run(self.deadlines.call, None, work, after)).await
    }

    pub(crate) async fn probe(self: &Arc<Self>) -> Result<State> {
        let work = |keychain: &mut dyn Keychain| Ok(keychain.probe());
        let after = |result: &Result<State>| result.as_ref().ok().copied();
        detached(Arc::clone(self).run(self.deadlines.call, None, work, after)).await
    }

    /// One prompt at a time: who comes while one is on the screen gets its outcome.
    pub(crate) async fn unlock(self: &Arc<Self>) -> Result<State> {
        let actor = Arc::clone(self);
        detached(async move {
            let Ok(_the_prompt) = actor.prompt.try_lock() else {
                drop(actor.prompt.lock().await);
                return Ok(*actor.watch().borrow());
            };
            // Whatever it failed with, no prompt is on the screen any more.
            let after = |result: &Result<State>| {
                Some(
                    result
                        .clone()
                        .unwrap_or_else(|e| e.state().unwrap_or(State::Locked)),
                )
            };
            let deadline = actor.deadlines.prompt;
            Arc::clone(&actor)
                .run(
                    deadline,
                    Some(State::Unlocking),
                    |keychain| keychain.unlock(),
                    after,
                )
                .await
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self: Arc<Self>,
        deadline: Duration,
        meanwhile: Option<State>,
        work: impl FnOnce(&mut dyn Keychain) -> Result<T> + Send + 'static,
        after: impl FnOnce(&Result<T>) -> Option<State> + Send + 'static,
    ) -> Result<T> {
        let lane = self.lane().ok_or(Error::Absent)?;
        let mut open = lane.open.clone();
        let opened = match timeout(self.deadlines.call, open.wait_for(|open| *open)).await {
            Ok(opened) => opened.map(drop),
            Err(_) => return Err(self.hangs(&lane)),
        };
        if opened.is_err() {
            return Err(self.died(&lane));
        }

        let (started, start) = oneshot::channel();
        let (answer, reply) = oneshot::channel();
        let work = Box::new(move |keychain: &mut dyn Keychain| {
            let result = work(keychain);
            let state = after(&result);
            answer.send(result).ok(); // The deadline may have passed.
            state
        });
        let taken_up = async {
            lane.queue
                .send(Job {
                    started,
                    meanwhile,
                    work,
                })
                .await
                .map_err(drop)?;
            start.await.map_err(drop)
        };
        let taken_up = tokio::select! {
            biased;
            taken_up = taken_up => taken_up,
            // The call in front of this one hangs.
            () = lane.given_up() => return Err(Error::TimedOut),
        };
        if taken_up.is_err() {
            return Err(self.died(&lane));
        }
        match timeout(deadline, reply).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(self.died(&lane)),
            Err(_) => Err(self.hangs(&lane)),
        }
    }

    /// The lane in use. Where too many threads hang there is none, until one of them has come back.
    fn lane(&self) -> Option<Lane> {
        let mut lanes = self.lanes();
        if lanes.current.is_none() {
            self.replace(&mut lanes);
        }
        lanes.current.clone()
    }

    fn hangs(&self, lane: &Lane) -> Error {
        tracing::warn!("a call into the keychain passed its deadline, its thread is given up");
        self.give_up(lane, State::TimedOut);
        Error::TimedOut
    }

    fn died(&self, lane: &Lane) -> Error {
        tracing::error!("the keychain thread ended before it answered");
        self.give_up(lane, State::Absent);
        Error::Failed {
            what: "and its thread ended",
        }
    }

    fn give_up(&self, lane: &Lane, state: State) {
        let mut lanes = self.lanes();
        let mut first = false;
        self.state.send_if_modified(|current| {
            first = lane.give_up();
            if first {
                *current = state;
            }
            first
        });
        if first
            && lanes
                .current
                .as_ref()
                .is_some_and(|current| current.is(lane))
        {
            lanes.given_up.push(lane.life());
            self.replace(&mut lanes);
        }
    }

    fn replace(&self, lanes: &mut Lanes) {
        lanes.given_up.retain(|life| life.strong_count() > 0);
        lanes.current = (lanes.given_up.len() < HUNG_THREADS)
            .then(|| Lane::start(Arc::clone(&self.make), Arc::clone(&self.state)).ok())
            .flatten();
        if lanes.current.is_none() {
            self.state.send_replace(State::Absent);
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // Nothing in here can leave half a change behind.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the call to its end although the one who asked may stop waiting: otherwise nobody would see that it hangs.
async fn detached<T: Send + 'static>(
    call: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(call).await.unwrap_or(Err(Error::Failed {
        what: "because the application is shutting down",
    }))
}

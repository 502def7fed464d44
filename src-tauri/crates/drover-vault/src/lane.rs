//! One keychain thread with its queue. A lane whose thread hangs is given up and another takes its place.

use std::io;
use std::sync::{Arc, Weak};
use std::thread;

use tokio::sync::{mpsc, oneshot, watch};

use crate::State;
use crate::keychain::Keychain;

/// Requests that may wait for the thread. More would only wait longer: the sender waits for a place instead.
const QUEUE: usize = 64;

/// What to do with the keychain, and the state that the outcome shows, if it shows one.
pub(crate) type Work = Box<dyn FnOnce(&mut dyn Keychain) -> Option<State> + Send>;

/// Makes the keychain, on the thread that will use it.
pub(crate) type Make = Arc<dyn Fn() -> Box<dyn Keychain> + Send + Sync>;

pub(crate) struct Job {
    /// Told when the thread takes the job up: the deadline counts from there.
    pub(crate) started: oneshot::Sender<()>,
    /// The state while the job is worked on, where it differs.
    pub(crate) meanwhile: Option<State>,
    pub(crate) work: Work,
}

#[derive(Clone)]
pub(crate) struct Lane {
    pub(crate) queue: mpsc::Sender<Job>,
    /// True once the thread has made its keychain and looked at it.
    pub(crate) open: watch::Receiver<bool>,
    gone: Arc<watch::Sender<bool>>,
    life: Weak<()>,
}

impl Lane {
    /// Starts the thread. It ends by itself when the last sender is gone or the lane was given up, and is never
    /// joined: at exit it may be inside a call that does not return.
    pub(crate) fn start(make: Make, state: Arc<watch::Sender<State>>) -> io::Result<Lane> {
        let (queue, mut jobs) = mpsc::channel::<Job>(QUEUE);
        let (opened, open) = watch::channel(false);
        let gone = Arc::new(watch::Sender::new(false));
        let life = Arc::new(());
        let lane = Lane {
            queue,
            open,
            gone: Arc::clone(&gone),
            life: Arc::downgrade(&life),
        };
        thread::Builder::new()
            .name("secrets".into())
            .spawn(move || {
                let publish = |new: State| publish(&state, &gone, new);
                let mut keychain = make();
                publish(keychain.probe());
                opened.send_replace(true);
                while !*gone.borrow() {
                    let Some(job) = jobs.blocking_recv() else {
                        break;
                    };
                    job.started.send(()).ok(); // The one who asked may be gone; the work is done all the same.
                    if let Some(new) = job.meanwhile {
                        publish(new);
                    }
                    if let Some(new) = (job.work)(&mut *keychain) {
                        publish(new);
                    }
                }
                // Moved in here, so that it lasts as long as the thread, also when that panics.
                drop(life);
            })?;
        Ok(lane)
    }

    pub(crate) fn is(&self, other: &Lane) -> bool {
        Arc::ptr_eq(&self.gone, &other.gone)
    }

    /// Marks the lane as given up, so that its thread neither reports nor takes another job. False if it was already.
    pub(crate) fn give_up(&self) -> bool {
        !self.gone.send_replace(true)
    }

    pub(crate) async fn given_up(&self) {
        let mut gone = self.gone.subscribe();
        gone.wait_for(|gone| *gone).await.ok(); // The sender lives in `self`.
    }

    /// Alive for as long as the thread is.
    pub(crate) fn life(&self) -> Weak<()> {
        Weak::clone(&self.life)
    }
}

/// Reports a state, unless the lane was given up. Both checks happen under the lock of `state`, so that a thread that
/// comes back late cannot overwrite what was said after it was given up.
fn publish(state: &watch::Sender<State>, gone: &watch::Sender<bool>, new: State) {
    state.send_if_modified(|current| {
        let changed = !*gone.borrow() && *current != new;
        if changed {
            *current = new;
        }
        changed
    });
}

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use secrecy::SecretString;

use crate::actor::Deadlines;
use crate::keychain::Keychain;
use crate::memory::Memory;
use crate::{Backend, Error, Result, State, Vault};

/// The other end of a memory vault that can be made to fail, for tests. Dropping it lets hanging calls return.
pub struct Faults(Arc<Stage>);

#[derive(Default)]
struct Stage {
    scene: Mutex<Scene>,
    changed: Condvar,
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "faults are independent of each other"
)]
struct Scene {
    memory: Memory,
    locked: bool,
    absent: bool,
    hanging: bool,
    /// The person dismisses the prompt instead of answering it.
    dismisses: bool,
    prompts: usize,
    panics: bool,
}

impl Vault {
    /// A memory vault that fails on request. `deadline` is that of each call, prompts included.
    pub fn with_faults(deadline: Duration) -> (Vault, Faults) {
        let stage = Arc::new(Stage::default());
        let faults = Faults(Arc::clone(&stage));
        let make = Arc::new(move || -> Box<dyn Keychain> { Box::new(Faulty(Arc::clone(&stage))) });
        (
            Vault::start(
                Backend::MEMORY,
                make,
                Deadlines {
                    call: deadline,
                    prompt: deadline,
                },
            ),
            faults,
        )
    }
}

impl Faults {
    /// Locked, or opened by somebody else than Drover.
    pub fn locked(&self, locked: bool) {
        self.change(|scene| scene.locked = locked);
    }

    pub fn absent(&self, absent: bool) {
        self.change(|scene| scene.absent = absent);
    }

    /// Calls do not return while this is set.
    pub fn hanging(&self, hanging: bool) {
        self.change(|scene| scene.hanging = hanging);
    }

    pub fn person_dismisses(&self, dismisses: bool) {
        self.change(|scene| scene.dismisses = dismisses);
    }

    /// The next call panics, as a library with a bug would.
    pub fn panic_once(&self) {
        self.change(|scene| scene.panics = true);
    }

    /// How many prompts were shown.
    pub fn prompts(&self) -> usize {
        self.0.scene().prompts
    }

    fn change(&self, change: impl FnOnce(&mut Scene)) {
        change(&mut self.0.scene());
        self.0.changed.notify_all();
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.hanging(false);
    }
}

impl Stage {
    fn scene(&self) -> MutexGuard<'_, Scene> {
        self.scene
            .lock()
            .expect("BUG: a test panicked while it changed the scene")
    }

    fn enter(&self) -> MutexGuard<'_, Scene> {
        let mut scene = self.scene();
        while scene.hanging {
            scene = self
                .changed
                .wait(scene)
                .expect("BUG: a test panicked while it changed the scene");
        }
        if std::mem::take(&mut scene.panics) {
            drop(scene);
            panic!("the test asked for this panic");
        }
        scene
    }

    fn open(&self) -> Result<MutexGuard<'_, Scene>> {
        let scene = self.enter();
        match scene.state() {
            State::Absent => Err(Error::Absent),
            State::Locked => Err(Error::Locked),
            _ => Ok(scene),
        }
    }
}

impl Scene {
    fn state(&self) -> State {
        match (self.absent, self.locked) {
            (true, _) => State::Absent,
            (false, true) => State::Locked,
            (false, false) => State::Ready,
        }
    }
}

struct Faulty(Arc<Stage>);

impl Keychain for Faulty {
    fn probe(&mut self) -> State {
        self.0.enter().state()
    }

    fn unlock(&mut self) -> Result<State> {
        let mut scene = self.0.enter();
        if scene.state() == State::Locked {
            scene.prompts += 1;
            scene.locked = scene.dismisses;
        }
        Ok(scene.state())
    }

    fn put(&mut self, entry: &str, secret: &SecretString) -> Result<()> {
        self.0.open()?.memory.put(entry, secret)
    }

    fn get(&mut self, entry: &str) -> Result<SecretString> {
        self.0.open()?.memory.get(entry)
    }

    fn remove(&mut self, entry: &str) -> Result<()> {
        self.0.open()?.memory.remove(entry)
    }
}

//! The seam: answers after a short while, tells listeners what changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use drover_model::request::WatchBrowser;
use drover_model::{Code, CommandError, Event, ProfileId, RunBatch, RunId};
use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;
use yew::Callback;

use super::planner::Here;
use super::scene::{Scene, settings_from_query};
use super::world::World;
use super::{live, picture, press, seed};
use crate::bridge::{Backend, Guard, clock, dom};

/// Milliseconds until an answer comes, about as long as the real one takes.
const LATENCY: u32 = 12;

/// The beat that live pictures begin with: something is drawn already.
const FIRST_BEAT: u32 = 7;

type Listener = (u32, Callback<String>);
type Watcher = (u32, RunId, Callback<String>);

/// Shared by the backend and the runs that are being played.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) world: Rc<RefCell<World>>,
    listeners: Rc<RefCell<Vec<Listener>>>,
    watchers: Rc<RefCell<Vec<Watcher>>>,
}

impl Stage {
    pub(super) fn tell(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let text = serde_json::to_string(events).expect("BUG: events can be written");
        let listeners = self.listeners.borrow().clone();
        for (_, listener) in listeners {
            listener.emit(text.clone());
        }
    }

    pub(super) fn show(&self, run: RunId, batch: &RunBatch) {
        let text = serde_json::to_string(batch).expect("BUG: a batch can be written");
        let watchers = self.watchers.borrow().clone();
        for (_, _, watcher) in watchers
            .into_iter()
            .filter(|(_, watched, _)| *watched == run)
        {
            watcher.emit(text.clone());
        }
    }
}

pub struct DemoBackend {
    stage: Stage,
}

impl DemoBackend {
    /// The scene that the address names; a live run begins where it has one.
    pub fn from_query() -> Self {
        let scene = Scene::from_query();
        let now = clock::now();
        let here = Here::by_clock(clock::zone(), now, clock::local_civil(now));
        let world = seed::world_in(here, scene, settings_from_query(scene), now);
        let backend = Self::over(world);
        press::from_query();
        let stage = &backend.stage;
        let running: Vec<RunId> = stage
            .world
            .borrow()
            .rows()
            .filter(|row| row.state.holds())
            .map(|row| row.id)
            .collect();
        for run in running {
            live::continue_run(stage.clone(), run);
        }
        backend
    }

    fn over(world: World) -> Self {
        let world = Rc::new(RefCell::new(world));
        Self {
            stage: Stage {
                world,
                listeners: Rc::default(),
                watchers: Rc::default(),
            },
        }
    }

    fn answer(&self, command: &str, body: &str) -> Result<String, CommandError> {
        let (reply, events, started) = {
            let mut world = self.stage.world.borrow_mut();
            world.now = clock::now();
            let before = world.seq;
            let answer = world.answer(command, body)?;
            debug_assert!(world.seq >= before, "events only grow");
            (answer.reply, answer.events, answer.started)
        };
        self.stage.tell(&events);
        for run in started {
            live::play(self.stage.clone(), run);
        }
        Ok(reply)
    }
}

impl Backend for DemoBackend {
    async fn invoke(&self, command: &'static str, body: String) -> Result<String, CommandError> {
        TimeoutFuture::new(LATENCY).await;
        self.answer(command, &body)
    }

    async fn fetch(&self, _: &'static str, _: String) -> Result<Vec<u8>, CommandError> {
        TimeoutFuture::new(LATENCY).await;
        Ok(include_bytes!("screenshot.png").to_vec())
    }

    async fn shell(&self, command: &'static str, _: String) -> Result<(), CommandError> {
        TimeoutFuture::new(LATENCY).await;
        let owned = self.stage.world.borrow().scene == Scene::Owned;
        if owned && command == "get_startup" {
            return Err(CommandError::new(
                Code::AlreadyRunning,
                "the data folder `~/.local/share/drover` is in use by process 4312",
            )
            .hint("close the other Drover, or start this one with another data folder"));
        }
        Ok(())
    }

    async fn listen(&self, on_batch: Callback<String>) -> Guard {
        let id = dom::fresh();
        self.stage.listeners.borrow_mut().push((id, on_batch));
        let listeners = self.stage.listeners.clone();
        Guard::new(move || listeners.borrow_mut().retain(|(other, _)| *other != id))
    }

    fn watch_run(&self, run: RunId, from: u64, on_batch: Callback<String>) -> Guard {
        let id = dom::fresh();
        self.stage.watchers.borrow_mut().push((id, run, on_batch));
        let lines = self
            .stage
            .world
            .borrow()
            .logs
            .get(&run)
            .map_or_else(Vec::new, |lines| {
                lines
                    .iter()
                    .filter(|line| line.seq >= from)
                    .cloned()
                    .collect()
            });
        let stage = self.stage.clone();
        gloo_timers::callback::Timeout::new(0, move || {
            stage.show(
                run,
                &RunBatch {
                    lines,
                    ..RunBatch::default()
                },
            );
        })
        .forget();
        let watchers = self.stage.watchers.clone();
        Guard::new(move || watchers.borrow_mut().retain(|(other, _, _)| *other != id))
    }

    fn watch_browser(&self, request: String, on_picture: Callback<Vec<u8>>) -> Guard {
        let Ok(request) = serde_json::from_str::<WatchBrowser>(&request) else {
            return Guard::idle();
        };
        let Ok(profile) = request.profile.parse::<ProfileId>() else {
            return Guard::idle();
        };
        let beat = Cell::new(FIRST_BEAT);
        let show = move || {
            on_picture.emit(picture::draw(profile, beat.replace(beat.get() + 1)));
        };
        let show = Rc::new(show);
        let first = {
            let show = show.clone();
            Timeout::new(LATENCY, move || show())
        };
        // A harness that photographs asks for no motion, and gets the same picture every time.
        let still = self.stage.world.borrow().settings.reduced_motion;
        let more = (!still).then(|| Interval::new(request.every_ms, move || show()));
        Guard::new(move || drop((first, more)))
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Settings, command};

    use super::*;

    #[test]
    fn it_answers_every_command() {
        let world = seed::world(
            Scene::Small,
            Settings::default(),
            "2026-05-04T12:02:41Z".parse().unwrap(),
        );
        let backend = DemoBackend::over(world);
        for name in command::REQUESTS {
            let answer = backend
                .stage
                .world
                .borrow_mut()
                .answer(name, "{}")
                .map(|answer| answer.reply);
            let known = match answer {
                Ok(_) => true,
                Err(error) => !error.message.contains("unknown command"),
            };
            assert!(known, "`{name}` is answered");
        }
    }
}

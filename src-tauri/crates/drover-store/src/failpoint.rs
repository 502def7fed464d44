//! Places at which a debug build can be told to die, as if it were killed there: between any two of them, what was
//! promised has to hold in the next life.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

/// Every place, in the order in which a schedule's start comes by them.
///
/// Those of `missed` are come by only where something was missed. `commit.begun`, `commit.done` and `commit.answered` are those of any commit. Named after another place, as in
/// `pass.cursor,commit.done`, they are those of the commit in which that place was.
pub const PLACES: [&str; 19] = [
    "turn.planned",
    "pass.cursor",
    "pass.batch",
    "pass.run",
    "pass.followed",
    "pass.written",
    "missed.noted",
    "commit.begun",
    "commit.done",
    "commit.answered",
    "turn.written",
    "missed.untold",
    "claim.chosen",
    "claim.written",
    "run.moved",
    "end.noted",
    "end.batch",
    "follow.found",
    "follow.planned",
];

/// Where to die, and how far the way there was gone.
static WAY: OnceLock<(Vec<String>, AtomicUsize)> = OnceLock::new();

/// Names the place to die at, after the places that come before it, with commas between. Said once in a life.
pub fn arm(way: &str) {
    let places = way.split(',').map(|place| place.trim().to_owned());
    WAY.set((places.collect(), AtomicUsize::new(0))).ok(); // said before
}

/// Dies when this is the place. [`failpoint!`](crate::failpoint!) says so in debug builds alone.
pub fn reached(place: &str) {
    let Some((places, gone)) = WAY.get() else {
        return;
    };
    let next = gone.load(Ordering::Acquire);
    if places.get(next).is_some_and(|wanted| wanted == place) {
        if next + 1 == places.len() {
            std::process::abort();
        }
        gone.store(next + 1, Ordering::Release);
    }
}

/// A place at which a debug build can be told to die.
#[macro_export]
macro_rules! failpoint {
    ($place:literal) => {
        if cfg!(debug_assertions) {
            $crate::failpoint::reached($place);
        }
    };
}

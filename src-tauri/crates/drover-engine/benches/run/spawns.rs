//! The same program started and awaited without Drover.

use std::process::Stdio;
use std::thread;
use std::time::Instant;

use crate::Done;
use crate::series::{Series, count};

/// Starts so many, as many threads as run at once taking turns.
pub(crate) fn spawns(times: usize, at_once: usize) -> Done<Vec<Series>> {
    let started = Instant::now();
    thread::scope(|scope| {
        let share = |at: usize| times / at_once + usize::from(at < times % at_once);
        let all: Vec<_> = (0..at_once)
            .map(|at| scope.spawn(move || (0..share(at)).try_for_each(|_| spawn())))
            .collect();
        let mut ends = all.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.try_for_each(|end| end.map_err(|_| "a thread panicked")?)
    })?;
    let rate = count(times) / started.elapsed().as_secs_f64();
    let name = format!("/bin/true by posix_spawn, {at_once} at once");
    Ok(vec![Series::new(name, "runs/s", vec![rate])])
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is what the one door is compared with"
)]
fn spawn() -> Done<()> {
    let mut command = std::process::Command::new("/bin/true");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    if command.status()?.success() {
        return Ok(());
    }
    Err("`/bin/true` failed".into())
}

//! The cancel ladder: ask, terminate, kill, and prove that nobody is left.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::Child;

/// How often the tree is looked at while somebody dies. A look reads `/proc` once.
const LOOK: Duration = Duration::from_millis(25);

/// How long each rung waits before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graces {
    /// After the interrupt; Playwright finishes its traces in it. Zero skips the rung.
    pub interrupt: Duration,
    /// After the request to terminate. Zero skips the rung.
    pub terminate: Duration,
    /// After the kill, for the kernel to tear the tree down.
    pub kill: Duration,
}

impl Graces {
    /// The ladder of a cancel and of a deadline.
    pub fn with_interrupt(interrupt: Duration) -> Self {
        Self {
            interrupt,
            terminate: Duration::from_secs(2),
            kill: Duration::from_secs(2),
        }
    }

    /// Straight to the kill.
    pub fn at_once() -> Self {
        Self {
            interrupt: Duration::ZERO,
            terminate: Duration::ZERO,
            kill: Duration::from_secs(2),
        }
    }
}

/// The rung on which the tree was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// Nobody had to be asked.
    ByItself,
    Interrupted,
    Terminated,
    Killed,
}

/// The end of a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub rung: Rung,
    /// Who could not be ended; empty is the proof that the tree is gone.
    pub survivors: Vec<u32>,
}

/// Walks the ladder until the tree is empty. `hurry` completes when the rest is to be skipped and the tree killed.
pub async fn stop_tree(child: &Child, graces: Graces, hurry: impl Future<Output = ()>) -> Stopped {
    let patient = async {
        if empty_within(child, Duration::ZERO).await {
            return Some(Rung::ByItself);
        }
        if !graces.interrupt.is_zero() {
            child.interrupt();
            if empty_within(child, graces.interrupt).await {
                return Some(Rung::Interrupted);
            }
        }
        if !graces.terminate.is_zero() {
            child.terminate();
            if empty_within(child, graces.terminate).await {
                return Some(Rung::Terminated);
            }
        }
        None
    };
    let gone = tokio::select! {
        gone = patient => gone,
        () = hurry => None,
    };
    if let Some(rung) = gone {
        return Stopped {
            rung,
            survivors: Vec::new(),
        };
    }
    let until = Instant::now() + graces.kill;
    loop {
        // Each round signals again: a process may have forked between the look and the signal.
        child.kill();
        let survivors = settled(child, LOOK).await;
        if survivors.is_empty() || Instant::now() >= until {
            return Stopped {
                rung: Rung::Killed,
                survivors,
            };
        }
    }
}

async fn empty_within(child: &Child, grace: Duration) -> bool {
    let until = Instant::now() + grace;
    loop {
        if child.survivors().is_empty() {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        // The exit of the leader is told at once; who else is there is only found by looking.
        timeout(LOOK, child.wait()).await.ok();
        sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
    }
}

async fn settled(child: &Child, pause: Duration) -> Vec<u32> {
    let survivors = child.survivors();
    if survivors.is_empty() {
        return survivors;
    }
    sleep(pause).await;
    child.survivors()
}

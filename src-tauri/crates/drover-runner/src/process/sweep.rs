//! The start-up sweep: what earlier lives of Drover left running.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use super::brand::is_of_house;
use super::platform::{self, Entry};
use super::tree::tree_of;

const LOOK: Duration = Duration::from_millis(25);
const TERMINATE_GRACE: Duration = Duration::from_secs(2);
const KILL_GRACE: Duration = Duration::from_secs(5);

/// What a sweep found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Everybody who was alive when the sweep began, by pid.
    pub found: Vec<u32>,
    /// Who could not be ended; empty is the proof.
    pub survivors: Vec<u32>,
    /// The marker of each of them, where it can be read.
    pub markers: Vec<Option<String>>,
}

/// Ends every process whose marker begins with one of `markers` or whose brand is of such a start, or whose command
/// line names one of `data_dirs` as Chrome's data folder, with all descendants.
///
/// It cannot tell an earlier life from this one: while anything runs, it may only be asked for what is known to be over,
/// such as the marker of one attempt. The processes this one
/// descends from are spared, because Drover may itself have been started by a task of another Drover.
pub async fn sweep(markers: &[String], data_dirs: &[PathBuf]) -> Swept {
    let found = leftovers(markers, data_dirs);
    if found.is_empty() {
        return Swept::default();
    }
    for entry in &found {
        platform::signal_process(*entry, Signal::TERM);
    }
    let began = Instant::now();
    let mut left = leftovers(markers, data_dirs);
    while !left.is_empty() && began.elapsed() < TERMINATE_GRACE + KILL_GRACE {
        if began.elapsed() >= TERMINATE_GRACE {
            for entry in &left {
                platform::signal_process(*entry, Signal::KILL);
            }
        }
        sleep(LOOK).await;
        left = leftovers(markers, data_dirs);
    }
    Swept {
        found: pids(&found),
        survivors: pids(&left),
        markers: left
            .iter()
            .map(|entry| platform::marker_of(entry.pid))
            .collect(),
    }
}

fn leftovers(markers: &[String], data_dirs: &[PathBuf]) -> Vec<Entry> {
    let living = platform::living();
    let spared = ancestors(&living);
    let mut tree = tree_of(&living, |entry| {
        !spared.contains(&entry.pid)
            && (platform::marker_of(entry.pid)
                .is_some_and(|marker| markers.iter().any(|m| marker.starts_with(m.as_str())))
                || platform::brand_of(entry.pid)
                    .is_some_and(|brand| markers.iter().any(|m| is_of_house(brand, m)))
                || data_dirs
                    .iter()
                    .any(|folder| platform::uses_data_dir(entry.pid, folder)))
    });
    tree.retain(|entry| !spared.contains(&entry.pid));
    tree
}

fn ancestors(living: &[Entry]) -> Vec<u32> {
    let mut chain = vec![std::process::id()];
    while let Some(parent) = chain
        .last()
        .and_then(|pid| living.iter().find(|entry| entry.pid == *pid))
        .map(|entry| entry.parent)
        .filter(|parent| *parent != 0 && !chain.contains(parent))
    {
        chain.push(parent);
    }
    chain
}

fn pids(entries: &[Entry]) -> Vec<u32> {
    entries.iter().map(|entry| entry.pid).collect()
}

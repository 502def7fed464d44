//! The tree of a started process: who belongs to it, and how much memory it has.

use std::collections::BTreeSet;

use drover_browser::ProcessIdentity;

use super::brand::brand;
use super::platform::{self, Entry};

/// Everything that descends from one start. Holds nothing: whoever started it has to hold its leader.
#[derive(Clone, Debug)]
pub struct Tree(ProcessIdentity);

impl Tree {
    pub(super) fn new(leader: ProcessIdentity) -> Self {
        Self(leader)
    }

    /// Bytes in memory; pages that several processes share are counted once in all (proc(5), `Pss`), or for each
    /// where the system does not say. A sum up to `enough` may count them for each as well.
    #[must_use]
    pub fn memory(&self, enough: u64) -> u64 {
        let tree = self.alive();
        let all: u64 = tree.iter().map(|entry| platform::resident(entry.pid)).sum();
        if all <= enough {
            // The shares are at most as much, and take longer to find out.
            return all;
        }
        let share = |entry: &Entry| {
            platform::share(entry.pid).unwrap_or_else(|| platform::resident(entry.pid))
        };
        tree.iter().map(share).sum()
    }

    /// Everybody who is alive: by group, by session, by marker, by brand, and their children. Zombies are dead.
    pub(super) fn alive(&self) -> Vec<Entry> {
        let leader = &self.0;
        let brand = brand(&leader.marker);
        tree_of(&platform::living(), |entry| {
            entry.pid == leader.pid && entry.started == leader.started
                || entry.group == leader.pid
                || entry.session == leader.pid
                || platform::marker_of(entry.pid).as_deref() == Some(leader.marker.as_str())
                || platform::brand_of(entry.pid) == Some(brand)
        })
    }
}

/// The processes that `belongs` names, and all their descendants; never Drover itself.
pub(super) fn tree_of(living: &[Entry], belongs: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let own = std::process::id();
    let others = || living.iter().filter(|entry| entry.pid != own);
    let mut tree: BTreeSet<u32> = others()
        .filter(|entry| belongs(entry))
        .map(|entry| entry.pid)
        .collect();
    loop {
        let before = tree.len();
        let children: Vec<u32> = others()
            .filter(|entry| tree.contains(&entry.parent))
            .map(|entry| entry.pid)
            .collect();
        tree.extend(children);
        if tree.len() == before {
            break;
        }
    }
    others()
        .filter(|entry| tree.contains(&entry.pid))
        .copied()
        .collect()
}

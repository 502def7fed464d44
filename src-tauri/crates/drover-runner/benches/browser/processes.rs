//! The process table, as anybody can read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Done;

/// How often the end of processes is looked for; no event tells of a process that is not a child.
const LOOK: Duration = Duration::from_millis(1);
/// Processes that live on for so long do not end.
const PATIENCE: Duration = Duration::from_mins(1);

/// State and parent of every process; what has ended but was not yet waited for is left out.
fn parents() -> BTreeMap<u32, u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?;
        let parent = fields.next()?.parse().ok()?;
        (state != "Z").then_some((pid, parent))
    })
    .collect()
}

/// A process and everything below it.
pub(crate) fn tree(root: u32) -> BTreeSet<u32> {
    let parents = parents();
    let mut found = BTreeSet::from([root]);
    loop {
        let more: Vec<u32> = parents
            .iter()
            .filter(|(pid, parent)| found.contains(parent) && !found.contains(pid))
            .map(|(pid, _)| *pid)
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Processes with this path on their command line or in their environment, wherever they hang; not this one.
pub(crate) fn naming(path: &Path) -> Vec<u32> {
    let path = path.display().to_string();
    let names = |pid: u32, file: &str| {
        let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(&path)
    };
    let own = std::process::id();
    parents()
        .into_keys()
        .filter(|pid| *pid != own && (names(*pid, "cmdline") || names(*pid, "environ")))
        .collect()
}

fn lives(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

/// Waits in a thread of its own until all are gone, and gives the moment.
pub(crate) fn when_gone(pids: BTreeSet<u32>) -> std::thread::JoinHandle<Option<Instant>> {
    std::thread::spawn(move || {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if !pids.iter().copied().any(lives) {
                return Some(Instant::now());
            }
            std::thread::sleep(LOOK);
        }
        None
    })
}

/// Proportional set size of a tree in MB (10^6 bytes): shared pages count by the share of each process.
pub(crate) fn memory(root: u32) -> f64 {
    let kib: f64 = tree(root)
        .into_iter()
        .filter_map(|pid| field(&format!("/proc/{pid}/smaps_rollup"), "Pss:"))
        .sum();
    kib * 1.024e-3
}

/// Resident memory of this process in MB (10^6 bytes).
pub(crate) fn own_memory() -> f64 {
    field("/proc/self/status", "VmRSS:").unwrap_or_default() * 1.024e-3
}

fn field(file: &str, name: &str) -> Option<f64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Open descriptors of this process.
pub(crate) fn descriptors() -> Done<usize> {
    Ok(fs::read_dir("/proc/self/fd")?.count())
}

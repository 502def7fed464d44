//! The targets of the queue, and whether they are met. What the disk decides is held against the disk of the same round.

use super::{Verdict, drovers, median};
use crate::bench::planner;
use crate::bench::queue::{AT_ONCE, drain_label, enqueue_label};
use crate::bench::rounds::FLUSH;
use crate::bench::row::{Row, figure};
use crate::bench::statistics::Summary;

/// Peers whose jobs lie in a file of `SQLite` as Drover's do.
const SQLITE: [&str; 4] = ["apalis-sqlite", "huey", "litequeue", "honker"];

/// A disk that takes fewer flushes in a second decides alone what many callers get.
const FAST_ENOUGH: f64 = 300.0;

/// Judges everything of the queue that the rows allow.
pub(super) fn judge(rows: &[Row]) -> Vec<Verdict> {
    let mut all: Vec<Verdict> = Vec::new();
    all.extend(alone(rows));
    all.extend(crowd(rows));
    all.extend(bulk(rows));
    all.extend(drain(rows));
    all.extend(pickups(rows));
    let own = rows.iter().filter(|row| row.who.is_drover());
    all.extend(own.filter_map(bounded));
    all.extend(beside_peers(rows));
    all
}

/// The probe of each round of a row, with what the row has of that round.
fn beside_the_disk(row: &Row) -> Vec<(f64, f64)> {
    let rounds = row.rounds.iter().filter_map(|(round, samples)| {
        let (before, after) = row.probe(*round)?;
        Some((f64::midpoint(before, after), Summary::of(samples)?.median))
    });
    rounds.collect()
}

fn verdict(row: &Row, target: &str, found: String, met: Option<bool>) -> Verdict {
    Verdict {
        id: row.id,
        what: row.variant.clone(),
        target: target.to_owned(),
        found,
        // A round that failed may hide what is counted.
        met: met.map(|met| met && row.failures.is_empty()),
    }
}

/// One that has no figure at all.
fn silent(row: &Row, target: &str) -> Verdict {
    verdict(row, target, "no figure".to_owned(), Some(false))
}

/// W1: a caller alone gets most of what the disk flushes.
fn alone(rows: &[Row]) -> Option<Verdict> {
    let row = drovers(rows, "W1", &enqueue_label("D2", 0))?;
    let target = "at least 70 % of the flushes of the disk";
    let parts: Vec<f64> = beside_the_disk(row)
        .into_iter()
        .map(|(disk, rate)| 100.0 * rate / disk)
        .collect();
    let Some(part) = Summary::of(&parts) else {
        return Some(silent(row, target));
    };
    let found = format!("{} %", figure(part.median));
    Some(verdict(row, target, found, Some(part.median >= 70.0)))
}

/// W1: many callers share commits.
fn crowd(rows: &[Row]) -> Option<Verdict> {
    let row = drovers(rows, "W1", &enqueue_label("D2", 1))?;
    let target = "at least 10,000 jobs/s when the disk flushes 300 times a second";
    let Some(rate) = median(row) else {
        return Some(silent(row, target));
    };
    let fast = beside_the_disk(row)
        .iter()
        .all(|(disk, _)| *disk >= FAST_ENOUGH);
    let found = format!("{} jobs/s", figure(rate));
    Some(verdict(
        row,
        target,
        found,
        fast.then_some(rate >= 10_000.0),
    ))
}

fn bulk(rows: &[Row]) -> Option<Verdict> {
    let row = drovers(rows, "W1", &enqueue_label("D2", 2))?;
    let target = "at least 50,000 jobs/s";
    let Some(rate) = median(row) else {
        return Some(silent(row, target));
    };
    let found = format!("{} jobs/s", figure(rate));
    Some(verdict(row, target, found, Some(rate >= 50_000.0)))
}

/// W2: in each round 15,000 a second, or 50 times what one worker gets.
fn drain(rows: &[Row]) -> Option<Verdict> {
    let row = drovers(rows, "W2", &drain_label("D2", 64))?;
    let target = "at least 15,000 jobs/s, or 50 times the rate of one worker if that is less";
    let one = drovers(rows, "W2", &drain_label("D2", 1));
    let of = |row: &Row, round: u32| {
        let mut rounds = row.rounds.iter();
        let (_, samples) = rounds.find(|(number, _)| *number == round)?;
        Some(Summary::of(samples)?.median)
    };
    let parts: Vec<f64> = row
        .rounds
        .iter()
        .filter_map(|(round, _)| {
            let least = (50.0 * of(one?, *round)?).min(15_000.0);
            Some(of(row, *round)? / least)
        })
        .collect();
    let (Some(rate), Some(part)) = (median(row), Summary::of(&parts)) else {
        return Some(silent(row, target));
    };
    let found = format!(
        "{} jobs/s, {} % of it",
        figure(rate),
        figure(100.0 * part.median)
    );
    Some(verdict(row, target, found, Some(part.median >= 1.0)))
}

/// W3: two commits and one in progress at D2, nothing to wait for at D1.
fn pickups(rows: &[Row]) -> Vec<Verdict> {
    let ending = ", from its commit to its first line";
    let disk = rows
        .iter()
        .find(|row| row.id == "W3" && row.variant == FLUSH);
    let disk = disk.and_then(Row::summary);
    let all = rows
        .iter()
        .filter(|row| row.id == "W3" && row.variant.ends_with(ending));
    let judged = all.filter_map(|row| {
        let p99 = row.summary()?.p99;
        let found = format!("p99 {} ms", figure(p99));
        if row.durability() == Some("D1") {
            return Some(verdict(row, "p99 < 3 ms", found, Some(p99 < 3.0)));
        }
        let most = 3.0 * disk?.p99;
        let found = format!("{found}, 3 flushes {} ms", figure(most));
        let target = "p99 at most 3 times that of a flush";
        Some(verdict(row, target, found, Some(p99 <= most)))
    });
    judged.collect()
}

/// What has a bound of its own.
fn bounded(row: &Row) -> Option<Verdict> {
    let what = row.variant.as_str();
    let (target, most, pick): (&str, f64, fn(&Summary) -> f64) = match (row.id, row.unit.as_str()) {
        ("W4", "ms") if what.contains(planner::LABEL) && what.ends_with("p99") => {
            ("<= 50 ms", 50.0, |one| one.max)
        }
        ("W4", "ms") if what.ends_with("late by") => ("p99 <= 50 ms", 50.0, |one| one.p99),
        ("W4" | "W9", "% of a core") => ("< 0.5 %", 0.5, |one| one.max),
        ("W5", "overlaps") | ("W6", "runs") => ("0", 0.0, |one| one.max),
        ("W5", "runs") if what.ends_with("the first behind it") => {
            ("at most one round of 64", 64.0, |one| one.max)
        }
        ("W6", "ms") => ("p50 <= 2 s", 2_000.0, |one| one.median),
        ("W9", "MiB") if what.ends_with("log at most") => ("<= 64 MiB", 64.0, |one| one.max),
        ("W9", "MiB") => ("<= 5 MiB", 5.0, |one| one.max),
        _ => return None,
    };
    let Some(summary) = row.summary() else {
        return Some(silent(row, target));
    };
    let value = pick(&summary);
    let found = format!("{} {}", figure(value), row.unit);
    Some(verdict(row, target, found, Some(value <= most)))
}

/// Ten times the fastest `SQLite` peer of the same row, and so of the same durability.
fn beside_peers(rows: &[Row]) -> Vec<Verdict> {
    let labels = ["D2", "D1"].into_iter().flat_map(|class| {
        let drains = AT_ONCE.map(|at_once| ("W2", drain_label(class, at_once)));
        let enqueues = [0, 1, 2].map(|how| ("W1", enqueue_label(class, how)));
        enqueues.into_iter().chain(drains)
    });
    let judged = labels.filter_map(|(id, label)| {
        let row = drovers(rows, id, &label)?;
        let peers = rows.iter().filter(|peer| {
            let name = peer.who.name.as_str();
            peer.id == id && peer.variant == label && SQLITE.contains(&name)
        });
        let rates = peers.filter_map(|peer| Some((peer.who.words(), median(peer)?)));
        let (peer, rate) = rates.max_by(|one, other| one.1.total_cmp(&other.1))?;
        let times = median(row)? / rate;
        let found = format!("{times:.1} x {peer}, which makes {} jobs/s", figure(rate));
        let target = "at least 10 times the fastest SQLite peer";
        Some(verdict(row, target, found, Some(times >= 10.0)))
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::row::Who;

    fn row(id: &'static str, variant: &str, unit: &str, samples: &[f64]) -> Row {
        Row {
            id,
            variant: variant.to_owned(),
            who: Who::drover(),
            unit: unit.to_owned(),
            rounds: vec![(1, samples.to_vec())],
            failures: Vec::new(),
            probes: vec![(1, (900.0, 1_100.0))],
        }
    }

    fn of_peer(name: &str, row: Row) -> Row {
        Row {
            who: Who {
                name: name.to_owned(),
                version: "1".to_owned(),
            },
            ..row
        }
    }

    fn met(rows: &[Row]) -> Vec<Option<bool>> {
        judge(rows).into_iter().map(|verdict| verdict.met).collect()
    }

    #[test]
    fn a_caller_alone_is_held_against_the_disk_of_its_round() {
        let of = |rate: f64| met(&[row("W1", "D2: enqueue by 1 caller", "jobs/s", &[rate])]);
        assert_eq!(of(710.0), [Some(true)]);
        assert_eq!(of(690.0), [Some(false)]);
    }

    #[test]
    fn a_slow_disk_excuses_a_crowd() {
        let mut crowd = row("W1", "D2: enqueue by 64 callers", "jobs/s", &[4_000.0]);
        assert_eq!(met(&[crowd.clone()]), [Some(false)]);
        crowd.probes = vec![(1, (200.0, 250.0))];
        assert_eq!(met(&[crowd]), [None]);
    }

    #[test]
    fn a_drain_may_be_as_fast_as_fifty_workers_would_be_alone() {
        let of = |one: f64, many: f64| {
            met(&[
                row("W2", "D2: drain at 1", "jobs/s", &[one]),
                row("W2", "D2: drain at 64", "jobs/s", &[many]),
            ])
        };
        assert_eq!(of(100.0, 5_001.0), [Some(true)]);
        assert_eq!(of(1_000.0, 14_000.0), [Some(false)]);
        assert_eq!(of(1_000.0, 15_000.0), [Some(true)]);
    }

    #[test]
    fn a_pickup_may_wait_for_three_flushes() {
        let label = "D2: 50 arrivals a second, from its commit to its first line";
        let of = |ms: f64| {
            let disk = of_peer("the disk", row("W3", FLUSH, "ms", &[1.0]));
            met(&[row("W3", label, "ms", &[ms]), disk])
        };
        assert_eq!(of(2.9), [Some(true)]);
        assert_eq!(of(3.1), [Some(false)]);
        let quick = label.replace("D2", "D1");
        assert_eq!(met(&[row("W3", &quick, "ms", &[3.0])]), [Some(false)]);
    }

    #[test]
    fn counts_have_no_slack() {
        assert_eq!(
            met(&[row("W5", "D2: a, overlaps", "overlaps", &[1.0])]),
            [Some(false)]
        );
        assert_eq!(
            met(&[row("W6", "D2: 8 kills, lost", "runs", &[0.0])]),
            [Some(true)]
        );
        let mut failed = row("W6", "D2: 8 kills, lost", "runs", &[0.0]);
        failed.failures.push((2, "a run is gone".to_owned()));
        assert_eq!(met(&[failed]), [Some(false)]);
    }

    #[test]
    fn the_disk_is_no_result() {
        let start = row("W6", "D2: 8 kills, until it is up", "ms", &[1_999.0]);
        let disk = of_peer("the disk", row("W6", FLUSH, "ms", &[9_000.0]));
        assert_eq!(met(&[start, disk]), [Some(true)]);
    }

    #[test]
    fn only_the_fastest_sqlite_peer_of_the_same_durability_counts() {
        let drain =
            |class: &str, rate: f64| row("W2", &format!("{class}: drain at 16"), "jobs/s", &[rate]);
        let mut rows = vec![
            drain("D2", 5_000.0),
            of_peer("huey", drain("D2", 400.0)),
            of_peer("litequeue", drain("D2", 300.0)),
            of_peer("litequeue", drain("D1", 9_000.0)),
            of_peer("bullmq", drain("D2", 9_000.0)),
        ];
        let all = judge(&rows);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].met, Some(true));
        assert!(all[0].found.starts_with("12.5 x huey"), "{}", all[0].found);
        rows[1].rounds = vec![(1, vec![501.0])];
        assert_eq!(met(&rows), [Some(false)]);
    }
}

//! The targets of processes and their output.

use super::{Verdict, median};
use crate::bench::row::{Row, figure};
use crate::bench::runs::label_of_redirect;

pub(super) fn judge(rows: &[Row]) -> Vec<Verdict> {
    let mut all: Vec<Verdict> = short_runs(rows).into_iter().collect();
    all.extend(outputs(rows));
    all
}

fn short_runs(rows: &[Row]) -> Option<Verdict> {
    let row = rows
        .iter()
        .find(|row| row.id == "W7" && row.unit == "runs/s" && row.variant.contains("Drover"))?;
    let bare = rows
        .iter()
        .find(|row| row.id == "W7" && row.unit == "runs/s" && row.variant.contains("posix_spawn"));
    let bare = bare.and_then(median).map_or_else(String::new, |rate| {
        format!("; by posix_spawn {}", figure(rate))
    });
    let rate = median(row);
    Some(Verdict {
        id: "W7",
        what: row.variant.clone(),
        target: "at least 300 runs/s".to_owned(),
        found: rate.map_or_else(
            || "no figure".to_owned(),
            |rate| format!("{} runs/s{bare}", figure(rate)),
        ),
        met: Some(rate.is_some_and(|rate| rate >= 300.0) && row.failures.is_empty()),
    })
}

/// The rate of every kept output beside the same program with its output in a file, and the memory it takes.
fn outputs(rows: &[Row]) -> Vec<Verdict> {
    let all = rows.iter().filter(|row| row.id == "W8");
    let judged = all.filter_map(|row| {
        let value = median(row)?;
        let (target, found, met) = match row.unit.as_str() {
            "MiB" => (
                "at most 64 MiB",
                format!("{} MiB", figure(row.summary()?.max)),
                row.summary()?.max <= 64.0,
            ),
            "MB/s" => {
                let (_, lines) = row.variant.split_once(" secrets, ")?;
                let plain = rows.iter().find(|row| {
                    row.id == "W8" && row.variant.starts_with(label_of_redirect(lines).as_str())
                })?;
                let part = value / median(plain)?;
                (
                    "at least 70 % of a plain redirect",
                    format!("{} MB/s, {} %", figure(value), figure(part * 100.0)),
                    part >= 0.7,
                )
            }
            _ => return None,
        };
        Some(Verdict {
            id: "W8",
            what: row.variant.clone(),
            target: target.to_owned(),
            found,
            met: Some(met && row.failures.is_empty()),
        })
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::super::made::{met, row};
    use super::*;

    #[test]
    fn an_output_is_held_against_a_file_and_loses_nothing() {
        let rows = |rate: f64, memory: f64, lost: f64| {
            let lines = "lines of 100 B";
            let name = |what: &str| format!("20 secrets, {lines}{what}");
            [
                row("W8", &label_of_redirect(lines), None, "MB/s", &[1_000.0]),
                row("W8", &name(""), None, "MB/s", &[rate]),
                row("W8", &name(", memory at most"), None, "MiB", &[memory]),
                row("W8", &name(", lost"), None, "bytes", &[lost]),
            ]
        };
        assert_eq!(met(&rows(700.0, 64.0, 0.0)), [Some(true); 3]);
        assert_eq!(met(&rows(699.0, 65.0, 1.0)), [Some(false); 3]);
    }

    #[test]
    fn short_runs_have_a_rate_and_leave_nothing() {
        let rows = |rate: f64, left: f64| {
            [
                row(
                    "W7",
                    "/bin/true through Drover, 8 at once",
                    None,
                    "runs/s",
                    &[rate],
                ),
                row(
                    "W7",
                    "/bin/true by posix_spawn, 8 at once",
                    None,
                    "runs/s",
                    &[3_000.0],
                ),
                row("W7", "processes left", None, "processes", &[left]),
            ]
        };
        assert_eq!(met(&rows(300.0, 0.0)), [Some(true), Some(true)]);
        assert_eq!(met(&rows(299.0, 1.0)), [Some(false), Some(false)]);
    }
}

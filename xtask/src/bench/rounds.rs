//! Interleaved rounds: A B C, A B C, never all of A and then all of B.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::lane::{Cast, Lane, Workload};
use super::probe::probe;
use super::row::{Row, Who};
use super::series::Series;
use crate::console;

/// The label of a row with the disk's own times.
pub(crate) const FLUSH: &str = "4 KiB appended and flushed";

/// Runs a workload and gives its rows. A lane that fails keeps failing rows; the others go on.
pub(crate) fn run(
    workload: &Workload,
    cast: &mut Cast,
    disk: &Path,
    flushes: u32,
) -> Result<Vec<Row>> {
    let Workload {
        id,
        title,
        warm_up,
        rounds,
        before,
        lanes,
        after,
        disk: has_row,
    } = workload;
    eprintln!("\n== {id} {title}");
    let started = Instant::now();
    let mut last = probe(disk, flushes)?;
    for (driver, order) in before {
        if let Err(error) = cast.ask(driver, order) {
            eprintln!("   {id}: {driver} could not get ready: {error:#}");
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut disk_row = flush_row(id);
    for round in 0..warm_up + rounds {
        let first = last;
        for lane in lanes {
            let answer = cast.perform(&lane.job);
            if let Err(error) = &answer {
                eprintln!("   {id}, {} {}: {error:#}", lane.who.words(), lane.variant);
            }
            if round >= *warm_up {
                keep(&mut rows, id, lane, round + 1 - warm_up, answer);
            }
        }
        last = probe(disk, flushes)?;
        if round >= *warm_up {
            let number = round + 1 - warm_up;
            let both = [&first, &last].into_iter();
            let times: Vec<f64> = both.flat_map(|one| one.ms.iter().copied()).collect();
            disk_row.rounds.push((number, times));
            for row in rows.iter_mut().chain([&mut disk_row]) {
                row.probes.push((number, (first.rate(), last.rate())));
            }
        }
        eprintln!("   round {} of {}", round + 1, warm_up + rounds);
    }
    for (driver, order) in after {
        if let Err(error) = cast.ask(driver, order) {
            eprintln!("   {id}: {driver} could not be put aside: {error:#}");
        }
    }
    if *has_row {
        rows.push(disk_row);
    }
    eprintln!("   measured in {}", console::seconds(started.elapsed()));
    Ok(rows)
}

/// The disk's own times, beside what waits for it.
fn flush_row(id: &'static str) -> Row {
    Row {
        id,
        variant: FLUSH.to_owned(),
        who: Who {
            name: "the disk".to_owned(),
            version: "alone".to_owned(),
        },
        unit: "ms".to_owned(),
        rounds: Vec::new(),
        failures: Vec::new(),
        probes: Vec::new(),
    }
}

/// Adds a round to the rows of a lane.
fn keep(
    rows: &mut Vec<Row>,
    id: &'static str,
    lane: &Lane,
    round: u32,
    answer: Result<Vec<Series>>,
) {
    let find = |rows: &mut Vec<Row>, variant: &str, unit: &str| -> usize {
        let same = |row: &Row| row.who == lane.who && row.variant == variant;
        rows.iter().position(same).unwrap_or_else(|| {
            rows.push(Row {
                id,
                variant: variant.to_owned(),
                who: lane.who.clone(),
                unit: unit.to_owned(),
                rounds: Vec::new(),
                failures: Vec::new(),
                probes: Vec::new(),
            });
            rows.len() - 1
        })
    };
    match answer {
        Ok(series) => {
            for one in series {
                // A driver that names only a part of what it did goes on where the lane's words end.
                let variant = match one.variant.as_str() {
                    part if part.is_empty() || part.starts_with(", ") => {
                        format!("{}{part}", lane.variant)
                    }
                    whole => whole.to_owned(),
                };
                let at = find(rows, &variant, &one.unit);
                rows[at].unit = one.unit;
                rows[at].rounds.push((round, one.samples));
            }
        }
        Err(error) => {
            let at = find(rows, &lane.variant, "");
            rows[at].failures.push((round, format!("{error:#}")));
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bench::lane::Job;
    use crate::process::Cmd;

    #[test]
    fn lanes_take_turns_and_a_failing_round_has_no_speed() {
        let folder = std::env::temp_dir().join(format!("xtask-rounds-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let book = folder.join("book");
        let mut cast = Cast::default();
        for (name, answer) in [
            (
                "a",
                r#"{"series":[{"unit":"ms","samples":[1]},{"variant":", once more","unit":"ms","samples":[2]}]}"#,
            ),
            ("b", r#"{"error":"no rows"}"#),
        ] {
            let script = format!(
                "while read -r line; do echo {name} >>{}; echo '{answer}'; done",
                book.display()
            );
            cast.add(
                name,
                Box::new(move |_| Cmd::new("sh").args(["-c", &script])),
            );
        }
        let lane = |name: &str| Lane {
            variant: name.to_owned(),
            who: Who::drover(),
            job: Job::Ask {
                driver: name.to_owned(),
                order: json!({ "order": "cold" }),
            },
        };
        let workload = Workload {
            id: "B1",
            title: "two lanes",
            warm_up: 1,
            rounds: 2,
            before: Vec::new(),
            lanes: vec![lane("a"), lane("b")],
            after: Vec::new(),
            disk: true,
        };
        let rows = run(&workload, &mut cast, &folder, 1).unwrap();
        assert_eq!(
            std::fs::read_to_string(&book).unwrap(),
            "a\nb\na\nb\na\nb\n"
        );
        let variants: Vec<&str> = rows.iter().map(|row| row.variant.as_str()).collect();
        assert_eq!(variants, ["a", "a, once more", "b", FLUSH]);
        assert_eq!(rows[0].samples(), [1.0, 1.0], "the warm-up is not kept");
        assert!(rows[2].samples().is_empty() && rows[2].failures.len() == 2);
        assert_eq!(rows[3].samples().len(), 4, "before and after both rounds");
        assert!(rows.iter().all(|row| row.probes.len() == 2));
        drop(cast);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

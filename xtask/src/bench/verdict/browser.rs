//! The targets of the browser suite.

use super::{Bound, Verdict, at_most, drovers, median};
use crate::bench::browser::{SLEEPS, label};
use crate::bench::row::{Row, figure};

pub(super) fn judge(rows: &[Row]) -> Vec<Verdict> {
    let mut all = Vec::new();
    all.extend(cold(rows));
    all.extend(warm(rows));
    all.extend(launches(rows));
    all.extend(overheads(rows));
    all.extend(added(rows));
    all.extend(looking(rows));
    all.extend(cancels(rows));
    all.extend(gateways(rows));
    all
}

/// The fastest script by hand: who and how fast.
fn fastest_script(rows: &[Row]) -> Option<(&Row, f64)> {
    let scripts = rows
        .iter()
        .filter(|row| row.id == "B1" && row.variant == label::BY_HAND);
    let all = scripts.filter_map(|row| Some((row, median(row)?)));
    all.min_by(|one, other| one.1.total_cmp(&other.1))
}

fn cold(rows: &[Row]) -> Option<Verdict> {
    let own = drovers(rows, "B1", label::TASK)?;
    let (found, met) = match (median(own), fastest_script(rows)) {
        (Some(own), Some((peer, other))) => (
            format!(
                "{} ms, fastest {} {} ms",
                figure(own),
                peer.who.name,
                figure(other)
            ),
            Some(own <= other),
        ),
        (Some(own), None) => (format!("{} ms, no peers (`--peers`)", figure(own)), None),
        (None, _) => ("no figure".to_owned(), Some(false)),
    };
    Some(Verdict {
        id: "B1",
        what: "cold cycle".to_owned(),
        target: "no slower than the fastest script by hand".to_owned(),
        found,
        met,
    })
}

fn warm(rows: &[Row]) -> Option<Verdict> {
    let own = drovers(rows, "B2", &format!("{}: {}", label::TASK, label::SHOT))?;
    let scripts = rows
        .iter()
        .filter(|row| row.id == "B1" && row.variant == label::BY_HAND);
    let own = median(own);
    let times: Vec<(String, f64)> = scripts
        .filter_map(|row| Some((row.who.name.clone(), median(row)? / own?)))
        .collect();
    let words: Vec<String> = times
        .iter()
        .map(|(name, factor)| format!("{factor:.1} x {name}"))
        .collect();
    let least = times
        .iter()
        .map(|(_, factor)| *factor)
        .min_by(f64::total_cmp);
    Some(Verdict {
        id: "B2",
        what: "warm cycle".to_owned(),
        target: "at least 5 times as fast as the fastest script by hand".to_owned(),
        found: if words.is_empty() {
            "no peers, or no B1".to_owned()
        } else {
            words.join(", ")
        },
        met: least.map(|least| least >= 5.0),
    })
}

/// What Drover adds to a script, from the same round of the same machine.
fn overheads(rows: &[Row]) -> Vec<Verdict> {
    let by_hand = |sleep: u32| {
        let variant = label::sleeping(label::BY_HAND, sleep);
        let row = rows
            .iter()
            .find(|row| row.id == "B4" && row.variant == variant);
        row.and_then(median)
    };
    let judged = |what: &str, sleep: u32, most: f64, target: &str| {
        let own = median(drovers(rows, "B4", &label::sleeping(what, sleep))?)?;
        let added = own - by_hand(sleep)?;
        Some(Verdict {
            id: "B4",
            what: format!("added by {}", label::sleeping(what, sleep)),
            target: target.to_owned(),
            found: format!("{} ms", figure(added)),
            met: Some(added <= most),
        })
    };
    let all = SLEEPS.into_iter().flat_map(|sleep| {
        [
            judged(label::COLD, sleep, 150.0, "<= 150 ms"),
            judged(label::WARM, sleep, 0.0, "less than nothing"),
        ]
    });
    all.flatten().collect()
}

fn launches(rows: &[Row]) -> Vec<Verdict> {
    let own = rows.iter().filter(|row| row.id == "B3");
    let own = own.filter_map(|row| {
        Some((
            row,
            row.variant.strip_suffix(": Drover, until it can be used")?,
        ))
    });
    own.filter_map(|(row, profile)| {
        let bare = |until: &str| {
            median(drovers(
                rows,
                "B3",
                &format!("{profile}: bare pipe, {until}"),
            )?)
        };
        let (own, first, page) = (median(row)?, bare("first answer")?, bare("first page")?);
        Some(Verdict {
            id: "B3",
            what: profile.to_owned(),
            target: "no slower than a bare launch to the same point, +10 %".to_owned(),
            found: format!(
                "{} ms; bare: page {} ms, first answer {} ms",
                figure(own),
                figure(page),
                figure(first)
            ),
            met: Some(own <= page * 1.1),
        })
    })
    .collect()
}

fn added(rows: &[Row]) -> Vec<Verdict> {
    let Some(direct) = drovers(rows, "B5", "directly on the pipe").and_then(median) else {
        return Vec::new();
    };
    let ways = ["through the mux", "through the gateway"];
    let all = ways.into_iter().filter_map(|way| {
        let added = median(drovers(rows, "B5", way)?)? - direct;
        Some(Verdict {
            id: "B5",
            what: format!("added {way}"),
            target: "p50 <= 0.3 ms".to_owned(),
            found: format!("{added:.3} ms"),
            met: Some(added <= 0.3),
        })
    });
    all.collect()
}

fn looking(rows: &[Row]) -> Vec<Verdict> {
    let rate = |watched: &str| median(drovers(rows, "B7", &format!("{watched} thumbnails"))?);
    let Some(alone) = rate("0") else {
        return Vec::new();
    };
    let all = ["4", "8"].into_iter().filter_map(|watched| {
        let loss = (1.0 - rate(watched)? / alone) * 100.0;
        Some(Verdict {
            id: "B7",
            what: format!("{watched} thumbnails"),
            target: "at most 5 % fewer tasks".to_owned(),
            found: format!("{loss:.1} %"),
            met: Some(loss <= 5.0),
        })
    });
    all.collect()
}

fn cancels(rows: &[Row]) -> Vec<Verdict> {
    let judged = [
        (
            "graceful, until the run has ended",
            Bound {
                most: 3_000.0,
                target: "p95 <= 3 s",
            },
        ),
        (
            "forced, until the run has ended",
            Bound {
                most: 500.0,
                target: "p95 <= 0.5 s",
            },
        ),
    ];
    let judged = judged.iter();
    judged
        .filter_map(|(what, bound)| at_most(rows, "B8", what, bound, |one| one.p95))
        .collect()
}

/// What the gateway adds to its proxy.
fn gateways(rows: &[Row]) -> Vec<Verdict> {
    let all = rows.iter().filter(|row| row.id == "E1");
    let judged = all.filter_map(|row| {
        let bound = if row.unit == "%" {
            Bound {
                most: 20.0,
                target: "<= 20 %",
            }
        } else {
            Bound {
                most: 1.0,
                target: "<= 1 ms",
            }
        };
        at_most(rows, "E1", &row.variant, &bound, |one| one.median)
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::super::made::{met, row};
    use super::*;

    #[test]
    fn the_cold_cycle_is_held_against_the_fastest() {
        let rows = |own: f64| {
            [
                row("B1", label::TASK, None, "ms", &[own]),
                row("B1", label::BY_HAND, Some("slow"), "ms", &[2_000.0]),
                row("B1", label::BY_HAND, Some("fast"), "ms", &[1_000.0]),
            ]
        };
        assert_eq!(met(&rows(999.0)), [Some(true)]);
        assert_eq!(met(&rows(1_001.0)), [Some(false)]);
        assert_eq!(met(&rows(999.0)[..1]), [None], "nobody to compare with");
    }

    #[test]
    fn the_warm_cycle_needs_five_times() {
        let variant = format!("{}: {}", label::TASK, label::SHOT);
        let rows = |own: f64| {
            [
                row("B2", &variant, None, "ms", &[own]),
                row("B1", label::BY_HAND, Some("one"), "ms", &[1_000.0]),
            ]
        };
        assert_eq!(met(&rows(200.0)), [Some(true)]);
        assert_eq!(met(&rows(201.0)), [Some(false)]);
    }

    #[test]
    fn a_script_may_lose_little_cold_and_wins_warm() {
        let rows = |cold: f64, warm: f64| {
            let name = |what: &str| label::sleeping(what, 1);
            [
                row("B4", &name(label::BY_HAND), Some("one"), "ms", &[2_000.0]),
                row("B4", &name(label::COLD), None, "ms", &[cold]),
                row("B4", &name(label::WARM), None, "ms", &[warm]),
            ]
        };
        assert_eq!(met(&rows(2_150.0, 1_999.0)), [Some(true), Some(true)]);
        assert_eq!(met(&rows(2_151.0, 2_001.0)), [Some(false), Some(false)]);
    }

    #[test]
    fn looking_may_cost_a_twentieth() {
        let rows = [
            row("B7", "0 thumbnails", None, "tasks/min", &[100.0]),
            row("B7", "4 thumbnails", None, "tasks/min", &[96.0]),
            row("B7", "8 thumbnails", None, "tasks/min", &[94.0]),
        ];
        assert_eq!(met(&rows), [Some(true), Some(false)]);
    }

    #[test]
    fn launch_and_mux_are_held_against_the_bare_pipe() {
        let rows = [
            row(
                "B3",
                "used profile: Drover, until it can be used",
                None,
                "ms",
                &[500.0],
            ),
            row(
                "B3",
                "used profile: bare pipe, first answer",
                None,
                "ms",
                &[400.0],
            ),
            row(
                "B3",
                "used profile: bare pipe, first page",
                None,
                "ms",
                &[480.0],
            ),
            row("B5", "directly on the pipe", None, "ms", &[0.2]),
            row("B5", "through the mux", None, "ms", &[0.25]),
            row("B5", "through the gateway", None, "ms", &[0.6]),
        ];
        assert_eq!(met(&rows), [Some(true), Some(true), Some(false)]);
    }
}

//! The raw lines: one JSON object for each row and round.

use serde_json::{Value, json};

use super::machine::Machine;
use super::row::Row;
use super::statistics::Summary;

/// All lines, each ended.
pub(crate) fn lines(suite: &str, machine: &Machine, rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let kept = row
            .rounds
            .iter()
            .map(|(round, samples)| (*round, Summary::of(samples), None));
        let failed = row
            .failures
            .iter()
            .map(|(round, why)| (*round, None, Some(why)));
        for (round, summary, why) in kept.chain(failed) {
            text.push_str(&line(suite, machine, row, round, summary, why).to_string());
            text.push('\n');
        }
    }
    text
}

fn line(
    suite: &str,
    machine: &Machine,
    row: &Row,
    round: u32,
    summary: Option<Summary>,
    why: Option<&String>,
) -> Value {
    let of = |pick: fn(&Summary) -> f64| summary.as_ref().map(pick);
    let (before, after) = row.probe(round).unzip();
    json!({
        "suite": suite, "id": row.id, "variant": row.variant, "peer": row.who.name,
        "peer_version": row.who.version, "durability": row.durability(), "round": round, "value": of(|one| one.median),
        "unit": row.unit, "p50": of(|one| one.median), "p95": of(|one| one.p95), "p99": of(|one| one.p99), "p999": of(|one| one.p999),
        "max": of(|one| one.max), "n": summary.map_or(0, |one| one.n), "delivered_exactly": summary.is_some(),
        "failure": why, "probe_before": before, "probe_after": after, "machine": machine.line,
        "noisy": machine.noisy, "versions": machine.versions, "commit": machine.commit,
        "started_at": machine.started,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::bench::row::Who;

    pub(crate) fn machine() -> Machine {
        Machine {
            line: "a CPU, 2 cores".to_owned(),
            versions: vec!["Chromium 1".to_owned()],
            noisy: false,
            memory_gb: 8.0,
            commit: "abc".to_owned(),
            started: "2026-11-23T10:00:00Z".to_owned(),
        }
    }

    #[test]
    fn every_round_has_a_line_with_all_fields() {
        let row = Row {
            id: "B1",
            variant: "cold".to_owned(),
            who: Who::drover(),
            unit: "ms".to_owned(),
            rounds: vec![(1, vec![1.0, 3.0])],
            failures: vec![(2, "no rows".to_owned())],
            probes: vec![(1, (500.0, 510.0))],
        };
        let text = lines("browser", &machine(), &[row]);
        let all: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(all.len(), 2);
        for field in [
            "suite",
            "id",
            "variant",
            "peer",
            "peer_version",
            "durability",
            "round",
            "value",
            "unit",
            "p50",
            "p95",
            "p99",
            "max",
            "n",
            "delivered_exactly",
            "probe_before",
            "probe_after",
            "machine",
            "commit",
            "started_at",
        ] {
            assert!(all[0].get(field).is_some(), "no `{field}`");
        }
        assert_eq!((&all[0]["value"], &all[0]["n"]), (&json!(2.0), &json!(2)));
        assert_eq!(all[0]["probe_after"], json!(510.0));
        assert_eq!(all[1]["delivered_exactly"], false);
        assert_eq!(all[1]["value"], Value::Null);
    }
}

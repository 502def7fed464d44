//! W4: ten thousand schedules in one file: what a look at all of them costs, what waiting costs, and how late starts
//! are written.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::options::Options;
use super::row::{Row, Who};
use crate::process::Cmd;

/// The part of the label that all its rows have.
pub(crate) const LABEL: &str = "schedules";

/// What the program calls a figure, what a row calls it, and its unit.
const FIGURES: [(&str, &str, &str); 6] = [
    ("first_turn_ms", "first look at all", "ms"),
    ("idle_turn_us", "look with nothing due", "µs"),
    ("idle_cpu_percent", "processor while waiting", "% of a core"),
    ("late_p50_ms", "late by, p50", "ms"),
    ("late_p99_ms", "late by, p99", "ms"),
    ("late_max_ms", "late by, at most", "ms"),
];

/// Runs the program and gives its rows.
pub(crate) fn measure(options: &Options, program: &Path, tmp: &Path) -> Result<Vec<Row>> {
    eprintln!("\n== W4 ten thousand schedules");
    let mut command = Cmd::new(program).env("TMPDIR", tmp);
    if options.quick {
        command = command.arg("--quick");
    }
    let said = command.output().context("the planner's benchmark failed")?;
    rows(&said)
}

fn rows(said: &str) -> Result<Vec<Row>> {
    let mut lines = said.lines();
    let figures: Value = lines
        .find_map(|line| serde_json::from_str(line).ok())
        .context("the planner's benchmark gave no figures")?;
    let count = figures["schedules"].as_u64().unwrap_or_default();
    let row = |(name, what, unit): (&str, &str, &str)| {
        let value = figures[name].as_f64();
        let value = value.with_context(|| format!("the planner's benchmark gave no `{name}`"))?;
        Ok(Row {
            id: "W4",
            variant: format!("D2: {count} {LABEL}, {what}"),
            who: Who::drover(),
            unit: unit.to_owned(),
            rounds: vec![(1, vec![value])],
            failures: Vec::new(),
            probes: Vec::new(),
        })
    };
    FIGURES.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_line_becomes_rows() {
        let line = r#"{"bench":"planner","schedules":10000,"seconds":6,"first_turn_ms":80.5,"idle_turn_us":3.0,"idle_cpu_percent":0.01,"late_p50_ms":4.0,"late_p95_ms":9.0,"late_p99_ms":12.0,"late_max_ms":20.0}"#;
        let all = rows(line).unwrap();
        assert_eq!(all.len(), FIGURES.len());
        assert_eq!(all[4].variant, "D2: 10000 schedules, late by, p99");
        assert_eq!(all[4].samples(), [12.0]);
        assert!(
            rows("{}")
                .unwrap_err()
                .to_string()
                .contains("`first_turn_ms`")
        );
        assert!(rows("").is_err());
    }
}

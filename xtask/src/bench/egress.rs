//! E1: what a profile's gateway costs beside its proxy alone: throughput, and time for each request and connection.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::options::Options;
use super::row::{Row, Who};
use crate::process::Cmd;

/// Runs the comparison and gives its rows. The program takes turns between the ways by itself.
pub(crate) fn measure(options: &Options, program: &Path) -> Result<Vec<Row>> {
    eprintln!("\n== E1 the gateway beside its proxy alone");
    let mut command = Cmd::new(program);
    if options.quick {
        command = command.arg("--quick");
    }
    let said = command
        .output()
        .context("the comparison of the gateway failed")?;
    let rows: Vec<Row> = said.lines().filter_map(row).collect();
    if rows.is_empty() {
        bail!("the comparison of the gateway gave no figures");
    }
    Ok(rows)
}

/// One figure that compares both ways; the others are their parts.
fn row(line: &str) -> Option<Row> {
    let figure: Value = serde_json::from_str(line).ok()?;
    let (measure, proxy) = (figure["measure"].as_str()?, figure["proxy"].as_str()?);
    let value = figure["value"].as_f64()?;
    let beside = match proxy {
        "none" => "a direct connection".to_owned(),
        proxy => format!("{proxy} alone"),
    };
    let (variant, unit, sample) = if let Some(what) = measure.strip_suffix("_share") {
        // What is lost, so that less is better for all rows.
        (format!("{what}, lost beside {beside}"), "%", 100.0 - value)
    } else {
        let what = measure.strip_suffix("_added")?.replace('_', " ");
        let added = format!("{what}, added beside {beside}");
        (added, "ms", value / 1_000.0)
    };
    Some(Row {
        id: "E1",
        variant,
        who: Who::drover(),
        unit: unit.to_owned(),
        rounds: vec![(1, vec![sample])],
        failures: Vec::new(),
        probes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_compare_become_rows() {
        let of = |line: &str| row(line).map(|row| (row.variant.clone(), row.samples()[0]));
        assert_eq!(
            of(r#"{"measure":"download_share","proxy":"squid","unit":"%","value":90.0}"#),
            Some(("download, lost beside squid alone".to_owned(), 10.0))
        );
        assert_eq!(
            of(r#"{"measure":"download_share","proxy":"none","unit":"%","value":85.0}"#),
            Some(("download, lost beside a direct connection".to_owned(), 15.0))
        );
        assert_eq!(
            of(r#"{"measure":"round_trip_added","proxy":"squid","unit":"µs","value":50.0}"#),
            Some(("round trip, added beside squid alone".to_owned(), 0.05))
        );
        assert_eq!(
            of(r#"{"measure":"download","proxy":"squid","unit":"MiB/s","value":900.0}"#),
            None
        );
    }
}

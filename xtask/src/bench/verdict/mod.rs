//! The targets, and whether they are met. Only figures of the same run are compared.

mod browser;
mod left;
mod queue;
mod runs;

use super::row::{Row, figure};
use super::statistics::Summary;

/// One target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) id: &'static str,
    pub(crate) what: String,
    pub(crate) target: String,
    pub(crate) found: String,
    /// Nothing where there was nothing to compare with.
    pub(crate) met: Option<bool>,
}

impl Verdict {
    pub(crate) fn word(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not judged",
        }
    }
}

/// A bound, and how it is said.
struct Bound {
    most: f64,
    target: &'static str,
}

/// Judges everything that the rows allow.
pub(crate) fn judge(rows: &[Row]) -> Vec<Verdict> {
    let suites = [browser::judge, runs::judge, queue::judge, left::judge];
    suites.into_iter().flat_map(|suite| suite(rows)).collect()
}

fn drovers<'a>(rows: &'a [Row], id: &str, variant: &str) -> Option<&'a Row> {
    let mut found = rows
        .iter()
        .filter(|row| row.id == id && row.who.is_drover());
    found.find(|row| row.variant == variant)
}

fn median(row: &Row) -> Option<f64> {
    Some(row.summary()?.median)
}

fn at_most(
    rows: &[Row],
    id: &'static str,
    variant: &str,
    bound: &Bound,
    pick: fn(&Summary) -> f64,
) -> Option<Verdict> {
    let row = drovers(rows, id, variant)?;
    let value = row.summary().map(|summary| pick(&summary));
    Some(Verdict {
        id,
        what: variant.to_owned(),
        target: bound.target.to_owned(),
        found: value.map_or_else(
            || "no figure".to_owned(),
            |value| format!("{} {}", figure(value), row.unit),
        ),
        // A round that failed may hide what is counted.
        met: Some(value.is_some_and(|value| value <= bound.most) && row.failures.is_empty()),
    })
}

/// Rows to be judged.
#[cfg(test)]
mod made {
    use crate::bench::row::{Row, Who};

    pub(super) fn row(
        id: &'static str,
        variant: &str,
        peer: Option<&str>,
        unit: &str,
        samples: &[f64],
    ) -> Row {
        Row {
            id,
            variant: variant.to_owned(),
            who: peer.map_or_else(Who::drover, |name| Who {
                name: name.to_owned(),
                version: "1".to_owned(),
            }),
            unit: unit.to_owned(),
            rounds: vec![(1, samples.to_vec())],
            failures: Vec::new(),
            probes: Vec::new(),
        }
    }

    /// Whether each target that those rows have is met.
    pub(super) fn met(rows: &[Row]) -> Vec<Option<bool>> {
        super::judge(rows)
            .into_iter()
            .map(|verdict| verdict.met)
            .collect()
    }
}

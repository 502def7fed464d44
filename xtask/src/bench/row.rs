//! One row of a table: who did what, and the samples of every kept round.

use super::statistics::Summary;

/// Who is measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Who {
    pub(crate) name: String,
    /// Empty for Drover, whose commit is told once for all.
    pub(crate) version: String,
}

impl Who {
    pub(crate) fn drover() -> Self {
        Self {
            name: "Drover".to_owned(),
            version: String::new(),
        }
    }

    pub(crate) fn is_drover(&self) -> bool {
        self.version.is_empty()
    }

    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.name, self.version).trim().to_owned()
    }
}

/// Samples by round.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) variant: String,
    pub(crate) who: Who,
    pub(crate) unit: String,
    /// Number of the round, from 1, and its samples.
    pub(crate) rounds: Vec<(u32, Vec<f64>)>,
    /// Why rounds failed; such a round has no samples.
    pub(crate) failures: Vec<(u32, String)>,
    /// By round: flushes per second before and after it.
    pub(crate) probes: Vec<(u32, (f64, f64))>,
}

impl Row {
    pub(crate) fn samples(&self) -> Vec<f64> {
        let rounds = self.rounds.iter();
        rounds
            .flat_map(|(_, samples)| samples.iter().copied())
            .collect()
    }

    pub(crate) fn summary(&self) -> Option<Summary> {
        Summary::of(&self.samples())
    }

    /// What its commits survive, which its label begins with where it says so: `D0`, `D1` or `D2`.
    pub(crate) fn durability(&self) -> Option<&str> {
        let (class, _) = self.variant.split_once(": ")?;
        ["D0", "D1", "D2"].contains(&class).then_some(class)
    }

    /// Flushes per second around a round.
    pub(crate) fn probe(&self, round: u32) -> Option<(f64, f64)> {
        let mut all = self.probes.iter();
        all.find(|(one, _)| *one == round).map(|(_, probe)| *probe)
    }

    /// What stands beside the figures.
    pub(crate) fn note(&self) -> String {
        match self.failures.first() {
            None => String::new(),
            Some((round, why)) => {
                format!(
                    "FAILED in {} rounds, first in {round}: {why}",
                    self.failures.len()
                )
            }
        }
    }
}

/// A number with as many places as its size needs.
pub(crate) fn figure(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e6 {
        return format!("{value:.0}");
    }
    match value.abs() {
        ..10.0 => format!("{value:.3}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_places_they_need() {
        let all = [0.0, 0.0421, 14.26, 1_234.56].map(figure);
        assert_eq!(all, ["0", "0.042", "14.3", "1235"]);
    }

    #[test]
    fn the_label_tells_the_durability() {
        let labelled = |variant: &str| Row {
            id: "W1",
            variant: variant.to_owned(),
            who: Who::drover(),
            unit: "jobs/s".to_owned(),
            rounds: Vec::new(),
            failures: Vec::new(),
            probes: vec![(2, (3.0, 4.0))],
        };
        assert_eq!(labelled("D1: drain at 16").durability(), Some("D1"));
        assert_eq!(labelled("fresh: bare pipe").durability(), None);
        assert_eq!(labelled("").probe(2), Some((3.0, 4.0)));
        assert_eq!(labelled("").probe(1), None);
    }

    #[test]
    fn a_failed_round_has_no_speed_but_is_told() {
        let row = Row {
            id: "B1",
            variant: String::new(),
            who: Who::drover(),
            unit: "ms".to_owned(),
            rounds: vec![(1, vec![5.0]), (3, vec![7.0])],
            failures: vec![(2, "49 rows".to_owned())],
            probes: Vec::new(),
        };
        assert_eq!(row.samples(), [5.0, 7.0]);
        assert!(row.note().contains("first in 2: 49 rows"), "{}", row.note());
    }
}

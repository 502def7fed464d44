//! What is left behind: counts that have no slack.

use super::{Bound, Verdict, at_most};
use crate::bench::row::Row;

const COUNTED: [&str; 5] = ["processes", "descriptors", "files", "profiles", "bytes"];

pub(super) fn judge(rows: &[Row]) -> Vec<Verdict> {
    let none = Bound {
        most: 0.0,
        target: "0",
    };
    let counted = rows.iter().filter(|row| {
        COUNTED.contains(&row.unit.as_str()) && ["B8", "B9", "B10", "W7", "W8"].contains(&row.id)
    });
    counted
        .filter_map(|row| at_most(rows, row.id, &row.variant, &none, |one| one.max))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::made::{met, row};
    use super::*;

    #[test]
    fn what_is_left_has_no_slack_and_a_failed_round_counts() {
        let none = row(
            "B8",
            "graceful, processes left",
            None,
            "processes",
            &[0.0, 0.0],
        );
        assert_eq!(met(std::slice::from_ref(&none)), [Some(true)]);
        let one = row(
            "B8",
            "graceful, processes left",
            None,
            "processes",
            &[0.0, 1.0],
        );
        assert_eq!(met(&[one]), [Some(false)]);
        let broken = Row {
            failures: vec![(2, "hangs".to_owned())],
            ..none
        };
        assert_eq!(met(&[broken]), [Some(false)]);
    }
}

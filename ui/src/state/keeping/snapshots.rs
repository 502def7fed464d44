//! What is said of snapshots and of a sweep.

use drover_model::{SnapshotKind, SweepReport};

use crate::format::{plural, size};

/// Why a snapshot was made.
pub fn snapshot_why(kind: SnapshotKind) -> &'static str {
    match kind {
        SnapshotKind::Manual => "Taken by hand",
        SnapshotKind::BeforeRollback => "Before a rollback",
        SnapshotKind::BeforeChange => "Before a change",
    }
}

/// "214 MB freed", with what could not be deleted.
pub fn swept_line(report: &SweepReport) -> String {
    let freed = format!("{} freed", size(report.freed));
    match report.kept.len() {
        0 => freed,
        kept => format!(
            "{freed}; {} could not be deleted",
            plural(kept as u64, "folder")
        ),
    }
}

#[cfg(test)]
mod tests {
    use drover_model::LeftOut;

    use super::*;

    #[test]
    fn what_a_sweep_left_is_told() {
        let mut report = SweepReport {
            freed: 214_000_000,
            ..SweepReport::default()
        };
        assert_eq!(swept_line(&report), "214 MB freed");
        report.kept.push(LeftOut {
            what: "Default/Cache".into(),
            why: "permission denied".into(),
        });
        assert_eq!(
            swept_line(&report),
            "214 MB freed; 1 folder could not be deleted"
        );
    }
}

//! What was missed, in one sentence's worth of numbers.

use drover_model::schedule::{MissedReport, Reason};

use super::{Row, Verdict};

/// Sums up the rows that one look at all schedules wrote; `None` when nothing was missed.
pub fn missed_report<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<MissedReport> {
    let mut report: Option<MissedReport> = None;
    for row in rows {
        let (queued, skipped) = match &row.verdict {
            Verdict::Queue { missed: true, .. } => (row.covers, 0),
            Verdict::Skip {
                reason: Reason::Missed | Reason::TooOld,
                ..
            }
            | Verdict::Expire => (0, row.covers),
            Verdict::Queue { .. } | Verdict::Skip { .. } => continue,
        };
        let sum = report.get_or_insert(MissedReport {
            missed: 0,
            first: row.first,
            last: row.nominal,
            queued: 0,
            skipped: 0,
            look: 0,
        });
        sum.missed = sum.missed.saturating_add(row.covers);
        sum.queued = sum.queued.saturating_add(queued);
        sum.skipped = sum.skipped.saturating_add(skipped);
        sum.first = sum.first.min(row.first);
        sum.last = sum.last.max(row.nominal);
    }
    report
}

//! `schedule missed`: what was missed, and what to do about it.

use drover_model::{
    request::{GetSummary, MissedWay, SettleMissed},
    schedule::MissedReport,
};
use jiff::{Timestamp, tz::TimeZone};

use super::verbs::Way;
use crate::{failure::Failure, session::Session, table::table, words::plural};

/// What waits for an answer.
pub(super) async fn list_missed(session: &Session) -> Result<(), Failure> {
    let missed = session.backend.call(GetSummary {}).await?.missed;
    let out = &session.out;
    if missed.is_empty() {
        out.note("nothing that was missed waits for an answer");
    } else {
        out.note("`drover-cli schedule missed NUMBER run-all|cancel|leave` answers");
    }
    Ok(out.answer(&missed, |missed| {
        text(missed, &TimeZone::system(), out.colour)
    })?)
}

/// Answers.
pub(super) async fn settle_missed(look: u64, way: Way, session: &Session) -> Result<(), Failure> {
    let (way, done) = match way {
        Way::RunAll => (MissedWay::RunAll, "queued"),
        Way::Cancel => (MissedWay::Cancel, "cancelled"),
        Way::Leave => (MissedWay::Leave, "left it so:"),
    };
    let rows = session.backend.call(SettleMissed { look, way }).await?;
    Ok(session.out.answer(&rows, |rows| {
        format!("{done} {}", plural(rows.len(), "run"))
    })?)
}

fn text(missed: &[MissedReport], zone: &TimeZone, colour: bool) -> String {
    let moment = |at: Timestamp| {
        let local = at.to_zoned(zone.clone());
        local.strftime("%Y-%m-%d %H:%M").to_string()
    };
    let rows = missed.iter().map(|report| {
        [
            report.look.to_string().into(),
            moment(report.first).into(),
            moment(report.last).into(),
            report.missed.to_string().into(),
            report.queued.to_string().into(),
            report.skipped.to_string().into(),
        ]
    });
    let headings = ["NUMBER", "FROM", "TO", "MISSED", "CATCH UP", "SKIPPED"];
    table(headings, rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_has_the_number_that_answers_it() {
        let report = MissedReport {
            missed: 5,
            first: "2026-06-01T09:00:00Z".parse().unwrap(),
            last: "2026-06-01T13:00:00Z".parse().unwrap(),
            queued: 1,
            skipped: 4,
            look: 1_780_320_600_000,
        };
        insta::assert_snapshot!(text(&[report], &TimeZone::UTC, false), @r"
        NUMBER         FROM              TO                MISSED  CATCH UP  SKIPPED
        1780320600000  2026-06-01 09:00  2026-06-01 13:00  5       1         4
        ");
    }
}

//! What looks of the planner found missed, until somebody has answered.

use drover_model::{Fact, RunId, ScheduleId, schedule::MissedReport};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Result, Snapshot, Writing,
    column::{Count, Ms, Text},
    failpoint,
};

/// A row that stands for missed times: the schedule, the first and the last time, and how many.
pub type MissedRow = (ScheduleId, Timestamp, Timestamp, u32);

/// The key in `meta` of the reports that nobody has answered.
const KEY: &str = "missed";

/// How long a report waits for an answer. Later nobody means those times any more.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The most reports that wait: a clock that goes wrong again and again must not fill the row.
const MOST: usize = 20;

impl Snapshot<'_> {
    /// The reports that wait for an answer, oldest first.
    pub fn missed(&self, now: Timestamp) -> Result<Vec<MissedReport>> {
        let Some(text) = self.meta(KEY)? else {
            return Ok(Vec::new());
        };
        // What an older or newer Drover wrote and nobody can read is as good as answered.
        let kept: Vec<MissedReport> = serde_json::from_str(&text).unwrap_or_default();
        let oldest = (now - KEPT).as_millisecond();
        let fresh =
            |report: &MissedReport| i64::try_from(report.look).unwrap_or(i64::MAX) >= oldest;
        Ok(kept.into_iter().filter(fresh).collect())
    }

    /// The runs of a look that were to catch up and still wait.
    pub fn waiting_of_look(&self, look: u64) -> Result<Vec<RunId>> {
        self.all(
            "read what is to catch up",
            "SELECT id FROM run WHERE look = ?1 AND state = 'queued' ORDER BY id",
            [Count(look)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// The rows of a look that were skipped because they were missed, oldest first.
    pub fn skipped_of_look(&self, look: u64) -> Result<Vec<MissedRow>> {
        self.all(
            "read what was missed",
            "SELECT schedule_id, first_ms, nominal_ms, covers FROM run
             WHERE look = ?1 AND state = 'skipped' AND schedule_id IS NOT NULL AND first_ms IS NOT NULL
                 AND nominal_ms IS NOT NULL ORDER BY first_ms, id",
            [Count(look)],
            |row| {
                Ok((
                    row.get::<_, Text<_>>(0)?.0,
                    row.get::<_, Ms>(1)?.0,
                    row.get::<_, Ms>(2)?.0,
                    row.get(3)?,
                ))
            },
        )
    }
}

impl Writing<'_> {
    /// Keeps what a look found missed, beside what it found missed before, until it is answered. Written with the rows
    /// that it counts, so that no crash comes between.
    pub(super) fn note_missed(&mut self, report: MissedReport) -> Result<()> {
        let mut kept = self.missed(self.at())?;
        match kept.iter_mut().find(|known| known.look == report.look) {
            Some(known) => *known = known.and(report),
            None => kept.push(report),
        }
        kept.drain(..kept.len().saturating_sub(MOST));
        self.put_missed(&kept)?;
        failpoint!("missed.noted");
        Ok(())
    }

    /// Tells of everything that a look found missed, if nobody has answered it yet.
    pub fn tell_missed(&mut self, look: u64) -> Result<()> {
        let kept = self.missed(self.at())?;
        match kept.into_iter().find(|known| known.look == look) {
            Some(report) => self.record(Fact::RunsMissed { report }).map(drop),
            None => Ok(()),
        }
    }

    /// The report of that look was answered. False when none waits.
    pub fn settle_missed(&mut self, look: u64) -> Result<bool> {
        let mut kept = self.missed(self.at())?;
        let before = kept.len();
        kept.retain(|known| known.look != look);
        if kept.len() == before {
            return Ok(false);
        }
        self.put_missed(&kept)?;
        self.record(Fact::MissedSettled { look })?;
        Ok(true)
    }

    fn put_missed(&mut self, reports: &[MissedReport]) -> Result<()> {
        let text = serde_json::to_string(reports).expect("BUG: reports are plain JSON");
        self.put_meta(KEY, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Database, at};

    fn report(seconds: i64) -> MissedReport {
        MissedReport {
            missed: 3,
            first: at(seconds - 90),
            last: at(seconds - 30),
            queued: 1,
            skipped: 2,
            look: u64::try_from(at(seconds).as_millisecond()).unwrap(),
        }
    }

    #[test]
    fn what_was_missed_waits_for_its_answer() {
        let database = Database::new();
        let mut writing = database.writing();
        assert_eq!(writing.missed(at(0)).unwrap(), []);
        for seconds in [10, 20, 20] {
            writing.note_missed(report(seconds)).unwrap();
        }
        let twice = MissedReport {
            missed: 6,
            queued: 2,
            skipped: 4,
            ..report(20)
        };
        let all = [report(10), twice];
        assert!(
            writing.events.is_empty(),
            "a look is told of when it is done"
        );
        writing.tell_missed(report(20).look).unwrap();
        let told = writing.events.last().unwrap().fact.clone();
        assert_eq!(told, Fact::RunsMissed { report: twice });
        assert_eq!(writing.summary(at(30)).unwrap().missed, all);
        assert!(!writing.settle_missed(7).unwrap(), "there is no such look");
        assert!(writing.settle_missed(report(10).look).unwrap());
        assert_eq!(writing.missed(at(30)).unwrap(), [twice]);
        let told = writing.events.last().unwrap().fact.clone();
        let look = report(10).look;
        assert_eq!(told, Fact::MissedSettled { look });
        assert!(!writing.settle_missed(look).unwrap(), "once");
        let week = 7 * 86_400;
        assert_eq!(writing.missed(at(20 + week)).unwrap().len(), 1);
        assert_eq!(writing.missed(at(21 + week)).unwrap(), []);
    }

    #[test]
    fn only_the_newest_reports_are_kept() {
        let database = Database::new();
        let mut writing = database.writing();
        for seconds in 0..30 {
            writing.note_missed(report(seconds)).unwrap();
        }
        let kept = writing.missed(at(30)).unwrap();
        assert_eq!((kept.len(), kept[0]), (MOST, report(10)));
    }
}

//! Why a queued run waits.

use drover_model::{ProfileId, RunId, RunRow, RunState};
use jiff::Timestamp;

use super::run::between;
use crate::{
    Result, Snapshot,
    column::{Ms, Text},
};

impl Snapshot<'_> {
    /// Computed from rows by the predicates of the claim, never stored.
    pub(super) fn waits_because(&self, row: &RunRow, now: Timestamp) -> Result<Option<String>> {
        if row.state != RunState::Queued {
            return Ok(None);
        }
        if self.paused()? {
            return Ok(Some("the queue is paused".to_owned()));
        }
        let not_before = self.one(
            "read when a run may start",
            "SELECT not_before_ms FROM run WHERE id = ?1",
            [Text(row.id)],
            |row| Ok(row.get::<_, Ms>(0)?.0),
        )?;
        if not_before > now {
            let seconds = between(now, not_before).div_ceil(1_000);
            return Ok(Some(match row.reason.as_deref() {
                Some("vault_locked") => {
                    format!("the keychain is locked; Drover looks again in {seconds} s")
                }
                Some("profile_in_use") => {
                    format!(
                        "its profile is open in another browser; Drover looks again in {seconds} s"
                    )
                }
                _ => format!("attempt {} starts in {seconds} s", row.attempt),
            }));
        }
        if let (Some(id), Some(name)) = (row.profile_id, &row.profile) {
            if let Some(holder) = self.holder(id)? {
                return Ok(Some(format!(
                    "profile `{name}` is in use by run {}",
                    holder.short()
                )));
            }
            let ahead: u32 = self.one(
                "count the runs ahead",
                "SELECT count(*) FROM run WHERE profile_id = ?1 AND state = 'queued'
                     AND (not_before_ms, id) < (?2, ?3)",
                (Text(id), Ms(not_before), Text(row.id)),
                |row| row.get(0),
            )?;
            if ahead > 0 {
                let runs = if ahead == 1 { "run" } else { "runs" };
                return Ok(Some(format!(
                    "{ahead} more {runs} of profile `{name}` first"
                )));
            }
        }
        let workers = self.settings()?.workers;
        let busy: u32 = self.one(
            "count the workers",
            "SELECT count(*) FROM run WHERE state IN ('starting', 'running', 'parked', 'stopping')",
            [],
            |row| row.get(0),
        )?;
        Ok((busy >= workers).then(|| format!("{busy} of {workers} workers are busy")))
    }

    /// The run that holds the profile.
    fn holder(&self, profile: ProfileId) -> Result<Option<RunId>> {
        self.first(
            "look for the run that uses a profile",
            "SELECT id FROM run WHERE profile_id = ?1 AND state IN ('starting', 'running', 'parked', 'stopping')",
            [Text(profile)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Move, Settings};

    use super::*;
    use crate::MoveDetail;
    use crate::testing::{Database, at, profile, run, task};

    fn database() -> Database {
        let database = Database::new();
        database.writing().insert_task(&task(1, "t")).unwrap();
        database
            .writing()
            .insert_profile(&profile(1, "anna"))
            .unwrap();
        database
    }

    #[test]
    fn a_run_that_could_not_begin_says_what_it_waits_for() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, None)).unwrap();
        let id = RunId::from_bits(1);
        let mut requeued = |attempt, reason: &str| {
            writing.claim(id, at(60), "m").unwrap().unwrap();
            let detail = MoveDetail {
                reason: Some(reason.to_owned()),
                not_before: Some(at(60)),
                ..MoveDetail::at(at(50))
            };
            writing.advance(id, attempt, Move::Requeue, detail).unwrap();
            let run = database.reading().run(id, at(55)).unwrap();
            run.unwrap().waits_because.unwrap()
        };
        assert_eq!(
            requeued(1, "vault_locked"),
            "the keychain is locked; Drover looks again in 5 s"
        );
        assert_eq!(
            requeued(2, "profile_in_use"),
            "its profile is open in another browser; Drover looks again in 5 s"
        );
        assert_eq!(requeued(3, "exit_code"), "attempt 4 starts in 5 s");
    }

    #[test]
    fn a_waiting_run_says_why() {
        let database = database();
        let mut writing = database.writing();
        for number in [1, 2] {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        writing.insert_run(&run(3, None)).unwrap();
        let why = |number| {
            let run = database
                .reading()
                .run(RunId::from_bits(number), at(50))
                .unwrap();
            run.unwrap().waits_because
        };
        assert_eq!(why(1), None, "nothing keeps it");
        assert_eq!(why(2).unwrap(), "1 more run of profile `anna` first");
        writing
            .claim(RunId::from_bits(1), at(50), "m")
            .unwrap()
            .unwrap();
        let short = RunId::from_bits(1).short();
        assert_eq!(
            why(2).unwrap(),
            format!("profile `anna` is in use by run {short}")
        );
        let settings = Settings {
            workers: 1,
            ..Settings::default()
        };
        writing.put_settings(&settings).unwrap();
        assert_eq!(why(3).unwrap(), "1 of 1 workers are busy");
        let early = database
            .reading()
            .run(RunId::from_bits(3), at(1))
            .unwrap()
            .unwrap();
        assert_eq!(early.waits_because.unwrap(), "attempt 1 starts in 2 s");
        writing.pause(true).unwrap();
        assert_eq!(why(3).unwrap(), "the queue is paused");
    }
}

//! Queued runs whose time to start has passed.

use drover_model::{Move, RunId, schedule::Reason};
use jiff::Timestamp;

use crate::{
    MoveDetail, Result, Snapshot, Writing,
    column::{Ms, Text},
};

/// Runs that expire in one order.
const AT_ONCE: u32 = 1_000;

impl Snapshot<'_> {
    /// When the next queued run expires.
    pub fn next_expiry(&self) -> Result<Option<Timestamp>> {
        self.one(
            "look for the next run that expires",
            "SELECT min(expires_ms) FROM run WHERE state = 'queued' AND expires_ms IS NOT NULL",
            [],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )
    }
}

impl Writing<'_> {
    /// Ends queued runs that can no longer start in time; tells how many. Those that ran before do not expire.
    pub fn expire(&mut self, now: Timestamp) -> Result<u32> {
        let late: Vec<(RunId, u32)> = self.all(
            "look for runs that expire",
            "SELECT id, attempt FROM run WHERE state = 'queued' AND expires_ms IS NOT NULL AND expires_ms < ?1
             ORDER BY expires_ms LIMIT ?2",
            (Ms(now), AT_ONCE),
            |row| Ok((row.get::<_, Text<_>>(0)?.0, row.get(1)?)),
        )?;
        for (run, attempt) in &late {
            let detail = MoveDetail {
                reason: Some(Reason::StartDeadline.code().to_owned()),
                message: Some("it could not start before its deadline".to_owned()),
                ..MoveDetail::at(now)
            };
            self.advance(*run, *attempt, Move::Expire, detail)?;
        }
        Ok(u32::try_from(late.len()).unwrap_or(u32::MAX))
    }
}

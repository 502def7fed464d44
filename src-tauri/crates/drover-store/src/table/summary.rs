//! Counts over all tables, for the frame and the tray.

use drover_model::request::Summary;
use jiff::{SignedDuration, Timestamp};

use super::run::{SELECT, from_row};
use crate::{Reading, Result, column::Ms};

/// Runs that the tray lists.
const LAST: u32 = 5;

impl Reading<'_> {
    /// What goes on at `now`.
    pub fn summary(&self, now: Timestamp) -> Result<Summary> {
        let doing = "sum up what goes on";
        let count = |sql: &str| self.one(doing, sql, [], |row| row.get(0));
        let failed_24h = self.one(
            doing,
            "SELECT count(*) FROM run WHERE finished_ms >= ?1 AND state IN ('failed', 'timed_out', 'lost')",
            [Ms(now - SignedDuration::from_hours(24))],
            |row| row.get(0),
        )?;
        let parked: u32 = count("SELECT count(*) FROM run WHERE state = 'parked'")?;
        let asking: u32 = count("SELECT count(*) FROM run WHERE asks = 1")?;
        Ok(Summary {
            running: count("SELECT count(*) FROM run WHERE state IN ('starting', 'running', 'stopping')")?,
            queued: count("SELECT count(*) FROM run WHERE state = 'queued'")?,
            needs_you: parked + asking,
            failed_24h,
            paused: self.paused()?,
            profiles: count("SELECT count(*) FROM profile WHERE removed_ms IS NULL")?,
            tasks: count("SELECT count(*) FROM task WHERE removed_ms IS NULL")?,
            last: self.all(doing, &format!("{SELECT} ORDER BY r.id DESC LIMIT ?1"), [LAST], from_row)?,
            seq: self.seq()?,
        })
    }
}

//! A row of `resource`: what is limited, and the bucket of its starts.

use drover_model::{Capacity, LimitKey, LimitKind, Name, Rate, Span};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Row;

use crate::column::{Ms, Text, Word};

/// A row of `resource`.
pub(super) struct Resource {
    pub(super) id: i64,
    pub(super) key: LimitKey,
    pub(super) capacity: Option<Capacity>,
    pub(super) rate: Option<Rate>,
    /// Starts that are possible, at `filled`.
    pub(super) tokens: f64,
    pub(super) filled: Timestamp,
}

pub(super) const COLUMNS: &str =
    "c.id, c.kind, c.name, c.capacity, c.rate_starts, c.rate_ms, c.tokens, c.filled_ms";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Resource> {
    let rate = row
        .get::<_, Option<u32>>("rate_starts")?
        .zip(row.get::<_, Option<i64>>("rate_ms")?);
    Ok(Resource {
        id: row.get("id")?,
        key: LimitKey {
            kind: row.get::<_, Word<LimitKind>>("kind")?.0,
            name: row.get::<_, Text<Name>>("name")?.0,
        },
        capacity: row.get::<_, Option<u32>>("capacity")?.map(|places| {
            Capacity::try_from(places.min(Capacity::MAX))
                .expect("BUG: it was brought within the bounds")
        }),
        rate: rate.map(|(starts, per_ms)| {
            // Rows of earlier versions may be beyond the bounds.
            Rate::new(
                starts.clamp(1, Rate::MAX_STARTS),
                per_ms.unsigned_abs().clamp(1, Span::MAX_MS),
            )
            .expect("BUG: it was brought within the bounds")
        }),
        tokens: row.get("tokens")?,
        filled: row.get::<_, Ms>("filled_ms")?.0,
    })
}

impl Resource {
    /// Starts that are possible at `now`. The bucket never holds more than the rate's number, and a clock that was set
    /// back empties nothing.
    pub(super) fn tokens_at(&self, rate: Rate, now: Timestamp) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a token is not worth 2^52 milliseconds"
        )]
        let (passed, per) = (
            (now.as_millisecond() - self.filled.as_millisecond()).max(0) as f64,
            rate.per_ms() as f64,
        );
        let most = f64::from(rate.starts());
        (self.tokens + passed * most / per).min(most)
    }

    /// When a start is possible, if it is not at `now`.
    pub(super) fn refills_at(&self, now: Timestamp) -> Option<Timestamp> {
        let rate = self.rate?;
        let missing = 1.0 - self.tokens_at(rate, now);
        if missing <= 0.0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a rate is at most one start in 30 days"
        )]
        let wait = (missing * rate.per_ms() as f64 / f64::from(rate.starts())).ceil() as i64;
        Some(now + SignedDuration::from_millis(wait.max(1)))
    }
}

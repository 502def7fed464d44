//! What a person says about times that were missed.

use drover_model::{
    Caller, Ended, Move, RunRow,
    request::{MissedWay, SettleMissed},
};
use drover_store::MoveDetail;

use crate::{Engine, Result, error::Doing as _};

impl Engine {
    /// The runs that were queued, or those that were cancelled; the report does not wait for an answer after it.
    pub async fn settle_missed(&self, by: Caller, req: SettleMissed) -> Result<Vec<RunRow>> {
        let rows = match req.way {
            MissedWay::Cancel => self.cancel_caught_up(by, req.look).await?,
            MissedWay::RunAll => self.run_missed(by, req.look).await?,
            MissedWay::Leave => Vec::new(),
        };
        // Last, so that a crash before it asks again; what was done is not done twice.
        self.rooms()
            .store
            .write(self.rooms().now(), by, move |tx| tx.settle_missed(req.look))
            .await
            .doing("note the answer about what was missed")?;
        Ok(rows)
    }

    async fn cancel_caught_up(&self, by: Caller, look: u64) -> Result<Vec<RunRow>> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| {
                let mut rows = Vec::new();
                for run in tx.waiting_of_look(look)? {
                    let Some(row) = tx.run_row(run)? else {
                        continue;
                    };
                    let detail = MoveDetail {
                        reason: Some("cancelled".to_owned()),
                        message: Some("its time was missed, and you did not want it".to_owned()),
                        ..MoveDetail::at(now)
                    };
                    let step = Move::End {
                        ended: Ended::Cancelled,
                    };
                    tx.advance(run, row.attempt, step, detail)?;
                    rows.extend(tx.run_row(run)?);
                }
                Ok(rows)
            })
            .await
            .doing("cancel what was missed")
    }
}

//! What the runner asks of the engine while an attempt goes on.

use std::sync::Arc;

use drover_browser::BoxFuture;
use drover_model::{Caller, Move, Plan, RunId, StopIntent, TokenName};
use drover_runner::{Ledger, NoStart, Secrets};
use drover_store::{Applied, Claimed, MoveDetail};
use drover_vault::{Backend, Reference};
use secrecy::SecretString;

use crate::engine::Rooms;

/// Answers with values of the tokens that the plan names, and of no others.
pub(super) struct EngineSecrets {
    rooms: Arc<Rooms>,
    plan: Plan,
}

impl EngineSecrets {
    pub(super) fn new(rooms: Arc<Rooms>, plan: Plan) -> Self {
        Self { rooms, plan }
    }

    async fn fetch(&self, name: &TokenName) -> Result<SecretString, String> {
        if !self.plan.tokens.contains(name) {
            return Err(format!("token `{name}` is not listed in the task"));
        }
        let wanted = name.clone();
        let token = self
            .rooms
            .store
            .read(move |db| db.find_token(wanted.as_str()))
            .await
            .map_err(|error| error.to_string())?;
        let token = token.ok_or_else(|| format!("no token named `{name}`"))?;
        let reference = Reference::new(Backend::stored(token.backend), token.id.to_string());
        let value = self
            .rooms
            .vault()
            .get(&reference)
            .await
            .map_err(|error| format!("failed to read token `{name}`: {error}"))?;
        let now = self.rooms.now();
        let touched = self
            .rooms
            .store
            .write(now, Caller::Drover, move |tx| tx.touch_token(token.id, now))
            .await;
        if let Err(error) = touched {
            tracing::warn!(%error, "failed to note the use of a token");
        }
        Ok(value)
    }
}

impl Secrets for EngineSecrets {
    fn get(&self, name: &TokenName) -> BoxFuture<'_, Result<SecretString, String>> {
        let name = name.clone();
        Box::pin(async move { self.fetch(&name).await })
    }
}

/// Commits the start line and the intent to stop.
pub(super) struct EngineLedger {
    rooms: Arc<Rooms>,
    run: RunId,
    attempt: u32,
}

impl EngineLedger {
    pub(super) fn new(rooms: Arc<Rooms>, claimed: &Claimed) -> Self {
        Self {
            rooms,
            run: claimed.run.id,
            attempt: claimed.attempt,
        }
    }

    async fn advance(&self, step: Move, detail: MoveDetail) -> drover_store::Result<Applied> {
        let applied = self
            .rooms
            .queue
            .advance(Caller::Drover, self.run, self.attempt, step, detail)
            .await?;
        if let Applied::Done(row) = &applied {
            self.rooms
                .live
                .tell(self.run, |batch| batch.row = Some(row.clone()));
        }
        Ok(applied)
    }
}

impl Ledger for EngineLedger {
    fn commit_running(&self) -> BoxFuture<'_, Result<(), NoStart>> {
        Box::pin(async move {
            match self
                .advance(Move::Run, MoveDetail::at(self.rooms.now()))
                .await
            {
                Ok(Applied::Done(_)) => Ok(()),
                Ok(Applied::Stale) => Err(NoStart::Overtaken),
                Err(error) if error.is_storage() => Err(NoStart::Unwritten(error.to_string())),
                Err(error) => Err(NoStart::Failed(error.to_string())),
            }
        })
    }

    fn commit_stopping(&self, intent: StopIntent) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // A person's order has committed it already; then this one is stale, and that is fine.
            if let Err(error) = self
                .advance(Move::Stop { intent }, MoveDetail::at(self.rooms.now()))
                .await
            {
                tracing::debug!(run = %self.run, %error, "the intent to stop was not written");
            }
        })
    }
}

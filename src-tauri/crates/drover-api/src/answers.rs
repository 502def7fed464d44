//! What the socket asks of the engine.

use std::future::Future;

use drover_engine::Engine;
use drover_model::{Caller, CommandError, RunBatch, RunId};
use serde_json::Value;

use crate::dispatch;

/// Takes a batch; `false` ends the watch.
pub type OnBatch = Box<dyn Fn(RunBatch) -> bool + Send + Sync>;

/// The port of the socket. The engine implements it; tests of the socket alone do too,
/// since an engine has a keychain and browsers behind it.
pub trait Answers: Clone + Send + Sync + 'static {
    /// Answers the request of that name.
    fn call(
        &self,
        name: &str,
        body: Value,
    ) -> impl Future<Output = Result<Value, CommandError>> + Send;

    /// Sends news of a run to `on_batch` until it answers `false` or the watch is dropped.
    fn watch_run(
        &self,
        run: RunId,
        from_seq: u64,
        on_batch: OnBatch,
    ) -> impl Future<Output = Result<Watch, CommandError>> + Send;
}

/// An open watch. Dropping it ends it.
pub struct Watch(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Watch {
    /// A watch that `end` ends.
    #[must_use]
    pub fn ended_by(end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// The engine as seen by one kind of caller.
#[derive(Clone)]
pub(crate) struct Door {
    pub engine: Engine,
    pub by: Caller,
}

impl Answers for Door {
    async fn call(&self, name: &str, body: Value) -> Result<Value, CommandError> {
        dispatch(&self.engine, self.by, name, body).await
    }

    async fn watch_run(
        &self,
        run: RunId,
        from_seq: u64,
        on_batch: OnBatch,
    ) -> Result<Watch, CommandError> {
        let id = self.engine.watch_run(run, from_seq, on_batch).await?;
        let engine = self.engine.clone();
        Ok(Watch::ended_by(move || engine.unwatch_run(id)))
    }
}

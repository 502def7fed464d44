//! The door as the browser's port: Chrome is started by the same thread and ended by the same rules as everything.

use std::io;
use std::sync::Arc;

use drover_browser::{BoxFuture, Exit, Process, ProcessIdentity, Spawn, SpawnRequest};

use super::Child;
use super::door::{Door, Output, Start};

impl Spawn for Door {
    fn spawn(&self, request: SpawnRequest) -> BoxFuture<'_, io::Result<Arc<dyn Process>>> {
        Box::pin(async move {
            let child = self
                .start(Start {
                    program: request.program,
                    args: request.args,
                    environment: request.env.into_iter().collect(),
                    folder: request.folder,
                    fds: request.fds,
                    marker: request.marker,
                    output: Output::Tail(request.stderr_tail),
                })
                .await?;
            Ok(Arc::new(child) as Arc<dyn Process>)
        })
    }
}

impl Process for Child {
    fn identity(&self) -> &ProcessIdentity {
        Child::identity(self)
    }

    fn wait(&self) -> BoxFuture<'_, Exit> {
        Box::pin(Child::wait(self))
    }

    fn terminate(&self) {
        Child::terminate(self);
    }

    fn kill(&self) {
        Child::kill(self);
    }

    fn survivors(&self) -> Vec<u32> {
        Child::survivors(self)
    }

    fn stderr_tail(&self) -> String {
        Child::stderr_tail(self)
    }
}

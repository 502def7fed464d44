//! The memory limit of a task.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use drover_model::MemoryLimit;
use tokio::sync::oneshot;

use crate::outcome::{Reason, Verdict};
use crate::process::Tree;

/// How often the tree is measured. What takes memory as fast as it can takes some hundred megabytes in this time.
const LOOK: Duration = Duration::from_millis(200);

/// Watches over a tree, on a thread of its own until it is dropped: a look at a machine with many processes takes
/// milliseconds.
#[derive(Debug)]
pub(crate) struct MemoryWatch(Option<(MemoryLimit, oneshot::Receiver<u64>)>);

impl MemoryWatch {
    /// Without a limit nothing is watched.
    ///
    /// # Errors
    /// The machine is out of threads.
    pub(crate) fn begin(tree: Tree, limit: Option<MemoryLimit>) -> io::Result<Self> {
        let Some(limit) = limit else {
            return Ok(Self(None));
        };
        let (tell, told) = oneshot::channel();
        thread::Builder::new()
            .name("memory".to_owned())
            .spawn(move || watch(&tree, limit.bytes(), tell))?;
        Ok(Self(Some((limit, told))))
    }

    /// Completes when the tree has more than it may have.
    pub(crate) async fn exceeded(&mut self) -> Verdict {
        let Some((limit, told)) = &mut self.0 else {
            return pending().await;
        };
        let limit = *limit;
        let Ok(bytes) = told.await else {
            return pending().await;
        };
        self.0 = None;
        let measured = bytes / 1_000_000;
        Verdict::new(
            Reason::MemoryLimit,
            format!(
                "its processes took {measured} MB of memory, and {limit} is the most that the task may have"
            ),
        )
    }
}

fn watch(tree: &Tree, limit: u64, tell: oneshot::Sender<u64>) {
    while !tell.is_closed() {
        let bytes = tree.memory(limit);
        if bytes > limit {
            tell.send(bytes).ok(); // it has ended at the same moment
            return;
        }
        thread::sleep(LOOK);
    }
}

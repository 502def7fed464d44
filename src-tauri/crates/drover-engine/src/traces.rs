//! The traces that are open.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use drover_runner::{TraceViewer, ViewerError};

/// A trace that nobody has looked at for so long is closed. Its page holds what it has loaded, so a page that is still
/// open goes on.
pub(crate) const IDLE: Duration = Duration::from_mins(30);

/// Traces at the same time; of more the oldest is closed.
const MOST: usize = 8;

/// Open viewers by the file of their trace, the oldest first.
#[derive(Default)]
pub(crate) struct Traces(Mutex<Vec<(PathBuf, TraceViewer)>>);

impl Traces {
    /// The open ones; those that have ended are forgotten.
    fn open(&self) -> MutexGuard<'_, Vec<(PathBuf, TraceViewer)>> {
        let mut open = self.0.lock().expect("BUG: nothing panics while it is held");
        open.retain(|(_, viewer)| !viewer.is_over());
        open
    }

    /// A way into a trace that is open.
    pub(crate) fn entrance(&self, trace: &Path) -> Option<Result<String, ViewerError>> {
        let open = self.open();
        let known = open.iter().find(|(path, _)| path == trace)?;
        Some(known.1.entrance())
    }

    /// Keeps a viewer, and gives a way into it.
    pub(crate) fn keep(&self, trace: PathBuf, viewer: TraceViewer) -> Result<String, ViewerError> {
        let entrance = viewer.entrance();
        let mut open = self.open();
        open.push((trace, viewer));
        let too_many = open.len().saturating_sub(MOST);
        open.drain(..too_many);
        entrance
    }

    /// Waits until all have ended.
    pub(crate) async fn closed(&self) {
        loop {
            let last = self.open().pop();
            match last {
                Some((_, mut viewer)) => viewer.over().await,
                None => return,
            }
        }
    }
}

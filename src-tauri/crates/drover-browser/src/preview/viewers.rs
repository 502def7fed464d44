//! Those who look at one browser: each with a pace of its own, all of one capture.

use std::{
    fmt,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{Frame, director::direct, lens::Order};
use crate::cdp::Session;

/// No viewer gets more than four pictures a second: it is a look, not a film.
pub const QUICKEST_PREVIEW: Duration = Duration::from_millis(250);
/// Slower than that nobody calls it live.
pub const SLOWEST_PREVIEW: Duration = Duration::from_secs(10);

/// The capture of one browser, while somebody looks.
#[derive(Default)]
pub(crate) struct Previews {
    show: Mutex<Weak<Show>>,
}

/// One capture. It ends when this is dropped, which the last viewer does.
struct Show {
    frames: watch::Receiver<Option<Frame>>,
    orders: watch::Receiver<Order>,
    paces: watch::Sender<Paces>,
}

/// The pauses that the viewers want, by viewer.
#[derive(Default)]
pub(super) struct Paces {
    last: u64,
    wanted: Vec<(u64, Duration)>,
}

impl Paces {
    /// The shortest of them: nobody gets fewer pictures because another wants fewer.
    pub(super) fn shortest(&self) -> Duration {
        let wanted = self.wanted.iter().map(|(_, every)| *every);
        wanted.min().unwrap_or(SLOWEST_PREVIEW)
    }
}

impl Previews {
    /// Joins the capture that goes on, or begins one.
    pub(crate) fn join(&self, root: &Session, every: Duration) -> Preview {
        let every = every.clamp(QUICKEST_PREVIEW, SLOWEST_PREVIEW);
        let mut current = self
            .show
            .lock()
            .expect("BUG: nothing panics while it is held");
        let show = current.upgrade().unwrap_or_else(|| {
            let show = Arc::new(begin(root));
            *current = Arc::downgrade(&show);
            show
        });
        drop(current);
        let mut number = 0;
        show.paces.send_modify(|paces| {
            paces.last += 1;
            number = paces.last;
            paces.wanted.push((number, every));
        });
        let mut frames = show.frames.clone();
        // Who comes later is shown what the others see, also when the page stands still.
        frames.mark_changed();
        Preview {
            show,
            frames,
            number,
            every,
            due: Instant::now(),
        }
    }
}

fn begin(root: &Session) -> Show {
    let (sender, frames) = watch::channel(None);
    let (paces, wanted) = watch::channel(Paces::default());
    let (order, orders) = watch::channel(Order {
        chosen: None,
        every: SLOWEST_PREVIEW,
    });
    tokio::spawn(direct(root.clone(), wanted, order, Arc::new(sender)));
    Show {
        frames,
        orders,
        paces,
    }
}

/// One who looks at a browser. Dropping it ends the look; with the last one the capture ends.
pub struct Preview {
    show: Arc<Show>,
    frames: watch::Receiver<Option<Frame>>,
    number: u64,
    every: Duration,
    /// Before this nothing more is handed out.
    due: Instant,
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

impl Preview {
    /// The newest picture that was not handed out yet, as JPEG. What came while nobody asked is left out, and a page
    /// that stands still gives nothing. `None` when the browser has ended. Safe to drop while it waits.
    pub async fn next(&mut self) -> Option<Arc<[u8]>> {
        sleep_until(self.due).await;
        loop {
            self.frames.changed().await.ok()?;
            let newest = self.frames.borrow_and_update().clone();
            if let Some(frame) = newest {
                self.due = Instant::now() + self.every;
                return Some(frame);
            }
        }
    }
}

impl Preview {
    /// The page that the pictures are of, by its target.
    pub(crate) fn target(&self) -> Option<Arc<str>> {
        self.show.orders.borrow().chosen.clone()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.show
            .paces
            .send_modify(|paces| paces.wanted.retain(|(number, _)| *number != self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hastiest_viewer_sets_the_pace() {
        let every = |ms: &[u64]| {
            let wanted = ms.iter().map(|ms| (0, Duration::from_millis(*ms)));
            Paces {
                last: 0,
                wanted: wanted.collect(),
            }
            .shortest()
        };
        assert_eq!(every(&[500, 250, 2_000]), Duration::from_millis(250));
        assert_eq!(every(&[2_000]), Duration::from_secs(2));
        assert_eq!(every(&[]), SLOWEST_PREVIEW);
    }
}

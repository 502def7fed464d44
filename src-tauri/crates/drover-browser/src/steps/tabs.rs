//! The tabs of one run: the page it began with and what was opened from there.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use secrecy::ExposeSecret as _;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    task::AbortHandle,
    time::timeout,
};

use super::{
    StepProblem, TabChoice,
    place::address,
    probe::{Limit, Pauses},
};
use crate::{
    Page, Result,
    cdp::{
        Event, Session,
        protocol::{ActivateTarget, TargetCreated, TargetDestroyed},
    },
    page::{self, failed},
};

/// A tab that is only looked at for its address or title does not hold up the others.
const GLANCE: Duration = Duration::from_secs(1);

/// The tabs of one run. Pages that its pages open are taken over as they come. Nothing is closed when it is dropped.
pub struct Tabs {
    state: Arc<Mutex<State>>,
    following: AbortHandle,
}

struct State {
    /// In the order in which they were opened; never empty.
    pages: Vec<Page>,
    /// The one that steps work in, by its target.
    current: String,
    traffic: bool,
}

impl Tabs {
    /// Begins with a page.
    pub fn of(page: &Page) -> Result<Self> {
        let events = page.root().events().map_err(failed("follow the tabs"))?;
        let state = Arc::new(Mutex::new(State {
            current: page.target().to_owned(),
            pages: vec![page.clone()],
            traffic: false,
        }));
        let following = tokio::spawn(follow(page.root().clone(), events, state.clone()));
        Ok(Self {
            state,
            following: following.abort_handle(),
        })
    }

    /// The page that steps work in.
    pub fn current(&self) -> Page {
        let state = self.state();
        let current = state
            .pages
            .iter()
            .find(|page| page.target() == state.current);
        let page = current.or(state.pages.last());
        page.cloned().expect("BUG: the last page is never removed")
    }

    /// All of them, in the order in which they were opened.
    pub fn all(&self) -> Vec<Page> {
        self.state().pages.clone()
    }

    /// Begins to follow requests in all tabs, also those that come later.
    pub(super) async fn follow_traffic(&self) {
        self.state().traffic = true;
        for page in self.all() {
            page.follow_traffic().await;
        }
    }

    /// Opens an empty tab, which becomes the current one.
    pub(super) async fn open(&self) -> Result<Page> {
        let now = self.current();
        let page = page::open_with(now.root(), now.dialogs().clone()).await?;
        let traffic = {
            let mut state = self.state();
            page.target().clone_into(&mut state.current);
            state.pages.push(page.clone());
            state.traffic
        };
        if traffic {
            page.follow_traffic().await;
        }
        Ok(page)
    }

    /// Waits for a tab and makes it the current one.
    pub(super) async fn switch(
        &self,
        choice: &TabChoice,
        limit: Limit,
    ) -> std::result::Result<(), StepProblem> {
        let mut pauses = Pauses::default();
        loop {
            let (mut fitting, mut shown) = (Vec::new(), Vec::new());
            for (place, page) in self.all().into_iter().enumerate() {
                let url = timeout(GLANCE, page.url()).await;
                let url = url.ok().and_then(std::result::Result::ok);
                let title = timeout(GLANCE, page.title()).await;
                let title = title.ok().and_then(std::result::Result::ok);
                let (url, title) = (url.unwrap_or_default(), title.unwrap_or_default());
                let fits = match choice {
                    TabChoice::Index(index) => usize::try_from(*index) == Ok(place),
                    TabChoice::Url(part) => url.contains(part.expose_secret()),
                    TabChoice::Title(part) => title.contains(part.expose_secret()),
                };
                shown.push(format!("{place}: {} (`{title}`)", address(&url)));
                if fits {
                    fitting.push((page, place));
                }
            }
            if let [(page, _)] = fitting.as_slice() {
                let target_id = page.target();
                let front = page.root().call(&ActivateTarget { target_id }).await;
                front.map_err(failed("bring the tab to the front"))?;
                target_id.clone_into(&mut self.state().current);
                return Ok(());
            }
            if fitting.len() > 1 {
                let elements = fitting.iter().map(|(_, place)| shown[*place].clone());
                return Err(StepProblem::Ambiguous {
                    target: "the tab".to_owned(),
                    count: fitting.len(),
                    elements: elements.collect(),
                });
            }
            if !pauses.pause(limit).await {
                return Err(StepProblem::Otherwise {
                    expected: "such a tab".to_owned(),
                    limit: limit.whole,
                    found: format!("the run has only {}", shown.join(", ")),
                });
            }
        }
    }

    /// Closes the current tab; the one before becomes the current one. A last tab is replaced by an empty one, because
    /// Chrome ends with its last tab.
    pub(super) async fn close_current(&self) -> Result<()> {
        let closing = self.current();
        if self.all().len() == 1 {
            self.open().await?;
        }
        self.state().remove(closing.target());
        let front = self.current();
        let target_id = front.target();
        let shown = front.root().call(&ActivateTarget { target_id }).await;
        shown.map_err(failed("bring the tab to the front"))?;
        closing.close().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl State {
    fn remove(&mut self, target: &str) {
        let place = self.pages.iter().position(|page| page.target() == target);
        // The last page stays, so that a step can say that it was closed.
        let Some(place) = place.filter(|_| self.pages.len() > 1) else {
            return;
        };
        self.pages.remove(place);
        if self.current == target {
            let before = &self.pages[place.saturating_sub(1)];
            before.target().clone_into(&mut self.current);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("BUG: a holder of the tabs panicked")
}

async fn follow(
    root: Session,
    mut events: broadcast::Receiver<Arc<Event>>,
    state: Arc<Mutex<State>>,
) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if let Some(TargetCreated { target_info: new }) = event.read("Target.targetCreated")
            && new.kind == "page"
            && let Some(opener) = new.opener_id
        {
            let dialogs = {
                let state = lock(&state);
                let opener = state.pages.iter().find(|page| page.target() == opener);
                opener.map(|page| page.dialogs().clone())
            };
            let Some(dialogs) = dialogs else { continue };
            // One that is gone again, such as the tab of a download, was no tab of the run.
            if let Ok(page) = page::adopt(&root, new.target_id, dialogs).await {
                let traffic = {
                    let mut state = lock(&state);
                    state.pages.push(page.clone());
                    state.traffic
                };
                if traffic {
                    page.follow_traffic().await;
                }
            }
        }
        if let Some(gone) = event.read::<TargetDestroyed>("Target.targetDestroyed") {
            lock(&state).remove(&gone.target_id);
        }
    }
}

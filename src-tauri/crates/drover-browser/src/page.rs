//! One page that Drover drives by itself.

mod children;
mod dialogs;
mod traffic;

pub(crate) use dialogs::{Dialogs, Planned};
pub(crate) use traffic::QUIET;

use children::Children;
use traffic::Traffic;

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    task::AbortHandle,
    time::timeout,
};

use crate::{
    Error, Result,
    cdp::{
        CdpError, Event, Session,
        protocol::{
            BringToFront, CaptureScreenshot, Clip, CloseTarget, CreateTarget,
            DisposeBrowserContext, Evaluate, FrameNavigated, GetBrowserContexts, GetLayoutMetrics,
            GetTargets, InspectorEnable, LifecycleEvent, Navigate, Navigated, PageEnable,
            SetFocusEmulationEnabled, SetLifecycleEventsEnabled,
        },
    },
};

/// A page that is drawn at all is drawn by then, also a very long one.
const DRAWN: Duration = Duration::from_secs(3);

/// A page in a tab. Clones are the same page. It is not closed when it is dropped: a person may want to see it.
#[derive(Clone)]
pub struct Page {
    shared: Arc<Shared>,
}

struct Shared {
    root: Session,
    session: Session,
    target: String,
    children: Children,
    dialogs: Dialogs,
    traffic: Traffic,
    tasks: [AbortHandle; 2],
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("target", &self.shared.target)
            .finish_non_exhaustive()
    }
}

/// Opens an empty page.
pub(crate) async fn open(root: &Session) -> Result<Page> {
    open_with(root, Dialogs::default()).await
}

/// Opens an empty page whose dialogs are answered together with those of other pages.
pub(crate) async fn open_with(root: &Session, dialogs: Dialogs) -> Result<Page> {
    let opened = root.call(&CreateTarget {
        url: "about:blank",
        background: false,
    });
    let target = opened.await.map_err(failed("open a page"))?.target_id;
    adopt(root, target, dialogs).await
}

/// Takes over a page that exists.
pub(crate) async fn adopt(root: &Session, target: String, dialogs: Dialogs) -> Result<Page> {
    let adopted = async {
        let session = root.attach(&target).await?;
        let (children, traffic) = (Children::default(), Traffic::default());
        // Both listen before anything is turned on, so they miss nothing.
        let tasks = [
            tokio::spawn(dialogs::answer(
                session.clone(),
                session.events()?,
                dialogs.clone(),
            ))
            .abort_handle(),
            tokio::spawn(children::follow(
                session.clone(),
                session.events()?,
                children.clone(),
                traffic.clone(),
            ))
            .abort_handle(),
        ];
        tokio::try_join!(
            session.call(&InspectorEnable {}),
            session.call(&PageEnable {}),
            session.call(&SetLifecycleEventsEnabled { enabled: true }),
            session.call(&SetFocusEmulationEnabled { enabled: true }),
            children::enable(&session),
        )?;
        let root = root.clone();
        Ok(Page {
            shared: Arc::new(Shared {
                root,
                session,
                target,
                children,
                dialogs,
                traffic,
                tasks,
            }),
        })
    };
    adopted.await.map_err(failed("attach to a page"))
}

/// Opens an address in a tab of its own, in front.
pub(crate) async fn open_tab(root: &Session, url: &str) -> Result<()> {
    let opened = root
        .call(&CreateTarget {
            url,
            background: false,
        })
        .await;
    opened.map(drop).map_err(failed("open a tab"))
}

/// Takes over a page, if it is still there and still empty.
pub(crate) async fn take_empty(root: &Session, target: String) -> Option<Page> {
    let targets = root.call(&GetTargets {}).await.ok()?.target_infos;
    let info = targets.iter().find(|info| info.target_id == target)?;
    if info.url != "about:blank" {
        return None;
    }
    let page = adopt(root, target, Dialogs::default()).await.ok()?;
    page.shared.session.call(&BringToFront {}).await.ok()?;
    Some(page)
}

/// Closes every page and isolated context but a new, empty page, and answers that one.
pub(crate) async fn tidy(root: &Session) -> Result<String> {
    let tidied = async {
        // First the new one: Chrome ends with its last page.
        let empty = root
            .call(&CreateTarget {
                url: "about:blank",
                background: false,
            })
            .await?
            .target_id;
        for context in root.call(&GetBrowserContexts {}).await?.browser_context_ids {
            root.call(&DisposeBrowserContext {
                browser_context_id: &context,
            })
            .await
            .ok(); // gone meanwhile
        }
        let targets = root.call(&GetTargets {}).await?.target_infos;
        for page in targets {
            if page.kind == "page" && page.target_id != empty {
                root.call(&CloseTarget {
                    target_id: &page.target_id,
                })
                .await
                .ok(); // gone meanwhile
            }
        }
        Ok::<_, CdpError>(empty)
    };
    tidied.await.map_err(failed("close the pages"))
}

impl Page {
    /// Goes to an address and waits until it is loaded.
    pub async fn navigate(&self, url: &str, limit: Duration) -> Result<()> {
        let mut events = self.session().events().map_err(failed("follow the page"))?;
        let loaded = async {
            let navigated = self
                .session()
                .call_within(&Navigate { url }, limit)
                .await
                .map_err(failed("go to the address"))?;
            if let Some(problem) = navigated.error_text.filter(|text| !text.is_empty()) {
                // A page that crashes breaks its navigation off first; its next answer tells the two apart.
                self.url().await?;
                return Err(Error::Navigation(problem));
            }
            let Navigated {
                frame_id,
                loader_id,
                ..
            } = navigated;
            match loader_id {
                // Only the fragment changed, so nothing is loaded.
                None => Ok(()),
                Some(loader) => self.wait_for_load(&mut events, &frame_id, loader).await,
            }
        };
        timeout(limit, loaded)
            .await
            .unwrap_or(Err(Error::LoadLimit(limit)))
    }

    /// A picture of what is visible, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        picture(self.session(), None).await
    }

    /// A picture of the whole document, as PNG.
    pub async fn full_screenshot(&self) -> Result<Vec<u8>> {
        let metrics = self
            .session()
            .call(&GetLayoutMetrics {})
            .await
            .map_err(failed("measure the page"))?;
        let size = metrics.css_content_size;
        let clip = Clip {
            x: 0.0,
            y: 0.0,
            width: size.width,
            height: size.height,
            scale: 1.0,
        };
        picture(self.session(), Some(clip)).await
    }

    /// Where the page is.
    pub async fn url(&self) -> Result<String> {
        self.text_of("location.href").await
    }

    /// Its title.
    pub async fn title(&self) -> Result<String> {
        self.text_of("document.title").await
    }

    /// A picture of a part of the document, in CSS pixels, as PNG.
    pub(crate) async fn clipped_screenshot(&self, clip: Clip) -> Result<Vec<u8>> {
        picture(self.session(), Some(clip)).await
    }

    /// Closes the tab.
    pub async fn close(self) -> Result<()> {
        self.shared
            .root
            .call(&CloseTarget {
                target_id: &self.shared.target,
            })
            .await
            .map(|_| ())
            .map_err(failed("close the page"))
    }

    /// The session, for commands that have no function here.
    pub fn session(&self) -> &Session {
        &self.shared.session
    }

    /// The id of its target.
    pub fn target(&self) -> &str {
        &self.shared.target
    }

    pub(crate) fn root(&self) -> &Session {
        &self.shared.root
    }

    pub(crate) fn dialogs(&self) -> &Dialogs {
        &self.shared.dialogs
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        &self.shared.traffic
    }

    /// The session of a frame that has a process of its own.
    pub(crate) fn session_of(&self, frame: &str) -> Option<Session> {
        self.shared.children.session_of(frame)
    }

    /// Its session and those of its frames.
    pub(crate) fn sessions(&self) -> Vec<Session> {
        let mut all = self.shared.children.all();
        all.push(self.shared.session.clone());
        all
    }

    /// Begins to follow requests, for waits until the network is idle.
    pub(crate) async fn follow_traffic(&self) {
        self.traffic().turn_on(self.sessions()).await;
    }

    async fn text_of(&self, expression: &str) -> Result<String> {
        let evaluate = Evaluate {
            expression,
            context_id: None,
            await_promise: false,
            return_by_value: true,
        };
        let result = self
            .session()
            .call(&evaluate)
            .await
            .map_err(failed("read from the page"))?
            .result;
        Ok(result.value.as_str().unwrap_or_default().to_owned())
    }

    /// Follows a redirect that the page makes while it loads: then the later document counts.
    async fn wait_for_load(
        &self,
        events: &mut broadcast::Receiver<Arc<Event>>,
        frame: &str,
        mut loader: String,
    ) -> Result<()> {
        let mut committed = false;
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_))
                    if self.text_of("document.readyState").await? == "complete" =>
                {
                    return Ok(());
                }
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => {
                    return Err(Error::Cdp {
                        doing: "wait for the page",
                        source: CdpError::Detached,
                    });
                }
            };
            if event.method == "Inspector.targetCrashed" {
                return Err(Error::PageCrashed);
            }
            if let Some(FrameNavigated { frame: now }) = event.read("Page.frameNavigated")
                && now.id == frame
            {
                committed |= now.loader_id == loader;
                if committed {
                    loader = now.loader_id;
                }
            }
            if let Some(life) = event.read::<LifecycleEvent>("Page.lifecycleEvent")
                && (life.frame_id.as_str(), life.name.as_str()) == (frame, "load")
                && life.loader_id == loader
            {
                return Ok(());
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn picture(session: &Session, clip: Option<Clip>) -> Result<Vec<u8>> {
    let capture = CaptureScreenshot {
        format: "png",
        clip,
        capture_beyond_viewport: clip.is_some(),
    };
    let picture = match session.call_within(&capture, DRAWN).await {
        // A tab behind others is sometimes not drawn, whatever it believes; in front it is.
        Err(CdpError::Silent { .. }) => {
            let front = session.call(&BringToFront {}).await;
            front.map_err(failed("bring the page to the front"))?;
            session.call(&capture).await
        }
        picture => picture,
    };
    let picture = picture.map_err(failed("take a screenshot"))?;
    STANDARD.decode(picture.data).map_err(|_| Error::Picture)
}

/// Says what was being done when a command failed; a crash is told apart.
pub(crate) fn failed(doing: &'static str) -> impl Fn(CdpError) -> Error {
    move |source| match source {
        CdpError::Crashed => Error::PageCrashed,
        source => Error::Cdp { doing, source },
    }
}

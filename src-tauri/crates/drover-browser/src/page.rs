//! One page that Drover drives by itself.

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
            BringToFront, CaptureScreenshot, Clip, CloseTarget, CreateTarget, DialogOpening,
            Evaluate, FrameNavigated, GetLayoutMetrics, GetTargets, HandleJavaScriptDialog,
            InspectorEnable, LifecycleEvent, Navigate, Navigated, PageEnable,
            SetFocusEmulationEnabled, SetLifecycleEventsEnabled,
        },
    },
};

/// A page that is drawn at all is drawn by then, also a very long one.
const DRAWN: Duration = Duration::from_secs(3);

/// A page in a tab. It is not closed when it is dropped: a person may want to see it.
pub struct Page {
    root: Session,
    session: Session,
    target: String,
    dialogs: AbortHandle,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Opens an empty page.
pub(crate) async fn open(root: &Session) -> Result<Page> {
    let opened = async {
        let target = root
            .call(&CreateTarget {
                url: "about:blank",
                background: false,
            })
            .await?
            .target_id;
        let session = root.attach(&target).await?;
        session.call(&InspectorEnable {}).await?;
        session.call(&PageEnable {}).await?;
        session
            .call(&SetLifecycleEventsEnabled { enabled: true })
            .await?;
        session
            .call(&SetFocusEmulationEnabled { enabled: true })
            .await?;
        let dialogs =
            tokio::spawn(answer_dialogs(session.clone(), session.events()?)).abort_handle();
        Ok(Page {
            root: root.clone(),
            session,
            target,
            dialogs,
        })
    };
    opened.await.map_err(failed("open a page"))
}

/// A picture of the first page in the browser's list.
pub(crate) async fn picture_of_first(root: &Session) -> Result<Vec<u8>> {
    let session = async {
        let targets = root.call(&GetTargets {}).await?.target_infos;
        let page = targets
            .iter()
            .find(|target| target.kind == "page")
            .ok_or(CdpError::Detached)?;
        let session = root.attach(&page.target_id).await?;
        // A tab behind others is not drawn unless it believes that it has the focus.
        session
            .call(&SetFocusEmulationEnabled { enabled: true })
            .await?;
        Ok(session)
    };
    let session = session.await.map_err(failed("find a page"))?;
    let picture = picture(&session, None).await;
    session.detach().await.ok(); // the page may have closed meanwhile
    picture
}

impl Page {
    /// Goes to an address and waits until it is loaded.
    pub async fn navigate(&self, url: &str, limit: Duration) -> Result<()> {
        let mut events = self.session.events().map_err(failed("follow the page"))?;
        let loaded = async {
            let navigated = self
                .session
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
        picture(&self.session, None).await
    }

    /// A picture of the whole document, as PNG.
    pub async fn full_screenshot(&self) -> Result<Vec<u8>> {
        let metrics = self
            .session
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
        picture(&self.session, Some(clip)).await
    }

    /// Where the page is.
    pub async fn url(&self) -> Result<String> {
        self.text_of("location.href").await
    }

    /// Its title.
    pub async fn title(&self) -> Result<String> {
        self.text_of("document.title").await
    }

    /// Closes the tab.
    pub async fn close(self) -> Result<()> {
        self.root
            .call(&CloseTarget {
                target_id: &self.target,
            })
            .await
            .map(|_| ())
            .map_err(failed("close the page"))
    }

    /// The session, for commands that have no function here.
    pub fn session(&self) -> &Session {
        &self.session
    }

    async fn text_of(&self, expression: &str) -> Result<String> {
        let evaluate = Evaluate {
            expression,
            context_id: None,
            await_promise: false,
            return_by_value: true,
        };
        let result = self
            .session
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

impl Drop for Page {
    fn drop(&mut self) {
        self.dialogs.abort();
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

/// A dialog stops the page until somebody answers. Nobody is there, so it is cancelled; leaving a page is allowed.
async fn answer_dialogs(session: Session, mut events: broadcast::Receiver<Arc<Event>>) {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(dialog) = event.read::<DialogOpening>("Page.javascriptDialogOpening") {
                    let answer = HandleJavaScriptDialog {
                        accept: dialog.kind == "beforeunload",
                    };
                    session.call(&answer).await.ok(); // another client may have answered first
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Says what was being done when a command failed; a crash is told apart.
pub(crate) fn failed(doing: &'static str) -> impl Fn(CdpError) -> Error {
    move |source| match source {
        CdpError::Crashed => Error::PageCrashed,
        source => Error::Cdp { doing, source },
    }
}

//! One page: a session of its own on it, its pictures while it is the chosen one, and words about it.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc,
        watch::{Receiver, Sender},
    },
    time::{Instant, sleep_until, timeout},
};

use super::Frame;
use crate::cdp::{
    CdpError, Event, Session,
    protocol::{
        CaptureThumbnail, Clip, Command, GetLayoutMetrics, ScreencastFrame, ScreencastFrameAck,
        ScreencastVisibilityChanged, StartScreencast, StopScreencast,
    },
};

/// Pictures fit into this, in pixels: twice what a card shows on most screens is not worth its bytes.
const WIDEST: u32 = 480;
/// See [`WIDEST`].
const HIGHEST: u32 = 300;
/// JPEG; text stays readable enough to tell pages apart.
const QUALITY: u32 = 40;

/// Chrome sends so many pictures ahead of their acknowledgements and leaves out what comes after.
const MOST_AHEAD: usize = 3;
/// A page behind others is not drawn by itself, and asking for a picture costs it some work.
const POLL: Duration = Duration::from_secs(1);
/// After so long without a picture one is asked for: a page behind others may believe to be in front.
const REFRESH: Duration = Duration::from_secs(5);
/// A page that does not answer, behind a dialog for instance, has no picture.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

const START: StartScreencast = StartScreencast {
    format: "jpeg",
    quality: QUALITY,
    max_width: WIDEST,
    max_height: HIGHEST,
};

/// Whose pictures count, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub chosen: Option<Arc<str>>,
    pub every: Duration,
}

/// What a lens tells of its page, by target.
pub(super) enum News {
    /// It came to the front or went behind another.
    Shown(String, bool),
    /// It was drawn without being asked to.
    Drawn(String),
    /// It cannot be followed any more.
    Gone(String),
}

/// Looks at one page until it is gone or not to be followed any more: the director lets `orders` or `leave` go.
pub(super) async fn look(
    root: Session,
    target: String,
    orders: Receiver<Order>,
    leave: Receiver<bool>,
    news: mpsc::Sender<News>,
    frames: Arc<Sender<Option<Frame>>>,
) {
    let session = root.attach(&target).await;
    let attached = session.and_then(|session| Ok((session.events()?, session)));
    let Ok((events, session)) = attached else {
        news.send(News::Gone(target)).await.ok(); // nobody looks any more
        return;
    };
    let mut lens = Lens {
        session: session.clone(),
        events,
        target,
        orders,
        leave,
        news,
        frames,
        visible: true,
        mine: false,
        asked: false,
        ahead: Vec::new(),
        newest: None,
        due: Instant::now(),
        refresh: Instant::now(),
    };
    let ended = lens.follow().await;
    if ended.is_err() {
        let gone = News::Gone(lens.target.clone());
        lens.news.send(gone).await.ok(); // nobody looks any more
    }
    timeout(ANSWER_LIMIT, session.detach()).await.ok(); // the page may be gone, and the session with it
}

struct Lens {
    session: Session,
    events: broadcast::Receiver<Arc<Event>>,
    target: String,
    orders: Receiver<Order>,
    leave: Receiver<bool>,
    news: mpsc::Sender<News>,
    frames: Arc<Sender<Option<Frame>>>,
    /// Whether it is in front, or believes so; until it is told it is taken for granted.
    visible: bool,
    /// Whether its pictures count.
    mine: bool,
    /// Whether the next picture was asked for, so that it says nothing about the page.
    asked: bool,
    /// Pictures that are not acknowledged.
    ahead: Vec<i64>,
    /// The newest of them, when it was not shown.
    newest: Option<String>,
    /// Before this no picture is shown.
    due: Instant,
    /// When one is asked for if none came.
    refresh: Instant,
}

impl Lens {
    /// `Ok` when it is not to be followed any more, an error when that is not possible any more.
    async fn follow(&mut self) -> Result<(), CdpError> {
        self.restart().await?;
        loop {
            let order = self.orders.borrow_and_update().clone();
            let mine = order.chosen.as_deref() == Some(&self.target);
            if mine && !self.mine {
                // What is kept of it may be old.
                self.due = Instant::now();
                self.restart().await?;
            }
            self.mine = mine;
            self.show(order.every).await?;
            let wake = self.wake();
            tokio::select! {
                event = self.events.recv() => match event {
                    Ok(event) => self.hear(&event).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(CdpError::Detached),
                },
                changed = self.orders.changed() => if changed.is_err() {
                    return Ok(());
                },
                _ = self.leave.changed() => return Ok(()),
                () = sleep_until(wake) => {}
            }
        }
    }

    async fn hear(&mut self, event: &Event) {
        if let Some(frame) = event.read::<ScreencastFrame>("Page.screencastFrame") {
            self.ahead.push(frame.session_id);
            self.newest = Some(frame.data);
            self.refresh = Instant::now() + REFRESH;
            if !std::mem::take(&mut self.asked) {
                self.tell(News::Drawn(self.target.clone())).await;
            }
        }
        self.hear_shown(event).await;
    }

    async fn hear_shown(&mut self, event: &Event) {
        let event = event.read("Page.screencastVisibilityChanged");
        if let Some(ScreencastVisibilityChanged { visible }) = event {
            self.visible = visible;
            self.tell(News::Shown(self.target.clone(), visible)).await;
        }
    }

    async fn tell(&self, news: News) {
        self.news.send(news).await.ok(); // nobody looks any more, which the orders tell too
    }

    /// When there is something to do again if nothing is heard.
    fn wake(&self) -> Instant {
        let waiting = self.newest.is_some() || self.ahead.len() >= MOST_AHEAD;
        match (self.mine, self.visible) {
            (true, true) if waiting => self.due.min(self.refresh),
            (true, false) => self.due,
            _ => self.refresh,
        }
    }

    /// Does what is due.
    async fn show(&mut self, every: Duration) -> Result<(), CdpError> {
        let now = Instant::now();
        let full = self.ahead.len() >= MOST_AHEAD;
        if !self.mine {
            // So that a page which is drawn again says so again.
            if now >= self.refresh {
                self.refresh = now + REFRESH;
                self.acknowledge().await?;
            }
            return Ok(());
        }
        if now < self.due {
            return Ok(());
        }
        if !self.visible {
            self.newest = None;
            self.poll().await?;
            self.due = Instant::now() + every.max(POLL);
        } else if full || now >= self.refresh {
            // What was drawn after the last picture was left out by Chrome. A new start shows how it is now.
            self.restart().await?;
        } else if let Some(data) = self.newest.take() {
            self.publish(&data);
            self.due = now + every;
            self.acknowledge().await?;
        }
        Ok(())
    }

    /// Begins anew, on which Chrome sends one picture of the page as it is.
    async fn restart(&mut self) -> Result<(), CdpError> {
        self.ahead.clear();
        self.newest = None;
        self.asked = true;
        self.refresh = Instant::now() + REFRESH;
        self.say(&StopScreencast {}).await?;
        // Pictures that were on their way are older than the one that comes now.
        while let Ok(event) = self.events.try_recv() {
            self.hear_shown(&event).await;
        }
        self.say(&START).await.map(drop)
    }

    async fn acknowledge(&mut self) -> Result<(), CdpError> {
        for session_id in std::mem::take(&mut self.ahead) {
            self.say(&ScreencastFrameAck { session_id }).await?;
        }
        Ok(())
    }

    /// A picture of a page that is not drawn. It stays behind the others and does not notice.
    async fn poll(&mut self) -> Result<(), CdpError> {
        let Some(metrics) = self.say(&GetLayoutMetrics {}).await? else {
            return Ok(());
        };
        let view = metrics.css_visual_viewport;
        if view.client_width < 1.0 || view.client_height < 1.0 {
            return Ok(());
        }
        let scale = f64::min(
            f64::from(WIDEST) / view.client_width,
            f64::from(HIGHEST) / view.client_height,
        );
        let capture = CaptureThumbnail {
            format: "jpeg",
            quality: QUALITY,
            clip: Clip {
                x: view.page_x,
                y: view.page_y,
                width: view.client_width,
                height: view.client_height,
                scale: scale.min(1.0),
            },
            optimize_for_speed: true,
        };
        if let Some(picture) = self.say(&capture).await? {
            self.publish(&picture.data);
        }
        Ok(())
    }

    /// Shows a picture to all who look, unless they see the very same.
    fn publish(&self, data: &str) {
        let Ok(bytes) = STANDARD.decode(data) else {
            return;
        };
        self.frames.send_if_modified(|shown| {
            let new = shown.as_deref() != Some(bytes.as_slice());
            if new {
                *shown = Some(bytes.into());
            }
            new
        });
    }

    /// The answer, or nothing when the page cannot give one at the moment: it loads, has crashed or shows a dialog.
    async fn say<C: Command>(&self, command: &C) -> Result<Option<C::Reply>, CdpError> {
        match self.session.call_within(command, ANSWER_LIMIT).await {
            Ok(reply) => Ok(Some(reply)),
            Err(error @ (CdpError::Gone | CdpError::Detached)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

//! What each kind of step does.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    Awaited, PreparedAction, StepEvent, StepProblem, Target,
    probe::{Field, Limit, Need, wait_for},
};
use crate::{
    Error, Page,
    cdp::{
        Event,
        protocol::{
            DispatchKeyEvent, DispatchMouseEvent, Evaluate, FrameNavigated, GetFrameTree,
            InsertText, NavigationStarted,
        },
    },
    page::failed,
};

/// How often the address is looked at while a step waits for it.
const LOOK: Duration = Duration::from_millis(100);
/// A page that answers at all answers an empty question by then.
const SETTLE: Duration = Duration::from_secs(1);

/// What a step leaves.
pub(super) enum Effect {
    Nothing,
    Output(String, String),
    Picture(String, Vec<u8>),
}

impl Effect {
    pub(super) fn event(self, index: usize) -> Option<StepEvent> {
        match self {
            Self::Nothing => None,
            Self::Output(name, value) => Some(StepEvent::Output { index, name, value }),
            Self::Picture(name, png) => Some(StepEvent::Picture { index, name, png }),
        }
    }
}

/// Does one step within its limit.
pub(super) async fn act(
    page: &Page,
    action: &PreparedAction,
    limit: Limit,
) -> Result<Effect, StepProblem> {
    match action {
        PreparedAction::Open(url) => page.navigate(url.expose_secret(), limit.whole).await?,
        PreparedAction::Click(target) => click(page, target, limit).await?,
        PreparedAction::Fill(target, value) => fill(page, target, value, limit).await?,
        PreparedAction::Wait(awaited) => wait(page, awaited, limit).await?,
        PreparedAction::Extract(target, into) => {
            let ready = wait_for(page, target, Need::Read, None, limit).await?;
            return Ok(Effect::Output(into.clone(), ready.text));
        }
        PreparedAction::Screenshot(name) => {
            let picture = timeout_at(limit.deadline, page.screenshot()).await;
            let picture = picture.unwrap_or(Err(Error::Navigation(
                "the page was not drawn in time".to_owned(),
            )))?;
            return Ok(Effect::Picture(name.clone(), picture));
        }
    }
    Ok(Effect::Nothing)
}

async fn click(page: &Page, target: &Target, limit: Limit) -> Result<(), StepProblem> {
    let at = wait_for(page, target, Need::Click, None, limit).await?;
    let broken = failed("click");
    let mut events = page.session().events().map_err(&broken)?;
    let mouse = |kind, button, click_count| DispatchMouseEvent {
        kind,
        x: at.x,
        y: at.y,
        button,
        click_count,
    };
    let clicked = async {
        let session = page.session();
        session.call(&mouse("mouseMoved", "none", 0)).await?;
        session.call(&mouse("mousePressed", "left", 1)).await?;
        session.call(&mouse("mouseReleased", "left", 1)).await
    };
    match timeout_at(limit.deadline, clicked).await {
        Ok(clicked) => clicked.map_err(broken)?,
        Err(_) => return Err(Error::LoadLimit(limit.whole).into()),
    };
    follow(page, &mut events, limit).await
}

/// When a click starts a navigation, waits until the new document is there, so that the next step does not look at
/// the old one.
async fn follow(
    page: &Page,
    events: &mut broadcast::Receiver<Arc<Event>>,
    limit: Limit,
) -> Result<(), StepProblem> {
    let session = page.session();
    // A navigation that a click starts is told before the page answers a further question.
    let question = Evaluate {
        expression: "0",
        context_id: None,
        await_promise: false,
        return_by_value: true,
    };
    timeout(SETTLE, session.call(&question)).await.ok(); // the answer does not matter
    let Ok(Ok(tree)) = timeout_at(limit.deadline, session.call(&GetFrameTree {})).await else {
        return Ok(());
    };
    let frame = tree.frame_tree.frame.id;
    let mut under_way = false;
    loop {
        let event = match events.try_recv() {
            Ok(event) => event,
            Err(TryRecvError::Empty) if under_way => {
                match timeout_at(limit.deadline, events.recv()).await {
                    Ok(Ok(event)) => event,
                    Ok(Err(_)) => return Ok(()),
                    Err(_) => return Err(Error::LoadLimit(limit.whole).into()),
                }
            }
            Err(TryRecvError::Lagged(_)) => continue,
            Err(_) => return Ok(()),
        };
        match event.method.as_str() {
            "Inspector.targetCrashed" => return Err(Error::PageCrashed.into()),
            "Page.frameRequestedNavigation" | "Page.frameStartedNavigating" => {
                let started = event.read::<NavigationStarted>(&event.method);
                under_way |= started.is_some_and(|started| started.is_new_document_of(&frame));
            }
            "Page.frameNavigated" => {
                let navigated = event.read::<FrameNavigated>(&event.method);
                under_way &= navigated.is_none_or(|navigated| navigated.frame.id != frame);
            }
            // A download, or an answer without content: the old document stays.
            "Page.frameStoppedLoading"
            | "Page.frameClearedScheduledNavigation"
            | "Page.downloadWillBegin" => {
                let stopped = event.read::<NavigationStarted>(&event.method);
                under_way &= stopped.is_none_or(|stopped| stopped.frame_id != frame);
            }
            _ => {}
        }
    }
}

async fn fill(
    page: &Page,
    target: &Target,
    value: &SecretString,
    limit: Limit,
) -> Result<(), StepProblem> {
    let ready = wait_for(page, target, Need::Fill, None, limit).await?;
    let text = value.expose_secret();
    if ready.field != Some(Field::Text) {
        return wait_for(page, target, Need::Assign, Some(text), limit)
            .await
            .map(|_| ());
    }
    let session = page.session();
    let typed = async {
        if text.is_empty() {
            // Inserting nothing changes nothing, so what is selected is deleted by its key.
            let key = |kind| DispatchKeyEvent {
                kind,
                key: "Delete",
                code: "Delete",
                windows_virtual_key_code: 46,
            };
            session.call(&key("rawKeyDown")).await?;
            session.call(&key("keyUp")).await
        } else {
            session.call(&InsertText { text }).await
        }
    };
    match timeout_at(limit.deadline, typed).await {
        Ok(typed) => typed
            .map(|_| ())
            .map_err(|error| failed("type into the field")(error).into()),
        Err(_) => Err(Error::LoadLimit(limit.whole).into()),
    }
}

async fn wait(page: &Page, awaited: &Awaited, limit: Limit) -> Result<(), StepProblem> {
    match awaited {
        Awaited::Text(target) => wait_for(page, target, Need::AnyVisible, None, limit)
            .await
            .map(|_| ()),
        Awaited::Element(target) => wait_for(page, target, Need::Visible, None, limit)
            .await
            .map(|_| ()),
        Awaited::Url(part) => wait_for_address(page, part.expose_secret(), limit).await,
        Awaited::Time(length) => {
            sleep(*length).await;
            Ok(())
        }
    }
}

async fn wait_for_address(page: &Page, part: &str, limit: Limit) -> Result<(), StepProblem> {
    let mut address = String::new();
    loop {
        if let Ok(now) = timeout_at(limit.deadline, page.url()).await {
            match now {
                Ok(now) if now.contains(part) => return Ok(()),
                Ok(now) => address = now,
                Err(Error::Cdp {
                    source: crate::cdp::CdpError::Refused { .. },
                    ..
                }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if timeout_at(limit.deadline, sleep(LOOK)).await.is_err()
            || Instant::now() >= limit.deadline
        {
            let address = address
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned();
            return Err(StepProblem::Address {
                address,
                limit: limit.whole,
            });
        }
    }
}

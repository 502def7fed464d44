//! After an input: when it starts a navigation, the next step must not look at the old page.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    time::{timeout, timeout_at},
};

use super::{StepProblem, probe::Limit};
use crate::{
    Error, Page,
    cdp::{
        CdpError, Event,
        protocol::{Evaluate, FrameNavigated, GetFrameTree, NavigationStarted},
    },
    page::failed,
};

/// A page that answers at all answers an empty question by then.
const SETTLE: Duration = Duration::from_secs(1);

/// Makes an input and then waits until the page that it leads to is there. A page that the input closes is done.
pub(super) async fn during(
    page: &Page,
    limit: Limit,
    doing: &'static str,
    input: impl Future<Output = Result<(), CdpError>>,
) -> Result<(), StepProblem> {
    let broken = failed(doing);
    let mut events = page.session().events().map_err(&broken)?;
    match timeout_at(limit.deadline, input).await {
        Ok(Ok(())) => follow(page, &mut events, limit).await,
        Ok(Err(CdpError::Detached)) => Ok(()),
        Ok(Err(error)) => Err(broken(error).into()),
        Err(_) => Err(Error::LoadLimit(limit.whole).into()),
    }
}

async fn follow(
    page: &Page,
    events: &mut broadcast::Receiver<Arc<Event>>,
    limit: Limit,
) -> Result<(), StepProblem> {
    let session = page.session();
    // A navigation that an input starts is told before the page answers a further question.
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

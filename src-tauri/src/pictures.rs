//! Live pictures of browsers for the window: raw JPEGs through a channel, no more ahead than the window has shown.

use std::sync::Arc;

use drover_engine::Preview;
use drover_model::{Caller, CommandError, request::WatchBrowser};
use tauri::{
    State,
    async_runtime::JoinHandle,
    ipc::{Channel, InvokeResponseBody},
};
use tokio::sync::Semaphore;
use tracing::instrument;

use crate::{Startup, watches::Watches};

/// Pictures that the window has not shown yet. A channel takes everything and a window may hang, so they are counted.
const MOST_AHEAD: usize = 2;

/// The looks at browsers that are open.
pub(crate) type Looks = Watches<Look>;

/// One look. It ends when this is dropped.
pub(crate) struct Look {
    room: Arc<Semaphore>,
    sending: JoinHandle<()>,
}

impl Drop for Look {
    fn drop(&mut self) {
        self.sending.abort();
    }
}

impl Look {
    fn begin(preview: Preview, channel: Channel<InvokeResponseBody>) -> Self {
        let room = Arc::new(Semaphore::new(MOST_AHEAD));
        let sending = tauri::async_runtime::spawn(send(preview, room.clone(), channel));
        Self { room, sending }
    }

    /// The window has shown a picture.
    fn shown(&self) {
        // Told more often than was sent, it makes no more room.
        if self.room.available_permits() < MOST_AHEAD {
            self.room.add_permits(1);
        }
    }
}

/// First room, then a picture: so it is the newest.
async fn send(mut preview: Preview, room: Arc<Semaphore>, channel: Channel<InvokeResponseBody>) {
    while let Ok(place) = room.acquire().await {
        let Some(picture) = preview.next().await else {
            return;
        };
        place.forget(); // until the window has shown it
        if channel
            .send(InvokeResponseBody::Raw(picture.to_vec()))
            .is_err()
        {
            return;
        }
    }
}

/// Sends pictures of a browser into the channel until it ends or the window has enough.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn watch_browser(
    startup: State<'_, Startup>,
    looks: State<'_, Looks>,
    req: WatchBrowser,
    channel: Channel<InvokeResponseBody>,
) -> Result<(), CommandError> {
    let number = channel.id();
    if looks.begin(number) {
        let engine = startup.engine().await?;
        let preview = engine.watch_browser(Caller::Window, req).await;
        let preview = preview.inspect_err(|_| looks.forget(number))?;
        // One that was ended meanwhile comes back, and goes.
        drop(looks.opened(number, Look::begin(preview, channel)));
    }
    Ok(())
}

/// The window has shown a picture of that channel.
#[tauri::command]
#[instrument(skip_all)]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over")]
pub(crate) fn saw_browser(looks: State<'_, Looks>, channel: u32) {
    looks.with(channel, Look::shown);
}

/// Ends the pictures of that channel.
#[tauri::command]
#[instrument(skip_all)]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over")]
pub(crate) fn unwatch_browser(looks: State<'_, Looks>, channel: u32) {
    drop(looks.end(channel));
}

//! One large picture of the page that matters, as it is.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::time::timeout;

use super::Preview;
use crate::{
    Error, Result,
    cdp::{CdpError, Session, protocol::CaptureScreenshot},
    page::failed,
};

/// A browser that has a page to show shows it by then.
const FIRST_LIMIT: Duration = Duration::from_secs(10);
/// A page that is drawn at all is drawn by then.
const DRAWN: Duration = Duration::from_secs(5);

/// A picture of all that is visible of the page that `preview` is of, as PNG. It brings nothing to the front.
pub(crate) async fn shot(root: &Session, mut preview: Preview) -> Result<Vec<u8>> {
    // With its first picture it has made up its mind which page that is.
    timeout(FIRST_LIMIT, preview.next()).await.ok(); // a page that is not drawn says so below
    let target = preview.target().ok_or(CdpError::Detached);
    let target = target.map_err(failed("find a page"))?;
    let session = root.attach(&target).await;
    let session = session.map_err(failed("find the page"))?;
    let capture = CaptureScreenshot {
        format: "png",
        clip: None,
        capture_beyond_viewport: false,
    };
    let picture = session.call_within(&capture, DRAWN).await;
    session.detach().await.ok(); // the page may have closed meanwhile
    let picture = picture.map_err(failed("take a picture of the page"))?;
    STANDARD.decode(picture.data).map_err(|_| Error::Picture)
}

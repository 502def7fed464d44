//! Looking at a browser that runs: live pictures for open views, and one large picture.

use std::time::Duration;

use drover_browser::{Browser, Preview};
use drover_model::{
    Caller, Code, CommandError,
    request::{ArtifactBytes, ShootBrowser, WatchBrowser},
};

use crate::{Engine, Result};

impl Engine {
    /// Live pictures of a profile's browser. Dropping them ends the look; nothing is stored.
    pub async fn watch_browser(&self, _by: Caller, req: WatchBrowser) -> Result<Preview> {
        let browser = self.running(req.profile).await?;
        Ok(browser.preview(Duration::from_millis(req.every_ms.into())))
    }

    pub async fn shoot_browser(&self, _by: Caller, req: ShootBrowser) -> Result<ArtifactBytes> {
        let browser = self.running(req.profile).await?;
        let picture = browser.shot().await.map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            let message = format!("{error}{}", cause.unwrap_or_default());
            CommandError::new(Code::WrongState, message)
                .hint("Close the dialog that it shows, or wait until its page is loaded.")
        })?;
        Ok(ArtifactBytes(picture))
    }

    async fn running(&self, profile: String) -> Result<Browser> {
        let profile = self.named_profile(profile).await?;
        let browser = self.rooms().leases.browser(&profile.id.to_string());
        Ok(browser.ok_or_else(|| {
            let message = format!("profile `{}` has no browser at the moment", profile.name);
            CommandError::new(Code::WrongState, message)
                .hint("Open the profile, or wait until a run has started its browser.")
        })?)
    }
}

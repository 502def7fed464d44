//! Cookies of a profile: list, import with undo, export.

use drover_browser::{Browser, Error as BrowserError, GiveBack, Visibility, cookies};
use drover_model::{
    Caller, Code, CommandError, Profile,
    request::{
        CookieExport, CookieImport, CookieList, CookiesUndone, ExportCookies, GetProfile,
        ImportCookies, ListCookies, UndoCookies,
    },
};
use secrecy::ExposeSecret as _;

use super::browsers::{refused, wanted};
use crate::{Engine, Result};

impl Engine {
    pub async fn list_cookies(&self, _by: Caller, req: ListCookies) -> Result<CookieList> {
        let profile = self.named_profile(req.profile).await?;
        let stored = self.in_browser(&profile, cookies::stored).await?;
        Ok(CookieList {
            domains: cookies::counts(&stored),
            cookies: cookies::rows(&stored),
        })
    }

    pub async fn import_cookies(&self, _by: Caller, req: ImportCookies) -> Result<CookieImport> {
        let profile = self.named_profile(req.profile).await?;
        let file = cookies::read(&req.text, self.rooms().now()).map_err(|error| {
            CommandError::new(Code::Invalid, format!("the cookies cannot be read: {error}"))
                .hint("Use the export of EditThisCookie or Cookie-Editor, a storage state, or a cookies.txt.")
                .field("text")
        })?;
        let set = async |browser: &Browser| cookies::import(browser, &file).await;
        let (report, undo) = self.in_browser(&profile, set).await?;
        let undo = (!undo.is_empty()).then(|| self.rooms().undos.keep(profile.id, undo));
        Ok(CookieImport { report, undo })
    }

    pub async fn undo_cookies(&self, by: Caller, req: UndoCookies) -> Result<CookiesUndone> {
        let Some((profile, undo)) = self.rooms().undos.take(req.undo) else {
            return Err(CommandError::new(
                Code::WrongState,
                "this import was undone already, or Drover was started again since",
            )
            .into());
        };
        let profile = self
            .get_profile(
                by,
                GetProfile {
                    profile: profile.to_string(),
                },
            )
            .await?;
        let back = async |browser: &Browser| cookies::undo(browser, &undo).await;
        let restored = self.in_browser(&profile, back).await?;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(CookiesUndone {
            restored: count(restored),
            of: count(undo.len()),
        })
    }

    pub async fn export_cookies(&self, _by: Caller, req: ExportCookies) -> Result<CookieExport> {
        let profile = self.named_profile(req.profile).await?;
        let stored = self.in_browser(&profile, cookies::stored).await?;
        let written = cookies::write(&stored, req.format);
        Ok(CookieExport {
            text: written.text.expose_secret().to_owned(),
            notes: written.notes,
        })
    }

    /// Does something in the profile's browser: the one that runs, or one that is started for it and stays warm.
    async fn in_browser<T>(
        &self,
        profile: &Profile,
        work: impl AsyncFnOnce(&Browser) -> std::result::Result<T, BrowserError>,
    ) -> Result<T> {
        let rooms = self.rooms();
        let failed = |error: BrowserError| {
            CommandError::new(
                Code::Internal,
                format!("the browser of `{}` failed: {error}", profile.name),
            )
            .hint("Try again; close the profile first if it is open.")
        };
        if let Some(browser) = rooms.leases.browser(&profile.id.to_string()) {
            return Ok(work(&browser).await.map_err(failed)?);
        }
        let wanted = wanted(rooms, profile, Visibility::Headless).await?;
        let lease = rooms
            .leases
            .take(&rooms.door, wanted, "the cookie editor")
            .await;
        let lease = lease.map_err(|refusal| refused(&refusal, profile))?;
        let done = work(lease.browser()).await;
        lease.give_back(GiveBack::Keep, |_| {}).await;
        Ok(done.map_err(failed)?)
    }
}

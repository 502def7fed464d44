//! Browsers: which are installed, which run, opening and closing by hand.

use std::time::Duration;

use drover_browser::{Refusal, SeatState, SeatView, Visibility};
use drover_model::{
    Caller, Code, CommandError, Profile, ProfileId,
    plan::PlannedProfile,
    request::{
        BrowserState, CloseProfile, ClosedBrowser, FindBrowsers, FoundBrowsers, ListBrowsers,
        OpenBrowser, OpenProfile,
    },
};
use drover_runner::Opening;
use drover_store::Reading;

use crate::{Engine, Result, chrome::chrome, engine::Rooms, error::Doing as _, rung::rung_word};

/// How long a browser that is opened by hand may take to answer.
const OPEN_LIMIT: Duration = Duration::from_secs(30);

impl Engine {
    pub async fn find_browsers(&self, _by: Caller, _req: FindBrowsers) -> Result<FoundBrowsers> {
        Ok(self.rooms().machine.browsers().await)
    }

    pub async fn list_browsers(&self, _by: Caller, _req: ListBrowsers) -> Result<Vec<OpenBrowser>> {
        let seats = self.rooms().leases.seats();
        let named = self.rooms().store.read(move |db| {
            let mut named = Vec::new();
            for seat in seats {
                let Ok(id) = seat.profile.parse::<ProfileId>() else {
                    continue;
                };
                if let Some(profile) = db.profile(id)? {
                    named.push(open_browser(seat, profile));
                }
            }
            Ok(named)
        });
        named.await.doing("read the names of the profiles")
    }

    pub async fn open_profile(&self, _by: Caller, req: OpenProfile) -> Result<OpenBrowser> {
        let profile = self.named_profile(req.profile).await?;
        let rooms = self.rooms();
        let wanted = wanted(rooms, &profile, Visibility::Visible).await?;
        let urls = if req.urls.is_empty() {
            profile.start_urls.clone()
        } else {
            req.urls
        };
        rooms
            .leases
            .open_window(&rooms.door, wanted, &urls)
            .await
            .map_err(|refusal| refused(&refusal, &profile))?;
        let seat = seat(rooms, profile.id).ok_or_else(|| {
            let message = format!(
                "the window of profile `{}` was closed at once",
                profile.name
            );
            CommandError::new(Code::BrowserUnavailable, message)
        })?;
        Ok(open_browser(seat, profile))
    }

    pub async fn close_profile(&self, _by: Caller, req: CloseProfile) -> Result<ClosedBrowser> {
        let profile = self.named_profile(req.profile).await?;
        let closed = self
            .rooms()
            .leases
            .close(&profile.id.to_string(), req.kill)
            .await;
        let struck = closed.map_err(|refusal| refused(&refusal, &profile))?;
        let Some(struck) = struck else {
            return Ok(ClosedBrowser { rung: None });
        };
        if !struck.survivors.is_empty() {
            let message = format!("processes {:?} of the browser do not end", struck.survivors);
            return Err(CommandError::new(Code::InUse, message)
                .hint("End them with the system monitor, or restart the machine.")
                .into());
        }
        Ok(ClosedBrowser {
            rung: struck.rung.map(rung_word),
        })
    }
}

pub(super) async fn wanted(
    rooms: &Rooms,
    profile: &Profile,
    visibility: Visibility,
) -> Result<drover_browser::Wanted> {
    let name = profile.proxy.clone();
    let proxy = rooms.store.read(move |db: &Reading<'_>| match &name {
        Some(name) => db.find_proxy(name.as_str()),
        None => Ok(None),
    });
    let proxy = proxy.await.doing("read the proxy")?;
    if let (Some(name), None) = (&profile.proxy, &proxy) {
        // Without it the traffic would go around the proxy.
        return Err(
            CommandError::new(Code::ProxyNotFound, format!("no proxy named `{name}`"))
                .hint("Choose another proxy for the profile.")
                .into(),
        );
    }
    let planned = PlannedProfile::from(profile);
    let chrome = chrome(rooms, &planned, proxy.map(|proxy| proxy.id))
        .await
        .map_err(|no| CommandError::new(Code::BrowserUnavailable, no.message))?;
    Ok(chrome.wanted(
        &rooms.door,
        Opening {
            profile: profile.id,
            visibility,
            start_urls: profile.start_urls.clone(),
            overrides: profile.overrides.clone(),
            marker: Rooms::marker(&rooms.paths),
            start_limit: OPEN_LIMIT,
        },
    ))
}

pub(super) fn seat(rooms: &Rooms, profile: ProfileId) -> Option<SeatView> {
    let id = profile.to_string();
    rooms
        .leases
        .seats()
        .into_iter()
        .find(|seat| seat.profile == id)
}

fn open_browser(seat: SeatView, profile: Profile) -> OpenBrowser {
    OpenBrowser {
        profile: profile.id,
        name: profile.name,
        state: match seat.state {
            SeatState::Starting => BrowserState::Starting,
            SeatState::Leased => BrowserState::Leased,
            SeatState::Idle => BrowserState::Idle,
            SeatState::Window => BrowserState::Window,
            SeatState::Draining => BrowserState::Draining,
        },
        by: seat.by,
        visible: seat.visible,
        pid: seat.pid,
        product: seat.product,
    }
}

pub(super) fn refused(refusal: &Refusal, profile: &Profile) -> CommandError {
    let say = |code, message: String| CommandError::new(code, message);
    let name = &profile.name;
    match refusal {
        Refusal::Taken(by) => say(Code::InUse, format!("profile `{name}` is in use by {by}"))
            .hint("Wait until it has ended, or stop it."),
        Refusal::Window => say(Code::InUse, format!("profile `{name}` is open in a window"))
            .hint("Close the window first."),
        Refusal::Stuck(_) => say(Code::InUse, format!("profile `{name}` is held: {refusal}"))
            .hint("End them with the system monitor, or restart the machine."),
        Refusal::Memory { .. } => say(Code::BrowserUnavailable, refusal.to_string())
            .hint("Close other programs, or wait until runs have ended."),
        Refusal::Proxy(error) => say(
            Code::BrowserUnavailable,
            format!("failed to open the way to the proxy of `{name}`: {error}"),
        ),
        Refusal::Browser(error) => browser_refused(error, name.as_str()),
    }
}

fn browser_refused(error: &drover_browser::Error, name: &str) -> CommandError {
    let held = matches!(
        error,
        drover_browser::Error::HeldHere { .. } | drover_browser::Error::HeldElsewhere { .. }
    );
    let cause = std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    if held {
        return CommandError::new(Code::InUse, format!("{error}{cause}"))
            .hint("Close that Chrome first.");
    }
    let message = format!("the browser of profile `{name}` did not open: {error}{cause}");
    CommandError::new(Code::BrowserUnavailable, message)
}

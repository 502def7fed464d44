//! Browsers: which are installed, which run, opening and closing by hand, attaching tools.

use std::time::Duration;

use drover_browser::{GatewayOptions, Refusal, SeatState, SeatView, Visibility};
use drover_model::{
    Caller, Code, CommandError, Profile, ProfileId, RunId,
    plan::PlannedProfile,
    request::{
        AttachTool, AttachedTool, BrowserState, CloseProfile, ClosedBrowser, DetachTool,
        FindBrowsers, FoundBrowsers, ListBrowsers, OpenBrowser, OpenProfile,
    },
};
use drover_runner::Opening;
use drover_store::Reading;
use secrecy::ExposeSecret as _;

use crate::{
    Engine, Result,
    attached::{Attachment, Holds},
    chrome::chrome,
    engine::Rooms,
    error::Doing as _,
    rung::rung_word,
};

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

    pub async fn attach_tool(&self, _by: Caller, req: AttachTool) -> Result<AttachedTool> {
        if let Ok(run) = req.target.parse::<RunId>() {
            return self.attach_to_run(run).await;
        }
        let profile = self.named_profile(req.target).await?;
        self.attach_to_profile(profile).await
    }

    async fn attach_to_run(&self, run: RunId) -> Result<AttachedTool> {
        let row = self.row(run).await?;
        let browser = row.profile_id.and_then(|profile| {
            let browser = self.rooms().leases.browser(&profile.to_string());
            browser
                .filter(|_| row.state.holds())
                .map(|browser| (profile, browser))
        });
        let Some((profile, browser)) = browser else {
            return Err(CommandError::new(
                Code::WrongState,
                format!("run `{run}` has no browser at the moment"),
            )
            .hint("Attach while it runs, or to its profile.")
            .into());
        };
        let gateway = self.gateway(&browser).await?;
        Ok(self.keep(gateway, Holds::Run(run), profile))
    }

    async fn attach_to_profile(&self, profile: Profile) -> Result<AttachedTool> {
        let rooms = self.rooms();
        let id = profile.id.to_string();
        let open = seat(rooms, profile.id).filter(|seat| seat.state == SeatState::Window);
        if let Some(browser) = open.and_then(|_| rooms.leases.browser(&id)) {
            let gateway = self.gateway(&browser).await?;
            return Ok(self.keep(gateway, Holds::Window, profile.id));
        }
        let settings = rooms
            .store
            .read(|db| db.settings())
            .await
            .doing("read the settings")?;
        let visibility = if settings.show_browser {
            Visibility::Visible
        } else {
            Visibility::Headless
        };
        let wanted = wanted(rooms, &profile, visibility).await?;
        let lease = rooms
            .leases
            .take(&rooms.door, wanted, "an attached tool")
            .await;
        let lease = lease.map_err(|refusal| refused(&refusal, &profile))?;
        let gateway = self.gateway(lease.browser()).await?;
        Ok(self.keep(gateway, Holds::Lease(Box::new(lease)), profile.id))
    }

    /// A tool is the person's own: Playwright puts downloads into a folder for temporary files before it moves them.
    async fn gateway(&self, browser: &drover_browser::Browser) -> Result<drover_browser::Gateway> {
        let options = GatewayOptions {
            downloads: vec![std::env::temp_dir()],
        };
        let opened = browser.gateway(options).await;
        Ok(opened.map_err(|error| {
            CommandError::new(
                Code::Internal,
                format!("failed to open the endpoint: {error}"),
            )
        })?)
    }

    fn keep(
        &self,
        gateway: drover_browser::Gateway,
        holds: Holds,
        profile: ProfileId,
    ) -> AttachedTool {
        let endpoint = gateway.url().expose_secret().to_owned();
        let run = match &holds {
            Holds::Run(run) => Some(*run),
            Holds::Window | Holds::Lease(_) => None,
        };
        let id = self.rooms().attached.keep(Attachment { gateway, holds });
        AttachedTool {
            id,
            run,
            profile,
            endpoint,
        }
    }

    pub async fn detach_tool(&self, _by: Caller, req: DetachTool) -> Result<()> {
        if self.rooms().attached.end(req.id).await {
            return Ok(());
        }
        let message = format!("endpoint {} is not open", req.id);
        Err(CommandError::new(Code::WrongState, message).into())
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

fn seat(rooms: &Rooms, profile: ProfileId) -> Option<SeatView> {
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

//! Tools of one's own: an endpoint to the browser of a run or of a profile, listed and closed again.

use drover_browser::{Browser, Gateway, GatewayOptions, SeatState, Visibility};
use drover_model::{
    Caller, Code, CommandError, Fact, Profile, ProfileId, RunId,
    request::{AttachTool, AttachedTool, DetachTool, ListAttached, OpenEndpoint},
};
use secrecy::ExposeSecret as _;

use super::browsers::{refused, seat, wanted};
use crate::{
    Engine, Result,
    attached::{Attachment, Holds},
    error::Doing as _,
};

impl Engine {
    pub async fn attach_tool(&self, by: Caller, req: AttachTool) -> Result<AttachedTool> {
        let attached = if let Ok(run) = req.target.parse::<RunId>() {
            self.attach_to_run(run).await?
        } else {
            let profile = self.named_profile(req.target).await?;
            self.attach_to_profile(profile).await?
        };
        self.tell_attached(by).await;
        Ok(attached)
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
        Ok(self.keep(gateway, &browser, Holds::Run(run), profile))
    }

    async fn attach_to_profile(&self, profile: Profile) -> Result<AttachedTool> {
        let rooms = self.rooms();
        let id = profile.id.to_string();
        let open = seat(rooms, profile.id).filter(|seat| seat.state == SeatState::Window);
        if let Some(browser) = open.and_then(|_| rooms.leases.browser(&id)) {
            let gateway = self.gateway(&browser).await?;
            return Ok(self.keep(gateway, &browser, Holds::Window, profile.id));
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
        let browser = lease.browser().clone();
        let gateway = self.gateway(&browser).await?;
        let holds = Holds::Lease(Box::new(lease));
        Ok(self.keep(gateway, &browser, holds, profile.id))
    }

    /// A tool is the person's own: Playwright puts downloads into a folder for temporary files before it moves them.
    async fn gateway(&self, browser: &Browser) -> Result<Gateway> {
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
        gateway: Gateway,
        browser: &Browser,
        holds: Holds,
        profile: ProfileId,
    ) -> AttachedTool {
        let endpoint = gateway.url().expose_secret().to_owned();
        let run = match &holds {
            Holds::Run(run) => Some(*run),
            Holds::Window | Holds::Lease(_) => None,
        };
        let rooms = self.rooms();
        let id = rooms.attached.keep(Attachment {
            gateway,
            profile,
            pid: browser.identity().pid,
            since: rooms.now(),
            holds,
        });
        AttachedTool {
            id,
            run,
            profile,
            endpoint,
        }
    }

    pub async fn list_attached(
        &self,
        _by: Caller,
        _req: ListAttached,
    ) -> Result<Vec<OpenEndpoint>> {
        let rooms = self.rooms();
        let process = |profile: ProfileId| {
            let browser = rooms.leases.browser(&profile.to_string())?;
            Some(browser.identity().pid)
        };
        rooms.attached.end_gone(process).await;
        let open = rooms.attached.open();
        let named = rooms.store.read(move |db| {
            let mut named = Vec::new();
            for one in open {
                // The profile may be in the trash; its endpoint is as open as before.
                if let Some(profile) = db.profile(one.profile)? {
                    named.push(OpenEndpoint {
                        id: one.id,
                        run: one.run,
                        profile: one.profile,
                        name: profile.name,
                        since: one.since,
                    });
                }
            }
            Ok(named)
        });
        named.await.doing("read the names of the profiles")
    }

    pub async fn detach_tool(&self, by: Caller, req: DetachTool) -> Result<()> {
        if self.rooms().attached.end(req.id).await {
            self.tell_attached(by).await;
            return Ok(());
        }
        let message = format!("endpoint {} is not open", req.id);
        Err(CommandError::new(Code::WrongState, message).into())
    }

    /// Tells every face that an endpoint was opened or closed: not all of them change who has the browser.
    async fn tell_attached(&self, by: Caller) {
        let rooms = self.rooms();
        let told = rooms
            .store
            .write(rooms.now(), by, |tx| tx.record(Fact::BrowsersChanged));
        if let Err(error) = told.await {
            tracing::warn!(%error, "failed to tell that an endpoint was opened or closed");
        }
    }
}

//! The browser of an attempt and what hangs on it: the way out of the machine, and the way in for scripts.

use std::path::PathBuf;
use std::time::Duration;

use drover_browser::{
    Browser, Error as BrowserError, Gateway, GatewayOptions, GiveBack, LaunchOptions, Lease,
    Leases, Refusal, Struck, Visibility, Wanted,
};
use drover_model::{Ended, ExtensionState, Plan};
use drover_model::{NetworkUse, plan::PlannedProfile};
use secrecy::SecretString;
use tokio::time::timeout;

use crate::outcome::{Reason, Verdict, chain};
use crate::process::{Audience, Door};
use crate::request::{Chrome, Opening, Request, browser_marker};
use crate::tell::Tell;

/// A page that does not draw within this time has no picture.
const PICTURE_LIMIT: Duration = Duration::from_secs(5);

/// What is up for the attempt. Striking it is the last thing an attempt does.
#[derive(Default)]
pub(crate) struct Stage {
    lease: Option<Lease>,
    gateway: Option<Gateway>,
}

impl Stage {
    /// The browser of the profile, if the plan has one.
    pub(crate) fn browser(&self) -> Option<&Browser> {
        self.lease.as_ref().map(Lease::browser)
    }

    /// Through which task code drives it, once it is open.
    pub(crate) fn gateway(&self) -> Option<&Gateway> {
        self.gateway.as_ref()
    }

    /// Takes the profile's Chrome with its way out: the one that is warm, or a new one.
    pub(crate) async fn set(
        &mut self,
        door: &Door,
        leases: &Leases,
        request: &Request,
        chrome: &Chrome,
        tell: &Tell,
    ) -> Result<(), Verdict> {
        let plan = &request.plan;
        if let Some(login) = chrome
            .upstream
            .as_ref()
            .and_then(|lead| lead.route.upstream.login.as_ref())
        {
            tell.redactor.register("proxy-password", &login.password);
        }
        if chrome.upstream.is_none() && plan.proxy_id.is_some() {
            // Without this, a mistake of the caller would send the profile's traffic around its proxy.
            return Err(Verdict::new(
                Reason::ProxyFailed,
                "the plan names a proxy, but its address was not handed over",
            ));
        }
        tell.phase("launching Chrome").await;
        let Some(profile) = &plan.profile else {
            return Err(Verdict::new(
                Reason::BrowserUnavailable,
                "the plan names no profile for its browser",
            ));
        };
        let wanted = chrome.wanted(door, opening(request, profile, tell));
        let lease = leases
            .take(door, wanted, &format!("run {}", request.run))
            .await;
        let lease = lease.map_err(|refusal| match (&refusal, &plan.proxy_name) {
            (Refusal::Proxy(error), Some(name)) => Verdict::new(
                Reason::ProxyFailed,
                format!("proxy `{name}` cannot be used: {}", chain(error)),
            ),
            _ => verdict(&refusal),
        })?;
        tell.note(format!(
            "{}{} on {}",
            lease.browser().version().product,
            if lease.is_warm() { " (warm)" } else { "" },
            chrome.folder.display()
        ))
        .await;
        for extension in lease.extensions() {
            if let ExtensionState::NotLoaded { reason } = &extension.state {
                tell.note(format!(
                    "extension `{}` is not loaded: {reason}",
                    extension.name
                ))
                .await;
            }
        }
        self.lease = Some(lease);
        Ok(())
    }

    /// The address at which scripts of this run attach; it is worthless when the run has ended.
    ///
    /// Downloads go where the task keeps files, or into its temporary folder, where Playwright puts them first.
    pub(crate) async fn open_gateway(
        &mut self,
        temporary: PathBuf,
        tell: &Tell,
    ) -> Result<Option<SecretString>, Verdict> {
        let Some(browser) = self.browser() else {
            return Ok(None);
        };
        let options = GatewayOptions {
            downloads: vec![tell.artifacts().to_owned(), temporary],
        };
        let gateway = browser
            .gateway(options)
            .await
            .map_err(|error| verdict(&Refusal::Browser(error)))?;
        let url = gateway.url();
        self.gateway = Some(gateway);
        Ok(Some(url))
    }

    /// A picture of the page that matters, if it can be drawn.
    pub(crate) async fn picture(&self) -> Option<Vec<u8>> {
        timeout(PICTURE_LIMIT, self.browser()?.shot())
            .await
            .ok()?
            .ok()
    }

    /// What went through the proxy so far, if there is one.
    pub(crate) fn traffic(&self) -> Option<NetworkUse> {
        self.lease.as_ref().and_then(Lease::traffic)
    }

    /// Revokes the gateway and gives the browser back. After a run that ended by itself it may stay warm; after any
    /// other it is stopped by its ladder and its tree proven empty.
    pub(crate) async fn strike(&mut self, ended: Ended, at_once: bool, tell: &Tell) -> Struck {
        if let Some(gateway) = self.gateway.take() {
            let counts = gateway.close().await;
            for (method, times) in &counts.denied {
                tell.note(format!("denied to the script: {method} ({times} times)"))
                    .await;
            }
        }
        let Some(lease) = self.lease.take() else {
            return Struck::default();
        };
        let way = match ended {
            _ if at_once => GiveBack::Kill,
            Ended::Succeeded | Ended::Failed => GiveBack::Keep,
            _ => GiveBack::Close,
        };
        tell.phase(if way == GiveBack::Keep {
            "tidying up Chrome"
        } else {
            "closing Chrome"
        })
        .await;
        let told = tell.survivors();
        let struck = lease.give_back(way, told).await;
        if let Some(error) = &struck.error {
            tell.note(format!("Chrome did not close cleanly: {}", chain(error)))
                .await;
        }
        struck
    }
}

impl Chrome {
    /// What the leases are asked for.
    #[must_use]
    pub fn wanted(&self, door: &Door, opening: Opening) -> Wanted {
        let options = LaunchOptions {
            program: self.program.clone(),
            folder: self.folder.clone(),
            visibility: opening.visibility,
            sandbox: self.sandbox,
            crypt: self.crypt,
            cache_limit: self.cache_limit,
            proxy: None,
            overrides: opening.overrides,
            start_urls: opening.start_urls,
            quiet: self.quiet,
            arguments: Vec::new(),
            env: door.environment(Audience::Browser).into_iter().collect(),
            marker: browser_marker(&opening.marker, opening.profile),
            start_limit: opening.start_limit,
        };
        Wanted {
            profile: opening.profile.to_string(),
            options,
            upstream: self.upstream.clone(),
            extensions: self.extensions.clone(),
            extensions_home: self.extensions_home.clone(),
        }
    }
}

fn opening(request: &Request, profile: &PlannedProfile, tell: &Tell) -> Opening {
    let Plan {
        limits, visible, ..
    } = &request.plan;
    Opening {
        profile: profile.id,
        visibility: if *visible {
            Visibility::Visible
        } else {
            Visibility::Headless
        },
        start_urls: profile.start_urls.clone(),
        overrides: profile.overrides.clone(),
        marker: request.marker.clone(),
        start_limit: limits.start.duration().saturating_sub(tell.elapsed()),
    }
}

/// The failure table for what happens before a script could have started.
fn verdict(refusal: &Refusal) -> Verdict {
    let reason = match refusal {
        Refusal::Taken(_) | Refusal::Window => Reason::ProfileInUse,
        Refusal::Memory { .. } => Reason::MemoryShort,
        Refusal::Proxy(_) => Reason::ProxyFailed,
        Refusal::Stuck(_) => Reason::BrowserUnavailable,
        Refusal::Browser(error) => match error {
            BrowserError::HeldHere { .. } | BrowserError::HeldElsewhere { .. } => {
                Reason::ProfileInUse
            }
            BrowserError::StartLimit { .. } => Reason::LaunchTimeout,
            BrowserError::EndedAtStart { .. } => Reason::BrowserCrashed,
            _ => Reason::BrowserUnavailable,
        },
    };
    Verdict::new(reason, chain(refusal))
}

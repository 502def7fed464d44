//! The browser of an attempt and what hangs on it: the way out of the machine, and the way in for scripts.

use std::path::PathBuf;
use std::time::Duration;

use drover_browser::{
    Browser, Error as BrowserError, Gateway, GatewayOptions, LaunchOptions, Rung, Visibility,
};
use drover_model::Plan;
use secrecy::SecretString;
use tokio::time::{sleep, timeout};

use crate::outcome::{Reason, Verdict, chain};
use crate::process::{Audience, Door};
use crate::request::{Chrome, Request};
use crate::tell::Tell;

/// A page that does not draw within this time has no picture.
const PICTURE_LIMIT: Duration = Duration::from_secs(5);
/// How often survivors of the browser are killed again.
const AGAIN: Duration = Duration::from_secs(5);

/// What is up for the attempt. Closing it is the last thing an attempt does.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    pub(crate) browser: Option<Browser>,
    gateway: Option<Gateway>,
    egress: Option<drover_egress::Gateway>,
}

/// What the end of the browser was like.
#[derive(Debug, Default)]
pub(crate) struct Struck {
    pub(crate) rung: Option<Rung>,
    pub(crate) survivors: Vec<u32>,
}

impl Stage {
    /// Egress gateway, then Chrome, then the gateway for scripts.
    pub(crate) async fn set(
        &mut self,
        door: &Door,
        request: &Request,
        chrome: &Chrome,
        tell: &Tell,
    ) -> Result<(), Verdict> {
        let plan = &request.plan;
        if let Some(upstream) = &chrome.upstream {
            tell.phase("opening the way to the proxy").await;
            if let Some(login) = &upstream.login {
                tell.redactor.register("proxy-password", &login.password);
            }
            let egress = drover_egress::Gateway::open(upstream.clone()).await;
            let egress =
                egress.map_err(|error| Verdict::new(Reason::ProxyFailed, chain(&error)))?;
            self.egress = Some(egress);
        } else if plan.proxy_id.is_some() {
            // Without this, a mistake of the caller would send the profile's traffic around its proxy.
            return Err(Verdict::new(
                Reason::ProxyFailed,
                "the plan names a proxy, but its address was not handed over",
            ));
        }
        tell.phase("launching Chrome").await;
        let browser = Browser::launch(door, self.options(door, request, chrome, tell))
            .await
            .map_err(|error| verdict(&error))?;
        tell.note(format!(
            "{} on {}",
            browser.version().product,
            chrome.folder.display()
        ))
        .await;
        self.browser = Some(browser);
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
        let Some(browser) = &self.browser else {
            return Ok(None);
        };
        let options = GatewayOptions {
            downloads: vec![tell.artifacts().to_owned(), temporary],
        };
        let gateway = browser
            .gateway(options)
            .await
            .map_err(|error| verdict(&error))?;
        let url = gateway.url();
        self.gateway = Some(gateway);
        Ok(Some(url))
    }

    /// A picture of an open page, if there is one that can be drawn.
    pub(crate) async fn picture(&self) -> Option<Vec<u8>> {
        timeout(PICTURE_LIMIT, self.browser.as_ref()?.screenshot())
            .await
            .ok()?
            .ok()
    }

    /// Revokes the gateway, stops the browser by its ladder and proves its tree empty; the proxy goes last, so that
    /// nothing of the browser ever leaves without it.
    pub(crate) async fn strike(&mut self, at_once: bool, tell: &Tell) -> Struck {
        if let Some(gateway) = self.gateway.take() {
            let counts = gateway.close().await;
            for (method, times) in &counts.denied {
                tell.note(format!("denied to the script: {method} ({times} times)"))
                    .await;
            }
        }
        let mut struck = Struck::default();
        if let Some(browser) = self.browser.take() {
            tell.phase("closing Chrome").await;
            let mut closed = if at_once {
                browser.kill().await
            } else {
                browser.close().await
            };
            for _ in 0..crate::attempt::TRIES {
                let Err(BrowserError::Survivors(survivors)) = &closed else {
                    break;
                };
                tell.event(crate::AttemptEvent::Survivors(survivors.clone()))
                    .await;
                sleep(AGAIN).await;
                closed = browser.kill().await;
            }
            match closed {
                Ok(rung) => struck.rung = Some(rung),
                Err(BrowserError::Survivors(survivors)) => struck.survivors = survivors,
                Err(error) => {
                    tell.note(format!("Chrome did not close cleanly: {}", chain(&error)))
                        .await;
                }
            }
        }
        self.egress = None;
        struck
    }

    fn options(
        &self,
        door: &Door,
        request: &Request,
        chrome: &Chrome,
        tell: &Tell,
    ) -> LaunchOptions {
        let Plan {
            profile,
            limits,
            visible,
            ..
        } = &request.plan;
        let id = profile
            .as_ref()
            .map(|profile| profile.id.to_string())
            .unwrap_or_default();
        LaunchOptions {
            program: chrome.program.clone(),
            folder: chrome.folder.clone(),
            visibility: if *visible {
                Visibility::Visible
            } else {
                Visibility::Headless
            },
            sandbox: chrome.sandbox,
            crypt: chrome.crypt,
            proxy: self.egress.as_ref().map(drover_egress::Gateway::address),
            language: None,
            start_urls: profile
                .as_ref()
                .map(|profile| profile.start_urls.clone())
                .unwrap_or_default(),
            quiet: chrome.quiet,
            arguments: Vec::new(),
            env: door.environment(Audience::Browser).into_iter().collect(),
            marker: format!("{}profile:{id}", request.marker),
            start_limit: limits.start.duration().saturating_sub(tell.elapsed()),
        }
    }
}

/// The failure table for what happens before a script could have started.
fn verdict(error: &BrowserError) -> Verdict {
    let reason = match error {
        BrowserError::HeldHere { .. } | BrowserError::HeldElsewhere { .. } => Reason::ProfileInUse,
        BrowserError::StartLimit { .. } => Reason::LaunchTimeout,
        BrowserError::EndedAtStart { .. } => Reason::BrowserCrashed,
        _ => Reason::BrowserUnavailable,
    };
    Verdict::new(reason, chain(error))
}

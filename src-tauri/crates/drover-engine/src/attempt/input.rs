//! What the runner is given for an attempt: places, browser, proxy with its login.

use drover_browser::{CryptMode, Sandbox};
use drover_egress::{Login, Upstream, UpstreamKind};
use drover_model::{Caller, ProxyId, ProxyScheme, plan::PlannedProfile};
use drover_runner::{Chrome, Outcome, OutputLimits, Places, Reason, Request};
use drover_store::Claimed;
use drover_vault::State;
use secrecy::SecretString;

use crate::{engine::Rooms, private_folder::private_folder};

/// Everything for the attempt, or the outcome of one that cannot begin.
pub(super) async fn request(rooms: &Rooms, claimed: &Claimed) -> Result<Request, Outcome> {
    let plan = claimed.plan.clone();
    if !plan.tokens.is_empty() && rooms.vault().probe().await == State::Locked {
        return Err(refused(
            Reason::SecretUnavailable,
            "the keychain is locked; the run waits for it".to_owned(),
        ));
    }
    let chrome = match &plan.profile {
        Some(profile) => Some(chrome(rooms, profile, plan.proxy_id).await?),
        None => None,
    };
    Ok(Request {
        run: claimed.run.id,
        attempt: claimed.attempt,
        plan,
        marker: Rooms::marker(&rooms.paths),
        places: Places {
            data: rooms.paths.data.clone(),
            scratch: std::env::temp_dir(),
            node_tools: Some(rooms.paths.node_tools.clone()),
        },
        chrome,
        limits: OutputLimits::default(),
    })
}

async fn chrome(
    rooms: &Rooms,
    profile: &PlannedProfile,
    proxy: Option<ProxyId>,
) -> Result<Chrome, Outcome> {
    let found = rooms.machine.browser_for(&profile.browser).await;
    let found = found.ok_or_else(|| {
        let message = match profile.browser.as_str() {
            "auto" => "no Chrome, Chromium, Edge or Brave was found; install one, or name its path in the profile".to_owned(),
            wanted => format!("the browser `{wanted}` of profile `{}` was not found; install it, or choose another in a new profile", profile.name),
        };
        refused(Reason::BrowserUnavailable, message)
    })?;
    let upstream = match proxy {
        Some(proxy) => Some(upstream(rooms, proxy).await?),
        None => None,
    };
    let folder = rooms.paths.chrome(profile.id);
    private_folder(&folder).map_err(|error| {
        refused(
            Reason::BrowserUnavailable,
            format!(
                "failed to make the folder of profile `{}`: {error}",
                profile.name
            ),
        )
    })?;
    fix_browser(rooms, profile, &found).await;
    Ok(Chrome {
        program: found.path.into(),
        folder,
        sandbox: if rooms.paths.no_sandbox {
            Sandbox::Off
        } else {
            Sandbox::On
        },
        crypt: CryptMode::Os,
        upstream,
        quiet: rooms
            .paths
            .variable("DROVER_QUIET_BROWSER")
            .is_some_and(|value| value == "1"),
    })
}

/// Where the traffic goes, with the login from the keychain. Without it the run must not start.
async fn upstream(rooms: &Rooms, id: ProxyId) -> Result<Upstream, Outcome> {
    let failed = |message: String| refused(Reason::ProxyFailed, message);
    let proxy = rooms
        .store
        .read(move |db| db.proxy(id))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let proxy = proxy.ok_or_else(|| failed("the proxy of this run was removed".to_owned()))?;
    let password = if proxy.has_password {
        let vault = rooms.vault();
        let value = vault.get(&vault.reference(id.to_string())).await;
        Some(value.map_err(|error| {
            failed(format!(
                "failed to read the password of proxy `{}`: {error}",
                proxy.name
            ))
        })?)
    } else {
        None
    };
    let login = proxy.user.clone().map(|user| Login {
        user,
        password: password.unwrap_or_else(|| SecretString::from(String::new())),
    });
    let kind = match proxy.address.scheme() {
        ProxyScheme::Http => UpstreamKind::Http,
        ProxyScheme::Https => UpstreamKind::Https,
        ProxyScheme::Socks5 => UpstreamKind::Socks5,
    };
    Ok(Upstream {
        kind,
        host: proxy.address.host().to_owned(),
        port: proxy.address.port(),
        login,
    })
}

/// From its first start on a profile has one browser, because that one encrypts its cookies.
async fn fix_browser(
    rooms: &Rooms,
    profile: &PlannedProfile,
    found: &drover_model::machine::FoundBrowser,
) {
    let (id, now, brand) = (profile.id, rooms.now(), found.brand.clone());
    let fixed = rooms
        .store
        .write(now, Caller::Drover, move |tx| {
            if let Some(mut stored) = tx.profile(id)? {
                if stored.browser == "auto" {
                    stored.browser = brand;
                    tx.update_profile(&stored)?;
                }
                tx.touch_profile(id, now)?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = fixed {
        tracing::warn!(%error, "failed to note the browser of a profile");
    }
}

fn refused(reason: Reason, message: String) -> Outcome {
    Outcome {
        ended: reason.ended(),
        reason,
        message,
        started: false,
        exit: None,
        browser: None,
        survivors: Vec::new(),
        masked: 0,
    }
}

//! How the browser of a profile is started: which program, in which folder, through which proxy.

use std::path::{Path, PathBuf};

use drover_browser::{
    CryptMode, Sandbox,
    extensions::{self, Installed},
    keeping::{self, Stopped},
};
use drover_egress::{Login, Upstream, UpstreamKind};
use drover_model::{Caller, ProxyId, ProxyScheme, machine::FoundBrowser, plan::PlannedProfile};
use drover_runner::{Chrome, Reason};
use secrecy::SecretString;

use crate::{aside::aside, engine::Rooms, private_folder::private_folder};

/// Why it cannot be started.
#[derive(Debug)]
pub(crate) struct NoChrome {
    pub(crate) reason: Reason,
    /// In words, with what to do.
    pub(crate) message: String,
}

fn no_chrome(reason: Reason, message: String) -> NoChrome {
    NoChrome { reason, message }
}

/// Everything that the browser of a profile needs, with the proxy's login from the keychain.
pub(crate) async fn chrome(
    rooms: &Rooms,
    profile: &PlannedProfile,
    proxy: Option<ProxyId>,
) -> Result<Chrome, NoChrome> {
    let found = rooms.machine.browser_for(&profile.browser).await;
    let found = found.ok_or_else(|| {
        let message = match profile.browser.as_str() {
            "auto" => "no Chrome, Chromium, Edge or Brave was found; install one, or name its path in the profile".to_owned(),
            wanted => format!("the browser `{wanted}` of profile `{}` was not found; install it, or choose another in a new profile", profile.name),
        };
        no_chrome(Reason::BrowserUnavailable, message)
    })?;
    let upstream = match proxy {
        Some(proxy) => Some(upstream(rooms, proxy).await?),
        None => None,
    };
    let folder = rooms.paths.chrome(profile.id);
    private_folder(&folder).map_err(|error| {
        no_chrome(
            Reason::BrowserUnavailable,
            format!(
                "failed to make the folder of profile `{}`: {error}",
                profile.name
            ),
        )
    })?;
    refuse_older(profile, &found, &folder)?;
    put_in_order(rooms, profile).await?;
    let extensions_home = rooms.paths.extensions(profile.id);
    let extensions = extensions(extensions_home.clone()).await;
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
        extensions,
        extensions_home,
        quiet: rooms
            .paths
            .variable("DROVER_QUIET_BROWSER")
            .is_some_and(|value| value == "1"),
    })
}

/// An older browser damages what a newer one has written.
fn refuse_older(
    profile: &PlannedProfile,
    found: &FoundBrowser,
    folder: &Path,
) -> Result<(), NoChrome> {
    let is = found
        .version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match (is, last_major(folder)) {
        (Some(is), Some(was)) if is < was => Err(no_chrome(
            Reason::BrowserUnavailable,
            format!(
                "profile `{}` was last open in version {was} of its browser, and version {is} would damage it; update the browser",
                profile.name
            ),
        )),
        _ => Ok(()),
    }
}

/// The major version of the browser that had the data folder open last, by its own note there.
pub(crate) fn last_major(folder: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(folder.join("Last Version")).ok()?;
    text.trim().split('.').next()?.parse().ok()
}

/// After a crash in the middle of a rollback the browser must not see half of one.
async fn put_in_order(rooms: &Rooms, profile: &PlannedProfile) -> Result<(), NoChrome> {
    let shelf = rooms.paths.snapshots(profile.id);
    let open = rooms.leases.browser(&profile.id.to_string()).is_some();
    if open || !shelf.exists() {
        return Ok(());
    }
    let folder = rooms.paths.chrome(profile.id);
    let done = aside(move || keeping::recover(&Stopped::prove(&folder, ())?, &shelf)).await;
    done.map_err(|error| {
        let message = format!("failed to put profile `{}` in order: {error}", profile.name);
        no_chrome(Reason::BrowserUnavailable, message)
    })
}

/// The profile's extensions. When they cannot be read it has none, which the log says.
async fn extensions(home: PathBuf) -> Installed {
    let read = aside(move || {
        extensions::recover(&home)?;
        extensions::installed(&home)
    });
    read.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the extensions of a profile cannot be read");
        Installed::default()
    })
}

/// Where the traffic goes, with the login from the keychain. Without it the run must not start.
async fn upstream(rooms: &Rooms, id: ProxyId) -> Result<Upstream, NoChrome> {
    let failed = |message: String| no_chrome(Reason::ProxyFailed, message);
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
        ProxyScheme::Socks4 => UpstreamKind::Socks4,
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
async fn fix_browser(rooms: &Rooms, profile: &PlannedProfile, found: &FoundBrowser) {
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

//! How the browser of a profile is started: which program, in which folder, through which proxy.

use std::path::{Path, PathBuf};

use drover_browser::{
    CryptMode, Lead, Sandbox,
    extensions::{self, Installed},
    keeping::{self, KeepError, Stopped},
};
use drover_model::{Caller, Profile, ProxyId, machine::FoundBrowser, plan::PlannedProfile};
use drover_runner::{Chrome, Reason};

use crate::{
    aside::{aside, unwatched},
    encryption::key_of,
    engine::Rooms,
    private_folder::private_folder,
    route::route,
};

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
        Some(proxy) => Some(way_out(rooms, proxy).await?),
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
    let stored = stored(rooms, profile).await?;
    let crypt = key_of(rooms, &stored).await?;
    put_in_order(rooms, &stored).await?;
    let extensions_home = rooms.paths.extensions(profile.id);
    let extensions = extensions(extensions_home.clone()).await;
    note_start(rooms, profile, &found, crypt).await;
    Ok(Chrome {
        program: found.path.into(),
        folder,
        sandbox: if rooms.paths.no_sandbox {
            Sandbox::Off
        } else {
            Sandbox::On
        },
        crypt,
        cache_limit: stored.cache_limit,
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

/// Before the browser starts: after a crash in the middle of a rollback it must not see half of one, and its caches
/// keep to their limit.
async fn put_in_order(rooms: &Rooms, profile: &Profile) -> Result<(), NoChrome> {
    let (folder, shelf) = (
        rooms.paths.chrome(profile.id),
        rooms.paths.snapshots(profile.id),
    );
    let open = rooms.leases.browser(&profile.id.to_string()).is_some();
    let limit = profile.cache_limit;
    if open || (limit.is_none() && !shelf.exists()) {
        return Ok(());
    }
    let done = aside(move || {
        // Another Chrome may have it open; the launch finds that too, and says what to do.
        let Ok(stopped) = Stopped::prove(&folder, ()) else {
            return Ok(());
        };
        keeping::recover(&stopped, &shelf)?;
        if limit.is_some() {
            let plan = keeping::plan_sweep(&folder, limit)?;
            let swept = unwatched(|job| keeping::sweep(&stopped, &plan, job))?;
            if swept.freed > 0 {
                tracing::info!(freed = swept.freed, "swept the caches of a profile");
            }
        }
        Ok(())
    });
    done.await.map_err(|error: KeepError| {
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

/// Where the traffic goes. Without the login the run must not start.
async fn way_out(rooms: &Rooms, id: ProxyId) -> Result<Lead, NoChrome> {
    let notice = rooms.leases.notice();
    let failed = |message: String| no_chrome(Reason::ProxyFailed, message);
    let proxy = rooms
        .store
        .read(move |db| db.proxy(id))
        .await
        .map_err(|error| failed(error.to_string()))?;
    let proxy = proxy.ok_or_else(|| failed("the proxy of this run was removed".to_owned()))?;
    let route = route(rooms, &proxy).await.map_err(|error| {
        // A locked keychain says nothing about the proxy; the run waits until it is unlocked.
        let reason = match error {
            drover_vault::Error::Locked => Reason::SecretUnavailable,
            _ => Reason::ProxyFailed,
        };
        let message = format!(
            "failed to read the password of proxy `{}`: {error}",
            proxy.name
        );
        no_chrome(reason, message)
    })?;
    Ok(Lead {
        proxy: id,
        route,
        notice,
    })
}

/// The profile as it is now; the plan may be older than its first start.
async fn stored(rooms: &Rooms, profile: &PlannedProfile) -> Result<Profile, NoChrome> {
    let unavailable = |message| no_chrome(Reason::BrowserUnavailable, message);
    let id = profile.id;
    let read = rooms.store.read(move |db| db.profile(id)).await;
    let found = read.map_err(|error| unavailable(error.to_string()))?;
    found.ok_or_else(|| unavailable(format!("profile `{}` was removed", profile.name)))
}

/// From its first start on a profile has one browser and one key, because they encrypt its cookies.
async fn note_start(
    rooms: &Rooms,
    profile: &PlannedProfile,
    found: &FoundBrowser,
    crypt: CryptMode,
) {
    let (id, now, brand) = (profile.id, rooms.now(), found.brand.clone());
    let fixed = rooms
        .store
        .write(now, Caller::Drover, move |tx| {
            if let Some(before) = tx.profile(id)? {
                let mut after = before.clone();
                if after.browser == "auto" {
                    after.browser = brand;
                }
                if let CryptMode::Os(Some(store)) = crypt {
                    after.password_store.get_or_insert(store);
                }
                if after != before {
                    tx.update_profile(&after)?;
                }
                tx.touch_profile(id, now)?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = fixed {
        tracing::warn!(%error, "failed to note the start of a profile");
    }
}

//! What the demo keeps of profiles: cookies, snapshots, extensions, and which caches were swept.

use std::collections::{BTreeMap, BTreeSet};

use drover_model::request::{BrowserState, ExtensionList};
use drover_model::{
    CookieKey, CookieRow, Extension, ExtensionState, ExtensionStatus, Origin, ProfileId, SameSite,
    Snapshot, SnapshotId, SnapshotKind,
};
use jiff::{SignedDuration, Timestamp};

use super::world::World;

#[derive(Default)]
pub(super) struct Kept {
    pub(super) cookies: BTreeMap<ProfileId, Vec<CookieRow>>,
    /// What an import changed, by the number of its undo.
    pub(super) undos: BTreeMap<u64, (ProfileId, Vec<CookieRow>, u32)>,
    /// Newest first.
    pub(super) snapshots: BTreeMap<ProfileId, Vec<Snapshot>>,
    pub(super) extensions: BTreeMap<ProfileId, ExtensionList>,
    pub(super) swept: BTreeSet<ProfileId>,
}

/// Profiles that were used have cookies; those with a browser have snapshots and extensions as well.
pub(super) fn seed(world: &mut World) {
    let now = world.now;
    let used: Vec<ProfileId> = world
        .profiles
        .iter()
        .filter(|profile| profile.last_used_at.is_some())
        .map(|profile| profile.id)
        .take(6)
        .collect();
    for profile in used {
        world.kept.cookies.insert(profile, cookies(now));
    }
    let with_browser: Vec<(ProfileId, BrowserState)> = world
        .browsers
        .iter()
        .map(|browser| (browser.profile, browser.state))
        .collect();
    for (profile, state) in with_browser {
        let runs = matches!(state, BrowserState::Window | BrowserState::Idle);
        world.kept.snapshots.insert(profile, snapshots(now));
        world.kept.extensions.insert(profile, extensions(runs));
    }
}

fn cookies(now: Timestamp) -> Vec<CookieRow> {
    // Domain, names, days until they expire, whether scripts are kept from them.
    let all: [(&str, &[&str], Option<i64>, bool); 8] = [
        (".shop.example", &["sid", "remember_me"], Some(30), true),
        (
            "shop.example",
            &["cart", "currency", "consent"],
            None,
            false,
        ),
        ("accounts.shop.example", &["__Host-session"], Some(14), true),
        (".reports.example", &["token_id", "tenant"], Some(7), true),
        (".cdn.example", &["__cf_bm"], Some(1), true),
        (
            "mail.example",
            &["SID", "HSID", "SSID", "lang"],
            Some(365),
            true,
        ),
        (".ads.example", &["uid", "seg"], Some(90), false),
        ("help.example", &["chat_visitor"], Some(180), false),
    ];
    let mut rows = Vec::new();
    for (domain, names, days, http_only) in all {
        for name in names {
            rows.push(CookieRow {
                key: CookieKey {
                    domain: domain.into(),
                    path: "/".into(),
                    name: (*name).into(),
                    partition: (domain == ".ads.example").then(|| "https://shop.example".into()),
                },
                expires: days.map(|days| now + SignedDuration::from_hours(days * 24)),
                secure: true,
                http_only,
                same_site: Some(match domain {
                    ".ads.example" => SameSite::None,
                    _ if http_only => SameSite::Lax,
                    _ => SameSite::Strict,
                }),
                size: 24 + 11 * name.len() as u64,
            });
        }
    }
    rows
}

pub(super) fn snapshot(
    at: Timestamp,
    kind: SnapshotKind,
    note: &str,
    bytes: u64,
    shared: u64,
) -> Snapshot {
    Snapshot {
        id: SnapshotId::at(at, 0),
        at,
        kind,
        note: note.to_owned(),
        origin: Origin {
            brand: "chromium".into(),
            crypt: "os".into(),
            major: Some(156),
        },
        files: bytes / 41_000,
        bytes,
        shared_bytes: shared,
    }
}

fn snapshots(now: Timestamp) -> Vec<Snapshot> {
    use SnapshotKind::{BeforeChange, BeforeRollback, Manual};

    let ago = |minutes: i64| now - SignedDuration::from_mins(minutes);
    vec![
        snapshot(
            ago(42),
            Manual,
            "Signed in to shop and mail",
            96_400_000,
            81_200_000,
        ),
        snapshot(ago(60 * 26), BeforeRollback, "", 93_100_000, 0),
        snapshot(
            ago(60 * 70),
            BeforeChange,
            "Before the browser became 156",
            88_700_000,
            0,
        ),
        snapshot(ago(60 * 24 * 12), Manual, "Fresh account", 61_300_000, 0),
    ]
}

fn extension(
    digest: &str,
    name: &str,
    version: &str,
    permissions: &[&str],
    bytes: u64,
) -> Extension {
    Extension {
        digest: digest.repeat(8),
        name: name.into(),
        version: version.into(),
        manifest_version: 3,
        description: Some(format!("{name}, from its unpacked folder")),
        permissions: permissions.iter().map(|word| (*word).to_owned()).collect(),
        store_id: None,
        files: 34,
        bytes,
    }
}

/// Loaded, waiting and not loaded, so that each can be seen.
fn extensions(runs: bool) -> ExtensionList {
    let reader = extension(
        "9f1c6d0f",
        "Page reader",
        "2.4.1",
        &["storage", "scripting", "https://shop.example/*"],
        412_000,
    );
    let helper = extension(
        "5e4b71b2",
        "Form helper",
        "0.9.0",
        &["storage", "activeTab"],
        96_000,
    );
    let notes = extension("c8a1d2e3", "Side notes", "1.12", &["sidePanel"], 1_280_000);
    let status = |extension: &Extension, state| ExtensionStatus {
        digest: extension.digest.clone(),
        name: extension.name.clone(),
        state,
    };
    let running = vec![
        status(
            &reader,
            ExtensionState::Loaded {
                id: "kbfnbcaeplbcioakkpcpgfkobkghlhen".into(),
            },
        ),
        status(
            &notes,
            ExtensionState::NotLoaded {
                reason: "it asks for `sidePanel`, which this browser does not have".into(),
            },
        ),
    ];
    ExtensionList {
        extensions: vec![helper, reader, notes],
        damaged: vec![ExtensionStatus {
            digest: "aa15c7e2".repeat(8),
            name: "Old helper".into(),
            state: ExtensionState::NotLoaded {
                reason: "`manifest.json` was changed after it was installed".into(),
            },
        }],
        running: if runs { running } else { Vec::new() },
    }
}

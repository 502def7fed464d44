//! The scenes.

use drover_model::machine::{AppInfo, FoundBrowser};
use drover_model::overrides::Overrides;
use drover_model::proxy::{ChangeLink, ProxyHealth, ProxyState};
use drover_model::token::{Keychain, KeychainState, TokenKind};
use drover_model::{
    Login, LoginState, Pool, PoolId, Profile, ProfileId, Proxy, ProxyId, Rotation, RunState,
    Settings, TokenId, TokenRef,
};
use jiff::{SignedDuration, Timestamp};

use super::kept::{self, Kept};
use super::planner::Here;
use super::scene::Scene;
use super::world::{World, name};
use super::{seats, seed_queue, seed_runs, seed_schedules, seed_tasks};

/// For tests, which have no browser to say where they are.
#[cfg(test)]
pub(super) fn world(scene: Scene, settings: Settings, now: Timestamp) -> World {
    world_in(Here::berlin(), scene, settings, now)
}

pub(super) fn world_in(here: Here, scene: Scene, settings: Settings, now: Timestamp) -> World {
    let keychain = match scene {
        Scene::Locked => KeychainState::Locked,
        Scene::Absent => KeychainState::Absent,
        _ => KeychainState::Ready,
    };
    let mut world = World {
        scene,
        now,
        here,
        profiles: Vec::new(),
        proxies: Vec::new(),
        pools: Vec::new(),
        tokens: Vec::new(),
        keychain: Keychain {
            state: keychain,
            backend: "secret-service".into(),
            session_only: false,
        },
        tasks: Vec::new(),
        runs: Vec::new(),
        logs: std::collections::BTreeMap::new(),
        settings,
        info: info(scene),
        browsers: Vec::new(),
        tools: Vec::new(),
        kept: Kept::default(),
        paused: false,
        pauses: Vec::new(),
        priorities: std::collections::BTreeMap::new(),
        limits: Vec::new(),
        schedules: Vec::new(),
        batches: Vec::new(),
        missed: Vec::new(),
        profile_sets: Vec::new(),
        seq: 100,
        ids: 0,
    };
    if scene == Scene::Empty {
        return world;
    }
    proxies(&mut world);
    tokens(&mut world);
    profiles(&mut world);
    if scene == Scene::Large {
        many_profiles(&mut world);
    }
    seed_tasks::tasks(&mut world);
    seed_runs::runs(&mut world);
    if scene == Scene::Large {
        seed_runs::many(&mut world);
    }
    seed_queue::limits(&mut world);
    pools(&mut world);
    seed_schedules::seed(&mut world);
    if scene == Scene::Large {
        seed_schedules::many(&mut world);
    }
    if scene == Scene::Busy {
        seed_queue::busy(&mut world);
    }
    mark_use(&mut world);
    seats::seed(&mut world);
    kept::seed(&mut world);
    world
}

fn info(scene: Scene) -> AppInfo {
    AppInfo {
        version: "0.1.0".into(),
        data_folder: "/home/anna/.local/share/drover".into(),
        browsers: vec![
            FoundBrowser {
                brand: "chromium".into(),
                version: "156.0.8078.79".into(),
                path: "/usr/bin/chromium".into(),
            },
            FoundBrowser {
                brand: "chrome".into(),
                version: "155.0.8001.12".into(),
                path: "/usr/bin/google-chrome".into(),
            },
        ],
        node: Some("20.20.2".into()),
        playwright: (scene != Scene::Empty).then(|| "1.65.1 (managed)".into()),
        python: Some("3.11.7".into()),
        playwright_for_python: None,
        no_sandbox: false,
        first_run: scene == Scene::Empty,
        recovered: None,
    }
}

fn proxies(world: &mut World) {
    let all = [
        (
            "eu-1",
            "http://eu-1.proxy.example:8080",
            Some("drover"),
            true,
            "BLOCK *.ads.example\nDIRECT intranet.example:443",
            works(7, 38, 46),
        ),
        (
            "eu-3",
            "socks5://eu-3.proxy.example:1080",
            None,
            false,
            "",
            works(31, 840, 1_310),
        ),
        (
            "us-office",
            "https://gw.office.example:443",
            Some("anna"),
            true,
            "",
            ProxyState::Fails {
                failure: "login".into(),
                message: "`gw.office.example:443` refused the login".into(),
                hint: "save the proxy with the right user and password".into(),
            },
        ),
    ];
    for (label, address, user, has_password, rules, state) in all {
        let proxy = Proxy {
            id: ProxyId::from_bits(world.fresh()),
            name: name(label),
            address: address
                .parse()
                .expect("BUG: seeded addresses are addresses"),
            user: user.map(str::to_owned),
            has_password,
            rules: rules.parse().expect("BUG: seeded rules are rules"),
            change_link: user.filter(|_| label == "eu-1").map(|_| ChangeLink {
                pause: drover_model::Span::seconds(300),
                called_at: Some(world.ago(190)),
            }),
            health: Some(ProxyHealth {
                checked_at: world.ago(1_260),
                state,
            }),
            used_by: Vec::new(),
            created_at: world.ago(86_400 * 20),
            updated_at: world.ago(86_400 * 2),
        };
        world.proxies.push(proxy);
    }
}

/// From a block that is kept for documentation (RFC 5737).
fn works(host: u8, connect_ms: u64, first_byte_ms: u64) -> ProxyState {
    ProxyState::Works {
        exit: std::net::Ipv4Addr::new(203, 0, 113, host).into(),
        connect_ms,
        first_byte_ms,
    }
}

/// After all that has a fixed address, so that no id changes.
fn pools(world: &mut World) {
    let pool = Pool {
        id: PoolId::from_bits(world.fresh()),
        name: name("eu"),
        members: world.proxies[..2].iter().map(|proxy| proxy.id).collect(),
        rotation: Rotation::RoundRobin,
        sticky: true,
        cool_down: Pool::COOL_DOWN,
        created_at: world.ago(86_400 * 20),
        updated_at: world.ago(86_400 * 2),
    };
    world.pools.push(pool);
}

fn tokens(world: &mut World) {
    let all = [
        (
            "github-bot",
            TokenKind::Token,
            Some(3),
            Some(5_400),
            &["Post release notes"][..],
        ),
        ("report-key", TokenKind::Other, None, None, &[]),
        (
            "shop-api",
            TokenKind::Token,
            Some(210),
            Some(120),
            &["anna", "Price check", "shop-eu-014"],
        ),
        (
            "shop-login",
            TokenKind::Password,
            None,
            Some(74),
            &["anna", "Log in and read orders"],
        ),
    ];
    for (label, kind, expires_in_days, used_ago, used_by) in all {
        let token = TokenRef {
            id: TokenId::from_bits(world.fresh()),
            name: label.parse().expect("BUG: seeded names are names"),
            kind,
            backend: "secret-service".into(),
            expires_at: expires_in_days
                .map(|days| world.now + SignedDuration::from_hours(days * 24 + 1)),
            created_at: world.ago(86_400 * 30),
            updated_at: world.ago(86_400 * 4),
            last_used_at: used_ago.map(|ago| world.ago(ago)),
            used_by: used_by.iter().map(|user| name(user)).collect(),
        };
        world.tokens.push(token);
    }
}

fn profiles(world: &mut World) {
    let all = [
        (
            "anna",
            Some("eu-1"),
            &["eu", "shop"][..],
            Some(74),
            "The shop's own account; asks for a code once a month.",
        ),
        ("bert", None, &["office"], Some(86_000), ""),
        ("qa-guest", None, &["test"], None, "Never signs in."),
        ("shop-eu-014", Some("eu-3"), &["eu", "price"], Some(120), ""),
        (
            "shop-eu-015",
            Some("eu-3"),
            &["eu", "price"],
            Some(3_700),
            "",
        ),
        (
            "us-reports",
            Some("us-office"),
            &["us", "report"],
            Some(420_000),
            "Monthly download.",
        ),
    ];
    for (label, proxy, tags, used_ago, notes) in all {
        let profile = profile(world, label, proxy, tags, used_ago, notes);
        world.profiles.push(profile);
    }
}

fn many_profiles(world: &mut World) {
    for number in 16..5_000 {
        let (region, proxy) = if number % 3 == 0 {
            ("us", "us-office")
        } else {
            ("eu", "eu-3")
        };
        let used = (number % 5 != 0).then_some(i64::from(number) * 97);
        let profile = profile(
            world,
            &format!("shop-{region}-{number:04}"),
            Some(proxy),
            &[region, "price"],
            used,
            "",
        );
        world.profiles.push(profile);
    }
}

fn profile(
    world: &mut World,
    label: &str,
    proxy: Option<&str>,
    tags: &[&str],
    used_ago: Option<i64>,
    notes: &str,
) -> Profile {
    Profile {
        id: ProfileId::from_bits(world.fresh()),
        name: name(label),
        browser: "auto".into(),
        encryption: drover_model::Encryption::Os,
        password_store: used_ago.map(|_| drover_model::PasswordStore::GnomeLibsecret),
        cache_limit: None,
        proxy: proxy.map(name),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        start_urls: vec!["https://shop.example/orders".into()],
        tokens: if label == "anna" {
            vec!["shop-login".parse().expect("BUG: seeded names are names")]
        } else {
            Vec::new()
        },
        notes: notes.to_owned(),
        overrides: overrides(label),
        created_at: world.ago(86_400 * 40),
        updated_at: world.ago(86_400 * 3),
        removed_at: None,
        last_used_at: used_ago.map(|ago| world.ago(ago)),
        in_use_by: None,
        last_result: None,
        logins: logins(world, label),
    }
}

/// Two profiles that a task looks after: one is signed in, one is not any more.
fn logins(world: &World, label: &str) -> Vec<Login> {
    let (state, message) = match label {
        "anna" => (LoginState::SignedIn, None),
        "shop-eu-014" => (
            LoginState::SignedOut,
            Some("step 2: the text `My orders` did not appear within 10 s".to_owned()),
        ),
        _ => return Vec::new(),
    };
    vec![Login {
        site: "shop.example".parse().expect("BUG: seeded sites are sites"),
        state,
        since: world.ago(5_400),
        checked_at: world.ago(900),
        run: None,
        message,
    }]
}

/// One profile with all of them, so that the form can be seen filled.
fn overrides(label: &str) -> Overrides {
    if label != "anna" {
        return Overrides::default();
    }
    let text = r#"{"language":"de-DE","time_zone":"Europe/Berlin","geolocation":{"latitude":52.52,"longitude":13.405,"accuracy":25},
        "viewport":{"width":1366,"height":768},"headers":{"X-Team":"shop-eu"},"colour_scheme":"light"}"#;
    serde_json::from_str(text).expect("BUG: seeded overrides are overrides")
}

/// Which run uses a profile, and how its newest ended run went.
fn mark_use(world: &mut World) {
    for profile in &mut world.profiles {
        let of = world
            .runs
            .iter()
            .map(|run| &run.row)
            .filter(|row| row.profile_id == Some(profile.id));
        profile.in_use_by = of.clone().find(|row| row.state.holds()).map(|row| row.id);
        profile.last_result = of
            .map(|row| row.state)
            .find(|state| state.is_terminal() && *state != RunState::Skipped);
    }
}

//! What is photographed.

/// A screen of the demo window.
#[derive(Debug)]
pub(super) struct Screen {
    /// The picture's name without theme and ending.
    pub(super) name: &'static str,
    /// The demo's data: `empty`, `small`, `large`, `locked` and others.
    scene: &'static str,
    /// The route, as it stands behind the `#`.
    route: &'static str,
    /// The thing that is shown, by the order in which the demo makes its things; its id stands behind the route.
    record: Option<u64>,
    /// What stands behind the id, such as the tab that is open.
    query: &'static str,
    /// What is pressed and typed before the picture is taken: test ids with `|` between them, and `~` before a text.
    press: &'static str,
}

/// Both themes.
pub(super) const THEMES: [&str; 2] = ["dark", "light"];

/// The demo's things are made in the same order in every session: 3 proxies, 4 tokens, 6 profiles,
/// 4 tasks, then the runs from the oldest on.
const PROXY_FIRST: u64 = 1;
const PROFILE_ANNA: u64 = 8;
const PROFILE_BERT: u64 = 9;
const PROFILE_IN_USE: u64 = 11;
const PROFILE_WARM: u64 = 13;
const TASK_LOG_IN: u64 = 14;
const RUN_FAILED: u64 = 24;
const RUN_SUCCEEDED: u64 = 25;
const RUN_LIVE: u64 = 26;
const RUN_QUEUED: u64 = 27;

/// Five entries as text: two that are set, one that expired, one that breaks the rule of its name, one without a name.
const COOKIES_IMPORT: &str = concat!(
    "cookies-import|cookies-text~[",
    r#"{"domain":".shop.example","name":"sid","value":"a1b2","secure":true,"httpOnly":true},"#,
    r#"{"domain":"news.example","name":"session","value":"c3","secure":true},"#,
    r#"{"domain":"old.example","name":"visit","value":"1","expirationDate":1500000000},"#,
    r#"{"domain":"shop.example","name":"__Host-cart","value":"9"},"#,
    r#"{"value":"nobody"}"#,
    "]|cookies-import-run"
);

/// Three lines: one with two meanings, one with a name, one that is no proxy.
const PROXY_PASTE: &str = concat!(
    "proxy-paste|paste-text~eu.example:8080:john.doe:4711\n",
    "[berlin] http://anna:secret@10.0.0.1:8080\nno proxy at all|paste-run"
);

/// The time part of the demo's first id, in ms since 1970.
const FIRST_ID_MS: u128 = 1_777_896_161_000;
/// What the demo multiplies its counter by to fill the random part of an id.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15;

const fn screen(name: &'static str, scene: &'static str, route: &'static str) -> Screen {
    Screen {
        name,
        scene,
        route,
        record: None,
        query: "",
        press: "",
    }
}

/// The screen after something was pressed.
const fn acted(
    name: &'static str,
    scene: &'static str,
    route: &'static str,
    press: &'static str,
) -> Screen {
    Screen {
        press,
        ..screen(name, scene, route)
    }
}

const fn detail(name: &'static str, route: &'static str, record: u64) -> Screen {
    tab(name, route, record, "")
}

const fn tab(name: &'static str, route: &'static str, record: u64, query: &'static str) -> Screen {
    Screen {
        name,
        scene: "small",
        route,
        record: Some(record),
        query,
        press: "",
    }
}

/// The profile's tab after something was pressed.
const fn pressed(
    name: &'static str,
    record: u64,
    query: &'static str,
    press: &'static str,
) -> Screen {
    Screen {
        press,
        ..tab(name, "/profiles/", record, query)
    }
}

/// Every screen, with much data, with little, with none, and where something is wrong.
pub(super) const SCREENS: &[Screen] = &[
    screen("welcome", "empty", "/welcome"),
    screen("profiles-empty", "empty", "/profiles"),
    screen("profiles", "small", "/profiles"),
    screen("profiles-large", "large", "/profiles"),
    screen("profiles-error", "error", "/profiles"),
    detail("profile", "/profiles/", PROFILE_ANNA),
    detail("profile-in-use", "/profiles/", PROFILE_IN_USE),
    detail("profile-warm", "/profiles/", PROFILE_WARM),
    tab(
        "profile-settings",
        "/profiles/",
        PROFILE_ANNA,
        "?tab=settings",
    ),
    tab("cookies", "/profiles/", PROFILE_WARM, "?tab=cookies"),
    pressed(
        "cookies-read",
        PROFILE_WARM,
        "?tab=cookies",
        "cookies-read|cookie-domain-shop.example|cookie-domain-ads.example",
    ),
    pressed(
        "cookies-report",
        PROFILE_WARM,
        "?tab=cookies",
        COOKIES_IMPORT,
    ),
    pressed(
        "cookies-export",
        PROFILE_WARM,
        "?tab=cookies",
        "cookies-export|cookies-export-run",
    ),
    tab("disk", "/profiles/", PROFILE_WARM, "?tab=disk"),
    tab("disk-empty", "/profiles/", PROFILE_BERT, "?tab=disk"),
    pressed(
        "disk-in-use",
        PROFILE_ANNA,
        "?tab=disk",
        "snapshot-take|snapshot-take-run",
    ),
    pressed(
        "disk-roll-back",
        PROFILE_WARM,
        "?tab=disk",
        "snapshot-roll-back",
    ),
    pressed("disk-sweep", PROFILE_WARM, "?tab=disk", "sweep"),
    pressed(
        "disk-bundle",
        PROFILE_WARM,
        "?tab=disk",
        "bundle-export|bundle-logins",
    ),
    tab("extensions", "/profiles/", PROFILE_WARM, "?tab=extensions"),
    tab(
        "extensions-empty",
        "/profiles/",
        PROFILE_BERT,
        "?tab=extensions",
    ),
    pressed(
        "extensions-add",
        PROFILE_WARM,
        "?tab=extensions",
        "extension-add|extension-path~/home/anna/old-reader|extension-add-run",
    ),
    acted(
        "import-browser",
        "small",
        "/profiles",
        "import-more|import-browser|foreign-Profile 1",
    ),
    acted(
        "import-browser-report",
        "small",
        "/profiles",
        "import-more|import-browser|foreign-Profile 1|foreign-run",
    ),
    acted(
        "import-bundle-report",
        "small",
        "/profiles",
        "import-more|import-bundle|bundle-path~/home/anna/anna.drover.zip|bundle-import-run",
    ),
    Screen {
        scene: "error",
        ..tab("disk-error", "/profiles/", PROFILE_WARM, "?tab=disk")
    },
    screen("browsers", "small", "/browsers"),
    screen("browsers-empty", "empty", "/browsers"),
    screen("browsers-error", "error", "/browsers"),
    screen("tasks-empty", "empty", "/tasks"),
    screen("tasks", "small", "/tasks"),
    screen("composer", "small", "/tasks/new"),
    detail("composer-edit", "/tasks/", TASK_LOG_IN),
    screen("queue-empty", "empty", "/queue"),
    screen("queue", "busy", "/queue"),
    acted(
        "queue-limit",
        "busy",
        "/queue",
        "limit-new|limit-name~eu-1|limit-capacity~4",
    ),
    acted(
        "queue-resource",
        "busy",
        "/queue",
        "limit-new|limit-name~printer",
    ),
    acted(
        "queue-pause",
        "busy",
        "/queue",
        "pause-new|pause-name~Price check|pause-lasts~30m|pause-note~the shop is down",
    ),
    acted("queue-drain", "busy", "/queue", "queue-toggle"),
    acted("queue-stop-all", "busy", "/queue", "queue-stop-all"),
    acted(
        "runs-bulk-again",
        "small",
        "/runs?state=failed",
        "runs-bulk|runs-again",
    ),
    acted("runs-bulk-stop", "busy", "/runs", "runs-bulk|runs-stop"),
    screen("runs-needs-you", "busy", "/runs?state=parked"),
    screen("runs-empty", "empty", "/runs"),
    screen("runs", "small", "/runs"),
    screen("runs-large", "large", "/runs"),
    screen("runs-disk-full", "full", "/runs"),
    screen("runs-locked", "locked", "/runs"),
    detail("run-queued", "/runs/", RUN_QUEUED),
    detail("run-live", "/runs/", RUN_LIVE),
    detail("run-succeeded", "/runs/", RUN_SUCCEEDED),
    detail("run-failed", "/runs/", RUN_FAILED),
    screen("proxies-empty", "empty", "/library/proxies"),
    screen("proxies", "small", "/library/proxies"),
    screen("proxy-pools", "small", "/library/proxies?tab=pools"),
    acted("proxies-paste", "small", "/library/proxies", PROXY_PASTE),
    detail("proxy", "/library/proxies/", PROXY_FIRST),
    screen("schedules-empty", "empty", "/schedules"),
    screen("schedules", "small", "/schedules"),
    acted(
        "schedule-pause",
        "small",
        "/schedules",
        "schedule-menu-Price watch|schedule-pause-Price watch|schedule-pause-until~2h|schedule-pause-note~the shop moves",
    ),
    screen("schedule-new", "small", "/schedules/new"),
    acted(
        "schedule-wrong",
        "small",
        "/schedules/new",
        "schedule-trigger-times|schedule-zone~Europe/Berlln",
    ),
    screen("calendar", "small", "/schedules?tab=calendar"),
    screen("batches", "small", "/schedules?tab=batches"),
    acted(
        "batches-older",
        "large",
        "/schedules?tab=batches",
        "batches-older",
    ),
    acted("runs-missed", "large", "/runs", "missed-show"),
    acted(
        "composer-tests",
        "small",
        "/tasks/new",
        "task-target-project|task-project~/home/anna/shop-tests|tests-list",
    ),
    Screen {
        press: "run-tab-files",
        ..detail("run-files", "/runs/", RUN_SUCCEEDED)
    },
    Screen {
        press: "run-tab-facts",
        ..detail("run-facts", "/runs/", RUN_SUCCEEDED)
    },
    screen("tokens-empty", "empty", "/library/vault"),
    screen("tokens", "small", "/library/vault"),
    screen("tokens-locked", "locked", "/library/vault"),
    screen("tokens-absent", "absent", "/library/vault"),
    screen("settings", "small", "/settings"),
    acted(
        "settings-retention",
        "large",
        "/settings",
        "settings-retention",
    ),
    acted(
        "settings-retention-run",
        "large",
        "/settings",
        "settings-retention|retention-run",
    ),
];

impl Screen {
    /// The address below the server's own.
    pub(super) fn address(&self, theme: &str) -> String {
        let id = self.record.map(demo_id).unwrap_or_default();
        let press = if self.press.is_empty() {
            String::new()
        } else {
            format!("&press={}", escaped(self.press))
        };
        format!(
            "/?scene={}&theme={theme}&motion=off{press}#{}{id}{}",
            self.scene, self.route, self.query
        )
    }

    /// The picture's file name.
    pub(super) fn file(&self, theme: &str) -> String {
        format!("{}-{theme}.png", self.name)
    }
}

/// The text as a value of a query: every byte but letters, digits and a few signs as `%XX`.
fn escaped(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

/// The id that the demo gives the thing it makes as number `record`.
fn demo_id(record: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let record = u128::from(record);
    let bits = ((FIRST_ID_MS + record) << 80) | (record * SPREAD % (1 << 80));
    let digit = |at: u32| char::from(DIGITS[usize::try_from((bits >> (5 * at)) & 31).unwrap_or(0)]);
    (0..26).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_picture_overwrites_another() {
        let names: BTreeSet<&str> = SCREENS.iter().map(|screen| screen.name).collect();
        assert_eq!(names.len(), SCREENS.len());
    }

    #[test]
    fn the_query_stands_before_the_route() {
        assert_eq!(
            screen("a", "large", "/profiles").address("dark"),
            "/?scene=large&theme=dark&motion=off#/profiles"
        );
    }

    #[test]
    fn what_is_pressed_is_escaped_and_stands_before_the_route() {
        let address = pressed("a", 1, "?tab=disk", "take|note~a b&c").address("dark");
        let (query, route) = address.split_once('#').unwrap();
        assert!(query.ends_with("&press=take%7Cnote~a%20b%26c"), "{query}");
        assert!(route.ends_with("?tab=disk"), "{route}");
    }

    #[test]
    fn a_tab_stands_behind_the_id() {
        let address = tab("a", "/profiles/", 1, "?tab=settings").address("dark");
        assert!(
            address.ends_with(&format!("{}?tab=settings", demo_id(1))),
            "{address}"
        );
    }

    #[test]
    fn ids_are_26_digits_that_sort_by_their_number() {
        let address = detail("a", "/runs/", 1).address("dark");
        let (_, id) = address.split_once("#/runs/").unwrap();
        assert_eq!(id, demo_id(1));
        assert_eq!(id.len(), 26, "{id}");
        assert!(demo_id(1) < demo_id(2) && demo_id(9) < demo_id(10));
    }
}

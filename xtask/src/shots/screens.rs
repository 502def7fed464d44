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
    /// The thing that is shown, by the order in which the demo makes its things; the route ends with its id.
    record: Option<u64>,
}

/// Both themes.
pub(super) const THEMES: [&str; 2] = ["dark", "light"];

/// The demo's things are made in the same order in every session: 3 proxies, 4 tokens, 6 profiles,
/// 4 tasks, then the runs from the oldest on.
const PROFILE_ANNA: u64 = 8;
const TASK_LOG_IN: u64 = 14;
const RUN_FAILED: u64 = 24;
const RUN_SUCCEEDED: u64 = 25;
const RUN_LIVE: u64 = 26;
const RUN_QUEUED: u64 = 27;

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
    }
}

const fn detail(name: &'static str, route: &'static str, record: u64) -> Screen {
    Screen {
        name,
        scene: "small",
        route,
        record: Some(record),
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
    screen("tasks-empty", "empty", "/tasks"),
    screen("tasks", "small", "/tasks"),
    screen("composer", "small", "/tasks/new"),
    detail("composer-edit", "/tasks/", TASK_LOG_IN),
    screen("runs-empty", "empty", "/runs"),
    screen("runs", "small", "/runs"),
    screen("runs-large", "large", "/runs"),
    screen("runs-locked", "locked", "/runs"),
    detail("run-queued", "/runs/", RUN_QUEUED),
    detail("run-live", "/runs/", RUN_LIVE),
    detail("run-succeeded", "/runs/", RUN_SUCCEEDED),
    detail("run-failed", "/runs/", RUN_FAILED),
    screen("proxies", "small", "/library/proxies"),
    screen("tokens-empty", "empty", "/library/vault"),
    screen("tokens", "small", "/library/vault"),
    screen("tokens-locked", "locked", "/library/vault"),
    screen("tokens-absent", "absent", "/library/vault"),
    screen("settings", "small", "/settings"),
];

impl Screen {
    /// The address below the server's own.
    pub(super) fn address(&self, theme: &str) -> String {
        let id = self.record.map(demo_id).unwrap_or_default();
        format!(
            "/?scene={}&theme={theme}&motion=off#{}{id}",
            self.scene, self.route
        )
    }

    /// The picture's file name.
    pub(super) fn file(&self, theme: &str) -> String {
        format!("{}-{theme}.png", self.name)
    }
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
    fn ids_are_26_digits_that_sort_by_their_number() {
        let address = detail("a", "/runs/", 1).address("dark");
        let (_, id) = address.split_once("#/runs/").unwrap();
        assert_eq!(id, demo_id(1));
        assert_eq!(id.len(), 26, "{id}");
        assert!(demo_id(1) < demo_id(2) && demo_id(9) < demo_id(10));
    }
}

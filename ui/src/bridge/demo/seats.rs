//! Browsers of the demo: which run from the start, and how they follow the runs.

use drover_model::request::{BrowserState, OpenBrowser};
use drover_model::{Profile, RunRow};

use super::world::World;

const PRODUCT: &str = "Chrome/156.0.8078.79";

/// One open in a window, one warm, and those of the live runs.
pub(super) fn seed(world: &mut World) {
    for (label, state) in [
        ("anna", BrowserState::Window),
        ("us-reports", BrowserState::Idle),
    ] {
        if let Ok(profile) = world.profile(label).cloned() {
            sit(world, &profile, state, None);
        }
    }
    let live: Vec<RunRow> = world
        .rows()
        .filter(|row| row.state.holds())
        .cloned()
        .collect();
    for row in live {
        follow(world, &row);
    }
}

/// Puts a browser into this state, or starts it there.
pub(super) fn sit(
    world: &mut World,
    profile: &Profile,
    state: BrowserState,
    by: Option<String>,
) -> OpenBrowser {
    let before = world
        .browsers
        .iter()
        .find(|browser| browser.profile == profile.id);
    let pid = before
        .and_then(|browser| browser.pid)
        .or_else(|| u32::try_from(48_120 + world.browsers.len() * 37).ok());
    let browser = OpenBrowser {
        profile: profile.id,
        name: profile.name.clone(),
        state,
        by,
        visible: state == BrowserState::Window,
        pid,
        product: Some(PRODUCT.into()),
    };
    world.browsers.retain(|other| other.profile != profile.id);
    world.browsers.push(browser.clone());
    browser
}

/// The run takes the browser of its profile while it goes on and leaves it warm.
pub(super) fn follow(world: &mut World, row: &RunRow) {
    let Some(profile) = row
        .profile_id
        .and_then(|id| world.profile(&id.to_string()).ok().cloned())
    else {
        return;
    };
    if row.state.holds() {
        let by = format!("run {}", row.id);
        sit(world, &profile, BrowserState::Leased, Some(by));
    } else if row.state.is_terminal() {
        sit(world, &profile, BrowserState::Idle, None);
        world.tools.retain(|tool| tool.run != Some(row.id));
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunState, Settings};

    use super::super::{scene::Scene, seed};
    use super::*;

    #[test]
    fn a_run_takes_a_browser_and_leaves_it_warm() {
        let now = "2026-05-04T12:02:41Z".parse().unwrap();
        let mut world = seed::world(Scene::Small, Settings::default(), now);
        let state = |world: &World, name: &str| {
            let found = world
                .browsers
                .iter()
                .find(|browser| browser.name.as_str() == name);
            found.map(|browser| browser.state)
        };
        assert_eq!(state(&world, "anna"), Some(BrowserState::Window));
        assert_eq!(state(&world, "us-reports"), Some(BrowserState::Idle));
        assert_eq!(state(&world, "shop-eu-014"), Some(BrowserState::Leased));
        let mut row = world.rows().find(|row| row.state.holds()).cloned().unwrap();
        row.state = RunState::Succeeded;
        follow(&mut world, &row);
        assert_eq!(state(&world, "shop-eu-014"), Some(BrowserState::Idle));
    }
}

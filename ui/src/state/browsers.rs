//! The browsers that run, and how they are told in words.

use drover_model::request::{BrowserState, ListAttached, ListBrowsers, OpenBrowser, OpenEndpoint};
use drover_model::{CommandError, Fact, ProfileId, RunId};

use super::{Area, Load};
use crate::components::Tone;
use crate::format::capital;
use crate::{api, bridge::Link};

pub type Browsers = Area<Vec<OpenBrowser>>;

impl Load for Vec<OpenBrowser> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        let mut browsers = api::list_browsers(&link, ListBrowsers {}).await?;
        // So that a card keeps its place when another browser comes or goes.
        browsers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(browsers)
    }

    /// Names are part of it, so a renamed profile counts, too.
    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::BrowsersChanged | Fact::ProfileChanged { .. })
    }
}

/// Open endpoints for tools.
impl Load for Vec<OpenEndpoint> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_attached(&link, ListAttached {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::BrowsersChanged)
    }
}

/// The browser of a profile, when it runs.
pub fn of(browsers: &[OpenBrowser], profile: ProfileId) -> Option<&OpenBrowser> {
    browsers.iter().find(|browser| browser.profile == profile)
}

/// How a state looks: word, icon and tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub word: &'static str,
    pub icon: &'static str,
    pub tone: Tone,
}

/// The one place that says how a state is shown.
pub fn look(state: BrowserState) -> Look {
    let (word, icon, tone) = match state {
        BrowserState::Starting => ("Starting", "circle-dashed", Tone::Info),
        BrowserState::Leased => ("In use", "circle-play", Tone::Info),
        BrowserState::Idle => ("Warm", "zap", Tone::Mute),
        BrowserState::Window => ("Open", "monitor", Tone::Ok),
        BrowserState::Draining => ("Closing", "circle-stop", Tone::Warn),
    };
    Look { word, icon, tone }
}

/// What the one button beside a profile does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Open,
    Close,
    /// It is on its way; nothing to press.
    Wait,
}

/// A warm browser and one that a run has can be opened, too: the window comes to the person.
pub fn turn(browser: Option<&OpenBrowser>) -> Turn {
    match browser.map(|browser| browser.state) {
        None | Some(BrowserState::Idle | BrowserState::Leased) => Turn::Open,
        Some(BrowserState::Window) => Turn::Close,
        Some(BrowserState::Starting | BrowserState::Draining) => Turn::Wait,
    }
}

/// Why it cannot be opened: somebody else's browser has no window that could be shown.
pub fn no_window(browser: &OpenBrowser) -> Option<String> {
    let hidden = browser.state == BrowserState::Leased && !browser.visible;
    hidden.then(|| {
        let holder = capital(&holder(browser));
        format!("{holder}; it has no window to show")
    })
}

/// Whether closing it takes it from nobody.
pub fn can_close(state: BrowserState) -> bool {
    matches!(state, BrowserState::Window | BrowserState::Idle)
}

/// Whether it has pages to look at.
pub fn has_pages(browser: &OpenBrowser) -> bool {
    let on_its_way = matches!(
        browser.state,
        BrowserState::Starting | BrowserState::Draining
    );
    browser.pid.is_some() && !on_its_way
}

/// Where its pages are, for those who see no picture of them.
pub fn where_it_is(browser: &OpenBrowser) -> &'static str {
    match (browser.state, browser.visible) {
        (BrowserState::Starting, _) => "Chrome is starting",
        (BrowserState::Draining, _) => "Chrome is closing",
        (_, true) => "Its window is on your screen",
        (BrowserState::Idle, false) => "It waits without a window",
        (_, false) => "It works without a window",
    }
}

/// The run that has it.
pub fn run_of(browser: &OpenBrowser) -> Option<RunId> {
    browser.by.as_deref()?.strip_prefix("run ")?.parse().ok()
}

/// Who has it: "opened by you", "used by run #4X2K9A", "kept warm for the next run".
pub fn holder(browser: &OpenBrowser) -> String {
    let by = run_of(browser)
        .map(|run| format!("run #{}", run.short()))
        .or_else(|| browser.by.clone());
    match (browser.state, by) {
        (BrowserState::Starting, Some(by)) => format!("starting for {by}"),
        (BrowserState::Starting, None) => "starting for you".to_owned(),
        (BrowserState::Leased, Some(by)) => format!("used by {by}"),
        (BrowserState::Leased, None) | (BrowserState::Window, _) => "opened by you".to_owned(),
        (BrowserState::Idle, _) => "kept warm for the next run".to_owned(),
        (BrowserState::Draining, _) => "closing".to_owned(),
    }
}

/// What runs: "Chrome 156", "process 1234". The holder is told apart, because it can be a link.
pub fn program(browser: &OpenBrowser) -> String {
    let product = browser.product.as_deref().map(short_product);
    let process = browser.pid.map(|pid| format!("process {pid}"));
    let parts: Vec<String> = product.into_iter().chain(process).collect();
    if parts.is_empty() {
        return "Browser".to_owned();
    }
    parts.join(" · ")
}

/// `HeadlessChrome/156.0.8078.73` is "Chrome 156": whether it has a window is told elsewhere.
fn short_product(product: &str) -> String {
    let (name, version) = product.split_once('/').unwrap_or((product, ""));
    let name = name.strip_prefix("Headless").unwrap_or(name);
    let major = version.split('.').next().unwrap_or_default();
    format!("{name} {major}").trim_end().to_owned()
}

/// How many are in each state: "1 open · 1 in use · 1 warm".
pub fn tally(browsers: &[OpenBrowser]) -> String {
    let states = [
        BrowserState::Window,
        BrowserState::Leased,
        BrowserState::Idle,
        BrowserState::Starting,
        BrowserState::Draining,
    ];
    let count = |state| {
        let count = browsers
            .iter()
            .filter(|browser| browser.state == state)
            .count();
        (count > 0).then(|| format!("{count} {}", look(state).word.to_lowercase()))
    };
    states
        .into_iter()
        .filter_map(count)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Profiles whose browser of `before` is not there any more, or is another process.
pub fn ended(before: &[OpenBrowser], after: &[OpenBrowser]) -> Vec<ProfileId> {
    let still = |old: &&OpenBrowser| {
        old.pid.is_none() || of(after, old.profile).is_some_and(|new| new.pid == old.pid)
    };
    before
        .iter()
        .filter(|old| !still(old))
        .map(|old| old.profile)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(state: BrowserState, by: Option<&str>) -> OpenBrowser {
        OpenBrowser {
            profile: ProfileId::from_bits(1),
            name: "anna".parse().unwrap(),
            state,
            by: by.map(str::to_owned),
            visible: state == BrowserState::Window,
            pid: Some(1234),
            product: Some("HeadlessChrome/156.0.8078.73".into()),
        }
    }

    #[test]
    fn words_say_what_it_is_and_who_has_it() {
        let run = RunId::from_bits(77);
        let check = |state, by: Option<&str>, words: &str| {
            assert_eq!(holder(&browser(state, by)), words);
        };
        let by = format!("run {run}");
        check(
            BrowserState::Leased,
            Some(&by),
            &format!("used by run #{}", run.short()),
        );
        check(
            BrowserState::Leased,
            Some("an attached tool"),
            "used by an attached tool",
        );
        check(BrowserState::Window, None, "opened by you");
        check(BrowserState::Idle, None, "kept warm for the next run");
        check(BrowserState::Starting, None, "starting for you");
        assert_eq!(
            run_of(&browser(BrowserState::Leased, Some(&by))),
            Some(run),
            "so that the window can link to it"
        );
        assert_eq!(
            program(&browser(BrowserState::Idle, None)),
            "Chrome 156 · process 1234"
        );
        let bare = OpenBrowser {
            pid: None,
            product: None,
            ..browser(BrowserState::Starting, None)
        };
        assert_eq!(program(&bare), "Browser");
    }

    #[test]
    fn nothing_is_taken_from_a_run() {
        let check = |state, expected| {
            let browser = browser(state, None);
            assert_eq!((turn(Some(&browser)), can_close(state)), expected);
        };
        check(BrowserState::Window, (Turn::Close, true));
        check(BrowserState::Idle, (Turn::Open, true));
        check(BrowserState::Leased, (Turn::Open, false));
        check(BrowserState::Draining, (Turn::Wait, false));
        assert_eq!(turn(None), Turn::Open);
        let hidden = browser(BrowserState::Leased, Some("an attached tool"));
        assert_eq!(
            no_window(&hidden).as_deref(),
            Some("Used by an attached tool; it has no window to show")
        );
        let shown = OpenBrowser {
            visible: true,
            ..hidden
        };
        assert_eq!(no_window(&shown), None, "a person may work beside a run");
        assert_eq!(no_window(&browser(BrowserState::Idle, None)), None);
    }

    #[test]
    fn it_says_where_the_pages_are() {
        let window = browser(BrowserState::Window, None);
        assert_eq!(where_it_is(&window), "Its window is on your screen");
        let leased = browser(BrowserState::Leased, None);
        assert_eq!(where_it_is(&leased), "It works without a window");
        assert!(has_pages(&window) && has_pages(&leased));
        assert!(!has_pages(&browser(BrowserState::Draining, None)));
        let fresh = OpenBrowser {
            pid: None,
            ..leased
        };
        assert!(!has_pages(&fresh), "it has not answered yet");
    }

    #[test]
    fn the_tally_counts_each_state_that_is_there() {
        let all = [
            browser(BrowserState::Idle, None),
            browser(BrowserState::Window, None),
            browser(BrowserState::Idle, None),
        ];
        assert_eq!(tally(&all), "1 open · 2 warm");
        assert_eq!(tally(&[]), "");
    }

    #[test]
    fn a_browser_that_was_replaced_has_ended_and_one_that_starts_has_not() {
        let old = browser(BrowserState::Window, None);
        let again = OpenBrowser {
            pid: Some(99),
            ..old.clone()
        };
        let starting = OpenBrowser {
            pid: None,
            ..old.clone()
        };
        let warm = browser(BrowserState::Idle, None);
        let profile = old.profile;
        assert_eq!(ended(std::slice::from_ref(&old), &[]), [profile]);
        assert_eq!(ended(std::slice::from_ref(&old), &[again]), [profile]);
        assert_eq!(
            ended(std::slice::from_ref(&old), &[warm]),
            [],
            "the same process"
        );
        assert_eq!(ended(&[starting], &[old]), [], "now it has a number");
    }

    #[test]
    fn only_what_concerns_browsers_loads_them_again() {
        assert!(Vec::<OpenBrowser>::stale_by(&Fact::BrowsersChanged));
        assert!(!Vec::<OpenBrowser>::stale_by(&Fact::SettingsChanged));
    }
}

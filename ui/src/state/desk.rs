//! What this window is doing with browsers: opening, closing, and the endpoints for tools. The addresses of those that
//! it opened live here and nowhere else; of the others it knows that they are open.

use std::collections::BTreeSet;
use std::rc::Rc;

use drover_model::request::{AttachedTool, OpenBrowser, OpenEndpoint};
use drover_model::{CommandError, ProfileId, RunId};
use yew::Reducible;

use super::browsers;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// Profiles that are being opened or closed.
    pub busy: BTreeSet<ProfileId>,
    endpoints: Vec<Endpoint>,
}

/// One endpoint that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// The id of a run or of a profile.
    pub target: String,
    pub asked: Asked,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Waiting,
    Open(Rc<AttachedTool>),
    /// Opened by the command line, or before this window was loaded: its address is not known here.
    Elsewhere(Rc<OpenEndpoint>),
    Refused(CommandError),
}

#[derive(Clone, Debug, PartialEq)]
pub enum DeskAction {
    Busy(ProfileId),
    Rest(ProfileId),
    /// An endpoint is asked for.
    Ask(String),
    Answered(String, Result<AttachedTool, CommandError>),
    /// All that are open, whoever opened them.
    Listed(Rc<Vec<OpenEndpoint>>),
    /// Closed here, or found to be closed already.
    Detached(u64),
    /// The run has ended, and with it the endpoints in its browser.
    RunEnded(RunId),
    /// The browsers of these profiles have ended.
    BrowsersEnded(Vec<ProfileId>),
    /// A refusal was read.
    Forget(String),
}

impl Desk {
    /// What came of asking for this target.
    pub fn asked(&self, target: &str) -> Option<&Asked> {
        let found = self
            .endpoints
            .iter()
            .find(|endpoint| endpoint.target == target);
        found.map(|endpoint| &endpoint.asked)
    }

    /// The endpoints into the browser of a profile, those in a run of it included.
    fn of_profile(&self, profile: ProfileId) -> impl Iterator<Item = Tool> {
        self.tools().filter(move |tool| tool.profile == profile)
    }

    #[cfg(test)]
    fn of_run(&self, run: RunId) -> impl Iterator<Item = Tool> {
        self.tools().filter(move |tool| tool.run == Some(run))
    }

    /// What is attached to for a profile: the run that has its browser, else the profile itself.
    pub fn target(&self, profile: ProfileId, browser: Option<&OpenBrowser>) -> String {
        let open = self.of_profile(profile).next();
        let run = open.map_or_else(|| browser.and_then(browsers::run_of), |tool| tool.run);
        run.map_or_else(|| profile.to_string(), |run| run.to_string())
    }

    fn tools(&self) -> impl Iterator<Item = Tool> {
        self.endpoints.iter().filter_map(Endpoint::tool)
    }

    fn drop_tools(&mut self, which: impl Fn(Tool) -> bool) {
        self.endpoints
            .retain(|endpoint| !endpoint.tool().is_some_and(&which));
    }

    /// Takes over what this window does not know, and forgets what others have closed. An address that is known here
    /// stays until its run or browser ends: the list may be older than it.
    fn listed(&mut self, open: &[OpenEndpoint]) {
        self.endpoints
            .retain(|endpoint| !matches!(endpoint.asked, Asked::Elsewhere(_)));
        for endpoint in open {
            let known = self.tools().any(|tool| tool.id == endpoint.id);
            let target = endpoint
                .run
                .map_or_else(|| endpoint.profile.to_string(), |run| run.to_string());
            if !known && !matches!(self.asked(&target), Some(Asked::Open(_) | Asked::Waiting)) {
                self.set(target, Asked::Elsewhere(Rc::new(endpoint.clone())));
            }
        }
    }

    fn set(&mut self, target: String, asked: Asked) {
        self.endpoints.retain(|endpoint| endpoint.target != target);
        self.endpoints.push(Endpoint { target, asked });
    }
}

/// What every open endpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tool {
    id: u64,
    run: Option<RunId>,
    profile: ProfileId,
}

impl Endpoint {
    fn tool(&self) -> Option<Tool> {
        let (id, run, profile) = match &self.asked {
            Asked::Open(tool) => (tool.id, tool.run, tool.profile),
            Asked::Elsewhere(open) => (open.id, open.run, open.profile),
            Asked::Waiting | Asked::Refused(_) => return None,
        };
        Some(Tool { id, run, profile })
    }
}

impl Asked {
    /// The number of the endpoint, when it is open.
    pub fn open(&self) -> Option<u64> {
        match self {
            Self::Open(tool) => Some(tool.id),
            Self::Elsewhere(open) => Some(open.id),
            Self::Waiting | Self::Refused(_) => None,
        }
    }
}

impl Reducible for Desk {
    type Action = DeskAction;

    fn reduce(self: Rc<Self>, action: DeskAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            DeskAction::Busy(profile) => {
                next.busy.insert(profile);
            }
            DeskAction::Rest(profile) => {
                next.busy.remove(&profile);
            }
            DeskAction::Ask(target) => next.set(target, Asked::Waiting),
            DeskAction::Answered(target, Ok(tool)) => next.set(target, Asked::Open(Rc::new(tool))),
            DeskAction::Answered(target, Err(error)) => next.set(target, Asked::Refused(error)),
            DeskAction::Listed(open) => next.listed(&open),
            DeskAction::Detached(id) => next.drop_tools(|tool| tool.id == id),
            DeskAction::RunEnded(run) => next.drop_tools(|tool| tool.run == Some(run)),
            DeskAction::BrowsersEnded(profiles) => {
                next.drop_tools(|tool| profiles.contains(&tool.profile));
            }
            DeskAction::Forget(target) => next.endpoints.retain(|endpoint| {
                endpoint.target != target || !matches!(endpoint.asked, Asked::Refused(_))
            }),
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::*;

    const ANNA: ProfileId = ProfileId::from_bits(1);
    const BERT: ProfileId = ProfileId::from_bits(2);
    const RUN: RunId = RunId::from_bits(9);

    fn tool(id: u64, profile: ProfileId, run: Option<RunId>) -> AttachedTool {
        AttachedTool {
            id,
            run,
            profile,
            endpoint: format!("ws://127.0.0.1:4000/{id}"),
        }
    }

    fn apply(actions: impl IntoIterator<Item = DeskAction>) -> Rc<Desk> {
        actions.into_iter().fold(Rc::default(), Desk::reduce)
    }

    fn open(target: &str, tool: AttachedTool) -> DeskAction {
        DeskAction::Answered(target.to_owned(), Ok(tool))
    }

    fn ids(tools: impl Iterator<Item = Tool>) -> Vec<u64> {
        tools.map(|tool| tool.id).collect()
    }

    #[test]
    fn an_endpoint_is_asked_for_once_and_stays_until_it_is_closed() {
        let desk = apply([DeskAction::Ask("a".into())]);
        assert_eq!(desk.asked("a"), Some(&Asked::Waiting));
        let desk = desk.reduce(open("a", tool(1, ANNA, None)));
        assert_eq!(ids(desk.of_profile(ANNA)), [1]);
        assert_eq!(ids(desk.of_profile(BERT)), [0; 0]);
        let desk = desk.reduce(DeskAction::Detached(1));
        assert_eq!(desk.asked("a"), None);
    }

    #[test]
    fn what_ends_takes_its_own_endpoints_along() {
        let both = || {
            apply([
                open("a", tool(1, ANNA, None)),
                open("r", tool(2, BERT, Some(RUN))),
            ])
        };
        let after_run = both().reduce(DeskAction::RunEnded(RUN));
        assert_eq!(ids(after_run.of_run(RUN)), [0; 0]);
        assert_eq!(ids(after_run.of_profile(ANNA)), [1]);
        let after_browser = both().reduce(DeskAction::BrowsersEnded(vec![ANNA]));
        assert_eq!(ids(after_browser.of_profile(ANNA)), [0; 0]);
        assert_eq!(ids(after_browser.of_run(RUN)), [2]);
    }

    #[test]
    fn a_tool_is_attached_to_the_run_that_has_the_browser() {
        let browser = OpenBrowser {
            profile: ANNA,
            name: "anna".parse().unwrap(),
            state: drover_model::request::BrowserState::Leased,
            by: Some(format!("run {RUN}")),
            visible: false,
            pid: None,
            product: None,
        };
        let desk = apply([]);
        assert_eq!(desk.target(ANNA, None), ANNA.to_string());
        assert_eq!(desk.target(ANNA, Some(&browser)), RUN.to_string());
        let desk = desk.reduce(open("a", tool(1, ANNA, None)));
        assert_eq!(
            desk.target(ANNA, Some(&browser)),
            ANNA.to_string(),
            "the open one stays reachable"
        );
    }

    #[test]
    fn what_others_opened_is_known_without_its_address() {
        let listed = |id, profile, run| OpenEndpoint {
            id,
            run,
            profile,
            name: "anna".parse().unwrap(),
            since: jiff::Timestamp::UNIX_EPOCH,
        };
        let list = |open: Vec<OpenEndpoint>| DeskAction::Listed(Rc::new(open));
        let (anna, run) = (ANNA.to_string(), RUN.to_string());
        let desk = apply([
            open(&anna, tool(1, ANNA, None)),
            list(vec![listed(1, ANNA, None), listed(2, BERT, Some(RUN))]),
        ]);
        assert!(
            matches!(desk.asked(&anna), Some(Asked::Open(_))),
            "its address is still known"
        );
        assert_eq!(desk.asked(&run).and_then(Asked::open), Some(2));
        assert_eq!(desk.target(BERT, None), run, "it is reachable");
        let desk = desk.reduce(DeskAction::RunEnded(RUN));
        assert_eq!(desk.asked(&run), None);
        let desk = desk.reduce(list(vec![listed(3, BERT, None)]));
        assert!(
            matches!(desk.asked(&anna), Some(Asked::Open(_))),
            "the list may be older than the endpoint"
        );
        let desk = desk.reduce(DeskAction::Detached(3));
        assert_eq!(desk.asked(&BERT.to_string()), None);
        let desk = apply([DeskAction::Ask(anna.clone())]).reduce(list(vec![listed(4, ANNA, None)]));
        assert_eq!(
            desk.asked(&anna),
            Some(&Asked::Waiting),
            "the answer counts"
        );
        assert!(!format!("{desk:?}").contains("ws://"));
    }

    #[test]
    fn a_refusal_is_forgotten_when_read_and_an_endpoint_is_not() {
        let error = CommandError::new(Code::InUse, "profile `anna` is in use by run 1");
        let desk = apply([
            DeskAction::Answered("a".into(), Err(error)),
            open("b", tool(1, BERT, None)),
            DeskAction::Forget("a".into()),
            DeskAction::Forget("b".into()),
        ]);
        assert_eq!(desk.asked("a"), None);
        assert!(matches!(desk.asked("b"), Some(Asked::Open(_))));
    }

    #[test]
    fn what_changes_nothing_draws_nothing() {
        let desk = apply([DeskAction::Busy(ANNA)]);
        assert!(Rc::ptr_eq(
            &desk.clone().reduce(DeskAction::Busy(ANNA)),
            &desk
        ));
        assert!(desk.reduce(DeskAction::Rest(ANNA)).busy.is_empty());
    }

    #[test]
    fn no_endpoint_is_written_by_debug() {
        let desk = apply([open("a", tool(7, ANNA, None))]);
        assert!(!format!("{desk:?}").contains("ws://"), "{desk:?}");
    }
}

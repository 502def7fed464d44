//! What this window is doing with browsers: opening, closing, and the endpoints that it opened for tools.
//! Endpoints live here and nowhere else; they are gone with the window.

use std::collections::BTreeSet;
use std::rc::Rc;

use drover_model::request::{AttachedTool, OpenBrowser};
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
    Refused(CommandError),
}

#[derive(Clone, Debug, PartialEq)]
pub enum DeskAction {
    Busy(ProfileId),
    Rest(ProfileId),
    /// An endpoint is asked for.
    Ask(String),
    Answered(String, Result<AttachedTool, CommandError>),
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

    /// Tools in the browser of a profile, those in a run of it included.
    pub fn tools_of_profile(&self, profile: ProfileId) -> impl Iterator<Item = &Rc<AttachedTool>> {
        self.tools().filter(move |tool| tool.profile == profile)
    }

    #[cfg(test)]
    fn tools_of_run(&self, run: RunId) -> impl Iterator<Item = &Rc<AttachedTool>> {
        self.tools().filter(move |tool| tool.run == Some(run))
    }

    /// What is attached to for a profile: the run that has its browser, else the profile itself.
    pub fn target(&self, profile: ProfileId, browser: Option<&OpenBrowser>) -> String {
        let open = self.tools_of_profile(profile).next();
        let run = open.map_or_else(|| browser.and_then(browsers::run_of), |tool| tool.run);
        run.map_or_else(|| profile.to_string(), |run| run.to_string())
    }

    fn tools(&self) -> impl Iterator<Item = &Rc<AttachedTool>> {
        self.endpoints
            .iter()
            .filter_map(|endpoint| match &endpoint.asked {
                Asked::Open(tool) => Some(tool),
                Asked::Waiting | Asked::Refused(_) => None,
            })
    }

    fn drop_tools(&mut self, which: impl Fn(&AttachedTool) -> bool) {
        self.endpoints
            .retain(|endpoint| !matches!(&endpoint.asked, Asked::Open(tool) if which(tool)));
    }

    fn set(&mut self, target: String, asked: Asked) {
        self.endpoints.retain(|endpoint| endpoint.target != target);
        self.endpoints.push(Endpoint { target, asked });
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

    fn ids<'a>(tools: impl Iterator<Item = &'a Rc<AttachedTool>>) -> Vec<u64> {
        tools.map(|tool| tool.id).collect()
    }

    #[test]
    fn an_endpoint_is_asked_for_once_and_stays_until_it_is_closed() {
        let desk = apply([DeskAction::Ask("a".into())]);
        assert_eq!(desk.asked("a"), Some(&Asked::Waiting));
        let desk = desk.reduce(open("a", tool(1, ANNA, None)));
        assert_eq!(ids(desk.tools_of_profile(ANNA)), [1]);
        assert_eq!(ids(desk.tools_of_profile(BERT)), [0; 0]);
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
        assert_eq!(ids(after_run.tools_of_run(RUN)), [0; 0]);
        assert_eq!(ids(after_run.tools_of_profile(ANNA)), [1]);
        let after_browser = both().reduce(DeskAction::BrowsersEnded(vec![ANNA]));
        assert_eq!(ids(after_browser.tools_of_profile(ANNA)), [0; 0]);
        assert_eq!(ids(after_browser.tools_of_run(RUN)), [2]);
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

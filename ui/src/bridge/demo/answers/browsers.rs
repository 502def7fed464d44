//! Answers about browsers and attached tools.

use drover_model::request::{
    ArtifactBytes, AttachTool, AttachedTool, BrowserState, CloseProfile, ClosedBrowser, DetachTool,
    FindBrowsers, ListAttached, ListBrowsers, OpenEndpoint, OpenProfile, ShootBrowser,
};
use drover_model::{Code, CommandError, Fact, Profile, ProfileId, RunId};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;
use crate::bridge::demo::{picture, seats};

impl World {
    pub(super) fn find_browsers(&mut self, _: FindBrowsers) -> Outcome<FindBrowsers> {
        fine(self.info.browsers.clone())
    }

    pub(super) fn list_browsers(&mut self, _: ListBrowsers) -> Outcome<ListBrowsers> {
        fine(self.browsers.clone())
    }

    pub(super) fn open_profile(&mut self, request: OpenProfile) -> Outcome<OpenProfile> {
        let profile = self.profile(&request.profile)?.clone();
        self.refuse_taken(&profile)?;
        let browser = seats::sit(self, &profile, BrowserState::Window, None);
        let now = self.now;
        for other in self
            .profiles
            .iter_mut()
            .filter(|other| other.id == profile.id)
        {
            other.last_used_at = Some(now);
        }
        Ok((browser, vec![Fact::BrowsersChanged]))
    }

    pub(super) fn close_profile(&mut self, request: CloseProfile) -> Outcome<CloseProfile> {
        let profile = self.profile(&request.profile)?.clone();
        self.refuse_taken(&profile)?;
        let before = self.browsers.len();
        self.browsers
            .retain(|browser| browser.profile != profile.id);
        self.tools.retain(|tool| tool.profile != profile.id);
        let rung = if request.kill { "killed" } else { "closed" };
        let closed = ClosedBrowser {
            rung: (self.browsers.len() < before).then(|| rung.to_owned()),
        };
        Ok((closed, vec![Fact::BrowsersChanged]))
    }

    fn refuse_taken(&self, profile: &Profile) -> Result<(), CommandError> {
        let by = self
            .browsers
            .iter()
            .find(|browser| browser.profile == profile.id && browser.state == BrowserState::Leased)
            .and_then(|browser| browser.by.clone());
        by.map_or(Ok(()), |by| {
            let message = format!("profile `{}` is in use by {by}", profile.name);
            Err(CommandError::new(Code::InUse, message).hint("wait until it has ended, or stop it"))
        })
    }

    pub(super) fn attach_tool(&mut self, request: AttachTool) -> Outcome<AttachTool> {
        let run = request.target.parse::<RunId>().ok();
        let run = run.filter(|id| self.rows().any(|row| row.id == *id));
        let profile = match run {
            Some(run) => self.browser_of_run(run)?,
            None => self.take_for_tool(&request.target)?,
        };
        let id = self.tools.last().map_or(1, |tool| tool.id + 1);
        let tool = AttachedTool {
            id,
            run,
            profile,
            endpoint: format!(
                "ws://127.0.0.1:4{id:04}/9f1c6d0f0a5e4b71b2d38c64ef0915aa7c2e83d1640b5f97c8a1d2e3f4051627"
            ),
        };
        self.tools.push(tool.clone());
        Ok((tool, vec![Fact::BrowsersChanged]))
    }

    fn browser_of_run(&mut self, run: RunId) -> Result<ProfileId, CommandError> {
        let row = &self.run_mut(run)?.row;
        row.profile_id.filter(|_| row.state.holds()).ok_or_else(|| {
            let message = format!("run `{run}` has no browser at the moment");
            CommandError::new(Code::WrongState, message)
                .hint("attach while it runs, or to its profile")
        })
    }

    /// A window that is open is shared; otherwise the tool holds the profile.
    fn take_for_tool(&mut self, target: &str) -> Result<ProfileId, CommandError> {
        let profile = self.profile(target)?.clone();
        self.refuse_taken(&profile)?;
        let open = self
            .browsers
            .iter()
            .any(|browser| browser.profile == profile.id && browser.state == BrowserState::Window);
        if !open {
            let by = Some("an attached tool".to_owned());
            seats::sit(self, &profile, BrowserState::Leased, by);
        }
        Ok(profile.id)
    }

    /// One that was opened before the window was loaded, and those that it opened itself.
    pub(super) fn list_attached(&mut self, _: ListAttached) -> Outcome<ListAttached> {
        let named = |tool: &AttachedTool| {
            let profile = self.profile(&tool.profile.to_string()).ok()?;
            Some(OpenEndpoint {
                id: tool.id,
                run: tool.run,
                profile: tool.profile,
                name: profile.name.clone(),
                since: self.ago(130),
            })
        };
        fine(self.tools.iter().filter_map(named).collect())
    }

    pub(super) fn shoot_browser(&mut self, request: ShootBrowser) -> Outcome<ShootBrowser> {
        let profile = self.profile(&request.profile)?.id;
        fine(ArtifactBytes(picture::draw(profile, 0)))
    }

    pub(super) fn detach_tool(&mut self, request: DetachTool) -> Outcome<DetachTool> {
        let Some(at) = self.tools.iter().position(|tool| tool.id == request.id) else {
            let message = format!("endpoint {} is not open", request.id);
            return Err(CommandError::new(Code::WrongState, message));
        };
        let tool = self.tools.remove(at);
        let held = self.browsers.iter().any(|browser| {
            browser.profile == tool.profile && browser.by.as_deref() == Some("an attached tool")
        });
        if held && let Ok(profile) = self.profile(&tool.profile.to_string()).cloned() {
            seats::sit(self, &profile, BrowserState::Idle, None);
        }
        Ok(((), vec![Fact::BrowsersChanged]))
    }
}

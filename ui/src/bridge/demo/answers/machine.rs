//! Answers about settings, this machine and the samples.

use drover_model::request::{
    CheckMachine, GetAppInfo, GetSettings, InstallPlaywright, LoadSamples, RevealPath,
    SamplesReport, SaveSettings, ScriptLanguage,
};
use drover_model::token::KeychainState;
use drover_model::{Check, CheckState, Code, CommandError, Fact, Settings};

use super::{Outcome, fine};
use crate::bridge::demo::scene::Scene;
use crate::bridge::demo::{seed, world::World};

impl World {
    pub(super) fn get_settings(&mut self, _: GetSettings) -> Outcome<GetSettings> {
        fine(self.settings.clone())
    }

    pub(super) fn save_settings(&mut self, request: SaveSettings) -> Outcome<SaveSettings> {
        if !(1..=Settings::MAX_WORKERS).contains(&request.settings.workers) {
            return Err(CommandError::new(
                Code::Invalid,
                format!("workers must be between 1 and {}", Settings::MAX_WORKERS),
            )
            .field("workers"));
        }
        self.settings = request.settings;
        Ok((self.settings.clone(), vec![Fact::SettingsChanged]))
    }

    pub(super) fn get_app_info(&mut self, _: GetAppInfo) -> Outcome<GetAppInfo> {
        fine(self.info.clone())
    }

    pub(super) fn check_machine(&mut self, _: CheckMachine) -> Outcome<CheckMachine> {
        fine(self.checks())
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        let check =
            |id: &str, title: &str, state: CheckState, message: &str, fix: Option<&str>| Check {
                id: id.into(),
                title: title.into(),
                state,
                message: message.into(),
                fix: fix.map(str::to_owned),
            };
        let (keychain, words, fix) = match self.keychain.state {
            KeychainState::Ready => (CheckState::Ok, "Secret Service, unlocked", None),
            KeychainState::Absent => (
                CheckState::Warn,
                "No system keychain was found",
                Some("Install and start one, such as `gnome-keyring`"),
            ),
            _ => (
                CheckState::Warn,
                "Secret Service, locked",
                Some("Unlock it on the Vault page"),
            ),
        };
        vec![
            check(
                "browser",
                "Browser",
                CheckState::Ok,
                "Chromium 156 · `/usr/bin/chromium`",
                None,
            ),
            check(
                "sandbox",
                "Sandbox",
                CheckState::Ok,
                "Chrome can use its sandbox",
                None,
            ),
            check("node", "Node", CheckState::Ok, "Node 20.20.2", None),
            check(
                "playwright",
                "Playwright",
                CheckState::Warn,
                "Playwright was not found",
                Some("Install the managed copy under Settings"),
            ),
            check(
                "python",
                "Python",
                CheckState::Ok,
                "Python 3.11.7 at `/usr/bin/python3` with Playwright 1.65.2 (managed)",
                None,
            ),
            check("keychain", "Keychain", keychain, words, fix),
            check(
                "data_folder",
                "Data folder",
                CheckState::Ok,
                "`~/.local/share/drover`, 84 GB free",
                None,
            ),
            check("tray", "Tray", CheckState::Ok, "Tray available", None),
        ]
    }

    pub(super) fn load_samples(&mut self, _: LoadSamples) -> Outcome<LoadSamples> {
        let more = seed::world_in(
            self.here.clone(),
            Scene::Small,
            self.settings.clone(),
            self.now,
        );
        (self.profiles, self.proxies, self.tokens, self.tasks) =
            (more.profiles, more.proxies, more.tokens, more.tasks);
        // Samples have not been used yet.
        for profile in &mut self.profiles {
            (profile.in_use_by, profile.last_result, profile.last_used_at) = (None, None, None);
        }
        let facts = self.profiles.iter().map(|profile| Fact::ProfileChanged {
            profile: profile.id,
        });
        let facts = facts.chain(
            self.tasks
                .iter()
                .map(|task| Fact::TaskChanged { task: task.id }),
        );
        let facts: Vec<Fact> = facts
            .chain(
                self.tokens
                    .iter()
                    .map(|token| Fact::TokenChanged { token: token.id }),
            )
            .collect();
        let report = SamplesReport {
            profiles: u32::try_from(self.profiles.len()).unwrap_or(u32::MAX),
            tasks: u32::try_from(self.tasks.len()).unwrap_or(u32::MAX),
            site: "http://127.0.0.1:43117/".into(),
            warnings: Vec::new(),
        };
        self.info.first_run = false;
        Ok((report, facts))
    }

    pub(super) fn install_playwright(
        &mut self,
        request: InstallPlaywright,
    ) -> Outcome<InstallPlaywright> {
        match request.language {
            ScriptLanguage::JavaScript => self.info.playwright = Some("1.65.1 (managed)".into()),
            ScriptLanguage::Python => {
                self.info.playwright_for_python = Some("1.65.2 (managed)".into());
            }
        }
        fine(self.checks())
    }

    pub(super) fn reveal_path(&mut self, _: RevealPath) -> Outcome<RevealPath> {
        fine(())
    }
}

//! Answers about profiles.

use drover_model::request::{
    DuplicateProfile, ExportProfiles, ForgetLogin, GetProfile, ImportItem, ImportProfiles,
    ImportReport, ListProfiles, ProfileList, RemoveProfiles, RestoreProfiles, SaveProfile,
};
use drover_model::{Code, CommandError, Fact, LoginState, Profile};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn list_profiles(&mut self, request: ListProfiles) -> Outcome<ListProfiles> {
        let words: Vec<String> = request
            .filter
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let fits = |profile: &&Profile| {
            words.iter().all(|word| match word.split_once(':') {
                Some(("tag", tag)) => profile.tags.iter().any(|other| other == tag),
                Some(("-tag", tag)) => profile.tags.iter().all(|other| other != tag),
                Some(("proxy", proxy)) => profile
                    .proxy
                    .as_ref()
                    .is_some_and(|name| name.as_str() == proxy),
                _ => {
                    profile.name.as_str().to_lowercase().contains(word.as_str())
                        || profile.tags.iter().any(|tag| tag.contains(word.as_str()))
                }
            })
        };
        let of_kind = self
            .profiles
            .iter()
            .filter(|profile| profile.removed_at.is_some() == request.removed);
        let found: Vec<&Profile> = of_kind.filter(fits).collect();
        let limit = if request.limit == 0 {
            1_000
        } else {
            request.limit as usize
        };
        let rows = found
            .iter()
            .skip(request.offset as usize)
            .take(limit)
            .map(|profile| (*profile).clone())
            .collect();
        let mut tags: Vec<String> = self
            .profiles
            .iter()
            .flat_map(|profile| profile.tags.clone())
            .collect();
        tags.sort();
        tags.dedup();
        fine(ProfileList {
            rows,
            total: u32::try_from(found.len()).unwrap_or(u32::MAX),
            tags,
            seq: self.seq,
        })
    }

    pub(super) fn get_profile(&mut self, request: GetProfile) -> Outcome<GetProfile> {
        fine(self.profile(&request.profile)?.clone())
    }

    pub(super) fn save_profile(&mut self, request: SaveProfile) -> Outcome<SaveProfile> {
        let checked = request.draft.checked()?;
        let taken = self
            .profiles
            .iter()
            .any(|other| Some(other.id) != request.id && other.name == checked.name);
        if taken {
            return Err(CommandError::new(
                Code::NameTaken,
                format!("a profile named `{}` exists already", checked.name),
            )
            .field("name"));
        }
        let now = self.now;
        let id = match request.id {
            Some(id) => id,
            None => drover_model::ProfileId::from_bits(self.fresh()),
        };
        let old = self
            .profiles
            .iter()
            .find(|profile| profile.id == id)
            .cloned();
        let profile = Profile {
            id,
            name: checked.name,
            browser: checked.browser.to_string(),
            proxy: checked.proxy,
            tags: checked.tags,
            start_urls: checked.start_urls,
            tokens: checked.tokens,
            notes: checked.notes,
            overrides: checked.overrides,
            encryption: checked.encryption,
            password_store: old.as_ref().and_then(|old| old.password_store),
            cache_limit: checked.cache_limit,
            created_at: old.as_ref().map_or(now, |old| old.created_at),
            updated_at: now,
            removed_at: None,
            last_used_at: old.as_ref().and_then(|old| old.last_used_at),
            in_use_by: old.as_ref().and_then(|old| old.in_use_by),
            last_result: old.as_ref().and_then(|old| old.last_result),
            logins: old.map_or_else(Vec::new, |old| old.logins),
        };
        self.profiles.retain(|other| other.id != id);
        self.profiles.push(profile.clone());
        self.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((profile, vec![Fact::ProfileChanged { profile: id }]))
    }

    pub(super) fn duplicate_profile(
        &mut self,
        request: DuplicateProfile,
    ) -> Outcome<DuplicateProfile> {
        let source = self.profile(&request.profile.to_string())?.clone();
        let name = request
            .name
            .unwrap_or_else(|| format!("{} copy", source.name));
        self.save_profile(SaveProfile {
            id: None,
            draft: drover_model::ProfileDraft {
                name,
                ..source.draft()
            },
        })
    }

    pub(super) fn forget_login(&mut self, request: ForgetLogin) -> Outcome<ForgetLogin> {
        let now = self.now;
        let known = self.profiles.iter_mut();
        let found = known
            .filter(|profile| profile.id == request.profile)
            .find_map(|profile| {
                let mut logins = profile.logins.iter_mut();
                let login = logins.find(|login| login.site == request.site)?;
                login.state = LoginState::Unknown;
                login.since = now;
                login.run = None;
                login.message = None;
                Some(profile.clone())
            });
        let profile = found.ok_or_else(|| {
            let message = format!("the sign-in on `{}` was never checked", request.site);
            CommandError::new(Code::Invalid, message).field("site")
        })?;
        let id = profile.id;
        Ok((profile, vec![Fact::ProfileChanged { profile: id }]))
    }

    pub(super) fn remove_profiles(&mut self, request: RemoveProfiles) -> Outcome<RemoveProfiles> {
        self.trash(&request.profiles, Some(self.now))
    }

    pub(super) fn restore_profiles(
        &mut self,
        request: RestoreProfiles,
    ) -> Outcome<RestoreProfiles> {
        self.trash(&request.profiles, None)
    }

    pub(super) fn trash(
        &mut self,
        ids: &[drover_model::ProfileId],
        at: Option<jiff::Timestamp>,
    ) -> Result<(u32, Vec<Fact>), CommandError> {
        let mut facts = Vec::new();
        for profile in self
            .profiles
            .iter_mut()
            .filter(|profile| ids.contains(&profile.id))
        {
            profile.removed_at = at;
            facts.push(Fact::ProfileChanged {
                profile: profile.id,
            });
        }
        Ok((u32::try_from(facts.len()).unwrap_or(u32::MAX), facts))
    }

    pub(super) fn import_profiles(&mut self, request: ImportProfiles) -> Outcome<ImportProfiles> {
        let value: serde_json::Value = serde_json::from_str(&request.text).map_err(|error| {
            CommandError::new(Code::Invalid, format!("the text is not JSON: {error}")).field("text")
        })?;
        let items = match value {
            serde_json::Value::Array(items) => items,
            one => vec![one],
        };
        let (mut report, mut facts) = (ImportReport::default(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            let key = |name: &str| {
                item.get(name)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let name = if item.get("profile_name").is_some() {
                key("profile_name")
            } else {
                key("name")
            };
            let draft = drover_model::ProfileDraft {
                name: name.clone(),
                browser: "auto".into(),
                ..Default::default()
            };
            let (profile, message) = match self.save_profile(SaveProfile { id: None, draft }) {
                Ok((profile, more)) => {
                    facts.extend(more);
                    (Some(profile.id), None)
                }
                Err(error) => (None, Some(error.message)),
            };
            report.items.push(ImportItem {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                name,
                profile,
                message,
            });
        }
        Ok((report, facts))
    }

    pub(super) fn export_profiles(&mut self, request: ExportProfiles) -> Outcome<ExportProfiles> {
        let wanted = |profile: &&Profile| {
            request.profiles.is_empty() || request.profiles.contains(&profile.id)
        };
        let drafts: Vec<_> = self
            .profiles
            .iter()
            .filter(wanted)
            .map(Profile::draft)
            .collect();
        fine(serde_json::to_string_pretty(&drafts).unwrap_or_default())
    }
}

//! Profiles: list, save, duplicate, trash, export.

use drover_model::{
    Caller, Code, CommandError, FieldErrors, Profile, ProfileDraft, ProfileId,
    profile::CheckedProfile,
    request::{
        DuplicateProfile, ExportProfiles, GetProfile, ListProfiles, ProfileList, RemoveProfiles,
        RestoreProfiles, SaveProfile,
    },
};
use drover_store::{Reading, Result as StoreResult};
use jiff::Timestamp;

use super::made_profiles::Past;
use crate::{Engine, Result, error::Doing as _};

/// An error for a profile that is not there.
pub(crate) fn no_profile(name: &str) -> CommandError {
    CommandError::new(Code::ProfileNotFound, format!("no profile named `{name}`"))
        .hint("`drover-cli profile list` shows them.")
        .field("profile")
}

impl Engine {
    pub async fn list_profiles(&self, _by: Caller, req: ListProfiles) -> Result<ProfileList> {
        self.rooms()
            .store
            .read(move |db| db.profiles(&req))
            .await
            .doing("list the profiles")
    }

    pub async fn get_profile(&self, _by: Caller, req: GetProfile) -> Result<Profile> {
        self.named_profile(req.profile).await
    }

    /// The profile of that id or name.
    pub(super) async fn named_profile(&self, name: String) -> Result<Profile> {
        let wanted = name.clone();
        let found = self
            .rooms()
            .store
            .read(move |db| db.find_profile(&wanted))
            .await
            .doing("read the profile")?;
        found.ok_or_else(|| no_profile(&name).into())
    }

    pub async fn save_profile(&self, by: Caller, req: SaveProfile) -> Result<Profile> {
        let checked = req.draft.checked().map_err(CommandError::from)?;
        match req.id {
            None => self.insert_profile(by, checked).await,
            Some(id) => self.change_profile(by, id, checked).await,
        }
    }

    pub(crate) async fn insert_profile(
        &self,
        by: Caller,
        checked: CheckedProfile,
    ) -> Result<Profile> {
        self.store_profile(by, self.new_profile(checked), None)
            .await
    }

    /// A profile with a new id that is not stored yet.
    pub(super) fn new_profile(&self, checked: CheckedProfile) -> Profile {
        let now = self.rooms().now();
        profile_of(
            ProfileId::from_bits(self.rooms().new_id.bits(now)),
            checked,
            now,
        )
    }

    /// Stores a profile whose browser data is there. One that was used keeps the browser and the key that encrypted
    /// its cookies.
    pub(super) async fn store_made(
        &self,
        by: Caller,
        profile: Profile,
        past: Past,
    ) -> Result<Profile> {
        let profile = Profile {
            last_used_at: past.used.then(|| self.rooms().now()),
            password_store: past.password_store,
            ..profile
        };
        self.store_profile(by, profile, None).await
    }

    async fn change_profile(
        &self,
        by: Caller,
        id: ProfileId,
        checked: CheckedProfile,
    ) -> Result<Profile> {
        let before = self
            .rooms()
            .store
            .read(move |db| db.profile(id))
            .await
            .doing("read the profile")?;
        let before = before.ok_or_else(|| no_profile(&id.to_string()))?;
        let profile = Profile {
            created_at: before.created_at,
            removed_at: before.removed_at,
            last_used_at: before.last_used_at,
            password_store: before.password_store,
            ..profile_of(id, checked, self.rooms().now())
        };
        // Cookies are encrypted for one browser; another one would silently drop them.
        if before.last_used_at.is_some() && before.browser != profile.browser {
            let message = format!(
                "the browser is fixed to `{}` after the first start, because it encrypts the cookies",
                before.browser
            );
            return Err(CommandError::new(Code::Invalid, message)
                .hint("Duplicate the profile to use another browser.")
                .field("browser")
                .into());
        }
        if before.last_used_at.is_some() && before.encryption != profile.encryption {
            let message = format!(
                "the encryption is fixed to `{}` after the first start, because the browser could not read its cookies \
                 any more",
                before.encryption
            );
            return Err(CommandError::new(Code::Invalid, message)
                .hint("Make a new profile and import the cookies there.")
                .field("encryption")
                .into());
        }
        self.store_profile(by, profile, Some(before)).await
    }

    /// Stores a new or changed profile, once everything that it names is there.
    async fn store_profile(
        &self,
        by: Caller,
        profile: Profile,
        before: Option<Profile>,
    ) -> Result<Profile> {
        let (stored, now) = (profile.clone(), self.rooms().now());
        let unknown = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                let unknown = unknown_references(tx, &stored, before.as_ref())?;
                if unknown.0.is_empty() {
                    if before.is_some() {
                        tx.update_profile(&stored)?;
                    } else {
                        tx.insert_profile(&stored)?;
                    }
                }
                Ok(unknown)
            })
            .await
            .doing("save the profile")?;
        unknown.finish().map_err(CommandError::from)?;
        Ok(profile)
    }

    pub async fn duplicate_profile(&self, by: Caller, req: DuplicateProfile) -> Result<Profile> {
        let id = req.profile;
        let original = self
            .rooms()
            .store
            .read(move |db| db.profile(id))
            .await
            .doing("read the profile")?;
        let original = original.ok_or_else(|| no_profile(&id.to_string()))?;
        let name = match req.name {
            Some(name) => name,
            None => self.free_name(&original.name.to_string()).await?,
        };
        let draft = ProfileDraft {
            name,
            ..original.draft()
        };
        self.insert_profile(by, draft.checked().map_err(CommandError::from)?)
            .await
    }

    /// "anna copy", "anna copy 2" and so on.
    pub(super) async fn free_name(&self, name: &str) -> Result<String> {
        let base: String = name.chars().take(66).collect();
        let candidates: Vec<String> = std::iter::once(format!("{base} copy"))
            .chain((2..1_000).map(|n| format!("{base} copy {n}")))
            .collect();
        let free = self.rooms().store.read(move |db| {
            for candidate in candidates {
                if db.find_profile(&candidate)?.is_none() {
                    return Ok(Some(candidate));
                }
            }
            Ok(None)
        });
        let free = free.await.doing("look for a free name")?;
        free.ok_or_else(|| {
            CommandError::new(
                Code::NameTaken,
                format!("there are too many copies of `{name}`"),
            )
            .field("name")
            .into()
        })
    }

    pub async fn remove_profiles(&self, by: Caller, req: RemoveProfiles) -> Result<u32> {
        let now = self.rooms().now();
        let count = u32::try_from(req.profiles.len()).unwrap_or(u32::MAX);
        self.rooms()
            .store
            .write(now, by, move |tx| tx.remove_profiles(&req.profiles, now))
            .await
            .doing("remove profiles")?;
        Ok(count)
    }

    pub async fn restore_profiles(&self, by: Caller, req: RestoreProfiles) -> Result<u32> {
        let now = self.rooms().now();
        let count = u32::try_from(req.profiles.len()).unwrap_or(u32::MAX);
        self.rooms()
            .store
            .write(now, by, move |tx| tx.restore_profiles(&req.profiles))
            .await
            .doing("restore profiles")?;
        Ok(count)
    }

    pub async fn export_profiles(&self, _by: Caller, req: ExportProfiles) -> Result<String> {
        let list = ListProfiles {
            limit: u32::MAX,
            ..ListProfiles::default()
        };
        let all = self
            .rooms()
            .store
            .read(move |db| db.profiles(&list))
            .await
            .doing("read the profiles")?;
        if let Some(missing) = req
            .profiles
            .iter()
            .find(|id| !all.rows.iter().any(|row| row.id == **id))
        {
            return Err(no_profile(&missing.to_string()).into());
        }
        let chosen = all
            .rows
            .iter()
            .filter(|row| req.profiles.is_empty() || req.profiles.contains(&row.id));
        let drafts: Vec<ProfileDraft> = chosen.map(Profile::draft).collect();
        Ok(serde_json::to_string_pretty(&drafts).expect("BUG: drafts are plain JSON"))
    }
}

fn profile_of(id: ProfileId, checked: CheckedProfile, now: Timestamp) -> Profile {
    Profile {
        id,
        name: checked.name,
        browser: checked.browser.to_string(),
        encryption: checked.encryption,
        cache_limit: checked.cache_limit,
        password_store: None,
        proxy: checked.proxy,
        tags: checked.tags,
        start_urls: checked.start_urls,
        tokens: checked.tokens,
        notes: checked.notes,
        overrides: checked.overrides,
        created_at: now,
        updated_at: now,
        removed_at: None,
        last_used_at: None,
        in_use_by: None,
        last_result: None,
        logins: Vec::new(),
    }
}

/// What a profile names newly and is not there. Old references may be stale; they are shown
/// at the plan, and must not keep a person from changing a note.
fn unknown_references(
    db: &Reading<'_>,
    profile: &Profile,
    before: Option<&Profile>,
) -> StoreResult<FieldErrors> {
    let mut errors = FieldErrors::default();
    if let Some(proxy) = &profile.proxy
        && before.is_none_or(|before| before.proxy.as_ref() != Some(proxy))
        && db.find_proxy(proxy.as_str())?.is_none()
    {
        errors.add("proxy", format!("no proxy named `{proxy}`"));
    }
    for token in &profile.tokens {
        if before.is_none_or(|before| !before.tokens.contains(token))
            && db.find_token(token.as_str())?.is_none()
        {
            errors.add("tokens", format!("no token named `{token}`"));
        }
    }
    Ok(errors)
}

//! Saved sets of profiles.

use drover_model::{
    Caller, Code, CommandError, ProfileSet,
    request::{ListProfileSets, RemoveProfileSet, SaveProfileSet},
};

use super::profiles::no_profile;
use crate::{Engine, Result, error::Doing as _};

/// An error for a set that is not there.
pub(super) fn no_set(name: &str) -> CommandError {
    let message = format!("no saved set of profiles named `{name}`");
    CommandError::new(Code::ProfileNotFound, message)
        .hint("`drover-cli profile set list` shows them.")
        .field("set")
}

impl Engine {
    pub async fn list_profile_sets(
        &self,
        _by: Caller,
        _req: ListProfileSets,
    ) -> Result<Vec<ProfileSet>> {
        self.rooms()
            .store
            .read(|db| db.profile_sets())
            .await
            .doing("read the saved sets")
    }

    pub async fn save_profile_set(&self, by: Caller, req: SaveProfileSet) -> Result<ProfileSet> {
        let filter = req.filter.as_deref().map(str::trim).unwrap_or_default();
        if req.profiles.is_empty() == filter.is_empty() {
            let message = "a set is made of certain profiles, or of those that match a filter";
            return Err(CommandError::new(Code::Invalid, message)
                .field("profiles")
                .into());
        }
        let mut profiles = Vec::new();
        for name in &req.profiles {
            let profile = self.named_profile(name.clone()).await?;
            if profile.removed_at.is_some() {
                return Err(no_profile(name).into());
            }
            profiles.push(profile.id);
        }
        let filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
        let name = req.name.clone();
        let sets = self
            .rooms()
            .store
            .write(self.rooms().now(), by, move |tx| {
                tx.put_profile_set(&name, &profiles, filter.as_deref())?;
                tx.profile_sets()
            })
            .await
            .doing("save the set")?;
        let saved = sets.into_iter().find(|set| set.name == req.name);
        saved.ok_or_else(|| no_set(req.name.as_str()).into())
    }

    pub async fn remove_profile_set(&self, by: Caller, req: RemoveProfileSet) -> Result<()> {
        let name = req.name.clone();
        let removed = self
            .rooms()
            .store
            .write(self.rooms().now(), by, move |tx| {
                tx.remove_profile_set(&name)
            })
            .await;
        match removed {
            Err(drover_store::Error::NotFound { .. }) => Err(no_set(req.name.as_str()).into()),
            removed => removed.doing("remove the set"),
        }
    }
}

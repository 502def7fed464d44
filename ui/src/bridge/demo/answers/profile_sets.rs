//! Answers about saved sets of profiles.

use drover_model::request::{ListProfileSets, RemoveProfileSet, SaveProfileSet};
use drover_model::{Code, CommandError, Fact, ProfileSet};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn list_profile_sets(&mut self, _: ListProfileSets) -> Outcome<ListProfileSets> {
        fine(self.profile_sets.clone())
    }

    pub(super) fn save_profile_set(&mut self, request: SaveProfileSet) -> Outcome<SaveProfileSet> {
        let mut profiles = Vec::new();
        for name in &request.profiles {
            profiles.push(self.profile(name)?.name.clone());
        }
        let set = ProfileSet {
            name: request.name,
            filter: request.filter,
            profiles,
            updated_at: self.now,
        };
        self.profile_sets.retain(|known| known.name != set.name);
        self.profile_sets.push(set.clone());
        Ok((set, vec![Fact::ProfileSetsChanged]))
    }

    pub(super) fn remove_profile_set(
        &mut self,
        request: RemoveProfileSet,
    ) -> Outcome<RemoveProfileSet> {
        let before = self.profile_sets.len();
        self.profile_sets.retain(|known| known.name != request.name);
        if self.profile_sets.len() == before {
            let message = format!("no saved set of profiles named `{}`", request.name);
            return Err(CommandError::new(Code::ProfileNotFound, message).field("set"));
        }
        Ok(((), vec![Fact::ProfileSetsChanged]))
    }
}

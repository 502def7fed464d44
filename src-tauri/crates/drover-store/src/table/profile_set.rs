//! Tables `profile_set` and `profile_set_member`: profiles that are meant together, by a name.

use drover_model::{Fact, Name, Profile, ProfileId, ProfileSet, request::ListProfiles};

use super::profile::{COLUMNS, from_row};
use crate::{
    Error, Result, Snapshot, Writing,
    column::{Ms, Text, folded},
};

impl Snapshot<'_> {
    /// Every saved set, by name.
    pub fn profile_sets(&self) -> Result<Vec<ProfileSet>> {
        let sets = self.all(
            "read the saved sets",
            "SELECT name, filter, updated_ms FROM profile_set ORDER BY name_key",
            [],
            |row| {
                Ok(ProfileSet {
                    name: row.get::<_, Text<_>>(0)?.0,
                    filter: row.get(1)?,
                    profiles: Vec::new(),
                    updated_at: row.get::<_, Ms>(2)?.0,
                })
            },
        )?;
        sets.into_iter()
            .map(|set| {
                let profiles = self.members(&set.name, set.filter.as_deref())?;
                Ok(ProfileSet {
                    profiles: profiles.into_iter().map(|profile| profile.name).collect(),
                    ..set
                })
            })
            .collect()
    }

    /// The living profiles of a saved set, by name; none when there is no such set.
    pub fn profiles_of_set(&self, name: &str) -> Result<Option<Vec<Profile>>> {
        let found = self.first(
            "read a saved set",
            "SELECT name, filter FROM profile_set WHERE name_key = ?1",
            [folded(name)],
            |row| {
                Ok((
                    row.get::<_, Text<Name>>(0)?.0,
                    row.get::<_, Option<String>>(1)?,
                ))
            },
        )?;
        found
            .map(|(name, filter)| self.members(&name, filter.as_deref()))
            .transpose()
    }

    fn members(&self, name: &Name, filter: Option<&str>) -> Result<Vec<Profile>> {
        if let Some(filter) = filter {
            let wanted = ListProfiles {
                filter: filter.to_owned(),
                limit: u32::MAX,
                ..ListProfiles::default()
            };
            return Ok(self.profiles(&wanted)?.rows);
        }
        self.all(
            "read the profiles of a saved set",
            &format!(
                "SELECT {COLUMNS} FROM profile_set_member AS x JOIN profile AS p ON p.id = x.profile_id
                 WHERE x.set_key = ?1 AND p.removed_ms IS NULL ORDER BY p.name_key, p.id"
            ),
            [folded(name.as_str())],
            from_row,
        )
    }
}

impl Writing<'_> {
    /// Keeps a set in place of the one of that name: of these profiles, or of those that match a filter.
    pub fn put_profile_set(
        &mut self,
        name: &Name,
        profiles: &[ProfileId],
        filter: Option<&str>,
    ) -> Result<()> {
        let key = folded(name.as_str());
        let doing = "keep a saved set";
        self.change(doing, "DELETE FROM profile_set WHERE name_key = ?1", [&key])?;
        self.change(
            doing,
            "INSERT INTO profile_set (name_key, name, filter, updated_ms) VALUES (?1, ?2, ?3, ?4)",
            (&key, name.as_str(), filter, Ms(self.at())),
        )?;
        for profile in profiles {
            self.change(
                doing,
                "INSERT OR IGNORE INTO profile_set_member (set_key, profile_id) VALUES (?1, ?2)",
                (&key, Text(*profile)),
            )?;
        }
        self.record(Fact::ProfileSetsChanged).map(drop)
    }

    /// Removes a set; the profiles stay.
    pub fn remove_profile_set(&mut self, name: &Name) -> Result<()> {
        let removed = self.change(
            "remove a saved set",
            "DELETE FROM profile_set WHERE name_key = ?1",
            [folded(name.as_str())],
        )?;
        if removed == 0 {
            return Err(Error::not_found("saved set", name));
        }
        self.record(Fact::ProfileSetsChanged).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Database, at, profile};

    #[test]
    fn a_set_means_its_profiles_or_whatever_matches_today() {
        let database = Database::new();
        let mut writing = database.writing();
        for (number, name) in [(1, "anna"), (2, "Bert"), (3, "Cleo")] {
            let mut one = profile(number, name);
            one.tags = vec![if number == 2 { "us" } else { "eu" }.to_owned()];
            writing.insert_profile(&one).unwrap();
        }
        let name = |text: &str| text.parse::<Name>().unwrap();
        let ids = [3, 1, 1].map(ProfileId::from_bits);
        writing
            .put_profile_set(&name("Morning"), &ids, None)
            .unwrap();
        writing
            .put_profile_set(&name("europe"), &[], Some("tag:eu"))
            .unwrap();
        let means = |writing: &Writing<'_>, set: &str| -> Option<Vec<String>> {
            let profiles = writing.profiles_of_set(set).unwrap()?;
            Some(profiles.iter().map(|one| one.name.to_string()).collect())
        };
        assert_eq!(means(&writing, "morning").unwrap(), ["anna", "Cleo"]);
        assert_eq!(means(&writing, "EUROPE").unwrap(), ["anna", "Cleo"]);
        assert_eq!(means(&writing, "evening"), None);
        writing
            .remove_profiles(&[ProfileId::from_bits(1)], at(5))
            .unwrap();
        assert_eq!(
            means(&writing, "morning").unwrap(),
            ["Cleo"],
            "not the trash"
        );
        let mut dora = profile(4, "Dora");
        dora.tags = vec!["eu".to_owned()];
        writing.insert_profile(&dora).unwrap();
        assert_eq!(means(&writing, "europe").unwrap(), ["Cleo", "Dora"]);
        writing
            .put_profile_set(&name("MORNING"), &[ProfileId::from_bits(2)], None)
            .unwrap();
        let sets = writing.profile_sets().unwrap();
        let told: Vec<_> = sets
            .iter()
            .map(|set| (set.name.as_str(), set.profiles.len()))
            .collect();
        assert_eq!(
            told,
            [("europe", 2), ("MORNING", 1)],
            "saved again, it is the same set"
        );
        writing.remove_profile_set(&name("europe")).unwrap();
        assert!(writing.remove_profile_set(&name("europe")).is_err());
        assert_eq!(
            writing.events.last().unwrap().fact,
            Fact::ProfileSetsChanged
        );
    }
}

//! Tables `profile` and `profile_tag`.

use drover_model::{Fact, Name, Profile, ProfileId};
use jiff::Timestamp;
use rusqlite::Row;

use super::login::{Stored, logins};
use crate::{
    Error, Result, Snapshot, Writing,
    column::{Json, Ms, Text, Word, folded},
};

/// Every column of a [`Profile`], from `profile AS p`.
pub(super) const COLUMNS: &str = concat!(
    "p.id, p.name, p.browser, p.proxy, p.start_urls, p.tokens, p.notes, p.overrides, p.encryption, p.password_store, p.cache_limit,
    p.created_ms, p.updated_ms, p.removed_ms, p.last_used_ms,
    (SELECT json_group_array(t.tag ORDER BY t.tag) FROM profile_tag AS t WHERE t.profile_id = p.id) AS tags,
    (SELECT r.id FROM run AS r WHERE r.profile_id = p.id
        AND r.finished_ms IS NULL AND r.state <> 'queued') AS in_use_by,
    (SELECT r.state FROM run AS r WHERE r.profile_id = p.id AND r.finished_ms IS NOT NULL
        ORDER BY r.finished_ms DESC LIMIT 1) AS last_result,
    ",
    logins!(),
    " AS logins"
);

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Profile> {
    let time =
        |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(name)?.map(|at| at.0));
    Ok(Profile {
        id: row.get::<_, Text<_>>("id")?.0,
        name: row.get::<_, Text<_>>("name")?.0,
        browser: row.get("browser")?,
        encryption: row.get::<_, Word<_>>("encryption")?.0,
        password_store: row
            .get::<_, Option<Word<_>>>("password_store")?
            .map(|store| store.0),
        cache_limit: row
            .get::<_, Option<i64>>("cache_limit")?
            .map(i64::cast_unsigned),
        proxy: row.get::<_, Option<Text<_>>>("proxy")?.map(|name| name.0),
        tags: row.get::<_, Json<_>>("tags")?.0,
        start_urls: row.get::<_, Json<_>>("start_urls")?.0,
        tokens: row.get::<_, Json<_>>("tokens")?.0,
        notes: row.get("notes")?,
        overrides: row.get::<_, Json<_>>("overrides")?.0,
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("updated_ms")?.0,
        removed_at: time("removed_ms")?,
        last_used_at: time("last_used_ms")?,
        in_use_by: row.get::<_, Option<Text<_>>>("in_use_by")?.map(|run| run.0),
        last_result: row
            .get::<_, Option<Word<_>>>("last_result")?
            .map(|state| state.0),
        logins: row
            .get::<_, Json<Vec<Stored>>>("logins")?
            .0
            .into_iter()
            .map(Into::into)
            .collect(),
    })
}

impl Snapshot<'_> {
    /// The profile of that id, also from the trash.
    pub fn profile(&self, id: ProfileId) -> Result<Option<Profile>> {
        self.first(
            "read a profile",
            &format!("SELECT {COLUMNS} FROM profile AS p WHERE p.id = ?1"),
            [Text(id)],
            from_row,
        )
    }

    /// The profile that a person means: by id, also from the trash, or a living one by name,
    /// without regard to case.
    pub fn find_profile(&self, text: &str) -> Result<Option<Profile>> {
        if let Ok(id) = text.trim().parse()
            && let Some(profile) = self.profile(id)?
        {
            return Ok(Some(profile));
        }
        self.first(
            "read a profile",
            &format!(
                "SELECT {COLUMNS} FROM profile AS p WHERE p.name_key = ?1 AND p.removed_ms IS NULL"
            ),
            [folded(text)],
            from_row,
        )
    }

    /// The living profiles that carry exactly this tag, by name.
    pub fn profiles_with_tag(&self, tag: &str) -> Result<Vec<Profile>> {
        self.all(
            "read profiles",
            &format!(
                "SELECT {COLUMNS} FROM profile_tag AS x JOIN profile AS p ON p.id = x.profile_id
                 WHERE x.tag = ?1 AND p.removed_ms IS NULL ORDER BY p.name_key, p.id"
            ),
            [tag],
            from_row,
        )
    }

    fn check_profile_name(&self, id: ProfileId, name: &Name) -> Result<()> {
        let taken = self.first(
            "look for a profile of that name",
            "SELECT 1 FROM profile WHERE name_key = ?1 AND removed_ms IS NULL AND id <> ?2",
            (folded(name.as_str()), Text(id)),
            |_| Ok(()),
        )?;
        taken.map_or(Ok(()), |()| {
            Err(Error::NameTaken {
                what: "profile",
                name: name.to_string(),
            })
        })
    }

    fn check_profile_is_free(&self, id: ProfileId) -> Result<()> {
        let user = self.first(
            "look for runs of a profile",
            "SELECT r.id, p.name FROM run AS r JOIN profile AS p ON p.id = r.profile_id WHERE r.profile_id = ?1
                 AND r.state IN ('queued', 'starting', 'running', 'parked', 'stopping') LIMIT 1",
            [Text(id)],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        user.map_or(Ok(()), |(run, name)| {
            Err(Error::InUse {
                what: "profile",
                name,
                by: format!("run {run}"),
            })
        })
    }
}

impl Writing<'_> {
    /// Keeps a new profile.
    pub fn insert_profile(&mut self, profile: &Profile) -> Result<()> {
        if profile.removed_at.is_none() {
            self.check_profile_name(profile.id, &profile.name)?;
        }
        self.change(
            "keep a profile",
            "INSERT INTO profile (id, name, name_key, browser, proxy, proxy_key, start_urls, tokens, notes, search,
                 created_ms, updated_ms, removed_ms, last_used_ms, overrides, encryption, password_store, cache_limit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            rusqlite::params![
                Text(profile.id),
                profile.name.as_str(),
                folded(profile.name.as_str()),
                &profile.browser,
                profile.proxy.as_ref().map(Name::as_str),
                profile.proxy.as_ref().map(|name| folded(name.as_str())),
                Json(&profile.start_urls),
                Json(&profile.tokens),
                &profile.notes,
                search_of(profile),
                Ms(profile.created_at),
                Ms(profile.updated_at),
                profile.removed_at.map(Ms),
                profile.last_used_at.map(Ms),
                Json(&profile.overrides),
                Word(profile.encryption),
                profile.password_store.map(Word),
                profile.cache_limit.map(u64::cast_signed),
            ],
        )?;
        self.put_tags(profile)?;
        self.record(Fact::ProfileChanged {
            profile: profile.id,
        })
        .map(drop)
    }

    /// Changes what a person decides about a profile. Trash and last use stay as they are.
    pub fn update_profile(&mut self, profile: &Profile) -> Result<()> {
        self.check_profile_name(profile.id, &profile.name)?;
        let changed = self.change(
            "keep a profile",
            "UPDATE profile SET name = ?2, name_key = ?3, browser = ?4, proxy = ?5, proxy_key = ?6, start_urls = ?7,
                 tokens = ?8, notes = ?9, search = ?10, updated_ms = ?11, overrides = ?12,
                 encryption = ?13, password_store = ?14, cache_limit = ?15 WHERE id = ?1",
            (
                Text(profile.id),
                profile.name.as_str(),
                folded(profile.name.as_str()),
                &profile.browser,
                profile.proxy.as_ref().map(Name::as_str),
                profile.proxy.as_ref().map(|name| folded(name.as_str())),
                Json(&profile.start_urls),
                Json(&profile.tokens),
                &profile.notes,
                search_of(profile),
                Ms(profile.updated_at),
                Json(&profile.overrides),
                Word(profile.encryption),
                profile.password_store.map(Word),
                profile.cache_limit.map(u64::cast_signed),
            ),
        )?;
        if changed == 0 {
            return Err(Error::not_found("profile", profile.id));
        }
        self.put_tags(profile)?;
        self.renew_tags(profile.id)?;
        self.record(Fact::ProfileChanged {
            profile: profile.id,
        })
        .map(drop)
    }

    /// Puts profiles into the trash, all or none. One that a live run uses, a queued one
    /// included, is refused with [`Error::InUse`].
    pub fn remove_profiles(&mut self, profiles: &[ProfileId], at: Timestamp) -> Result<()> {
        for id in profiles {
            self.check_profile_is_free(*id)?;
            let changed = self.change(
                "remove a profile",
                "UPDATE profile SET removed_ms = ?2 WHERE id = ?1 AND removed_ms IS NULL",
                (Text(id), Ms(at)),
            )?;
            if changed == 0 {
                return Err(Error::not_found("profile", id));
            }
            self.record(Fact::ProfileChanged { profile: *id })?;
        }
        Ok(())
    }

    /// Takes profiles out of the trash, all or none. A name that is in use by now is refused
    /// with [`Error::NameTaken`].
    pub fn restore_profiles(&mut self, profiles: &[ProfileId]) -> Result<()> {
        for id in profiles {
            let removed = self
                .profile(*id)?
                .filter(|profile| profile.removed_at.is_some());
            let profile = removed.ok_or_else(|| Error::not_found("profile", id))?;
            self.check_profile_name(*id, &profile.name)?;
            self.change(
                "restore a profile",
                "UPDATE profile SET removed_ms = NULL WHERE id = ?1",
                [Text(id)],
            )?;
            self.record(Fact::ProfileChanged { profile: *id })?;
        }
        Ok(())
    }

    /// Notes that the profile's browser was started.
    pub fn touch_profile(&mut self, id: ProfileId, at: Timestamp) -> Result<()> {
        let changed = self.change(
            "note the use of a profile",
            "UPDATE profile SET last_used_ms = ?2 WHERE id = ?1",
            (Text(id), Ms(at)),
        )?;
        if changed == 0 {
            return Err(Error::not_found("profile", id));
        }
        self.record(Fact::ProfileChanged { profile: id }).map(drop)
    }

    fn put_tags(&self, profile: &Profile) -> Result<()> {
        let doing = "keep the tags of a profile";
        self.change(
            doing,
            "DELETE FROM profile_tag WHERE profile_id = ?1",
            [Text(profile.id)],
        )?;
        for tag in &profile.tags {
            self.change(
                doing,
                "INSERT OR IGNORE INTO profile_tag (profile_id, tag) VALUES (?1, ?2)",
                (Text(profile.id), tag),
            )?;
        }
        Ok(())
    }
}

fn search_of(profile: &Profile) -> String {
    folded(&format!(
        "{}\n{}\n{}",
        profile.name,
        profile.notes,
        profile.tags.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use drover_model::{Encryption, Ended, Move, PasswordStore, RunState};

    use super::*;
    use crate::{
        MoveDetail,
        testing::{Database, at, profile, run, task},
    };

    #[test]
    fn a_profile_comes_back_as_it_was() {
        let database = Database::new();
        let full = Profile {
            browser: "/opt/chrome".to_owned(),
            encryption: Encryption::Portable,
            password_store: Some(PasswordStore::GnomeLibsecret),
            cache_limit: Some(50 << 20),
            proxy: Some("EU 1".parse().unwrap()),
            tags: vec!["a".to_owned(), "eu".to_owned()],
            start_urls: vec!["https://example.test/".to_owned()],
            tokens: vec!["shop".parse().unwrap()],
            notes: "two\nlines".to_owned(),
            overrides: drover_model::overrides::Overrides {
                language: Some("de-DE".to_owned()),
                ..Default::default()
            },
            last_used_at: Some(at(5)),
            ..profile(1, "Änna")
        };
        let mut writing = database.writing();
        writing.insert_profile(&full).unwrap();
        assert_eq!(writing.profile(full.id).unwrap(), Some(full.clone()));
        assert_eq!(
            writing.find_profile(" äNNA ").unwrap(),
            Some(full.clone()),
            "case counts in no alphabet"
        );
        assert_eq!(
            writing.find_profile(&full.id.to_string()).unwrap(),
            Some(full.clone())
        );
        assert_eq!(
            writing.profiles_with_tag("eu").unwrap(),
            std::slice::from_ref(&full)
        );
        assert_eq!(writing.profiles_with_tag("EU").unwrap(), []);
        let plain = Profile {
            last_used_at: Some(at(6)),
            updated_at: at(7),
            ..profile(1, "anna")
        };
        writing.update_profile(&plain).unwrap();
        writing.touch_profile(plain.id, at(6)).unwrap();
        assert_eq!(writing.profile(full.id).unwrap(), Some(plain));
        assert_eq!(writing.profiles_with_tag("eu").unwrap(), []);
        assert_eq!(writing.events.len(), 3);
    }

    #[test]
    fn names_are_unique_among_the_living() {
        let database = Database::new();
        let mut writing = database.writing();
        let (first, second) = (profile(1, "anna"), profile(2, "ANNA"));
        writing.insert_profile(&first).unwrap();
        let taken = writing.insert_profile(&second).unwrap_err();
        assert!(
            matches!(
                taken,
                Error::NameTaken {
                    what: "profile",
                    ..
                }
            ),
            "{taken}"
        );
        writing.remove_profiles(&[first.id], at(1)).unwrap();
        assert_eq!(
            writing.find_profile("anna").unwrap(),
            None,
            "the trash is found by id alone"
        );
        assert!(
            writing
                .find_profile(&first.id.to_string())
                .unwrap()
                .is_some()
        );
        writing.insert_profile(&second).unwrap();
        let taken = writing.restore_profiles(&[first.id]).unwrap_err();
        assert!(matches!(taken, Error::NameTaken { .. }), "{taken}");
        writing.remove_profiles(&[second.id], at(2)).unwrap();
        writing.restore_profiles(&[first.id]).unwrap();
        assert_eq!(writing.find_profile("anna").unwrap(), Some(first));
        assert!(matches!(
            writing.restore_profiles(&[ProfileId::from_bits(9)]),
            Err(Error::NotFound { .. })
        ));
    }

    #[test]
    fn a_profile_in_use_is_shown_and_kept() {
        let database = Database::new();
        let mut writing = database.writing();
        let anna = profile(1, "anna");
        writing.insert_profile(&anna).unwrap();
        writing.insert_task(&task(1, "t")).unwrap();
        let new = run(1, Some(1));
        writing.insert_run(&new).unwrap();
        let refused = writing.remove_profiles(&[anna.id], at(1)).unwrap_err();
        assert!(
            matches!(&refused, Error::InUse { by, .. } if by.contains(&new.id.to_string())),
            "{refused}"
        );
        writing.claim(new.id, at(2), "m").unwrap().unwrap();
        assert_eq!(
            writing.profile(anna.id).unwrap().unwrap().in_use_by,
            Some(new.id)
        );
        let failed = Move::End {
            ended: Ended::Failed,
        };
        writing
            .advance(new.id, 1, failed, MoveDetail::at(at(3)))
            .unwrap();
        let after = writing.profile(anna.id).unwrap().unwrap();
        assert_eq!(
            (after.in_use_by, after.last_result),
            (None, Some(RunState::Failed))
        );
        writing.remove_profiles(&[anna.id], at(4)).unwrap();
    }
}

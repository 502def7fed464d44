//! Table `proxy`. A password is in the keychain, never here.

use std::collections::BTreeMap;

use drover_model::{ChangeLink, Fact, LimitKind, Name, Proxy, ProxyId, Span};
use jiff::Timestamp;
use rusqlite::Row;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Count, Ms, Text, folded},
    table::proxy_health::health_from_row,
};

const COLUMNS: &str = "id, name, address, user, has_password, rules, change_pause_ms, change_called_ms, created_ms, \
     updated_ms, checked_ms, exit, connect_ms, first_byte_ms, failure, message, hint";

const FROM: &str = "proxy LEFT JOIN proxy_health ON proxy_id = id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Proxy> {
    Ok(Proxy {
        id: row.get::<_, Text<_>>("id")?.0,
        name: row.get::<_, Text<_>>("name")?.0,
        address: row.get::<_, Text<_>>("address")?.0,
        user: row.get("user")?,
        has_password: row.get("has_password")?,
        rules: row.get::<_, Text<_>>("rules")?.0,
        change_link: change_link(row)?,
        health: health_from_row(row)?,
        used_by: Vec::new(),
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("updated_ms")?.0,
    })
}

fn change_link(row: &Row<'_>) -> rusqlite::Result<Option<ChangeLink>> {
    let pause: Option<Count> = row.get("change_pause_ms")?;
    let called_at: Option<Ms> = row.get("change_called_ms")?;
    Ok(pause.map(|pause| ChangeLink {
        pause: Span::milliseconds(pause.0),
        called_at: called_at.map(|called| called.0),
    }))
}

/// Whether the provider's link may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressChange {
    /// Yes, and the call is noted.
    Noted,
    /// No; it was called then.
    TooEarly { called_at: Timestamp },
}

impl Snapshot<'_> {
    /// The proxy of that id.
    pub fn proxy(&self, id: ProxyId) -> Result<Option<Proxy>> {
        let proxy = self.first(
            "read a proxy",
            &format!("SELECT {COLUMNS} FROM {FROM} WHERE id = ?1"),
            [Text(id)],
            from_row,
        )?;
        proxy.map(|proxy| self.with_users(proxy)).transpose()
    }

    /// The proxy that a person means: by id or by name, without regard to case.
    pub fn find_proxy(&self, text: &str) -> Result<Option<Proxy>> {
        let proxy = self.first(
            "read a proxy",
            &format!("SELECT {COLUMNS} FROM {FROM} WHERE id = ?1 OR name_key = ?2 ORDER BY id = ?1 DESC LIMIT 1"),
            (text.trim().to_uppercase(), folded(text)),
            from_row,
        )?;
        proxy.map(|proxy| self.with_users(proxy)).transpose()
    }

    /// All proxies, by name, with the living profiles that use them.
    pub fn proxies(&self) -> Result<Vec<Proxy>> {
        let mut users: BTreeMap<String, Vec<Name>> = BTreeMap::new();
        let pairs = self.all(
            "read the users of proxies",
            "SELECT proxy_key, name FROM profile WHERE proxy_key IS NOT NULL AND removed_ms IS NULL ORDER BY name_key",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Text<Name>>(1)?.0)),
        )?;
        for (proxy, user) in pairs {
            users.entry(proxy).or_default().push(user);
        }
        let mut proxies = self.all(
            "read proxies",
            &format!("SELECT {COLUMNS} FROM {FROM} ORDER BY name_key"),
            [],
            from_row,
        )?;
        for proxy in &mut proxies {
            proxy.used_by = users
                .remove(&folded(proxy.name.as_str()))
                .unwrap_or_default();
        }
        Ok(proxies)
    }

    fn with_users(&self, proxy: Proxy) -> Result<Proxy> {
        let used_by = self.all(
            "read the users of a proxy",
            "SELECT name FROM profile WHERE proxy_key = ?1 AND removed_ms IS NULL ORDER BY name_key",
            [folded(proxy.name.as_str())],
            |row| Ok(row.get::<_, Text<Name>>(0)?.0),
        )?;
        Ok(Proxy { used_by, ..proxy })
    }
}

impl Writing<'_> {
    /// Keeps a proxy, new or in place of the one with that id. Profiles that use it follow
    /// a new name, those in the trash too. Without health, what was found before is forgotten; with it, it stays.
    pub fn put_proxy(&mut self, proxy: &Proxy) -> Result<()> {
        let key = folded(proxy.name.as_str());
        let owner = self.first(
            "look for a proxy of that name",
            "SELECT 1 FROM proxy WHERE name_key = ?1 AND id <> ?2",
            (&key, Text(proxy.id)),
            |_| Ok(()),
        )?;
        if owner.is_some() {
            return Err(Error::NameTaken {
                what: "proxy",
                name: proxy.name.to_string(),
            });
        }
        let before = self.proxy(proxy.id)?;
        self.change(
            "keep a proxy",
            "INSERT INTO proxy (id, name, name_key, address, user, has_password, created_ms, updated_ms, rules,
                 change_pause_ms, change_called_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
                 address = excluded.address, user = excluded.user, has_password = excluded.has_password,
                 updated_ms = excluded.updated_ms, rules = excluded.rules,
                 change_pause_ms = excluded.change_pause_ms, change_called_ms = excluded.change_called_ms",
            (
                Text(proxy.id),
                proxy.name.as_str(),
                &key,
                Text(&proxy.address),
                proxy.user.as_deref(),
                proxy.has_password,
                Ms(proxy.created_at),
                Ms(proxy.updated_at),
                Text(&proxy.rules),
                proxy.change_link.map(|link| Count(link.pause.as_milliseconds())),
                proxy.change_link.and_then(|link| link.called_at).map(Ms),
            ),
        )?;
        if proxy.health.is_none() {
            self.forget_health(proxy.id)?;
        }
        if let Some(before) = before.filter(|before| before.name != proxy.name) {
            self.rename_in_profiles(&before.name, &proxy.name)?;
            self.rename_limit(LimitKind::Proxy, &before.name, &proxy.name)?;
        }
        self.record(Fact::ProxyChanged { proxy: proxy.id })
            .map(drop)
    }

    /// Keeps a changed proxy in place of the one that was saved at `before`.
    ///
    /// # Errors
    /// [`Error::Changed`] when it was removed or saved by somebody else since then.
    pub fn replace_proxy(&mut self, proxy: &Proxy, before: Timestamp) -> Result<()> {
        let known = self.proxy(proxy.id)?;
        if known.is_none_or(|known| known.updated_at.as_millisecond() != before.as_millisecond()) {
            return Err(Error::Changed {
                what: "proxy",
                name: proxy.name.to_string(),
            });
        }
        self.put_proxy(proxy)
    }

    /// Notes that the provider's link is called at `now`, if the last call is long enough ago. What was found about the
    /// proxy is no longer true then, and pools leave it out for a while.
    pub fn note_address_change(&mut self, id: ProxyId, now: Timestamp) -> Result<AddressChange> {
        let link = self.proxy(id)?.and_then(|proxy| proxy.change_link);
        let link = link.ok_or_else(|| Error::not_found("proxy", id))?;
        let again = link
            .called_at
            .and_then(|called| called.checked_add(link.pause.duration()).ok());
        if let Some(called_at) = link
            .called_at
            .filter(|_| again.is_none_or(|again| again > now))
        {
            return Ok(AddressChange::TooEarly { called_at });
        }
        self.change(
            "note the change of an address",
            "UPDATE proxy SET change_called_ms = ?2, updated_ms = max(updated_ms + 1, ?2) WHERE id = ?1",
            (Text(id), Ms(now)),
        )?;
        self.forget_health(id)?;
        self.proxy_address_changed(id, link.pause, now)?;
        self.record(Fact::ProxyChanged { proxy: id })?;
        Ok(AddressChange::Noted)
    }

    /// Forgets a proxy. One that living profiles use, or that is a member of a pool, is refused with [`Error::InUse`].
    pub fn delete_proxy(&mut self, id: ProxyId) -> Result<()> {
        let proxy = self
            .proxy(id)?
            .ok_or_else(|| Error::not_found("proxy", id))?;
        if !proxy.used_by.is_empty() {
            let users: Vec<_> = proxy
                .used_by
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            return Err(Error::InUse {
                what: "proxy",
                name: proxy.name.to_string(),
                by: users.join(", "),
            });
        }
        let pools = self.pools_of(id)?;
        if !pools.is_empty() {
            let pools: Vec<_> = pools.iter().map(|name| format!("pool `{name}`")).collect();
            return Err(Error::InUse {
                what: "proxy",
                name: proxy.name.to_string(),
                by: pools.join(", "),
            });
        }
        self.change(
            "forget a proxy",
            "DELETE FROM proxy WHERE id = ?1",
            [Text(id)],
        )?;
        self.record(Fact::ProxyChanged { proxy: id }).map(drop)
    }

    fn rename_in_profiles(&mut self, from: &Name, to: &Name) -> Result<()> {
        let users = self.all(
            "read the users of a proxy",
            "SELECT id FROM profile WHERE proxy_key = ?1",
            [folded(from.as_str())],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )?;
        for profile in users {
            self.change(
                "rename a proxy in a profile",
                "UPDATE profile SET proxy = ?2, proxy_key = ?3 WHERE id = ?1",
                (Text(profile), to.as_str(), folded(to.as_str())),
            )?;
            self.record(Fact::ProfileChanged { profile })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Profile;

    use super::*;
    use crate::testing::{Database, at, profile, proxy};

    #[test]
    fn a_proxy_is_found_renamed_and_kept_while_used() {
        let database = Database::new();
        let mut writing = database.writing();
        let mut eu = proxy(1, "eu-1");
        writing.put_proxy(&eu).unwrap();
        assert_eq!(writing.find_proxy("EU-1").unwrap(), Some(eu.clone()));
        assert_eq!(
            writing.find_proxy(&eu.id.to_string()).unwrap(),
            Some(eu.clone())
        );
        assert!(matches!(
            writing.put_proxy(&proxy(2, "EU-1")),
            Err(Error::NameTaken { .. })
        ));
        let anna = Profile {
            proxy: Some("EU-1".parse().unwrap()),
            ..profile(1, "anna")
        };
        writing.insert_profile(&anna).unwrap();
        eu.name = "eu-north".parse().unwrap();
        eu.has_password = false;
        writing.put_proxy(&eu).unwrap();
        eu.used_by = vec![anna.name.clone()];
        assert_eq!(writing.proxies().unwrap(), [eu.clone()]);
        assert_eq!(writing.proxy(eu.id).unwrap(), Some(eu.clone()));
        let follower = writing.profile(anna.id).unwrap().unwrap();
        assert_eq!(
            follower.proxy,
            Some(eu.name.clone()),
            "profiles follow a new name"
        );
        assert!(matches!(
            writing.delete_proxy(eu.id),
            Err(Error::InUse { what: "proxy", .. })
        ));
        writing.update_profile(&profile(1, "anna")).unwrap();
        let before = eu.updated_at;
        eu.updated_at = at(5);
        writing.replace_proxy(&eu, before).unwrap();
        let changed = |result| matches!(result, Err(Error::Changed { what: "proxy", .. }));
        assert!(changed(writing.replace_proxy(&eu, before)), "lost update");
        writing.delete_proxy(eu.id).unwrap();
        assert!(changed(writing.replace_proxy(&eu, at(5))), "it is gone");
        assert_eq!(writing.proxies().unwrap(), []);
    }

    #[test]
    fn the_provider_is_called_once_a_pause() {
        let database = Database::new();
        let mut writing = database.writing();
        let eu = Proxy {
            change_link: Some(ChangeLink {
                pause: Span::seconds(60),
                called_at: None,
            }),
            ..proxy(1, "eu-1")
        };
        writing.put_proxy(&eu).unwrap();
        let noted = AddressChange::Noted;
        assert_eq!(writing.note_address_change(eu.id, at(10)).unwrap(), noted);
        let early = AddressChange::TooEarly { called_at: at(10) };
        assert_eq!(writing.note_address_change(eu.id, at(69)).unwrap(), early);
        assert_eq!(writing.note_address_change(eu.id, at(70)).unwrap(), noted);
        let now = writing.proxy(eu.id).unwrap().unwrap();
        assert_eq!(now.change_link.unwrap().called_at, Some(at(70)));
        assert!(now.updated_at > eu.updated_at);
        writing.delete_proxy(eu.id).unwrap();
        assert!(writing.note_address_change(eu.id, at(200)).is_err());
        assert_eq!(writing.proxies().unwrap(), [], "it is not brought back");
    }
}

//! Table `token`: what Drover knows about secrets. The values are in the keychain.
//!
//! A value and its row cannot be written in one transaction, so both ways have two phases:
//! `pending` → value into the keychain → `ready`, and `ready` → `dead` → value out of the
//! keychain → no row. Whatever is found `pending` or `dead` at start is swept.

use std::collections::BTreeMap;

use drover_model::{Fact, Name, TokenId, TokenName, TokenRef};
use jiff::Timestamp;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Json, Ms, Text, Word, folded},
};

/// How far a token's two-phase write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPhase {
    /// The keychain may or may not have the value.
    Pending,
    /// The keychain has the value.
    Ready,
    /// The keychain may or may not have forgotten the value.
    Dead,
}

const COLUMNS: &str =
    "id, name, kind, backend, phase, expires_ms, created_ms, updated_ms, last_used_ms";

fn from_row(row: &Row<'_>) -> rusqlite::Result<TokenRef> {
    let time =
        |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(name)?.map(|at| at.0));
    Ok(TokenRef {
        id: row.get::<_, Text<_>>("id")?.0,
        name: row.get::<_, Text<_>>("name")?.0,
        kind: row.get::<_, Word<_>>("kind")?.0,
        backend: row.get("backend")?,
        expires_at: time("expires_ms")?,
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("updated_ms")?.0,
        last_used_at: time("last_used_ms")?,
        used_by: Vec::new(),
    })
}

impl Snapshot<'_> {
    /// The token that a person means: by id or by name, without regard to case.
    pub fn find_token(&self, text: &str) -> Result<Option<TokenRef>> {
        let token = self.first(
            "read a token",
            &format!(
                "SELECT {COLUMNS} FROM token WHERE phase = 'ready' AND (id = ?1 OR name_key = ?2)
                 ORDER BY id = ?1 DESC LIMIT 1"
            ),
            (text.trim().to_uppercase(), folded(text)),
            from_row,
        )?;
        let Some(mut token) = token else {
            return Ok(None);
        };
        token.used_by = self
            .token_users()?
            .remove(&folded(token.name.as_str()))
            .unwrap_or_default();
        Ok(Some(token))
    }

    /// All tokens whose values are in the keychain, by name, with what refers to them.
    pub fn tokens(&self) -> Result<Vec<TokenRef>> {
        let mut tokens = self.all(
            "read tokens",
            &format!("SELECT {COLUMNS} FROM token WHERE phase = 'ready' ORDER BY name_key"),
            [],
            from_row,
        )?;
        let mut users = self.token_users()?;
        for token in &mut tokens {
            token.used_by = users
                .remove(&folded(token.name.as_str()))
                .unwrap_or_default();
        }
        Ok(tokens)
    }

    /// The names of those tokens.
    pub fn token_names(&self) -> Result<Vec<TokenName>> {
        self.all(
            "read tokens",
            "SELECT name FROM token WHERE phase = 'ready' ORDER BY name_key",
            [],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// Tokens that a crash left between the two phases, for the sweep at start.
    pub fn pending_tokens(&self) -> Result<Vec<(TokenRef, TokenPhase)>> {
        self.all(
            "read unfinished tokens",
            &format!("SELECT {COLUMNS} FROM token WHERE phase <> 'ready' ORDER BY id"),
            [],
            |row| Ok((from_row(row)?, row.get::<_, Word<_>>("phase")?.0)),
        )
    }

    /// Folded token name → living profiles and tasks that refer to it.
    fn token_users(&self) -> Result<BTreeMap<String, Vec<Name>>> {
        let mut users: BTreeMap<String, Vec<Name>> = BTreeMap::new();
        let profiles = self.all(
            "read the users of tokens",
            "SELECT name, tokens FROM profile WHERE removed_ms IS NULL AND tokens <> '[]' ORDER BY name_key",
            [],
            |row| {
                let tokens = row.get::<_, Json<Vec<TokenName>>>(1)?.0;
                Ok((row.get::<_, Text<Name>>(0)?.0, tokens))
            },
        )?;
        let tasks = self.tasks_by_name(false)?.into_iter().map(|task| {
            let tokens = task.spec.token_names().cloned().collect();
            (task.spec.name, tokens)
        });
        for (user, tokens) in profiles.into_iter().chain(tasks) {
            for token in tokens {
                let names = users.entry(folded(token.as_str())).or_default();
                if names.last() != Some(&user) {
                    names.push(user.clone());
                }
            }
        }
        Ok(users)
    }
}

impl Writing<'_> {
    /// Keeps a new token as `pending`; its value may go into the keychain after this.
    pub fn begin_token(&mut self, token: &TokenRef) -> Result<()> {
        self.change(
            "keep a token",
            "INSERT INTO token (id, name, name_key, kind, backend, phase, expires_ms, created_ms, updated_ms, last_used_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9)",
            (
                Text(token.id),
                token.name.as_str(),
                folded(token.name.as_str()),
                Word(token.kind),
                &token.backend,
                token.expires_at.map(Ms),
                Ms(token.created_at),
                Ms(token.updated_at),
                token.last_used_at.map(Ms),
            ),
        )
        .map(drop)
    }

    /// The keychain has the value: the token is `ready`. An older one of the same name becomes
    /// `dead` in the same moment; its id is given, so that its value can be forgotten too.
    pub fn finish_token(&mut self, id: TokenId) -> Result<Option<TokenId>> {
        let name: Option<String> = self.first(
            "read a token",
            "SELECT name_key FROM token WHERE id = ?1 AND phase = 'pending'",
            [Text(id)],
            |row| row.get(0),
        )?;
        let name = name.ok_or_else(|| Error::not_found("token", id))?;
        let older = self.first(
            "read a token",
            "SELECT id FROM token WHERE name_key = ?1 AND phase = 'ready'",
            [name],
            |row| Ok(row.get::<_, Text<TokenId>>(0)?.0),
        )?;
        if let Some(older) = older {
            self.entomb_token(older)?;
        }
        self.change(
            "keep a token",
            "UPDATE token SET phase = 'ready' WHERE id = ?1",
            [Text(id)],
        )?;
        self.record(Fact::TokenChanged { token: id })?;
        Ok(older)
    }

    /// Changes kind, expiry and time of a `ready` token whose value was replaced in its place.
    pub fn update_token(&mut self, token: &TokenRef) -> Result<()> {
        let changed = self.change(
            "keep a token",
            "UPDATE token SET kind = ?2, backend = ?3, expires_ms = ?4, updated_ms = ?5 WHERE id = ?1 AND phase = 'ready'",
            (
                Text(token.id),
                Word(token.kind),
                &token.backend,
                token.expires_at.map(Ms),
                Ms(token.updated_at),
            ),
        )?;
        self.told_of_token(token.id, changed)
    }

    /// Takes a token from all lists; its value may be taken from the keychain after this.
    pub fn entomb_token(&mut self, id: TokenId) -> Result<()> {
        let changed = self.change(
            "remove a token",
            "UPDATE token SET phase = 'dead' WHERE id = ?1 AND phase <> 'dead'",
            [Text(id)],
        )?;
        self.told_of_token(id, changed)
    }

    /// Forgets a token whose value is not in the keychain: one that is `pending` or `dead`.
    pub fn drop_token(&mut self, id: TokenId) -> Result<()> {
        self.change(
            "forget a token",
            "DELETE FROM token WHERE id = ?1 AND phase <> 'ready'",
            [Text(id)],
        )
        .map(drop)
    }

    /// Notes that the value was handed out.
    pub fn touch_token(&mut self, id: TokenId, at: Timestamp) -> Result<()> {
        let changed = self.change(
            "note the use of a token",
            "UPDATE token SET last_used_ms = ?2 WHERE id = ?1 AND phase = 'ready'",
            (Text(id), Ms(at)),
        )?;
        self.told_of_token(id, changed)
    }

    fn told_of_token(&mut self, token: TokenId, changed: usize) -> Result<()> {
        if changed == 0 {
            return Err(Error::not_found("token", token));
        }
        self.record(Fact::TokenChanged { token }).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Profile;

    use super::*;
    use crate::testing::{Database, at, profile, task, token};

    #[test]
    fn a_token_is_seen_between_its_two_phases_alone() {
        let database = Database::new();
        let mut writing = database.writing();
        let mut shop = token(1, "shop");
        writing.begin_token(&shop).unwrap();
        assert_eq!(writing.find_token("shop").unwrap(), None);
        assert_eq!(
            writing.pending_tokens().unwrap(),
            [(shop.clone(), TokenPhase::Pending)]
        );
        assert_eq!(writing.finish_token(shop.id).unwrap(), None);
        assert_eq!(writing.find_token("SHOP").unwrap(), Some(shop.clone()));
        assert!(matches!(
            writing.finish_token(shop.id),
            Err(Error::NotFound { .. })
        ));
        writing.drop_token(shop.id).unwrap();
        assert_eq!(
            writing.token_names().unwrap(),
            [shop.name.clone()],
            "one that is ready is not dropped"
        );
        writing.touch_token(shop.id, at(9)).unwrap();
        shop.last_used_at = Some(at(9));
        shop.expires_at = None;
        writing.update_token(&shop).unwrap();
        assert_eq!(writing.tokens().unwrap(), [shop.clone()]);
        writing.entomb_token(shop.id).unwrap();
        assert_eq!(writing.tokens().unwrap(), []);
        assert_eq!(
            writing.pending_tokens().unwrap(),
            [(shop.clone(), TokenPhase::Dead)]
        );
        writing.drop_token(shop.id).unwrap();
        assert_eq!(writing.pending_tokens().unwrap(), []);
    }

    #[test]
    fn a_new_value_takes_the_place_of_the_old_one_at_once() {
        let database = Database::new();
        let mut writing = database.writing();
        for number in [1, 2] {
            writing.begin_token(&token(number, "shop")).unwrap();
            let older = writing.finish_token(TokenId::from_bits(number)).unwrap();
            assert_eq!(older, (number == 2).then(|| TokenId::from_bits(1)));
        }
        assert_eq!(writing.tokens().unwrap(), [token(2, "shop")]);
        assert_eq!(
            writing.pending_tokens().unwrap(),
            [(token(1, "shop"), TokenPhase::Dead)]
        );
    }

    #[test]
    fn users_are_named() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.begin_token(&token(1, "shop")).unwrap();
        writing.finish_token(TokenId::from_bits(1)).unwrap();
        writing.insert_task(&task(1, "check")).unwrap();
        let anna = Profile {
            tokens: vec!["shop".parse().unwrap()],
            ..profile(1, "anna")
        };
        writing.insert_profile(&anna).unwrap();
        let users: Vec<Name> = vec!["anna".parse().unwrap(), "check".parse().unwrap()];
        assert_eq!(writing.tokens().unwrap()[0].used_by, users);
        assert_eq!(writing.find_token("shop").unwrap().unwrap().used_by, users);
    }
}

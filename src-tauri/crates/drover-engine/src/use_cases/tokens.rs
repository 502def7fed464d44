//! Tokens: name, kind and reference here, the value in the keychain.

use drover_model::{
    Caller, Code, CommandError, TokenId, TokenName, TokenRef,
    request::{ListTokens, RemoveToken, SetToken},
};
use drover_vault::{Backend, Reference};
use secrecy::SecretString;

use crate::{Engine, Error, Result, error::Doing as _};

/// An error for a token that is not there.
pub(crate) fn no_token(name: &str) -> CommandError {
    CommandError::new(Code::TokenNotFound, format!("no token named `{name}`"))
        .hint("`drover-cli token list` shows them.")
        .field("token")
}

impl Engine {
    pub async fn list_tokens(&self, _by: Caller, _req: ListTokens) -> Result<Vec<TokenRef>> {
        self.rooms()
            .store
            .read(|db| db.tokens())
            .await
            .doing("list the tokens")
    }

    /// Two phases: the row as pending, the value in the keychain, the row as ready. A crash in
    /// between leaves a pending row, which the next start removes.
    pub async fn set_token(&self, by: Caller, req: SetToken) -> Result<TokenRef> {
        let name: TokenName = req
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| {
                CommandError::new(Code::Invalid, format!("`name`: {error}")).field("name")
            })?;
        let value = req.value.expose();
        if value.is_empty() {
            return Err(
                CommandError::new(Code::Invalid, "`value`: a value is needed")
                    .field("value")
                    .into(),
            );
        }
        let (known, now) = (name.clone(), self.rooms().now());
        let before = self
            .rooms()
            .store
            .read(move |db| db.find_token(known.as_str()))
            .await
            .doing("read the token")?;
        let token = TokenRef {
            // A new value has a new entry: the old one stays good until the new one is in its place.
            id: TokenId::from_bits(self.rooms().new_id.bits(now)),
            name,
            kind: req.kind,
            backend: self.rooms().vault().backend().to_string(),
            expires_at: req.expires_at,
            created_at: before.as_ref().map_or(now, |before| before.created_at),
            updated_at: now,
            last_used_at: before.as_ref().and_then(|before| before.last_used_at),
            used_by: before
                .as_ref()
                .map(|before| before.used_by.clone())
                .unwrap_or_default(),
        };
        let (row, id) = (token.clone(), token.id);
        self.rooms()
            .store
            .write(now, by, move |tx| tx.begin_token(&row))
            .await
            .doing("note the token")?;
        let value = SecretString::from(value);
        if let Err(error) = self
            .put_secret(
                &format!("store token `{}`", token.name),
                &id.to_string(),
                value,
            )
            .await
        {
            self.rooms()
                .store
                .write(now, by, move |tx| tx.drop_token(id))
                .await
                .doing("take back the token")?;
            return Err(error);
        }
        let older = self
            .rooms()
            .store
            .write(now, by, move |tx| tx.finish_token(id))
            .await
            .doing("save the token")?;
        if let (Some(older), Some(before)) = (older, before) {
            self.forget_token(older, before.backend).await;
        }
        Ok(token)
    }

    pub async fn remove_token(&self, by: Caller, req: RemoveToken) -> Result<()> {
        let name = req.token.clone();
        let token = self
            .rooms()
            .store
            .read(move |db| db.find_token(&req.token))
            .await
            .doing("read the token")?;
        let token = token.ok_or_else(|| no_token(&name))?;
        if !token.used_by.is_empty() {
            let users: Vec<_> = token
                .used_by
                .iter()
                .map(|user| format!("`{user}`"))
                .collect();
            let message = format!("token `{}` is used by {}", token.name, users.join(", "));
            return Err(CommandError::new(Code::InUse, message)
                .hint("Take it out there first.")
                .into());
        }
        let (id, now) = (token.id, self.rooms().now());
        self.rooms()
            .store
            .write(now, by, move |tx| tx.entomb_token(id))
            .await
            .doing("remove the token")?;
        self.forget_token(id, token.backend).await;
        Ok(())
    }

    /// Takes a dead token's value out of the keychain. Where that fails the row stays a
    /// tombstone, and the next start tries again.
    async fn forget_token(&self, id: TokenId, backend: String) {
        let reference = Reference::new(Backend::stored(backend), id.to_string());
        let gone = match self.rooms().vault().remove(&reference).await {
            Ok(()) | Err(drover_vault::Error::NotFound { .. }) => true,
            // The memory of an earlier session is gone by itself.
            Err(drover_vault::Error::BackendChanged { .. }) => reference.backend == Backend::MEMORY,
            Err(error) => {
                tracing::warn!(%error, "failed to remove a value from the keychain; the next start tries again");
                false
            }
        };
        if gone
            && let Err(error) = self
                .rooms()
                .store
                .write(self.rooms().now(), Caller::Drover, move |tx| {
                    tx.drop_token(id)
                })
                .await
        {
            tracing::warn!(%error, "failed to forget a token");
        }
    }

    /// Finishes what a crash left half done: pending tokens and tombstones go, in the keychain too.
    pub(crate) async fn finish_tokens(&self) {
        let Ok(pending) = self.rooms().store.read(|db| db.pending_tokens()).await else {
            return;
        };
        if pending.is_empty() {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            engine.rooms().vault().probe().await;
            for (token, _) in pending {
                engine.forget_token(token.id, token.backend).await;
            }
        });
    }

    /// Puts a value into the keychain in use.
    pub(crate) async fn put_secret(
        &self,
        doing: &str,
        entry: &str,
        value: SecretString,
    ) -> Result<()> {
        let vault = self.rooms().vault();
        let reference = vault.reference(entry);
        vault
            .put(&reference, value)
            .await
            .map_err(|source| Error::Vault {
                doing: doing.to_owned(),
                source,
            })
    }

    /// Removes a value that nothing refers to any more. A failure leaves it in the keychain, unused.
    pub(crate) async fn forget_secret(&self, entry: &str) {
        let vault = self.rooms().vault();
        if let Err(error) = vault.remove(&vault.reference(entry)).await {
            tracing::warn!(%error, "failed to remove a value from the keychain");
        }
    }
}

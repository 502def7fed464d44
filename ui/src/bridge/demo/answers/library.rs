//! Answers about proxies, tokens and the keychain.

use drover_model::proxy::ChangeLink;
use drover_model::request::{
    GetKeychain, KeepTokensInMemory, ListProxies, ListTokens, RemoveProxy, RemoveToken, SaveProxy,
    SetToken, UnlockKeychain,
};
use drover_model::token::{Keychain, KeychainState};
use drover_model::{Code, CommandError, Fact, Name, Proxy, ProxyId, ProxyUrl, TokenId, TokenRef};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing};

impl World {
    pub(super) fn list_proxies(&mut self, _: ListProxies) -> Outcome<ListProxies> {
        let proxies = self.proxies.iter().map(|proxy| Proxy {
            used_by: self.users_of(&proxy.name),
            ..proxy.clone()
        });
        fine(proxies.collect())
    }

    pub(super) fn users_of(&self, proxy: &Name) -> Vec<Name> {
        let living = self
            .profiles
            .iter()
            .filter(|profile| profile.removed_at.is_none());
        living
            .filter(|profile| profile.proxy.as_ref() == Some(proxy))
            .map(|profile| profile.name.clone())
            .collect()
    }

    pub(super) fn save_proxy(&mut self, request: SaveProxy) -> Outcome<SaveProxy> {
        let bad =
            |field: &str, message: String| CommandError::new(Code::Invalid, message).field(field);
        let name: Name = request
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| bad("name", error.to_string()))?;
        let url: ProxyUrl = request
            .url
            .expose()
            .parse()
            .map_err(|error: drover_model::proxy::BadProxy| bad("url", error.to_string()))?;
        let id = match request.id {
            Some(id) => id,
            None => ProxyId::from_bits(self.fresh()),
        };
        let old = self.proxies.iter().find(|proxy| proxy.id == id).cloned();
        let keeps = old.as_ref().filter(|_| !request.clear_login);
        let proxy = Proxy {
            id,
            name,
            address: url.address,
            has_password: url.password.is_some() || keeps.is_some_and(|old| old.has_password),
            user: url.user.or_else(|| keeps.and_then(|old| old.user.clone())),
            rules: match &request.rules {
                Some(text) => text
                    .parse()
                    .map_err(|error: drover_model::proxy::BadRule| {
                        bad("rules", error.to_string())
                    })?,
                None => old
                    .as_ref()
                    .map(|old| old.rules.clone())
                    .unwrap_or_default(),
            },
            change_link: match request.change_link {
                Some(text) => (!text.expose().is_empty()).then(|| ChangeLink {
                    pause: request.change_pause.unwrap_or(ChangeLink::PAUSE),
                    called_at: None,
                }),
                None => old.as_ref().and_then(|old| old.change_link),
            },
            health: old.as_ref().and_then(|old| old.health.clone()),
            used_by: Vec::new(),
            created_at: old.as_ref().map_or(self.now, |old| old.created_at),
            updated_at: self.now,
        };
        self.proxies.retain(|other| other.id != id);
        self.proxies.push(proxy.clone());
        self.proxies.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((proxy, vec![Fact::ProxyChanged { proxy: id }]))
    }

    pub(super) fn remove_proxy(&mut self, request: RemoveProxy) -> Outcome<RemoveProxy> {
        let found = self.proxies.iter().find(|proxy| {
            proxy.id.to_string() == request.proxy || proxy.name.as_str() == request.proxy
        });
        let proxy = found
            .cloned()
            .ok_or_else(|| missing(Code::ProxyNotFound, "proxy", &request.proxy))?;
        let users = self.users_of(&proxy.name);
        if let Some(first) = users.first() {
            return Err(CommandError::new(
                Code::InUse,
                format!(
                    "proxy `{}` is used by `{first}` and {} others",
                    proxy.name,
                    users.len() - 1
                ),
            )
            .hint("give these profiles another proxy first"));
        }
        self.proxies.retain(|other| other.id != proxy.id);
        Ok(((), vec![Fact::ProxyChanged { proxy: proxy.id }]))
    }

    pub(super) fn list_tokens(&mut self, _: ListTokens) -> Outcome<ListTokens> {
        fine(self.tokens.clone())
    }

    pub(super) fn set_token(&mut self, request: SetToken) -> Outcome<SetToken> {
        self.keychain_ready()?;
        let name: drover_model::TokenName =
            request
                .name
                .parse()
                .map_err(|error: drover_model::name::BadName| {
                    CommandError::new(Code::Invalid, error.to_string()).field("name")
                })?;
        let old = self.tokens.iter().find(|token| token.name == name).cloned();
        let id = match &old {
            Some(old) => old.id,
            None => TokenId::from_bits(self.fresh()),
        };
        let token = TokenRef {
            id,
            name,
            kind: request.kind,
            backend: self.keychain.backend.clone(),
            expires_at: request.expires_at,
            created_at: old.as_ref().map_or(self.now, |old| old.created_at),
            updated_at: self.now,
            last_used_at: old.as_ref().and_then(|old| old.last_used_at),
            used_by: old.map(|old| old.used_by).unwrap_or_default(),
        };
        self.tokens.retain(|other| other.id != id);
        self.tokens.push(token.clone());
        self.tokens.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((token, vec![Fact::TokenChanged { token: id }]))
    }

    pub(super) fn keychain_ready(&self) -> Result<(), CommandError> {
        match self.keychain.state {
            KeychainState::Ready => Ok(()),
            KeychainState::Absent => Err(CommandError::new(
                Code::KeychainAbsent,
                "failed to store the token: there is no system keychain",
            )),
            _ => Err(CommandError::new(
                Code::KeychainLocked,
                "failed to store the token: the keychain is locked",
            )
            .hint("press Unlock, then try again")),
        }
    }

    pub(super) fn remove_token(&mut self, request: RemoveToken) -> Outcome<RemoveToken> {
        let found = self.tokens.iter().find(|token| {
            token.id.to_string() == request.token || token.name.as_str() == request.token
        });
        let id = found
            .map(|token| token.id)
            .ok_or_else(|| missing(Code::TokenNotFound, "token", &request.token))?;
        self.tokens.retain(|token| token.id != id);
        Ok(((), vec![Fact::TokenChanged { token: id }]))
    }

    pub(super) fn get_keychain(&mut self, _: GetKeychain) -> Outcome<GetKeychain> {
        fine(self.keychain.clone())
    }

    pub(super) fn unlock_keychain(&mut self, _: UnlockKeychain) -> Outcome<UnlockKeychain> {
        self.keychain.state = KeychainState::Ready;
        Ok((self.keychain.clone(), vec![Fact::KeychainChanged]))
    }

    pub(super) fn keep_tokens_in_memory(
        &mut self,
        _: KeepTokensInMemory,
    ) -> Outcome<KeepTokensInMemory> {
        self.keychain = Keychain {
            state: KeychainState::Ready,
            backend: "memory".into(),
            session_only: true,
        };
        Ok((self.keychain.clone(), vec![Fact::KeychainChanged]))
    }
}

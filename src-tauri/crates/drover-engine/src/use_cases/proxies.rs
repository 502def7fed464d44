//! Proxies. The address is stored, the password goes to the keychain.

use drover_model::{
    Caller, Code, CommandError, Name, Proxy, ProxyId, ProxyUrl,
    request::{ListProxies, RemoveProxy, SaveProxy},
};
use secrecy::SecretString;

use crate::{Engine, Error, Result, error::Doing as _};

/// An error for a proxy that is not there.
pub(crate) fn no_proxy(name: &str) -> CommandError {
    CommandError::new(Code::ProxyNotFound, format!("no proxy named `{name}`"))
        .hint("`drover-cli proxy list` shows them.")
        .field("proxy")
}

impl Engine {
    pub async fn list_proxies(&self, _by: Caller, _req: ListProxies) -> Result<Vec<Proxy>> {
        self.rooms()
            .store
            .read(|db| db.proxies())
            .await
            .doing("list the proxies")
    }

    pub async fn save_proxy(&self, by: Caller, req: SaveProxy) -> Result<Proxy> {
        let invalid = |field: &str, error: String| {
            Error::from(
                CommandError::new(Code::Invalid, format!("`{field}`: {error}")).field(field),
            )
        };
        let name: Name = req
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| invalid("name", error.to_string()))?;
        let url: ProxyUrl = req
            .url
            .expose()
            .parse()
            .map_err(|error: drover_model::proxy::BadProxy| invalid("url", error.to_string()))?;
        let now = self.rooms().now();
        let before = self.proxy_before(req.id).await?;
        let id = before.as_ref().map_or_else(
            || ProxyId::from_bits(self.rooms().new_id.bits(now)),
            |before| before.id,
        );
        // An edit that repeats no login keeps the known one.
        let keeps = url.user.is_none() && !req.clear_login;
        let kept = before.as_ref().filter(|_| keeps);
        let proxy = Proxy {
            id,
            name,
            address: url.address.clone(),
            user: url
                .user
                .clone()
                .or_else(|| kept.and_then(|before| before.user.clone())),
            has_password: url.password.is_some() || kept.is_some_and(|before| before.has_password),
            used_by: before
                .as_ref()
                .map(|before| before.used_by.clone())
                .unwrap_or_default(),
            created_at: before.as_ref().map_or(now, |before| before.created_at),
            updated_at: now,
        };
        if let Some(password) = url.password {
            self.put_secret(
                &format!("store the password of proxy `{}`", proxy.name),
                &id.to_string(),
                SecretString::from(password),
            )
            .await?;
        }
        let stored = proxy.clone();
        self.rooms()
            .store
            .write(now, by, move |tx| tx.put_proxy(&stored))
            .await
            .doing("save the proxy")?;
        if before.is_some_and(|before| before.has_password) && !proxy.has_password {
            self.forget_secret(&id.to_string()).await;
        }
        Ok(proxy)
    }

    async fn proxy_before(&self, id: Option<ProxyId>) -> Result<Option<Proxy>> {
        let Some(id) = id else { return Ok(None) };
        let proxy = self
            .rooms()
            .store
            .read(move |db| db.find_proxy(&id.to_string()))
            .await
            .doing("read the proxy")?;
        proxy
            .map(Some)
            .ok_or_else(|| no_proxy(&id.to_string()).into())
    }

    pub async fn remove_proxy(&self, by: Caller, req: RemoveProxy) -> Result<()> {
        let name = req.proxy.clone();
        let proxy = self
            .rooms()
            .store
            .read(move |db| db.find_proxy(&req.proxy))
            .await
            .doing("read the proxy")?;
        let proxy = proxy.ok_or_else(|| no_proxy(&name))?;
        let (id, now) = (proxy.id, self.rooms().now());
        self.rooms()
            .store
            .write(now, by, move |tx| tx.delete_proxy(id))
            .await
            .doing("remove the proxy")?;
        if proxy.has_password {
            self.forget_secret(&proxy.id.to_string()).await;
        }
        Ok(())
    }
}

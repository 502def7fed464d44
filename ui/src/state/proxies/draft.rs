//! The proxy that is being made or changed.

use drover_model::request::SaveProxy;
use drover_model::token::SecretText;
use drover_model::{FieldErrors, Name, Proxy, ProxyAddress, ProxyId, ProxyUrl, Span};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyDraft {
    /// None for a new one.
    pub id: Option<ProxyId>,
    pub name: String,
    pub address: String,
    pub user: String,
    pub password: String,
    /// Drop the login that is stored.
    pub clear_login: bool,
    /// The provider's link for another address; an empty one keeps what is stored.
    pub link: String,
    /// Drop the link that is stored.
    pub clear_link: bool,
    /// The least time between two calls of it, as it is typed.
    pub pause: String,
    /// End the connections that stand.
    pub cut: bool,
}

impl ProxyDraft {
    /// What is known of a stored proxy; its password is not.
    pub fn of(proxy: &Proxy) -> Self {
        Self {
            id: Some(proxy.id),
            name: proxy.name.to_string(),
            address: proxy.address.to_string(),
            user: proxy.user.clone().unwrap_or_default(),
            pause: proxy
                .change_link
                .map(|link| link.pause.to_string())
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Takes a pasted address apart, so that the login moves into its own fields.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        if let Ok(url) = self.address.parse::<ProxyUrl>()
            && let Some(user) = url.user
        {
            self.address = url.address.to_string();
            self.user = user;
            self.password = url.password.unwrap_or_default();
        }
        self
    }

    /// What is to be sent, or what is wrong.
    pub fn request(&self) -> Result<SaveProxy, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("name", self.name.parse::<Name>());
        let address = errors.take("url", self.address.parse::<ProxyAddress>());
        if self.user.trim().is_empty() && !self.password.is_empty() {
            errors.add("user", "a password needs a user name");
        }
        let pause = match self.pause.trim() {
            "" => None,
            text => errors.take("change_pause", text.parse::<Span>()),
        };
        errors.finish()?;
        let address = address
            .map(|address| address.to_string())
            .unwrap_or_default();
        let login = if self.password.is_empty() && self.keeps_stored_login() {
            String::new()
        } else {
            self.login()
        };
        let url = address.replacen("://", &format!("://{login}"), 1);
        Ok(SaveProxy {
            id: self.id,
            name: self.name.trim().to_owned(),
            url: SecretText::new(url),
            clear_login: self.clear_login,
            rules: None, // edited on the proxy's own page; without them they stay
            change_link: self.new_link(),
            change_pause: pause,
            cut: self.cut,
        })
    }

    /// An empty text takes the stored one away.
    fn new_link(&self) -> Option<SecretText> {
        let typed = self.link.trim();
        (self.clear_link || !typed.is_empty()).then(|| {
            let text = if self.clear_link { "" } else { typed };
            SecretText::new(text.to_owned())
        })
    }

    /// A stored password is not known here, so an unchanged login is left out and thereby kept.
    fn keeps_stored_login(&self) -> bool {
        self.id.is_some() && !self.clear_login
    }

    fn login(&self) -> String {
        let user = self.user.trim();
        if user.is_empty() || (self.clear_login && self.password.is_empty()) {
            return String::new();
        }
        let password = if self.password.is_empty() {
            String::new()
        } else {
            format!(":{}", encoded(&self.password))
        };
        format!("{}{password}@", encoded(user))
    }
}

/// Percent-encoding of all but the unreserved characters (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(address: &str) -> ProxyDraft {
        ProxyDraft {
            name: "eu-1".into(),
            address: address.into(),
            ..ProxyDraft::default()
        }
    }

    #[test]
    fn a_pasted_login_moves_into_its_fields() {
        let sorted = draft("http://me:p%40ss@eu-1.example:8080").sorted();
        assert_eq!(
            (
                sorted.address.as_str(),
                sorted.user.as_str(),
                sorted.password.as_str()
            ),
            ("http://eu-1.example:8080", "me", "p@ss")
        );
    }

    #[test]
    fn the_login_goes_out_encoded_and_comes_in_the_same() {
        let sent = ProxyDraft {
            user: "me".into(),
            password: "p@:/ß".into(),
            ..draft("socks5://h.example:1080")
        };
        let url: ProxyUrl = sent.request().unwrap().url.expose().parse().unwrap();
        assert_eq!(
            (url.user.as_deref(), url.password.as_deref()),
            (Some("me"), Some("p@:/ß"))
        );
    }

    #[test]
    fn an_unchanged_login_is_left_out() {
        let kept = ProxyDraft {
            id: Some(ProxyId::from_bits(1)),
            user: "me".into(),
            ..draft("http://h.example:8080")
        };
        assert_eq!(
            kept.request().unwrap().url.expose(),
            "http://h.example:8080",
            "the engine keeps the known login"
        );
    }

    #[test]
    fn a_link_is_kept_changed_or_dropped() {
        let link = |link: &str, clear_link| {
            let draft = ProxyDraft {
                link: link.into(),
                clear_link,
                ..draft("http://h.example:8080")
            };
            draft.request().unwrap().change_link.map(SecretText::expose)
        };
        assert_eq!(link(" ", false), None, "the stored one stays");
        assert_eq!(
            link("https://x.example/c ", false).as_deref(),
            Some("https://x.example/c")
        );
        assert_eq!(link("", true).as_deref(), Some(""));
    }

    #[test]
    fn problems_name_their_fields() {
        let errors = ProxyDraft {
            password: "x".into(),
            pause: "often".into(),
            ..draft("ftp://h")
        }
        .request()
        .unwrap_err();
        assert!(
            errors
                .of("url")
                .is_some_and(|message| message.contains("not supported")),
            "{errors}"
        );
        assert!(errors.of("user").is_some(), "{errors}");
        assert!(errors.of("change_pause").is_some(), "{errors}");
        assert!(errors.of("name").is_none(), "{errors}");
    }
}

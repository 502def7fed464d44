//! One cookie with all that is known of it.

use drover_model::{CookieKey, CookieRow, SameSite};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cdp::protocol::{PartitionKey, StoredCookie};

/// A cookie. Its `Debug` output has no value.
#[derive(Clone, Debug)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// The host or domain, in lower case and without a leading dot.
    pub domain: String,
    /// For that host alone, not for its subdomains.
    pub host_only: bool,
    /// Its path, for instance `/`.
    pub path: String,
    /// None for a cookie that ends with the browser.
    pub expires: Option<Timestamp>,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// None when the site did not say, which Chrome treats as `Lax`.
    pub same_site: Option<SameSite>,
    /// `Low`, `Medium` or `High`.
    pub priority: Option<String>,
    /// `Secure`, `NonSecure` or `Unset`.
    pub source_scheme: Option<String>,
    /// The port it was set from.
    pub source_port: Option<i32>,
    /// The site at the top, for a cookie that exists only below it.
    pub partition: Option<PartitionKey>,
}

impl Cookie {
    /// What tells it from all others.
    pub fn key(&self) -> CookieKey {
        CookieKey {
            domain: self.dotted_domain(),
            path: self.path.clone(),
            name: self.name.clone(),
            partition: self
                .partition
                .as_ref()
                .map(|key| key.top_level_site.clone()),
        }
    }

    /// What may be shown of it.
    pub fn row(&self) -> CookieRow {
        let size = self.name.len() + self.value.expose_secret().len();
        CookieRow {
            key: self.key(),
            expires: self.expires,
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            size: size as u64,
        }
    }

    /// The domain as files and browsers write it: with a leading dot when it is for subdomains as well.
    pub(super) fn dotted_domain(&self) -> String {
        if self.host_only {
            self.domain.clone()
        } else {
            format!(".{}", self.domain)
        }
    }

    /// The key as the browser tells cookies apart, which knows more of a partition than its site.
    pub(super) fn identity(&self) -> Identity {
        (self.key(), self.partition.clone())
    }

    /// Whether the browser's cookie says what this one says. A browser shortens expiries to 400 days from the day on
    /// which a cookie was set.
    pub(super) fn is_kept_as(&self, stored: &Self, now: Timestamp) -> bool {
        let expiry = match (self.expires, stored.expires) {
            (None, None) => true,
            (Some(wanted), Some(kept)) => {
                let near = wanted.duration_since(kept).abs() <= SignedDuration::from_secs(1);
                let shortened = wanted > kept && kept.duration_since(now) >= SHORTENED;
                near || shortened
            }
            _ => false,
        };
        expiry
            && self.value.expose_secret() == stored.value.expose_secret()
            && (self.secure, self.http_only, self.same_site)
                == (stored.secure, stored.http_only, stored.same_site)
    }

    /// A cookie of the browser. None for one in a partition that cannot be written down.
    pub(super) fn of_browser(stored: StoredCookie) -> Option<Self> {
        if stored.partition_key_opaque {
            return None;
        }
        let host_only = !stored.domain.starts_with('.');
        Some(Self {
            name: stored.name,
            value: SecretString::from(stored.value),
            domain: stored.domain.trim_start_matches('.').to_owned(),
            host_only,
            path: stored.path,
            expires: instant(stored.expires),
            secure: stored.secure,
            http_only: stored.http_only,
            same_site: stored.same_site.as_deref().and_then(same_site),
            priority: stored.priority,
            source_scheme: stored.source_scheme,
            source_port: stored.source_port,
            partition: stored.partition_key,
        })
    }
}

/// A cookie that expires later than this is as far away as a browser allows.
const SHORTENED: SignedDuration = SignedDuration::from_hours(24 * 399);

/// See [`Cookie::identity`].
pub(super) type Identity = (CookieKey, Option<PartitionKey>);

/// The instant of that many seconds since 1970; none when there is no end. What lies beyond all calendars is far away.
pub(super) fn instant(seconds: f64) -> Option<Timestamp> {
    if seconds.is_nan() || seconds <= 0.0 {
        return None;
    }
    let duration = SignedDuration::try_from_secs_f64(seconds).ok();
    let at = duration.and_then(|duration| Timestamp::from_duration(duration).ok());
    Some(at.unwrap_or(Timestamp::MAX))
}

/// Seconds since 1970.
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

/// The many spellings of one rule. What is not known counts as not said.
pub(super) fn same_site(text: &str) -> Option<SameSite> {
    match text.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" | "no_restriction" => Some(SameSite::None),
        _ => None,
    }
}

/// As Chrome spells it.
pub(super) fn same_site_word(same_site: SameSite) -> &'static str {
    match same_site {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    }
}

//! `Storage.*`: the cookies of a browser context. Nothing here derives `Debug`, because values are sessions.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Asks for all cookies of the default context.
#[derive(Debug, Serialize)]
pub struct GetCookies {}
command!(GetCookies, "Storage.getCookies", Cookies);

/// All cookies.
#[derive(Deserialize)]
pub struct Cookies {
    /// In no order that means anything.
    pub cookies: Vec<StoredCookie>,
}

/// A cookie as the browser keeps it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredCookie {
    /// Its name, which may be empty.
    pub name: String,
    /// Its value.
    pub value: String,
    /// With a leading dot when it is for subdomains as well.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// Seconds since 1970; negative for a cookie that ends with the browser.
    #[serde(default = "never")]
    pub expires: f64,
    /// Hidden from scripts.
    #[serde(default)]
    pub http_only: bool,
    /// Sent over TLS only.
    #[serde(default)]
    pub secure: bool,
    /// `Strict`, `Lax` or `None`; absent when the site did not say.
    pub same_site: Option<String>,
    /// `Low`, `Medium` or `High`.
    pub priority: Option<String>,
    /// `Secure`, `NonSecure` or `Unset`.
    pub source_scheme: Option<String>,
    /// The port it was set from; -1 when that is not known.
    pub source_port: Option<i32>,
    /// The site at the top, for a partitioned cookie.
    pub partition_key: Option<PartitionKey>,
    /// A partition that cannot be written down, and so not be set again.
    #[serde(default)]
    pub partition_key_opaque: bool,
}

fn never() -> f64 {
    -1.0
}

/// Under which site a partitioned cookie exists.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub struct PartitionKey {
    /// Scheme and registrable domain of the page at the top.
    pub top_level_site: String,
    /// Whether a frame of another site lies between the top and the frame that set it.
    #[serde(default)]
    pub has_cross_site_ancestor: bool,
}

/// Sets cookies in the default context. Chrome answers with success also for those it does not keep.
#[derive(Serialize)]
pub struct SetCookies<'a> {
    /// The cookies.
    pub cookies: &'a [CookieParam<'a>],
}
command!(SetCookies<'a>, "Storage.setCookies", Nothing);

/// A cookie to be set.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CookieParam<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Where it seems to come from; without a domain it is for this host alone.
    pub url: &'a str,
    /// With it, the cookie is for subdomains as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<&'a str>,
    /// Its path.
    pub path: &'a str,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// `Strict`, `Lax` or `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<&'a str>,
    /// Seconds since 1970. A time that is past deletes the cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    /// `Low`, `Medium` or `High`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<&'a str>,
    /// `Secure`, `NonSecure` or `Unset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_scheme: Option<&'a str>,
    /// The port it was set from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_port: Option<i32>,
    /// The site at the top, for a partitioned cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<&'a PartitionKey>,
}

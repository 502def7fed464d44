//! `Network.*`: requests under way, and the cookies of one page. Cookies are sessions, so they have no `Debug`.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Turns network events on.
#[derive(Debug, Serialize)]
pub struct NetworkEnable {}
command!(NetworkEnable, "Network.enable", Nothing);

/// `Network.requestWillBeSent`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestWillBeSent {
    /// Its number; a redirect keeps it.
    pub request_id: String,
    /// For instance `XHR` or `EventSource`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What is asked for.
    pub request: SentRequest,
}

/// A request.
#[derive(Debug, Deserialize)]
pub struct SentRequest {
    /// Its address.
    pub url: String,
}

/// `Network.loadingFinished` and `Network.loadingFailed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadingEnded {
    /// Its number.
    pub request_id: String,
}

/// Asks for the cookies that addresses would be sent; those of the page and its frames when none are given.
#[derive(Debug, Serialize)]
pub struct GetPageCookies<'a> {
    /// The addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urls: Option<&'a [&'a str]>,
}
command!(GetPageCookies<'a>, "Network.getCookies", PageCookies);

/// Those cookies.
#[derive(Deserialize)]
pub struct PageCookies {
    /// In no order that means anything.
    pub cookies: Vec<PageCookie>,
}

/// One cookie of a page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its site.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// Seconds since 1970; negative for one that ends with the browser.
    #[serde(default)]
    pub expires: f64,
    /// Hidden from scripts.
    #[serde(default)]
    pub http_only: bool,
    /// Sent over TLS only.
    #[serde(default)]
    pub secure: bool,
    /// `Strict`, `Lax` or `None`.
    pub same_site: Option<String>,
}

/// Sets a cookie.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetPageCookie<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
    /// The address it belongs to, for one without a domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<&'a str>,
    /// Its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// `Strict`, `Lax` or `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<&'a str>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
}
command!(SetPageCookie<'a>, "Network.setCookie", CookieSet);

/// Whether a cookie was taken.
#[derive(Debug, Deserialize)]
pub struct CookieSet {
    /// It was.
    #[serde(default)]
    pub success: bool,
}

/// Deletes one cookie.
#[derive(Debug, Serialize)]
pub struct DeletePageCookie<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its site.
    pub domain: &'a str,
    /// Its path.
    pub path: &'a str,
}
command!(DeletePageCookie<'a>, "Network.deleteCookies", Nothing);

/// Deletes every cookie of the profile.
#[derive(Debug, Serialize)]
pub struct ClearBrowserCookies {}
command!(ClearBrowserCookies, "Network.clearBrowserCookies", Nothing);

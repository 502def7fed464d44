//! `Emulation.*`, and what of other domains overrides need.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Nothing, TargetInfo, command};

/// Attaches to what opens from now on and to what is open.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetAutoAttach {
    /// On or off.
    pub auto_attach: bool,
    /// New targets do nothing until they are let go.
    pub wait_for_debugger_on_start: bool,
    /// Always true, as for [`super::AttachToTarget`].
    pub flatten: bool,
}
command!(SetAutoAttach, "Target.setAutoAttach", Nothing);

/// `Target.attachedToTarget`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachedToTarget {
    /// The new session.
    pub session_id: String,
    /// With what.
    pub target_info: TargetInfo,
    /// Whether it waits to be let go.
    #[serde(default)]
    pub waiting_for_debugger: bool,
}

/// Lets a target go that waits.
#[derive(Debug, Serialize)]
pub struct RunIfWaitingForDebugger {}
command!(
    RunIfWaitingForDebugger,
    "Runtime.runIfWaitingForDebugger",
    Nothing
);

/// The time zone of a page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetTimezoneOverride<'a> {
    /// IANA.
    pub timezone_id: &'a str,
}
command!(
    SetTimezoneOverride<'a>,
    "Emulation.setTimezoneOverride",
    Nothing
);

/// The locale of a page's dates and numbers.
#[derive(Debug, Serialize)]
pub struct SetLocaleOverride<'a> {
    /// ICU, such as `de_DE`.
    pub locale: &'a str,
}
command!(
    SetLocaleOverride<'a>,
    "Emulation.setLocaleOverride",
    Nothing
);

/// Where the device is.
#[derive(Debug, Serialize)]
pub struct SetGeolocationOverride {
    /// In degrees.
    pub latitude: f64,
    /// In degrees.
    pub longitude: f64,
    /// In metres.
    pub accuracy: u32,
}
command!(
    SetGeolocationOverride,
    "Emulation.setGeolocationOverride",
    Nothing
);

/// Lets pages ask without a prompt.
#[derive(Debug, Serialize)]
pub struct GrantPermissions<'a> {
    /// For instance `geolocation`.
    pub permissions: &'a [&'a str],
}
command!(GrantPermissions<'a>, "Browser.grantPermissions", Nothing);

/// The user agent, with the client hints that belong to it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetUserAgentOverride<'a> {
    /// The header and `navigator.userAgent`.
    pub user_agent: &'a str,
    /// The header and `navigator.languages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_language: Option<&'a str>,
    /// `navigator.platform`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<&'a str>,
    /// `navigator.userAgentData` and the `Sec-CH-UA` headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent_metadata: Option<&'a UserAgentMetadata>,
}
command!(
    SetUserAgentOverride<'a>,
    "Emulation.setUserAgentOverride",
    Nothing
);

/// User-agent client hints (<https://wicg.github.io/ua-client-hints/>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAgentMetadata {
    /// Brands with their major versions.
    pub brands: Vec<BrandVersion>,
    /// The same with full versions.
    pub full_version_list: Vec<BrandVersion>,
    /// For instance `Windows`.
    pub platform: String,
    /// For instance `10.0.0`.
    pub platform_version: String,
    /// For instance `x86`.
    pub architecture: String,
    /// Of the device; empty on a desktop.
    pub model: String,
    /// Whether it is a telephone.
    pub mobile: bool,
    /// For instance `64`.
    pub bitness: String,
}

/// One brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrandVersion {
    /// For instance `Chromium`.
    pub brand: String,
    /// Major or full.
    pub version: String,
}

/// The size of a page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetDeviceMetricsOverride {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Device pixels for one CSS pixel.
    pub device_scale_factor: f64,
    /// Whether `<meta name=viewport>` counts.
    pub mobile: bool,
}
command!(
    SetDeviceMetricsOverride,
    "Emulation.setDeviceMetricsOverride",
    Nothing
);

/// A touch screen.
#[derive(Debug, Serialize)]
pub struct SetTouchEmulationEnabled {
    /// On or off.
    pub enabled: bool,
}
command!(
    SetTouchEmulationEnabled,
    "Emulation.setTouchEmulationEnabled",
    Nothing
);

/// What media queries see.
#[derive(Debug, Serialize)]
pub struct SetEmulatedMedia<'a> {
    /// Features with their values.
    pub features: [MediaFeature<'a>; 1],
}
command!(SetEmulatedMedia<'a>, "Emulation.setEmulatedMedia", Nothing);

/// One media feature.
#[derive(Debug, Serialize)]
pub struct MediaFeature<'a> {
    /// For instance `prefers-color-scheme`.
    pub name: &'a str,
    /// For instance `dark`.
    pub value: &'a str,
}

/// Further headers of every request of a target. The domain must be enabled.
#[derive(Debug, Serialize)]
pub struct SetExtraHttpHeaders<'a> {
    /// Name and value.
    pub headers: &'a BTreeMap<String, String>,
}
command!(
    SetExtraHttpHeaders<'a>,
    "Network.setExtraHTTPHeaders",
    Nothing
);

/// Without it the headers of a target are not changed. The sizes bound what Chrome keeps of bodies for nobody.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnableNetwork {
    /// Bytes of all bodies.
    pub max_total_buffer_size: u32,
    /// Bytes of one body.
    pub max_resource_buffer_size: u32,
}
command!(EnableNetwork, "Network.enable", Nothing);

//! The one set of flags a Chrome is started with. It depends on the profile and on visibility, never on who asked.

use std::{collections::BTreeSet, ffi::OsString, net::SocketAddr, path::Path};

use drover_model::PasswordStore;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Whether the window can be seen. It cannot change while Chrome runs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// New headless mode: the same browser without a window.
    Headless,
    /// A window.
    Visible,
}

/// Chrome's sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sandbox {
    /// As Chrome does it by itself.
    On,
    /// Off, for tests as root and for the explained override alone: a page that breaks out owns the account.
    Off,
}

/// Where Chrome keeps the key of its cookies. It never changes after the first start of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CryptMode {
    /// Where the system keeps keys; on Linux in the store of the first start.
    Os(Option<PasswordStore>),
    /// In the profile folder: effectively plain text at rest, but the folder can be copied.
    Portable,
}

/// What the flags depend on.
#[derive(Clone, Debug)]
pub(crate) struct FlagInput<'a> {
    pub folder: &'a Path,
    pub visibility: Visibility,
    pub sandbox: Sandbox,
    pub crypt: CryptMode,
    pub proxy: Option<SocketAddr>,
    pub language: Option<&'a str>,
    pub cache_limit: Option<u64>,
    pub quiet: bool,
    pub arguments: &'a [String],
}

/// Features that are off in every Chrome: they download models of several gigabytes into each profile.
const FEATURES_OFF: &[&str] = &[
    "OptimizationGuideModelDownloading",
    "OptimizationGuideOnDeviceModel",
    "OptimizationHints",
    "TextSafetyClassifier",
];

/// Features that look up names or fetch pages beside the proxy.
const FEATURES_OFF_WITH_PROXY: &[&str] = &["AsyncDns", "DnsOverHttpsUpgrade", "Prefetch"];

const ALWAYS: &[&str] = &[
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-crash-restore-bubble",
];

const WITH_PROXY: &[&str] = &[
    // Without it loopback and link-local addresses go direct silently.
    "--proxy-bypass-list=<-loopback>",
    // The first is Chrome's own; the second is what the browser without Chrome around it, the headless shell, looks at.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    // There is no proxy for it, so it could only go past it.
    "--disable-quic",
];

/// For tests: nothing is asked of the network that a page did not ask for.
const QUIET: &[&str] = &[
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
];

/// Flags an operator's argument may not name: Drover sets them, or never sets them.
const OWNED: &[&str] = &[
    "--user-data-dir",
    "--profile-directory",
    "--remote-debugging-pipe",
    "--remote-debugging-port",
    "--remote-debugging-address",
    "--remote-debugging-io-pipes",
    "--remote-allow-origins",
    "--no-sandbox",
    "--disable-setuid-sandbox",
    "--proxy-server",
    "--proxy-pac-url",
    "--proxy-auto-detect",
    "--proxy-bypass-list",
    "--no-proxy-server",
    "--host-resolver-rules",
    "--host-rules",
    "--enable-quic",
    "--disable-quic",
    "--origin-to-force-quic-on",
    "--dns-over-https-mode",
    "--dns-over-https-templates",
    "--dns-over-https-server",
    "--disk-cache-size",
    "--password-store",
    "--use-mock-keychain",
    "--load-extension",
    "--disable-extensions",
    "--disable-extensions-except",
    "--headless",
    "--webrtc-ip-handling-policy",
    "--force-webrtc-ip-handling-policy",
    "--enable-automation",
    "--disable-web-security",
];

/// The whole command line after the program's name.
pub(crate) fn flags(input: &FlagInput<'_>) -> Result<Vec<OsString>> {
    let mut data_dir = OsString::from("--user-data-dir=");
    data_dir.push(input.folder);
    let mut flags = vec![data_dir];
    let mut off: BTreeSet<&str> = FEATURES_OFF.iter().copied().collect();
    let mut on: BTreeSet<&str> = BTreeSet::new();
    flags.extend(ALWAYS.iter().map(OsString::from));
    if input.visibility == Visibility::Headless {
        flags.push("--headless=new".into());
    }
    if input.sandbox == Sandbox::Off {
        flags.push("--no-sandbox".into());
    }
    match input.crypt {
        CryptMode::Portable => flags.push(portable_store().into()),
        CryptMode::Os(Some(store)) => flags.push(format!("--password-store={store}").into()),
        CryptMode::Os(None) => {}
    }
    if let Some(language) = input.language {
        flags.push(format!("--lang={language}").into());
    }
    if let Some(limit) = input.cache_limit {
        flags.push(format!("--disk-cache-size={limit}").into());
    }
    if let Some(proxy) = input.proxy {
        flags.push(format!("--proxy-server=http://{proxy}").into());
        flags.extend(WITH_PROXY.iter().map(OsString::from));
        off.extend(FEATURES_OFF_WITH_PROXY);
    }
    if input.quiet {
        flags.extend(QUIET.iter().map(OsString::from));
    }
    for argument in input.arguments {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        match name {
            "--disable-features" => off.extend(words(value)),
            "--enable-features" => on.extend(words(value)),
            _ if !name.starts_with("--") || OWNED.contains(&name) => {
                return Err(Error::OwnedFlag(name.to_owned()));
            }
            _ => flags.push(argument.into()),
        }
    }
    // Only the last of each counts for Chrome, so each is emitted once.
    flags.push(format!("--disable-features={}", joined(&off)).into());
    if !on.is_empty() {
        flags.push(format!("--enable-features={}", joined(&on)).into());
    }
    Ok(flags)
}

fn portable_store() -> &'static str {
    if cfg!(target_os = "macos") {
        "--use-mock-keychain"
    } else {
        "--password-store=basic"
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn joined(words: &BTreeSet<&str>) -> String {
    words.iter().copied().collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(arguments: &[String]) -> FlagInput<'_> {
        FlagInput {
            folder: Path::new("/p/one"),
            visibility: Visibility::Headless,
            sandbox: Sandbox::On,
            crypt: CryptMode::Os(Some(PasswordStore::GnomeLibsecret)),
            proxy: None,
            language: None,
            cache_limit: None,
            quiet: false,
            arguments,
        }
    }

    fn text(flags: Result<Vec<OsString>>) -> Vec<String> {
        flags
            .unwrap()
            .into_iter()
            .map(|flag| flag.into_string().unwrap())
            .collect()
    }

    #[test]
    fn features_are_one_set_and_every_flag_stands_once() {
        let mine = [
            "--disable-features=Mine, OptimizationHints".to_owned(),
            "--mute-audio".to_owned(),
        ];
        let full = FlagInput {
            proxy: Some(([127, 0, 0, 1], 8080).into()),
            quiet: true,
            language: Some("de-DE"),
            ..input(&mine)
        };
        let flags = text(flags(&full));
        let names: Vec<&str> = flags
            .iter()
            .map(|flag| flag.split('=').next().unwrap())
            .collect();
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "a flag stands twice: {names:?}");
        let features = flags
            .iter()
            .find(|flag| flag.starts_with("--disable-features="))
            .unwrap();
        for feature in ["Mine", "OptimizationHints", "DnsOverHttpsUpgrade"] {
            assert_eq!(
                features.matches(feature).count().min(1),
                1,
                "{feature} in {features}"
            );
        }
        assert!(
            flags.contains(&"--proxy-server=http://127.0.0.1:8080".to_owned()),
            "{flags:?}"
        );
        assert!(
            flags.contains(&"--proxy-bypass-list=<-loopback>".to_owned()),
            "{flags:?}"
        );
        assert!(flags.contains(&"--mute-audio".to_owned()), "{flags:?}");
    }

    #[test]
    fn the_password_store_is_named_at_every_start() {
        let store = |crypt| {
            let flags = text(flags(&FlagInput {
                crypt,
                ..input(&[])
            }));
            let found = flags
                .iter()
                .find_map(|flag| flag.strip_prefix("--password-store="));
            found.map(str::to_owned)
        };
        let keyring = CryptMode::Os(Some(PasswordStore::GnomeLibsecret));
        assert_eq!(store(keyring).as_deref(), Some("gnome-libsecret"));
        assert_eq!(store(CryptMode::Os(None)), None);
        if cfg!(target_os = "linux") {
            assert_eq!(store(CryptMode::Portable).as_deref(), Some("basic"));
        }
    }

    #[test]
    fn banned_flags_never_appear() {
        let all = FlagInput {
            visibility: Visibility::Visible,
            proxy: Some(([127, 0, 0, 1], 1).into()),
            ..input(&[])
        };
        for flags in [text(flags(&all)), text(flags(&input(&[])))] {
            for banned in [
                "--no-sandbox",
                "--remote-debugging-port",
                "--profile-directory",
                "--load-extension",
                "--disable-extensions",
            ] {
                assert!(
                    !flags.iter().any(|flag| flag.starts_with(banned)),
                    "{banned} in {flags:?}"
                );
            }
        }
    }

    #[test]
    fn operator_arguments_that_name_an_owned_flag_are_refused() {
        for argument in [
            "--user-data-dir=/x",
            "--no-sandbox",
            "--remote-debugging-port=9222",
            "--proxy-server=x",
            "--host-rules=MAP * 127.0.0.1",
            "--enable-quic",
            "--origin-to-force-quic-on=a.test:443",
            "--dns-over-https-templates=https://a.test/",
            "--force-webrtc-ip-handling-policy=default",
            "https://a.test",
            "-x",
        ] {
            let arguments = [argument.to_owned()];
            let error = flags(&input(&arguments)).unwrap_err();
            assert!(
                matches!(&error, Error::OwnedFlag(flag) if argument.starts_with(flag.as_str())),
                "{argument}: {error}"
            );
        }
    }
}

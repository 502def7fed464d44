//! What a client may ask of the browser. It drives pages; Chrome's life and flags are Drover's.

use std::{
    net::SocketAddr,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;

use crate::cdp::FromClient;

/// What is done with a client's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Sent on unchanged.
    Pass,
    /// Answered with an empty result, after which the client is let go. Chrome stays.
    Goodbye,
    /// Refused with these words.
    Deny(String),
}

/// Judges one message. `downloads` are the folders of the run; `proxy` is the only way out that the browser has, if it
/// has one.
pub(super) fn judge(
    message: &FromClient<'_>,
    downloads: &[PathBuf],
    proxy: Option<SocketAddr>,
) -> Verdict {
    let method = &*message.method;
    let params = message.params.map_or("{}", |raw| raw.get());
    match method {
        "Browser.close" => Verdict::Goodbye,
        "Target.exposeDevToolsProtocol" => Verdict::Deny(denied(method)),
        "Browser.setDownloadBehavior" | "Page.setDownloadBehavior" => download(params, downloads),
        "Target.createBrowserContext" => proxy.map_or(Verdict::Pass, |own| context(params, own)),
        _ if method.starts_with("Browser.crash") || method.starts_with("Extensions.") => {
            Verdict::Deny(denied(method))
        }
        _ => Verdict::Pass,
    }
}

fn denied(method: &str) -> String {
    format!("Drover does not allow `{method}`")
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct DownloadBehavior {
    behavior: String,
    download_path: Option<String>,
}

fn download(params: &str, allowed: &[PathBuf]) -> Verdict {
    let Ok(asked) = serde_json::from_str::<DownloadBehavior>(params) else {
        return Verdict::Deny("the download behaviour cannot be read".to_owned());
    };
    match asked.download_path {
        None if matches!(asked.behavior.as_str(), "deny" | "default") => Verdict::Pass,
        Some(path)
            if allowed
                .iter()
                .any(|folder| lies_in(Path::new(&path), folder)) =>
        {
            Verdict::Pass
        }
        Some(path) => Verdict::Deny(format!(
            "Drover does not allow downloads into `{path}`: it is not a folder of the run"
        )),
        None => Verdict::Deny("downloads need a folder of the run".to_owned()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NewContext {
    proxy_server: Option<String>,
    proxy_bypass_list: Option<String>,
}

/// A context of its own goes out as the profile does: a proxy of its own, or exceptions from it, would go around it.
fn context(params: &str, own: SocketAddr) -> Verdict {
    let Ok(asked) = serde_json::from_str::<NewContext>(params) else {
        return Verdict::Deny("the options of the context cannot be read".to_owned());
    };
    let is_own = |server: &str| {
        let address = server.strip_prefix("http://").unwrap_or(server);
        address.trim_end_matches('/').parse() == Ok(own)
    };
    let server = asked.proxy_server.filter(|server| !server.is_empty());
    // Takes an exception back that Chrome has by itself, so nothing more goes around the proxy.
    let harmless = |list: &String| list.is_empty() || list == "<-loopback>";
    let exceptions = asked.proxy_bypass_list.filter(|list| !harmless(list));
    if server.is_some_and(|server| !is_own(&server)) || exceptions.is_some() {
        return Verdict::Deny(
            "Drover does not allow a context with a proxy of its own: the profile's proxy is the only way out"
                .to_owned(),
        );
    }
    Verdict::Pass
}

/// Whether `path`, which need not exist yet, lies in `folder` when links are resolved as far as they exist.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let plain = path.is_absolute()
        && !path
            .components()
            .any(|part| matches!(part, Component::ParentDir));
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let existing = path.ancestors().find_map(|there| there.canonicalize().ok());
    plain && existing.is_some_and(|existing| existing.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn verdict(text: &str, downloads: &[PathBuf]) -> Verdict {
        judge(&serde_json::from_str(text).unwrap(), downloads, None)
    }

    #[test]
    fn a_context_goes_out_as_the_profile_does() {
        let own: SocketAddr = ([127, 0, 0, 1], 4_711).into();
        let check = |params: &str, passes: bool| {
            let text =
                format!(r#"{{"id":1,"method":"Target.createBrowserContext","params":{params}}}"#);
            let message = serde_json::from_str(&text).unwrap();
            let verdict = judge(&message, &[], Some(own));
            assert_eq!(verdict == Verdict::Pass, passes, "{params}: {verdict:?}");
            assert_eq!(judge(&message, &[], None), Verdict::Pass, "{params}");
        };
        check("{}", true);
        check(r#"{"disposeOnDetach":true}"#, true);
        check(r#"{"proxyServer":"http://127.0.0.1:4711"}"#, true);
        check(
            r#"{"proxyServer":"127.0.0.1:4711","proxyBypassList":""}"#,
            true,
        );
        check(
            r#"{"proxyServer":"http://127.0.0.1:4711","proxyBypassList":"<-loopback>"}"#,
            true,
        );
        check(r#"{"proxyBypassList":"<-loopback>,a.test"}"#, false);
        check(r#"{"proxyServer":"direct://"}"#, false);
        check(r#"{"proxy\u0053erver":"direct://"}"#, false);
        check(
            r#"{"proxyServer":"http://127.0.0.1:4711;direct://"}"#,
            false,
        );
        check(
            r#"{"proxyServer":"http://127.0.0.1:4711","proxyServer":"direct://"}"#,
            false,
        );
        check(r#"{"proxyServer":"http://127.0.0.1:4712"}"#, false);
        check(r#"{"proxyBypassList":"*.example"}"#, false);
        check(r#"{"proxyServer":7}"#, false);
    }

    #[test]
    fn methods_are_judged_by_name() {
        let check = |method: &str, passes: bool| {
            let verdict = verdict(&format!(r#"{{"id":1,"method":"{method}"}}"#), &[]);
            assert_eq!(verdict == Verdict::Pass, passes, "{method}: {verdict:?}");
        };
        check("Page.navigate", true);
        check("Browser.getVersion", true);
        check("Browser.close", false);
        check("Browser.crash", false);
        check("Browser.crashGpuProcess", false);
        check("Target.exposeDevToolsProtocol", false);
        check("Extensions.loadUnpacked", false);
    }

    #[test]
    fn downloads_go_into_a_folder_of_the_run_alone() {
        let run = tempfile::tempdir().unwrap();
        let run = run.path();
        symlink("/", run.join("out")).unwrap();
        let folders = [run.to_owned()];
        let check = |path: &str, passes: bool| {
            let text = format!(
                r#"{{"id":1,"method":"Browser.setDownloadBehavior","params":{{"behavior":"allow","downloadPath":"{path}"}}}}"#
            );
            assert_eq!(verdict(&text, &folders) == Verdict::Pass, passes, "{path}");
        };
        check(&run.display().to_string(), true);
        check(&run.join("not/yet/there").display().to_string(), true);
        check(&run.join("../x").display().to_string(), false);
        check(&run.join("out/etc").display().to_string(), false);
        check("/etc", false);
        check("relative", false);
        let bare =
            r#"{"id":1,"method":"Browser.setDownloadBehavior","params":{"behavior":"deny"}}"#;
        assert_eq!(verdict(bare, &[]), Verdict::Pass);
        let no_path =
            r#"{"id":1,"method":"Browser.setDownloadBehavior","params":{"behavior":"allow"}}"#;
        assert_ne!(verdict(no_path, &folders), Verdict::Pass);
    }
}

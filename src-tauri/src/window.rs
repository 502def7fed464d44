//! The one window: how it is made, where it may go, and how it is shown.

use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};

use drover_model::Caller;

use crate::{
    Startup,
    pictures::Looks,
    route::Route,
    streams::{RunWatches, unwatch_all},
};

/// The label of the window, named in the capability of `tauri.conf.json`.
pub(crate) const LABEL: &str = "main";

/// Makes the window, not yet shown. It goes nowhere, opens nothing and saves nothing.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    let dev = tauri::is_dev()
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Drover")
        .inner_size(1440.0, 900.0)
        .min_inner_size(960.0, 600.0)
        .visible(false)
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| may_go(url, dev.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, page| {
            // The streams of the page before have nobody to hear them.
            if page.event() == PageLoadEvent::Started {
                unwatch_all(&window.state::<RunWatches>(), &window.state());
                drop(window.state::<Looks>().end_all());
                // So do listings of tests; their runners end.
                if let Some(engine) = window.state::<Startup>().started() {
                    engine.end_listings(Caller::Window);
                }
            }
        });
    if let Some(icon) = app.default_window_icon() {
        window = window.icon(icon.clone())?;
    }
    window.build()
}

/// The app's own pages, and in a development build the development server's.
fn may_go(url: &Url, dev: Option<&Url>) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    };
    own || dev.is_some_and(|dev| dev.origin() == url.origin())
}

/// Brings the window to the front, wherever it was.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "failed to show the window");
    }
}

/// Hides the window; it goes on living.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "failed to hide the window");
    }
}

/// Whether the window is in no list of windows.
pub(crate) fn is_hidden<R: Runtime>(app: &AppHandle<R>) -> bool {
    let window = app.get_webview_window(LABEL);
    window.is_some_and(|window| !window.is_visible().unwrap_or(true))
}

/// Leaves the window in the list of windows, without its content.
pub(crate) fn minimise<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let minimised = window.show().and_then(|()| window.minimize());
    if let Err(error) = minimised {
        tracing::warn!(%error, "failed to minimise the window");
    }
}

/// Shows a screen of the window.
pub(crate) fn go<R: Runtime>(app: &AppHandle<R>, route: Route) {
    show(app);
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.eval(route.script()) {
        tracing::warn!(%error, "failed to lead the window to a screen");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, dev: Option<&str>, expected: bool) {
        let dev = dev.map(|dev| dev.parse::<Url>().unwrap());
        assert_eq!(
            may_go(&url.parse().unwrap(), dev.as_ref()),
            expected,
            "{url} with {dev:?}"
        );
    }

    #[test]
    fn the_window_stays_at_home() {
        check("tauri://localhost/index.html#/runs", None, true);
        check("http://tauri.localhost/", None, true);
        check("https://tauri.localhost/", None, true);
        check("http://tauri.localhost:8080/", None, false);
        check("http://tauri.localhost.example.org/", None, false);
        check("https://example.org/?tauri.localhost", None, false);
        check("tauri://elsewhere/", None, false);
        check("file:///etc/passwd", None, false);
        check("javascript:alert(1)", None, false);
        check("data:text/html,x", None, false);
        check("about:blank", None, false);
    }

    #[test]
    fn the_development_server_is_reached_in_development_alone() {
        check(
            "http://127.0.0.1:1420/#/runs",
            Some("http://127.0.0.1:1420/"),
            true,
        );
        check(
            "http://127.0.0.1:1421/",
            Some("http://127.0.0.1:1420/"),
            false,
        );
        check("http://127.0.0.1:1420/", None, false);
    }
}

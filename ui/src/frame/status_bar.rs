//! The line at the bottom: engine, versions, and what must never be overlooked.

use drover_model::machine::{AppInfo, FoundBrowser};
use drover_model::request::Summary;
use yew::prelude::*;

use crate::components::{Icon, IconSize, StatusDot, Tone};
use crate::format::capital;
use crate::hooks::use_area;
use crate::state::Remote;

#[component]
pub fn StatusBar() -> Html {
    let info = use_area::<AppInfo>();
    let summary = use_area::<Summary>();
    let (tone, engine) = match summary.remote() {
        Remote::Loading => (Tone::Mute, "Engine starting"),
        Remote::Ready(summary, _) if summary.storage_error.is_some() => {
            (Tone::Err, "Engine cannot save")
        }
        Remote::Ready(summary, _) if summary.disk_low.is_some() => (Tone::Warn, "Disk almost full"),
        Remote::Ready(..) => (Tone::Ok, "Engine healthy"),
        Remote::Failed(_) => (Tone::Err, "Engine does not answer"),
    };
    html! {
        <footer class="statusbar" data-testid="status-bar">
            <span role="status" class={classes!("statusbar__item", (tone == Tone::Err).then_some("statusbar__item--err"))}>
                <StatusDot {tone} />{ engine }
            </span>
            if let Some(info) = info.data() {
                <span class="statusbar__item">{ info.browsers.first().map_or("No browser found".to_owned(), browser) }</span>
                <span class="statusbar__item">{ info.node.as_ref().map_or("No Node".to_owned(), |version| format!("Node {version}")) }</span>
                if let Some(version) = &info.playwright { <span class="statusbar__item">{ format!("Playwright {version}") }</span> }
                if info.no_sandbox {
                    <span class="statusbar__item statusbar__item--err" data-testid="no-sandbox">
                        <Icon name="shield-alert" size={IconSize::Small} />{ "Chrome runs without its sandbox" }
                    </span>
                }
                <span class="statusbar__gap" />
                <span class="statusbar__item tabular">{ format!("v{}", info.version) }</span>
            }
        </footer>
    }
}

/// `Chromium 156`.
fn browser(found: &FoundBrowser) -> String {
    let major = found.version.split('.').next().unwrap_or_default();
    format!("{} {major}", capital(&found.brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_brand_and_major_version() {
        let found = FoundBrowser {
            brand: "chromium".into(),
            version: "156.0.8078.79".into(),
            path: "/usr/bin/chromium".into(),
        };
        assert_eq!(browser(&found), "Chromium 156");
    }
}

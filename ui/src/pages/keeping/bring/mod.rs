//! Profiles that come in with their browser data: from a bundle, or from a browser that is used outside Drover.

mod bundle;
mod foreign;
mod report;

use yew::prelude::*;

/// Where a profile comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Bring {
    Bundle,
    Browser,
}

/// The dialog for it.
pub(in crate::pages) fn bring_dialog(from: Bring, onclose: Callback<()>) -> Html {
    match from {
        Bring::Bundle => html! { <bundle::ImportBundleDialog {onclose} /> },
        Bring::Browser => html! { <foreign::ImportForeignDialog {onclose} /> },
    }
}

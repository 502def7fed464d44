//! The one button that opens a profile or closes it.

use drover_model::request::{BrowserState, OpenBrowser};
use drover_model::{Name, ProfileId};
use yew::prelude::*;

use crate::components::Button;
use crate::hooks::{use_area, use_browser_desk};
use crate::state::browsers::{Turn, no_window, of, turn};

#[derive(PartialEq, Properties)]
pub(crate) struct BrowserButtonProps {
    pub profile: ProfileId,
    pub name: Name,
    #[prop_or_default]
    pub small: bool,
    /// Shows its keys.
    #[prop_or_default]
    pub keys: bool,
}

#[component]
pub(crate) fn BrowserButton(props: &BrowserButtonProps) -> Html {
    let (running, desk) = (use_area::<Vec<OpenBrowser>>(), use_browser_desk());
    let profile = props.profile;
    let browser = running.data().and_then(|list| of(list, profile));
    let turn = turn(browser);
    let blocked = browser.and_then(no_window);
    let busy = turn == Turn::Wait || desk.desk().busy.contains(&profile);
    let closes = turn == Turn::Close
        || browser.is_some_and(|browser| browser.state == BrowserState::Draining);
    let (label, icon, keys, testid) = if closes {
        ("Close", "x", "Shift O", "profile-close")
    } else {
        ("Open", "monitor", "o", "profile-open")
    };
    // Beside shown keys there is one such button on the screen, and its label is enough.
    let aria_label = (!props.keys).then(|| format!("{label} {}", props.name));
    let onclick = use_callback(
        (desk, props.name.clone(), profile, closes),
        |event: MouseEvent, (desk, name, profile, closes)| {
            event.stop_propagation();
            if *closes {
                desk.close(*profile, name, false);
            } else {
                desk.open(*profile, name);
            }
        },
    );
    html! {
        <Button {label} {icon} {busy} {blocked} small={props.small} keys={props.keys.then_some(keys)} {aria_label}
            {onclick} testid={format!("{testid}-{}", props.name)} />
    }
}

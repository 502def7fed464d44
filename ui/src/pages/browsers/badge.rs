//! The state of a profile's browser: icon, word and colour.

use drover_model::request::BrowserState;
use yew::prelude::*;

use crate::components::Badge;
use crate::state::browsers::{Look, look};

#[derive(PartialEq, Properties)]
pub(crate) struct BrowserBadgeProps {
    pub state: BrowserState,
    #[prop_or_default]
    pub plain: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub(crate) fn BrowserBadge(props: &BrowserBadgeProps) -> Html {
    let Look { word, icon, tone } = look(props.state);
    html! { <Badge label={word} {tone} icon={Some(icon)} plain={props.plain} testid={props.testid.clone()} /> }
}

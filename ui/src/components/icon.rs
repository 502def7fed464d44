//! One icon of the sprite that index.html carries.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 14 px, beside small text.
    Small,
    /// 16 px.
    #[default]
    Normal,
    /// 20 px.
    Large,
    /// 28 px, in empty states and cards.
    Huge,
}

#[derive(PartialEq, Properties)]
pub struct IconProps {
    /// The Lucide name; `static/icons.svg` must hold it.
    pub name: &'static str,
    #[prop_or_default]
    pub size: IconSize,
    /// Turns for as long as something is going on; stands still with reduced motion.
    #[prop_or_default]
    pub turning: bool,
    #[prop_or_default]
    pub class: Classes,
}

/// A decoration: screen readers skip it, so the word must stand beside it.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    let size = match props.size {
        IconSize::Small => Some("icon--sm"),
        IconSize::Normal => None,
        IconSize::Large => Some("icon--lg"),
        IconSize::Huge => Some("icon--xl"),
    };
    let turning = props.turning.then_some("icon--turn");
    html! {
        <svg class={classes!("icon", size, turning, props.class.clone())} aria-hidden="true">
            <use href={format!("#i-{}", props.name)} />
        </svg>
    }
}

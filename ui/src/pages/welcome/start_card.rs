//! One of the ways to begin.

use yew::prelude::*;

use crate::components::{Icon, IconSize};

#[derive(PartialEq, Properties)]
pub(super) struct StartCardProps {
    pub icon: &'static str,
    pub title: AttrValue,
    pub text: AttrValue,
    /// The way that is suggested; Enter takes it.
    #[prop_or_default]
    pub first: bool,
    #[prop_or_default]
    pub busy: bool,
    pub onclick: Callback<MouseEvent>,
    pub testid: AttrValue,
}

#[component]
pub(super) fn StartCard(props: &StartCardProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.first), |(node, first)| {
        if *first {
            crate::bridge::dom::focus(node);
        }
    });
    html! {
        <button ref={node} type="button" class={classes!("start-card", props.first.then_some("start-card--first"))} aria-busy={props.busy.then_some("true")}
            onclick={props.onclick.clone()} data-testid={props.testid.clone()}>
            <span class="start-card__icon"><Icon name={if props.busy { "loader" } else { props.icon }} turning={props.busy} size={IconSize::Large} /></span>
            <span class="start-card__words">
                <span class="start-card__title">{ &props.title }</span>
                <span class="start-card__text">{ &props.text }</span>
            </span>
            <Icon name="chevron-right" class={classes!("tone-mute")} />
        </button>
    }
}

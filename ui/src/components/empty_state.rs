//! What a list shows when there is nothing in it: one sentence and one action.

use yew::prelude::*;

use super::{Icon, IconSize};

#[derive(PartialEq, Properties)]
pub struct EmptyStateProps {
    pub icon: &'static str,
    pub title: AttrValue,
    /// What belongs here.
    #[prop_or_default]
    pub text: Option<AttrValue>,
    /// Buttons, the primary one first.
    #[prop_or_default]
    pub children: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <div class="empty" data-testid={props.testid.clone()}>
            <span class="empty__icon"><Icon name={props.icon} size={IconSize::Huge} /></span>
            <h2 class="empty__title">{ &props.title }</h2>
            if let Some(text) = &props.text { <p class="empty__text">{ text }</p> }
            <div class="empty__actions">{ props.children.clone() }</div>
        </div>
    }
}

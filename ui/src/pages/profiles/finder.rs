//! The filter above a list; `/` leads to it.

use yew::prelude::*;

use crate::components::{Icon, Input};

#[derive(PartialEq, Properties)]
pub(crate) struct FinderProps {
    pub id: &'static str,
    pub label: &'static str,
    pub placeholder: &'static str,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    pub testid: &'static str,
}

#[component]
pub(crate) fn Finder(props: &FinderProps) -> Html {
    html! {
        <span class="input-group finder" data-find={props.id}>
            <Icon name="search" />
            <Input id={props.id} aria_label={props.label} placeholder={props.placeholder} kind="search" value={props.value.clone()}
                oninput={props.oninput.clone()} testid={props.testid} />
        </span>
    }
}

//! The cross inside a tag.

use yew::prelude::*;

use super::Icon;

#[derive(PartialEq, Properties)]
pub struct TagRemoveProps {
    pub label: AttrValue,
    pub onremove: Callback<AttrValue>,
}

#[component]
pub fn TagRemove(props: &TagRemoveProps) -> Html {
    let onclick = use_callback(
        (props.label.clone(), props.onremove.clone()),
        |_: MouseEvent, (label, onremove)| onremove.emit(label.clone()),
    );
    html! {
        <button type="button" class="tag__remove" aria-label={format!("Remove {}", props.label)} {onclick}>
            <Icon name="x" />
        </button>
    }
}

//! What can be done with the selected rows, over the bottom edge of the list.

use yew::prelude::*;

use super::IconButton;

#[derive(PartialEq, Properties)]
pub struct BulkBarProps {
    /// Number of selected rows; the bar is drawn only above zero.
    pub count: usize,
    pub onclear: Callback<()>,
    /// Small buttons.
    pub children: Html,
}

#[component]
pub fn BulkBar(props: &BulkBarProps) -> Html {
    let onclick = use_callback(props.onclear.clone(), |_: MouseEvent, clear| clear.emit(()));
    if props.count == 0 {
        return Html::default();
    }
    html! {
        <div class="bulkbar" role="toolbar" aria-label="Actions for the selection" data-testid="bulk-bar">
            <span class="bulkbar__count">{ format!("{} selected", crate::format::count(props.count as u64)) }</span>
            { props.children.clone() }
            <span class="bulkbar__line" />
            <IconButton icon="x" label="Clear the selection" keys="Esc" small={true} {onclick} />
        </div>
    }
}

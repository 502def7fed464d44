//! Grey bars in the place of rows that are on their way; they show after 300 ms.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SkeletonRowsProps {
    #[prop_or(6)]
    pub rows: u32,
}

#[component]
pub fn SkeletonRows(props: &SkeletonRowsProps) -> Html {
    html! {
        <div class="skeleton-rows" role="status" aria-label="Loading">
            for row in 0..props.rows {
                <div class="skeleton-row" key={row}>
                    <span class="skeleton" /><span class="skeleton" /><span class="skeleton" />
                </div>
            }
        </div>
    }
}

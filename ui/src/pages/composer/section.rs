//! Parts of a column: always open, or folded behind a line that says what is set.

use yew::prelude::*;

use crate::components::Icon;

#[derive(PartialEq, Properties)]
pub(super) struct SectionProps {
    pub title: &'static str,
    #[prop_or_default]
    pub aside: Html,
    pub children: Html,
}

#[component]
pub(super) fn Section(props: &SectionProps) -> Html {
    html! {
        <section class="part" aria-label={props.title}>
            <div class="part__head"><h3 class="part__title">{ props.title }</h3>{ props.aside.clone() }</div>
            { props.children.clone() }
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct FoldProps {
    pub title: &'static str,
    /// What is set, in a few words.
    pub summary: AttrValue,
    /// Something inside is wrong, so it opens.
    #[prop_or_default]
    pub open: bool,
    pub testid: &'static str,
    pub children: Html,
}

#[component]
pub(in crate::pages) fn Fold(props: &FoldProps) -> Html {
    html! {
        <details class="fold" open={props.open} data-testid={props.testid}>
            <summary class="fold__head">
                <Icon name="chevron-right" />
                <span class="part__title">{ props.title }</span>
                <span class="fold__summary truncate">{ &props.summary }</span>
            </summary>
            <div class="fold__body">{ props.children.clone() }</div>
        </details>
    }
}

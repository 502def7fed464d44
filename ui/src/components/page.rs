//! The frame of a screen: title with its total, actions at the right, an optional bar, the body.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PageProps {
    pub title: AttrValue,
    /// The total beside the title; nothing is said of none.
    #[prop_or_default]
    pub count: Option<u64>,
    /// In the place of the title: a way back, a name, badges. The title is still read aloud.
    #[prop_or_default]
    pub head: Option<Html>,
    #[prop_or_default]
    pub actions: Html,
    /// Filter and tabs under the head.
    #[prop_or_default]
    pub bar: Option<Html>,
    /// The body does not scroll, because a grid or a log inside does.
    #[prop_or_default]
    pub fixed: bool,
    pub children: Html,
}

#[component]
pub fn Page(props: &PageProps) -> Html {
    {
        use_effect_with(props.title.clone(), |title| {
            crate::bridge::dom::set_title(&format!("{title} – Drover"));
        });
    }
    html! {
        <div class="page">
            <header class="page__head">
                if let Some(head) = &props.head {
                    <h1 class="visually-hidden">{ &props.title }</h1>
                    { head.clone() }
                } else {
                    <h1 class="page__title">
                        { &props.title }
                        if let Some(count) = props.count.filter(|count| *count > 0) { <span class="page__count">{ crate::format::count(count) }</span> }
                    </h1>
                }
                <span class="page__gap" />
                <div class="page__actions">{ props.actions.clone() }</div>
            </header>
            if let Some(bar) = &props.bar { <div class="page__bar">{ bar.clone() }</div> }
            <div class={classes!("page__body", props.fixed.then_some("page__body--fixed"))}>{ props.children.clone() }</div>
        </div>
    }
}

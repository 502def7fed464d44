//! One setting: words at the left, its control at the right.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct SettingRowProps {
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    pub children: Html,
}

#[component]
pub(super) fn SettingRow(props: &SettingRowProps) -> Html {
    html! {
        <div class="setting">
            <div class="setting__words">
                <span class="setting__label">{ &props.label }</span>
                if let Some(hint) = &props.hint { <span class="setting__hint"><crate::components::Words text={hint.clone()} /></span> }
            </div>
            <div class="setting__control">{ props.children.clone() }</div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct SectionProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    pub children: Html,
}

/// A group of settings with its heading.
#[component]
pub(super) fn Section(props: &SectionProps) -> Html {
    html! {
        <section class="settings__section">
            <h2 class="settings__title">{ &props.title }</h2>
            if let Some(hint) = &props.hint { <p class="second">{ hint }</p> }
            <div class="panel">{ props.children.clone() }</div>
        </section>
    }
}

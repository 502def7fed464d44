//! Tabs with arrow keys. The caller draws the panel of the chosen one.

use yew::prelude::*;

use super::Icon;
use crate::bridge::dom;

#[derive(Clone, Debug, PartialEq)]
pub struct TabItem {
    /// Reported when chosen; the panel's id is `panel-<id>`, the tab's is `tab-<id>`.
    pub id: AttrValue,
    pub label: AttrValue,
    pub icon: Option<&'static str>,
    /// A number beside the label.
    pub count: Option<u64>,
}

impl TabItem {
    pub fn new(id: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            icon: None,
            count: None,
        }
    }

    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    #[must_use]
    pub fn icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }
}

#[derive(PartialEq, Properties)]
pub struct TabsProps {
    pub label: AttrValue,
    pub tabs: Vec<TabItem>,
    pub chosen: AttrValue,
    pub onchoose: Callback<AttrValue>,
    /// Each tab carries this and its id: `tab-log`.
    #[prop_or_else(|| AttrValue::from("tab"))]
    pub testid: AttrValue,
}

#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let (list, tabs, chosen, emit) = (
            list.clone(),
            props.tabs.clone(),
            props.chosen.clone(),
            props.onchoose.clone(),
        );
        Callback::from(move |event: KeyboardEvent| {
            let count = tabs.len();
            let now = tabs.iter().position(|tab| tab.id == chosen).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (now + 1) % count.max(1),
                "ArrowLeft" => (now + count.saturating_sub(1)) % count.max(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            if let Some(tab) = tabs.get(next) {
                emit.emit(tab.id.clone());
                dom::focus_child(&list, next);
            }
        })
    };
    html! {
        <div class="tabs" role="tablist" aria-label={props.label.clone()} ref={list} {onkeydown}>
            for tab in &props.tabs {
                <TabButton key={tab.id.to_string()} tab={tab.clone()} chosen={tab.id == props.chosen} onchoose={props.onchoose.clone()}
                    testid={format!("{}-{}", props.testid, tab.id)} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TabButtonProps {
    tab: TabItem,
    chosen: bool,
    onchoose: Callback<AttrValue>,
    testid: String,
}

#[component]
fn TabButton(props: &TabButtonProps) -> Html {
    let tab = &props.tab;
    let onclick = use_callback(
        (tab.id.clone(), props.onchoose.clone()),
        |_: MouseEvent, (id, emit)| emit.emit(id.clone()),
    );
    html! {
        <button
            type="button"
            role="tab"
            class="tab"
            id={format!("tab-{}", tab.id)}
            aria-selected={if props.chosen { "true" } else { "false" }}
            aria-controls={props.chosen.then(|| format!("panel-{}", tab.id))}
            tabindex={if props.chosen { "0" } else { "-1" }}
            data-testid={props.testid.clone()}
            {onclick}
        >
            if let Some(name) = tab.icon { <Icon {name} /> }
            { &tab.label }
            if let Some(count) = tab.count { <span class="tab__count">{ crate::format::count(count) }</span> }
        </button>
    }
}

//! A button that opens a menu in the browser's top layer.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::Icon;
use crate::bridge::dom;

/// One line of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    pub label: AttrValue,
    pub icon: Option<&'static str>,
    pub keys: Option<&'static str>,
    pub danger: bool,
    /// Draws a line above.
    pub apart: bool,
    pub testid: Option<AttrValue>,
    pub action: Callback<()>,
}

impl MenuItem {
    pub fn new(label: impl Into<AttrValue>, icon: &'static str, action: Callback<()>) -> Self {
        Self {
            label: label.into(),
            icon: Some(icon),
            keys: None,
            danger: false,
            apart: false,
            testid: None,
            action,
        }
    }

    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self.apart = true;
        self
    }

    #[must_use]
    pub fn keys(mut self, keys: &'static str) -> Self {
        self.keys = Some(keys);
        self
    }

    #[must_use]
    pub fn testid(mut self, id: impl Into<AttrValue>) -> Self {
        self.testid = Some(id.into());
        self
    }
}

#[derive(PartialEq, Properties)]
pub struct MenuProps {
    /// What the button says, or what a screen reader says for an icon alone.
    pub label: AttrValue,
    #[prop_or("ellipsis")]
    pub icon: &'static str,
    /// Shows the label beside the icon.
    #[prop_or_default]
    pub labelled: bool,
    #[prop_or_default]
    pub small: bool,
    pub items: Vec<MenuItem>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let button = use_node_ref();
    let list = use_node_ref();
    let open = use_state_eq(|| false);
    let onclick = {
        let (button, list) = (button.clone(), list.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            toggle(&button, &list);
        })
    };
    let ontoggle = use_callback(
        (list.clone(), open.setter()),
        |event: Event, (list, open)| {
            let is_open = list
                .cast::<HtmlElement>()
                .is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
            open.set(is_open);
            event.stop_propagation();
        },
    );
    let onkeydown = use_callback(
        (button.clone(), list.clone()),
        |event: KeyboardEvent, (button, list)| {
            rove(&event, button, list);
        },
    );
    let onpick = use_callback((button.clone(), list.clone()), |(): (), (button, list)| {
        close(button, list);
    });
    let face = if props.labelled {
        None
    } else {
        Some("btn--icon")
    };
    let tone = if props.labelled {
        None
    } else {
        Some("btn--quiet")
    };
    html! {
        <>
            <button
                ref={button}
                type="button"
                class={classes!("btn", tone, face, props.small.then_some("btn--small"))}
                aria-haspopup="menu"
                aria-expanded={if *open { "true" } else { "false" }}
                aria-label={(!props.labelled).then(|| props.label.clone())}
                title={(!props.labelled).then(|| props.label.clone())}
                data-testid={props.testid.clone()}
                {onclick}
            >
                if props.labelled { { &props.label } <Icon name="chevron-down" /> } else { <Icon name={props.icon} /> }
            </button>
            <div ref={list} popover="auto" class="popover menu" role="menu" aria-label={props.label.clone()} {ontoggle} {onkeydown}>
                if *open {
                    for item in &props.items {
                        <MenuRow item={item.clone()} onpick={onpick.clone()} />
                    }
                }
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct MenuRowProps {
    item: MenuItem,
    onpick: Callback<()>,
}

#[component]
fn MenuRow(props: &MenuRowProps) -> Html {
    let item = &props.item;
    let onclick = use_callback(
        (item.action.clone(), props.onpick.clone()),
        |event: MouseEvent, (action, picked)| {
            event.stop_propagation();
            picked.emit(());
            action.emit(());
        },
    );
    html! {
        <>
            if item.apart { <div class="menu__line" role="separator" /> }
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                class={classes!("menu__item", item.danger.then_some("menu__item--danger"))}
                data-testid={item.testid.clone()}
                {onclick}
            >
                if let Some(name) = item.icon { <Icon {name} /> }
                <span class="menu__label">{ &item.label }</span>
                if let Some(keys) = item.keys { <super::Kbd {keys} /> }
            </button>
        </>
    }
}

/// Opens under the button, or above it where the window ends.
fn toggle(button: &NodeRef, list: &NodeRef) {
    let (Some(anchor), Some(menu)) = (button.cast::<HtmlElement>(), list.cast::<HtmlElement>())
    else {
        return;
    };
    menu.toggle_popover().ok(); // it fails only while the page is torn down
    let place = anchor.get_bounding_client_rect();
    let style = menu.style();
    style.set_property("visibility", "hidden").ok(); // a fixed, valid property
    let (list, button) = (list.clone(), button.clone());
    gloo_timers::callback::Timeout::new(0, move || {
        let size = menu.get_bounding_client_rect();
        let view = dom::window();
        let height = view
            .inner_height()
            .ok()
            .and_then(|found| found.as_f64())
            .unwrap_or(0.0);
        let width = view
            .inner_width()
            .ok()
            .and_then(|found| found.as_f64())
            .unwrap_or(0.0);
        let below = place.bottom() + 4.0;
        let top = if below + size.height() > height - 8.0 {
            place.top() - size.height() - 4.0
        } else {
            below
        };
        let left = place.left().min(width - size.width() - 8.0).max(8.0);
        for (name, value) in [
            ("top", format!("{top}px")),
            ("left", format!("{left}px")),
            ("visibility", "visible".into()),
        ] {
            style.set_property(name, &value).ok(); // fixed, valid properties
        }
        if !dom::focus_first(&list, "[role=menuitem]") {
            dom::focus(&button);
        }
    })
    .forget();
}

fn close(button: &NodeRef, list: &NodeRef) {
    if let Some(menu) = list.cast::<HtmlElement>() {
        menu.hide_popover().ok(); // it may be closed already
    }
    dom::focus(button);
}

/// Arrow keys, Home and End move; Escape and Tab leave.
fn rove(event: &KeyboardEvent, button: &NodeRef, list: &NodeRef) {
    let Some(menu) = list.cast::<HtmlElement>() else {
        return;
    };
    let Ok(rows) = menu.query_selector_all("[role=menuitem]") else {
        return;
    };
    let count = rows.length();
    let now = dom::focused().and_then(|focused| {
        (0..count).find(|&i| {
            rows.item(i)
                .is_some_and(|row| row.is_same_node(Some(&focused)))
        })
    });
    let next = match event.key().as_str() {
        "ArrowDown" => now.map_or(0, |i| (i + 1) % count.max(1)),
        "ArrowUp" => now.map_or(0, |i| (i + count.saturating_sub(1)) % count.max(1)),
        "Home" => 0,
        "End" => count.saturating_sub(1),
        "Escape" | "Tab" => {
            event.prevent_default();
            event.stop_propagation();
            close(button, list);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(row) = rows.item(next) {
        let row: HtmlElement = wasm_bindgen::JsCast::unchecked_into(row);
        row.focus().ok(); // a row that just left cannot take it
    }
}

//! A table of rows of one height, of which only the visible ones exist. Keyboard: arrows, Home, End, Page Up and
//! Page Down move, Enter opens, Space or `x` selects.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::Checkbox;
use super::grid_row::{GridRow, RowPlace};
use crate::{bridge::dom, hooks::use_row_heights};

/// Rows drawn beyond each edge.
const OVERSCAN: usize = 6;
/// Rows drawn before the height of the view is known.
const AT_FIRST: usize = 30;

/// One column: its head (empty over buttons) and its width as a grid track, such as `minmax(160px, 2fr)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    pub width: &'static str,
    /// Numbers stand at the right.
    pub number: bool,
}

impl Column {
    pub const fn new(title: &'static str, width: &'static str) -> Self {
        Self {
            title,
            width,
            number: false,
        }
    }

    pub const fn number(title: &'static str, width: &'static str) -> Self {
        Self {
            title,
            width,
            number: true,
        }
    }
}

/// One row as it is drawn now; the default is one of something that is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The id of what the row shows.
    pub key: AttrValue,
    /// One for each column.
    pub cells: Vec<Html>,
    pub selected: bool,
    /// What a screen reader calls the row's checkbox.
    pub name: AttrValue,
}

#[derive(PartialEq, Properties)]
pub struct DataGridProps {
    pub label: AttrValue,
    pub columns: &'static [Column],
    pub count: usize,
    /// Makes row `i`. Give a new callback (`use_callback` with the rows as its dependency) when the data changes.
    pub row: Callback<usize, Row>,
    #[prop_or_default]
    pub onopen: Callback<usize>,
    /// With it the grid has checkboxes; it is called with the row and whether Shift was held.
    #[prop_or_default]
    pub onselect: Option<Callback<(usize, bool)>>,
    /// Called by the box in the head, with its new state.
    #[prop_or_default]
    pub onselectall: Callback<bool>,
    /// How many of the rows are selected, for the box in the head.
    #[prop_or_default]
    pub selected: usize,
    /// What the rows are narrowed to; when it changes the grid begins at the top again.
    #[prop_or_default]
    pub scope: AttrValue,
    /// Rows carry `row-<testid>-<key>`.
    #[prop_or_default]
    pub testid: AttrValue,
}

#[component]
pub fn DataGrid(props: &DataGridProps) -> Html {
    let node = use_node_ref();
    let height = use_row_heights().row;
    let window = use_state_eq(|| (0_usize, AT_FIRST));
    let active = use_state_eq(|| 0_usize);
    let now = (*active).min(props.count.saturating_sub(1));

    let measure = use_callback(
        (node.clone(), window.setter(), height),
        |(): (), (node, window, height)| {
            if let Some(view) = node.cast::<HtmlElement>() {
                let per = usize::try_from((*height).max(1)).unwrap_or(1);
                let top = usize::try_from(view.scroll_top()).unwrap_or(0) / per;
                let fit = usize::try_from(view.client_height()).unwrap_or(0) / per + 1;
                window.set((top, fit.max(1)));
            }
        },
    );
    use_effect_with((props.count, measure.clone()), |(_, measure)| {
        measure.emit(());
        let on_resize = measure.clone();
        let guard =
            gloo_events::EventListener::new(&dom::window(), "resize", move |_| on_resize.emit(()));
        move || drop(guard)
    });
    use_effect_with(
        (props.scope.clone(), node.clone(), active.setter()),
        |(_, node, active)| {
            active.set(0);
            if let Some(view) = node.cast::<HtmlElement>() {
                view.set_scroll_top(0);
            }
        },
    );
    let onscroll = use_callback(measure, |_: Event, measure| measure.emit(()));
    let move_to = use_callback(
        (node.clone(), active.setter(), height),
        |to: usize, (node, active, height)| {
            active.set(to);
            reveal(node, to, *height);
        },
    );
    let onkeydown = {
        let (onopen, onselect, count) = (props.onopen.clone(), props.onselect.clone(), props.count);
        let page = window.1.saturating_sub(2).max(1);
        Callback::from(move |event: KeyboardEvent| {
            let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
            let last = count.saturating_sub(1);
            let to = match event.key().as_str() {
                "ArrowDown" | "j" if plain => (now + 1).min(last),
                "ArrowUp" | "k" if plain => now.saturating_sub(1),
                "Home" => 0,
                "End" => last,
                "PageDown" => (now + page).min(last),
                "PageUp" => now.saturating_sub(page),
                "Enter" if plain && !meant_inside(&event) => {
                    event.prevent_default();
                    return onopen.emit(now);
                }
                " " | "x" if plain && !meant_inside(&event) => {
                    if let Some(select) = &onselect {
                        event.prevent_default();
                        select.emit((now, event.shift_key()));
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            move_to.emit(to);
        })
    };
    let onactivate = use_callback(active.setter(), |index: usize, active| active.set(index));
    let (first, fit) = *window;
    let from = first.saturating_sub(OVERSCAN);
    let to = (first + fit + OVERSCAN).min(props.count);
    // The row with the focus stays drawn when it scrolls away, so that the keys keep working.
    let stray = (props.count > 0 && !(from..to).contains(&now)).then_some(now);
    let tracks = tracks(props.columns, props.onselect.is_some());
    let place = Rc::new(RowPlace {
        height,
        tracks: tracks.clone(),
        columns: props.columns,
        testid: props.testid.clone(),
        onopen: props.onopen.clone(),
        onselect: props.onselect.clone(),
        onactivate,
    });
    html! {
        <div class="grid-panel" role="grid" aria-label={props.label.clone()} aria-rowcount={(props.count + 1).to_string()}
            aria-multiselectable={props.onselect.is_some().then_some("true")} {onkeydown}>
            <div class="vlist__head" role="row" aria-rowindex="1" style={format!("--cols: {tracks}")}>
                if props.onselect.is_some() {
                    <span role="columnheader">
                        <Checkbox label="Select all" hidden_label={true} checked={props.count > 0 && props.selected == props.count}
                            mixed={props.selected > 0 && props.selected < props.count} onchange={props.onselectall.clone()} />
                    </span>
                }
                for column in props.columns {
                    <span role="columnheader" class={column.number.then_some("vlist__num")}>
                        if column.title.is_empty() { <span class="visually-hidden">{ "Actions" }</span> } else { { column.title } }
                    </span>
                }
            </div>
            <div class="vlist" ref={node} {onscroll} role="presentation">
                <div class="vlist__space" role="presentation" style={format!("--h: {}px", props.count * usize::try_from(height).unwrap_or(32))}>
                    for index in (from..to).chain(stray) {
                        <GridRow key={index} {index} row={props.row.emit(index)} active={index == now} place={place.clone()} />
                    }
                </div>
            </div>
        </div>
    }
}

fn tracks(columns: &[Column], with_box: bool) -> AttrValue {
    let mut tracks: Vec<&str> = if with_box { vec!["16px"] } else { Vec::new() };
    tracks.extend(columns.iter().map(|column| column.width));
    AttrValue::from(tracks.join(" "))
}

/// Whether the key was meant for a control inside the row.
fn meant_inside(event: &KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "BUTTON" | "A" | "INPUT"))
}

/// Scrolls so far that the row is seen, then gives it the focus.
fn reveal(node: &NodeRef, index: usize, height: i32) {
    let Some(view) = node.cast::<HtmlElement>() else {
        return;
    };
    let top = i32::try_from(index)
        .unwrap_or(i32::MAX)
        .saturating_mul(height);
    if top < view.scroll_top() {
        view.set_scroll_top(top);
    } else if top + height > view.scroll_top() + view.client_height() {
        view.set_scroll_top(top + height - view.client_height());
    }
    let node = node.clone();
    gloo_timers::callback::Timeout::new(0, move || {
        dom::focus_first(&node, &format!("[aria-rowindex='{}']", index + 2));
    })
    .forget();
}

//! A run that waits. Keys on its row: Space tells every reason, `.` takes it out, Alt with an arrow changes its
//! priority, Shift with Enter lets it run next, arrows move, Enter opens it.

use std::cmp::Ordering;

use drover_model::request::WaitingRun;
use drover_model::{Priority, WaitReason};
use jiff::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

use super::orders::{Orders, Turn};
use super::{ReasonLine, reason_list};
use crate::components::{Icon, IconButton, Menu, MenuItem};
use crate::route::Route;
use crate::state::queue::{next_priority, pieces, priority_words};

#[derive(PartialEq, Properties)]
pub(super) struct WaitingRowProps {
    /// From 1.
    pub place: usize,
    pub run: WaitingRun,
    pub now: Timestamp,
    pub orders: Orders,
    /// Told the row that is to have the focus after an order by a key.
    pub onact: Callback<String>,
}

#[component]
pub(super) fn WaitingRow(props: &WaitingRowProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let open = use_state_eq(|| false);
    let WaitingRowProps {
        place,
        run,
        now,
        orders,
        onact,
    } = props;
    let row = &run.row;
    let id = row.id.to_string();
    let name = format!("{} #{}", row.task, row.id.short());

    let turn = {
        let (run, from, name) = (row.id, run.priority, name.clone());
        orders.turn.reform(move |to: Priority| Turn {
            run,
            name: name.clone(),
            from,
            to,
        })
    };
    let stop = {
        let (run, name) = (row.id, name.clone());
        orders.stop.reform(move |()| (run, name.clone()))
    };
    let ontoggle = use_callback(open.clone(), |(): (), open| open.set(!**open));
    let onkeydown = {
        let (turn, stop, ontoggle) = (turn.clone(), stop.clone(), ontoggle.clone());
        let (priority, route) = (run.priority, Route::Run { id: id.clone() });
        let (own, onact) = (format!("waiting-{id}"), onact.clone());
        Callback::from(move |event: KeyboardEvent| {
            if !on_row(&event) {
                return;
            }
            let key = event.key();
            match (key.as_str(), event.alt_key(), event.shift_key()) {
                ("ArrowUp" | "ArrowDown", true, _) => {
                    if let Some(to) = next_priority(priority, key == "ArrowUp") {
                        onact.emit(own.clone());
                        turn.emit(to);
                    }
                }
                ("ArrowUp" | "k", false, false) => go_to(&event, false),
                ("ArrowDown" | "j", false, false) => go_to(&event, true),
                ("Enter", false, true) => {
                    onact.emit(own.clone());
                    turn.emit(Priority::FIRST);
                }
                ("Enter", false, false) => navigator.push(&route),
                (" ", false, false) => ontoggle.emit(()),
                (".", false, false) => {
                    onact.emit(beside(&event).unwrap_or_default());
                    stop.emit(());
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let choices = (0..=9)
        .rev()
        .filter_map(|number| Priority::try_from(number).ok());
    let items: Vec<MenuItem> = choices
        .map(|to| {
            let turn = turn.clone();
            let icon = match to.cmp(&run.priority) {
                Ordering::Greater => "arrow-up",
                Ordering::Equal => "check",
                Ordering::Less => "arrow-down",
            };
            MenuItem::new(
                priority_words(to),
                icon,
                Callback::from(move |()| turn.emit(to)),
            )
            .testid(format!("queue-priority-{}", to.get()))
        })
        .collect();
    let onnext = turn.reform(|_: MouseEvent| Priority::FIRST);
    let onstop = stop.reform(|_: MouseEvent| ());
    html! {
        <>
            <tr tabindex="0" {onkeydown} data-testid={format!("waiting-{id}")}>
                <td class="num mute">{ *place }</td>
                <td>
                    <Link<Route> to={Route::Run { id: id.clone() }} classes="link strong">{ row.task.as_str() }</Link<Route>>
                    <span class="mute mono small">{ format!(" #{}", row.id.short()) }</span>
                </td>
                <td>{ row.profile.as_ref().map_or_else(|| html! { <span class="mute">{ "none" }</span> }, |name| html! { { name.as_str() } }) }</td>
                <td><Menu label={priority_words(run.priority)} labelled={true} small={true} {items} testid={format!("queue-priority-of-{id}")} /></td>
                <td class="wide">{ headline(run, *now, *open, &ontoggle) }</td>
                <td class="actions"><div>
                    if run.priority < Priority::FIRST {
                        <IconButton icon="arrow-up" label={format!("Run {name} next")} small={true} onclick={onnext} testid={format!("queue-next-{id}")} />
                    }
                    <IconButton icon="x" label={format!("Take {name} out of the queue")} small={true} onclick={onstop} testid={format!("queue-stop-{id}")} />
                </div></td>
            </tr>
            if *open && !run.reasons.is_empty() {
                <tr class="fold-row"><td colspan="4" /><td colspan="2">{ reason_list(&run.reasons, row.attempt, *now) }</td></tr>
            }
        </>
    }
}

/// What keeps it longest; the others behind a button.
fn headline(run: &WaitingRun, now: Timestamp, open: bool, ontoggle: &Callback<()>) -> Html {
    let Some(first) = run.reasons.first() else {
        return html! { <span class="mute">{ "Starts in a moment." }</span> };
    };
    let more = run.reasons.len() - 1;
    // A run that the sentence names is a link already.
    let unnamed = pieces(&first.text, &first.blocked_by).1;
    let has_details = !unnamed.is_empty() || first.clears_at.is_some();
    let onclick = ontoggle.reform(|_: MouseEvent| ());
    let count = if more > 0 {
        format!("and {more} more")
    } else {
        "details".to_owned()
    };
    html! {
        <span class="row">
            <span class="truncate"><ReasonLine reason={WaitReason::clone(first)} attempt={run.row.attempt} {now} /></span>
            if more > 0 || has_details {
                <button type="button" class="fold-button second small" aria-expanded={if open { "true" } else { "false" }} {onclick}
                    data-testid={format!("queue-why-{}", run.row.id)}>
                    <Icon name={if open { "chevron-down" } else { "chevron-right" }} />{ count }
                </button>
            }
        </span>
    }
}

/// The test id of the next row with a run, else of the one before.
fn beside(event: &KeyboardEvent) -> Option<String> {
    let row: HtmlElement = event.target()?.dyn_into().ok()?;
    let named = |element: HtmlElement| element.get_attribute("data-testid");
    row_beside(row.clone(), true)
        .or_else(|| row_beside(row, false))
        .and_then(named)
}

/// Whether the row itself has the focus, and not a button inside.
fn on_row(event: &KeyboardEvent) -> bool {
    let plain = !(event.ctrl_key() || event.meta_key());
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    plain && target.is_some_and(|element| element.tag_name() == "TR")
}

/// Moves the focus to the next row with a run, or the one before.
fn go_to(event: &KeyboardEvent, down: bool) {
    let row = event.target().and_then(|target| target.dyn_into().ok());
    if let Some(next) = row.and_then(|row| row_beside(row, down)) {
        next.focus().ok(); // a row that just left cannot take it
    }
}

fn row_beside(mut row: HtmlElement, down: bool) -> Option<HtmlElement> {
    loop {
        let next = if down {
            row.next_element_sibling()
        } else {
            row.previous_element_sibling()
        };
        row = next?.dyn_into().ok()?;
        if row.has_attribute("tabindex") {
            return Some(row);
        }
    }
}

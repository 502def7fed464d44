//! The command palette: a combobox over commands and things.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::{Icon, Kbd};
use crate::{bridge::dom, score::score};

/// Rows shown for one group.
const PER_GROUP: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub struct PaletteEntry {
    pub group: &'static str,
    pub title: AttrValue,
    /// What kind of thing it is, or where it stands.
    pub context: Option<AttrValue>,
    pub icon: &'static str,
    pub keys: Option<&'static str>,
    pub action: Callback<()>,
}

#[derive(PartialEq, Properties)]
pub struct CommandPaletteProps {
    pub entries: Vec<PaletteEntry>,
    pub onclose: Callback<()>,
}

#[component]
pub fn CommandPalette(props: &CommandPaletteProps) -> Html {
    let node = use_node_ref();
    let query = use_state_eq(String::new);
    let chosen = use_state_eq(|| 0_usize);
    use_effect_with(node.clone(), |node| {
        let opener = dom::focused();
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            dialog.show_modal().ok(); // it fails only when it is open already
        }
        dom::focus_first(node, "input");
        move || {
            if let Some(opener) = opener {
                opener.focus().ok(); // the opener may have left the page
            }
        }
    });
    let rows = use_memo(
        (props.entries.clone(), query.clone()),
        |(entries, query)| ranked(entries, query),
    );
    let at = (*chosen).min(rows.len().saturating_sub(1));

    let oninput = use_callback(
        (query.setter(), chosen.setter()),
        |event: InputEvent, (query, chosen)| {
            query.set(event.target_unchecked_into::<HtmlInputElement>().value());
            chosen.set(0);
        },
    );
    let pick = use_callback(
        (rows.clone(), props.onclose.clone()),
        |index: usize, (rows, close)| {
            close.emit(());
            if let Some(row) = rows.get(index) {
                row.action.emit(());
            }
        },
    );
    let onkeydown = {
        let (count, pick, chosen, node) = (rows.len(), pick.clone(), chosen.setter(), node.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1) % count.max(1),
                "ArrowUp" => (at + count.saturating_sub(1)) % count.max(1),
                "Enter" => {
                    event.prevent_default();
                    return pick.emit(at);
                }
                _ => return,
            };
            event.prevent_default();
            chosen.set(next);
            let row = node.cast::<HtmlElement>().and_then(|list| {
                list.query_selector(&format!("#palette-{next}"))
                    .ok()
                    .flatten()
            });
            if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                row.scroll_into_view_with_bool(false);
            }
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |event: Event, close| {
        event.prevent_default();
        close.emit(());
    });
    let onclick = use_callback(
        (node.clone(), props.onclose.clone()),
        |event: MouseEvent, (node, close)| {
            let backdrop = node
                .cast::<HtmlElement>()
                .is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
            if backdrop {
                close.emit(());
            }
        },
    );
    let mut group = "";
    html! {
        <dialog ref={node} class="palette" aria-label="Command palette" {oncancel} {onclick} data-testid="palette">
            <div class="palette__field">
                <Icon name="search" />
                <input class="palette__input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                    aria-label="Search or run a command" aria-activedescendant={(!rows.is_empty()).then(|| format!("palette-{at}"))}
                    placeholder="Search or run a command" autocomplete="off" spellcheck="false"
                    value={(*query).clone()} {oninput} {onkeydown} data-testid="palette-input" />
                <Kbd keys="Esc" />
            </div>
            <div class="palette__list" id="palette-list" role="listbox" aria-label="Commands">
                for (index, entry) in rows.iter().enumerate() {
                    if std::mem::replace(&mut group, entry.group) != entry.group {
                        <div class="palette__group" role="presentation">{ entry.group }</div>
                    }
                    <PaletteRow {index} entry={entry.clone()} chosen={index == at} pick={pick.clone()} />
                }
            </div>
            if rows.is_empty() {
                <p class="palette__empty" role="status">{ format!("Nothing matches ‘{}’.", *query) }</p>
            }
        </dialog>
    }
}

#[derive(PartialEq, Properties)]
struct PaletteRowProps {
    index: usize,
    entry: PaletteEntry,
    chosen: bool,
    pick: Callback<usize>,
}

#[component]
fn PaletteRow(props: &PaletteRowProps) -> Html {
    let entry = &props.entry;
    let onclick = use_callback(
        (props.index, props.pick.clone()),
        |event: MouseEvent, (index, pick)| {
            event.stop_propagation();
            pick.emit(*index);
        },
    );
    html! {
        <div class="palette__row" role="option" id={format!("palette-{}", props.index)} aria-selected={if props.chosen { "true" } else { "false" }} {onclick}>
            <Icon name={entry.icon} />
            <span class="palette__title">{ &entry.title }</span>
            if let Some(context) = &entry.context { <span class="palette__context">{ context }</span> }
            if let Some(keys) = entry.keys { <Kbd {keys} /> }
        </div>
    }
}

/// The entries that fit, best first within each group; the groups keep the order in which they came.
fn ranked(entries: &[PaletteEntry], query: &str) -> Vec<PaletteEntry> {
    let mut groups: Vec<(&'static str, Vec<(i32, &PaletteEntry)>)> = Vec::new();
    for entry in entries {
        let Some(points) = score(query, &entry.title) else {
            continue;
        };
        match groups.iter_mut().find(|(group, _)| *group == entry.group) {
            Some((_, rows)) => rows.push((points, entry)),
            None => groups.push((entry.group, vec![(points, entry)])),
        }
    }
    for (_, rows) in &mut groups {
        rows.sort_by_key(|(points, _)| -points);
        rows.truncate(PER_GROUP);
    }
    if !query.is_empty() {
        groups.sort_by_key(|(_, rows)| -rows.first().map_or(0, |(points, _)| *points));
    }
    groups
        .into_iter()
        .flat_map(|(_, rows)| rows)
        .map(|(_, entry)| entry.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(group: &'static str, title: &'static str) -> PaletteEntry {
        PaletteEntry {
            group,
            title: title.into(),
            context: None,
            icon: "x",
            keys: None,
            action: Callback::noop(),
        }
    }

    #[test]
    fn the_group_with_the_best_row_comes_first() {
        let entries = [
            entry("Go to", "Profiles"),
            entry("Go to", "Runs"),
            entry("Profiles", "anna"),
            entry("Tasks", "run away"),
        ];
        let titles = |query: &str| {
            ranked(&entries, query)
                .iter()
                .map(|entry| entry.title.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            titles(""),
            ["Profiles", "Runs", "anna", "run away"],
            "without letters all stand in their order"
        );
        assert_eq!(titles("anna"), ["anna"], "what does not fit is left out");
        assert_eq!(titles("runs"), ["Runs"], "all letters are needed");
    }
}

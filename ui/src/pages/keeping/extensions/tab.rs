//! The list.

use std::rc::Rc;

use drover_model::request::ListExtensions;
use drover_model::{Fact, Profile};
use yew::prelude::*;

use super::add::AddExtensionDialog;
use super::remove::RemoveExtensionDialog;
use crate::components::{Badge, Button, ButtonTone, EmptyState, IconButton, Tone, Words};
use crate::format;
use crate::hooks::use_query;
use crate::state::keeping::{ExtensionRow, LoadState, extension_rows};
use crate::state::render_remote;

/// What lies over the list.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Add,
    Remove(Rc<ExtensionRow>),
}

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct ExtensionsTabProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(in crate::pages) fn ExtensionsTab(props: &ExtensionsTabProps) -> Html {
    let question = ListExtensions {
        profile: props.profile.id.to_string(),
    };
    // Whether they work is known from the browser that runs.
    let query = use_query(question, 0, |_, fact: &Fact| {
        matches!(fact, Fact::BrowsersChanged)
    });
    let layer = use_state_eq(|| Layer::None);
    let onadd = use_callback(layer.setter(), |_: MouseEvent, layer| layer.set(Layer::Add));
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let onremove = use_callback(layer.setter(), |row: Rc<ExtensionRow>, layer| {
        layer.set(Layer::Remove(row));
    });
    let onchanged = query.onreload.clone();
    html! {
        <div class="stack keep">
            { render_remote(&query.remote, "The extensions could not be loaded", &query.onreload, |list| {
                let rows = extension_rows(list);
                if rows.is_empty() {
                    html! {
                        <EmptyState icon="package" title="No extensions" testid="extensions-empty"
                            text="An extension comes from a folder, a .zip or a .crx on this machine, and belongs to this profile alone.">
                            <Button label="Add extension…" icon="plus" tone={ButtonTone::Primary} onclick={onadd} testid="extension-add" />
                        </EmptyState>
                    }
                } else {
                    self::list(&rows, onadd, &onremove)
                }
            }) }
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Add => html! { <AddExtensionDialog profile={props.profile.clone()} {onchanged} {onclose} /> },
                Layer::Remove(row) => html! { <RemoveExtensionDialog profile={props.profile.clone()} row={row.clone()} {onchanged} {onclose} /> },
            } }
        </div>
    }
}

fn list(
    rows: &[ExtensionRow],
    onadd: Callback<MouseEvent>,
    onremove: &Callback<Rc<ExtensionRow>>,
) -> Html {
    html! {
        <section class="panel" aria-labelledby="extensions-title">
            <div class="panel__head">
                <h2 class="panel__title" id="extensions-title">{ "Extensions" }</h2>
                <Button label="Add extension…" icon="plus" small={true} onclick={onadd} testid="extension-add" />
            </div>
            <table class="table" data-testid="extensions">
                <thead><tr><th>{ "Name" }</th><th>{ "State" }</th><th>{ "Asks for" }</th><th class="num">{ "Size" }</th><th><span class="visually-hidden">{ "Actions" }</span></th></tr></thead>
                <tbody>for row in rows { { draw(row, onremove) } }</tbody>
            </table>
        </section>
    }
}

fn draw(row: &ExtensionRow, onremove: &Callback<Rc<ExtensionRow>>) -> Html {
    let about = row.about.as_ref();
    let permissions = about.map_or_else(String::new, |about| about.permissions.join(", "));
    let onclick = {
        let row = Rc::new(row.clone());
        onremove.reform(move |_: MouseEvent| row.clone())
    };
    html! {
        <tr key={row.digest.clone()}>
            <td title={about.and_then(|about| about.description.clone())}>
                <span class="name">{ &row.name }</span>
                if let Some(about) = about { <span class="mute small">{ format!("  {}", about.version) }</span> }
            </td>
            <td class="wrap">{ state(&row.state) }</td>
            <td class="mono dim small" title={permissions.clone()}>{ if about.is_some() && permissions.is_empty() { "nothing" } else { &permissions } }</td>
            <td class="num">{ about.map(|about| format::size(about.bytes)) }</td>
            <td class="actions"><div>
                if row.state != LoadState::UntilClosed {
                    <IconButton icon="trash-2" label={format!("Remove {}", row.name)} small={true} {onclick} testid="extension-remove" />
                }
            </div></td>
        </tr>
    }
}

fn state(state: &LoadState) -> Html {
    let (label, tone, icon) = match state {
        LoadState::Loaded => ("loaded", Tone::Ok, "circle-check"),
        LoadState::NextStart => ("at the next start", Tone::Info, "clock"),
        LoadState::NotLoaded(_) => ("not loaded", Tone::Err, "circle-x"),
        LoadState::UntilClosed => ("removed, until the browser closes", Tone::Warn, "clock"),
    };
    html! {
        <>
            <Badge {label} {tone} icon={Some(icon)} plain={true} />
            if let LoadState::NotLoaded(why) = state { <div class="second small"><Words text={format::sentence(why)} /></div> }
        </>
    }
}

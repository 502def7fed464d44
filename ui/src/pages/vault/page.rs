//! The list of tokens.

use std::rc::Rc;

use drover_model::TokenRef;
use drover_model::token::{Keychain, KeychainState};
use jiff::Timestamp;
use yew::prelude::*;

use super::dialog::TokenDialog;
use super::keychain_panel::KeychainPanel;
use super::remove::RemoveTokenDialog;
use crate::bridge::clock;
use crate::components::{
    Badge, Button, ButtonTone, Column, DataGrid, EmptyState, Icon, Menu, MenuItem, Page, Row, Tone,
};
use crate::format;
use crate::hooks::{use_action, use_area, use_now};
use crate::keymap::Action;
use crate::state::{TokenDraft, expiry, render_remote};

const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(160px, 1.4fr)"),
    Column::new("Kind", "90px"),
    Column::new("Used by", "minmax(140px, 1.6fr)"),
    Column::new("Last used", "110px"),
    Column::new("Expires", "minmax(130px, 150px)"),
    Column::new("Kept in", "minmax(110px, 130px)"),
    Column::new("", "32px"),
];

/// What lies over the list.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Edit(TokenDraft),
    Remove(Rc<TokenRef>),
}

#[component]
pub fn Vault() -> Html {
    let tokens = use_area::<Vec<TokenRef>>();
    let keychain = use_area::<Keychain>();
    let now = use_now(60_000);
    let layer = use_state_eq(|| Layer::None);
    let ready = keychain
        .data()
        .is_none_or(|keychain| keychain.state == KeychainState::Ready);
    let blocked = (!ready).then_some(AttrValue::from("The keychain must be unlocked first"));

    let onnew = use_callback(layer.setter(), |(): (), layer| {
        layer.set(Layer::Edit(TokenDraft::default()));
    });
    let onclick = use_callback(onnew.clone(), |_: MouseEvent, new| new.emit(()));
    use_action(Action::New, ready.then_some(onnew));
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let onopen = use_callback(
        (tokens.clone(), layer.setter(), ready),
        |index: usize, (tokens, layer, ready)| {
            if let Some(token) = tokens
                .data()
                .and_then(|all| all.get(index))
                .filter(|_| *ready)
            {
                layer.set(Layer::Edit(TokenDraft::replacing(token)));
            }
        },
    );
    let row = use_callback(
        (tokens.clone(), layer.setter(), now),
        |index: usize, (tokens, layer, now)| {
            let token = tokens.data().and_then(|all| all.get(index));
            token.map_or_else(Row::default, |token| draw(token, *now, layer))
        },
    );
    let count = tokens.data().map_or(0, |all| all.len());
    let actions = html! {
        <Button label="Add token" icon="plus" tone={ButtonTone::Primary} keys="n" blocked={blocked.clone()} onclick={onclick.clone()} testid="token-new" />
    };
    html! {
        <Page title="Vault" count={Some(count as u64)} {actions} fixed={true}>
            <div class="stack page__fill">
                <KeychainPanel />
                { render_remote(tokens.remote(), "The tokens could not be loaded", &tokens.on_reload(), |all| if all.is_empty() {
                    html! {
                        <EmptyState icon="key-round" title="No tokens yet" text="Tasks refer to tokens by name; values stay in the system keychain." testid="tokens-empty">
                            <Button label="Add token" icon="plus" tone={ButtonTone::Primary} {blocked} {onclick} />
                        </EmptyState>
                    }
                } else {
                    html! { <DataGrid label="Tokens" columns={COLUMNS} {count} {row} {onopen} testid="token" /> }
                }) }
            </div>
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Edit(draft) => html! { <TokenDialog draft={draft.clone()} {onclose} /> },
                Layer::Remove(token) => html! { <RemoveTokenDialog token={token.clone()} {onclose} /> },
            } }
        </Page>
    }
}

fn draw(token: &TokenRef, now: Timestamp, layer: &UseStateSetter<Layer>) -> Row {
    let (replaced, removed) = (token.clone(), Rc::new(token.clone()));
    let (to_replace, to_remove) = (layer.clone(), layer.clone());
    let items = vec![
        MenuItem::new(
            "Replace value…",
            "rotate-ccw",
            Callback::from(move |()| to_replace.set(Layer::Edit(TokenDraft::replacing(&replaced)))),
        ),
        MenuItem::new(
            "Remove…",
            "trash-2",
            Callback::from(move |()| to_remove.set(Layer::Remove(removed.clone()))),
        )
        .danger(),
    ];
    let last_used = token
        .last_used_at
        .map_or("never".to_owned(), |at| format::relative(at, now));
    let expires = match token.expires_at {
        None => html! { <span class="mute">{ "never" }</span> },
        Some(at) => {
            let (label, tone) = expiry(at, now);
            let title = clock::local(at);
            match tone {
                Tone::Mute => html! { <span class="second" {title}>{ label }</span> },
                tone => html! { <Badge {label} {tone} icon={Some("triangle-alert")} {title} /> },
            }
        }
    };
    Row {
        key: token.name.to_string().into(),
        name: token.name.to_string().into(),
        selected: false,
        cells: vec![
            html! { <span class="row"><Icon name="key" class={classes!("tone-mute")} /><span class="mono">{ token.name.as_str() }</span></span> },
            html! { <span class="second">{ token.kind.label() }</span> },
            crate::pages::used_by(&token.used_by),
            html! { <span class="second" title={token.last_used_at.map(clock::local)}>{ last_used }</span> },
            expires,
            html! { <span class="second">{ super::keychain_panel::backend_name(&token.backend) }</span> },
            html! { <Menu label={format!("Actions for {}", token.name)} small={true} {items} testid={format!("token-menu-{}", token.name)} /> },
        ],
    }
}

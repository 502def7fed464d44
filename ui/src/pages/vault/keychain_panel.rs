//! What the keychain can do now, and the way to change it.

use drover_model::request::KeepTokensInMemory;
use drover_model::token::{Keychain, KeychainState};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, ButtonTone, Callout, Icon, Tone};
use crate::frame::commands::use_unlock;
use crate::hooks::{use_area, use_link, use_toasts};
use crate::state::render_remote;

#[component]
pub(super) fn KeychainPanel() -> Html {
    let (link, toasts, keychain) = (use_link(), use_toasts(), use_area::<Keychain>());
    let (unlocking, unlock) = use_unlock();
    let onunlock = use_callback(unlock, |_: MouseEvent, unlock| unlock.emit(()));
    let onretry = use_callback(keychain.on_reload(), |_: MouseEvent, retry| retry.emit(()));
    let onmemory = use_callback(
        (link, toasts, keychain.clone()),
        |_: MouseEvent, (link, toasts, keychain)| {
            let (link, toasts, keychain) = (link.clone(), toasts.clone(), keychain.clone());
            spawn_local(async move {
                match api::keep_tokens_in_memory(&link, KeepTokensInMemory {}).await {
                    Ok(_) => toasts.info("Tokens are kept in memory until Drover quits"),
                    Err(error) => toasts.failed(&error),
                }
                keychain.reload();
            });
        },
    );
    let unlock_button = html! {
        <Button label="Unlock" icon="lock-open" tone={ButtonTone::Primary} small={true} busy={unlocking} onclick={onunlock} testid="keychain-unlock" />
    };
    let retry = html! { <Button label="Look again" icon="refresh-cw" small={true} onclick={onretry} testid="keychain-retry" /> };
    render_remote(
        keychain.remote(),
        "The keychain did not answer",
        &keychain.on_reload(),
        |keychain| match keychain.state {
            KeychainState::Ready if keychain.session_only => html! {
                <Callout tone={Tone::Warn} title="Tokens are kept in memory" testid="keychain-memory">
                    { "They are gone when Drover quits, and they are never written to a file." }
                </Callout>
            },
            KeychainState::Ready => html! {
                <p class="row second" data-testid="keychain-ready">
                    <Icon name="shield-check" class={classes!("tone-ok")} />
                    { format!("Values are in {}, unlocked. Drover stores names only and never shows a value again.", backend_name(&keychain.backend)) }
                </p>
            },
            KeychainState::Locked | KeychainState::Unlocking => html! {
                <Callout tone={Tone::Warn} title="The keychain is locked" actions={unlock_button} testid="keychain-locked">
                    { "Tokens can be neither read nor stored. Runs that need one wait for it; nothing else stops working." }
                </Callout>
            },
            KeychainState::Absent => html! {
                <Callout tone={Tone::Warn} title="No system keychain was found" testid="keychain-absent" actions={html! {
                    <>
                        <Button label="Keep tokens in memory until Drover quits" small={true} onclick={onmemory} testid="keychain-memory-choose" />
                        { retry }
                    </>
                }}>
                    { "Everything but tokens works. To keep tokens, install and start a keychain such as GNOME Keyring or KWallet, then look again. " }
                    { "Drover never writes a secret to a file." }
                </Callout>
            },
            KeychainState::TimedOut => html! {
                <Callout tone={Tone::Warn} title="The keychain does not answer" actions={retry}>
                    { "It was asked and said nothing in time. A prompt of the system may be waiting behind another window." }
                </Callout>
            },
            KeychainState::Probing => {
                html! { <p class="row second"><Icon name="loader" turning={true} />{ "Looking at the keychain" }</p> }
            }
        },
    )
}

/// The keychain's name as people know it.
pub(super) fn backend_name(key: &str) -> &str {
    match key {
        "secret-service" => "Secret Service",
        "keychain" | "macos" | "apple" => "macOS Keychain",
        "windows" | "credential-manager" => "Credential Manager",
        "memory" => "memory",
        other => other,
    }
}

//! Orders of the frame itself: pause the queue, switch the theme, unlock the keychain.

use drover_model::request::{PauseQueue, SaveSettings, Summary, UnlockKeychain};
use drover_model::token::Keychain;
use drover_model::{Settings, settings::Theme};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::appearance;
use crate::api;
use crate::hooks::{use_area, use_link, use_toasts};

/// Pauses the queue, or resumes it when it is paused.
#[hook]
pub fn use_pause() -> Callback<()> {
    let (link, toasts, summary) = (use_link(), use_toasts(), use_area::<Summary>());
    use_callback(
        (link, toasts, summary),
        |(): (), (link, toasts, summary)| {
            let paused = !summary.data().is_some_and(|summary| summary.paused);
            let (link, toasts, summary) = (link.clone(), toasts.clone(), summary.clone());
            spawn_local(async move {
                match api::pause_queue(&link, PauseQueue { paused }).await {
                    Ok(_) => summary.reload(),
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    )
}

/// Changes the settings at once and says so when they could not be saved.
#[hook]
pub fn use_save_settings() -> Callback<Settings> {
    let (link, toasts, area) = (use_link(), use_toasts(), use_area::<Settings>());
    use_callback(
        (link, toasts, area),
        |settings: Settings, (link, toasts, area)| {
            let (link, toasts, area) = (link.clone(), toasts.clone(), area.clone());
            spawn_local(async move {
                if let Err(error) = api::save_settings(&link, SaveSettings { settings }).await {
                    toasts.failed(&error);
                }
                area.reload(); // after a failure this puts the control back
            });
        },
    )
}

#[hook]
pub fn use_switch_theme() -> Callback<()> {
    let (settings, save) = (use_area::<Settings>(), use_save_settings());
    use_callback((settings, save), |(): (), (settings, save)| {
        if let Some(settings) = settings.data() {
            let theme: Theme =
                appearance::other_theme(settings.theme, appearance::system_is_dark());
            save.emit(Settings {
                theme,
                ..(**settings).clone()
            });
        }
    })
}

/// Asks the operating system to unlock the keychain. `true` while its prompt may be on screen.
#[hook]
pub fn use_unlock() -> (bool, Callback<()>) {
    let (link, toasts, keychain) = (use_link(), use_toasts(), use_area::<Keychain>());
    let busy = use_state_eq(|| false);
    let unlock = use_callback(
        (link, toasts, keychain, busy.setter()),
        |(): (), (link, toasts, keychain, busy)| {
            let (link, toasts, keychain, busy) =
                (link.clone(), toasts.clone(), keychain.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                if let Err(error) = api::unlock_keychain(&link, UnlockKeychain {}).await {
                    toasts.failed(&error);
                }
                keychain.reload();
                busy.set(false);
            });
        },
    );
    (*busy, unlock)
}

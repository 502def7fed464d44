//! How the profile stands on the sites that tasks check.

use std::rc::Rc;

use drover_model::request::ForgetLogin;
use drover_model::{Login, LoginSite, LoginState, Profile};
use jiff::Timestamp;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::api;
use crate::bridge::clock;
use crate::components::{Badge, Button, Tone};
use crate::format;
use crate::hooks::{use_link, use_toasts};
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(super) struct SignInsProps {
    pub profile: Rc<Profile>,
    pub now: Timestamp,
}

#[component]
pub(super) fn SignIns(props: &SignInsProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let onforget = use_callback(
        (link, toasts, props.profile.id),
        |site: LoginSite, (link, toasts, profile)| {
            let (link, toasts) = (link.clone(), toasts.clone());
            let request = ForgetLogin {
                profile: *profile,
                site,
            };
            spawn_local(async move {
                match api::forget_login(&link, request).await {
                    Ok(_) => {
                        toasts.done("The answer is put aside. Runs that waited for it may start.");
                    }
                    Err(error) => toasts.failed(&error),
                }
            });
        },
    );
    html! {
        <>
            if props.profile.logins.is_empty() { <span class="mute">{ "none checked" }</span> }
            for login in &props.profile.logins {
                <div key={login.site.to_string()} class="row row--wrap" data-testid={format!("sign-in-{}", login.site)}>
                    { badge(login) }
                    <span class="mono">{ login.site.as_str() }</span>
                    <span class="mute small" title={clock::local(login.checked_at)}>{ format!("checked {}", format::relative(login.checked_at, props.now)) }</span>
                    if let Some(run) = login.run { <Link<Route> to={Route::Run { id: run.to_string() }} classes="link mono small">{ format!("#{}", run.short()) }</Link<Route>> }
                    if login.state == LoginState::SignedOut {
                        <Button label="I signed in" small={true} testid={format!("sign-in-forget-{}", login.site)}
                            onclick={onforget.reform({ let site = login.site.clone(); move |_: MouseEvent| site.clone() })} />
                    }
                </div>
            }
        </>
    }
}

fn badge(login: &Login) -> Html {
    let (tone, icon) = match login.state {
        LoginState::SignedIn => (Tone::Ok, "circle-check"),
        LoginState::SignedOut => (Tone::Err, "lock"),
        LoginState::Unknown => (Tone::Mute, "circle-help"),
    };
    let title = login.message.clone().unwrap_or_default();
    html! { <Badge label={login.state.label()} {tone} icon={Some(icon)} {title} /> }
}

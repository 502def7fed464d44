//! The machine check: lines that appear one after the other.

use drover_model::request::CheckMachine;
use drover_model::{Check, CheckState};
use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api;
use crate::components::{Button, Icon, Tone, Words};
use crate::hooks::use_link;
use crate::state::{Remote, render_remote};

/// Milliseconds between two lines.
const PACE: u32 = 140;

#[component]
pub fn Checks() -> Html {
    let link = use_link();
    let checks = use_state_eq(|| Remote::<Vec<Check>>::Loading);
    let shown = use_state_eq(|| 0_usize);
    let round = use_state_eq(|| 0_u32);
    {
        let (checks, shown) = (checks.setter(), shown.setter());
        use_effect_with(*round, move |_| {
            checks.set(Remote::Loading);
            shown.set(0);
            spawn_local(async move {
                checks.set(match api::check_machine(&link, CheckMachine {}).await {
                    Ok(found) => Remote::ready(found),
                    Err(error) => Remote::Failed(error),
                });
            });
        });
    }
    let count = checks.data().map_or(0, |found| found.len());
    {
        let shown = shown.clone();
        use_effect_with((count, *shown), move |(count, now)| {
            let next = *now + 1;
            let timer = (*now < *count).then(|| Interval::new(PACE, move || shown.set(next)));
            move || drop(timer)
        });
    }
    let again = use_callback(round.clone(), |(): (), round| round.set(**round + 1));
    let onclick = use_callback(again.clone(), |_: MouseEvent, again| again.emit(()));
    let done = count > 0 && *shown >= count;
    html! {
        <div class="checks" aria-live="polite" data-testid="checks">
            { match &*checks {
                Remote::Loading => html! { <p class="row second"><Icon name="loader" turning={true} />{ "Looking at this machine" }</p> },
                other => render_remote(other, "The check did not finish", &again, |found| html! {
                    <ul>
                        for check in found.iter().take(*shown) { <CheckLine key={check.id.clone()} check={check.clone()} /> }
                    </ul>
                }),
            } }
            if done { <Button label="Check again" icon="refresh-cw" small={true} {onclick} testid="check-again" /> }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct CheckLineProps {
    check: Check,
}

#[component]
fn CheckLine(props: &CheckLineProps) -> Html {
    let check = &props.check;
    let (icon, tone, word) = match check.state {
        CheckState::Ok => ("circle-check", Tone::Ok, "fine"),
        CheckState::Warn => ("triangle-alert", Tone::Warn, "works with a limit"),
        CheckState::Fail => ("circle-x", Tone::Err, "missing"),
    };
    html! {
        <li class="check-line" data-testid={format!("check-{}", check.id)}>
            <Icon name={icon} class={classes!(format!("tone-{}", tone.name()))} />
            <div class="check-line__words">
                <span class="check-line__title">{ &check.title }<span class="visually-hidden">{ format!(": {word}") }</span></span>
                <span class="check-line__message selectable"><Words text={crate::format::capital(&check.message)} /></span>
                if let Some(fix) = &check.fix { <span class="check-line__fix selectable"><Words text={crate::format::sentence(fix)} /></span> }
            </div>
        </li>
    }
}

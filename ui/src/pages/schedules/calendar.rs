//! Seven days ahead: how many starts fall into each hour, what gets in the way, and the starts of a day.

use std::rc::Rc;

use drover_model::Fact;
use drover_model::request::{Calendar, CalendarStart, FixSchedules, GetCalendar};
use drover_model::schedule::{Fix, Warning, Words as RuleWords};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::api;
use crate::bridge::clock;
use crate::components::{Button, Callout, Tone, Words};
use crate::format::{self, plural};
use crate::hooks::{use_link, use_query, use_toasts, use_words};
use crate::route::Route;
use crate::state::render_remote;
use crate::state::schedules::{level, warning_words};

/// Of one day at most so many starts are listed.
const LISTED: usize = 200;

#[component]
pub(super) fn CalendarTab() -> Html {
    let (link, toasts, words) = (use_link(), use_toasts(), use_words());
    let day = use_state_eq(|| 0_usize);
    let query = use_query(GetCalendar::default(), 0, |_, fact| {
        matches!(fact, Fact::ScheduleChanged { .. })
    });
    let onday = use_callback(day.setter(), |index: usize, day| day.set(index));
    let onfix = use_callback((link, toasts), |fix: Fix, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            match api::fix_schedules(&link, FixSchedules { fix }).await {
                Ok(fixed) => toasts.done(format!(
                    "{} changed",
                    plural(fixed.len() as u64, "schedule")
                )),
                Err(error) => toasts.failed(&error),
            }
        });
    });
    render_remote(
        &query.remote,
        "The calendar could not be loaded",
        &query.onreload,
        |calendar: &Rc<Calendar>| {
            html! {
                <div class="stack" data-testid="calendar">
                    for warning in &calendar.warnings { { warned(warning, words, &onfix) } }
                    <section class="panel" aria-label="The coming days">
                        <div class="panel__head">
                            <h2 class="panel__title">{ "Starts by hour" }</h2>
                            <span class="mute small">{ format!("in {}", calendar.zone) }</span>
                        </div>
                        <div class="panel__body">{ heat(calendar, *day, &onday) }</div>
                    </section>
                    { starts(calendar, words, *day) }
                </div>
            }
        },
    )
}

fn warned(warning: &Warning, words: &RuleWords, onfix: &Callback<Fix>) -> Html {
    let title = words.clash(&warning.clash, clock::local_civil(warning.at));
    let actions = warning.fix.clone().map(|fix| {
        let label = words.fix(&fix);
        let onclick = onfix.reform(move |_: MouseEvent| fix.clone());
        html! { <Button label={label.replace('`', "")} small={true} {onclick} testid="calendar-fix" /> }
    });
    html! {
        <Callout key={title.clone()} tone={Tone::Warn} title={title.clone()} actions={actions.unwrap_or_default()} testid="calendar-warning">
            <Words text={warning_words(warning)} />
        </Callout>
    }
}

fn heat(calendar: &Calendar, chosen: usize, onday: &Callback<usize>) -> Html {
    let days = &calendar.density.days;
    let most = days.iter().flat_map(|day| day.hours.iter()).copied().max();
    let most = most.unwrap_or(0);
    html! {
        <table class="heat">
            <thead><tr>
                <td />
                for hour in 0..24_u8 { <th scope="col" key={hour}>{ if hour % 3 == 0 { format!("{hour:02}") } else { String::new() } }</th> }
                <th scope="col" class="num">{ "Starts" }</th>
            </tr></thead>
            <tbody>
                for (index, day) in days.iter().enumerate() {
                    <tr key={day.date.to_string()}>
                        <th scope="row">
                            <button type="button" class="heat__day" aria-pressed={if index == chosen { "true" } else { "false" }} onclick={onday.reform(move |_: MouseEvent| index)}>
                                { format::day(day.date) }
                            </button>
                        </th>
                        for (hour, starts) in day.hours.iter().enumerate() { { cell(hour, *starts, most) } }
                        <td class="num tabular">{ format::count(day.hours.iter().map(|starts| u64::from(*starts)).sum()) }</td>
                    </tr>
                }
            </tbody>
        </table>
    }
}

fn cell(hour: usize, starts: u32, most: u32) -> Html {
    let words = format!(
        "{hour:02}:00 to {:02}:00, {}",
        (hour + 1) % 24,
        plural(u64::from(starts), "start")
    );
    html! {
        <td key={hour} class={format!("heat__cell heat__cell--{}", level(starts, most))} title={words.clone()}><span class="visually-hidden">{ words }</span></td>
    }
}

fn starts(calendar: &Calendar, words: &RuleWords, chosen: usize) -> Html {
    let Some(day) = calendar.density.days.get(chosen) else {
        return Html::default();
    };
    let of_day: Vec<&CalendarStart> = calendar
        .starts
        .iter()
        .filter(|start| start.run.operator.date() == day.date)
        .collect();
    let more = of_day.len().saturating_sub(LISTED);
    html! {
        <section class="panel" aria-label="Starts of the day">
            <div class="panel__head"><h2 class="panel__title">{ format::day(day.date) }</h2><span class="mute small">{ plural(of_day.len() as u64, "start") }</span></div>
            if of_day.is_empty() {
                <div class="panel__body"><p class="second">{ if calendar.cut { "Too many starts to list this far ahead." } else { "Nothing starts on this day." } }</p></div>
            } else {
                <table class="table">
                    <thead><tr><th>{ "Time" }</th><th>{ "Schedule" }</th><th class="num">{ "Runs" }</th><th>{ "In the schedule's zone" }</th></tr></thead>
                    <tbody>for start in of_day.iter().take(LISTED) { { start_row(start, words) } }</tbody>
                </table>
            }
            if more > 0 { <div class="panel__body"><p class="mute small">{ format!("And {} more.", format::count(more as u64)) }</p></div> }
        </section>
    }
}

fn start_row(start: &CalendarStart, words: &RuleWords) -> Html {
    let run = &start.run;
    let to = Route::Schedule {
        id: start.schedule.to_string(),
    };
    let note = run.note.map(|note| words.note(note, run.local));
    html! {
        <tr key={format!("{}{}", start.schedule, run.at)}>
            <td class="tabular">{ format::time_of_day(run.operator) }</td>
            <td><Link<Route> {to} classes="link">{ start.name.as_str() }</Link<Route>></td>
            <td class="num">{ start.runs }</td>
            <td class="second wrap">
                { format!("{} {} {}", format::day(run.local.date()), format::time_of_day(run.local), run.abbreviation) }
                if let Some(note) = note { <span class="tone-warn">{ format!(" · {note}") }</span> }
            </td>
        </tr>
    }
}

//! What starts a schedule: times, an interval, one moment, or the end of another task.

use drover_model::request::TaskSummary;
use drover_model::schedule::{AfterScope, EndedAs};
use jiff::Timestamp;
use yew::prelude::*;

use super::editor::FormProps;
use crate::bridge::clock;
use crate::components::{Choice, Input, Segments, Select};
use crate::format;
use crate::hooks::use_area;
use crate::state::schedules::{Preset, Trigger, WEEKDAYS};

#[component]
pub(super) fn TriggerPart(props: &FormProps) -> Html {
    let tasks = use_area::<Vec<TaskSummary>>();
    let draft = &props.draft;
    // The text of the moment is kept as it is typed; the draft has the instant.
    let moment = use_state_eq(|| shown(&draft.at));
    let ontrigger = props.edit(|draft, key| {
        let found = Trigger::ALL
            .into_iter()
            .find(|trigger| trigger.key() == key);
        draft.trigger = found.unwrap_or_default();
    });
    let onmoment = {
        let (moment, edit) = (moment.setter(), props.edit(|draft, at| draft.at = at));
        Callback::from(move |text: String| {
            // What is no moment goes on as it is, so that the engine says what is wrong.
            edit.emit(clock::instant(&text).map_or_else(|| text.clone(), |at| at.to_string()));
            moment.set(text);
        })
    };
    let triggers: Vec<Choice> = Trigger::ALL
        .iter()
        .map(|trigger| Choice::new(trigger.key(), trigger.label()))
        .collect();
    html! {
        <>
            <div class="field">
                <span class="field__label">{ "When" }</span>
                <Segments label="What starts it" value={draft.trigger.key()} choices={triggers} onchange={ontrigger.reform(|key: AttrValue| key.to_string())} testid="schedule-trigger" />
            </div>
            { match draft.trigger {
                Trigger::Times => times(props),
                Trigger::Every => html! {
                    <div class="pair">
                        <Input id="s-every" label="Every" mono={true} value={draft.every.clone()} oninput={props.edit(|draft, text| draft.every = text)}
                            error={props.error("when.every")} placeholder="15m" hint="Written like 30s, 15m, 2h or 1d. Clock changes do not matter." testid="schedule-every" />
                        <Input id="s-anchor" label="Counted from" optional={true} mono={true} value={draft.anchor.clone()} oninput={props.edit(|draft, text| draft.anchor = text)}
                            error={props.error("when.anchor")} placeholder="2026-12-01T00:00:00Z" hint="Without it, from the moment of saving." testid="schedule-anchor" />
                    </div>
                },
                Trigger::Once => html! {
                    <Input id="s-at" label="At" mono={true} value={(*moment).clone()} oninput={onmoment} error={props.error("when.at")}
                        placeholder="2026-12-01 09:00" hint="On this computer's clock." testid="schedule-at" />
                },
                Trigger::After => after(props, &names(tasks.data().map(|tasks| &***tasks))),
            } }
            if draft.trigger != Trigger::Once {
                <Input id="s-zone" label="Time zone" optional={true} mono={true} value={draft.zone.clone()} oninput={props.edit(|draft, text| draft.zone = text)}
                    error={props.error("when.tz")} list="zones" placeholder="Europe/Berlin" hint="Of the rule, of the hours and of the days. Without one, this computer's." testid="schedule-zone" />
                <datalist id="zones">for zone in props.zones.iter() { <option key={zone.clone()} value={zone.clone()} /> }</datalist>
            }
        </>
    }
}

fn shown(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| {
            let local = clock::local_civil(at);
            format!("{} {}", local.date(), format::time_of_day(local))
        },
    )
}

fn names(tasks: Option<&[TaskSummary]>) -> Vec<String> {
    let all = tasks.unwrap_or_default().iter();
    all.map(|summary| summary.task.spec.name.to_string())
        .collect()
}

fn times(props: &FormProps) -> Html {
    let rhythm = &props.draft.rhythm;
    let presets: Vec<Choice> = Preset::ALL
        .iter()
        .map(|preset| Choice::new(preset.key(), preset.label()))
        .collect();
    let onpreset = props.edit(|draft, key| {
        let chosen = Preset::ALL.into_iter().find(|preset| preset.key() == key);
        let chosen = chosen.unwrap_or_default();
        if chosen == Preset::Own
            && let Some(cron) = draft.rhythm.cron()
        {
            draft.rhythm.cron = cron; // a rule of one's own begins as what was chosen
        }
        draft.rhythm.preset = chosen;
    });
    let weekdays: Vec<Choice> = WEEKDAYS
        .iter()
        .map(|(key, label)| Choice::new(*key, *label))
        .collect();
    let time = html! {
        <Input id="s-time" label={if rhythm.preset == Preset::Hourly { "At the minute of" } else { "At" }} mono={true} value={rhythm.time.clone()}
            oninput={props.edit(|draft, text| draft.rhythm.time = text)} error={props.error("time")} placeholder="09:00" testid="schedule-time" />
    };
    html! {
        <>
            <div class="triple">
                <Select id="s-preset" label="How often" value={rhythm.preset.key()} choices={presets} onchange={onpreset} testid="schedule-preset" />
                { match rhythm.preset {
                    Preset::Own => Html::default(),
                    Preset::Weekly => html! {
                        <>
                            <Select id="s-weekday" label="On" value={rhythm.weekday.clone()} choices={weekdays} onchange={props.edit(|draft, key| draft.rhythm.weekday = key)} testid="schedule-weekday" />
                            { time }
                        </>
                    },
                    Preset::Monthly => html! {
                        <>
                            <Input id="s-day" label="On the day" mono={true} value={rhythm.day.clone()} oninput={props.edit(|draft, text| draft.rhythm.day = text)}
                                error={props.error("when.cron")} hint="1 to 31, or L for the last." testid="schedule-day" />
                            { time }
                        </>
                    },
                    _ => time,
                } }
            </div>
            if rhythm.preset == Preset::Own {
                <Input id="s-cron" label="Cron rule" mono={true} value={rhythm.cron.clone()} oninput={props.edit(|draft, text| draft.rhythm.cron = text)}
                    error={props.error("when.cron")} placeholder="0 9 * * MON-FRI"
                    hint="Minute, hour, day of the month, month, weekday. A sixth field in front counts seconds. L, W, # and @daily are known." testid="schedule-cron" />
            }
        </>
    }
}

fn after(props: &FormProps, tasks: &[String]) -> Html {
    let draft = &props.draft;
    let mut choices: Vec<Choice> = tasks
        .iter()
        .map(|name| Choice::new(name.clone(), name.clone()))
        .collect();
    if !tasks.contains(&draft.after) {
        let words = if draft.after.is_empty() {
            "Choose a task".to_owned()
        } else {
            format!("{} (not found)", draft.after)
        };
        choices.insert(0, Choice::new(draft.after.clone(), words));
    }
    let (on, scope) = (key_of(&ENDS, draft.on), key_of(&SCOPES, draft.scope));
    html! {
        <>
            <div class="pair">
                <Select id="s-after" label="After a run of" value={draft.after.clone()} {choices} onchange={props.edit(|draft, name| draft.after = name)}
                    error={props.error("when.after")} testid="schedule-after" />
                <Select id="s-on" label="That" value={on} choices={choices_of(&ENDS)} testid="schedule-on"
                    onchange={props.edit(|draft, key| draft.on = value_of(&ENDS, &key))} />
            </div>
            <Select id="s-scope" label="Runs" value={scope} choices={choices_of(&SCOPES)} testid="schedule-scope"
                onchange={props.edit(|draft, key| draft.scope = value_of(&SCOPES, &key))}
                hint={(draft.scope == AfterScope::SameProfile).then_some("Outputs of that run fill the parameters of the same name.")} />
        </>
    }
}

const ENDS: [(EndedAs, &str, &str); 3] = [
    (EndedAs::Succeeded, "succeeded", "succeeded"),
    (EndedAs::Failed, "failed", "failed, timed out or was lost"),
    (EndedAs::Any, "any", "ended, however"),
];

const SCOPES: [(AfterScope, &str, &str); 3] = [
    (
        AfterScope::SameProfile,
        "same_profile",
        "One for each, in the same profile",
    ),
    (
        AfterScope::Batch,
        "batch",
        "Once, when its whole batch has ended",
    ),
    (
        AfterScope::Any,
        "any",
        "One for each, in the task's own profiles",
    ),
];

/// A value of an enum, its key, and its words.
pub(super) type Named<T> = (T, &'static str, &'static str);

pub(super) fn choices_of<T>(all: &[Named<T>]) -> Vec<Choice> {
    all.iter()
        .map(|(_, key, words)| Choice::new(*key, *words))
        .collect()
}

pub(super) fn key_of<T: PartialEq + Copy>(all: &[Named<T>], value: T) -> &'static str {
    let found = all.iter().find(|(known, _, _)| *known == value);
    found.map_or("", |(_, key, _)| key)
}

pub(super) fn value_of<T: Copy + Default>(all: &[Named<T>], key: &str) -> T {
    let found = all.iter().find(|(_, known, _)| *known == key);
    found.map_or_else(T::default, |(value, _, _)| *value)
}

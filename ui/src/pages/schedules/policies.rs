//! What happens to a time that cannot simply start a run, and when a schedule may start at all.

use drover_model::schedule::{Missed, Overlap, OverlapScope};
use yew::prelude::*;

use super::editor::FormProps;
use super::trigger::{Named, choices_of, key_of, value_of};
use crate::components::{Input, Select, Textarea};
use crate::pages::composer::Fold;

const OVERLAPS: [Named<Overlap>; 5] = [
    (Overlap::Skip, "skip", "Skip the new one"),
    (Overlap::QueueOne, "queue_one", "Let one wait"),
    (Overlap::QueueAll, "queue_all", "Let them wait"),
    (
        Overlap::CancelPrevious,
        "cancel_previous",
        "Stop the old one",
    ),
    (Overlap::Allow, "allow", "Run both"),
];

const SCOPES: [Named<OverlapScope>; 2] = [
    (OverlapScope::Item, "item", "Each profile by itself"),
    (OverlapScope::Batch, "batch", "All of a start together"),
];

const MISSED: [Named<Missed>; 3] = [
    (Missed::RunOnce, "run_once", "Run the latest"),
    (Missed::Skip, "skip", "Run none"),
    (Missed::RunAll, "run_all", "Run the newest ones"),
];

fn overlap_hint(overlap: Overlap) -> &'static str {
    match overlap {
        Overlap::Skip => "The time becomes a skipped row, so nothing is lost silently.",
        Overlap::QueueOne => "Further ones are skipped while one waits.",
        Overlap::QueueAll => "They wait in order, up to the bound; further ones are skipped.",
        Overlap::CancelPrevious => "It is stopped as by hand, then the new one starts.",
        Overlap::Allow => "A profile is still used by one run at a time.",
    }
}

pub(super) fn policies(props: &FormProps) -> Html {
    let draft = &props.draft;
    let wrong = |keys: &[&str]| keys.iter().any(|key| props.error(key).is_some());
    html! {
        <>
            <div class="pair">
                <Select id="s-overlap" label="If the last one still runs" value={key_of(&OVERLAPS, draft.overlap)} choices={choices_of(&OVERLAPS)}
                    onchange={props.edit(|draft, key| draft.overlap = value_of(&OVERLAPS, &key))} hint={overlap_hint(draft.overlap)} testid="schedule-overlap" />
                <Select id="s-missed" label="If Drover was not there" value={key_of(&MISSED, draft.missed)} choices={choices_of(&MISSED)}
                    onchange={props.edit(|draft, key| draft.missed = value_of(&MISSED, &key))} hint="After sleep or while Drover was closed." testid="schedule-missed" />
            </div>
            <Fold title="Late and overlapping" summary={late_words(props)} open={wrong(&["overlap_max", "missed_max", "catch_up", "start_deadline", "jitter"])} testid="schedule-late">
                <div class="pair">
                    if draft.overlap == Overlap::QueueAll {
                        { input(props, "overlap_max", "Waiting at most", &draft.overlap_max, "10", "", |draft, text| draft.overlap_max = text) }
                    }
                    if draft.missed == Missed::RunAll {
                        { input(props, "missed_max", "Missed ones at most", &draft.missed_max, "10", "", |draft, text| draft.missed_max = text) }
                    }
                    if draft.missed != Missed::Skip {
                        { input(props, "catch_up", "Missed for at most", &draft.catch_up, "1d", "What is older is not run any more.", |draft, text| draft.catch_up = text) }
                    }
                    { input(props, "start_deadline", "Must start within", &draft.start_deadline, "no limit", "Later it expires instead.", |draft, text| draft.start_deadline = text) }
                    { input(props, "jitter", "Jitter", &draft.jitter, "none", "Each start comes up to this much later, at random.", |draft, text| draft.jitter = text) }
                    <Select id="s-overlap-scope" label="Overlap is judged for" value={key_of(&SCOPES, draft.overlap_scope)} choices={choices_of(&SCOPES)}
                        onchange={props.edit(|draft, key| draft.overlap_scope = value_of(&SCOPES, &key))} testid="schedule-overlap-scope" />
                </div>
            </Fold>
            <Fold title="Days and hours" summary={days_words(props)} open={wrong(&["from", "until"]) || props.any_error("windows[") || props.any_error("blackouts[")} testid="schedule-days">
                <div class="pair">
                    { input(props, "from", "First day", &draft.from, "2026-12-01", "", |draft, text| draft.from = text) }
                    { input(props, "until", "Last day", &draft.until, "2027-01-31", "The whole day counts.", |draft, text| draft.until = text) }
                    <Textarea id="s-windows" label="Only in these hours" optional={true} mono={true} rows={2} value={draft.windows.clone()} oninput={props.edit(|draft, text| draft.windows = text)}
                        error={props.list_error("windows[")} placeholder="MON-FRI 08:00-18:00" hint="One a line." testid="schedule-windows" />
                    <Textarea id="s-blackouts" label="Never on these days" optional={true} mono={true} rows={2} value={draft.blackouts.clone()} oninput={props.edit(|draft, text| draft.blackouts = text)}
                        error={props.list_error("blackouts[")} placeholder="2026-12-24..2027-01-01" hint="A day or a range, one a line." testid="schedule-blackouts" />
                </div>
            </Fold>
            <Fold title="When it starts many runs" summary={batch_words(props)} open={wrong(&["batch.max_parallel", "batch.spread", "batch.stop_after"])} testid="schedule-batch">
                <div class="triple">
                    { input(props, "batch.max_parallel", "At the same time", &draft.max_parallel, "no limit", "", |draft, text| draft.max_parallel = text) }
                    { input(props, "batch.spread", "Spread over", &draft.spread, "at once", "", |draft, text| draft.spread = text) }
                    { input(props, "batch.stop_after", "Give up after", &draft.stop_after, "20%", "Failures, or a share.", |draft, text| draft.stop_after = text) }
                </div>
            </Fold>
        </>
    }
}

fn input(
    props: &FormProps,
    field: &'static str,
    label: &'static str,
    value: &str,
    placeholder: &'static str,
    hint: &'static str,
    change: fn(&mut crate::state::schedules::ScheduleDraft, String),
) -> Html {
    let dashed = field.replace(['.', '_'], "-");
    let hint = (!hint.is_empty()).then_some(hint);
    html! {
        <Input id={format!("s-{dashed}")} {label} optional={true} mono={true} value={value.to_owned()} oninput={props.edit(change)}
            error={props.error(field)} {placeholder} {hint} testid={format!("schedule-{dashed}")} />
    }
}

fn said(parts: &[(&str, &str)], none: &str) -> String {
    let all: Vec<String> = parts
        .iter()
        .map(|(words, text)| (words, text.trim()))
        .filter(|(_, text)| !text.is_empty())
        .map(|(words, text)| format!("{words} {}", text.replace('\n', ", ")))
        .collect();
    if all.is_empty() {
        none.to_owned()
    } else {
        all.join(" · ")
    }
}

fn late_words(props: &FormProps) -> String {
    let draft = &props.draft;
    let parts = [
        ("jitter", draft.jitter.as_str()),
        ("within", &draft.start_deadline),
        ("missed up to", &draft.catch_up),
    ];
    said(&parts, "as usual")
}

fn days_words(props: &FormProps) -> String {
    let draft = &props.draft;
    let parts = [
        ("from", draft.from.as_str()),
        ("until", &draft.until),
        ("in", &draft.windows),
        ("not", &draft.blackouts),
    ];
    said(&parts, "always")
}

fn batch_words(props: &FormProps) -> String {
    let draft = &props.draft;
    let parts = [
        ("at once", draft.max_parallel.as_str()),
        ("over", &draft.spread),
        ("stop after", &draft.stop_after),
    ];
    said(&parts, "all at once")
}

//! What the schedule means, said while it is typed: the rule in words, the next starts in both zones, what is wrong.

use drover_model::ScheduleFile;
use drover_model::request::SchedulePreview;
use drover_model::schedule::{NextRun, Problem, Words as RuleWords};
use yew::prelude::*;

use crate::components::{Callout, Icon, Tone, Words};
use crate::format;
use crate::state::Remote;

/// The panel beside the form. `file` is the schedule as it is written, so that faulty places can be marked.
pub(super) fn preview(
    remote: &Remote<SchedulePreview>,
    words: &RuleWords,
    file: &ScheduleFile,
    onzone: &Callback<String>,
) -> Html {
    let preview = match remote {
        Remote::Ready(preview, _) => preview,
        Remote::Loading => return html! { <p class="second">{ "Reading the rule." }</p> },
        Remote::Failed(error) => {
            return html! { <Callout tone={Tone::Err} title="The rule could not be read"><Words text={format::sentence(&error.message)} /></Callout> };
        }
    };
    if !preview.problems.is_empty() {
        return html! { <div class="stack" role="status" data-testid="schedule-problems">for problem in &preview.problems { { said(problem, file, onzone) } }</div> };
    }
    let zone = preview.zone.as_deref().unwrap_or("this computer's zone");
    let two_zones = preview.next.iter().any(|run| run.local != run.operator);
    html! {
        <div class="stack" data-testid="schedule-preview">
            <p class="schedule-words" role="status" data-testid="schedule-words">{ preview.words.replace('`', "") }</p>
            if preview.next.is_empty() {
                <p class="second">{ "It has no time of its own; it starts when what it follows has ended." }</p>
            } else {
                <table class="table table--plain" data-testid="schedule-next">
                    <thead><tr>
                        <th>{ format!("In {zone}") }</th>
                        if two_zones { <th>{ "On this computer" }</th> }
                    </tr></thead>
                    <tbody>for run in &preview.next { { row(run, words, two_zones) } }</tbody>
                </table>
            }
        </div>
    }
}

fn row(run: &NextRun, words: &RuleWords, two_zones: bool) -> Html {
    let moment = |clock| {
        format!(
            "{} {}",
            format::day(jiff::civil::DateTime::date(clock)),
            format::time_of_day(clock)
        )
    };
    let note = run.note.map(|note| words.note(note, run.local));
    let late = run.not_before != run.at;
    html! {
        <>
            <tr key={run.at.to_string()}>
                <td class="tabular">
                    { moment(run.local) }<span class="mute">{ format!(" {}", run.abbreviation) }</span>
                    if late { <span class="mute" title="With its jitter it may start later.">{ " +" }</span> }
                </td>
                if two_zones { <td class="tabular second">{ moment(run.operator) }</td> }
            </tr>
            if let Some(note) = note {
                <tr class="note-row"><td colspan="2" class="wrap"><span class="row row--top tone-warn small"><Icon name="triangle-alert" /><span>{ note }</span></span></td></tr>
            }
        </>
    }
}

fn said(problem: &Problem, file: &ScheduleFile, onzone: &Callback<String>) -> Html {
    let marked = file.written(&problem.field).and_then(|text| {
        let place = problem.place_in(&text)?;
        let before = text.get(..place.start)?.to_owned();
        let inside = text.get(place.start..place.end)?.to_owned();
        let after = text.get(place.end..)?.to_owned();
        Some(html! { <p class="mono schedule-rule">{ before }<mark>{ inside }</mark>{ after }</p> })
    });
    let zone = &*problem.field == "when.tz";
    html! {
        <Callout key={format!("{}{}", problem.field, problem.message)} tone={Tone::Err} title={field_words(&problem.field)}>
            { marked.unwrap_or_default() }
            <p><Words text={format::sentence(&problem.message)} /></p>
            if let Some(allowed) = &problem.allowed { <p class="second small"><Words text={format!("Allowed: {allowed}")} /></p> }
            if zone && !problem.near.is_empty() {
                <p class="row row--wrap">
                    { "Meant:" }
                    for name in problem.near.iter().take(4) { {
                        {
                            let value = name.clone();
                            let onclick = onzone.reform(move |_: MouseEvent| value.clone());
                            html! { <button key={name.clone()} type="button" class="link mono" {onclick}>{ name }</button> }
                        }
                    } }
                </p>
            }
        </Callout>
    }
}

/// A key of the schedule file as the form calls it.
fn field_words(field: &str) -> String {
    let known = match field.split('[').next().unwrap_or(field) {
        "when.cron" => "The rule",
        "when.tz" => "The time zone",
        "when.every" => "The interval",
        "when.at" => "The moment",
        "when.after" => "The task before it",
        "windows" => "The hours",
        "blackouts" => "The days left out",
        "until" => "The last day",
        "from" => "The first day",
        "when" => "When it starts",
        other => return format::capital(&other.replace(['.', '_'], " ")),
    };
    known.to_owned()
}

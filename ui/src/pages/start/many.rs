//! The part of the start dialog for many runs: over a tag, a saved set or the rows of a table, and within limits.

use std::rc::Rc;

use drover_model::request::{BatchStart, ListProfileSets, ProfileList, StartBatch};
use drover_model::{Fact, FieldError, ProfileSet};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::{
    Callout, Checkbox, Choice, Input, Segments, Select, Textarea, Tone, Words,
};
use crate::format::{plural, sentence};
use crate::hooks::{use_area, use_query, use_toasts};
use crate::state::{Many, Over, render_remote};

/// Problems of a table that are listed.
const LISTED: usize = 20;

#[derive(PartialEq, Properties)]
pub(super) struct ManyPartProps {
    pub many: Rc<Many>,
    /// What is wrong, by field.
    pub problems: Rc<Vec<FieldError>>,
    pub onchange: Callback<Many>,
}

#[component]
pub(super) fn ManyPart(props: &ManyPartProps) -> Html {
    let (known, toasts) = (use_area::<ProfileList>(), use_toasts());
    let sets = use_query(ListProfileSets {}, 0, |_, fact| {
        matches!(fact, Fact::ProfileSetsChanged)
    });
    let many = &props.many;
    let edit = |change: fn(&mut Many, String)| {
        let (many, onchange) = (many.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut next = (*many).clone();
            change(&mut next, text);
            onchange.emit(next);
        })
    };
    let onover = edit(|many, key| {
        let found = Over::ALL.into_iter().find(|over| over.key() == key);
        many.over = found.unwrap_or_default();
    });
    let onfile = {
        let oncsv = edit(|many, text| many.csv = text);
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.item(0)) else {
                return;
            };
            let (oncsv, toasts) = (oncsv.clone(), toasts.clone());
            spawn_local(async move {
                match JsFuture::from(file.text()).await {
                    Ok(content) => oncsv.emit(content.as_string().unwrap_or_default()),
                    Err(_) => toasts.info("The file cannot be read."),
                }
            });
        })
    };
    let onskip = {
        let (many, onchange) = (many.clone(), props.onchange.clone());
        Callback::from(move |on: bool| {
            onchange.emit(Many {
                skip_bad_rows: on,
                ..(*many).clone()
            });
        })
    };
    let error = |field: &str| {
        let mut of_it = props.problems.iter();
        let found = of_it.find(|problem| problem.field == field);
        found.map(|problem| AttrValue::from(sentence(&problem.message)))
    };
    let tags: &[String] = known.data().map_or(&[], |list| &list.tags);
    let sets: &[ProfileSet] = sets.data().map_or(&[], |sets| sets);
    let overs = Over::ALL.map(|over| Choice::new(over.key(), over.label()));
    let pick = html! {
        <Input id="start-pick" label="At random" optional={true} value={many.pick.clone()} oninput={edit(|many, text| many.pick = text)}
            error={error("pick")} placeholder="all" testid="start-pick" />
    };
    html! {
        <section class="part" aria-label="Many runs">
            <Segments label="Runs over" value={many.over.key()} choices={overs.to_vec()} onchange={onover.reform(|key: AttrValue| key.to_string())} testid="start-over" />
            { match many.over {
                Over::Own => Html::default(),
                Over::Tag => html! {
                    <div class="pair">
                        <Select id="start-tag" label="Tag" value={many.tag.clone()} choices={choices(tags.iter().map(String::as_str), "Choose a tag")}
                            onchange={edit(|many, text| many.tag = text)} error={error("tag")} testid="start-tag" />
                        { pick }
                    </div>
                },
                Over::Set => html! {
                    <div class="pair">
                        <Select id="start-set" label="Saved set" value={many.set.clone()} choices={choices(sets.iter().map(|set| set.name.as_str()), "Choose a set")}
                            onchange={edit(|many, text| many.set = text)} error={error("set")} testid="start-set" />
                        { pick }
                    </div>
                },
                Over::Table => html! {
                    <>
                        <Textarea id="start-csv" label="Table" mono={true} rows={6} value={many.csv.clone()} oninput={edit(|many, text| many.csv = text)}
                            placeholder={"profile,url\nanna,https://example.test/"} hint="Comma-separated. The first line names parameters and perhaps `profile`; each further line is a run."
                            error={error("csv")} testid="start-csv" />
                        <label class="row"><span>{ "or choose a file" }</span><input type="file" accept=".csv,text/csv" onchange={onfile} data-testid="start-csv-file" /></label>
                        <Checkbox label="Run the good rows although others have problems" checked={many.skip_bad_rows} onchange={onskip} testid="start-skip-bad" />
                    </>
                },
            } }
            <div class="triple">
                <Input id="start-parallel" label="At once" optional={true} value={many.max_parallel.clone()} oninput={edit(|many, text| many.max_parallel = text)}
                    error={error("batch.max_parallel")} placeholder="no limit" testid="start-parallel" />
                <Input id="start-spread" label="Starts spread over" optional={true} mono={true} value={many.spread.clone()} oninput={edit(|many, text| many.spread = text)}
                    error={error("batch.spread")} placeholder="10m" testid="start-spread" />
                <Input id="start-stop-after" label="Stop after failures" optional={true} mono={true} value={many.stop_after.clone()} oninput={edit(|many, text| many.stop_after = text)}
                    error={error("batch.stop_after")} placeholder="5 or 20%" testid="start-stop-after" />
            </div>
        </section>
    }
}

fn choices<'a>(names: impl Iterator<Item = &'a str>, none: &'static str) -> Vec<Choice> {
    std::iter::once(Choice::new("", none))
        .chain(names.map(|name| Choice::new(name.to_owned(), name.to_owned())))
        .collect()
}

#[derive(PartialEq, Properties)]
pub(super) struct ManyReportProps {
    /// Asked with `dry`.
    pub request: StartBatch,
    /// The answer, for the button and the fields.
    pub onanswer: Callback<BatchStart>,
}

/// What would start, checked as a whole by the engine.
#[component]
pub(super) fn ManyReport(props: &ManyReportProps) -> Html {
    let query = use_query(props.request.clone(), 200, |_, fact| {
        matches!(
            fact,
            Fact::TaskChanged { .. } | Fact::ProfileChanged { .. } | Fact::ProfileSetsChanged
        )
    });
    let answer = query.data().cloned();
    use_effect_with((answer, props.onanswer.clone()), |(answer, onanswer)| {
        if let Some(answer) = answer {
            onanswer.emit((**answer).clone());
        }
    });
    render_remote(
        &query.remote,
        "The start could not be checked",
        &query.onreload,
        |start: &Rc<BatchStart>| {
            let more = start.rows.len().saturating_sub(LISTED);
            html! {
                <div class="stack" role="status" data-testid="start-many-report">
                    if !start.rows.is_empty() {
                        <Callout tone={Tone::Err} title={format!("{} in the table", plural(start.rows.len() as u64, "problem"))} testid="start-rows">
                            <ul class="points">
                                for (index, problem) in start.rows.iter().take(LISTED).enumerate() {
                                    <li key={index}><Words text={at_line(problem)} /></li>
                                }
                            </ul>
                            if more > 0 { <p>{ format!("And {more} more.") }</p> }
                        </Callout>
                    }
                    if !start.problems.is_empty() {
                        <Callout tone={Tone::Err} title="It cannot start so">
                            <ul class="points">
                                for (index, problem) in start.problems.iter().enumerate() {
                                    <li key={index}><Words text={sentence(&problem.message)} /></li>
                                }
                            </ul>
                        </Callout>
                    }
                    if start.runs > 0 { <p class="second" data-testid="start-count">{ format!("{} would start, all of them or none.", plural(u64::from(start.runs), "run")) }</p> }
                </div>
            }
        },
    )
}

/// "Line 3, column `url`: …".
fn at_line(problem: &drover_model::schedule::CsvProblem) -> String {
    let column = problem.column.as_deref();
    let column = column.map(|column| format!(", column `{column}`"));
    format!(
        "Line {}{}: {}",
        problem.line,
        column.unwrap_or_default(),
        problem.message
    )
}

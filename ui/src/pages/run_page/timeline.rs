//! Waiting, starting and running of each attempt as parts of a line, with the same in words.

use drover_model::Run;
use jiff::Timestamp;
use yew::prelude::*;

use crate::format;
use crate::state::runs::{Bar, SpanKind, bars};

/// The bars of a run, seen from `now`.
pub(super) fn timeline(run: &Run, now: Timestamp) -> Html {
    let bars = bars(run, now);
    let longest = bars.iter().map(whole).max().unwrap_or(1).max(1);
    let many = bars.len() > 1;
    html! {
        <div class="timeline" role="list" aria-label="Attempts">
            for bar in &bars {
                <div class="timeline__row" role="listitem" key={bar.attempt}>
                    if many { <span class="timeline__name">{ format!("Attempt {}", bar.attempt) }</span> }
                    <span class="timeline__track" aria-hidden="true">
                        for span in &bar.spans {
                            <i class={classes!("timeline__span", class(span.kind))} style={format!("--w: {}%", share(span.ms, longest))} />
                        }
                    </span>
                    <span class="timeline__words">
                        for span in &bar.spans {
                            <span class={classes!("timeline__word", class(span.kind))}><i class="timeline__key" />{ format!("{} {}", span.kind.label(), short(span.ms)) }</span>
                        }
                    </span>
                </div>
            }
        </div>
    }
}

fn whole(bar: &Bar) -> u64 {
    bar.spans.iter().map(|span| span.ms).sum()
}

/// Percent of the longest attempt, at least one so that it is seen.
fn share(ms: u64, longest: u64) -> u64 {
    (ms * 100 / longest).max(1)
}

/// Tenths of a second below ten seconds.
fn short(ms: u64) -> String {
    if ms < 10_000 {
        format::fine_duration(ms)
    } else {
        format::duration(ms)
    }
}

fn class(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Waited => "timeline--waited",
        SpanKind::Starting => "timeline--starting",
        SpanKind::Running => "timeline--running",
    }
}

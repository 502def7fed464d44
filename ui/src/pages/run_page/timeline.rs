//! Waiting, starting, running and stopping of each attempt as parts of one time axis, with the same in words.

use drover_model::Run;
use jiff::Timestamp;
use yew::prelude::*;

use crate::format;
use crate::state::runs::{Bar, Span, SpanKind, bars};

/// The bars of a run, seen from `now`.
pub(super) fn timeline(run: &Run, now: Timestamp) -> Html {
    let bars = bars(run, now);
    let whole = bars.iter().map(end).max().unwrap_or(1).max(1);
    let many = bars.len() > 1;
    html! {
        <div class="timeline" role="list" aria-label="Attempts" data-testid="run-timeline">
            for bar in &bars {
                <div class="timeline__row" role="listitem" key={bar.attempt}>
                    if many { <span class="timeline__name">{ name(bar) }</span> }
                    <span class="timeline__track" aria-hidden="true">
                        for span in &bar.spans {
                            <i class={classes!("timeline__span", class(span.kind))} style={place(span, whole)} title={said(span)} />
                        }
                    </span>
                    <span class="timeline__words">
                        for span in &sums(&bar.spans) {
                            <span class={classes!("timeline__word", class(span.kind))}><i class="timeline__key" />{ said(span) }</span>
                        }
                    </span>
                </div>
            }
            if many {
                <div class="timeline__row timeline__axis" aria-hidden="true">
                    <span class="timeline__name" />
                    <span class="timeline__scale"><span>{ "queued" }</span><span>{ short(whole / 2) }</span><span>{ short(whole) }</span></span>
                    <span class="timeline__words" />
                </div>
            }
        </div>
    }
}

fn name(bar: &Bar) -> String {
    if bar.last > bar.attempt {
        format!("Attempts {} to {}", bar.attempt, bar.last)
    } else {
        format!("Attempt {}", bar.attempt)
    }
}

fn end(bar: &Bar) -> u64 {
    bar.spans.last().map_or(0, |span| span.from_ms + span.ms)
}

/// Where it begins and how wide it is, in hundredths of a percent of the whole.
fn place(span: &Span, whole: u64) -> String {
    let percent = |ms: u64| {
        let share = ms.saturating_mul(10_000) / whole;
        format!("{}.{:02}%", share / 100, share % 100)
    };
    format!("--x: {}; --w: {}", percent(span.from_ms), percent(span.ms))
}

/// One entry for each kind, in the order of its first span.
fn sums(spans: &[Span]) -> Vec<Span> {
    let mut sums: Vec<Span> = Vec::new();
    for span in spans {
        match sums.iter_mut().find(|sum| sum.kind == span.kind) {
            Some(sum) => sum.ms += span.ms,
            None => sums.push(*span),
        }
    }
    sums
}

fn said(span: &Span) -> String {
    format!("{} {}", span.kind.label(), short(span.ms))
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
        SpanKind::Parked => "timeline--parked",
        SpanKind::Stopping => "timeline--stopping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(kind: SpanKind, from_ms: u64, ms: u64) -> Span {
        Span { kind, from_ms, ms }
    }

    #[test]
    fn a_span_stands_where_it_began() {
        let running = span(SpanKind::Running, 2_500, 5_000);
        assert_eq!(place(&running, 10_000), "--x: 25.00%; --w: 50.00%");
        assert_eq!(
            place(&span(SpanKind::Parked, 1, 2), 3),
            "--x: 33.33%; --w: 66.66%"
        );
    }

    #[test]
    fn the_words_add_up_what_came_in_pieces() {
        let spans = [
            span(SpanKind::Running, 0, 2_000),
            span(SpanKind::Parked, 2_000, 61_000),
            span(SpanKind::Running, 63_000, 1_500),
        ];
        let words: Vec<_> = sums(&spans).iter().map(said).collect();
        assert_eq!(words, ["running 3.5 s", "needed you 1:01"]);
    }
}

//! Waiting, starting and working of a run as parts of one line.

use drover_model::{Run, RunRow, RunState};
use jiff::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    Waited,
    Starting,
    Running,
}

impl SpanKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::Waited => "waited",
            Self::Starting => "starting",
            Self::Running => "running",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub kind: SpanKind,
    pub ms: u64,
}

/// One attempt: it waited, it was made ready, task code ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub attempt: u32,
    pub spans: Vec<Span>,
}

/// The milliseconds that a run waited and that its task code ran, counted on until `now` while it lives.
pub fn waited_and_ran(row: &RunRow, now: Timestamp) -> (Option<u64>, Option<u64>) {
    let until = row.finished_at.unwrap_or(now);
    let waited = row.waited_ms.or_else(|| {
        row.state
            .is_live()
            .then(|| apart(row.queued_at, row.started_at.unwrap_or(until)))
    });
    let counting = matches!(
        row.state,
        RunState::Running | RunState::Parked | RunState::Stopping
    );
    let ran = row.ran_ms.or_else(|| {
        row.started_at
            .filter(|_| counting)
            .map(|at| apart(at, until))
    });
    (waited, ran)
}

/// One bar for each attempt; a run that was never claimed has one that only waits.
pub fn bars(run: &Run, now: Timestamp) -> Vec<Bar> {
    let row = &run.row;
    let end = row.finished_at.unwrap_or(now);
    let mut from = row.queued_at;
    let mut bars = Vec::new();
    for attempt in &run.attempts {
        let ended = attempt.ended_at.unwrap_or(end);
        // The row tells of the start before the attempts are loaded again.
        let told = row
            .started_at
            .filter(|at| attempt.attempt == row.attempt && *at >= attempt.claimed_at);
        let begun = attempt.running_at.or(told).unwrap_or(ended);
        let spans = [
            Span {
                kind: SpanKind::Waited,
                ms: apart(from, attempt.claimed_at),
            },
            Span {
                kind: SpanKind::Starting,
                ms: apart(attempt.claimed_at, begun),
            },
            Span {
                kind: SpanKind::Running,
                ms: apart(begun, ended),
            },
        ];
        bars.push(Bar {
            attempt: attempt.attempt,
            spans: spans.into_iter().filter(|span| span.ms > 0).collect(),
        });
        from = ended;
    }
    if bars.is_empty() || row.state == RunState::Queued {
        let attempt = bars
            .last()
            .map_or(row.attempt, |last: &Bar| last.attempt + 1);
        bars.push(Bar {
            attempt,
            spans: vec![Span {
                kind: SpanKind::Waited,
                ms: apart(from, end),
            }],
        });
    }
    bars
}

fn apart(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::view::tests::run;
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000 + second).unwrap()
    }

    #[test]
    fn a_queued_run_only_waits() {
        let bars = bars(&run(RunState::Queued), at(7));
        assert_eq!(
            bars,
            [Bar {
                attempt: 1,
                spans: vec![Span {
                    kind: SpanKind::Waited,
                    ms: 7_000
                }]
            }]
        );
    }

    #[test]
    fn a_retry_waits_between_its_attempts() {
        let mut run = run(RunState::Running);
        let first = run.attempts[0].clone();
        run.attempts[0].ended_at = Some(at(10));
        run.attempts.push(drover_model::run::Attempt {
            attempt: 2,
            claimed_at: at(40),
            running_at: Some(at(42)),
            ..first
        });
        let parts: Vec<Vec<u64>> = bars(&run, at(50))
            .iter()
            .map(|bar| bar.spans.iter().map(|span| span.ms).collect())
            .collect();
        assert_eq!(
            parts,
            [vec![2_000, 1_000, 7_000], vec![30_000, 2_000, 8_000]]
        );
    }

    #[test]
    fn clocks_count_on_while_it_lives() {
        let run = run(RunState::Running);
        assert_eq!(waited_and_ran(&run.row, at(9)), (Some(3_000), Some(6_000)));
        let mut queued = run.row.clone();
        (queued.state, queued.started_at) = (RunState::Queued, None);
        assert_eq!(waited_and_ran(&queued, at(9)), (Some(9_000), None));
    }
}

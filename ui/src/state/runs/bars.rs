//! Waiting, starting, working and stopping of a run as parts of one line in time.

use drover_model::run::Attempt;
use drover_model::{Run, RunRow, RunState};
use jiff::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    Waited,
    Starting,
    Running,
    Parked,
    Stopping,
}

impl SpanKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::Waited => "waited",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Parked => "needed you",
            Self::Stopping => "stopping",
        }
    }

    fn of(state: RunState) -> Option<Self> {
        match state {
            RunState::Starting => Some(Self::Starting),
            RunState::Running => Some(Self::Running),
            RunState::Parked => Some(Self::Parked),
            RunState::Stopping => Some(Self::Stopping),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub kind: SpanKind,
    /// Milliseconds after the run was queued.
    pub from_ms: u64,
    pub ms: u64,
}

/// One attempt, or several in a row that never began: it waited, it was made ready, task code ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub attempt: u32,
    /// The last of several attempts that are one bar.
    pub last: u32,
    /// In their order, without overlaps.
    pub spans: Vec<Span>,
}

/// So many attempts in a row that never began are shown one by one.
const SINGLE: usize = 2;

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

/// One bar for each attempt that began; a run that was never claimed has one that only waits.
pub fn bars(run: &Run, now: Timestamp) -> Vec<Bar> {
    let row = &run.row;
    let end = row.finished_at.unwrap_or(now);
    let span = |kind: SpanKind, from: Timestamp, to: Timestamp| Span {
        kind,
        from_ms: apart(row.queued_at, from),
        ms: apart(from, to),
    };
    let mut from = row.queued_at;
    let mut bars = Vec::new();
    for group in groups(&run.attempts) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let ended = last.ended_at.unwrap_or(end);
        let mut spans = Vec::new();
        if group.len() > 1 {
            spans.push(span(SpanKind::Waited, from, ended));
        } else {
            spans.push(span(SpanKind::Waited, from, first.claimed_at));
            let mut told = stations(run, first);
            told.push((SpanKind::Stopping, ended)); // closes the last one
            for pair in told.windows(2) {
                spans.push(span(pair[0].0, pair[0].1, pair[1].1));
            }
        }
        spans.retain(|span| span.ms > 0);
        bars.push(Bar {
            attempt: first.attempt,
            last: last.attempt,
            spans,
        });
        from = ended;
    }
    if bars.is_empty() || row.state == RunState::Queued {
        let attempt = bars.last().map_or(row.attempt, |bar| bar.last + 1);
        bars.push(Bar {
            attempt,
            last: attempt,
            spans: vec![span(SpanKind::Waited, from, end)],
        });
    }
    bars
}

/// Attempts that are one bar: many in a row that ended before they began are only a long wait.
fn groups(attempts: &[Attempt]) -> Vec<Vec<&Attempt>> {
    let never = |attempt: &Attempt| attempt.running_at.is_none() && attempt.ended_at.is_some();
    let mut groups: Vec<Vec<&Attempt>> = Vec::new();
    for attempt in attempts {
        match groups.last_mut() {
            Some(group) if never(attempt) && group.iter().all(|other| never(other)) => {
                group.push(attempt);
            }
            _ => groups.push(vec![attempt]),
        }
    }
    let single = |group: Vec<_>| -> Vec<Vec<_>> {
        if group.len() > SINGLE {
            vec![group]
        } else {
            group.into_iter().map(|attempt| vec![attempt]).collect()
        }
    };
    groups.into_iter().flat_map(single).collect()
}

/// What the attempt was doing, each from its moment on.
fn stations(run: &Run, attempt: &Attempt) -> Vec<(SpanKind, Timestamp)> {
    let mut told = vec![(SpanKind::Starting, attempt.claimed_at)];
    let row = &run.row;
    // The row tells of the start before the attempts are loaded again.
    let started = row
        .started_at
        .filter(|at| attempt.attempt == row.attempt && *at >= attempt.claimed_at);
    let mut begun = attempt.running_at.or(started);
    for moved in run
        .moves
        .iter()
        .filter(|moved| moved.attempt == attempt.attempt)
    {
        let at = match SpanKind::of(moved.to) {
            None | Some(SpanKind::Starting) => continue,
            Some(SpanKind::Running) => (SpanKind::Running, begun.take().unwrap_or(moved.at)),
            Some(kind) => (kind, moved.at),
        };
        told.push(at);
    }
    // Its moves are not loaded yet, or are forgotten.
    if let Some(at) = begun {
        told.insert(1, (SpanKind::Running, at));
    }
    told
}

fn apart(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use drover_model::run::RunMove;

    use super::super::view::tests::run;
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000 + second).unwrap()
    }

    fn seen(run: &Run, second: i64) -> Vec<Vec<(SpanKind, u64, u64)>> {
        let spans = |bar: &Bar| {
            let spans = bar.spans.iter();
            spans
                .map(|span| (span.kind, span.from_ms / 1_000, span.ms / 1_000))
                .collect()
        };
        bars(run, at(second)).iter().map(spans).collect()
    }

    fn moved(run: &mut Run, second: i64, to: RunState) {
        let attempt = run.row.attempt;
        run.moves.push(RunMove {
            at: at(second),
            attempt,
            to,
        });
    }

    use SpanKind::{Parked, Running, Starting, Stopping, Waited};

    #[test]
    fn a_queued_run_only_waits() {
        let queued = run(RunState::Queued);
        assert_eq!(seen(&queued, 7), [vec![(Waited, 0, 7)]]);
    }

    #[test]
    fn a_retry_waits_between_its_attempts_on_the_same_axis() {
        let mut run = run(RunState::Running);
        let first = run.attempts[0].clone();
        run.attempts[0].ended_at = Some(at(10));
        run.attempts.push(Attempt {
            attempt: 2,
            claimed_at: at(40),
            running_at: Some(at(42)),
            ..first
        });
        assert_eq!(
            seen(&run, 50),
            [
                vec![(Waited, 0, 2), (Starting, 2, 1), (Running, 3, 7)],
                vec![(Waited, 10, 30), (Starting, 40, 2), (Running, 42, 8)],
            ]
        );
    }

    #[test]
    fn a_person_and_the_end_have_spans_of_their_own() {
        let mut run = run(RunState::Stopping);
        run.attempts[0].running_at = Some(at(3));
        for (second, to) in [
            (2, RunState::Starting),
            (3, RunState::Running),
            (5, RunState::Parked),
            (9, RunState::Running),
            (12, RunState::Stopping),
        ] {
            moved(&mut run, second, to);
        }
        let expected = vec![
            (Waited, 0, 2),
            (Starting, 2, 1),
            (Running, 3, 2),
            (Parked, 5, 4),
            (Running, 9, 3),
            (Stopping, 12, 2),
        ];
        assert_eq!(seen(&run, 14), [expected]);
    }

    #[test]
    fn attempts_that_never_began_are_one_wait() {
        let mut run = run(RunState::Running);
        let begun = run.attempts.remove(0);
        for (attempt, second) in (1..).zip([2, 12, 22]) {
            run.attempts.push(Attempt {
                attempt,
                claimed_at: at(second),
                running_at: None,
                ended_at: Some(at(second + 5)),
                ..begun.clone()
            });
        }
        run.attempts.push(Attempt {
            attempt: 4,
            claimed_at: at(32),
            running_at: Some(at(33)),
            ..begun
        });
        run.row.attempt = 4;
        let shown = bars(&run, at(40));
        let names: Vec<_> = shown.iter().map(|bar| (bar.attempt, bar.last)).collect();
        assert_eq!(names, [(1, 3), (4, 4)]);
        assert_eq!(
            seen(&run, 40),
            [
                vec![(Waited, 0, 27)],
                vec![(Waited, 27, 5), (Starting, 32, 1), (Running, 33, 7)],
            ]
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

//! A life, order by order, and what must hold at every moment of it.

use std::collections::BTreeSet;

use drover_model::{BatchId, RunState, WaitCode};
use drover_store::NewRun;

use super::{act::carry_out, orders::Order};
use crate::{
    conformance::bench::{Bench, Desk, id},
    queue::RunQueue as _,
};

/// What a life has told, for comparison.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Play {
    /// The answer to each order.
    pub answers: Vec<String>,
    /// Where every run stands in the end.
    pub standings: Vec<Option<(RunState, u32)>>,
}

/// What the player has asked for so far.
#[derive(Default)]
pub(super) struct Books {
    pub(super) runs: Vec<NewRun>,
    /// Fan-outs, and whether they are complete.
    pub(super) batches: Vec<(BatchId, bool)>,
}

impl Books {
    /// Whether that run was of a fan-out that a crash found open, and took away.
    pub(super) fn is_gone(&self, run: &NewRun) -> bool {
        let batch = run.origin.batch_id;
        batch.is_some_and(|batch| self.batches.iter().all(|(known, _)| *known != batch))
    }

    fn crashed(&mut self) {
        self.batches.retain(|(_, sealed)| *sealed);
    }
}

/// Where every run stands. One that is gone stands nowhere.
type Standings = Vec<Option<(RunState, u32)>>;

/// Plays orders on an empty queue. What must hold of every queue at every moment is checked on the way.
///
/// # Panics
/// When a profile has two live runs, a run is gone, or an ended run moves.
pub async fn play<B: Bench>(orders: Vec<Order>) -> Play {
    let mut desk = Desk::<B>::open().await;
    let mut books = Books::default();
    let mut told = Play::default();
    let mut last = Vec::new();
    for order in orders {
        let mut claims = None;
        let answer = match order {
            Order::Claim(most) => {
                let claimed = desk.claim(most.into()).await;
                claims = Some(claimed.len() == usize::from(most));
                let way = claimed
                    .iter()
                    .map(|taken| (taken.token.run, &taken.plan.proxy_name));
                format!("{:?}", way.collect::<Vec<_>>())
            }
            Order::Crash => {
                let (next, recovered) = desk.crash(&BTreeSet::new()).await;
                desk = next;
                books.crashed();
                format!("{recovered:?}")
            }
            order => carry_out(&desk, order, &mut books).await,
        };
        told.answers.push(answer);
        let standings = standings(&desk, books.runs.len()).await;
        check(&books, &last, &standings);
        last = standings;
        if let Some(full) = claims {
            let reasons = reasons(&desk, &last).await;
            let all_say = reasons.iter().all(|(_, why)| !why.is_empty());
            assert!(full || all_say, "who can start is claimed: {reasons:?}");
            told.answers.push(format!("{reasons:?}"));
        }
    }
    told.standings = last;
    told
}

async fn standings<B: Bench>(desk: &Desk<B>, count: usize) -> Standings {
    let mut standings = Vec::new();
    for number in 1..=count as u128 {
        standings.push(desk.queue().standing(id(number)).await.expect("it is read"));
    }
    standings
}

/// Why every queued run waits. How many workers there are is not a queue's to know.
async fn reasons<B: Bench>(
    desk: &Desk<B>,
    standings: &[Option<(RunState, u32)>],
) -> Vec<(u128, BTreeSet<String>)> {
    let mut all = Vec::new();
    for (number, standing) in (1..).zip(standings) {
        if !matches!(standing, Some((RunState::Queued, _))) {
            continue;
        }
        let why = desk.queue().why(id(number)).await.expect("it is read");
        let codes = why
            .into_iter()
            .map(|reason| reason.code)
            .filter(|code| *code != WaitCode::WorkersFull)
            .map(|code| format!("{code:?}"));
        all.push((number, codes.collect()));
    }
    all
}

fn check(books: &Books, before: &Standings, after: &Standings) {
    let mut held = BTreeSet::new();
    for (index, (run, standing)) in books.runs.iter().zip(after).enumerate() {
        let Some((state, attempt)) = *standing else {
            assert!(books.is_gone(run), "no run is ever lost from the books");
            continue;
        };
        if let Some(Some((was, number))) = before.get(index) {
            assert!(attempt >= *number, "attempts only grow");
            assert!(
                !was.is_terminal() || *was == state,
                "what has ended moves no more"
            );
        }
        if let Some(profile) = run.profile_id.filter(|_| state.holds()) {
            assert!(held.insert(profile), "profile {profile} has two live runs");
        }
    }
}

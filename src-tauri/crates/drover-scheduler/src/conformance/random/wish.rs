//! Runs as they may be wanted.

use drover_model::{Capacity, ResourceNeed, Span, plan::PlannedPool};
use drover_store::NewRun;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::conformance::bench::{Bench, Desk, name, new_run, pool, proxy};

/// How a run gets out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    #[default]
    Straight,
    Proxy(u8),
    Pool(u8),
}

/// A run that somebody wants. Times are seconds from now.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub task: u8,
    /// None when it is 0.
    pub profile: u8,
    pub priority: u8,
    /// Until it may start; at once when it is 0.
    pub later: u16,
    /// Until it is too late for its line, for all its attempts, and for its schedule.
    pub ends: [Option<u8>; 3],
    /// One of the runs before it, which must end first.
    pub behind: Option<u8>,
    /// A named resource, with the places that its task gives it.
    pub resource: Option<(u8, Option<u8>)>,
    pub way: Way,
}

pub(super) fn any_wish() -> impl Strategy<Value = Wish> {
    let when = (
        prop_oneof![3 => Just(0_u16), 1 => 1..200_u16],
        prop::array::uniform3(prop::option::weighted(0.15, 1..90_u8)),
        prop::option::weighted(0.15, any::<u8>()),
    );
    let resource = (1..3_u8, prop::option::of(1..3_u8));
    let way = prop_oneof![
        3 => Just(Way::Straight),
        1 => (1..4_u8).prop_map(Way::Proxy),
        2 => (1..3_u8).prop_map(Way::Pool),
    ];
    let what = (
        1..4_u8,
        0..5_u8,
        3..8_u8,
        prop::option::weighted(0.2, resource),
        way,
    );
    (what, when).prop_map(|(what, (later, ends, behind))| {
        let (task, profile, priority, resource, way) = what;
        Wish {
            task,
            profile,
            priority,
            later,
            ends,
            behind,
            resource,
            way,
        }
    })
}

/// The run of such a wish, with the next number.
pub(super) fn wished<B: Bench>(desk: &Desk<B>, wish: &Wish, runs: &[NewRun]) -> NewRun {
    let number = runs.len() as u128 + 1;
    let profile = (wish.profile > 0).then_some(u128::from(wish.profile));
    let mut new = new_run(number, u128::from(wish.task), profile);
    let seconds = |count: u16| SignedDuration::from_secs(count.into());
    let now = desk.now();
    new.queued_at = now;
    new.priority = wish.priority.try_into().expect("it is a priority");
    let behind = wish.behind.filter(|_| !runs.is_empty());
    let behind = behind.map(|run| runs[usize::from(run) % runs.len()].id);
    // Whoever waits for another one is not ready from the start.
    if wish.later > 0 || behind.is_some() {
        new.not_before = Some(now + seconds(wish.later));
    }
    let [queue, total, latest] = wish.ends;
    new.plan.limits.queue = queue.map(|queue| Span::seconds(queue.into()));
    new.plan.limits.total = total.map(|total| Span::seconds(total.into()));
    new.origin.expires = latest.map(|latest| now + seconds(latest.into()));
    new.origin.behind = behind;
    new.plan.resources = wish
        .resource
        .map(|(number, places)| ResourceNeed {
            name: name(&format!("r{number}")),
            capacity: places.and_then(|places| Capacity::try_from(u32::from(places)).ok()),
        })
        .into_iter()
        .collect();
    match wish.way {
        Way::Straight => {}
        Way::Proxy(number) => new.plan.lead_through(Some(&proxy(number.into()))),
        Way::Pool(number) => {
            let pool = pool(number.into());
            new.plan.pool = Some(PlannedPool {
                id: pool.id,
                name: pool.name,
                sticky: pool.sticky,
            });
        }
    }
    new
}

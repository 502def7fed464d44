//! Times, pauses, and clocks that jump.

use drover_model::{Ended, PauseKey, RunState, Span};
use drover_store::NewRun;

use super::bench::{Bench, Desk, at, id, new_run};
use crate::queue::{Control, RunQueue as _};

fn later(number: u128, seconds: i64) -> NewRun {
    NewRun {
        not_before: Some(at(seconds)),
        ..new_run(number, 1, Some(number))
    }
}

pub(super) async fn runs_become_due_and_too_late<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let mut hurried = later(3, 10);
    hurried.plan.limits.queue = Some(Span::seconds(20));
    let mut bounded = later(4, 500);
    bounded.plan.limits.total = Some(Span::seconds(50));
    desk.add([later(1, 60), later(2, 120), hurried, bounded])
        .await;
    assert_eq!(desk.claims(9).await, []);
    for (wake, passes, claimed) in [(10, 10, vec![]), (30, 20, vec![])] {
        let next = desk.queue().next_wake().await.expect("it is read");
        assert_eq!(next, Some(at(wake)));
        desk.clock.pass(passes);
        // Nobody claims at 10; at 30 it is too late for run 3.
        if wake == 30 {
            assert_eq!(desk.claims(9).await, claimed);
        }
    }
    assert_eq!(desk.state(3).await, RunState::Expired);
    desk.clock.pass(20);
    assert_eq!(desk.claims(9).await, []);
    assert_eq!(desk.state(4).await, RunState::TimedOut);
    desk.clock.pass(10);
    assert_eq!(desk.claims(9).await, [id(1)]);
    let next = desk.queue().next_wake().await.expect("it is read");
    assert_eq!(next, Some(at(120)));
}

pub(super) async fn a_pause_holds_and_ends<B: Bench>() {
    let desk = Desk::<B>::open().await;
    // Run 2 stands behind run 1 in the line of profile 1.
    let first = new_run(1, 1, Some(1));
    desk.add([first, new_run(2, 2, Some(1)), new_run(3, 3, Some(2))])
        .await;
    let pause = |what: PauseKey, paused, until| Control::Pause {
        what,
        paused,
        until,
    };
    let everything = |paused| pause(PauseKey::All, paused, None);
    desk.control(everything(true)).await;
    assert_eq!(desk.claims(9).await, []);
    let task = PauseKey::Task("t1".parse().expect("it is a name"));
    let profile = PauseKey::Profile("p2".parse().expect("it is a name"));
    desk.control(pause(task, true, Some(at(60)))).await;
    desk.control(pause(profile.clone(), true, None)).await;
    desk.control(everything(false)).await;
    let taken = desk.claim(9).await;
    let got: Vec<_> = taken.iter().map(|taken| taken.token.run).collect();
    assert_eq!(got, [id(2)], "what is paused stands aside");
    desk.finish(&taken[0].token, Ended::Succeeded).await;
    assert_eq!(desk.claims(9).await, []);
    let next = desk.queue().next_wake().await.expect("it is read");
    assert_eq!(next, Some(at(60)));
    desk.clock.pass(60);
    assert_eq!(desk.claims(9).await, [id(1)]);
    desk.control(pause(profile, false, None)).await;
    assert_eq!(desk.claims(9).await, [id(3)]);
}

pub(super) async fn a_clock_that_jumps_loses_and_repeats_nothing<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=4).map(|number| later(number, 3_600 * i64::try_from(number).unwrap_or(0))))
        .await;
    let year = 365 * 86_400;
    desk.clock.pass(year);
    let first = desk.claim(1).await.remove(0);
    assert_eq!(first.token.run, id(1));
    desk.clock.pass(-2 * year);
    // What was ready stays ready, and nothing starts a second time.
    let rest = desk.claims(9).await;
    assert_eq!(rest, [2, 3, 4].map(id));
    desk.finish(&first.token, Ended::Succeeded).await;
    assert_eq!(desk.claims(9).await, []);
}

pub(super) async fn future_runs_cost_a_claim_nothing<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let year = 365 * 86_400;
    for chunk in 0..4 {
        let runs = (1..=500).map(|number| later(1_000 * (chunk + 1) + number, year));
        desk.add(runs.map(|mut new| {
            new.profile_id = None;
            new.plan.profile = None;
            new
        }))
        .await;
    }
    desk.add([new_run(1, 2, Some(1))]).await;
    assert_eq!(desk.claims(9).await, [id(1)]);
    assert_eq!(desk.claims(9).await, []);
    let next = desk.queue().next_wake().await.expect("it is read");
    assert_eq!(next, Some(at(year)));
}

//! What every queue of runs must do, as cases that any of them can be put through.
//!
//! A queue is tested by a [`Bench`] that opens it, and opens it again after a crash; [`all`] runs every case.

mod bench;
mod claiming;
mod crashing;
mod enqueueing;
mod limiting;
mod moving;
mod random;
mod telling;
mod timing;

pub use bench::{Bench, Desk, START, Things, new_run, things};
pub use random::{Order, Play, Way, Wish, any_orders, play};

/// Runs every case, each on a queue of its own.
pub async fn all<B: Bench>() {
    enqueueing::accepted_runs_are_there_after_a_crash::<B>().await;
    enqueueing::the_same_again_is_known::<B>().await;
    enqueueing::a_full_line_takes_no_more::<B>().await;
    moving::every_listed_step_is_done_and_every_other_is_refused::<B>().await;
    moving::a_stop_decides_the_end::<B>().await;
    moving::a_stale_token_writes_nothing::<B>().await;
    claiming::of_64_racing_claimers_one_gets_each_profile::<B>().await;
    claiming::a_line_is_strict_and_lines_take_turns::<B>().await;
    claiming::a_long_line_delays_no_other::<B>().await;
    claiming::who_has_waited_long_goes_first::<B>().await;
    claiming::what_is_to_run_next_is_next::<B>().await;
    claiming::the_last_that_is_let_run_next_is_next::<B>().await;
    limiting::needs_are_taken_together_or_not_at_all::<B>().await;
    limiting::a_limit_can_change_while_it_is_used::<B>().await;
    limiting::starts_over_time_are_counted_once::<B>().await;
    timing::runs_become_due_and_too_late::<B>().await;
    timing::a_pause_holds_and_ends::<B>().await;
    timing::a_clock_that_jumps_loses_and_repeats_nothing::<B>().await;
    timing::future_runs_cost_a_claim_nothing::<B>().await;
    crashing::each_state_is_settled_as_it_must_be::<B>().await;
    crashing::a_limit_that_a_crash_cut_short_counts_as_one::<B>().await;
    crashing::waiting_for_a_browser_is_no_crash::<B>().await;
    crashing::what_survives_keeps_what_it_holds::<B>().await;
    crashing::a_cancelled_run_is_cancelled_whatever_happens::<B>().await;
    telling::every_waiting_run_says_why_or_is_claimed::<B>().await;
    telling::no_wake_up_is_lost::<B>().await;
}

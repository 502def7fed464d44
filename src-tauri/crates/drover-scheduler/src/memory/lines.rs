//! Waiting lines: order within a line, turns among lines.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use drover_model::{RunId, RunState};
use drover_store::NewRun;
use jiff::{SignedDuration, Timestamp};

use super::state::State;
use crate::queue::QueueError;

/// A head that has waited so long counts as 9, and one of the highest priority as 10. What is let run next counts as more,
/// the later the more.
const AGED: SignedDuration = SignedDuration::from_mins(30);

/// A line in which somebody is ready.
#[derive(Debug, Clone)]
pub(super) struct Line {
    head: RunId,
    counts_as: u64,
    ready: Timestamp,
    served: u64,
}

impl State {
    /// Puts the right run at the head of a line.
    fn refresh_line(&mut self, line: &str, now: Timestamp) {
        let head = self
            .runs
            .values()
            .filter(|entry| {
                entry.line == line
                    && entry.state == RunState::Queued
                    && entry.ready.is_some()
                    && !self.stands_aside(entry)
            })
            .min_by_key(|entry| {
                let turn = (Reverse(entry.priority), Reverse(entry.next));
                (turn, entry.ready, entry.new.id)
            });
        let Some(head) = head else {
            self.lines.remove(line);
            return;
        };
        let mut ready = head.ready.unwrap_or(now);
        let counts_as = match (head.next, head.priority) {
            (0, 9) => 10,
            (0, _) if ready < now - AGED => 9,
            (0, priority) => priority.into(),
            (next, _) => 10 + next,
        };
        if head.next > 0 {
            // Among those that one order lets run next, nobody has waited longer.
            ready = Timestamp::UNIX_EPOCH;
        }
        let head = head.new.id;
        let seq = self.seq;
        let known = self.lines.entry(line.to_owned()).or_insert(Line {
            head,
            counts_as,
            ready,
            served: seq,
        });
        (known.head, known.counts_as, known.ready) = (head, counts_as, ready);
    }

    pub(super) fn refresh_line_of(&mut self, run: RunId, now: Timestamp) {
        if let Some(line) = self.runs.get(&run).map(|entry| entry.line.clone()) {
            self.refresh_line(&line, now);
        }
    }

    pub(super) fn refresh_all(&mut self, now: Timestamp) {
        let lines: BTreeSet<String> = self.runs.values().map(|entry| entry.line.clone()).collect();
        for line in lines {
            self.refresh_line(&line, now);
        }
    }

    pub(super) fn age_lines(&mut self, now: Timestamp) {
        for line in self.lines.values_mut() {
            if line.ready < now - AGED {
                line.counts_as = line.counts_as.max(9);
            }
        }
    }

    /// A run of this line has had its turn.
    pub(super) fn serve(&mut self, run: RunId, now: Timestamp) {
        let line = self.runs.get(&run).map(|entry| entry.line.clone());
        let seq = self.seq;
        if let Some(line) = line.and_then(|line| self.lines.get_mut(&line)) {
            line.served = seq;
        }
        self.refresh_line_of(run, now);
    }

    /// Heads that may start, in the order of their turns.
    pub(super) fn claimable(&self, now: Timestamp) -> Vec<RunId> {
        if self.conditions.closed() || self.paused() {
            return Vec::new();
        }
        let mut heads: Vec<&Line> = self
            .lines
            .values()
            .filter(|line| {
                self.runs.get(&line.head).is_some_and(|entry| {
                    let locked = self.conditions.vault_locked && !entry.new.plan.tokens.is_empty();
                    !locked
                        && self.conditions.admits(entry.new.profile_id)
                        && !self.profile_is_held(entry.new.id)
                        && self.short_of(entry, now).is_empty()
                        && self.member_for(entry, now).is_ok()
                })
            })
            .collect();
        heads.sort_by_key(|line| (Reverse(line.counts_as), line.served, line.ready, line.head));
        heads.into_iter().map(|line| line.head).collect()
    }

    /// Whether another live run has its profile.
    pub(super) fn profile_is_held(&self, run: RunId) -> bool {
        let profile = self.runs.get(&run).and_then(|entry| entry.new.profile_id);
        profile.is_some_and(|profile| {
            self.live()
                .any(|other| other.new.profile_id == Some(profile))
        })
    }

    /// How many ready runs of its line go first.
    pub(super) fn ahead_of(&self, run: RunId) -> usize {
        let Some(own) = self.runs.get(&run) else {
            return 0;
        };
        let place = |entry: &super::state::Entry| {
            let ready = entry.ready.unwrap_or(entry.not_before);
            let turn = (Reverse(entry.priority), Reverse(entry.next));
            (turn, ready, entry.new.id)
        };
        let mine = place(own);
        let ahead = self.runs.values().filter(|other| {
            other.line == own.line
                && other.state == RunState::Queued
                && !self.stands_aside(other)
                && other.ready.is_some()
                && place(other) < mine
        });
        ahead.count()
    }

    /// Refuses what has no room in its line.
    pub(super) fn check_room(&self, runs: &[NewRun], most: usize) -> Result<(), QueueError> {
        let line_of = |run: &NewRun| super::state::Entry::of(run.clone()).line;
        let mut new: BTreeMap<String, usize> = BTreeMap::new();
        for run in runs {
            *new.entry(line_of(run)).or_default() += 1;
        }
        for (line, count) in new {
            let waiting = self.runs.values().filter(|entry| {
                entry.line == line && entry.state == RunState::Queued && entry.ready.is_some()
            });
            if waiting.count() + count > most {
                return Err(QueueError::LineFull { line });
            }
        }
        Ok(())
    }
}

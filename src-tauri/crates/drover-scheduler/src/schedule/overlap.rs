//! Whether a start goes on while earlier runs of its schedule and item are live.

use drover_model::{
    RunId,
    schedule::{Overlap, Reason},
};

/// One item of a schedule's fan-out and what is live of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// Empty for a single run, else `profile:<id>` or `row:<n>`.
    pub key: String,
    /// Live runs of this schedule and item, oldest first. With `overlap_scope = "batch"`, those
    /// of all items.
    pub live: Vec<Live>,
}

/// A live run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    pub run: RunId,
    /// It is queued and has not been started.
    pub waiting: bool,
}

/// What stands in the way of a start, or comes before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocker {
    /// A run that was live before.
    Run(RunId),
    /// The occurrence of a run that the same plan queues.
    Planned(String),
}

/// Judges one start that no rule names, such as one that follows a run: the live runs that give way to it, or why it is
/// skipped and what is in its way.
pub fn judge_one(
    item: &Item,
    overlap: Overlap,
    max: u32,
) -> Result<Vec<RunId>, (Reason, Option<RunId>)> {
    match Standing::new(item).admit(overlap, max) {
        Admission::Queue => Ok(Vec::new()),
        Admission::Replace(runs) => Ok(runs),
        Admission::Skip(reason, Blocker::Run(run)) => Err((reason, Some(run))),
        Admission::Skip(reason, Blocker::Planned(_)) => Err((reason, None)),
    }
}

/// The runs of one item, while a plan adds to them.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    item: &'a Item,
    /// Runs that were live before and are cancelled by this plan.
    cancelled: bool,
    /// Occurrences that this plan queues, oldest first.
    planned: Vec<String>,
}

/// What becomes of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    Queue,
    Skip(Reason, Blocker),
    /// Queue it and cancel every live run; earlier starts of this plan give way too.
    Replace(Vec<RunId>),
}

impl<'a> Standing<'a> {
    pub(super) const fn new(item: &'a Item) -> Self {
        Self {
            item,
            cancelled: false,
            planned: Vec::new(),
        }
    }

    /// The latest run that is live or planned.
    pub(super) fn newest(&self) -> Option<Blocker> {
        if let Some(occurrence) = self.planned.last() {
            return Some(Blocker::Planned(occurrence.clone()));
        }
        self.item.live.last().map(|live| Blocker::Run(live.run))
    }

    /// Judges a start by the overlap policy.
    pub(super) fn admit(&self, overlap: Overlap, max: u32) -> Admission {
        let waiting = self.item.live.iter().filter(|live| live.waiting).count();
        // What this plan queues waits as well, but the first may start when nothing is live.
        let idle = self.item.live.is_empty();
        let waiting = waiting + self.planned.len() - usize::from(idle && !self.planned.is_empty());
        let most = match overlap {
            Overlap::Skip => match self.newest() {
                Some(blocker) => return Admission::Skip(Reason::StillRunning, blocker),
                None => return Admission::Queue,
            },
            Overlap::Allow => return Admission::Queue,
            Overlap::CancelPrevious if self.cancelled => return Admission::Replace(Vec::new()),
            Overlap::CancelPrevious => {
                return Admission::Replace(self.item.live.iter().map(|live| live.run).collect());
            }
            Overlap::QueueOne => 1,
            Overlap::QueueAll => usize::try_from(max).unwrap_or(usize::MAX),
        };
        match self.newest() {
            Some(blocker) if waiting >= most => Admission::Skip(Reason::QueueFull, blocker),
            _ => Admission::Queue,
        }
    }

    /// Notes that the plan queues an occurrence.
    pub(super) fn queue(&mut self, occurrence: String) {
        self.planned.push(occurrence);
    }

    /// Notes that all earlier runs are cancelled, those of this plan included.
    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        self.planned.clear();
    }
}

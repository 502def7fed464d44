//! The steady clock of other systems, which may stand still while the computer sleeps.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Time awake; nobody tells how long the computer slept.
pub(crate) fn steady() -> (Duration, Option<Duration>) {
    (BEGIN.elapsed(), None)
}

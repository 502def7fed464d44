//! Words for what is paused, and for how far the queue has run empty.

use drover_model::{Caller, PauseKey, PauseScope, RunRow, RunState};
use jiff::Timestamp;

use crate::format;

pub fn scope_word(scope: PauseScope) -> &'static str {
    match scope {
        PauseScope::All => "Everything",
        PauseScope::Task => "Task",
        PauseScope::Profile => "Profile",
        PauseScope::Proxy => "Proxy",
    }
}

/// What then does not start.
pub fn scope_hint(scope: PauseScope) -> &'static str {
    match scope {
        PauseScope::All => "Nothing new starts. What runs goes on.",
        PauseScope::Task => "No run of this task starts. What runs goes on.",
        PauseScope::Profile => "No run starts in this profile. What runs goes on.",
        PauseScope::Proxy => "No run that goes through this proxy starts. What runs goes on.",
    }
}

/// "the queue", "task `price check`".
pub fn paused_words(key: &PauseKey) -> String {
    match key.name() {
        None => "the queue".to_owned(),
        Some(name) => format!("{} `{name}`", key.scope().name()),
    }
}

/// Where the order came from.
pub fn by_words(by: Caller) -> &'static str {
    match by {
        Caller::Window => "in the window",
        Caller::Tray => "in the tray",
        Caller::Cli => "on the command line",
        Caller::Drover => "by Drover",
    }
}

/// "4:12 left"; days and hours beyond a day.
pub fn left_words(end: Timestamp, now: Timestamp) -> String {
    let ms = end.as_millisecond() - now.as_millisecond();
    match u64::try_from(ms) {
        Err(_) | Ok(0) => "ends now".to_owned(),
        Ok(ms) if ms >= DAY_MS => {
            let (days, hours) = (ms / DAY_MS, ms % DAY_MS / 3_600_000);
            format!("{days} d {hours} h left")
        }
        Ok(ms) => format!("{} left", format::duration(ms)),
    }
}

const DAY_MS: u64 = 86_400_000;

/// "2 runs go on until they end, 1 of them needs you".
pub fn drain_words(live: &[RunRow]) -> String {
    let parked = live
        .iter()
        .filter(|row| row.state == RunState::Parked)
        .count();
    let person = match parked {
        0 => String::new(),
        1 => ", 1 of them needs you".to_owned(),
        many => format!(", {many} of them need you"),
    };
    match live.len() {
        0 => "Drained: nothing runs and nothing starts".to_owned(),
        1 => format!(
            "Drains: 1 run goes on until it ends{}",
            if parked > 0 { " and needs you" } else { "" }
        ),
        many => format!("Drains: {many} runs go on until they end{person}"),
    }
}

/// How many of `most` have ended, in percent.
pub fn drain_percent(live: usize, most: usize) -> usize {
    (most.saturating_sub(live) * 100)
        .checked_div(most)
        .unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_counted_down() {
        let check = |seconds: i64, words: &str| {
            let end = Timestamp::from_second(seconds).unwrap();
            assert_eq!(left_words(end, Timestamp::UNIX_EPOCH), words);
        };
        check(252, "4:12 left");
        check(3_600 * 26, "1 d 2 h left");
        check(-3, "ends now");
    }

    #[test]
    fn running_empty_is_told_to_its_end() {
        assert_eq!(drain_words(&[]), "Drained: nothing runs and nothing starts");
        assert_eq!((drain_percent(3, 4), drain_percent(0, 0)), (25, 100));
    }

    #[test]
    fn what_is_paused_has_a_name() {
        let key: PauseKey = "task:price check".parse().unwrap();
        assert_eq!(paused_words(&key), "task `price check`");
        assert_eq!(paused_words(&PauseKey::All), "the queue");
    }
}

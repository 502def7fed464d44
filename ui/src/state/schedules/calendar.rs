//! The coming days: how dense an hour is, and what gets in the way.

use drover_model::schedule::{Clash, Warning};

/// Shades of an hour, from nothing to very dense.
pub const LEVELS: u8 = 4;

/// The shade of an hour with that many starts, where the densest hour has `most`.
pub fn level(starts: u32, most: u32) -> u8 {
    if starts == 0 {
        return 0;
    }
    let share = u64::from(starts) * u64::from(LEVELS);
    let shade = share.div_ceil(u64::from(most.max(starts)));
    u8::try_from(shade).unwrap_or(LEVELS).clamp(1, LEVELS)
}

/// How often it happens, and who is in it.
pub fn warning_words(warning: &Warning) -> String {
    let often = if warning.times > 1 {
        format!("{} times in these days. ", warning.times)
    } else {
        String::new()
    };
    let who = match &warning.clash {
        Clash::SameProfile { schedules, .. } => {
            let names: Vec<String> = schedules.iter().map(|name| format!("`{name}`")).collect();
            format!("{}.", names.join(", "))
        }
        Clash::RemovedByClock { schedule, .. } => format!("`{schedule}`."),
        Clash::TooManyStarts { .. } => String::new(),
    };
    format!("{often}{who}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_with_any_start_is_seen_and_the_densest_is_darkest() {
        assert_eq!(level(0, 100), 0);
        assert_eq!(level(1, 100), 1);
        assert_eq!(level(50, 100), 2);
        assert_eq!(level(51, 100), 3);
        assert_eq!(level(100, 100), LEVELS);
        assert_eq!(level(5, 0), LEVELS, "a wrong maximum does no harm");
    }

    #[test]
    fn a_warning_names_who_is_in_it() {
        let warning = Warning {
            clash: Clash::SameProfile {
                profile: "anna".parse().unwrap(),
                schedules: vec!["a".parse().unwrap(), "b".parse().unwrap()],
            },
            at: jiff::Timestamp::UNIX_EPOCH,
            times: 5,
            fix: None,
        };
        assert_eq!(warning_words(&warning), "5 times in these days. `a`, `b`.");
    }
}

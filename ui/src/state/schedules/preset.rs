//! The rhythms that most people want, and the cron rule of each.

/// How often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    Hourly,
    Daily,
    #[default]
    Weekdays,
    Weekly,
    Monthly,
    /// A rule of one's own.
    Own,
}

/// The days as they are written and as they are said, Monday first.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("MON", "Monday"),
    ("TUE", "Tuesday"),
    ("WED", "Wednesday"),
    ("THU", "Thursday"),
    ("FRI", "Friday"),
    ("SAT", "Saturday"),
    ("SUN", "Sunday"),
];

impl Preset {
    pub const ALL: [Self; 6] = [
        Self::Hourly,
        Self::Daily,
        Self::Weekdays,
        Self::Weekly,
        Self::Monthly,
        Self::Own,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekdays => "weekdays",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Own => "own",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Hourly => "Every hour",
            Self::Daily => "Every day",
            Self::Weekdays => "Monday to Friday",
            Self::Weekly => "Every week",
            Self::Monthly => "Every month",
            Self::Own => "A cron rule",
        }
    }
}

/// A preset with its details, as they are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub preset: Preset,
    /// `09:00`; of [`Preset::Hourly`] only the minute counts.
    pub time: String,
    /// One of [`WEEKDAYS`].
    pub weekday: String,
    /// 1 to 31, or `L` for the last.
    pub day: String,
    /// The rule of [`Preset::Own`].
    pub cron: String,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            preset: Preset::default(),
            time: "09:00".to_owned(),
            weekday: "MON".to_owned(),
            day: "1".to_owned(),
            cron: String::new(),
        }
    }
}

impl Rhythm {
    /// The cron rule; none when the time is no time.
    pub fn cron(&self) -> Option<String> {
        if self.preset == Preset::Own {
            return Some(self.cron.clone());
        }
        let (hour, minute) = clock(&self.time)?;
        let day = self.day.trim();
        Some(match self.preset {
            Preset::Hourly => format!("{minute} * * * *"),
            Preset::Daily => format!("{minute} {hour} * * *"),
            Preset::Weekdays => format!("{minute} {hour} * * MON-FRI"),
            Preset::Weekly => format!("{minute} {hour} * * {}", self.weekday),
            Preset::Monthly => format!("{minute} {hour} {day} * *"),
            Preset::Own => self.cron.clone(),
        })
    }

    /// The preset that makes this rule, or the rule as one's own.
    pub fn of(cron: &str) -> Self {
        let own = Self {
            preset: Preset::Own,
            cron: cron.to_owned(),
            ..Self::default()
        };
        let fields: Vec<&str> = cron.split_whitespace().collect();
        let [minute, hour, day, "*", weekday] = fields[..] else {
            return own;
        };
        let preset = match (hour, day, weekday) {
            ("*", "*", "*") => Preset::Hourly,
            (_, "*", "*") => Preset::Daily,
            (_, "*", "MON-FRI") => Preset::Weekdays,
            (_, "*", _) => Preset::Weekly,
            (_, _, "*") => Preset::Monthly,
            _ => return own,
        };
        let hour = if hour == "*" { "0" } else { hour };
        let time = match (hour.parse::<u8>(), minute.parse::<u8>()) {
            (Ok(hour), Ok(minute)) => format!("{hour:02}:{minute:02}"),
            _ => return own,
        };
        let found = Self {
            preset,
            time,
            weekday: if preset == Preset::Weekly {
                weekday.to_owned()
            } else {
                own.weekday.clone()
            },
            day: if preset == Preset::Monthly {
                day.to_owned()
            } else {
                own.day.clone()
            },
            cron: cron.to_owned(),
        };
        let known_day = WEEKDAYS.iter().any(|(day, _)| *day == found.weekday);
        // Only what comes out as it went in is a preset.
        if known_day && found.cron().as_deref() == Some(cron) {
            found
        } else {
            own
        }
    }
}

/// `09:05` or `9:05`.
fn clock(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two = |text: &str, most: u8| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u8>()
            .ok()
            .filter(|number| digits && *number <= most)
    };
    Some((two(hour, 23)?, two(minute, 59)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_a_rule_and_comes_back_from_it() {
        for preset in Preset::ALL {
            let rhythm = Rhythm {
                preset,
                time: "07:05".into(),
                weekday: "WED".into(),
                day: "15".into(),
                cron: "*/7 2 L * *".into(),
            };
            let cron = rhythm.cron().unwrap();
            assert!(
                cron.parse::<drover_model::schedule::Cron>().is_ok(),
                "{cron}"
            );
            let back = Rhythm::of(&cron);
            assert_eq!(back.preset, preset, "{cron}");
            assert_eq!(back.cron().as_deref(), Some(&*cron));
        }
    }

    #[test]
    fn what_no_preset_says_stays_as_it_is_written() {
        for cron in [
            "@daily",
            "0 9 * * 1-5",
            "0 9,17 * * *",
            "0 9 1 * MON",
            "0 0 9 * * *",
            "",
        ] {
            let rhythm = Rhythm::of(cron);
            assert_eq!(rhythm.preset, Preset::Own, "{cron}");
            assert_eq!(rhythm.cron().as_deref(), Some(cron));
        }
    }

    #[test]
    fn a_time_that_is_none_makes_no_rule() {
        for time in ["24:00", "9", "09:60", "9:5:1", "", "ab:cd"] {
            let rhythm = Rhythm {
                time: time.into(),
                ..Rhythm::default()
            };
            assert_eq!(rhythm.cron(), None, "{time}");
        }
    }
}

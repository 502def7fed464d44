//! Reading a cron rule.

use super::{
    super::{Place, Problem},
    Cron, Join, MonthDays, Weekdays,
    item::{bit, bits, value},
    part::{Field, Part, Piece},
};

/// The names of whole rules (crontab(5)).
const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The rule, or its first problem.
pub(super) fn cron(text: &str) -> Result<Cron, Problem> {
    if text.len() > Cron::MAX {
        let message = format!("the rule is {} bytes long", text.len());
        return Err(whole(text, message).allowed(format!("at most {} bytes", Cron::MAX)));
    }
    let trimmed = text.trim();
    if let Some(name) = trimmed.strip_prefix('@') {
        let rule = NICKNAMES
            .iter()
            .find(|(known, _)| known[1..].eq_ignore_ascii_case(name));
        let Some((_, rule)) = rule else {
            return Err(unknown_nickname(text, trimmed));
        };
        return fields(rule).map(|cron| Cron {
            text: trimmed.to_ascii_lowercase(),
            ..cron
        });
    }
    fields(text)
}

fn unknown_nickname(text: &str, trimmed: &str) -> Problem {
    let known: Vec<&str> = NICKNAMES.iter().map(|(name, _)| *name).collect();
    let known = known.join(", ");
    let hint = match trimmed.to_ascii_lowercase().as_str() {
        "@reboot" => "a schedule cannot follow the start of the computer".to_owned(),
        name if name.starts_with("@every") => {
            "an interval is written as `every = \"15m\"` instead".to_owned()
        }
        _ => format!("use one of {known}"),
    };
    whole(text, format!("`{trimmed}` is not a rule; {hint}")).allowed(known)
}

fn whole(text: &str, message: String) -> Problem {
    let start = text.len() - text.trim_start().len();
    Problem::new("when.cron", message)
        .value(text.trim())
        .at(Place::new(start, text.trim().len()))
}

fn fields(text: &str) -> Result<Cron, Problem> {
    let mut pieces = Vec::new();
    for word in text.split_whitespace() {
        // The word is a part of the text, so the distance of their first bytes is its place.
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        pieces.push(Piece { text: word, start });
    }
    let parts = match pieces.len() {
        5 => &Part::ALL[1..],
        6 => &Part::ALL[..],
        count => {
            let message = format!(
                "a rule has 5 fields (minute, hour, day of month, month, day of week) or 6 with leading seconds, not {count}"
            );
            return Err(whole(text, message).allowed("5 or 6 fields"));
        }
    };
    let mut rule = Cron {
        text: text.trim().to_owned(),
        seconds: 1,
        minutes: 0,
        hours: 0,
        months: 0,
        days: MonthDays::default(),
        weekdays: Weekdays::default(),
        join: Join::Either,
        fixed: true,
    };
    let mut star = false;
    let mut plus = false;
    for (index, (part, piece)) in parts.iter().zip(&pieces).enumerate() {
        let mut field = Field {
            part: *part,
            position: index + 1,
            text: piece.text,
            start: piece.start,
        };
        if *part == Part::Weekday
            && let Some(text) = piece.text.strip_prefix('+')
        {
            plus = true;
            field.text = text;
            field.start += 1;
        }
        if matches!(part, Part::Day | Part::Weekday) {
            star |= field.text.starts_with(['*', '?']);
        }
        read_field(field, &mut rule)?;
    }
    rule.join = match (star, plus) {
        (true, _) => Join::Star,
        (false, true) => Join::Both,
        (false, false) => Join::Either,
    };
    if rule.fires_ever() {
        Ok(rule)
    } else {
        let start = pieces[pieces.len() - 3].start;
        let end = pieces[pieces.len() - 1];
        let end = end.start + end.text.len();
        let days = text.get(start..end).unwrap_or_default();
        Err(Problem::new(
            "when.cron",
            format!("this rule can never fire: no day of any year fits `{days}`"),
        )
        .value(days)
        .at(Place { start, end }))
    }
}

fn read_field(field: Field<'_>, rule: &mut Cron) -> Result<(), Problem> {
    match field.part {
        Part::Second | Part::Minute | Part::Hour | Part::Month => {
            let mut mask = 0;
            for item in field.piece().items() {
                mask |= bits(field, item)?;
            }
            rule.fixed &= field.part == Part::Month || !field.text.contains('*');
            match field.part {
                Part::Second => rule.seconds = mask,
                Part::Minute => rule.minutes = mask,
                Part::Hour => rule.hours = low_half(mask),
                _ => rule.months = u16::try_from(mask).expect("BUG: months end at bit 12"),
            }
        }
        Part::Day => rule.days = month_days(field)?,
        Part::Weekday => rule.weekdays = weekdays(field)?,
    }
    Ok(())
}

fn low_half(mask: u64) -> u32 {
    u32::try_from(mask).expect("BUG: hours and days end at bit 31")
}

fn month_days(field: Field<'_>) -> Result<MonthDays, Problem> {
    let mut days = MonthDays::default();
    for item in field.piece().items() {
        let upper = item.text.to_ascii_uppercase();
        if upper == "L" {
            days.last = true;
        } else if upper == "LW" || upper == "WL" {
            days.last_working = true;
        } else if let Some(day) = upper.strip_suffix('W') {
            let day = Piece {
                text: &item.text[..day.len()],
                ..item
            };
            if day.text.is_empty() {
                let says = "needs a day before its `W`, such as `15W`";
                return Err(field.wrong(item, says));
            }
            days.nearest |= 1 << value(field, day)?;
        } else {
            days.mask |= low_half(bits(field, item)?);
        }
    }
    Ok(days)
}

fn weekdays(field: Field<'_>) -> Result<Weekdays, Problem> {
    let mut days = Weekdays::default();
    for item in field.piece().items() {
        if let Some((day, nth)) = item.split('#') {
            let day = value(field, day)? % 7;
            let nth: u8 = match nth.text {
                "1" | "2" | "3" | "4" | "5" => nth.text.as_bytes()[0] - b'0',
                _ => {
                    let says = format!("must have a number 1–5 after `#`, not `{}`", nth.text);
                    return Err(field.wrong(nth, &says).allowed("1–5"));
                }
            };
            days.nth[usize::from(day)] |= 1 << (nth - 1);
        } else if item.text.eq_ignore_ascii_case("L") {
            let says = "needs a day before its `L`, such as `5L` for the last Friday";
            return Err(field.wrong(item, says));
        } else if let Some(day) = item.text.strip_suffix(['L', 'l']) {
            let day = value(field, Piece { text: day, ..item })?;
            days.last |= mask8(bit(Part::Weekday, day));
        } else {
            days.mask |= mask8(bits(field, item)?);
        }
    }
    Ok(days)
}

fn mask8(mask: u64) -> u8 {
    u8::try_from(mask).expect("BUG: weekdays end at bit 6")
}

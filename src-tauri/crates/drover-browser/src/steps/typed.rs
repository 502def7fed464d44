//! Turning a text that was read into what was asked for.

use drover_model::step::ValueType;
use serde_json::{Number, Value};

/// The value, or none when the text is no such thing.
pub(super) fn typed(text: &str, kind: ValueType) -> Option<Value> {
    match kind {
        ValueType::Text => Some(Value::String(text.to_owned())),
        ValueType::Number => number(text).and_then(Number::from_f64).map(Value::Number),
        ValueType::Integer => integer(text),
        ValueType::Boolean => boolean(text).map(Value::Bool),
        ValueType::Json => serde_json::from_str(text).ok(),
    }
}

fn integer(text: &str) -> Option<Value> {
    let number = number(text)?;
    // Beyond that a floating-point number skips integers.
    let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and small enough"
    )]
    exact.then_some(Value::from(number as i64))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "checked" => Some(true),
        "false" | "no" | "off" | "0" | "unchecked" => Some(false),
        _ => None,
    }
}

/// The only number in a text, with units and currency around it. Of a dot and a comma the last one divides whole from
/// fraction; a lone comma before three digits, and a mark that comes twice, groups thousands.
fn number(text: &str) -> Option<f64> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’');
    // Thousands are also grouped by spaces of several kinds.
    let joined: String = {
        let letters: Vec<char> = text.chars().collect();
        let digit = |place: Option<usize>| {
            place
                .and_then(|place| letters.get(place))
                .is_some_and(char::is_ascii_digit)
        };
        let keep = |place: usize| {
            let gap = matches!(letters[place], ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
            let three = (1..=3).all(|step| digit(Some(place + step))) && !digit(Some(place + 4));
            !(gap && digit(place.checked_sub(1)) && three)
        };
        (0..letters.len())
            .filter(|place| keep(*place))
            .map(|place| letters[place])
            .collect()
    };
    let mut numbers = joined
        .split(|c: char| !is_part(c))
        .map(|part| part.trim_matches(['.', ',', '\'', '’']))
        .filter(|part| !part.is_empty());
    let (only, None) = (numbers.next()?, numbers.next()) else {
        return None;
    };
    let before = joined[..joined.find(only)?].trim_end();
    let before = before.trim_end_matches(['$', '€', '£', '¥']).trim_end();
    let sign = before.strip_suffix(['-', '−']);
    let negative = sign.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
    let value: f64 = plain(only)?.parse().ok()?;
    Some(if negative { -value } else { value })
}

fn plain(number: &str) -> Option<String> {
    let number: String = number
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .collect();
    let (dots, commas) = (number.matches('.').count(), number.matches(',').count());
    let fraction = match (number.rfind('.'), number.rfind(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (Some(dot), None) if dots == 1 => Some(dot),
        (None, Some(comma)) if commas == 1 && number.len() - comma != 4 => Some(comma),
        _ => None,
    };
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    Some(match fraction {
        None => digits(&number),
        // A mark that divides comes once.
        Some(place) if number[..place].contains(number[place..].chars().next()?) => return None,
        Some(place) => format!("{}.{}", digits(&number[..place]), digits(&number[place..])),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_found_among_words() {
        for (text, value) in [
            ("42.50", Some(42.5)),
            ("1,234.50 €", Some(1234.5)),
            ("1.234,50 €", Some(1234.5)),
            ("CHF 1'234.50", Some(1234.5)),
            ("1 234,5", Some(1234.5)),
            ("12,345", Some(12345.0)),
            ("12,34", Some(12.34)),
            ("1.234.567", Some(1_234_567.0)),
            ("−7", Some(-7.0)),
            ("-$5.20", Some(-5.2)),
            ("Total: 3 items", Some(3.0)),
            ("3 of 7", None),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }

    #[test]
    fn values_are_what_was_asked_for() {
        let check = |text: &str, kind, value: Option<Value>| {
            assert_eq!(typed(text, kind), value, "{text}");
        };
        check("7", ValueType::Text, Some(json!("7")));
        check("7 pcs", ValueType::Integer, Some(json!(7)));
        check("7.5", ValueType::Integer, None);
        check(" Yes ", ValueType::Boolean, Some(json!(true)));
        check("maybe", ValueType::Boolean, None);
        check(r#"{"a":[1]}"#, ValueType::Json, Some(json!({"a":[1]})));
        check("{", ValueType::Json, None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,24}") {
            number(&text);
        }

        #[test]
        fn every_number_survives_its_text(value in -1_000_000_i64..1_000_000) {
            prop_assert_eq!(typed(&value.to_string(), ValueType::Integer), Some(json!(value)));
        }
    }
}

//! One item of a field's list: `*`, `5`, `MON`, `1-5`, `*/15`, `9-17/2`, `5/15`.

use super::{
    super::Problem,
    part::{Field, Part, Piece},
};

/// The values that one item names, as bits. Weekday 7 is bit 0.
pub(super) fn bits(field: Field<'_>, item: Piece<'_>) -> Result<u64, Problem> {
    if item.text.is_empty() {
        let message = "has an empty place in its list; remove the comma or put a value there";
        return Err(field.wrong(item, message));
    }
    let (base, step) = match item.split('/') {
        Some((base, step)) => (base, Some(step)),
        None => (item, None),
    };
    let (low, high) = field.part.range();
    let (from, to) = if base.text == "*" || base.text == "?" {
        if base.text == "?" && !matches!(field.part, Part::Day | Part::Weekday) {
            return Err(field.wrong(base, "cannot be `?`; only the two day fields can, use `*`"));
        }
        // A star over weekdays ends at Saturday: Sunday is in it once.
        let high = if field.part == Part::Weekday { 6 } else { high };
        (low, high)
    } else if let Some((from, to)) = base.split('-') {
        ends(field, base, from, to)?
    } else {
        let value = value(field, base)?;
        match (step, field.part) {
            (Some(_), Part::Weekday) => (value % 7, 6),
            (Some(_), _) => (value, high),
            (None, _) => (value, value),
        }
    };
    let step = step.map_or(Ok(1), |step| self::step(field, step))?;
    Ok((from..=to)
        .step_by(step)
        .map(|value| bit(field.part, value))
        .fold(0, |mask, bit| mask | bit))
}

/// The ends of a range, which must not run backwards.
fn ends(
    field: Field<'_>,
    whole: Piece<'_>,
    from: Piece<'_>,
    to: Piece<'_>,
) -> Result<(u8, u8), Problem> {
    let first = value(field, from)?;
    let mut last = value(field, to)?;
    // `SAT-SUN` ends at the Sunday that comes after.
    if field.part == Part::Weekday && last == 0 && first > 0 {
        last = 7;
    }
    let first = if field.part == Part::Weekday && first == 7 && last < 7 {
        0
    } else {
        first
    };
    if first > last {
        let says = format!(
            "has a range that runs backwards, `{}`; write it as two, with a comma",
            whole.text
        );
        return Err(field.wrong(whole, &says));
    }
    Ok((first, last))
}

/// A number or a name.
pub(super) fn value(field: Field<'_>, piece: Piece<'_>) -> Result<u8, Problem> {
    let (low, high) = field.part.range();
    let number = if piece.text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What does not fit into a byte is out of every range.
        piece.text.parse().ok()
    } else {
        field.part.named(piece.text)
    };
    number
        .filter(|number| (low..=high).contains(number))
        .ok_or_else(|| field.out_of_range(piece))
}

fn step(field: Field<'_>, piece: Piece<'_>) -> Result<usize, Problem> {
    let (low, high) = field.part.range();
    let most = usize::from(high - low + 1);
    let wrong = || {
        let says = format!("must have a step of 1–{most}, not `{}`", piece.text);
        field.wrong(piece, &says).allowed(format!("1–{most}"))
    };
    if piece.text.is_empty() || !piece.text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    match piece.text.parse::<usize>() {
        Ok(step) if (1..=most).contains(&step) => Ok(step),
        _ => Err(wrong()),
    }
}

/// The bit of a value.
pub(super) fn bit(part: Part, value: u8) -> u64 {
    match part {
        Part::Weekday => 1 << (value % 7),
        _ => 1 << value,
    }
}

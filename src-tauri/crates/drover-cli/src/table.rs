//! Aligned columns.

use crate::words::{Tone, paint};

/// One field of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

/// A field in a colour.
pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Cell {
    Cell {
        text: text.into(),
        tone,
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        toned(text, Tone::Plain)
    }
}

/// Rows under headings; nothing at all without rows.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [Cell; N]>,
    colour: bool,
) -> String {
    let rows: Vec<[Cell; N]> = rows.into_iter().collect();
    if rows.is_empty() {
        return String::new();
    }
    let headings = headings.map(|text| toned(text, Tone::Quiet));
    let rows: Vec<_> = std::iter::once(headings).chain(rows).collect();
    aligned(&rows, colour)
}

/// Names and values, a pair a line. Pairs without a value are left out.
pub(crate) fn facts(pairs: impl IntoIterator<Item = (&'static str, Cell)>, colour: bool) -> String {
    let rows = pairs
        .into_iter()
        .filter(|(_, value)| !value.text.is_empty() && value.text != "-")
        .map(|(name, value)| [toned(name, Tone::Quiet), value]);
    aligned(&rows.collect::<Vec<_>>(), colour)
}

fn aligned<const N: usize>(rows: &[[Cell; N]], colour: bool) -> String {
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].text.chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(&paint(&cell.text, cell.tone, colour));
            if column + 1 < N {
                let gap = widths[column] - cell.text.chars().count() + 2;
                text.push_str(&" ".repeat(gap));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            [Cell::from("anna"), "eu, price".into(), "-".into()],
            ["Zoë".into(), "-".into(), "now".into()],
        ];
        insta::assert_snapshot!(table(["NAME", "TAGS", "LAST USED"], rows, false), @r"
        NAME  TAGS       LAST USED
        anna  eu, price  -
        Zoë   -          now
        ");
    }

    #[test]
    fn colours_do_not_move_columns() {
        let rows = [[toned("ok", Tone::Ok), "x".into()]];
        assert_eq!(
            table(["STATE", "Y"], rows, true),
            "\x1b[2mSTATE\x1b[0m  \x1b[2mY\x1b[0m\n\x1b[32mok\x1b[0m     x\n"
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let text = facts([("task", "check".into()), ("exit", "-".into())], false);
        assert_eq!(text, "task  check\n");
    }
}

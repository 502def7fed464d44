//! The six fields of a cron rule, their ranges and names.

use super::super::{Place, Problem};

/// A field of a cron rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Part {
    /// All six, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Month,
        Self::Weekday,
    ];

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day of month",
            Self::Month => "month",
            Self::Weekday => "day of week",
        }
    }

    /// The smallest and the largest number. Sunday is 0 and 7.
    #[must_use]
    pub const fn range(self) -> (u8, u8) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }

    /// The range in words.
    #[must_use]
    pub const fn allowed(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0–59",
            Self::Hour => "0–23",
            Self::Day => "1–31",
            Self::Month => "1–12 or JAN–DEC",
            Self::Weekday => "0–7 or SUN–SAT",
        }
    }

    /// The number of a name, in any case.
    pub(in super::super) fn named(self, text: &str) -> Option<u8> {
        let (names, first): (&[&str], u8) = match self {
            Self::Month => (&MONTHS, 1),
            Self::Weekday => (&WEEKDAYS, 0),
            _ => return None,
        };
        let index = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text))?;
        u8::try_from(index).ok().map(|index| index + first)
    }
}

/// A field as it stands in the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) part: Part,
    /// Counted from 1, as people do.
    pub(super) position: usize,
    pub(super) text: &'a str,
    /// Where it starts in the rule, in bytes.
    pub(super) start: usize,
}

impl Field<'_> {
    /// A problem of a piece of this field. `says` goes on after the field's name.
    pub(super) fn wrong(&self, piece: Piece<'_>, says: &str) -> Problem {
        let number = match self.position {
            1 => "1st".to_owned(),
            2 => "2nd".to_owned(),
            3 => "3rd".to_owned(),
            n => format!("{n}th"),
        };
        Problem::new(
            "when.cron",
            format!("the {number} field ({}) {says}", self.part.label()),
        )
        .value(piece.text)
        .allowed(self.part.allowed())
        .at(Place::new(piece.start, piece.text.len()))
    }

    /// The value is not in the field's range.
    pub(super) fn out_of_range(&self, piece: Piece<'_>) -> Problem {
        let says = format!("must be {}, not `{}`", self.part.allowed(), piece.text);
        self.wrong(piece, &says)
    }

    /// The whole field.
    pub(super) const fn piece(&self) -> Piece<'_> {
        Piece {
            text: self.text,
            start: self.start,
        }
    }
}

/// A part of a field with its place in the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl<'a> Piece<'a> {
    /// The two pieces around the first `separator`.
    pub(super) fn split(self, separator: char) -> Option<(Self, Self)> {
        let (left, right) = self.text.split_once(separator)?;
        let start = self.start + left.len() + separator.len_utf8();
        Some((
            Piece {
                text: left,
                start: self.start,
            },
            Piece { text: right, start },
        ))
    }

    /// The pieces between commas.
    pub(super) fn items(self) -> impl Iterator<Item = Piece<'a>> {
        let mut start = self.start;
        self.text.split(',').map(move |text| {
            let piece = Piece { text, start };
            start += text.len() + 1;
            piece
        })
    }
}

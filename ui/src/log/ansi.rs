//! Terminal colours to classes; every other escape sequence is dropped.

/// The sixteen colours as a terminal mixes them, to find the nearest one of a true colour.
const PALETTE: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (187, 0, 0),
    (0, 187, 0),
    (187, 187, 0),
    (0, 0, 187),
    (187, 0, 187),
    (0, 187, 187),
    (187, 187, 187),
    (85, 85, 85),
    (255, 85, 85),
    (85, 255, 85),
    (255, 255, 85),
    (85, 85, 255),
    (255, 85, 255),
    (85, 255, 255),
    (255, 255, 255),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Style {
    color: Option<u8>,
    bold: bool,
    dim: bool,
}

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// 0 to 15, the place in the theme's ANSI colours.
    pub color: Option<u8>,
    pub bold: bool,
    pub dim: bool,
}

/// Splits a line at its colour changes.
pub fn pieces(line: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut style = Style::default();
    let mut text = String::new();
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' => {
                let next = escape(&mut chars, style);
                if next != style {
                    flush(&mut found, &mut text, style);
                    style = next;
                }
            }
            '\t' => text.push_str("    "),
            other if other.is_control() => {}
            other => text.push(other),
        }
    }
    flush(&mut found, &mut text, style);
    found
}

/// The text alone, for find and copy.
pub fn plain(line: &str) -> String {
    pieces(line).into_iter().map(|piece| piece.text).collect()
}

fn flush(found: &mut Vec<Piece>, text: &mut String, style: Style) {
    if !text.is_empty() {
        found.push(Piece {
            text: std::mem::take(text),
            color: style.color,
            bold: style.bold,
            dim: style.dim,
        });
    }
}

/// Reads one escape sequence; colours change the style, the rest is swallowed.
fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, style: Style) -> Style {
    match chars.next() {
        Some('[') => {
            let mut body = String::new();
            for char in chars.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&char) {
                    return if char == 'm' {
                        sgr(&body, style)
                    } else {
                        style
                    };
                }
                body.push(char);
            }
            style
        }
        // A title or a link: all up to BEL or ESC \ belongs to it.
        Some(']') => {
            while let Some(char) = chars.next() {
                if char == '\u{7}' || (char == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
            style
        }
        _ => style,
    }
}

fn sgr(body: &str, mut style: Style) -> Style {
    let mut codes = body
        .split([';', ':'])
        .map(|code| code.parse::<u16>().unwrap_or(0));
    while let Some(code) = codes.next() {
        match code {
            0 => style = Style::default(),
            1 => style.bold = true,
            2 => style.dim = true,
            22 => (style.bold, style.dim) = (false, false),
            39 => style.color = None,
            30..=37 => style.color = u8::try_from(code - 30).ok(),
            90..=97 => style.color = u8::try_from(code - 82).ok(),
            38 => style.color = extended(&mut codes).or(style.color),
            48 => drop(extended(&mut codes)), // a background is not drawn, but its numbers must be read
            _ => {}
        }
    }
    style
}

fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<u8> {
    let byte = |code: Option<u16>| u8::try_from(code.unwrap_or(0)).unwrap_or(u8::MAX);
    match codes.next()? {
        5 => Some(indexed(byte(codes.next()))),
        2 => {
            let (r, g, b) = (byte(codes.next()), byte(codes.next()), byte(codes.next()));
            Some(nearest(r, g, b))
        }
        _ => None,
    }
}

fn indexed(index: u8) -> u8 {
    match index {
        0..=15 => index,
        16..=231 => {
            let cube = index - 16;
            let level = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            nearest(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        _ => {
            let grey = 8 + (index - 232) * 10;
            nearest(grey, grey, grey)
        }
    }
}

fn nearest(r: u8, g: u8, b: u8) -> u8 {
    let apart = |a: u8, b: u8| i32::from(a.abs_diff(b)).pow(2);
    let best = (0u8..16).min_by_key(|&index| {
        let (pr, pg, pb) = PALETTE[usize::from(index)];
        apart(r, pr) + apart(g, pg) + apart(b, pb)
    });
    best.unwrap_or(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[(&str, Option<u8>)]) {
        let found = pieces(line);
        let found: Vec<(&str, Option<u8>)> = found
            .iter()
            .map(|piece| (piece.text.as_str(), piece.color))
            .collect();
        assert_eq!(found, expected, "pieces of {line:?}");
    }

    #[test]
    fn colours_become_pieces() {
        check("plain", &[("plain", None)]);
        check(
            "\u{1b}[32mok\u{1b}[0m rest",
            &[("ok", Some(2)), (" rest", None)],
        );
        check("\u{1b}[1;91mbad\u{1b}[39m", &[("bad", Some(9))]);
        check(
            "\u{1b}[38;5;196mx\u{1b}[38;2;0;180;0my",
            &[("x", Some(1)), ("y", Some(2))],
        );
    }

    #[test]
    fn other_sequences_leave_no_trace() {
        check("a\u{1b}[2Kb\u{1b}[10;3Hc", &[("abc", None)]);
        check("\u{1b}]0;a title\u{7}text", &[("text", None)]);
        check(
            "\u{1b}]8;;https://example.test\u{1b}\\link",
            &[("link", None)],
        );
        check("bell\u{7} and null\u{0}", &[("bell and null", None)]);
        check("unfinished \u{1b}[31", &[("unfinished ", None)]);
    }
}

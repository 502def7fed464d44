//! A source file with its comments and texts told apart from its code, well enough for the rules here.

/// One Rust file.
pub(super) struct Source {
    /// The file with comments, the insides of texts, and test modules blanked; lines stay where they are.
    pub(super) code: String,
    /// The texts outside of test modules, each with the line it starts on.
    pub(super) literals: Vec<(usize, String)>,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let (mut code, literals) = split(text);
        let tests = blank_tests(&mut code);
        let literals = literals
            .into_iter()
            .filter(|(at, _)| !tests.iter().any(|range| range.contains(at)))
            .map(|(at, literal)| (line_of(text, at), literal))
            .collect();
        Self {
            code: String::from_utf8_lossy(&code).into_owned(),
            literals,
        }
    }

    /// The lines of code that hold `pattern` where no name is being continued on its left.
    pub(super) fn lines_with(&self, pattern: &str) -> Vec<usize> {
        let lines = self.code.lines().enumerate();
        lines
            .filter(|(_, line)| {
                line.match_indices(pattern).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
                })
            })
            .map(|(at, _)| at + 1)
            .collect()
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Code with everything else blanked, and the texts with the place they start at.
fn split(text: &str) -> (Vec<u8>, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (length, keep) = if rest.starts_with(b"//") {
            (
                rest.iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap_or(rest.len()),
                0,
            )
        } else if rest.starts_with(b"/*") {
            (block_comment(rest), 0)
        } else if let Some(hashes) = raw_start(bytes, at) {
            let length = raw_text(rest, hashes);
            literals.push((at, inside(rest, hashes + 2, length, hashes + 1)));
            (length, 1)
        } else if rest[0] == b'"' {
            let length = plain_text(rest);
            literals.push((at, inside(rest, 1, length, 1)));
            (length, 1)
        } else if let Some(length) = character(rest) {
            (length, 1)
        } else {
            at += 1;
            continue;
        };
        let end = at + length;
        for byte in &mut code[at + keep..end.saturating_sub(keep).max(at + keep)] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    (code, literals)
}

fn inside(rest: &[u8], from: usize, length: usize, tail: usize) -> String {
    let to = length.saturating_sub(tail).max(from);
    String::from_utf8_lossy(rest.get(from..to).unwrap_or_default()).into_owned()
}

/// Length of a block comment; they nest.
fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The number of `#` of a raw text that starts here: `r"`, `r#"`.
fn raw_start(bytes: &[u8], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let in_name =
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() && byte != b'b' || byte == b'_');
    let rest = bytes[at..].strip_prefix(b"r")?;
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    (!in_name && rest.get(hashes) == Some(&b'"')).then_some(hashes)
}

fn raw_text(rest: &[u8], hashes: usize) -> usize {
    let end: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    let body = hashes + 2;
    let found = rest[body..]
        .windows(end.len())
        .position(|window| window == end);
    found.map_or(rest.len(), |at| body + at + end.len())
}

fn plain_text(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of a character in quotes; nothing for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest[0] != b'\'' {
        return None;
    }
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'')?;
        return Some(end + 4);
    }
    // One character of up to four bytes, then the closing quote.
    let end = rest
        .iter()
        .take(6)
        .skip(2)
        .position(|byte| *byte == b'\'')?
        + 2;
    let inner = std::str::from_utf8(&rest[1..end]).ok()?;
    (inner.chars().count() == 1).then_some(end + 1)
}

/// Blanks every `#[cfg(test)] mod … { … }` and returns where they were.
fn blank_tests(code: &mut [u8]) -> Vec<std::ops::Range<usize>> {
    const MARK: &[u8] = b"#[cfg(test)]";
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..]
        .windows(MARK.len())
        .position(|window| window == MARK)
    {
        let start = from + found;
        let open = code[start..]
            .iter()
            .position(|byte| matches!(byte, b'{' | b';'));
        let Some(open) = open.map(|open| start + open) else {
            break;
        };
        let end = if code[open] == b';' {
            open + 1
        } else {
            closing(code, open)
        };
        for byte in &mut code[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        ranges.push(start..end);
        from = end;
    }
    ranges
}

fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_no_code() {
        let source =
            Source::new("let a = \"let _ = \\\" 1\"; // let _ = 2\n/* let _ = /* 3 */ */ b();\n");
        assert!(source.lines_with("let _ =").is_empty(), "{}", source.code);
        assert_eq!(source.lines_with("b()"), [2]);
        assert_eq!(source.literals, [(1, "let _ = \\\" 1".to_owned())]);
    }

    #[test]
    fn raw_texts_and_characters_end_where_they_end() {
        let source =
            Source::new("f(r#\"a \" b\"#, '\"', '\\'', b'x', x::<'a>('{'));\nlet _ = g();\n");
        assert_eq!(source.literals, [(1, "a \" b".to_owned())]);
        assert_eq!(source.lines_with("let _ ="), [2]);
    }

    #[test]
    fn test_modules_are_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { let _ = \"SELECT 1 FROM x\"; }\n}\n\
            fn c() { let _ = 1; }\n";
        let source = Source::new(text);
        assert_eq!(source.lines_with("let _ ="), [6]);
        assert!(source.literals.is_empty());
    }

    #[test]
    fn a_name_is_matched_from_its_beginning() {
        let source = Source::new("a_tauri::b();\ntauri::c();\n");
        assert_eq!(source.lines_with("tauri::"), [2]);
    }
}

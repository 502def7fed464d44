//! What a runner complains about, made readable.

use std::path::Path;

/// The most characters of one complaint.
const LONGEST: usize = 4_000;

/// A text without colours and other orders to a terminal, and not too long.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // ECMA-48, 5.4: parameters, then one letter.
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                while letters.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            '\n' | '\t' => plain.push(letter),
            _ if letter.is_control() => {}
            _ => plain.push(letter),
        }
    }
    if let Some((end, _)) = plain.char_indices().nth(LONGEST) {
        plain.truncate(end);
        plain.push('…');
    }
    plain
}

/// A path below the folder of the project as people write it; others as they are.
pub(super) fn shown(path: &Path, folder: &Path) -> String {
    let real = std::fs::canonicalize(folder);
    let inside = path.strip_prefix(folder);
    let inside = inside.or_else(|error| match &real {
        Ok(real) => path.strip_prefix(real),
        Err(_) => Err(error),
    });
    let shown = inside.unwrap_or(path).to_string_lossy().into_owned();
    if cfg!(windows) {
        shown.replace('\\', "/")
    } else {
        shown
    }
}

/// Lines and columns count from 1; 0 means that there is none.
pub(super) fn counted(number: Option<u64>) -> Option<u32> {
    number
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_lines_stay() {
        let text = "\u{1b}[31m\u{1b}[1m>\u{1b}[22m\u{1b}[39m 1 |\n\u{7}x";
        assert_eq!(plain(text), "> 1 |\nx");
        assert_eq!(plain(&"ä".repeat(9_000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn paths_are_shown_from_the_project() {
        let folder = Path::new("/shop/e2e");
        assert_eq!(shown(Path::new("/shop/e2e/a/b.ts"), folder), "a/b.ts");
        assert_eq!(shown(Path::new("/shop/lib.ts"), folder), "/shop/lib.ts");
    }
}

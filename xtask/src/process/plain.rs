//! Text without the colours that programs put into it.

/// `text` without ANSI escape sequences.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        if rest.next() == Some('[') {
            // A control sequence ends with its first letter or `~`.
            rest.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn drops_colours_and_keeps_the_words() {
        assert_eq!(
            plain("\u{1b}[1;32m  Summary\u{1b}[0m [ 1.2s] ok"),
            "  Summary [ 1.2s] ok"
        );
        assert_eq!(plain("nothing to drop"), "nothing to drop");
    }
}

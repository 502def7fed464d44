//! Reading standard input and files, with bounds.

use std::{
    fs::File,
    io::{IsTerminal, Read},
    path::Path,
};

use drover_model::CommandError;

use crate::{
    failure::{Failure, invalid},
    secret_input,
};

/// The most bytes of a file of profiles or tasks; beyond it is a mistake.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// The text of a file, or of standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, CommandError> {
    let shown = path.display();
    let failed = |error| invalid("file", format!("`{shown}` cannot be read: {error}"));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(invalid(
            "file",
            format!("`{shown}` is longer than {MOST_BYTES} bytes"),
        ));
    }
    String::from_utf8(bytes).map_err(|_| invalid("file", format!("`{shown}` is not UTF-8 text")))
}

/// A secret from standard input, without the line feed at its end. On a terminal it is asked
/// for and not shown.
pub(crate) fn read_secret(prompt: &str, field: &str) -> Result<String, Failure> {
    let secret = if std::io::stdin().is_terminal() {
        secret_input::ask(prompt)?
    } else {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_end(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| invalid(field, "standard input is not UTF-8 text"))?
    };
    let secret = one_line_feed_off(secret);
    if secret.is_empty() {
        return Err(invalid(field, "standard input is empty")
            .hint("give the value on standard input, as in `drover-cli token set NAME < FILE`")
            .into());
    }
    Ok(secret)
}

/// What `echo` and editors add at the end is not part of a secret; anything else is.
fn one_line_feed_off(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_line_feed_goes() {
        for (read, kept) in [
            ("a", "a"),
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            (" a ", " a "),
        ] {
            assert_eq!(one_line_feed_off(read.to_owned()), kept);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read_text(Path::new("/no/such/file.toml")).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("file"));
        assert!(
            error
                .message
                .starts_with("`/no/such/file.toml` cannot be read: "),
            "{}",
            error.message
        );
    }
}

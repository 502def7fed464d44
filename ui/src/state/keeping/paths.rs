//! Looks at a typed path before it is sent.

/// What is wrong with it as the path of a file or folder; the engine looks whether it is there.
/// Paths of every system are taken, since the text alone does not tell on which one the engine runs.
pub fn path_problem(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let mut chars = text.chars();
    let drive = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && matches!(chars.next(), Some('\\' | '/'));
    match text {
        "" => Some("Give the path first."),
        text if text.starts_with('~') => {
            Some("Write the home folder out; `~` is not replaced here.")
        }
        text if drive || text.starts_with('/') || text.starts_with(r"\\") => None,
        _ => Some("Give the whole path, from the root on."),
    }
}

#[cfg(test)]
mod tests {
    use super::path_problem;

    #[test]
    fn only_whole_paths_are_sent() {
        for fine in [
            "/home/anna/a.zip",
            " /tmp/x ",
            r"C:\data\a.zip",
            "D:/a",
            r"\\server\share",
        ] {
            assert_eq!(path_problem(fine), None, "{fine}");
        }
        for wrong in ["", "  ", "a.zip", "./a", "~/a", "C:", "C:a"] {
            assert!(path_problem(wrong).is_some(), "{wrong}");
        }
    }
}

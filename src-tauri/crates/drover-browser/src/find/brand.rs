//! The browsers Drover can use.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A family of browsers that share the encryption of cookies and the data format.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// Google Chrome.
    Chrome,
    /// Chromium, of a distribution or built by hand.
    Chromium,
    /// Microsoft Edge.
    Edge,
    /// Brave.
    Brave,
}

impl Brand {
    /// The brand by what `--version` prints, for instance `Google Chrome 156.0.1.2`.
    pub(super) fn of_version_line(line: &str) -> Option<Self> {
        let line = line.to_ascii_lowercase();
        Self::of_words(&line)
    }

    /// The brand by the words of a path, to hold the tables to it.
    #[cfg(test)]
    pub(super) fn of_path(path: &std::path::Path) -> Option<Self> {
        Self::of_words(&path.to_string_lossy().to_ascii_lowercase())
    }

    // "chromium" and "chrome" come last: Edge and Brave live in folders and lines that may name them as well.
    fn of_words(words: &str) -> Option<Self> {
        [
            ("brave", Self::Brave),
            ("edge", Self::Edge),
            ("chromium", Self::Chromium),
            ("chrome", Self::Chrome),
        ]
        .into_iter()
        .find_map(|(word, brand)| words.contains(word).then_some(brand))
    }
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chrome => "Google Chrome",
            Self::Chromium => "Chromium",
            Self::Edge => "Microsoft Edge",
            Self::Brave => "Brave",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_read_from_the_version_line() {
        let check = |line, brand| assert_eq!(Brand::of_version_line(line), brand, "{line}");
        check("Google Chrome 156.0.8078.79 ", Some(Brand::Chrome));
        check(
            "Google Chrome for Testing 156.0.8078.79",
            Some(Brand::Chrome),
        );
        check(
            "Chromium 156.0.8078.79 built on Debian GNU/Linux 12",
            Some(Brand::Chromium),
        );
        check("Microsoft Edge 156.0.1.2", Some(Brand::Edge));
        check("Brave Browser 156.1.90.1", Some(Brand::Brave));
        check("Mozilla Firefox 150.0", None);
    }
}

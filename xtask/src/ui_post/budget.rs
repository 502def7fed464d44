//! How large the built window may be.

use std::path::Path;

/// What kind of file counts towards which limit, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Wasm,
    Script,
    Style,
    Font,
    Other,
}

/// The wasm that ships, after wasm-opt. Why so much: docs/decisions/0003-wasm-size.md.
pub(super) const WASM: u64 = 3_900_000;
/// The same through gzip: what a reader of a size table compares with other apps.
pub(super) const WASM_GZIP: u64 = 1_400_000;

/// All style sheets together.
const STYLE: u64 = 60_000;

impl Kind {
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("wasm") => Self::Wasm,
            Some("js" | "mjs") => Self::Script,
            Some("css") => Self::Style,
            Some("woff2" | "woff" | "ttf") => Self::Font,
            _ => Self::Other,
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Wasm => "wasm",
            Self::Script => "scripts",
            Self::Style => "styles",
            Self::Font => "fonts",
            Self::Other => "page, icons, other",
        }
    }

    /// The limit of all files of this kind together.
    pub(super) fn limit(self) -> Option<u64> {
        match self {
            Self::Wasm => Some(WASM),
            Self::Style => Some(STYLE),
            Self::Font => Some(200_000),
            Self::Script | Self::Other => None,
        }
    }
}

/// What is over its limit, in words.
pub(super) fn excess(name: &str, size: u64, limit: Option<u64>) -> Option<String> {
    let limit = limit.filter(|limit| size > *limit)?;
    Some(format!(
        "{name}: {size} bytes, {} over its limit of {limit}",
        size - limit
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_over_and_by_how_much() {
        assert_eq!(excess("wasm", WASM, Kind::Wasm.limit()), None);
        assert_eq!(
            excess("styles", STYLE + 1, Kind::Style.limit()).as_deref(),
            Some("styles: 60001 bytes, 1 over its limit of 60000")
        );
        assert_eq!(excess("scripts", u64::MAX, Kind::Script.limit()), None);
    }

    #[test]
    fn sorts_files_by_their_ending() {
        assert_eq!(Kind::of(Path::new("a/drover_bg.wasm")), Kind::Wasm);
        assert_eq!(Kind::of(Path::new("inter.woff2")), Kind::Font);
        assert_eq!(Kind::of(Path::new("index.html")), Kind::Other);
    }
}

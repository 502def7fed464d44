//! What came along from another browser, in words.

use drover_model::{ForeignProfile, ImportItem, ImportOutcome};

use crate::components::Tone;
use crate::format;

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    pub thing: &'static str,
    pub label: &'static str,
    pub tone: Tone,
    pub icon: &'static str,
    /// A sentence; empty when there is nothing to say.
    pub note: String,
    /// Bytes that came along.
    pub bytes: Option<u64>,
}

/// What came along first, then what stayed behind, then what the source did not have.
pub fn import_lines(items: &[ImportItem]) -> Vec<ImportLine> {
    let mut lines: Vec<(u8, ImportLine)> = items.iter().map(line).collect();
    lines.sort_by_key(|(rank, _)| *rank);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(item: &ImportItem) -> (u8, ImportLine) {
    let thing = item.thing.label();
    let made = |rank, label, tone, icon, note: String, bytes| {
        let line = ImportLine {
            thing,
            label,
            tone,
            icon,
            note,
            bytes,
        };
        (rank, line)
    };
    match &item.outcome {
        ImportOutcome::Copied { bytes, note } => {
            let note = note.as_deref().map(format::sentence).unwrap_or_default();
            made(0, "came along", Tone::Ok, "check", note, Some(*bytes))
        }
        ImportOutcome::Left { why } => {
            let why = format::sentence(why);
            made(1, "stayed behind", Tone::Warn, "circle-minus", why, None)
        }
        ImportOutcome::Absent => made(
            2,
            "none there",
            Tone::Mute,
            "minus",
            "The source has none.".to_owned(),
            None,
        ),
    }
}

/// "Anna (Chrome)"; the folder when the browser calls it nothing.
pub fn foreign_label(profile: &ForeignProfile) -> String {
    let name = if profile.name.trim().is_empty() {
        &profile.folder
    } else {
        &profile.name
    };
    match &profile.brand {
        Some(brand) => format!("{name} ({})", format::capital(brand)),
        None => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use drover_model::KeptThing;

    use super::*;

    #[test]
    fn what_came_along_stands_first_and_the_rest_says_why() {
        let items = [
            ImportItem {
                thing: KeptThing::OpenTabs,
                outcome: ImportOutcome::Absent,
            },
            ImportItem {
                thing: KeptThing::Passwords,
                outcome: ImportOutcome::Left {
                    why: "they are encrypted for another browser".into(),
                },
            },
            ImportItem {
                thing: KeptThing::Bookmarks,
                outcome: ImportOutcome::Copied {
                    bytes: 4_200,
                    note: None,
                },
            },
        ];
        let lines = import_lines(&items);
        let things: Vec<_> = lines.iter().map(|line| (line.thing, line.label)).collect();
        assert_eq!(
            things,
            [
                ("Bookmarks", "came along"),
                ("Passwords", "stayed behind"),
                ("Open tabs", "none there")
            ]
        );
        assert_eq!(lines[1].note, "They are encrypted for another browser.");
        assert_eq!(lines[0].bytes, Some(4_200));
    }

    #[test]
    fn a_profile_without_a_name_is_called_by_its_folder() {
        let check = |name: &str, brand: Option<&str>, expected: &str| {
            let profile = ForeignProfile {
                root: "/home/anna/.config/chromium".into(),
                folder: "Profile 1".into(),
                name: name.into(),
                brand: brand.map(str::to_owned),
            };
            assert_eq!(foreign_label(&profile), expected);
        };
        check("Anna", Some("chrome"), "Anna (Chrome)");
        check(" ", None, "Profile 1");
    }
}

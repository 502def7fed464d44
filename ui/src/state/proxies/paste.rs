//! A pasted list of proxies: the order that reads it, and the words for what became of each line.

use drover_model::ProxyScheme;
use drover_model::proxy::Notation;
use drover_model::request::{ImportProxies, ImportedLine, LineOutcome, ProxyImport};
use drover_model::token::SecretText;

use crate::components::Tone;
use crate::format::{plural, sentence};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasteDraft {
    pub text: String,
    pub scheme: ProxyScheme,
    pub prefix: String,
    /// The answer to the question what ambiguous lines mean.
    pub notation: Option<Notation>,
    pub skip_ambiguous: bool,
}

impl Default for PasteDraft {
    fn default() -> Self {
        Self {
            text: String::new(),
            scheme: ProxyScheme::Http,
            prefix: String::new(),
            notation: None,
            skip_ambiguous: false,
        }
    }
}

impl PasteDraft {
    pub fn request(&self, dry_run: bool) -> ImportProxies {
        let prefix = self.prefix.trim();
        ImportProxies {
            text: SecretText::new(self.text.clone()),
            scheme: self.scheme,
            notation: self.notation,
            skip_ambiguous: self.skip_ambiguous,
            prefix: (!prefix.is_empty()).then(|| prefix.to_owned()),
            dry_run,
        }
    }
}

/// How many lines there are of each kind: "48 new, 2 not understood".
pub fn summary(import: &ProxyImport) -> String {
    let mut counts = [0_u64; 5];
    for line in &import.lines {
        counts[match line.outcome {
            LineOutcome::New { .. } => 0,
            LineOutcome::Known { .. } => 1,
            LineOutcome::Repeated { .. } => 2,
            LineOutcome::Ambiguous { .. } => 3,
            LineOutcome::Bad { .. } => 4,
        }] += 1;
    }
    let words = [
        "new",
        "known already",
        "repeated",
        "unclear",
        "not understood",
    ];
    let parts: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{} {word}", crate::format::count(*count)))
        .collect();
    if parts.is_empty() {
        return "No line holds a proxy.".to_owned();
    }
    format!(
        "{}: {}.",
        plural(import.lines.len() as u64, "line"),
        parts.join(", ")
    )
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLook {
    pub tone: Tone,
    pub icon: &'static str,
    pub words: String,
}

/// What became of a line. `saved` says whether anything was kept, or only tried.
pub fn line_look(line: &ImportedLine, saved: bool) -> LineLook {
    let (tone, icon, words) = match &line.outcome {
        LineOutcome::New { name } if saved => {
            (Tone::Ok, "circle-check", format!("Saved as `{name}`."))
        }
        LineOutcome::New { name } => (Tone::Ok, "plus", format!("Will be `{name}`.")),
        LineOutcome::Known { name } => (
            Tone::Mute,
            "circle-minus",
            format!("`{name}` is the same proxy."),
        ),
        LineOutcome::Repeated { line } => (
            Tone::Mute,
            "circle-minus",
            format!("The same as line {line}."),
        ),
        LineOutcome::Ambiguous { readings } => {
            let hosts: Vec<String> = readings
                .iter()
                .map(|reading| format!("`{}`", reading.host))
                .collect();
            let words = format!("The host may be {}.", hosts.join(" or "));
            (Tone::Warn, "circle-help", words)
        }
        LineOutcome::Bad { message } => (Tone::Err, "circle-x", sentence(message)),
    };
    LineLook { tone, icon, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(outcome: LineOutcome) -> ImportedLine {
        ImportedLine {
            line: 1,
            proxy: None,
            outcome,
        }
    }

    #[test]
    fn a_paste_is_summed_up() {
        let import = ProxyImport {
            lines: vec![
                line(LineOutcome::New {
                    name: "eu-1".parse().unwrap(),
                }),
                line(LineOutcome::Repeated { line: 1 }),
                line(LineOutcome::Bad {
                    message: "the port is missing".into(),
                }),
            ],
            ..ProxyImport::default()
        };
        assert_eq!(
            summary(&import),
            "3 lines: 1 new, 1 repeated, 1 not understood."
        );
        assert_eq!(summary(&ProxyImport::default()), "No line holds a proxy.");
        assert_eq!(line_look(&import.lines[0], false).words, "Will be `eu-1`.");
        assert_eq!(line_look(&import.lines[0], true).words, "Saved as `eu-1`.");
    }

    #[test]
    fn an_empty_prefix_is_none() {
        let draft = PasteDraft {
            prefix: "  ".into(),
            ..PasteDraft::default()
        };
        assert_eq!(draft.request(true).prefix, None);
    }
}

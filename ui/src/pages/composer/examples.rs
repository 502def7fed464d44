//! A short working example of each kind.

use drover_model::TaskFile;
use drover_model::task::Kind;

/// Opens in the chosen profile, because Drover hands its browser to `launch`.
const SCRIPT: &str = "import { chromium } from 'playwright-core';
import { output } from 'drover';

const browser = await chromium.launch(); // the profile's own browser
const page = await browser.newPage();
await page.goto('https://example.com/');
output('title', await page.title());
await browser.close();
";

const STEPS: &str = r#"{"name": "Open a page", "kind": "steps", "steps": [
    {"do": "open", "url": "https://example.com/"},
    {"do": "wait", "for": {"text": "Example Domain"}},
    {"do": "extract", "at": {"css": "h1"}, "as": "heading"},
    {"do": "screenshot", "name": "page"}]}"#;

pub(super) fn example(kind: Kind) -> TaskFile {
    match kind {
        Kind::Playwright => TaskFile {
            name: "Read a title".into(),
            kind,
            inline: Some(SCRIPT.into()),
            ..TaskFile::default()
        },
        Kind::Command => {
            let args = vec!["-c".into(), "print('Hello from {{ run.id }}')".into()];
            TaskFile {
                name: "Say hello".into(),
                kind,
                program: Some("python3".into()),
                args,
                ..TaskFile::default()
            }
        }
        Kind::Steps => TaskFile::from_json(STEPS).expect("BUG: the example is a task file"),
    }
}

/// The example as its card shows it.
pub(crate) fn example_lines(kind: Kind) -> &'static str {
    match kind {
        Kind::Playwright => {
            "const browser = await chromium.launch();\nconst page = await browser.newPage();\nawait page.goto('https://example.com/');\noutput('title', await page.title());\nawait browser.close();"
        }
        Kind::Command => {
            "program   python3\nargument  -c\nargument  print('Hello from {{ run.id }}')"
        }
        Kind::Steps => {
            "1. Open https://example.com/\n2. Wait for text Example Domain\n3. Extract h1 as heading\n4. Screenshot page"
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_model::TaskSpec;

    use super::*;

    #[test]
    fn every_example_is_a_complete_task() {
        for kind in Kind::ALL {
            let spec = TaskSpec::try_from(example(kind))
                .unwrap_or_else(|errors| panic!("{kind:?}: {errors}"));
            assert_eq!(spec.work.kind(), kind);
            assert!(!example_lines(kind).is_empty());
        }
    }
}

//! `task tests`: which tests a project has.

use std::{fmt::Write as _, path::PathBuf};

use clap::{ArgGroup, Args};
use drover_model::request::{GroupKind, ListTests, TestGroup, TestTree};

use crate::{
    failure::Outcome,
    session::Session,
    task_text::read_task,
    words::{Tone, paint, plural},
};

/// Of which task.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true)),
    after_help = "The project's own runner loads its test files for that; nothing is run. A task runs chosen\ntests alone with `tests = [\"ID\", …]` in its file. Exits with 1 when files cannot be loaded.\n\nExample:\n  drover-cli task tests shop\n  drover-cli task tests -f shop.toml --ids"
)]
pub(crate) struct TestsArgs {
    /// Name or id of a stored task
    #[arg(group = "which")]
    task: Option<String>,
    /// Or a task file that is not stored; `-` is standard input
    #[arg(short, long, value_name = "FILE", group = "which")]
    file: Option<PathBuf>,
    /// Print only the ids, one a line
    #[arg(long)]
    ids: bool,
}

/// Prints them; 1 when the runner complains.
pub(super) async fn tests(args: TestsArgs, session: &Session) -> Outcome {
    let request = ListTests {
        task: args.task,
        file: args.file.as_deref().map(read_task).transpose()?,
        ticket: Some(std::process::id().to_string()),
    };
    let tree = session.backend.call(request).await?;
    let out = &session.out;
    for error in &tree.errors {
        let place = [
            error.file.clone(),
            error.line.map(|line| line.to_string()),
            error.column.map(|column| column.to_string()),
        ];
        let place: Vec<_> = place.into_iter().flatten().collect();
        out.warn(&match place.as_slice() {
            [] => error.message.clone(),
            place => format!("{}: {}", place.join(":"), error.message),
        });
    }
    if tree.cut {
        out.warn("there are more tests than are listed here");
    }
    out.answer(&tree, |tree| {
        if args.ids {
            ids(tree)
        } else {
            human(tree, out.colour)
        }
    })?;
    Ok(u8::from(!tree.errors.is_empty()))
}

fn ids(tree: &TestTree) -> String {
    let ids = tree.groups.iter().flat_map(TestGroup::ids);
    let ids: Vec<_> = ids.map(ToString::to_string).collect();
    ids.join("\n")
}

fn human(tree: &TestTree, colour: bool) -> String {
    let mut text = format!(
        "{} {}: {} in `{}`\n",
        tree.runner.label(),
        tree.version,
        plural(tree.total as usize, "test"),
        tree.folder
    );
    for group in &tree.groups {
        add(&mut text, group, 1, colour);
    }
    text
}

fn add(text: &mut String, group: &TestGroup, depth: usize, colour: bool) {
    let indent = "  ".repeat(depth);
    let title = match group.kind {
        GroupKind::Project => format!("[{}]", group.title),
        GroupKind::File | GroupKind::Suite => group.title.clone(),
    };
    let fine = "BUG: writing to a string cannot fail";
    writeln!(text, "{indent}{title}").expect(fine);
    for test in &group.tests {
        let line = paint(&format!("  :{}", test.line), Tone::Quiet, colour);
        let skipped = if test.skipped { "  (skipped)" } else { "" };
        let tags: Vec<_> = test.tags.iter().map(|tag| format!(" @{tag}")).collect();
        let tags = tags.concat();
        writeln!(text, "{indent}  {}{tags}{line}{skipped}", test.title).expect(fine);
    }
    for inner in &group.groups {
        add(text, inner, depth + 1, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::request::{TestRow, TestRunner};

    fn group(
        kind: GroupKind,
        title: &str,
        groups: Vec<TestGroup>,
        tests: Vec<TestRow>,
    ) -> TestGroup {
        TestGroup {
            kind,
            title: title.to_owned(),
            file: None,
            line: None,
            groups,
            tests,
        }
    }

    fn tree() -> TestTree {
        let row = |id: &str, title: &str, skipped| TestRow {
            id: id.parse().unwrap(),
            title: title.to_owned(),
            file: "tests/a.spec.ts".to_owned(),
            line: 3,
            tags: vec!["slow".to_owned()],
            skipped,
        };
        let inner = row("[one] › a.spec.ts › cart › adds", "adds", true);
        let suite = group(GroupKind::Suite, "cart", vec![], vec![inner]);
        let open = row("[one] › a.spec.ts › opens", "opens", false);
        let file = group(GroupKind::File, "tests/a.spec.ts", vec![suite], vec![open]);
        TestTree {
            runner: TestRunner::Playwright,
            version: "1.65.1".to_owned(),
            folder: "/e2e".to_owned(),
            groups: vec![group(GroupKind::Project, "one", vec![file], vec![])],
            total: 2,
            errors: vec![],
            cut: false,
        }
    }

    #[test]
    fn a_tree_and_its_ids() {
        insta::assert_snapshot!(human(&tree(), false), @r"
        Playwright Test 1.65.1: 2 tests in `/e2e`
          [one]
            tests/a.spec.ts
              opens @slow  :3
              cart
                adds @slow  :3  (skipped)
        ");
        insta::assert_snapshot!(ids(&tree()), @r"
        [one] › a.spec.ts › opens
        [one] › a.spec.ts › cart › adds
        ");
    }
}

//! Answers about the tests of a project and about traces.

use drover_model::request::{
    CancelListing, GroupKind, ListTests, OpenTrace, OpenedTrace, TestGroup, TestProblem, TestRow,
    TestRunner, TestTree,
};
use drover_model::{Code, CommandError, TestPick};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    /// A shop with two projects, a group, and a file that cannot be read.
    pub(super) fn list_tests(&mut self, request: ListTests) -> Outcome<ListTests> {
        let file = match (request.task, request.file) {
            (Some(task), _) => self.task(&task)?.spec.clone().into(),
            (None, Some(file)) => file,
            (None, None) => {
                return Err(CommandError::new(Code::Invalid, "a task is needed").field("task"));
            }
        };
        let Some(folder) = file.project.filter(|folder| !folder.trim().is_empty()) else {
            return Err(
                CommandError::new(Code::Invalid, "only a test project has tests to list")
                    .field("project"),
            );
        };
        let groups: Vec<TestGroup> = ["chromium", "mobile"].map(project).into();
        let total = groups.iter().map(|group| group.ids().len()).sum::<usize>();
        fine(TestTree {
            runner: TestRunner::Playwright,
            version: "1.65.1".into(),
            folder,
            groups,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            errors: vec![TestProblem {
                message: "SyntaxError: Missing semicolon. (1:27)".into(),
                file: Some("tests/refund.spec.ts".into()),
                line: Some(1),
                column: Some(28),
            }],
            cut: false,
        })
    }

    pub(super) fn cancel_listing(&mut self, _: CancelListing) -> Outcome<CancelListing> {
        fine(())
    }

    pub(super) fn open_trace(&mut self, request: OpenTrace) -> Outcome<OpenTrace> {
        let run = self.run_mut(request.run)?;
        let mut traces = run.artifacts.iter().filter(|kept| kept.kind == "trace");
        let wanted = |path: &String| request.path.as_ref().is_none_or(|wanted| wanted == path);
        let found = traces.find(|kept| wanted(&kept.path));
        let Some(found) = found else {
            return Err(CommandError::new(
                Code::ArtifactNotFound,
                "the run left no trace",
            ));
        };
        let url = (!request.show).then(|| "http://127.0.0.1:43118/open/0".to_owned());
        fine(OpenedTrace {
            path: found.path.clone(),
            url,
        })
    }
}

fn project(name: &str) -> TestGroup {
    let file = |title: &str, tests: Vec<TestRow>, groups: Vec<TestGroup>| TestGroup {
        kind: GroupKind::File,
        title: format!("tests/{title}"),
        file: Some(format!("tests/{title}")),
        line: None,
        groups,
        tests,
    };
    let suite = TestGroup {
        kind: GroupKind::Suite,
        title: "cart".into(),
        file: Some("tests/shop.spec.ts".into()),
        line: Some(14),
        groups: Vec::new(),
        tests: vec![
            row(name, "shop.spec.ts", "cart › ", "adds two", 15, false),
            row(name, "shop.spec.ts", "cart › ", "costs $3 (a/b)", 21, false),
            row(name, "shop.spec.ts", "cart › ", "empties itself", 30, true),
        ],
    };
    let open = row(name, "shop.spec.ts", "", "opens", 4, false);
    let sign = row(name, "sign-in.spec.ts", "", "signs in", 3, false);
    TestGroup {
        kind: GroupKind::Project,
        title: name.into(),
        file: None,
        line: None,
        groups: vec![
            file("shop.spec.ts", vec![open], vec![suite]),
            file("sign-in.spec.ts", vec![sign], Vec::new()),
        ],
        tests: Vec::new(),
    }
}

fn row(project: &str, file: &str, suite: &str, title: &str, line: u32, skipped: bool) -> TestRow {
    TestRow {
        id: TestPick::Title {
            project: Some(project.into()),
            path: format!("{file} › {suite}{title}"),
        },
        title: title.into(),
        file: format!("tests/{file}"),
        line,
        tags: if skipped {
            vec!["slow".into()]
        } else {
            Vec::new()
        },
        skipped,
    }
}

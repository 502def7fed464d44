//! Carries out what is done to a draft.

use std::rc::Rc;

use drover_model::TaskFile;
use yew::Reducible;

use super::{Draft, DraftAction};

impl Reducible for Draft {
    type Action = DraftAction;

    fn reduce(self: Rc<Self>, action: DraftAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            DraftAction::Left(field) => {
                next.touched.insert(field);
            }
            DraftAction::Submit => next.submitted = true,
            DraftAction::Refused(problems) => next.refused = problems,
            DraftAction::Replace(draft) => next = *draft,
            DraftAction::Stored(task) => {
                // What was typed while the answer was on its way stays and counts as a change.
                let typed = next.written();
                let stored = Self::from_task(&task);
                if TaskFile::from(task.spec.clone()) == typed || stored.written() == typed {
                    next = stored;
                } else {
                    (next.saved, next.baseline) = (stored.saved, stored.baseline);
                }
            }
            edit => {
                next.edit(edit);
                next.refused.clear();
                next.check();
            }
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use drover_model::step::StepFile;
    use drover_model::task::{Kind, ParameterType};
    use drover_model::{FieldError, Task};

    use super::super::{LimitKind, ParameterEdit, StepEdit, Target};
    use super::*;

    fn apply(draft: Draft, actions: impl IntoIterator<Item = DraftAction>) -> Rc<Draft> {
        actions
            .into_iter()
            .fold(Rc::new(draft), yew::Reducible::reduce)
    }

    fn command(program: &str) -> [DraftAction; 3] {
        [
            DraftAction::Kind(Kind::Command),
            DraftAction::Name("a".into()),
            DraftAction::Program(program.into()),
        ]
    }

    #[test]
    fn another_kind_keeps_what_was_typed_and_does_not_write_it() {
        let draft = apply(
            Draft::new(Kind::Playwright),
            [DraftAction::Inline("await 1;".into())],
        );
        let draft = command("echo")
            .into_iter()
            .fold(draft, yew::Reducible::reduce);
        assert_eq!(draft.written().inline, None, "a command has no script");
        assert!(draft.spec().is_some(), "{:?}", draft.problems);
        let draft = draft.reduce(DraftAction::Kind(Kind::Playwright));
        assert_eq!(
            draft.written().inline.as_deref(),
            Some("await 1;"),
            "the script is still there"
        );
        assert_eq!(
            draft.written().program,
            None,
            "and the program is not written"
        );
    }

    #[test]
    fn a_limit_of_memory_is_kept_checked_and_not_for_steps() {
        let memory = |text: &str| DraftAction::Limit(LimitKind::Memory, text.into());
        let draft = apply(Draft::new(Kind::Command), command("echo")).reduce(memory("400MB"));
        let spec = draft.spec().unwrap();
        let read = Draft::of(spec.into()).written();
        assert_eq!(read.limits.memory.as_deref(), Some("400MB"));
        let wrong = Rc::clone(&draft)
            .reduce(memory("4 kB"))
            .reduce(DraftAction::Submit);
        let shown = wrong.error("limits.memory").unwrap();
        assert!(shown.contains("between 16 MB and 1 TB"), "{shown}");
        let steps = draft.reduce(DraftAction::Kind(Kind::Steps));
        assert_eq!(steps.written().limits.memory, None);
    }

    #[test]
    fn problems_show_when_a_field_was_left_or_saving_was_tried() {
        let draft = apply(Draft::new(Kind::Command), []);
        assert_eq!(draft.error("name"), None, "nobody has been there yet");
        let draft = draft.reduce(DraftAction::Left("name".into()));
        assert_eq!(draft.error("name").as_deref(), Some("A name is needed."));
        assert_eq!(draft.error("program"), None, "only the field that was left");
        let draft = draft.reduce(DraftAction::Submit);
        assert_eq!(
            draft.error("program").as_deref(),
            Some("A program is needed.")
        );
        assert_eq!(draft.summary().len(), 2);
    }

    #[test]
    fn a_missing_target_is_told_at_the_field_that_is_open() {
        let draft = apply(
            Draft::new(Kind::Playwright),
            [DraftAction::Target(Target::Project), DraftAction::Submit],
        );
        assert!(draft.error("project").is_some(), "{:?}", draft.problems);
        let draft = draft.reduce(DraftAction::Target(Target::File));
        assert!(draft.error("script").is_some(), "{:?}", draft.problems);
    }

    #[test]
    fn what_the_engine_refused_goes_with_the_next_edit() {
        let taken = FieldError {
            field: "name".into(),
            message: "a task named `a` exists already".into(),
        };
        let draft = apply(Draft::new(Kind::Command), command("echo"))
            .reduce(DraftAction::Refused(vec![taken]));
        assert_eq!(
            draft.error("name").as_deref(),
            Some("A task named `a` exists already.")
        );
        assert_eq!(
            draft.reduce(DraftAction::Name("b".into())).error("name"),
            None
        );
    }

    #[test]
    fn steps_move_and_keep_their_parts_when_the_action_changes() {
        let edits = [
            DraftAction::AddStep("open".into()),
            DraftAction::AddStep("click".into()),
            DraftAction::Step(1, StepEdit::Way("css".into())),
            DraftAction::Step(1, StepEdit::Text(".go".into())),
            DraftAction::MoveStep(1, 0),
            DraftAction::Step(0, StepEdit::Action("wait".into())),
        ];
        let draft = apply(Draft::new(Kind::Steps), edits);
        let first = &draft.written().steps[0];
        assert_eq!((first.action.as_str(), first.at.as_ref()), ("wait", None));
        assert_eq!(
            first.until.as_ref().and_then(|until| until.css.as_deref()),
            Some(".go"),
            "the place to look stays"
        );
        let back = draft.reduce(DraftAction::Step(0, StepEdit::Action("fill".into())));
        assert_eq!(
            back.written().steps[0]
                .at
                .as_ref()
                .and_then(|at| at.css.as_deref()),
            Some(".go")
        );
    }

    #[test]
    fn every_action_is_edited_by_its_keys_and_keeps_what_has_no_line() {
        let mut draft = Draft::new(Kind::Steps);
        draft.file.steps = serde_json::from_str(
            r#"[{"do":"click","at":{"text":"Pay","nth":1,"frame":{"css":"iframe"}}},
                {"do":"cookies","set":{"name":"a","value":"b"},"timeout":"5s"}]"#,
        )
        .unwrap();
        let draft = apply(
            draft,
            [
                DraftAction::Step(0, StepEdit::Text("Buy".into())),
                DraftAction::Step(1, StepEdit::Timeout("9s".into())),
                DraftAction::AddStep("switch_tab".into()),
                DraftAction::Step(2, StepEdit::Line("index", "2".into())),
                DraftAction::Step(2, StepEdit::Line("index", "two".into())),
                DraftAction::AddStep("press".into()),
                DraftAction::Step(3, StepEdit::Line("key", "Enter".into())),
                DraftAction::Step(3, StepEdit::Action("pause".into())),
            ],
        );
        let steps = &draft.written().steps;
        let at = steps[0].at.as_ref().unwrap();
        assert_eq!((at.text.as_deref(), at.nth), (Some("Buy"), Some(1)));
        assert!(at.frame.is_some(), "the frame is lost");
        assert!(steps[1].set.is_some(), "the cookie is lost");
        assert_eq!(steps[2].index, Some(2));
        assert_eq!(
            (steps[3].action.as_str(), steps[3].key.as_ref()),
            ("pause", None)
        );
        for action in StepFile::ACTIONS {
            let draft = apply(
                Draft::new(Kind::Steps),
                [DraftAction::AddStep(action.to_owned())],
            );
            assert_eq!(draft.written().steps[0].action, action);
        }
    }

    #[test]
    fn moving_beyond_the_end_changes_nothing() {
        let draft = apply(
            Draft::new(Kind::Steps),
            [DraftAction::AddStep("open".into())],
        );
        let same = draft.clone().reduce(DraftAction::MoveStep(0, 1));
        assert!(Rc::ptr_eq(&draft, &same), "nothing is drawn again");
    }

    #[test]
    fn parameters_are_read_in_their_type_and_doubles_are_named() {
        let edits = [
            DraftAction::AddParameter,
            DraftAction::Parameter(0, ParameterEdit::Name("count".into())),
            DraftAction::Parameter(0, ParameterEdit::Kind(ParameterType::Number)),
            DraftAction::Parameter(0, ParameterEdit::Default("12".into())),
        ];
        let draft = command("echo")
            .into_iter()
            .chain(edits)
            .fold(Rc::new(Draft::new(Kind::Command)), Draft::reduce);
        assert_eq!(
            draft.written().parameters["count"].default,
            Some(serde_json::json!(12))
        );
        let wrong = draft.clone().reduce(DraftAction::Parameter(
            0,
            ParameterEdit::Default("many".into()),
        ));
        assert_eq!(wrong.problems[0].field, "parameters.count.default");
        let twice = [
            DraftAction::AddParameter,
            DraftAction::Parameter(1, ParameterEdit::Name("count".into())),
        ];
        let draft = twice.into_iter().fold(draft, Draft::reduce);
        assert_eq!(draft.problems[0].message, "`count` stands here twice");
    }

    #[test]
    fn numbers_that_are_none_are_told() {
        let draft = command("echo")
            .into_iter()
            .chain([DraftAction::Retries("two".into())])
            .fold(Rc::new(Draft::new(Kind::Command)), Draft::reduce);
        assert_eq!(draft.problems[0].message, "`two` is not a whole number");
    }

    #[test]
    fn an_edit_that_is_taken_back_leaves_no_change() {
        let draft = apply(Draft::new(Kind::Command), command("echo"));
        assert!(draft.changed(), "there is something to save");
        let back = [
            DraftAction::Name(String::new()),
            DraftAction::Program(String::new()),
            DraftAction::Kind(Kind::Command),
        ];
        assert!(
            !back.into_iter().fold(draft, Draft::reduce).changed(),
            "and nothing any more"
        );
    }

    #[test]
    fn a_stored_task_is_the_new_baseline() {
        let draft = apply(Draft::new(Kind::Command), command("echo"));
        let task: Task = serde_json::from_value(serde_json::json!({
            "id": drover_model::TaskId::from_bits(7), "version": 1, "spec": draft.written(),
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "removed_at": null
        }))
        .unwrap();
        let stored = draft.reduce(DraftAction::Stored(Box::new(task.clone())));
        assert!(!stored.changed(), "nothing is left to save");
        assert_eq!(stored.saved.as_ref().map(|saved| saved.version), Some(1));
        let typed = stored
            .reduce(DraftAction::Program("printf".into()))
            .reduce(DraftAction::Stored(Box::new(task)));
        assert!(typed.changed(), "what was typed meanwhile is not lost");
    }
}

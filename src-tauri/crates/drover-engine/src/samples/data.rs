//! What the sample data are.

use drover_model::{
    Name, ProfileDraft, ProfilePick, Script, TaskSpec,
    step::StepFile,
    task::{Command, KeepScreenshot, Parameter, Task},
};

/// The sample token's name. Its value is a made-up password, good for the bundled page alone.
pub(crate) const TOKEN: &str = "sample-password";

/// Name, tags and notes of each sample profile.
pub(crate) const PROFILES: [(&str, &[&str], &str); 6] = [
    (
        "sample-anna",
        &["eu", "sample"],
        "Signs in to the sample shop.",
    ),
    ("sample-boris", &["eu", "sample"], ""),
    ("sample-chloe", &["eu", "sample"], ""),
    ("sample-dmitri", &["us", "sample"], ""),
    ("sample-elena", &["us", "sample"], ""),
    ("sample-farid", &["us", "sample"], ""),
];

/// A sample profile, not yet stored.
pub(crate) fn profile(name: &str, tags: &[&str], notes: &str, start_url: &str) -> ProfileDraft {
    ProfileDraft {
        name: name.to_owned(),
        browser: "auto".to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        start_urls: vec![start_url.to_owned()],
        notes: notes.to_owned(),
        ..ProfileDraft::default()
    }
}

/// One task of each kind. `with_token` is false where no keychain could take the sample token.
pub(crate) fn tasks(site: &str, node: Option<&str>, with_token: bool) -> Vec<TaskSpec> {
    let url = || Parameter {
        default: Some(site.into()),
        help: "address of the sample shop".to_owned(),
        ..Parameter::default()
    };
    let anna = || ProfilePick::Names(vec![name("sample-anna")]);
    let token = || {
        TOKEN
            .parse()
            .expect("BUG: the sample token has a good name")
    };
    let mut tasks = Vec::new();
    if with_token {
        let steps: Vec<StepFile> = serde_json::from_str(include_str!("steps.json"))
            .expect("BUG: the sample steps are good JSON");
        let mut steps = steps.iter().enumerate().map(|(index, step)| {
            step.checked(index)
                .expect("BUG: the sample steps are complete")
        });
        let first = steps.next().expect("BUG: there are sample steps");
        let spec = Task::steps(first, steps.collect())
            .with_profiles(anna())
            .with_token(token())
            .with_parameter("url", url());
        tasks.push(spec.named(name("Sample: read a price")));
        let script = Script::inline(include_str!("sign-in.mjs"))
            .expect("BUG: the sample script is not empty");
        let spec = Task::playwright(script)
            .with_profiles(anna())
            .with_token(token())
            .with_parameter("url", url());
        tasks.push(
            spec.tuned(|spec| spec.screenshot = KeepScreenshot::Always)
                .named(name("Sample: sign in with a script")),
        );
    }
    if let Some(node) = node {
        let greeting =
            "for (const word of ['Drover', 'runs', 'commands', 'too']) console.log(word)";
        let args = ["-e", greeting].map(|arg| {
            arg.parse()
                .expect("BUG: the sample arguments have no holes")
        });
        let command = Command {
            program: node.to_owned(),
            args: args.to_vec(),
            cwd: None,
            shell: false,
        };
        tasks.push(Task::command(command).named(name("Sample: run a command")));
    }
    tasks
        .into_iter()
        .map(|task| task.expect("BUG: the sample tasks are complete"))
        .collect()
}

fn name(text: &str) -> Name {
    text.parse().expect("BUG: the sample names are good")
}

/// Where the sample shop's port is kept between starts.
pub(crate) const PORT_KEY: &str = "samples_port";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_complete() {
        assert_eq!(
            tasks("http://127.0.0.1:1/", Some("/usr/bin/node"), true).len(),
            3
        );
        assert_eq!(tasks("http://127.0.0.1:1/", None, false).len(), 0);
        for (name, tags, notes) in PROFILES {
            assert!(
                profile(name, tags, notes, "http://127.0.0.1:1/")
                    .checked()
                    .is_ok()
            );
        }
    }
}

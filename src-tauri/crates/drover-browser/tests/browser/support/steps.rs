//! Runs steps as a task file has them.

use std::{convert::Infallible, path::PathBuf};

use drover_browser::{
    Browser, Outputs, Page, PreparedStep, StepEvent, StepFailure, Surroundings, Tabs, run_steps,
};
use drover_model::step::StepFile;
use secrecy::SecretString;
use tokio::sync::watch;

use super::{Profile, soon};

/// What a run of steps left.
pub(crate) type Ran = (Result<Outputs, StepFailure>, Vec<StepEvent>);

/// Steps as a task file has them, one JSON object a line. `{{ secret.shop }}` is `right`.
pub(crate) fn steps(lines: &str) -> Vec<PreparedStep> {
    let files = lines.lines().filter(|line| !line.trim().is_empty());
    files
        .enumerate()
        .map(|(index, line)| {
            let file: StepFile =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            let step = file.checked(index).unwrap();
            let render = |template: &drover_model::Template| {
                Ok::<_, Infallible>(SecretString::from(
                    template.to_string().replace("{{ secret.shop }}", "right"),
                ))
            };
            PreparedStep::new(&step, render).unwrap()
        })
        .collect()
}

/// Runs steps from this page on.
pub(crate) async fn run(page: &Page, lines: &str) -> Ran {
    let tabs = Tabs::of(page).unwrap();
    run_in(&tabs, lines, &Surroundings::default()).await
}

/// The same with a folder for files.
pub(crate) async fn run_with_folder(page: &Page, lines: &str, folder: PathBuf) -> Ran {
    let around = Surroundings {
        artifacts: Some(folder),
        ..Surroundings::default()
    };
    run_in(&Tabs::of(page).unwrap(), lines, &around).await
}

pub(crate) async fn run_in(tabs: &Tabs, lines: &str, around: &Surroundings) -> Ran {
    let mut events = Vec::new();
    let (_keep, cancel) = watch::channel(false);
    let steps = steps(lines);
    let report = |event| events.push(event);
    let result = soon("the steps", run_steps(tabs, &steps, around, report, cancel)).await;
    (result, events)
}

/// Runs one step after opening the page and gives the failure.
pub(crate) async fn failure(page: &Page, url: &str, step: &str) -> StepFailure {
    let open = format!("{{\"do\":\"open\",\"url\":\"{url}\"}}\n{step}");
    let failure = run(page, &open).await.0.expect_err(step);
    assert_eq!(failure.index, 1, "{failure}");
    failure
}

/// The same, as text.
pub(crate) async fn fails(page: &Page, url: &str, step: &str) -> String {
    failure(page, url, step).await.to_string()
}

pub(crate) async fn page_of(profile: &Profile) -> (Browser, Page) {
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    (browser, page)
}

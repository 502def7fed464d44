//! What each kind of step does.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::timeout_at;

use super::{
    Outputs, PreparedAction, StepEvent, StepProblem, Surroundings, Tabs, assertions, cookies,
    downloads, fields, keyboard, mouse, pictures,
    probe::{Details, Limit, Need, wait_for},
    readings, uploads, waits,
};
use crate::{
    Page,
    page::Planned,
    steps::probe::{Ask, broken},
};

/// Where a step happens and what it may use.
pub(super) struct Scene<'a> {
    pub tabs: &'a Tabs,
    pub page: Page,
    pub limit: Limit,
    pub around: &'a Surroundings,
    pub index: usize,
    pub report: &'a mut (dyn FnMut(StepEvent) + Send),
    pub outputs: &'a mut Outputs,
}

impl Scene<'_> {
    pub(super) fn output(&mut self, name: &str, value: Value) {
        self.outputs.insert(name.to_owned(), value.clone());
        let (index, name) = (self.index, name.to_owned());
        (self.report)(StepEvent::Output { index, name, value });
    }
}

/// Does one step within its limit.
pub(super) async fn act(scene: &mut Scene<'_>, action: &PreparedAction) -> Result<(), StepProblem> {
    let page = scene.page.clone();
    let (page, limit) = (&page, scene.limit);
    match action {
        PreparedAction::Open(url) => open(page, url, limit.whole).await,
        PreparedAction::Click(target, button) => mouse::click(page, target, *button, limit).await,
        PreparedAction::DoubleClick(target) => mouse::double_click(page, target, limit).await,
        PreparedAction::Hover(target) => mouse::hover(page, target, limit).await,
        PreparedAction::Fill(target, value) => fields::fill(page, target, value, limit).await,
        PreparedAction::Type(target, value, delay) => {
            keyboard::write(page, target, value, *delay, limit).await
        }
        PreparedAction::Press(target, key) => {
            keyboard::press(page, target.as_ref(), key, limit).await
        }
        PreparedAction::Select(target, choice) => fields::select(page, target, choice, limit).await,
        PreparedAction::Check(target, on) => fields::check(page, target, *on, limit).await,
        PreparedAction::Upload(target, files) => uploads::upload(page, target, files, limit).await,
        PreparedAction::Wait(awaited) => waits::wait(page, awaited, limit).await,
        PreparedAction::Scroll(target, to) => {
            let details = Details {
                scroll: Some((*to).into()),
                ..Details::default()
            };
            match target {
                Some(target) => wait_for(page, target, Need::Scroll, details, limit)
                    .await
                    .map(|_| ()),
                None => scroll_page(page, details, limit).await,
            }
        }
        PreparedAction::Extract {
            target,
            reading,
            all,
            into,
            kind,
        } => {
            let value = readings::extract(page, target, reading, *all, *kind, limit).await?;
            scene.output(into, value);
            Ok(())
        }
        PreparedAction::Assert(check) => assertions::check(page, check, limit).await,
        PreparedAction::Screenshot(name, shown) => {
            let png = pictures::picture(page, shown, limit).await?;
            let (index, name) = (scene.index, name.clone());
            (scene.report)(StepEvent::Picture { index, name, png });
            Ok(())
        }
        PreparedAction::Pdf(name) => pictures::pdf(scene, name).await,
        PreparedAction::Download { target, into, name } => {
            downloads::download(scene, target, into.as_deref(), name.as_deref()).await
        }
        PreparedAction::Evaluate { script, into, kind } => {
            let value = readings::evaluate(page, script, *kind, limit).await?;
            if let Some(into) = into {
                scene.output(into, value);
            }
            Ok(())
        }
        PreparedAction::Cookies(work) => cookies::work(scene, work).await,
        PreparedAction::NewTab(url) => {
            let page = scene.tabs.open().await?;
            match url {
                Some(url) => open(&page, url, limit.whole).await,
                None => Ok(()),
            }
        }
        PreparedAction::SwitchTab(choice) => scene.tabs.switch(choice, limit).await,
        PreparedAction::CloseTab => Ok(scene.tabs.close_current().await?),
        PreparedAction::Dialog {
            accept,
            text,
            count,
        } => {
            for _ in 0..*count {
                page.dialogs().plan(Planned {
                    accept: *accept,
                    text: text.clone(),
                });
            }
            Ok(())
        }
        PreparedAction::Pause(reason) => pause(scene, reason).await,
    }
}

async fn open(page: &Page, url: &SecretString, limit: Duration) -> Result<(), StepProblem> {
    Ok(page.navigate(url.expose_secret(), limit).await?)
}

async fn scroll_page(page: &Page, details: Details<'_>, limit: Limit) -> Result<(), StepProblem> {
    let question = Ask {
        way: None,
        nth: None,
        need: Need::Scroll,
        details,
    };
    super::probe::ask_page(page, &question, limit)
        .await
        .map_err(broken)
}

/// Waits until a person says that the run goes on.
async fn pause(scene: &mut Scene<'_>, reason: &str) -> Result<(), StepProblem> {
    let mut resumed = scene.around.resumed.clone().ok_or(StepProblem::Nobody)?;
    resumed.mark_unchanged(); // what was said before this pause is not meant for it
    let index = scene.index;
    (scene.report)(StepEvent::Paused {
        index,
        reason: reason.to_owned(),
    });
    match timeout_at(scene.limit.deadline, resumed.changed()).await {
        Ok(Ok(())) => {
            (scene.report)(StepEvent::Resumed { index });
            Ok(())
        }
        Ok(Err(_)) => Err(StepProblem::Nobody),
        Err(_) => Err(StepProblem::NobodyCame(scene.limit.whole)),
    }
}

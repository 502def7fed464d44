//! Sample data: made once, kept like everything else.

use drover_model::{
    Caller, CommandError,
    request::{LoadSamples, SamplesReport, SetToken},
    token::{SecretText, TokenKind},
};
use drover_model::{Task, TaskId};

use crate::{
    Engine, Result,
    error::Doing as _,
    samples::{self, site::Site},
};

impl Engine {
    /// Makes what is missing of the samples; what is there already stays as it is.
    pub async fn load_samples(&self, by: Caller, _req: LoadSamples) -> Result<SamplesReport> {
        let site = self.open_site().await.doing("serve the sample page")?;
        let mut report = SamplesReport {
            site: site.clone(),
            ..SamplesReport::default()
        };
        for (name, tags, notes) in samples::PROFILES {
            let known = self
                .rooms()
                .store
                .read(move |db| db.find_profile(name))
                .await
                .doing("look for a sample profile")?;
            if known.is_none() {
                let draft = samples::profile(name, tags, notes, &site);
                self.insert_profile(by, draft.checked().map_err(CommandError::from)?)
                    .await?;
                report.profiles += 1;
            }
        }
        let with_token = match self.sample_token(by).await {
            Ok(()) => true,
            Err(error) => {
                let error = CommandError::from(error);
                report.warnings.push(format!("The sample token was not stored: {}. Two of the sample tasks need it and were left out.", error.message));
                false
            }
        };
        let node = self
            .rooms()
            .machine
            .node()
            .await
            .map(|node| node.path.display().to_string());
        if node.is_none() {
            report
                .warnings
                .push("Node was not found; the sample command was left out.".to_owned());
        }
        for spec in samples::tasks(&site, node.as_deref(), with_token) {
            let name = spec.name.to_string();
            let known = self
                .rooms()
                .store
                .read(move |db| db.find_task(&name, None))
                .await
                .doing("look for a sample task")?;
            if known.is_some() {
                continue;
            }
            let now = self.rooms().now();
            let task = Task {
                id: TaskId::from_bits(self.rooms().new_id.bits(now)),
                version: 1,
                spec,
                created_at: now,
                updated_at: now,
                removed_at: None,
            };
            self.rooms()
                .store
                .write(now, by, move |tx| tx.insert_task(&task))
                .await
                .doing("save a sample task")?;
            report.tasks += 1;
        }
        Ok(report)
    }

    async fn sample_token(&self, by: Caller) -> Result<()> {
        let known = self
            .rooms()
            .store
            .read(|db| db.find_token(samples::TOKEN))
            .await
            .doing("look for the sample token")?;
        if known.is_some() {
            return Ok(());
        }
        // It opens the bundled page and nothing else, so it may stand here.
        let value = SecretText::new("sample-password-1".to_owned());
        let token = SetToken {
            name: samples::TOKEN.to_owned(),
            kind: TokenKind::Password,
            expires_at: None,
            value,
        };
        self.set_token(by, token).await.map(|_| ())
    }

    /// Serves the sample page again, if the samples were ever loaded.
    pub(crate) async fn reopen_samples(&self) {
        let port = self
            .rooms()
            .store
            .read(|db| db.meta(samples::PORT_KEY))
            .await
            .ok()
            .flatten();
        if port.is_some()
            && let Err(error) = self.open_site().await
        {
            tracing::warn!(%error, "the sample page is not served");
        }
    }

    /// The address of the sample page, served from now on.
    async fn open_site(&self) -> std::io::Result<String> {
        let serving = |site: &std::sync::Mutex<Option<Site>>| {
            site.lock()
                .expect("BUG: nothing panics while it is held")
                .as_ref()
                .map(Site::url)
        };
        if let Some(url) = serving(&self.rooms().site) {
            return Ok(url);
        }
        let known = self
            .rooms()
            .store
            .read(|db| db.meta(samples::PORT_KEY))
            .await
            .ok()
            .flatten();
        let site = Site::open(known.and_then(|port| port.parse().ok())).await?;
        let (url, port) = (site.url(), site.port().to_string());
        *self
            .rooms()
            .site
            .lock()
            .expect("BUG: nothing panics while it is held") = Some(site);
        let kept = self
            .rooms()
            .store
            .write(self.rooms().now(), Caller::Drover, move |tx| {
                tx.put_meta(samples::PORT_KEY, &port)
            })
            .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the port of the sample page was not kept");
        }
        Ok(url)
    }
}

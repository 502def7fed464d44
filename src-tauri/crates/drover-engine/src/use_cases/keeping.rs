//! What is kept of a profile: snapshots, disk use, the sweep of caches; and work on a profile that is not open.

use drover_browser::keeping::{self, About, Job, KeepError, Stopped};
use drover_model::{
    Caller, Code, CommandError, Origin, Profile, Rollback, Snapshot, SnapshotKind, Usage,
    keeping::SweepPlan,
    request::{
        GetUsage, ListSnapshots, RemoveSnapshot, RollBackProfile, SweepProfile, Swept, TakeSnapshot,
    },
};

use super::browsers::refused;
use crate::{
    Engine, Result,
    aside::{aside, unwatched},
    chrome::last_major,
};

/// A result of work on files.
type Kept<T> = std::result::Result<T, KeepError>;

impl Engine {
    pub async fn list_snapshots(&self, _by: Caller, req: ListSnapshots) -> Result<Vec<Snapshot>> {
        let profile = self.named_profile(req.profile).await?;
        let shelf = self.rooms().paths.snapshots(profile.id);
        Ok(aside(move || keeping::snapshots(&shelf))
            .await
            .map_err(|error| kept(&error))?)
    }

    pub async fn take_snapshot(&self, _by: Caller, req: TakeSnapshot) -> Result<Snapshot> {
        let profile = self.named_profile(req.profile).await?;
        let about = About {
            at: self.rooms().now(),
            kind: SnapshotKind::Manual,
            note: req.note,
            origin: self.origin(&profile).await,
        };
        let shelf = self.rooms().paths.snapshots(profile.id);
        self.while_stopped(&profile, "a snapshot", move |stopped, job| {
            keeping::snapshot(stopped, &shelf, about, job)
        })
        .await
    }

    pub async fn roll_back_profile(&self, by: Caller, req: RollBackProfile) -> Result<Rollback> {
        let profile = self.named_profile(req.profile).await?;
        let (at, origin) = (self.rooms().now(), self.origin(&profile).await);
        let shelf = self.rooms().paths.snapshots(profile.id);
        let wanted = match req.snapshot {
            Some(snapshot) => snapshot,
            None => self.newest_snapshot(by, &profile).await?,
        };
        self.while_stopped(&profile, "a rollback", move |stopped, job| {
            keeping::rollback(stopped, &shelf, &wanted, at, &origin, job)
        })
        .await
    }

    async fn newest_snapshot(
        &self,
        by: Caller,
        profile: &Profile,
    ) -> Result<drover_model::SnapshotId> {
        let profile_id = profile.id.to_string();
        let all = self
            .list_snapshots(
                by,
                ListSnapshots {
                    profile: profile_id,
                },
            )
            .await?;
        let newest = all
            .into_iter()
            .find(|snapshot| snapshot.kind == SnapshotKind::Manual);
        Ok(newest.map(|snapshot| snapshot.id).ok_or_else(|| {
            CommandError::new(
                Code::WrongState,
                format!("profile `{}` has no snapshot", profile.name),
            )
            .hint("`drover-cli profile snapshot NAME` makes one.")
        })?)
    }

    pub async fn remove_snapshot(&self, _by: Caller, req: RemoveSnapshot) -> Result<()> {
        let profile = self.named_profile(req.profile).await?;
        let shelf = self.rooms().paths.snapshots(profile.id);
        let removed = aside(move || keeping::delete_snapshot(&shelf, &req.snapshot)).await;
        Ok(removed.map_err(|error| kept(&error))?)
    }

    pub async fn get_usage(&self, _by: Caller, req: GetUsage) -> Result<Usage> {
        let profile = self.named_profile(req.profile).await?;
        let paths = &self.rooms().paths;
        let (folder, shelf) = (paths.chrome(profile.id), paths.snapshots(profile.id));
        Ok(aside(move || keeping::usage(&folder, Some(&shelf)))
            .await
            .map_err(|error| kept(&error))?)
    }

    pub async fn sweep_profile(&self, _by: Caller, req: SweepProfile) -> Result<Swept> {
        let profile = self.named_profile(req.profile).await?;
        let folder = self.rooms().paths.chrome(profile.id);
        let budget = req.budget;
        if !folder.exists() {
            let plan = SweepPlan::default();
            return Ok(Swept { plan, report: None });
        }
        if req.preview {
            let plan = aside(move || keeping::plan_sweep(&folder, budget))
                .await
                .map_err(|error| kept(&error))?;
            return Ok(Swept { plan, report: None });
        }
        self.while_stopped(&profile, "a sweep", move |stopped, job| {
            let plan = keeping::plan_sweep(&folder, budget)?;
            let report = keeping::sweep(stopped, &plan, job)?;
            Ok(Swept {
                plan,
                report: Some(report),
            })
        })
        .await
    }

    /// What decides whether cookies can be read.
    pub(super) async fn origin(&self, profile: &Profile) -> Origin {
        let folder = self.rooms().paths.chrome(profile.id);
        Origin {
            brand: profile.browser.clone(),
            crypt: profile.encryption.to_string(),
            major: aside(move || last_major(&folder)).await,
        }
    }

    /// Works on the files of a profile that no browser has open, on a thread of its own.
    pub(super) async fn while_stopped<T: Send + 'static>(
        &self,
        profile: &Profile,
        by: &str,
        work: impl FnOnce(&Stopped, &Job<'_>) -> Kept<T> + Send + 'static,
    ) -> Result<T> {
        let rooms = self.rooms();
        let reserved = rooms.leases.reserve(&profile.id.to_string(), by).await;
        let guard = reserved.map_err(|refusal| refused(&refusal, profile))?;
        let (folder, shelf) = (
            rooms.paths.chrome(profile.id),
            rooms.paths.snapshots(profile.id),
        );
        if !folder.exists() {
            let message = format!(
                "profile `{}` was never started, so there is nothing to keep",
                profile.name
            );
            return Err(CommandError::new(Code::WrongState, message).into());
        }
        let done = aside(move || {
            let stopped = Stopped::prove(&folder, guard)?;
            keeping::recover(&stopped, &shelf)?;
            unwatched(|job| work(&stopped, job))
        });
        Ok(done.await.map_err(|error| kept(&error))?)
    }
}

pub(super) fn kept(error: &KeepError) -> CommandError {
    let cause = std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    let code = match error {
        KeepError::Held(_)
        | KeepError::SourceOpen { .. }
        | KeepError::SourceElsewhere { .. }
        | KeepError::Busy(_) => Code::InUse,
        KeepError::Bundle(_) => Code::UnsafeImport,
        KeepError::NoSpace { .. } => Code::DiskFull,
        KeepError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            Code::DiskFull
        }
        KeepError::Io { .. } => Code::DataFolder,
        KeepError::Changed(_) | KeepError::Cancelled => Code::WrongState,
        _ => Code::Invalid,
    };
    let say = CommandError::new(code, format!("{error}{cause}"));
    match code {
        Code::InUse => say.hint("Close that browser first, then try again."),
        Code::DiskFull => say.hint("Free some space on the disk, then try again."),
        _ => say,
    }
}

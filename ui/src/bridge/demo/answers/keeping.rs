//! Answers about snapshots, clones and disk use.

use drover_model::request::{
    BrowserState, CloneProfile, DuplicateProfile, GetUsage, ListSnapshots, MadeProfile,
    RemoveSnapshot, RollBackProfile, SweepProfile, Swept, TakeSnapshot,
};
use drover_model::{
    CacheFolder, CacheKind, Code, CommandError, CopyReport, ProfileId, Rollback, SnapshotId,
    SnapshotKind, SweepPlan, SweepReport, Usage,
};

use super::{Outcome, fine};
use crate::bridge::demo::kept;
use crate::bridge::demo::world::World;

/// Bytes of a profile without caches.
const KEPT: u64 = 96_800_000;

impl World {
    pub(super) fn list_snapshots(&mut self, request: ListSnapshots) -> Outcome<ListSnapshots> {
        let id = self.profile(&request.profile)?.id;
        fine(self.kept.snapshots.get(&id).cloned().unwrap_or_default())
    }

    pub(super) fn take_snapshot(&mut self, request: TakeSnapshot) -> Outcome<TakeSnapshot> {
        let id = self.stopped(&request.profile)?;
        let made = kept::snapshot(
            self.now,
            SnapshotKind::Manual,
            &request.note,
            KEPT,
            KEPT - 12_000_000,
        );
        self.shelve(id, made.clone());
        fine(made)
    }

    pub(super) fn roll_back_profile(
        &mut self,
        request: RollBackProfile,
    ) -> Outcome<RollBackProfile> {
        let id = self.stopped(&request.profile)?;
        let all = self.kept.snapshots.get(&id).cloned().unwrap_or_default();
        let wanted = |other: &&drover_model::Snapshot| match &request.snapshot {
            Some(snapshot) => other.id == *snapshot,
            None => other.kind == SnapshotKind::Manual,
        };
        let Some(to) = all.iter().find(wanted) else {
            return Err(no_snapshot(request.snapshot.as_ref()));
        };
        let undo = kept::snapshot(self.now, SnapshotKind::BeforeRollback, "", KEPT, 0);
        self.shelve(id, undo.clone());
        fine(Rollback {
            to: to.id.clone(),
            undo,
        })
    }

    pub(super) fn remove_snapshot(&mut self, request: RemoveSnapshot) -> Outcome<RemoveSnapshot> {
        let id = self.profile(&request.profile)?.id;
        let all = self.kept.snapshots.entry(id).or_default();
        let before = all.len();
        all.retain(|other| other.id != request.snapshot);
        if all.len() == before {
            return Err(no_snapshot(Some(&request.snapshot)));
        }
        fine(())
    }

    pub(super) fn clone_profile(&mut self, request: CloneProfile) -> Outcome<CloneProfile> {
        let id = self.stopped(&request.profile)?;
        let (profile, facts) = self.duplicate_profile(DuplicateProfile {
            profile: id,
            name: request.name,
        })?;
        let cookies = self.kept.cookies.get(&id).cloned().unwrap_or_default();
        self.kept.cookies.insert(profile.id, cookies);
        let made = MadeProfile {
            profile,
            copy: copy(),
        };
        Ok((made, facts))
    }

    pub(super) fn get_usage(&mut self, request: GetUsage) -> Outcome<GetUsage> {
        let profile = self.profile(&request.profile)?;
        if profile.last_used_at.is_none() {
            return fine(Usage::default());
        }
        let id = profile.id;
        let snapshots = self.kept.snapshots.get(&id).into_iter().flatten();
        fine(Usage {
            logins: 3_400_000,
            site_data: 61_200_000,
            extensions: 1_788_000,
            caches: self.caches(id).iter().map(|folder| folder.bytes).sum(),
            other: 30_400_000,
            snapshots: snapshots.map(|one| one.bytes - one.shared_bytes).sum(),
        })
    }

    pub(super) fn sweep_profile(&mut self, request: SweepProfile) -> Outcome<SweepProfile> {
        let id = if request.preview {
            self.profile(&request.profile)?.id
        } else {
            self.stopped(&request.profile)?
        };
        let folders = self.caches(id);
        let plan = SweepPlan {
            caches: folders.iter().map(|folder| folder.bytes).sum(),
            budget: request.budget,
            folders,
        };
        let report = (!request.preview).then(|| {
            self.kept.swept.insert(id);
            SweepReport {
                freed: plan.freed(),
                folders: plan
                    .folders
                    .iter()
                    .map(|folder| folder.path.clone())
                    .collect(),
                kept: Vec::new(),
            }
        });
        fine(Swept { plan, report })
    }

    fn caches(&self, profile: ProfileId) -> Vec<CacheFolder> {
        if self.kept.swept.contains(&profile) {
            return Vec::new();
        }
        let all = [
            (CacheKind::Pages, "Default/Cache", 4_812, 148_200_000),
            (CacheKind::Compiled, "Default/Code Cache", 631, 37_900_000),
            (CacheKind::Compiled, "GrShaderCache", 12, 2_100_000),
            (CacheKind::Downloads, "component_crx_cache", 9, 18_400_000),
            (
                CacheKind::ServiceWorkers,
                "Default/Service Worker/CacheStorage",
                204,
                22_600_000,
            ),
        ];
        all.into_iter()
            .map(|(kind, path, files, bytes)| CacheFolder {
                path: path.to_owned(),
                kind,
                files,
                bytes,
            })
            .collect()
    }

    /// The profile, when no browser has it; one that is only kept warm is closed for the work.
    pub(super) fn stopped(&mut self, wanted: &str) -> Result<ProfileId, CommandError> {
        let profile = self.profile(wanted)?.clone();
        let held = self
            .browsers
            .iter()
            .find(|browser| browser.profile == profile.id && browser.state != BrowserState::Idle);
        if let Some(browser) = held {
            let by = browser.by.as_deref().unwrap_or("its open window");
            let message = format!("profile `{}` is in use by {by}", profile.name);
            return Err(CommandError::new(Code::InUse, message)
                .hint("close that browser first, then try again"));
        }
        if profile.last_used_at.is_none() {
            let message = format!(
                "profile `{}` was never started, so there is nothing to keep",
                profile.name
            );
            return Err(CommandError::new(Code::WrongState, message));
        }
        self.browsers
            .retain(|browser| browser.profile != profile.id);
        Ok(profile.id)
    }

    fn shelve(&mut self, profile: ProfileId, snapshot: drover_model::Snapshot) {
        self.kept
            .snapshots
            .entry(profile)
            .or_default()
            .insert(0, snapshot);
    }
}

pub(super) fn copy() -> CopyReport {
    CopyReport {
        files: 2_361,
        bytes: KEPT,
        shared_bytes: 0,
        left: Vec::new(),
    }
}

fn no_snapshot(wanted: Option<&SnapshotId>) -> CommandError {
    let message = wanted.map_or_else(
        || "the profile has no snapshot".to_owned(),
        |id| format!("there is no snapshot `{id}`"),
    );
    CommandError::new(Code::WrongState, message)
}

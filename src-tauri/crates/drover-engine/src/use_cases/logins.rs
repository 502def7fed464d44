//! Sign-ins: putting an answer aside, and when the next check looks.

use std::collections::BTreeMap;

use drover_model::{
    Caller, Code, CommandError, LoginSite, Profile, RunId, WaitCode, WaitReason,
    request::ForgetLogin, schedule::Words,
};
use drover_scheduler::schedule::Zones;
use drover_store::Reading;
use jiff::Timestamp;

use super::{profiles::no_profile, schedule_states::standing};
use crate::{Engine, Result, error::Doing as _};

impl Engine {
    /// Answers the profile after it.
    pub async fn forget_login(&self, by: Caller, req: ForgetLogin) -> Result<Profile> {
        let now = self.rooms().now();
        let (id, site) = (req.profile, req.site.clone());
        let known = self
            .rooms()
            .store
            .read(move |db| db.profile(id))
            .await
            .doing("read the profile")?;
        let known = known.ok_or_else(|| no_profile(&id.to_string()))?;
        if known.logins.iter().all(|login| login.site != site) {
            let message = format!(
                "the sign-in of `{}` on `{site}` was never checked",
                known.name
            );
            return Err(CommandError::new(Code::Invalid, message)
                .hint("`drover-cli profile logins` shows what was.")
                .field("site")
                .into());
        }
        self.rooms()
            .store
            .write(now, by, move |tx| tx.forget_login(id, &site))
            .await
            .doing("put the answer aside")
    }

    /// Says of runs that wait for a sign-in when the next check looks, where only a schedule knows.
    pub(super) async fn tell_next_checks(
        &self,
        waiting: Vec<(RunId, &mut Vec<WaitReason>)>,
    ) -> Result<()> {
        let is_open =
            |reason: &WaitReason| reason.code == WaitCode::SignedOut && reason.clears_at.is_none();
        let mut waiting: Vec<_> = waiting
            .into_iter()
            .filter(|(_, reasons)| reasons.iter().any(is_open))
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let words = self.words().await?;
        let (now, runs) = (
            self.rooms().now(),
            waiting.iter().map(|(run, _)| *run).collect::<Vec<_>>(),
        );
        let moments = self
            .rooms()
            .store
            .read(move |db| {
                let next = next_checks(db, (words, now))?;
                runs.into_iter()
                    .map(|run| {
                        let plan = db.plan(run)?;
                        let needs = plan.map(|plan| plan.needs_login).unwrap_or_default();
                        Ok(needs
                            .iter()
                            .filter_map(|site| next.get(site))
                            .max()
                            .copied())
                    })
                    .collect::<std::result::Result<Vec<_>, _>>()
            })
            .await
            .doing("read when sign-ins are checked")?;
        for ((_, reasons), moment) in waiting.iter_mut().zip(moments) {
            for reason in reasons.iter_mut().filter(|reason| is_open(reason)) {
                reason.clears_at = moment;
            }
        }
        Ok(())
    }
}

/// The next time at which each site is checked by a schedule.
fn next_checks(
    db: &Reading<'_>,
    at: (&Words, Timestamp),
) -> drover_store::Result<BTreeMap<LoginSite, Timestamp>> {
    let zones = Zones::bundled();
    let mut next: BTreeMap<LoginSite, Timestamp> = BTreeMap::new();
    for stored in db.schedules(false)? {
        let task = db.task(stored.task_id, None)?;
        let Some(site) = task.and_then(|task| task.spec.checks_login) else {
            continue;
        };
        if let Some(at) = standing(db, stored, &zones, at)?.next {
            next.entry(site)
                .and_modify(|known| *known = at.min(*known))
                .or_insert(at);
        }
    }
    Ok(next)
}

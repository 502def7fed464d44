//! Runs whose profile is known to be signed out of a site that they need.

use drover_model::{LoginSite, RunId, RunRow, RunState, WaitCode, WaitReason};
use jiff::Timestamp;

use crate::{
    Result, Snapshot,
    column::{Ms, Text},
};

/// Whether the run `r` stands aside because its profile is signed out. It does not keep its line, in which the next
/// check of the same profile may stand behind it.
macro_rules! signed_out {
    () => {
        "EXISTS (SELECT 1 FROM login_need AS v JOIN login AS g ON g.profile_id = r.profile_id AND g.site = v.site
        WHERE v.run_id = r.id AND g.state = 'signed_out')"
    };
}
pub(in crate::table) use signed_out;

impl Snapshot<'_> {
    /// The sites that a run needs and that its profile is signed out of, each with the run that found it.
    pub(in crate::table) fn signed_out_of(
        &self,
        run: RunId,
    ) -> Result<Vec<(LoginSite, Option<RunId>)>> {
        self.all(
            "look for the sign-ins that a run lacks",
            "SELECT g.site, g.run_id FROM run AS r JOIN login_need AS v ON v.run_id = r.id
                 JOIN login AS g ON g.profile_id = r.profile_id AND g.site = v.site
             WHERE r.id = ?1 AND g.state = 'signed_out' ORDER BY g.site",
            [Text(run)],
            |row| {
                Ok((
                    row.get::<_, Text<_>>(0)?.0,
                    row.get::<_, Option<Text<_>>>(1)?.map(|id| id.0),
                ))
            },
        )
    }

    /// Why it waits for a sign-in, if it does: with the checks that stand in the queue, or run, and when the last of
    /// those sites is looked at again as far as that is known.
    pub(in crate::table) fn login_reason(
        &self,
        row: &RunRow,
        now: Timestamp,
    ) -> Result<Option<WaitReason>> {
        let lacking = self.signed_out_of(row.id)?;
        if lacking.is_empty() {
            return Ok(None);
        }
        let profile = row.profile.as_ref().map(ToString::to_string);
        let sites: Vec<String> = lacking
            .iter()
            .map(|(site, found_by)| match found_by {
                Some(run) => format!("`{site}` (as run {} found)", run.short()),
                None => format!("`{site}`"),
            })
            .collect();
        let mut blocked_by = Vec::new();
        let mut clears_at = Some(now);
        for (site, found_by) in &lacking {
            blocked_by.extend(*found_by);
            clears_at = match (clears_at, self.next_login_check(row, site, now)?) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            };
        }
        let text = format!(
            "profile `{}` is signed out of {}",
            profile.unwrap_or_default(),
            sites.join(" and ")
        );
        Ok(Some(WaitReason {
            code: WaitCode::SignedOut,
            text,
            blocked_by,
            clears_at,
        }))
    }

    /// When the next check that was queued for that profile and site may start; now for one that runs.
    fn next_login_check(
        &self,
        row: &RunRow,
        site: &LoginSite,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let check = self.first(
            "look for the next check of a sign-in",
            "SELECT c.state, c.not_before_ms FROM run AS c JOIN login_check AS k ON k.run_id = c.id
             WHERE c.profile_id = ?1 AND k.site = ?2 AND c.state IN ('queued', 'starting', 'running', 'parked')
             ORDER BY c.not_before_ms LIMIT 1",
            (row.profile_id.map(Text), Text(site)),
            |row| {
                Ok((
                    row.get::<_, crate::column::Word<RunState>>(0)?.0,
                    row.get::<_, Ms>(1)?.0,
                ))
            },
        )?;
        Ok(check.map(|(state, at)| match state {
            RunState::Queued => at.max(now),
            _ => now,
        }))
    }
}

//! What checks of sign-ins find, written in the transaction of their end.

use drover_model::{
    Action, Fact, Login, LoginSite, LoginState, Plan, Profile, ProfileId, RunId, RunRow, RunState,
    run::StepState,
};
use serde::Deserialize;

use super::super::lane::lane_of;
use crate::{
    Error, Result, Snapshot, Writing,
    column::{Ms, Text, Word},
};

/// The exit code of a script or command that could not find out (`EX_TEMPFAIL` of `sysexits.h`).
const COULD_NOT_TELL: i32 = 75;

/// The sign-ins of `profile AS p`, as [`Stored`] reads them.
macro_rules! logins {
    () => {
        "(SELECT json_group_array(json_object('site', l.site, 'state', l.state,
        'since', l.since_ms, 'checked', l.checked_ms, 'run', l.run_id, 'message', l.message) ORDER BY l.site)
        FROM login AS l WHERE l.profile_id = p.id)"
    };
}
pub(in crate::table) use logins;

/// A row of the table, as `SQLite` writes it into a list.
#[derive(Deserialize)]
pub(in crate::table) struct Stored {
    site: LoginSite,
    state: LoginState,
    since: i64,
    checked: i64,
    run: Option<RunId>,
    message: Option<String>,
}

impl From<Stored> for Login {
    fn from(stored: Stored) -> Self {
        let at = |ms| {
            jiff::Timestamp::from_millisecond(ms).expect("BUG: the column is written from a moment")
        };
        Self {
            site: stored.site,
            state: stored.state,
            since: at(stored.since),
            checked_at: at(stored.checked),
            run: stored.run,
            message: stored.message,
        }
    }
}

impl Snapshot<'_> {
    /// The site whose sign-in a run checks.
    fn checked_site(&self, run: RunId) -> Result<Option<LoginSite>> {
        self.first(
            "look whether a run checks a sign-in",
            "SELECT site FROM login_check WHERE run_id = ?1",
            [Text(run)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// What an ended check says; none when it says nothing, so that the last answer stays.
    fn found(&self, row: &RunRow) -> Result<Option<LoginState>> {
        Ok(match (row.state, row.reason.as_deref()) {
            (RunState::Succeeded, _) => Some(LoginState::SignedIn),
            (RunState::Failed, Some("exit_code")) => {
                let attempts = self.attempts(row.id)?;
                let code = attempts.last().and_then(|last| last.exit?.code);
                (code != Some(COULD_NOT_TELL)).then_some(LoginState::SignedOut)
            }
            (RunState::Failed, Some("task_failed")) => Some(LoginState::SignedOut),
            (RunState::Failed, Some("step_failed")) => {
                (!self.failed_to_open(row)?).then_some(LoginState::SignedOut)
            }
            _ => None,
        })
    }

    /// Whether the step that failed was to open a page: then it was the network or the site that failed.
    fn failed_to_open(&self, row: &RunRow) -> Result<bool> {
        let Some(plan) = self.plan(row.id)? else {
            return Ok(false);
        };
        let attempts = self.attempts(row.id)?;
        let steps = attempts.last().map(|last| &*last.steps).unwrap_or_default();
        let failed = steps.iter().find(|step| step.state == StepState::Failed);
        let step = failed.and_then(|step| plan.steps.get(step.index as usize));
        Ok(step.is_some_and(|step| matches!(step.action, Action::Open { .. })))
    }
}

impl Writing<'_> {
    /// Keeps what a run checks and needs.
    pub(in crate::table) fn put_login_needs(&self, run: RunId, plan: &Plan) -> Result<()> {
        if let Some(site) = &plan.checks_login {
            self.change(
                "note what a run checks",
                "INSERT INTO login_check (run_id, site) VALUES (?1, ?2)",
                (Text(run), Text(site)),
            )?;
        }
        for site in &plan.needs_login {
            self.change(
                "note a sign-in that a run needs",
                "INSERT INTO login_need (run_id, site) VALUES (?1, ?2)",
                (Text(run), Text(site)),
            )?;
        }
        Ok(())
    }

    /// Keeps what a check has found, in the transaction of its end.
    pub(in crate::table) fn note_login(&mut self, run: RunId) -> Result<()> {
        let Some(site) = self.checked_site(run)? else {
            return Ok(());
        };
        let row = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        let Some(profile) = row.profile_id else {
            return Ok(());
        };
        match self.found(&row)? {
            Some(state) => {
                self.put_login(profile, &site, state, Some(&row))?;
            }
            None => {
                // Nobody has to guess what was known before; only where nothing was, that is said.
                self.change(
                    "note a check that could not tell",
                    "INSERT OR IGNORE INTO login (profile_id, site, state, since_ms, checked_ms, run_id, message)
                     VALUES (?1, ?2, 'unknown', ?3, ?3, ?4, ?5)",
                    (
                        Text(profile),
                        Text(&site),
                        Ms(self.at()),
                        Text(run),
                        row.message.as_deref(),
                    ),
                )?;
            }
        }
        self.after_login(profile)
    }

    /// A person says that the last answer does not hold any more.
    pub fn forget_login(&mut self, profile: ProfileId, site: &LoginSite) -> Result<Profile> {
        let changed = self.put_login(profile, site, LoginState::Unknown, None)?;
        if !changed {
            return Err(Error::not_found("check of the sign-in", site));
        }
        self.after_login(profile)?;
        self.profile(profile)?
            .ok_or_else(|| Error::not_found("profile", profile))
    }

    /// False for an unknown state of a site that was never checked, which is not kept.
    fn put_login(
        &self,
        profile: ProfileId,
        site: &LoginSite,
        state: LoginState,
        by: Option<&RunRow>,
    ) -> Result<bool> {
        let message = by.and_then(|row| row.message.as_deref());
        let values = (
            Text(profile),
            Text(site),
            Word(state),
            Ms(self.at()),
            by.map(|row| Text(row.id)),
            message,
        );
        let changed = if by.is_some() {
            self.change(
                "note how a sign-in stands",
                "INSERT INTO login (profile_id, site, state, since_ms, checked_ms, run_id, message)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)
                 ON CONFLICT (profile_id, site) DO UPDATE SET
                     since_ms = CASE WHEN state = excluded.state THEN since_ms ELSE excluded.since_ms END,
                     state = excluded.state, checked_ms = excluded.checked_ms, run_id = excluded.run_id,
                     message = excluded.message",
                values,
            )?
        } else {
            self.change(
                "put aside how a sign-in stands",
                "UPDATE login SET since_ms = CASE WHEN state = ?3 THEN since_ms ELSE ?4 END, state = ?3, run_id = ?5,
                     message = ?6 WHERE profile_id = ?1 AND site = ?2",
                values,
            )?
        };
        Ok(changed > 0)
    }

    /// Who stood aside may be the next of its line now, or the other way round.
    fn after_login(&mut self, profile: ProfileId) -> Result<()> {
        // The lines of profiles are not those of tasks, so any task does for the name.
        let lane = lane_of(Some(profile), drover_model::TaskId::from_bits(0));
        self.refresh_lane(&lane)?;
        self.record(Fact::ProfileChanged { profile })?;
        self.record(Fact::QueueChanged).map(drop)
    }
}

//! The choice of a member: when an attempt is claimed, in the transaction of the claim.

use drover_model::{
    Plan, PoolId, PoolState, ProfileId, ProxyId, RunId,
    proxy::{Choice, MemberState, NoMember, choose},
};
use jiff::Timestamp;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Count, Json, Ms, Text},
    table::limit::used_up,
};

/// What a run needs of a pool.
struct Need {
    pool: PoolId,
    sticky: bool,
}

/// A member that a run can have now.
pub(in crate::table) struct Picked {
    pool: PoolId,
    proxy: ProxyId,
}

impl Snapshot<'_> {
    /// What is known about the members of a pool at `now`.
    pub(super) fn pool_state(
        &self,
        pool: &drover_model::Pool,
        now: Timestamp,
    ) -> Result<PoolState> {
        let members = self.all(
            "read what is known about the members of a pool",
            concat!(
                "SELECT m.proxy_id, m.chosen, m.rests_until_ms,
                     (SELECT count(*) FROM pool_need AS n WHERE n.proxy_id = m.proxy_id) AS in_use,
                     EXISTS (SELECT 1 FROM resource AS c WHERE c.kind = 'proxy' AND c.name_key = x.name_key AND (",
                used_up!(),
                ")) AS used_up,
                     EXISTS (SELECT 1 FROM pause AS p WHERE p.scope = 'proxy' AND p.id = m.proxy_id) AS paused
                 FROM pool_member AS m JOIN proxy AS x ON x.id = m.proxy_id WHERE m.pool_id = ?2"
            ),
            (Ms(now), Text(pool.id)),
            |row| {
                let known = MemberState {
                    in_use: row.get("in_use")?,
                    chosen: row.get::<_, Count>("chosen")?.0,
                    cools_until: row.get::<_, Option<Ms>>("rests_until_ms")?.map(|at| at.0),
                    full: row.get("used_up")?,
                    paused: row.get("paused")?,
                };
                Ok((row.get::<_, Text<_>>("proxy_id")?.0, known))
            },
        )?;
        let kept = self.all(
            "read what profiles keep of a pool",
            "SELECT profile_id, proxy_id FROM pool_kept WHERE pool_id = ?1",
            [Text(pool.id)],
            |row| Ok((row.get::<_, Text<_>>(0)?.0, row.get::<_, Text<_>>(1)?.0)),
        )?;
        let last: Option<Option<Text<ProxyId>>> = self.first(
            "read whose turn it was last",
            "SELECT last FROM pool WHERE id = ?1",
            [Text(pool.id)],
            |row| row.get(0),
        )?;
        Ok(PoolState {
            last: last.flatten().map(|last| last.0),
            members: members.into_iter().collect(),
            kept: kept.into_iter().collect(),
        })
    }

    fn pool_need(&self, run: RunId) -> Result<Option<Need>> {
        self.first(
            "read what a run needs of a pool",
            "SELECT pool_id, sticky FROM pool_need WHERE run_id = ?1",
            [Text(run)],
            |row| {
                Ok(Need {
                    pool: row.get::<_, Text<_>>(0)?.0,
                    sticky: row.get(1)?,
                })
            },
        )
    }

    /// The member that a queued run could have at `now`: none when it needs none, an error when there is none.
    pub(in crate::table) fn pick(
        &self,
        run: RunId,
        attempt: u32,
        profile: Option<ProfileId>,
        now: Timestamp,
    ) -> Result<std::result::Result<Option<Picked>, (PoolId, NoMember)>> {
        let Some(need) = self.pool_need(run)? else {
            return Ok(Ok(None));
        };
        let mut pool = self
            .pool(need.pool)?
            .ok_or_else(|| Error::not_found("pool", need.pool))?;
        pool.sticky = need.sticky;
        let state = self.pool_state(&pool, now)?;
        let chosen = choose(&pool, &state, profile, now, dice(run, attempt));
        Ok(match chosen {
            Ok(Choice { proxy, .. }) => Ok(Some(Picked {
                pool: need.pool,
                proxy,
            })),
            Err(none) => Err((need.pool, none)),
        })
    }
}

impl Writing<'_> {
    /// Notes that a new run takes its proxy from a pool.
    pub(in crate::table) fn put_pool_need(&self, run: RunId, plan: &Plan) -> Result<()> {
        let Some(wanted) = &plan.pool else {
            return Ok(());
        };
        if self.pool(wanted.id)?.is_none() {
            return Err(Error::not_found("pool", &wanted.name));
        }
        self.change(
            "note what a run needs of a pool",
            "INSERT INTO pool_need (run_id, pool_id, sticky) VALUES (?1, ?2, ?3)",
            (Text(run), Text(wanted.id), wanted.sticky),
        )
        .map(drop)
    }

    /// Gives the member to the attempt that was just claimed: its plan leads through it from here on.
    pub(in crate::table) fn take_member(
        &self,
        run: RunId,
        attempt: u32,
        picked: &Picked,
        now: Timestamp,
    ) -> Result<()> {
        let doing = "take a member of a pool";
        let Picked { pool, proxy } = *picked;
        let known = self
            .proxy(proxy)?
            .ok_or_else(|| Error::not_found("proxy", proxy))?;
        self.take_proxy_place(run, attempt, &known.name, now)?;
        self.change(
            doing,
            "UPDATE pool_need SET proxy_id = ?2 WHERE run_id = ?1",
            (Text(run), Text(proxy)),
        )?;
        self.change(
            doing,
            "UPDATE pool_member SET chosen = chosen + 1 WHERE pool_id = ?1 AND proxy_id = ?2",
            (Text(pool), Text(proxy)),
        )?;
        self.change(
            doing,
            "UPDATE pool SET last = ?2 WHERE id = ?1",
            (Text(pool), Text(proxy)),
        )?;
        self.lead_plan(run, Some(&known))
    }

    /// The run has got past its proxy and begins: from here on its profile keeps the member, if that is asked for. One
    /// that never worked is not worth waiting for.
    pub(in crate::table) fn keep_member(&self, run: RunId) -> Result<()> {
        self.change(
            "keep a member of a pool for a profile",
            "INSERT INTO pool_kept (pool_id, profile_id, proxy_id)
             SELECT n.pool_id, r.profile_id, n.proxy_id FROM pool_need AS n JOIN run AS r ON r.id = n.run_id
             WHERE n.run_id = ?1 AND n.sticky = 1 AND n.proxy_id IS NOT NULL AND r.profile_id IS NOT NULL
             ON CONFLICT (pool_id, profile_id) DO UPDATE SET proxy_id = excluded.proxy_id",
            [Text(run)],
        )
        .map(drop)
    }

    /// The attempt is over: the next one gets a member anew, or there is none.
    pub(in crate::table) fn give_member_back(&self, run: RunId, is_over: bool) -> Result<()> {
        if self.pool_need(run)?.is_none() {
            return Ok(());
        }
        let doing = "give a member of a pool back";
        if is_over {
            return self
                .change(
                    doing,
                    "DELETE FROM pool_need WHERE run_id = ?1",
                    [Text(run)],
                )
                .map(drop);
        }
        self.change(
            doing,
            "UPDATE pool_need SET proxy_id = NULL WHERE run_id = ?1",
            [Text(run)],
        )?;
        self.forget_proxy_place(run)?;
        self.lead_plan(run, None)
    }

    fn lead_plan(&self, run: RunId, proxy: Option<&drover_model::Proxy>) -> Result<()> {
        let mut plan = self
            .plan(run)?
            .ok_or_else(|| Error::not_found("plan of run", run))?;
        plan.lead_through(proxy);
        self.change(
            "keep the plan of a run",
            "UPDATE run_plan SET plan = ?2 WHERE run_id = ?1",
            (Text(run), Json(&plan)),
        )
        .map(drop)
    }

    /// Gives back the members of runs that are not live any more, as after an unclean end.
    pub(in crate::table) fn release_members(&self) -> Result<()> {
        self.change(
            "give members of ended runs back",
            "DELETE FROM pool_need WHERE run_id IN (SELECT id FROM run WHERE finished_ms IS NOT NULL)",
            [],
        )
        .map(drop)
    }
}

/// A number that differs between attempts and needs no source of chance: FNV-1a over the id, which is mostly chance.
fn dice(run: RunId, attempt: u32) -> u64 {
    let text = format!("{run}{attempt}");
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

//! Pools in words.

use drover_model::{PoolMember, PoolView};
use jiff::Timestamp;

use crate::{
    table::{Cell, facts, table, toned},
    words::{Tone, list, plural, relative},
};

fn ready(pool: &PoolView, now: Timestamp) -> Cell {
    let (ready, all) = (pool.ready(now), pool.members.len());
    let tone = match ready {
        0 => Tone::Err,
        _ if ready < all => Tone::Attn,
        _ => Tone::Ok,
    };
    toned(format!("{ready} of {all}"), tone)
}

fn order(pool: &PoolView) -> String {
    let keeps = if pool.sticky { ", kept" } else { "" };
    format!("{}{keeps}", pool.rotation.label())
}

/// The list.
pub(super) fn rows(found: &[PoolView], now: Timestamp, colour: bool) -> String {
    let rows = found.iter().map(|pool| {
        [
            pool.name.to_string().into(),
            ready(pool, now),
            order(pool).into(),
            pool.cool_down.to_string().into(),
            pool.waiting.to_string().into(),
            list(&pool.used_by).into(),
        ]
    });
    table(
        ["NAME", "READY", "ORDER", "COOL-DOWN", "WAITING", "USED BY"],
        rows,
        colour,
    )
}

fn state(member: &PoolMember, now: Timestamp) -> Cell {
    match member.cools_until {
        _ if member.paused => toned("paused", Tone::Attn),
        Some(until) if until > now => toned(
            format!("cools down, back {}", relative(until, now)),
            Tone::Err,
        ),
        _ if member.full => toned("at its limit", Tone::Attn),
        _ => match member.works {
            Some(true) => toned("works", Tone::Ok),
            Some(false) => toned("failed, is tried again", Tone::Attn),
            None => toned("not checked", Tone::Quiet),
        },
    }
}

/// One pool with its members.
pub(super) fn sheet(pool: &PoolView, now: Timestamp, colour: bool) -> String {
    let head = facts(
        [
            ("name", pool.name.to_string().into()),
            ("order", order(pool).into()),
            ("cool-down", pool.cool_down.to_string().into()),
            ("waiting", plural(pool.waiting as usize, "run").into()),
            ("used by", list(&pool.used_by).into()),
            ("ready", ready(pool, now)),
        ],
        colour,
    );
    let members = pool.members.iter().map(|member| {
        [
            member.name.to_string().into(),
            member.address.clone().into(),
            state(member, now),
            member.in_use.to_string().into(),
            member.chosen.to_string().into(),
            plural(member.kept_by as usize, "profile").into(),
        ]
    });
    let columns = ["MEMBER", "ADDRESS", "STATE", "RUNS", "CHOSEN", "KEPT BY"];
    format!("{head}\n{}", table(columns, members, colour))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> PoolView {
        let made = "2026-11-23T08:00:00Z";
        let member = |name: &str| {
            serde_json::json!({
                "proxy": "00000000000000000000000001", "name": name, "address": "http://eu.example:8080", "works": null,
                "in_use": 1, "chosen": 7, "kept_by": 0, "cools_until": null, "full": false
            })
        };
        let mut cools = member("eu-2");
        cools["cools_until"] = "2026-11-23T08:05:00Z".into();
        serde_json::from_value(serde_json::json!({
            "id": "00000000000000000000000001", "name": "eu", "rotation": "round_robin", "sticky": true, "cool_down": "5m",
            "members": [member("eu-1"), cools], "used_by": ["report"], "waiting": 2, "created_at": made, "updated_at": made
        }))
        .unwrap()
    }

    #[test]
    fn a_pool_says_who_is_ready() {
        let now = "2026-11-23T08:02:00Z".parse().unwrap();
        insta::assert_snapshot!(rows(&[found()], now, false), @r"
        NAME  READY   ORDER          COOL-DOWN  WAITING  USED BY
        eu    1 of 2  in turn, kept  5m         2        report
        ");
        insta::assert_snapshot!(sheet(&found(), now, false), @r"
        name       eu
        order      in turn, kept
        cool-down  5m
        waiting    2 runs
        used by    report
        ready      1 of 2

        MEMBER  ADDRESS                 STATE                      RUNS  CHOSEN  KEPT BY
        eu-1    http://eu.example:8080  not checked                1     7       0 profiles
        eu-2    http://eu.example:8080  cools down, back in 3 min  1     7       0 profiles
        ");
    }
}

//! Proxies in words.

use drover_model::{Proxy, ProxyState};
use jiff::Timestamp;

use crate::{
    table::{Cell, facts, table, toned},
    words::{Tone, list, plural, relative},
};

/// What a check found, a row each.
pub(super) fn checked(found: &[Proxy], colour: bool) -> String {
    let rows = found.iter().map(|proxy| {
        let name: Cell = proxy.name.to_string().into();
        match proxy.health.as_ref().map(|health| &health.state) {
            Some(ProxyState::Works {
                exit,
                connect_ms,
                first_byte_ms,
            }) => [
                name,
                toned("works", Tone::Ok),
                exit.to_string().into(),
                format!("{connect_ms} ms").into(),
                format!("{first_byte_ms} ms").into(),
                "-".into(),
            ],
            Some(ProxyState::Fails {
                failure,
                message,
                hint,
            }) => [
                name,
                toned(failure, Tone::Err),
                "-".into(),
                "-".into(),
                "-".into(),
                format!("{message}; {hint}").into(),
            ],
            // It was changed while it was being checked.
            None => [
                name,
                toned("changed", Tone::Attn),
                "-".into(),
                "-".into(),
                "-".into(),
                "check it again".into(),
            ],
        }
    });
    table(
        ["NAME", "STATE", "EXIT", "CONNECT", "FIRST BYTE", "REASON"],
        rows,
        colour,
    )
}

fn state(proxy: &Proxy, now: Timestamp) -> Cell {
    match &proxy.health {
        None => toned("not checked", Tone::Quiet),
        Some(health) => {
            let at = relative(health.checked_at, now);
            match &health.state {
                ProxyState::Works { first_byte_ms, .. } => {
                    toned(format!("works, {first_byte_ms} ms ({at})"), Tone::Ok)
                }
                ProxyState::Fails { failure, .. } => toned(format!("{failure} ({at})"), Tone::Err),
            }
        }
    }
}

fn exit(proxy: &Proxy) -> String {
    match proxy.health.as_ref().map(|health| &health.state) {
        Some(ProxyState::Works { exit, .. }) => exit.to_string(),
        Some(ProxyState::Fails { .. }) | None => "-".to_owned(),
    }
}

/// How many rules there are, and whether one leads past the proxy.
fn rules(proxy: &Proxy) -> Cell {
    match proxy.rules.0.len() {
        0 => "-".into(),
        count if proxy.rules.any_direct() => toned(
            format!("{}, some past it", plural(count, "rule")),
            Tone::Attn,
        ),
        count => plural(count, "rule").into(),
    }
}

/// The list.
pub(super) fn rows(found: &[Proxy], now: Timestamp, colour: bool) -> String {
    let rows = found.iter().map(|proxy| {
        [
            proxy.name.to_string().into(),
            proxy.masked().into(),
            state(proxy, now),
            exit(proxy).into(),
            rules(proxy),
            list(&proxy.used_by).into(),
        ]
    });
    table(
        ["NAME", "ADDRESS", "STATE", "EXIT", "RULES", "USED BY"],
        rows,
        colour,
    )
}

/// One proxy with its rules.
pub(super) fn sheet(proxy: &Proxy, now: Timestamp, colour: bool) -> String {
    let (message, hint) = match proxy.health.as_ref().map(|health| &health.state) {
        Some(ProxyState::Fails { message, hint, .. }) => (message.as_str(), hint.as_str()),
        _ => ("", ""),
    };
    let link = proxy.change_link.map_or_else(String::new, |link| {
        let called = link.called_at.map_or_else(
            || "not called yet".to_owned(),
            |at| format!("called {}", relative(at, now)),
        );
        format!("at most every {}, {called}", link.pause)
    });
    let text = facts(
        [
            ("name", proxy.name.to_string().into()),
            ("address", proxy.masked().into()),
            ("state", state(proxy, now)),
            ("problem", message.into()),
            ("hint", hint.into()),
            ("exit", exit(proxy).into()),
            ("change link", link.into()),
            ("used by", list(&proxy.used_by).into()),
            ("rules", rules(proxy)),
        ],
        colour,
    );
    let rules: Vec<_> = proxy
        .rules
        .0
        .iter()
        .map(|rule| format!("  {rule}"))
        .collect();
    text + &rules.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Vec<Proxy> {
        let made = "2026-11-23T08:00:00Z";
        let json = serde_json::json!([
            {
                "id": "00000000000000000000000001", "name": "eu-1", "address": "http://eu-1.example:8080", "user": "anna",
                "has_password": true, "rules": ["BLOCK ads.example", "DIRECT intranet.example"],
                "change_link": { "pause": "5m", "called_at": null },
                "health": { "checked_at": made, "state": "works", "exit": "192.0.2.7", "connect_ms": 12, "first_byte_ms": 340 },
                "used_by": ["shop"], "created_at": made, "updated_at": made
            },
            {
                "id": "00000000000000000000000002", "name": "eu-2", "address": "socks5://eu-2.example:1080", "user": null,
                "has_password": false, "created_at": made, "updated_at": made,
                "health": { "checked_at": made, "state": "fails", "failure": "timed_out", "message": "no answer", "hint": "try later" }
            }
        ]);
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_list_and_a_check_say_what_works() {
        let now = "2026-11-23T08:02:00Z".parse().unwrap();
        insta::assert_snapshot!(rows(&found(), now, false), @r"
        NAME  ADDRESS                        STATE                      EXIT       RULES                  USED BY
        eu-1  http://••••@eu-1.example:8080  works, 340 ms (2 min ago)  192.0.2.7  2 rules, some past it  shop
        eu-2  socks5://eu-2.example:1080     timed_out (2 min ago)      -          -                      -
        ");
        insta::assert_snapshot!(checked(&found(), false), @r"
        NAME  STATE      EXIT       CONNECT  FIRST BYTE  REASON
        eu-1  works      192.0.2.7  12 ms    340 ms      -
        eu-2  timed_out  -          -        -           no answer; try later
        ");
    }

    #[test]
    fn one_proxy_is_shown_with_its_rules() {
        let now = "2026-11-23T08:02:00Z".parse().unwrap();
        insta::assert_snapshot!(sheet(&found()[0], now, false), @r"
        name         eu-1
        address      http://••••@eu-1.example:8080
        state        works, 340 ms (2 min ago)
        exit         192.0.2.7
        change link  at most every 5m, not called yet
        used by      shop
        rules        2 rules, some past it
          BLOCK ads.example
          DIRECT intranet.example
        ");
    }
}

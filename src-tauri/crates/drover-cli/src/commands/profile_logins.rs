//! `profile logins`: how profiles stand on the sites that tasks check.

use clap::Args;
use drover_model::{
    Login, LoginSite, LoginState, Profile,
    request::{ForgetLogin, ListProfiles},
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    failure::Outcome,
    find,
    session::Session,
    table::{table, toned},
    words::{Tone, relative},
};

/// Whose sign-ins.
#[derive(Debug, Args)]
#[command(
    after_help = "A task with `checks_login = \"shop\"` checks; a schedule runs it again and again. Runs of tasks\nwith `needs_login = [\"shop\"]` wait while their profile is signed out. After signing in by hand,\nrun the check again, or put its answer aside with --forget.\n\nExample:\n  drover-cli profile logins anna --forget shop"
)]
pub(crate) struct LoginsArgs {
    /// Names or ids; all profiles when none is given
    #[arg(value_name = "PROFILE")]
    profiles: Vec<String>,
    /// Only those that are signed out
    #[arg(long)]
    signed_out: bool,
    /// Put the last answer about this site aside, so that it keeps nothing back
    #[arg(
        long,
        value_name = "SITE",
        requires = "profiles",
        conflicts_with = "signed_out"
    )]
    forget: Option<LoginSite>,
}

/// A sign-in and whose it is.
#[derive(Serialize)]
struct Row {
    profile: String,
    #[serde(flatten)]
    login: Login,
}

/// Shows them.
pub(super) async fn logins(args: LoginsArgs, session: &Session) -> Outcome {
    let mut found: Vec<Profile> = Vec::new();
    for profile in args.profiles.iter().cloned() {
        found.push(find::profile(&session.backend, profile).await?);
    }
    if args.profiles.is_empty() {
        let all = ListProfiles {
            limit: u32::MAX,
            ..ListProfiles::default()
        };
        found = session.backend.call(all).await?.rows;
    }
    if let Some(site) = args.forget {
        for profile in &mut found {
            let forget = ForgetLogin {
                profile: profile.id,
                site: site.clone(),
            };
            *profile = session.backend.call(forget).await?;
        }
    }
    let rows: Vec<Row> = found
        .into_iter()
        .flat_map(|profile| {
            let name = profile.name.to_string();
            profile.logins.into_iter().map(move |login| Row {
                profile: name.clone(),
                login,
            })
        })
        .filter(|row| !args.signed_out || row.login.state == LoginState::SignedOut)
        .collect();
    let out = &session.out;
    if rows.is_empty() {
        out.note("no sign-in was checked; a task with `checks_login` does");
    }
    out.answer(&rows, |rows| text(rows, session.now, out.colour))?;
    Ok(0)
}

fn text(rows: &[Row], now: Timestamp, colour: bool) -> String {
    let rows = rows.iter().map(|Row { profile, login }| {
        let tone = match login.state {
            LoginState::SignedIn => Tone::Ok,
            LoginState::SignedOut => Tone::Err,
            LoginState::Unknown => Tone::Quiet,
        };
        [
            profile.clone().into(),
            login.site.to_string().into(),
            toned(login.state.key(), tone),
            relative(login.since, now).into(),
            relative(login.checked_at, now).into(),
            login
                .run
                .map_or_else(|| "-".to_owned(), drover_model::RunId::short)
                .into(),
            login.message.clone().unwrap_or_default().into(),
        ]
    });
    let headings = [
        "PROFILE", "SITE", "STATE", "SINCE", "CHECKED", "BY RUN", "MESSAGE",
    ];
    table(headings, rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_are_told_with_who_found_them() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let row = |profile: &str, state, run, message: Option<&str>| Row {
            profile: profile.to_owned(),
            login: Login {
                site: "shop.example".parse().unwrap(),
                state,
                since: at("2026-05-04T10:00:00Z"),
                checked_at: at("2026-05-04T11:55:00Z"),
                run,
                message: message.map(str::to_owned),
            },
        };
        let run = Some(drover_model::RunId::from_bits(7));
        let rows = [
            row("anna", LoginState::SignedIn, run, None),
            row("berta", LoginState::SignedOut, run, Some("it returned 1")),
            row("cleo", LoginState::Unknown, None, None),
        ];
        insta::assert_snapshot!(text(&rows, at("2026-05-04T12:00:00Z"), false), @r"
        PROFILE  SITE          STATE       SINCE    CHECKED    BY RUN  MESSAGE
        anna     shop.example  signed_in   2 h ago  5 min ago  000007  
        berta    shop.example  signed_out  2 h ago  5 min ago  000007  it returned 1
        cleo     shop.example  unknown     2 h ago  5 min ago  -       
        ");
    }
}

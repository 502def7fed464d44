//! `profile`: Chrome profiles.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use drover_model::{
    CommandError, Encryption, LoginState, Profile, ProfileDraft,
    overrides::Overrides,
    request::{
        DuplicateProfile, ExportProfiles, ImportProfiles, ImportReport, ListProfiles, ProfileList,
        RemoveProfiles, RestoreProfiles, SaveProfile,
    },
};
use jiff::Timestamp;

use crate::{
    commands::{
        profile_edit::{EditProfile, edit},
        profile_keep::{KeepVerb, keep},
        profile_logins::{LoginsArgs, logins},
        profile_open::{CloseArgs, OpenArgs, close, open},
        profile_overrides::OverrideArgs,
        profile_sets::{SetVerb, set},
    },
    failure::Outcome,
    find,
    session::Session,
    standard_input::read_text,
    table::{Cell, facts, table, toned},
    words::{Tone, list, megabytes, or_dash, plural, relative, size},
};

/// What can be done with profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileVerb {
    /// Make a profile
    Add(Box<AddProfile>),
    /// List profiles
    List(ListArgs),
    /// Show one profile
    #[command(after_help = "Example:\n  drover-cli profile show anna")]
    Show {
        /// Name or id
        profile: String,
    },
    /// Change a profile; what is not named stays
    Edit(Box<EditProfile>),
    /// Make a profile with the same settings and an empty browser folder
    #[command(after_help = "Example:\n  drover-cli profile duplicate anna --name berta")]
    Duplicate {
        /// Name or id
        profile: String,
        /// The name of the new one; otherwise "NAME copy"
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Open a profile by hand, in a window
    Open(OpenArgs),
    /// Close the window of a profile, or its warm browser
    Close(CloseArgs),
    /// Sets of profiles, saved under a name
    #[command(subcommand, after_help = "Example:\n  drover-cli profile set list")]
    Set(SetVerb),
    /// Show on which sites profiles are signed in, as far as it was checked
    Logins(LoginsArgs),
    #[command(flatten)]
    Keep(KeepVerb),
    /// Put profiles into the trash
    #[command(after_help = "Example:\n  drover-cli profile remove anna berta")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<String>,
    },
    /// Take profiles out of the trash
    #[command(after_help = "Example:\n  drover-cli profile restore anna")]
    Restore {
        /// Names or ids
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<String>,
    },
    /// Import profiles from JSON; token values in it go to the keychain
    #[command(
        after_help = "Takes exported profiles, and {\"profile_name\": …, \"proxy\": …, \"tokens\": {…}},\none object or an array. `-` is standard input. Exits with 1 when an entry was refused.\n\nExample:\n  drover-cli profile import profiles.json"
    )]
    Import {
        /// JSON files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print profiles as JSON, without any secret
    #[command(after_help = "Example:\n  drover-cli profile export anna > anna.json")]
    Export {
        /// Names or ids; all when none is given
        #[arg(value_name = "PROFILE")]
        profiles: Vec<String>,
    },
}

/// A new profile.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").multiple(true)),
    after_help = "Example:\n  drover-cli profile add anna --proxy eu-1 --tag eu --start-url https://example.test/ --token shop-api"
)]
pub(crate) struct AddProfile {
    /// At most 80 characters
    name: String,
    /// `auto`, `chrome`, `chromium`, `edge`, `brave` or an absolute path
    #[arg(long, default_value = "auto", hide_default_value = true)]
    browser: String,
    /// How cookies are encrypted: `os`, or `portable` for a folder that can be copied, and read by whoever has it
    #[arg(long, default_value = "os", hide_default_value = true)]
    encryption: Encryption,
    /// Megabytes that its caches may have; what is more goes before each start
    #[arg(long, value_name = "MB")]
    cache_limit: Option<u64>,
    /// The name of a proxy
    #[arg(long)]
    proxy: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A page to open at the start; may be given several times
    #[arg(long = "start-url", value_name = "URL")]
    start_urls: Vec<String>,
    /// The name of a token that belongs to it; may be given several times
    #[arg(long = "token", value_name = "NAME")]
    tokens: Vec<String>,
    /// Anything worth remembering
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "TEXT"
    )]
    notes: String,
    #[command(flatten)]
    overrides: OverrideArgs,
}

/// Which profiles.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  drover-cli profile list --filter 'tag:eu'")]
pub(crate) struct ListArgs {
    /// Words and `tag:eu`, `-tag:test`, `proxy:eu-1`; all must match
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "EXPR",
        allow_hyphen_values = true
    )]
    filter: String,
    /// Those in the trash
    #[arg(long)]
    removed: bool,
    /// At most this many
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    limit: u32,
}

/// Does it.
pub(crate) async fn profile(verb: ProfileVerb, session: &Session) -> Outcome {
    let (backend, out, now) = (&session.backend, &session.out, session.now);
    match verb {
        ProfileVerb::Open(args) => return open(args, session).await,
        ProfileVerb::Close(args) => return close(args, session).await,
        ProfileVerb::Set(verb) => return set(verb, session).await,
        ProfileVerb::Logins(args) => return logins(args, session).await,
        ProfileVerb::Keep(verb) => return keep(verb, session).await,
        ProfileVerb::Add(args) => {
            let args = *args;
            let draft = ProfileDraft {
                name: args.name,
                browser: args.browser,
                encryption: args.encryption,
                cache_limit: args.cache_limit.map(megabytes),
                proxy: args.proxy,
                tags: args.tags,
                start_urls: args.start_urls,
                tokens: args.tokens,
                notes: args.notes,
                overrides: args.overrides.changed(Overrides::default()),
            };
            let saved = backend.call(SaveProfile { id: None, draft }).await?;
            out.answer(&saved, |saved| format!("made profile {}", saved.name))?;
        }
        ProfileVerb::List(args) => {
            let request = ListProfiles {
                filter: args.filter,
                removed: args.removed,
                offset: 0,
                limit: args.limit,
            };
            let found = backend.call(request).await?;
            if found.rows.is_empty() {
                out.note(if args.removed {
                    "the trash holds no profile that matches"
                } else {
                    "no profile matches; `drover-cli profile add NAME` makes one"
                });
            }
            out.answer(&found, |found| rows(found, now, out.colour))?;
            let left = (found.total as usize).saturating_sub(found.rows.len());
            if left > 0 {
                out.note(&format!(
                    "{} more; `--limit` shows them",
                    plural(left, "profile")
                ));
            }
        }
        ProfileVerb::Show { profile } => {
            let found = find::profile(backend, profile).await?;
            out.answer(&found, |found| one(found, now, out.colour))?;
        }
        ProfileVerb::Edit(args) => edit(*args, session).await?,
        ProfileVerb::Duplicate { profile, name } => {
            let profile = find::profile(backend, profile).await?.id;
            let made = backend.call(DuplicateProfile { profile, name }).await?;
            out.answer(&made, |made| format!("made profile {}", made.name))?;
        }
        ProfileVerb::Remove { profiles } => {
            let profiles = ids(session, profiles).await?;
            let count = backend.call(RemoveProfiles { profiles }).await?;
            out.answer(&serde_json::json!({ "removed": count }), |_| {
                format!(
                    "put {} into the trash; `drover-cli profile restore` brings back",
                    plural(count as usize, "profile")
                )
            })?;
        }
        ProfileVerb::Restore { profiles } => {
            let mut found = Vec::new();
            for profile in profiles {
                found.push(find::removed_profile(backend, &profile).await?);
            }
            let count = backend.call(RestoreProfiles { profiles: found }).await?;
            out.answer(&serde_json::json!({ "restored": count }), |_| {
                format!("restored {}", plural(count as usize, "profile"))
            })?;
        }
        ProfileVerb::Import { files } => return import(files, session).await,
        ProfileVerb::Export { profiles } => {
            let profiles = ids(session, profiles).await?;
            let text = backend.call(ExportProfiles { profiles }).await?;
            // It is JSON already, for people and for programs.
            out.line(text.trim_end())?;
        }
    }
    Ok(0)
}

async fn ids(
    session: &Session,
    profiles: Vec<String>,
) -> Result<Vec<drover_model::ProfileId>, CommandError> {
    let mut found = Vec::with_capacity(profiles.len());
    for profile in profiles {
        found.push(find::profile(&session.backend, profile).await?.id);
    }
    Ok(found)
}

async fn import(files: Vec<PathBuf>, session: &Session) -> Outcome {
    let mut report = ImportReport::default();
    for file in files {
        let text = read_text(&file)?;
        let part = session.backend.call(ImportProfiles { text }).await;
        let part = part.map_err(|error| CommandError {
            message: format!("`{}`: {}", file.display(), error.message),
            ..error
        })?;
        report.items.extend(part.items);
        report.tokens.extend(part.tokens);
    }
    session
        .out
        .answer(&report, |report| imported(report, session.out.colour))?;
    let refused = report.items.iter().any(|item| item.profile.is_none());
    Ok(u8::from(refused))
}

fn rows(found: &ProfileList, now: Timestamp, colour: bool) -> String {
    let rows = found.rows.iter().map(|profile| {
        let result = profile.last_result;
        [
            profile.name.to_string().into(),
            profile.browser.clone().into(),
            or_dash(profile.proxy.as_ref()).into(),
            list(&profile.tags).into(),
            result.map_or_else(
                || toned("-", Tone::Quiet),
                |state| toned(state.key(), Tone::of(state)),
            ),
            profile
                .last_used_at
                .map_or_else(|| "never".to_owned(), |at| relative(at, now))
                .into(),
        ]
    });
    let headings = [
        "NAME",
        "BROWSER",
        "PROXY",
        "TAGS",
        "LAST RESULT",
        "LAST USED",
    ];
    table(headings, rows, colour)
}

/// The overrides in one line; empty when there are none.
fn overrides(set: &Overrides) -> String {
    let named = |name: &str, value: Option<String>| value.map(|value| format!("{name} {value}"));
    let place = set
        .geolocation
        .map(|at| format!("{},{}", at.latitude.get(), at.longitude.get()));
    let size = set
        .viewport
        .map(|view| format!("{}x{}", view.width, view.height));
    let headers = (!set.headers.is_empty()).then(|| list(&set.headers.keys().collect::<Vec<_>>()));
    [
        named("language", set.language.clone()),
        named("time zone", set.time_zone.clone()),
        named("place", place),
        named("size", size),
        named("user agent", set.user_agent.clone()),
        named("headers", headers),
        named(
            "colours",
            set.colour_scheme.map(|scheme| scheme.css().to_owned()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

/// How its sign-ins stand, as far as they were checked.
fn sign_ins(profile: &Profile) -> Cell {
    let signed_out = |login: &drover_model::Login| login.state == LoginState::SignedOut;
    let tone = if profile.logins.iter().any(signed_out) {
        Tone::Err
    } else {
        Tone::Plain
    };
    let told = profile.logins.iter();
    let told: Vec<String> = told
        .map(|login| format!("{}: {}", login.site, login.state.label().to_lowercase()))
        .collect();
    toned(told.join("; "), tone)
}

/// With what its cookies are encrypted.
fn cookies(profile: &Profile) -> String {
    match (profile.encryption, profile.password_store) {
        (Encryption::Portable, _) => "encrypted with a fixed key (portable)".to_owned(),
        (Encryption::Os, Some(store)) => format!("encrypted with {} ({store})", store.title()),
        (Encryption::Os, None) => "encrypted as the system does it".to_owned(),
    }
}

/// A profile as pairs of names and values.
pub(super) fn one(profile: &Profile, now: Timestamp, colour: bool) -> String {
    let when = |at: Option<Timestamp>| at.map_or_else(String::new, |at| relative(at, now));
    let pairs = [
        ("name", profile.name.to_string().into()),
        ("id", profile.id.to_string().into()),
        ("browser", profile.browser.clone().into()),
        ("cookies", cookies(profile).into()),
        (
            "cache limit",
            profile.cache_limit.map(size).unwrap_or_default().into(),
        ),
        ("proxy", or_dash(profile.proxy.as_ref()).into()),
        ("tags", list(&profile.tags).into()),
        ("start pages", list(&profile.start_urls).into()),
        ("tokens", list(&profile.tokens).into()),
        ("notes", profile.notes.clone().into()),
        ("pages see", overrides(&profile.overrides).into()),
        ("signed in", sign_ins(profile)),
        ("used by run", or_dash(profile.in_use_by.as_ref()).into()),
        (
            "last result",
            profile
                .last_result
                .map_or_else(|| "".into(), |state| toned(state.key(), Tone::of(state))),
        ),
        ("last used", when(profile.last_used_at).into()),
        ("made", when(Some(profile.created_at)).into()),
        ("in the trash", when(profile.removed_at).into()),
    ];
    facts(pairs, colour)
}

fn imported(report: &ImportReport, colour: bool) -> String {
    let rows = report.items.iter().map(|item| {
        let outcome = if item.profile.is_some() {
            toned("imported", Tone::Ok)
        } else {
            toned("refused", Tone::Err)
        };
        [
            outcome,
            item.name.clone().into(),
            item.message.clone().unwrap_or_default().into(),
        ]
    });
    let table = table(["OUTCOME", "NAME", "MESSAGE"], rows, colour);
    if report.tokens.is_empty() {
        return table;
    }
    format!("{table}in the keychain: {}\n", list(&report.tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::request::ImportItem;

    #[test]
    fn an_import_names_every_entry() {
        let item = |name: &str, message: Option<&str>, made| ImportItem {
            index: 0,
            name: name.into(),
            profile: made,
            message: message.map(str::to_owned),
        };
        let report = ImportReport {
            items: vec![
                item("anna", None, Some(drover_model::ProfileId::from_bits(1))),
                item("bo", Some("`proxy`: nothing may follow the port"), None),
            ],
            tokens: vec!["auth_token".into()],
        };
        insta::assert_snapshot!(imported(&report, false), @r"
        OUTCOME   NAME  MESSAGE
        imported  anna  
        refused   bo    `proxy`: nothing may follow the port
        in the keychain: auth_token
        ");
    }
}

//! `profile edit`: changes what is named and keeps the rest.

use clap::{ArgGroup, Args};
use drover_model::{Encryption, ProfileDraft, request::SaveProfile};

use crate::{
    commands::profile_overrides::OverrideArgs, failure::Failure, find, session::Session,
    words::megabytes,
};

/// The changes. A list that is named replaces the one before.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").multiple(true).required(true)),
    override_usage = "drover-cli profile edit <PROFILE> <CHANGE>...",
    after_help = "A list that is given replaces the one before.\n\nExample:\n  drover-cli profile edit anna --proxy eu-2 --tag eu --tag shop"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct EditProfile {
    /// Name or id
    profile: String,
    /// A new name
    #[arg(long, group = "change")]
    name: Option<String>,
    /// `auto`, `chrome`, `chromium`, `edge`, `brave` or an absolute path
    #[arg(long, group = "change")]
    browser: Option<String>,
    /// `os` or `portable`; fixed after the first start
    #[arg(long, group = "change")]
    encryption: Option<Encryption>,
    /// Megabytes that its caches may have; what is more goes before each start
    #[arg(long, value_name = "MB", group = "change")]
    cache_limit: Option<u64>,
    /// Leave the caches to the browser
    #[arg(long, group = "change", conflicts_with = "cache_limit")]
    no_cache_limit: bool,
    /// The name of a proxy
    #[arg(long, group = "change")]
    proxy: Option<String>,
    /// Use this machine's own address
    #[arg(long, group = "change", conflicts_with = "proxy")]
    no_proxy: bool,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG", group = "change")]
    tags: Vec<String>,
    /// Take every tag off
    #[arg(long, group = "change", conflicts_with = "tags")]
    no_tags: bool,
    /// A page to open at the start; may be given several times
    #[arg(long = "start-url", value_name = "URL", group = "change")]
    start_urls: Vec<String>,
    /// Open no page at the start
    #[arg(long, group = "change", conflicts_with = "start_urls")]
    no_start_urls: bool,
    /// The name of a token that belongs to it; may be given several times
    #[arg(long = "token", value_name = "NAME", group = "change")]
    tokens: Vec<String>,
    /// Let no token belong to it
    #[arg(long, group = "change", conflicts_with = "tokens")]
    no_tokens: bool,
    /// Anything worth remembering
    #[arg(long, value_name = "TEXT", group = "change")]
    notes: Option<String>,
    #[command(flatten)]
    overrides: OverrideArgs,
}

/// Saves the changed profile and says so.
pub(super) async fn edit(args: EditProfile, session: &Session) -> Result<(), Failure> {
    let known = find::profile(&session.backend, args.profile.clone()).await?;
    let request = SaveProfile {
        id: Some(known.id),
        draft: changed(known.draft(), args),
    };
    let saved = session.backend.call(request).await?;
    let out = &session.out;
    out.answer(&saved, |saved| format!("saved profile {}", saved.name))?;
    Ok(())
}

fn changed(known: ProfileDraft, args: EditProfile) -> ProfileDraft {
    let list = |given: Vec<String>, none: bool, known| {
        if none || !given.is_empty() {
            given
        } else {
            known
        }
    };
    ProfileDraft {
        name: args.name.unwrap_or(known.name),
        browser: args.browser.unwrap_or(known.browser),
        encryption: args.encryption.unwrap_or(known.encryption),
        cache_limit: if args.no_cache_limit {
            None
        } else {
            args.cache_limit.map(megabytes).or(known.cache_limit)
        },
        proxy: if args.no_proxy {
            None
        } else {
            args.proxy.or(known.proxy)
        },
        tags: list(args.tags, args.no_tags, known.tags),
        start_urls: list(args.start_urls, args.no_start_urls, known.start_urls),
        tokens: list(args.tokens, args.no_tokens, known.tokens),
        notes: args.notes.unwrap_or(known.notes),
        overrides: args.overrides.changed(known.overrides),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use crate::commands::profile::ProfileVerb;
    use clap::Parser;

    fn known() -> ProfileDraft {
        ProfileDraft {
            name: "anna".into(),
            browser: "chrome".into(),
            proxy: Some("eu-1".into()),
            tags: vec!["eu".into()],
            tokens: vec!["shop".into()],
            ..ProfileDraft::default()
        }
    }

    fn check(typed: &str, wanted: &ProfileDraft) {
        let words = ["drover-cli", "profile", "edit", "anna"];
        let cli = Cli::try_parse_from(words.into_iter().chain(typed.split(' '))).unwrap();
        let Command::Profile(ProfileVerb::Edit(args)) = cli.command else {
            panic!("another command")
        };
        assert_eq!(&changed(known(), *args), wanted, "{typed}");
    }

    #[test]
    fn what_is_not_named_stays() {
        check(
            "--name berta",
            &ProfileDraft {
                name: "berta".into(),
                ..known()
            },
        );
        check(
            "--no-proxy",
            &ProfileDraft {
                proxy: None,
                ..known()
            },
        );
        check(
            "--tag a --tag b",
            &ProfileDraft {
                tags: vec!["a".into(), "b".into()],
                ..known()
            },
        );
        check(
            "--no-tokens --proxy eu-2",
            &ProfileDraft {
                tokens: vec![],
                proxy: Some("eu-2".into()),
                ..known()
            },
        );
    }

    #[test]
    fn nothing_to_change_is_an_error() {
        let typed = ["drover-cli", "profile", "edit", "anna"];
        assert_eq!(Cli::try_parse_from(typed).unwrap_err().exit_code(), 2);
    }
}

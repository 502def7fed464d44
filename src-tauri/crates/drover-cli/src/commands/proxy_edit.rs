//! `proxy edit`: changes what is named and keeps the rest.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use drover_model::{Proxy, Span, request::SaveProxy, token::SecretText};

use super::proxy::{address, called, past_the_proxy};
use crate::{
    failure::{Failure, Outcome, invalid},
    session::Session,
    standard_input::{read_secret, read_text},
};

/// The changes.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").multiple(true).required(true)),
    group(ArgGroup::new("input").multiple(true)),
    override_usage = "drover-cli proxy edit <PROXY> <CHANGE>...",
    after_help = "Browsers that use the proxy go the new way at once; what is being loaded goes on the old way, unless\n`--cut` ends it. A rule a line, the first that matches decides: `DIRECT host` goes past the proxy,\n`BLOCK host` nowhere, `PROXY host` through it.\n\nExample:\n  drover-cli proxy edit eu-1 --url http://eu-7.example:8080 --cut\n  drover-cli proxy edit eu-1 --rules rules.txt\n  drover-cli proxy edit eu-1 --change-link --pause 5m < link.txt"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct EditProxy {
    /// Name or id
    proxy: String,
    /// A new name
    #[arg(long, group = "change")]
    name: Option<String>,
    /// A new address; `-` reads it from standard input, which a password needs
    #[arg(long, group = "change", allow_hyphen_values = true)]
    url: Option<String>,
    /// Forget user name and password
    #[arg(long, group = "change")]
    forget_login: bool,
    /// A file of rules; `-` is standard input
    #[arg(long, value_name = "FILE", group = "change")]
    rules: Option<PathBuf>,
    /// Send everything through the proxy
    #[arg(long, group = "change", conflicts_with = "rules")]
    no_rules: bool,
    /// Read the provider's link for another address from standard input; it goes to the keychain
    #[arg(long, group = "change")]
    change_link: bool,
    /// Forget that link
    #[arg(long, group = "change", conflicts_with = "change_link")]
    no_change_link: bool,
    /// The least time between two calls of that link
    #[arg(long, value_name = "TIME", group = "change")]
    pause: Option<Span>,
    /// End the connections that stand, instead of letting them go on the old way
    #[arg(long)]
    cut: bool,
}

/// Saves the changed proxy and says so.
pub(super) async fn edit(args: EditProxy, session: &Session) -> Outcome {
    one_input(&args)?;
    let known = called(session, &args.proxy).await?;
    let request = changed(&known, args)?;
    let saved = session.backend.call(request).await?;
    let out = &session.out;
    if saved.rules.any_direct() {
        out.warn(past_the_proxy());
    }
    out.answer(&saved, |saved| {
        format!("saved proxy {}: {}", saved.name, saved.masked())
    })?;
    Ok(0)
}

/// Standard input can be read once.
fn one_input(args: &EditProxy) -> Result<(), Failure> {
    let readers = [
        args.url.as_deref() == Some("-"),
        args.rules.as_deref() == Some(Path::new("-")),
        args.change_link,
    ];
    if readers.into_iter().filter(|reads| *reads).count() > 1 {
        return Err(
            invalid("file", "standard input can be read for one thing only")
                .hint("make the changes one after the other, or give the rules in a file")
                .into(),
        );
    }
    Ok(())
}

fn changed(known: &Proxy, args: EditProxy) -> Result<SaveProxy, Failure> {
    let url = match args.url {
        Some(url) => {
            let instead = format!("drover-cli proxy edit {} --url -", known.name);
            address(known.name.as_str(), url, &instead)?
        }
        // Without a login the known one is kept.
        None => known.address.to_string(),
    };
    let rules = match &args.rules {
        Some(file) => Some(read_text(file)?),
        None => args.no_rules.then(String::new),
    };
    let change_link = if args.change_link {
        let prompt = format!("link for another address of proxy `{}`", known.name);
        Some(read_secret(&prompt, "change_link")?)
    } else {
        args.no_change_link.then(String::new)
    };
    Ok(SaveProxy {
        id: Some(known.id),
        name: args.name.unwrap_or_else(|| known.name.to_string()),
        url: SecretText::new(url),
        clear_login: args.forget_login,
        rules,
        change_link: change_link.map(SecretText::new),
        change_pause: args.pause,
        cut: args.cut,
    })
}

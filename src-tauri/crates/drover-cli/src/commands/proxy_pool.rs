//! `proxy pool`: several proxies under one name, of which each run gets one.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use drover_model::{
    Code, CommandError, PoolView, Rotation, Span,
    request::{ListPools, RemovePool, SavePool},
};

use super::pool_text::{rows, sheet};
use crate::{failure::Outcome, find::is_called, session::Session, words::list};

/// What can be done with pools.
#[derive(Debug, Subcommand)]
pub(crate) enum PoolVerb {
    /// Make a pool of proxies
    #[command(
        after_help = "A task takes its proxy from it with `\"proxy\": { \"pool\": \"eu\" }`; the member is chosen when the run\nstarts. One that fails is left out for a while.\n\nExample:\n  drover-cli proxy pool add eu eu-1 eu-2 eu-3 --sticky\n  drover-cli proxy pool add any eu-1 us-1 --rotation random --cool-down 10m"
    )]
    Add(AddPool),
    /// List pools
    #[command(after_help = "Example:\n  drover-cli proxy pool list")]
    List,
    /// Show one pool and how its members stand
    #[command(after_help = "Example:\n  drover-cli proxy pool show eu")]
    Show {
        /// Name or id
        pool: String,
    },
    /// Change a pool; runs that have a member go on with it
    Edit(EditPool),
    /// Remove pools that no task names and no run waits for
    #[command(after_help = "Example:\n  drover-cli proxy pool remove eu")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "POOL")]
        pools: Vec<String>,
    },
}

/// A new pool.
#[derive(Debug, Args)]
pub(crate) struct AddPool {
    /// By which tasks mean it
    name: String,
    /// Names or ids of proxies, in the order of their turns
    #[arg(required = true, value_name = "PROXY")]
    members: Vec<String>,
    /// Which member is next
    #[arg(long, value_name = "ORDER", default_value = "in-turn")]
    rotation: Order,
    /// Let each profile keep the member that it gets first
    #[arg(long)]
    sticky: bool,
    /// How long a member is left out after a failure; 5m when not said
    #[arg(long, value_name = "TIME")]
    cool_down: Option<Span>,
}

/// The changes.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").multiple(true).required(true)),
    override_usage = "drover-cli proxy pool edit <POOL> <CHANGE>...",
    after_help = "Example:\n  drover-cli proxy pool edit eu --add eu-4 --take-out eu-1\n  drover-cli proxy pool edit eu --no-sticky --cool-down 30s"
)]
pub(crate) struct EditPool {
    /// Name or id
    pool: String,
    /// A new name; a pool that tasks name keeps its own
    #[arg(long, group = "change")]
    name: Option<String>,
    /// A proxy to put in at the end; can be given several times
    #[arg(long, value_name = "PROXY", group = "change")]
    add: Vec<String>,
    /// A member to take out; can be given several times
    #[arg(long, value_name = "PROXY", group = "change")]
    take_out: Vec<String>,
    /// Which member is next
    #[arg(long, value_name = "ORDER", group = "change")]
    rotation: Option<Order>,
    /// Let each profile keep the member that it gets first
    #[arg(long, group = "change")]
    sticky: bool,
    /// Let profiles get any member
    #[arg(long, group = "change", conflicts_with = "sticky")]
    no_sticky: bool,
    /// How long a member is left out after a failure
    #[arg(long, value_name = "TIME", group = "change")]
    cool_down: Option<Span>,
    /// Let every profile choose anew
    #[arg(long, group = "change")]
    forget_kept: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// One after the other
    InTurn,
    /// The one with the fewest runs
    LeastUsed,
    /// Any
    Random,
}

impl From<Order> for Rotation {
    fn from(order: Order) -> Self {
        match order {
            Order::InTurn => Self::RoundRobin,
            Order::LeastUsed => Self::LeastUsed,
            Order::Random => Self::Random,
        }
    }
}

/// Does it.
pub(super) async fn pool(verb: PoolVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        PoolVerb::Add(args) => {
            let request = SavePool {
                id: None,
                name: args.name,
                members: args.members,
                rotation: args.rotation.into(),
                sticky: args.sticky,
                cool_down: args.cool_down,
                forget_kept: false,
            };
            let saved = backend.call(request).await?;
            out.answer(&saved, |saved| said("made", saved))?;
        }
        PoolVerb::List => {
            let found = backend.call(ListPools {}).await?;
            if found.is_empty() {
                out.note("there is no pool; `drover-cli proxy pool add NAME PROXY...` makes one");
            }
            out.answer(&found, |found| rows(found, session.now, out.colour))?;
        }
        PoolVerb::Show { pool } => {
            let found = called(session, &pool).await?;
            out.answer(&found, |found| sheet(found, session.now, out.colour))?;
        }
        PoolVerb::Edit(args) => {
            let known = called(session, &args.pool).await?;
            let saved = backend.call(changed(&known, args)?).await?;
            out.answer(&saved, |saved| said("saved", saved))?;
        }
        PoolVerb::Remove { pools } => {
            for pool in &pools {
                let pool = pool.clone();
                backend.call(RemovePool { pool }).await?;
            }
            out.answer(&serde_json::json!({ "removed": pools }), |_| {
                format!("removed {}", list(&pools))
            })?;
        }
    }
    Ok(0)
}

fn said(what: &str, pool: &PoolView) -> String {
    let members: Vec<_> = pool.members.iter().map(|member| &member.name).collect();
    format!("{what} pool {}: {}", pool.name, list(&members))
}

/// The pool that a person means.
async fn called(session: &Session, typed: &str) -> Result<PoolView, CommandError> {
    let all = session.backend.call(ListPools {}).await?;
    let mut meant = all.into_iter().filter(|pool| {
        is_called(pool.name.as_str(), typed)
            || pool.id.to_string().eq_ignore_ascii_case(typed.trim())
    });
    meant.next().ok_or_else(|| {
        CommandError::new(Code::PoolNotFound, format!("no pool named `{typed}`"))
            .hint("`drover-cli proxy pool list` shows them")
            .field("pool")
    })
}

/// The whole pool with the changes.
fn changed(known: &PoolView, args: EditPool) -> Result<SavePool, CommandError> {
    let mut members = known.members.clone();
    for gone in &args.take_out {
        let before = members.len();
        members.retain(|member| {
            !is_called(member.name.as_str(), gone)
                && !member.proxy.to_string().eq_ignore_ascii_case(gone.trim())
        });
        if members.len() == before {
            let message = format!("`{gone}` is no member of pool `{}`", known.name);
            return Err(CommandError::new(Code::ProxyNotFound, message).field("take_out"));
        }
    }
    let members = members.iter().map(|member| member.proxy.to_string());
    Ok(SavePool {
        id: Some(known.id),
        name: args.name.unwrap_or_else(|| known.name.to_string()),
        members: members.chain(args.add).collect(),
        rotation: args.rotation.map_or(known.rotation, Into::into),
        sticky: (known.sticky || args.sticky) && !args.no_sticky,
        cool_down: args.cool_down,
        forget_kept: args.forget_kept,
    })
}

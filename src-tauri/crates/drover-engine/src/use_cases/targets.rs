//! Which runs a start makes: the profiles and rows that it fans out over, each with its proxy.

use std::collections::BTreeMap;

use drover_model::{
    FieldErrors, Name, Pool, Profile, ProfilePick, Proxy, ProxyPolicy, TaskSpec, TokenName,
    request::{ListProfiles, StartOptions},
};
use drover_store::Reading;
use jiff::Timestamp;
use serde_json::Value;

use super::profiles::no_profile;

/// The pool that the task names, and what is to be expected of it.
pub(super) struct PoolAhead {
    pub(super) pool: Pool,
    /// No member can be used now.
    pub(super) waits: bool,
    /// Members with a rule that leads past them.
    pub(super) leading_past: Vec<Name>,
}

/// Which runs a start makes.
#[derive(Debug, Clone, Default)]
pub(crate) enum Fan {
    /// One for each profile; a number of profiles to pick takes the first by name, as the panel shows them.
    #[default]
    Profiles,
    /// The same, but they are picked at random.
    Random,
    /// Each was asked for by itself.
    Items(Vec<Asked>),
}

/// One run that was asked for by itself: a row of a table, or one that is repeated.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) key: String,
    /// Name or id; none leaves it to the start's one profile.
    pub(crate) profile: Option<String>,
    pub(crate) params: BTreeMap<String, Value>,
}

pub(super) struct LookedTarget {
    pub(super) key: String,
    pub(super) profile: Option<Profile>,
    pub(super) proxy: Option<Proxy>,
    pub(super) params: Option<BTreeMap<String, Value>>,
}

pub(super) struct LookedUp {
    pub(super) profiles: Vec<LookedTarget>,
    pub(super) pool: Option<PoolAhead>,
    pub(super) tokens: Vec<TokenName>,
    pub(super) visible: bool,
}

pub(super) type LookUp = std::result::Result<LookedUp, FieldErrors>;

pub(super) fn look_up(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    fan: Fan,
    now: Timestamp,
) -> drover_store::Result<LookUp> {
    let random = matches!(fan, Fan::Random);
    let chosen = match fan {
        Fan::Items(items) => each(db, spec, options, items)?,
        Fan::Profiles | Fan::Random => chosen(db, spec, options, random)?.map(|profiles| {
            let keyed = profiles.into_iter().map(|profile| {
                let key = profile
                    .as_ref()
                    .map(|profile| format!("profile:{}", profile.id));
                (key.unwrap_or_default(), profile, None)
            });
            keyed.collect()
        }),
    };
    let chosen: Vec<Choice> = match chosen {
        Ok(chosen) => chosen,
        Err(problems) => return Ok(Err(problems)),
    };
    let named = match &spec.proxy {
        ProxyPolicy::Named(name) => db.find_proxy(name.as_str())?,
        _ => None,
    };
    let mut profiles = Vec::new();
    for (key, profile, params) in chosen {
        let proxy = match (&spec.proxy, &profile) {
            (ProxyPolicy::Profile, Some(profile)) => match &profile.proxy {
                Some(name) => match db.find_proxy(name.as_str())? {
                    Some(proxy) => Some(proxy),
                    // Without its proxy a profile must not run: that would show its real address.
                    None => {
                        return Ok(Err(FieldErrors::one(
                            "proxy",
                            format!(
                                "profile `{}` uses proxy `{name}`, which is not there",
                                profile.name
                            ),
                        )));
                    }
                },
                None => None,
            },
            (ProxyPolicy::Named(_), _) => named.clone(),
            _ => None,
        };
        profiles.push(LookedTarget {
            key,
            profile,
            proxy,
            params,
        });
    }
    Ok(Ok(LookedUp {
        profiles,
        pool: pool_ahead(db, &spec.proxy, now)?,
        tokens: db.token_names()?,
        visible: db.settings()?.show_browser,
    }))
}

fn pool_ahead(
    db: &Reading<'_>,
    policy: &ProxyPolicy,
    now: Timestamp,
) -> drover_store::Result<Option<PoolAhead>> {
    let ProxyPolicy::Pool { pool: name, .. } = policy else {
        return Ok(None);
    };
    let Some(pool) = db.find_pool(name.as_str())? else {
        return Ok(None);
    };
    let mut leading_past = Vec::new();
    for member in &pool.members {
        let proxy = db.proxy(*member)?;
        leading_past.extend(
            proxy
                .filter(|proxy| proxy.rules.any_direct())
                .map(|proxy| proxy.name),
        );
    }
    let waits = db.pool_view(pool.id, now)?.ready(now) == 0;
    Ok(Some(PoolAhead {
        pool,
        waits,
        leading_past,
    }))
}

/// A run to be: its key, its profile, and its own values.
type Choice = (String, Option<Profile>, Option<BTreeMap<String, Value>>);

/// One run for each item.
fn each(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    items: Vec<Asked>,
) -> drover_store::Result<std::result::Result<Vec<Choice>, FieldErrors>> {
    let common = if items.iter().all(|item| item.profile.is_some()) {
        None
    } else {
        match chosen(db, spec, options, false)? {
            Ok(mut profiles) if profiles.len() == 1 => profiles.remove(0),
            Ok(profiles) => {
                let message = format!(
                    "each row needs a `profile`, because the task runs in {} of them",
                    profiles.len()
                );
                return Ok(Err(FieldErrors::one("profiles", message)));
            }
            Err(problems) => return Ok(Err(problems)),
        }
    };
    let mut choices = Vec::with_capacity(items.len());
    for item in items {
        let profile = match &item.profile {
            None => common.clone(),
            Some(name) => match db
                .find_profile(name)?
                .filter(|profile| profile.removed_at.is_none())
            {
                Some(profile) => Some(profile),
                None => return Ok(Err(FieldErrors::one("profiles", no_profile(name).message))),
            },
        };
        let mut params = options.params.clone();
        params.extend(item.params);
        choices.push((item.key, profile, Some(params)));
    }
    Ok(Ok(choices))
}

/// So many of those profiles, by name or at random; none when there are none.
fn picked(
    mut profiles: Vec<Profile>,
    pick: Option<u32>,
    random: bool,
) -> Option<Vec<Option<Profile>>> {
    let pick = pick.map_or(usize::MAX, |pick| pick as usize);
    if random {
        shuffled(&mut profiles, pick);
    }
    profiles.truncate(pick);
    (!profiles.is_empty()).then(|| profiles.into_iter().map(Some).collect())
}

/// So many of them, in an order that nobody can tell.
fn shuffled(profiles: &mut Vec<Profile>, pick: usize) {
    let count = profiles.len();
    for place in 0..pick.min(count) {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("BUG: the system has a random source");
        let left = u64::try_from(count - place).unwrap_or(u64::MAX);
        let step = usize::try_from(u64::from_ne_bytes(random) % left).unwrap_or(0);
        profiles.swap(place, place + step);
    }
    profiles.truncate(pick);
}

/// What a start fans out over, in words.
pub(super) fn over(spec: &TaskSpec, options: &StartOptions, fan: &Fan) -> String {
    let many = |count: usize, what: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {what}{s}")
    };
    let picked = |tag: &str, pick: Option<u32>| {
        pick.map_or_else(
            || format!("tag {tag}"),
            |pick| format!("tag {tag}, {pick} picked"),
        )
    };
    if let Fan::Items(items) = fan {
        return many(items.len(), "row");
    }
    if !options.profiles.is_empty() {
        return many(options.profiles.len(), "profile");
    }
    let of_set = |set: &str, pick: Option<u32>| {
        pick.map_or_else(
            || format!("set {set}"),
            |pick| format!("set {set}, {pick} picked"),
        )
    };
    if let Some(set) = &options.set {
        return of_set(set, options.pick);
    }
    match (&options.tag, &spec.profiles) {
        (Some(tag), _) => picked(tag, options.pick),
        (None, ProfilePick::Set { set, pick }) => of_set(set.as_str(), *pick),
        (None, ProfilePick::Tag { tag, pick }) => picked(tag, *pick),
        (None, ProfilePick::Names(names)) => many(names.len(), "profile"),
        (None, ProfilePick::All) => "all profiles".to_owned(),
        (None, ProfilePick::Unset) => "no profile".to_owned(),
    }
}

/// The profiles to run in: the options' choice, else the task's.
fn chosen(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    random: bool,
) -> drover_store::Result<std::result::Result<Vec<Option<Profile>>, FieldErrors>> {
    let by_name = |names: Vec<String>| -> drover_store::Result<
        std::result::Result<Vec<Option<Profile>>, FieldErrors>,
    > {
        let mut profiles: Vec<Option<Profile>> = Vec::new();
        for name in names {
            match db
                .find_profile(&name)?
                .filter(|profile| profile.removed_at.is_none())
            {
                Some(profile)
                    if profiles
                        .iter()
                        .flatten()
                        .any(|known| known.id == profile.id) => {}
                Some(profile) => profiles.push(Some(profile)),
                None => return Ok(Err(FieldErrors::one("profiles", no_profile(&name).message))),
            }
        }
        Ok(Ok(profiles))
    };
    let by_set = |set: &str, pick: Option<u32>, random: bool| {
        let Some(profiles) = db.profiles_of_set(set)? else {
            let message = super::profile_sets::no_set(set).message;
            return Ok(Err(FieldErrors::one("profiles.set", message)));
        };
        let none = || format!("the saved set `{set}` has no profile now");
        Ok(picked(profiles, pick, random).ok_or_else(|| FieldErrors::one("profiles.set", none())))
    };
    let by_tag = |tag: &str, pick: Option<u32>, random: bool| {
        let profiles = db.profiles_with_tag(tag)?;
        let none = || format!("no profile has the tag `{tag}`");
        Ok(picked(profiles, pick, random).ok_or_else(|| FieldErrors::one("profiles.tag", none())))
    };
    if !options.profiles.is_empty() {
        return by_name(options.profiles.clone());
    }
    if let Some(set) = &options.set {
        return by_set(set, options.pick, true);
    }
    if let Some(tag) = &options.tag {
        return by_tag(tag, options.pick, true);
    }
    match &spec.profiles {
        ProfilePick::Unset => Ok(Ok(vec![None])),
        ProfilePick::Names(names) => by_name(names.iter().map(ToString::to_string).collect()),
        ProfilePick::Tag { tag, pick } => by_tag(tag, *pick, random),
        ProfilePick::Set { set, pick } => by_set(set.as_str(), *pick, random),
        ProfilePick::All => {
            let all = db
                .profiles(&ListProfiles {
                    limit: u32::MAX,
                    ..ListProfiles::default()
                })?
                .rows;
            if all.is_empty() {
                return Ok(Err(FieldErrors::one("profiles", "there is no profile yet")));
            }
            Ok(Ok(all.into_iter().map(Some).collect()))
        }
    }
}

/// The names of the profiles that a task runs in when nothing else is said; none when that cannot be told.
pub(crate) fn profiles_of(db: &Reading<'_>, spec: &TaskSpec) -> drover_store::Result<Vec<Name>> {
    let chosen = chosen(db, spec, &StartOptions::default(), false)?;
    let profiles = chosen.unwrap_or_default().into_iter().flatten();
    Ok(profiles.map(|profile| profile.name).collect())
}

//! The cookies of a running browser, in its default context.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use drover_model::{
    CookieCount, CookieKey, CookieOutcome, CookieReport, CookieResult, CookieRow, CookieSkip,
};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use super::{
    Cookie, CookieFile,
    cookie::{Identity, same_site_word, seconds},
};
use crate::{
    Browser, Error, Result,
    cdp::{
        CdpError, Session,
        protocol::{CookieParam, GetCookies, SetCookies},
    },
};

/// What brings back the cookies that an import or a deletion changed. It holds values, so it stays in memory.
#[derive(Clone)]
pub struct CookieUndo {
    /// Each changed cookie as it is now known, and as it was before, when it was there.
    changes: Vec<(Cookie, Option<Cookie>)>,
    at: Timestamp,
}

impl CookieUndo {
    /// How many cookies it brings back or takes away.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl fmt::Debug for CookieUndo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieUndo")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// All cookies of the browser, except those in partitions that cannot be written down.
pub async fn stored(browser: &Browser) -> Result<Vec<Cookie>> {
    let reply = browser.root().call(&GetCookies {}).await;
    let reply = reply.map_err(|source| Error::Cdp {
        doing: "read the cookies",
        source,
    })?;
    let mut cookies: Vec<Cookie> = reply
        .cookies
        .into_iter()
        .filter_map(Cookie::of_browser)
        .collect();
    cookies.sort_by_cached_key(Cookie::key);
    Ok(cookies)
}

/// The cookies without their values.
pub fn rows(cookies: &[Cookie]) -> Vec<CookieRow> {
    cookies.iter().map(Cookie::row).collect()
}

/// How many cookies each domain has, in the order of the domains.
pub fn counts(cookies: &[Cookie]) -> Vec<CookieCount> {
    let mut counts: BTreeMap<&str, CookieCount> = BTreeMap::new();
    for cookie in cookies {
        let count = counts.entry(&cookie.domain).or_insert_with(|| CookieCount {
            domain: cookie.domain.clone(),
            cookies: 0,
            session: 0,
            partitioned: 0,
        });
        count.cookies += 1;
        count.session += u64::from(cookie.expires.is_none());
        count.partitioned += u64::from(cookie.partition.is_some());
    }
    counts.into_values().collect()
}

/// Sets the cookies of a file and says what became of each, as read back from the browser.
pub async fn import(browser: &Browser, file: &CookieFile) -> Result<(CookieReport, CookieUndo)> {
    let before = by_identity(stored(browser).await?);
    let root = browser.root();
    for cookie in file.cookies() {
        let there = before.get(&cookie.identity());
        if !there.is_some_and(|there| cookie.is_kept_as(there, file.at)) {
            set(&root, cookie, None).await?;
        }
    }
    take_back_strays(&root, file, &before, &by_identity(stored(browser).await?)).await?;
    let after = by_identity(stored(browser).await?);
    let mut changes = Vec::new();
    let results = file.entries.iter().map(|entry| {
        let (key, outcome) = match &entry.cookie {
            Ok(cookie) => {
                let identity = cookie.identity();
                let (was, is) = (before.get(&identity), after.get(&identity));
                let outcome = outcome(cookie, was, is, file.at);
                if matches!(outcome, CookieOutcome::Imported | CookieOutcome::Replaced) {
                    changes.push((cookie.clone(), was.cloned()));
                }
                (Some(identity.0), outcome)
            }
            Err((key, reason)) => {
                let reason = reason.clone();
                (key.clone(), CookieOutcome::Skipped { reason })
            }
        };
        CookieResult {
            at: entry.at,
            key,
            outcome,
        }
    });
    let report = CookieReport {
        format: file.format,
        results: results.collect(),
        notes: file.notes.clone(),
    };
    Ok((
        report,
        CookieUndo {
            changes,
            at: file.at,
        },
    ))
}

fn outcome(
    wanted: &Cookie,
    was: Option<&Cookie>,
    is: Option<&Cookie>,
    now: Timestamp,
) -> CookieOutcome {
    let kept = is.is_some_and(|is| is.value.expose_secret() == wanted.value.expose_secret());
    match was {
        Some(was) if wanted.is_kept_as(was, now) => CookieOutcome::Unchanged,
        Some(_) if kept => CookieOutcome::Replaced,
        None if kept => CookieOutcome::Imported,
        _ => CookieOutcome::Skipped {
            reason: CookieSkip::Refused,
        },
    }
}

/// A cookie for all of `.com` is not refused: Chrome keeps it for the host `com` alone. Nobody asked for that one.
async fn take_back_strays(
    root: &Session,
    file: &CookieFile,
    before: &HashMap<Identity, Cookie>,
    after: &HashMap<Identity, Cookie>,
) -> Result<()> {
    let asked: HashSet<Identity> = file.cookies().map(Cookie::identity).collect();
    for cookie in file.cookies().filter(|cookie| !cookie.host_only) {
        let stray = Cookie {
            host_only: true,
            ..cookie.clone()
        };
        let identity = stray.identity();
        let kept = after.contains_key(&cookie.identity());
        let came = after
            .get(&identity)
            .is_some_and(|is| stray.is_kept_as(is, file.at));
        if kept || !came || asked.contains(&identity) {
            continue;
        }
        match before.get(&identity) {
            Some(before) => set(root, before, None).await?,
            None => set(root, &stray, Some(PAST)).await?,
        }
    }
    Ok(())
}

/// Brings back what was there before, also over what the sites have set since. How many cookies are as they were.
pub async fn undo(browser: &Browser, undo: &CookieUndo) -> Result<usize> {
    let root = browser.root();
    for (now, before) in &undo.changes {
        match before {
            Some(before) => set(&root, before, None).await?,
            None => set(&root, now, Some(PAST)).await?,
        }
    }
    let after = by_identity(stored(browser).await?);
    let restored = |(now, before): &&(Cookie, Option<Cookie>)| {
        let is = after.get(&now.identity());
        match (before, is) {
            (None, None) => true,
            (Some(before), Some(is)) => before.is_kept_as(is, undo.at),
            _ => false,
        }
    };
    Ok(undo.changes.iter().filter(restored).count())
}

/// Deletes the cookies of these keys. Those that were there can be brought back.
pub async fn delete(browser: &Browser, keys: &[CookieKey], now: Timestamp) -> Result<CookieUndo> {
    let root = browser.root();
    let mut changes = Vec::new();
    for cookie in stored(browser).await? {
        if keys.contains(&cookie.key()) {
            set(&root, &cookie, Some(PAST)).await?;
            changes.push((cookie.clone(), Some(cookie)));
        }
    }
    Ok(CookieUndo { changes, at: now })
}

/// An expiry that deletes.
const PAST: f64 = 1.0;

async fn set(root: &Session, cookie: &Cookie, expires: Option<f64>) -> Result<()> {
    let scheme = if cookie.secure || cookie.source_scheme.as_deref() == Some("Secure") {
        "https"
    } else {
        "http"
    };
    let url = format!("{scheme}://{}/", cookie.domain);
    let domain = (!cookie.host_only).then(|| cookie.dotted_domain());
    let param = CookieParam {
        name: &cookie.name,
        value: cookie.value.expose_secret(),
        url: &url,
        domain: domain.as_deref(),
        path: &cookie.path,
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: cookie.same_site.map(same_site_word),
        expires: expires.or(cookie.expires.map(seconds)),
        priority: cookie.priority.as_deref(),
        source_scheme: cookie.source_scheme.as_deref(),
        source_port: cookie.source_port,
        partition_key: cookie.partition.as_ref(),
    };
    // One at a time: a single cookie that Chrome cannot read would spoil all others of its call.
    match root.call(&SetCookies { cookies: &[param] }).await {
        // Whether it was kept is read back.
        Ok(_) | Err(CdpError::Refused { .. }) => Ok(()),
        Err(source) => Err(Error::Cdp {
            doing: "set a cookie",
            source,
        }),
    }
}

fn by_identity(cookies: Vec<Cookie>) -> HashMap<Identity, Cookie> {
    cookies
        .into_iter()
        .map(|cookie| (cookie.identity(), cookie))
        .collect()
}

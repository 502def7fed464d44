//! Answers about cookies.

use std::collections::BTreeMap;

use drover_model::request::{
    CookieExport, CookieImport, CookieList, CookiesUndone, ExportCookies, ImportCookies,
    ListCookies, UndoCookies,
};
use drover_model::{
    Code, CommandError, CookieCount, CookieFormat, CookieKey, CookieOutcome, CookieReport,
    CookieResult, CookieRow, CookieSkip,
};
use jiff::Timestamp;
use serde_json::Value;

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn list_cookies(&mut self, request: ListCookies) -> Outcome<ListCookies> {
        let id = self.profile(&request.profile)?.id;
        let cookies = self.kept.cookies.get(&id).cloned().unwrap_or_default();
        let mut domains: BTreeMap<String, CookieCount> = BTreeMap::new();
        for cookie in &cookies {
            let domain = cookie.key.domain.trim_start_matches('.').to_owned();
            let count = domains
                .entry(domain.clone())
                .or_insert_with(|| CookieCount {
                    domain,
                    cookies: 0,
                    session: 0,
                    partitioned: 0,
                });
            count.cookies += 1;
            count.session += u64::from(cookie.expires.is_none());
            count.partitioned += u64::from(cookie.key.partition.is_some());
        }
        fine(CookieList {
            domains: domains.into_values().collect(),
            cookies,
        })
    }

    pub(super) fn import_cookies(&mut self, request: ImportCookies) -> Outcome<ImportCookies> {
        let id = self.profile(&request.profile)?.id;
        let Ok(Value::Array(items)) = serde_json::from_str::<Value>(&request.text) else {
            let message = "the cookies cannot be read: the demo reads lists in JSON only";
            return Err(CommandError::new(Code::Invalid, message).field("text"));
        };
        let before = self.kept.cookies.get(&id).cloned().unwrap_or_default();
        let mut after = before.clone();
        let results: Vec<CookieResult> = items
            .iter()
            .enumerate()
            .map(|(at, item)| set(at + 1, item, &mut after, self.now))
            .collect();
        let report = CookieReport {
            format: CookieFormat::CookieEditor,
            results,
            notes: Vec::new(),
        };
        let changed = u32::try_from(report.changed()).unwrap_or(u32::MAX);
        let undo = (changed > 0).then(|| {
            let number = self.kept.undos.len() as u64 + 1;
            self.kept.undos.insert(number, (id, before, changed));
            number
        });
        self.kept.cookies.insert(id, after);
        fine(CookieImport { report, undo })
    }

    pub(super) fn undo_cookies(&mut self, request: UndoCookies) -> Outcome<UndoCookies> {
        let Some((profile, before, changed)) = self.kept.undos.remove(&request.undo) else {
            let message = "this import was undone already, or Drover was started again since";
            return Err(CommandError::new(Code::WrongState, message));
        };
        self.kept.cookies.insert(profile, before);
        fine(CookiesUndone {
            restored: changed,
            of: changed,
        })
    }

    pub(super) fn export_cookies(&mut self, request: ExportCookies) -> Outcome<ExportCookies> {
        let id = self.profile(&request.profile)?.id;
        let cookies = self.kept.cookies.get(&id).cloned().unwrap_or_default();
        let lost = request.format.loses();
        fine(CookieExport {
            text: serde_json::to_string_pretty(&cookies).unwrap_or_default(),
            notes: lost
                .map(|what| format!("{} cannot hold {what}.", request.format.label()))
                .into_iter()
                .collect(),
        })
    }
}

/// Takes one entry, by the few rules that matter for a picture.
fn set(at: usize, item: &Value, into: &mut Vec<CookieRow>, now: Timestamp) -> CookieResult {
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let is = |name: &str| item.get(name).and_then(Value::as_bool).unwrap_or_default();
    let skip = |key: Option<CookieKey>, reason: CookieSkip| CookieResult {
        at,
        key,
        outcome: CookieOutcome::Skipped { reason },
    };
    let (Some(domain), Some(name)) = (text("domain"), text("name")) else {
        let problem = "it has no `domain` or no `name`".to_owned();
        return skip(None, CookieSkip::Unreadable { problem });
    };
    let key = CookieKey {
        domain,
        path: text("path").unwrap_or_else(|| "/".to_owned()),
        name,
        partition: None,
    };
    let expires = item
        .get("expirationDate")
        .and_then(Value::as_i64)
        .and_then(|second| Timestamp::from_second(second).ok());
    if expires.is_some_and(|at| at < now) {
        return skip(Some(key), CookieSkip::Expired);
    }
    if key.name.starts_with("__Host-") && !is("secure") {
        return skip(Some(key), CookieSkip::HostPrefix);
    }
    if text("sameSite").as_deref() == Some("no_restriction") && !is("secure") {
        return skip(Some(key), CookieSkip::SameSiteNone);
    }
    let row = CookieRow {
        size: (key.name.len() + text("value").unwrap_or_default().len()) as u64,
        key: key.clone(),
        expires,
        secure: is("secure"),
        http_only: is("httpOnly"),
        same_site: None,
    };
    let outcome = if let Some(other) = into.iter_mut().find(|other| other.key == key) {
        *other = row;
        CookieOutcome::Replaced
    } else {
        into.push(row);
        CookieOutcome::Imported
    };
    CookieResult {
        at,
        key: Some(key),
        outcome,
    }
}

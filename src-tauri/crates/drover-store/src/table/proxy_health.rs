//! Table `proxy_health`: what the last check of a proxy found.

use drover_model::{Fact, ProxyHealth, ProxyId, ProxyState};
use rusqlite::Row;

use crate::{
    Result, Writing,
    column::{Count, Ms, Text},
};

/// Of a proxy that was joined with its row here, if it has one.
pub(super) fn health_from_row(row: &Row<'_>) -> rusqlite::Result<Option<ProxyHealth>> {
    let Some(checked) = row.get::<_, Option<Ms>>("checked_ms")? else {
        return Ok(None);
    };
    let exit: Option<Text<_>> = row.get("exit")?;
    let state = match exit {
        Some(exit) => ProxyState::Works {
            exit: exit.0,
            connect_ms: row.get::<_, Count>("connect_ms")?.0,
            first_byte_ms: row.get::<_, Count>("first_byte_ms")?.0,
        },
        None => ProxyState::Fails {
            failure: row.get("failure")?,
            message: row.get("message")?,
            hint: row.get("hint")?,
        },
    };
    Ok(Some(ProxyHealth {
        checked_at: checked.0,
        state,
    }))
}

impl Writing<'_> {
    /// Keeps what a check found; pools leave a proxy out that does not work. A proxy that is gone by now, or was changed after the check began, has no use for it:
    /// then nothing is kept.
    pub fn put_health(
        &mut self,
        checked: &drover_model::Proxy,
        health: &ProxyHealth,
    ) -> Result<()> {
        let now = self.proxy(checked.id)?;
        if now.is_none_or(|now| now.updated_at != checked.updated_at) {
            return Ok(());
        }
        let (exit, connect, first_byte, failure) = match &health.state {
            ProxyState::Works {
                exit,
                connect_ms,
                first_byte_ms,
            } => (
                Some(Text(*exit)),
                Some(Count(*connect_ms)),
                Some(Count(*first_byte_ms)),
                None,
            ),
            ProxyState::Fails {
                failure,
                message,
                hint,
            } => (None, None, None, Some((failure, message, hint))),
        };
        self.change(
            "keep the health of a proxy",
            "INSERT OR REPLACE INTO proxy_health
                 (proxy_id, checked_ms, exit, connect_ms, first_byte_ms, failure, message, hint)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                Text(checked.id),
                Ms(health.checked_at),
                exit,
                connect,
                first_byte,
                failure.map(|(kind, _, _)| kind.as_str()),
                failure.map(|(_, message, _)| message.as_str()),
                failure.map(|(_, _, hint)| hint.as_str()),
            ),
        )?;
        if health.state.works() {
            self.proxy_worked(checked.id, health.checked_at)?;
        } else {
            self.proxy_failed(checked.id, health.checked_at)?;
        }
        self.record(Fact::ProxyChanged { proxy: checked.id })
            .map(drop)
    }

    /// What was found is true no more.
    pub(super) fn forget_health(&mut self, proxy: ProxyId) -> Result<()> {
        self.change(
            "forget the health of a proxy",
            "DELETE FROM proxy_health WHERE proxy_id = ?1",
            [Text(proxy)],
        )
        .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{ChangeLink, Proxy, Span};

    use super::*;
    use crate::testing::{Database, at, proxy};

    #[test]
    fn what_a_check_found_is_kept_until_the_proxy_changes() {
        let database = Database::new();
        let mut writing = database.writing();
        let mut eu = Proxy {
            rules: "BLOCK ads.example\nDIRECT *.intranet.example:443"
                .parse()
                .unwrap(),
            change_link: Some(ChangeLink {
                pause: Span::seconds(90),
                called_at: Some(at(5)),
            }),
            ..proxy(1, "eu-1")
        };
        writing.put_proxy(&eu).unwrap();
        assert_eq!(writing.proxy(eu.id).unwrap(), Some(eu.clone()));
        let works = ProxyHealth {
            checked_at: at(7),
            state: ProxyState::Works {
                exit: "2001:db8::7".parse().unwrap(),
                connect_ms: 12,
                first_byte_ms: 340,
            },
        };
        writing.put_health(&eu, &works).unwrap();
        eu.health = Some(works);
        assert_eq!(writing.find_proxy("EU-1").unwrap(), Some(eu.clone()));
        let fails = ProxyHealth {
            checked_at: at(8),
            state: ProxyState::Fails {
                failure: "login".to_owned(),
                message: "the proxy refused the login".to_owned(),
                hint: "check user name and password".to_owned(),
            },
        };
        writing.put_health(&eu, &fails).unwrap();
        eu.health = Some(fails.clone());
        assert_eq!(writing.proxies().unwrap(), [eu.clone()]);

        let before = eu.clone();
        eu.updated_at = at(9);
        writing.put_proxy(&eu).unwrap();
        assert_eq!(
            writing.proxy(eu.id).unwrap(),
            Some(eu.clone()),
            "it stays when it is still true"
        );
        eu.health = None;
        writing.put_proxy(&eu).unwrap();
        writing.put_health(&before, &fails).unwrap();
        assert_eq!(
            writing.proxy(eu.id).unwrap(),
            Some(eu.clone()),
            "a check of how it was before says nothing about it now"
        );
        writing.put_health(&eu, &fails).unwrap();
        writing.delete_proxy(eu.id).unwrap();
        assert_eq!(writing.proxies().unwrap(), []);
    }
}

//! Who imports which outside library, and with which features.

use super::arrows::Member;
use super::tables::{BANNED_FEATURES, FORBIDDEN, OWNED};

/// Libraries in the hands of somebody who does not own them.
pub(super) fn check_owners(members: &[Member]) -> Vec<String> {
    let mut wrong = Vec::new();
    for member in members {
        for library in member.normal.iter().chain(&member.build) {
            for owned in OWNED {
                if fits(owned.library, library) && !owned.owners.contains(&member.name.as_str()) {
                    let owners = owned.owners.join(", ");
                    wrong.push(format!(
                        "`{}` imports `{library}`, which belongs to {owners}",
                        member.name
                    ));
                }
            }
        }
        for (name, libraries) in FORBIDDEN {
            let bad = libraries.iter().filter(|library| {
                *name == member.name && member.normal.iter().any(|used| used == *library)
            });
            wrong.extend(bad.map(|library| format!("`{name}` must not import `{library}`")));
        }
    }
    wrong
}

/// Features that are turned on although nobody may; `resolved` has each package with its features.
pub(super) fn check_features(resolved: &[(String, Vec<String>)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (package, feature, reason) in BANNED_FEATURES {
        let on = resolved
            .iter()
            .any(|(name, features)| name == package && features.iter().any(|one| one == feature));
        if on {
            wrong.push(format!(
                "feature `{feature}` of `{package}` is turned on: {reason}"
            ));
        }
    }
    wrong
}

/// Whether a library is meant by a name in the table, in which `*` stands for any beginning or end.
fn fits(pattern: &str, library: &str) -> bool {
    let inner = pattern.trim_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => library.contains(inner),
        (true, false) => library.ends_with(inner),
        (false, true) => {
            library == inner
                || library.starts_with(&format!("{inner}-"))
                || library.starts_with(&format!("{inner}_"))
        }
        (false, false) => library == inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, library: &str) -> Vec<Member> {
        vec![Member {
            name: name.to_owned(),
            normal: vec![library.to_owned()],
            build: Vec::new(),
        }]
    }

    #[test]
    fn a_library_is_imported_by_its_owner_only() {
        assert_eq!(
            check_owners(&member("drover-store", "rusqlite")),
            Vec::<String>::new()
        );
        assert_eq!(
            check_owners(&member("drover-engine", "rusqlite_migration")),
            ["`drover-engine` imports `rusqlite_migration`, which belongs to drover-store"]
        );
        assert_eq!(
            check_owners(&member("drover-runner", "keyring-core")).len(),
            1
        );
        assert_eq!(
            check_owners(&member(
                "drover-runner",
                "dbus-secret-service-keyring-store"
            ))
            .len(),
            2
        );
    }

    #[test]
    fn the_model_has_no_runtime() {
        assert_eq!(
            check_owners(&member("drover-model", "tokio")),
            ["`drover-model` must not import `tokio`"]
        );
        assert!(check_owners(&member("drover-engine", "tokio")).is_empty());
    }

    #[test]
    fn a_banned_feature_is_seen_wherever_it_was_turned_on() {
        let with = |feature: &str| vec![("zbus".to_owned(), vec![feature.to_owned()])];
        assert!(check_features(&with("async-io")).is_empty());
        let wrong = check_features(&with("tokio"));
        assert!(
            wrong[0].starts_with("feature `tokio` of `zbus`"),
            "{wrong:?}"
        );
    }
}

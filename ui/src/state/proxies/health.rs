//! How a proxy is, in a word and in full.

use drover_model::proxy::{ProxyHealth, ProxyState};

use crate::components::Tone;
use crate::format;

/// Slower than this, from the connection to the first byte, is worth a word. Pages ask for dozens of things one after
/// the other.
const SLOW_MS: u64 = 1_500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthLook {
    pub tone: Tone,
    pub icon: &'static str,
    /// A word or two for a cell.
    pub label: String,
    /// The rest of it, as sentences.
    pub detail: String,
}

/// How the last check went.
pub fn health_look(health: Option<&ProxyHealth>) -> HealthLook {
    let look = |tone, icon, label: &str, detail: &str| HealthLook {
        tone,
        icon,
        label: label.to_owned(),
        detail: detail.to_owned(),
    };
    match health.map(|health| &health.state) {
        None => look(
            Tone::Mute,
            "circle-help",
            "Not checked",
            "It was not checked since its address or its login changed.",
        ),
        Some(ProxyState::Works {
            connect_ms,
            first_byte_ms,
            ..
        }) => {
            let whole = connect_ms + first_byte_ms;
            let label = format!("{whole} ms");
            let detail = format!(
                "Connected and signed in after {connect_ms} ms, first byte after {first_byte_ms} ms more."
            );
            if whole < SLOW_MS {
                look(Tone::Ok, "circle-check", &label, &detail)
            } else {
                let label = format!("Slow, {}", format::fine_duration(whole));
                look(Tone::Warn, "hourglass", &label, &detail)
            }
        }
        Some(ProxyState::Fails {
            failure,
            message,
            hint,
        }) => HealthLook {
            tone: Tone::Err,
            icon: "circle-x",
            label: failure_word(failure),
            detail: format!("{} {}", format::sentence(message), format::sentence(hint)),
        },
    }
}

fn failure_word(failure: &str) -> String {
    match failure {
        "login" => "Wrong login".to_owned(),
        "timed_out" => "No answer".to_owned(),
        "garbled" => "Not a proxy".to_owned(),
        "keychain" => "Password not read".to_owned(),
        "echo" => "No exit address".to_owned(),
        other => format::capital(&other.replace('_', " ")),
    }
}

/// The address that the world sees, as it was at the last check.
pub fn exit(health: Option<&ProxyHealth>) -> Option<String> {
    match health.map(|health| &health.state) {
        Some(ProxyState::Works { exit, .. }) => Some(exit.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn works(connect_ms: u64, first_byte_ms: u64) -> ProxyHealth {
        ProxyHealth {
            checked_at: jiff::Timestamp::UNIX_EPOCH,
            state: ProxyState::Works {
                exit: "203.0.113.7".parse().unwrap(),
                connect_ms,
                first_byte_ms,
            },
        }
    }

    #[test]
    fn a_check_is_told_in_a_word() {
        let fast = works(40, 44);
        let look = health_look(Some(&fast));
        assert_eq!((look.tone, look.label.as_str()), (Tone::Ok, "84 ms"));
        assert_eq!(exit(Some(&fast)).as_deref(), Some("203.0.113.7"));
        let slow = health_look(Some(&works(900, 1_200)));
        assert_eq!(
            (slow.tone, slow.label.as_str()),
            (Tone::Warn, "Slow, 2.1 s")
        );
        assert_eq!(health_look(None).label, "Not checked");
        assert_eq!(exit(None), None);
    }

    #[test]
    fn a_failure_says_which_and_what_to_do() {
        let wrong = ProxyHealth {
            checked_at: jiff::Timestamp::UNIX_EPOCH,
            state: ProxyState::Fails {
                failure: "login".into(),
                message: "the proxy refused the login".into(),
                hint: "save the right password".into(),
            },
        };
        let look = health_look(Some(&wrong));
        assert_eq!(look.label, "Wrong login");
        assert_eq!(
            look.detail,
            "The proxy refused the login. Save the right password."
        );
    }
}

//! The secret in a gateway's path.

use std::{fmt, fmt::Write as _, io};

use subtle::ConstantTimeEq;

/// 256 bits from the system's random source, as hex.
pub(super) struct Token(String);

impl Token {
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        let mut text = String::with_capacity(64);
        for byte in bytes {
            write!(text, "{byte:02x}").expect("BUG: writing to a string cannot fail");
        }
        Ok(Self(text))
    }

    /// Compares in a time that does not depend on where the texts differ.
    pub(super) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_compared_whole() {
        let (one, two) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.expose().len(), 64);
        assert!(one.is(one.expose()) && !one.is(two.expose()));
        assert!(
            !one.is(&one.expose()[..63]) && !one.is(""),
            "a part of it was enough"
        );
        assert!(!format!("{one:?}").contains(one.expose()), "it is printed");
    }
}

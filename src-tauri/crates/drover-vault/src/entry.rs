//! Reading and writing one entry of a store of the `keyring` family, and what its errors mean here.

use std::collections::HashMap;
use std::str;

use keyring_core::CredentialStore;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{Error, Result};

/// The entry of `store` for this service and user. `keyring::Entry::new` is not used: it remembers a store that
/// failed to start for as long as the process lives, and here a store that failed is built again.
pub(crate) fn open(
    store: &CredentialStore,
    service: &str,
    user: &str,
    modifiers: &HashMap<&str, &str>,
) -> Result<keyring::Entry> {
    let inner = store
        .build(service, user, Some(modifiers))
        .map_err(|error| translate(&error, user, "to name the entry"))?;
    Ok(keyring::Entry { inner })
}

pub(crate) fn write(entry: &keyring::Entry, user: &str, secret: &SecretString) -> Result<()> {
    entry
        .set_secret(secret.expose_secret().as_bytes())
        .map_err(|error| translate(&error, user, "to write the entry"))
}

pub(crate) fn read(entry: &keyring::Entry, user: &str) -> Result<SecretString> {
    let bytes = entry
        .get_secret()
        .map_err(|error| translate(&error, user, "to read the entry"))?;
    let bytes = Zeroizing::new(bytes);
    let text = str::from_utf8(&bytes).map_err(|_| Error::NotText)?;
    Ok(SecretString::from(text.to_owned()))
}

pub(crate) fn delete(entry: &keyring::Entry, user: &str) -> Result<()> {
    entry
        .delete_credential()
        .map_err(|error| translate(&error, user, "to delete the entry"))
}

/// Keeps the kind of an error and drops everything it carries.
fn translate(error: &keyring::Error, user: &str, what: &'static str) -> Error {
    match error {
        keyring::Error::NoEntry => Error::NotFound {
            entry: user.to_owned(),
        },
        keyring::Error::NoStorageAccess(_) => Error::Locked,
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => Error::NotText,
        keyring::Error::Ambiguous(_) => Error::Failed {
            what: "because two entries have the same name",
        },
        _ => Error::Failed { what },
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use keyring_core::mock;

    use super::*;

    const CANARY: &str = "canary-4f1c";

    fn check(injected: keyring::Error, expected: &Error) {
        let store = mock::Store::new().unwrap();
        let entry = open(&*store, "drover", "token-1", &HashMap::new()).unwrap();
        write(&entry, "token-1", &SecretString::from(CANARY)).unwrap();
        let credential: &mock::Cred = entry.inner.as_any().downcast_ref().unwrap();
        credential.set_error(injected);

        let error = read(&entry, "token-1").unwrap_err();

        assert_eq!(&error, expected);
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains(CANARY) && !shown.contains("99, 97"),
            "the error shows the value: {shown}"
        );
        assert_eq!(
            read(&entry, "token-1").unwrap().expose_secret(),
            CANARY,
            "the entry itself is unharmed"
        );
    }

    #[test]
    fn errors_lose_their_payload() {
        let bytes = || CANARY.as_bytes().to_vec();
        let cause = || -> keyring_core::error::PlatformError { Box::new(io::Error::other(CANARY)) };
        check(keyring::Error::BadEncoding(bytes()), &Error::NotText);
        check(
            keyring::Error::BadDataFormat(bytes(), cause()),
            &Error::NotText,
        );
        check(keyring::Error::NoStorageAccess(cause()), &Error::Locked);
        check(
            keyring::Error::PlatformFailure(cause()),
            &Error::Failed {
                what: "to read the entry",
            },
        );
        check(
            keyring::Error::NoEntry,
            &Error::NotFound {
                entry: "token-1".into(),
            },
        );
        check(
            keyring::Error::Ambiguous(Vec::new()),
            &Error::Failed {
                what: "because two entries have the same name",
            },
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let store = mock::Store::new().unwrap();
        let entry = open(&*store, "drover", "token-1", &HashMap::new()).unwrap();
        entry.set_secret(&[0xff, 0xfe]).unwrap();

        assert_eq!(read(&entry, "token-1").unwrap_err(), Error::NotText);
    }
}

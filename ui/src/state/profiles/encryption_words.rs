//! How the encryption of cookies is told.

use drover_model::{Encryption, PasswordStore};

pub fn encryption_word(way: Encryption) -> &'static str {
    match way {
        Encryption::Os => "System keychain",
        Encryption::Portable => "Portable",
    }
}

/// What follows from it; of a profile that was started, also that it stays so and which store has the key.
pub fn encryption_hint(way: Encryption, fixed: bool, store: Option<PasswordStore>) -> String {
    let meaning = match (way, store) {
        (Encryption::Portable, _) => "Anyone who can read this folder can read its cookies.".to_owned(),
        (Encryption::Os, Some(PasswordStore::Basic)) => {
            "Its cookies are encrypted with a fixed key, because no keychain was there at the first start. Anyone who can read this folder can read them."
                .to_owned()
        }
        (Encryption::Os, Some(store)) => format!("The key is in {}; runs wait while that is locked.", store.title()),
        (Encryption::Os, None) => "The key is in the system keychain, so its cookies can be read on this machine only.".to_owned(),
    };
    if fixed {
        format!("Fixed after the first start. {meaning}")
    } else {
        format!("{meaning} Cannot be changed after the first start.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_anyone_can_read_says_so() {
        for fixed in [false, true] {
            let hint = encryption_hint(Encryption::Portable, fixed, None);
            assert!(
                hint.contains("Anyone who can read this folder can read its cookies."),
                "{hint}"
            );
        }
        let basic = encryption_hint(Encryption::Os, true, Some(PasswordStore::Basic));
        assert!(basic.contains("Anyone who can read this folder"), "{basic}");
    }

    #[test]
    fn the_store_of_the_first_start_is_named() {
        assert_eq!(
            encryption_hint(Encryption::Os, true, Some(PasswordStore::Kwallet6)),
            "Fixed after the first start. The key is in KWallet; runs wait while that is locked."
        );
    }
}

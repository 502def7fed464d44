//! With which kind of key the cookies or passwords of a profile are encrypted.
//!
//! Every encrypted value begins with three letters that name the kind of key. The letters are counted in the raw
//! file; nothing is decrypted and no value is looked at.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// The kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// Nothing is encrypted.
    Open,
    /// The fixed key of `portable`.
    Fixed,
    /// A key from the keychain of the user.
    Keychain,
    /// Bound to the browser itself; no other program may use it.
    App,
}

const CHUNK: usize = 1024 * 1024;

/// What seals the database at `path` on Linux. On other systems `v10` means the user's key, too.
pub(super) fn seal(path: &Path, linux: bool) -> io::Result<Seal> {
    let mut file = File::open(path)?;
    let (mut fixed, mut keychain, mut app) = (false, false, false);
    let mut window = Vec::with_capacity(CHUNK + 2);
    loop {
        let taken = (&mut file).take(CHUNK as u64).read_to_end(&mut window)?;
        if taken == 0 {
            break;
        }
        for word in window.windows(3) {
            fixed |= word == b"v10";
            keychain |= word == b"v11";
            app |= word == b"v20";
        }
        window.drain(..window.len().saturating_sub(2)); // a word may lie across the border
    }
    Ok(if app && !linux {
        Seal::App
    } else if keychain || (fixed && !linux) {
        Seal::Keychain
    } else if fixed {
        Seal::Fixed
    } else {
        Seal::Open
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_key_is_told_by_the_letters_before_the_values() {
        let folder = tempfile::tempdir().unwrap();
        let check = |bytes: &[u8], linux: bool, expected: Seal| {
            let path = folder.path().join("Cookies");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(seal(&path, linux).unwrap(), expected);
        };
        check(b"SQLite format 3\0 session plain", true, Seal::Open);
        check(b"..v10....", true, Seal::Fixed);
        check(b"..v10....", false, Seal::Keychain);
        check(b"..v10..v11", true, Seal::Keychain);
        check(b"..v20", false, Seal::App);
        let mut long = vec![0; CHUNK - 1];
        long.extend(b"v11");
        check(&long, true, Seal::Keychain);
    }
}

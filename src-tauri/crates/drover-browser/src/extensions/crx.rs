//! The head of a `.crx` file, versions 2 and 3. What follows it is a zip file.
//!
//! The head carries the public key that the id in the store is made from. With the key in the manifest, the unpacked
//! extension keeps that id, and so sites and other extensions know it. The signature is not checked: an extension is
//! installed because a person chose the file, as with a folder.

use sha2::{Digest as _, Sha256};

use super::ExtensionError;

const MAGIC: &[u8] = b"Cr24";
/// The field numbers of version 3: a proof with an RSA key, the key in it, the signed data, the id in that.
const RSA_PROOF: u64 = 2;
const PROOF_KEY: u64 = 1;
const SIGNED: u64 = 10_000;
const SIGNED_ID: u64 = 1;

/// What a head says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// The zip file.
    pub zip: &'a [u8],
    /// The key that the id is made from.
    pub key: Option<&'a [u8]>,
}

/// Whether the file begins as a `.crx` file.
pub(super) fn is_crx(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

/// Reads the head.
pub(super) fn head(file: &[u8]) -> Result<Head<'_>, ExtensionError> {
    let cut = ExtensionError::Crx("it is cut off");
    let Some((start, rest)) = file.split_at_checked(12).filter(|_| is_crx(file)) else {
        return Err(cut);
    };
    let first = number(&start[8..12]);
    match number(&start[4..8]) {
        2 => {
            let (size, rest) = rest.split_at_checked(4).ok_or(cut)?;
            let parts = rest.split_at_checked(first).and_then(|(key, rest)| {
                let (_, zip) = rest.split_at_checked(number(size))?;
                Some((key, zip))
            });
            let (key, zip) =
                parts.ok_or(ExtensionError::Crx("its lengths are larger than the file"))?;
            Ok(Head {
                zip,
                key: Some(key),
            })
        }
        3 => {
            let parts = rest.split_at_checked(first);
            let (proofs, zip) =
                parts.ok_or(ExtensionError::Crx("its lengths are larger than the file"))?;
            Ok(Head {
                zip,
                key: key_of_id(proofs)?,
            })
        }
        _ => Err(ExtensionError::Crx("its version is neither 2 nor 3")),
    }
}

/// A package has several keys; the id is made from one of them.
fn key_of_id(proofs: &[u8]) -> Result<Option<&[u8]>, ExtensionError> {
    let broken = || ExtensionError::Crx("its proofs cannot be read");
    let proofs = fields(proofs).ok_or_else(broken)?;
    let signed = proofs.iter().find(|(field, _)| *field == SIGNED);
    let signed = fields(signed.ok_or_else(broken)?.1).ok_or_else(broken)?;
    let id = signed
        .iter()
        .find(|(field, _)| *field == SIGNED_ID)
        .ok_or_else(broken)?
        .1;
    for (_, proof) in proofs.iter().filter(|(field, _)| *field == RSA_PROOF) {
        let proof = fields(proof).ok_or_else(broken)?;
        let key = proof
            .into_iter()
            .find(|(field, _)| *field == PROOF_KEY)
            .map(|(_, key)| key);
        if let Some(key) = key.filter(|key| id.len() == 16 && Sha256::digest(key)[..16] == *id) {
            return Ok(Some(key));
        }
    }
    Ok(None) // the id is made from a key of another kind
}

/// The id that a browser makes from a key: 32 letters from `a` to `p`.
pub(super) fn id_of_key(key: &[u8]) -> String {
    let letter = |half: u8| char::from(b'a' + half);
    let hash = Sha256::digest(key);
    hash[..16]
        .iter()
        .flat_map(|byte| [letter(byte >> 4), letter(byte & 15)])
        .collect()
}

fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.try_into().expect("BUG: a number has four bytes");
    usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX)
}

/// The fields of a message of protocol buffers that hold bytes; the only kind there is in a head.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let (tag, rest) = varint(message)?;
        let (length, rest) = varint(rest)?;
        if tag & 7 != 2 {
            return None;
        }
        let (bytes, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        fields.push((tag >> 3, bytes));
        message = rest;
    }
    Some(fields)
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 127) << (7 * index);
        if byte & 128 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for mut value in [number << 3 | 2, bytes.len() as u64] {
            while value > 127 {
                out.push(u8::try_from(value & 127).unwrap() | 128);
                value >>= 7;
            }
            out.push(u8::try_from(value).unwrap());
        }
        [out, bytes.to_vec()].concat()
    }

    fn crx3(proofs: &[u8]) -> Vec<u8> {
        let length = u32::try_from(proofs.len()).unwrap().to_le_bytes();
        [b"Cr24", &[3, 0, 0, 0][..], &length, proofs, b"PK-the-zip"].concat()
    }

    #[test]
    fn version_2_has_key_signature_and_zip() {
        let file = [
            b"Cr24",
            &[2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0][..],
            b"keysiPK",
        ]
        .concat();
        let expected = Head {
            zip: b"PK",
            key: Some(b"key"),
        };
        assert_eq!(head(&file).unwrap(), expected);
    }

    #[test]
    fn version_3_tells_the_key_that_the_id_is_made_from() {
        let id = Sha256::digest(b"the developer");
        let proof = |key: &[u8]| {
            field(
                RSA_PROOF,
                &[field(PROOF_KEY, key), field(2, b"signature")].concat(),
            )
        };
        let signed = field(SIGNED, &field(SIGNED_ID, &id[..16]));
        let file = crx3(&[proof(b"the store"), proof(b"the developer"), signed.clone()].concat());
        let read = head(&file).unwrap();
        assert_eq!(read.zip, b"PK-the-zip");
        assert_eq!(read.key, Some(&b"the developer"[..]));
        let file = crx3(&[proof(b"the store"), signed].concat());
        assert_eq!(head(&file).unwrap().key, None);
    }

    #[test]
    fn a_head_that_lies_is_refused() {
        for file in [
            &b"Cr24"[..],
            b"Cr24\x03\0\0\0\xff\xff\xff\xff",
            b"Cr24\x02\0\0\0\x10\0\0\0\x10\0\0\0short",
            b"Cr24\x07\0\0\0\0\0\0\0",
            b"Cr24\x03\0\0\0\x02\0\0\0\x12\xffPK",
            b"Cr24\x03\0\0\0\0\0\0\0PK",
        ] {
            assert!(
                matches!(head(file), Err(ExtensionError::Crx(_))),
                "{file:?}"
            );
        }
    }

    #[test]
    fn ids_are_made_as_browsers_make_them() {
        // The hash of no bytes begins with e3b0c442; `a` stands for 0 and `p` for 15.
        assert_eq!(id_of_key(b""), "odlameecjipmbmbejkplpemijjgpljce");
    }
}

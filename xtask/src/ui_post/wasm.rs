//! Just enough of the wasm binary format to drop the section that holds function names.

use anyhow::{Result, bail};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// The module without its custom section called `name`.
pub(super) fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let Some(mut rest) = module.strip_prefix(HEADER) else {
        bail!("not a wasm module of version 1");
    };
    let mut kept = HEADER.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, body) = number(after_id)?;
        if length > body.len() {
            bail!("a wasm section is cut short");
        }
        let (body, next) = body.split_at(length);
        if !(id == CUSTOM && custom_name(body)? == b"name") {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Ok(kept)
}

fn custom_name(body: &[u8]) -> Result<&[u8]> {
    let (length, text) = number(body)?;
    match text.get(..length) {
        Some(name) => Ok(name),
        None => bail!("the name of a wasm section is cut short"),
    }
}

/// A number of at most 32 bits in LEB128, and what follows it.
fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[at + 1..]));
        }
    }
    bail!("a number in the wasm module is cut short")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        let mut section = vec![id, u8::try_from(body.len()).unwrap()];
        section.extend_from_slice(body);
        section
    }

    #[test]
    fn drops_names_and_nothing_else() {
        let types = section(1, b"\x01\x60\0\0");
        let names = section(CUSTOM, b"\x04name\x01\x02\x03");
        let features = section(CUSTOM, b"\x0ftarget_features\x01");
        let with = [HEADER, &types, &names, &features].concat();
        let without = [HEADER, &types, &features].concat();
        assert_eq!(without_names(&with).unwrap(), without);
        assert_eq!(without_names(&without).unwrap(), without);
    }

    #[test]
    fn refuses_what_is_no_module_or_only_a_part_of_one() {
        assert!(without_names(b"<html>").is_err());
        let cut = [HEADER, b"\x01\x20\x01"].concat();
        assert!(
            without_names(&cut)
                .unwrap_err()
                .to_string()
                .contains("cut short")
        );
    }

    #[test]
    fn reads_numbers_of_more_than_one_byte() {
        assert_eq!(
            number(b"\xe5\x8e\x26rest").unwrap(),
            (624_485, b"rest".as_slice())
        );
        assert!(number(b"\x80").is_err());
    }
}

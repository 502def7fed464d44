//! Asking for a secret on a Unix terminal, without showing it.

use std::io::{self, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const BACKSPACE: u8 = 8;
const CTRL_U: u8 = 21;
const DELETE: u8 = 127;

/// Puts the terminal back as it was.
struct Restore(Termios);

impl Drop for Restore {
    fn drop(&mut self) {
        // The terminal may be gone; then nobody sees how it was left.
        tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.0).ok();
    }
}

/// Asks on standard error and reads one line. Ctrl-C is [`io::ErrorKind::Interrupted`]: it is
/// read as a key here, because as a signal it would end the process with the echo turned off.
pub(crate) fn ask(prompt: &str) -> io::Result<String> {
    let terminal = rustix::stdio::stdin();
    let before = tcgetattr(terminal)?;
    let mut hidden = before.clone();
    hidden.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
    hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
    let restore = Restore(before);
    tcsetattr(terminal, OptionalActions::Flush, &hidden)?;
    let mut screen = io::stderr().lock();
    write!(screen, "{prompt}: ")?;
    screen.flush()?;
    let secret = read_keys(&mut io::stdin().lock());
    drop(restore);
    writeln!(screen)?;
    secret
}

/// One line of keys, with the usual ways to take some back.
fn read_keys(input: &mut impl Read) -> io::Result<String> {
    let mut secret = Vec::new();
    let mut key = [0];
    while input.read(&mut key)? > 0 {
        match key[0] {
            b'\n' | b'\r' | CTRL_D => break,
            CTRL_C => return Err(io::ErrorKind::Interrupted.into()),
            CTRL_U => secret.clear(),
            BACKSPACE | DELETE => {
                // A character of several bytes goes as a whole.
                while secret.pop().is_some_and(|byte: u8| byte & 0xc0 == 0x80) {}
            }
            byte => secret.push(byte),
        }
    }
    String::from_utf8(secret).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[u8], secret: &str) {
        assert_eq!(read_keys(&mut &keys[..]).unwrap(), secret);
    }

    #[test]
    fn keys_can_be_taken_back() {
        check(b"abc\n", "abc");
        check(b"abx\x7fc\rrest", "abc");
        check("aü\x7fb\n".as_bytes(), "ab");
        check(b"wrong\x15right\n", "right");
        check(b"\x7f\n", "");
        check(b"ab", "ab");
    }

    #[test]
    fn ctrl_c_leaves() {
        let error = read_keys(&mut &b"ab\x03"[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
    }
}

//! Draws a page that never was: the live picture of a demo browser, as PNG.

use drover_model::ProfileId;

const WIDTH: usize = 240;
const HEIGHT: usize = 150;

/// Paper, ink, line, and two shades of the browser's own colour.
fn palette(hue: u8) -> [[u8; 3]; 5] {
    let own = [
        [66, 99, 235],
        [12, 133, 153],
        [174, 62, 201],
        [47, 158, 68],
        [232, 89, 12],
    ][usize::from(hue) % 5];
    let light = own.map(|part| part / 4 + 191);
    [[250, 250, 251], [52, 58, 64], [222, 226, 230], own, light]
}

/// The picture of a profile's browser at a beat: a list that is worked off, or a form that is filled in.
pub(super) fn draw(profile: ProfileId, beat: u32) -> Vec<u8> {
    let id = profile.to_string();
    let kind = id.bytes().fold(0, |sum: u8, byte| sum.wrapping_add(byte));
    let mut pixels = vec![0_u8; WIDTH * HEIGHT];
    let mut fill = |x: usize, y: usize, width: usize, height: usize, colour: u8| {
        for row in y..(y + height).min(HEIGHT) {
            let end = (x + width).min(WIDTH);
            pixels[row * WIDTH + x.min(end)..row * WIDTH + end].fill(colour);
        }
    };
    fill(0, 0, WIDTH, 18, 3);
    fill(10, 7, 34, 4, 4);
    for link in 0..3 {
        fill(170 + link * 22, 7, 14, 4, 4);
    }
    let beat = usize::try_from(beat).unwrap_or_default();
    if kind.is_multiple_of(2) {
        fill(16, 32, 90, 7, 1);
        for row in 0..5 {
            fill(16, 48 + row * 18, 208, 1, 2);
            fill(
                16,
                54 + row * 18,
                40 + (row * 29 + usize::from(kind)) % 50,
                4,
                1,
            );
            fill(150, 54 + row * 18, 24, 4, 2);
            let done = (beat * 3 + row * 11) % 40;
            fill(186, 54 + row * 18, 38, 4, 4);
            fill(186, 54 + row * 18, done.min(38), 4, 3);
        }
    } else {
        fill(70, 30, 100, 6, 1);
        for field in 0..2 {
            fill(60, 50 + field * 26, 120, 14, 2);
            fill(62, 52 + field * 26, 116, 10, 0);
            let typed = (beat * 4).saturating_sub(field * 40) % 90;
            fill(66, 56 + field * 26, typed, 3, 1);
        }
        fill(60, 106, 120, 16, 3);
        fill(102, 112, 36, 4, 4);
    }
    png(&pixels, palette(kind))
}

/// A PNG with a palette, its pixels stored as they are.
fn png(pixels: &[u8], palette: [[u8; 3]; 5]) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let size = |side: usize| u32::try_from(side).unwrap_or_default().to_be_bytes();
    let head = [&size(WIDTH)[..], &size(HEIGHT), &[8, 3, 0, 0, 0]].concat();
    chunk(&mut file, *b"IHDR", &head);
    chunk(&mut file, *b"PLTE", &palette.concat());
    let lines = pixels.chunks(WIDTH).flat_map(|line| [&[0], line].concat());
    let raw: Vec<u8> = lines.collect();
    let mut data = vec![0x78, 0x01];
    let blocks = raw.chunks(u16::MAX.into());
    let last = blocks.len().saturating_sub(1);
    for (number, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        data.push(u8::from(number == last));
        data.extend(length.to_le_bytes());
        data.extend((!length).to_le_bytes());
        data.extend(block);
    }
    data.extend(adler(&raw).to_be_bytes());
    chunk(&mut file, *b"IDAT", &data);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    let body = [&name[..], data].concat();
    file.extend(&body);
    file.extend(crc(&body).to_be_bytes());
}

fn crc(data: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    };
    !data.iter().fold(u32::MAX, step)
}

fn adler(data: &[u8]) -> u32 {
    let sums = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    sums.1 << 16 | sums.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_format() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_changes_with_the_beat() {
        for profile in [ProfileId::from_bits(1), ProfileId::from_bits(2)] {
            assert_ne!(draw(profile, 1), draw(profile, 2));
            assert_eq!(draw(profile, 1), draw(profile, 1));
        }
    }
}

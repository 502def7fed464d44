//! Checks the colours of the style sheet: every text token on every background, in both themes.

/// The sheet itself, so that a changed colour is checked as it is shipped.
const SHEET: &str = include_str!("../style/10-tokens.css");

/// The dark and the light value of `--name` in the first block that has it after `from`.
fn token(name: &str, from: &str) -> (String, String) {
    let start = SHEET.find(from).expect("BUG: the block is in the sheet");
    let rest = &SHEET[start..];
    let needle = format!("--{name}: ");
    let at = rest
        .find(&needle)
        .map(|at| at + needle.len())
        .expect("BUG: the token is in the sheet");
    let value = rest[at..]
        .split(';')
        .next()
        .expect("BUG: a declaration ends");
    match value
        .strip_prefix("light-dark(")
        .and_then(|pair| pair.strip_suffix(')'))
        .and_then(|pair| pair.split_once(", "))
    {
        Some((light, dark)) => (dark.to_owned(), light.to_owned()),
        None => (value.to_owned(), value.to_owned()),
    }
}

fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(
            u8::from_str_radix(&hex[at..at + 2], 16).expect("BUG: a colour is six hex digits"),
        ) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const TEXTS: [&str; 9] = [
    "fg",
    "fg-2",
    "fg-3",
    "accent-text",
    "ok",
    "warn",
    "err",
    "info",
    "attn",
];

fn check(block: &str, text: &str, on: &str, least: f64) {
    let (text_dark, text_light) = token(text, block);
    let (on_dark, on_light) = token(on, block);
    for (theme, text_value, on_value) in [
        ("dark", text_dark, on_dark),
        ("light", text_light, on_light),
    ] {
        let ratio = contrast(&text_value, &on_value);
        assert!(
            ratio >= least,
            "{theme} --{text} on --{on} has {ratio:.2}, at least {least} is needed"
        );
    }
}

#[test]
fn text_can_be_read_on_every_background() {
    for text in TEXTS {
        for on in ["bg", "surface", "raised", "hover", "sel"] {
            check(":root {", text, on, 4.5);
        }
    }
}

#[test]
fn states_can_be_read_on_their_tints() {
    for state in ["ok", "warn", "err", "info", "attn"] {
        check(":root {", state, &format!("{state}-tint"), 4.5);
        check(":root {", "fg", &format!("{state}-tint"), 4.5);
        check(":root {", "fg-2", &format!("{state}-tint"), 4.5);
    }
}

#[test]
fn buttons_and_edges_can_be_seen() {
    check(":root {", "on-accent", "accent", 4.5);
    check(":root {", "on-accent", "accent-pressed", 4.5);
    check(":root {", "on-danger", "danger", 4.5);
    check(":root {", "on-danger", "danger-pressed", 4.5);
    check(":root {", "on-mark", "mark", 4.5);
    for on in ["bg", "surface", "hover"] {
        check(":root {", "line-strong", on, 2.95);
    }
}

#[test]
fn log_colours_can_be_read() {
    for color in 0..16 {
        check(":root {", &format!("ansi-{color}"), "surface", 4.5);
    }
}

#[test]
fn high_contrast_is_higher() {
    let block = ":root[data-contrast=\"more\"] {";
    for text in TEXTS {
        for on in ["bg", "surface", "raised", "hover", "sel"] {
            check(block, text, on, 7.0);
        }
    }
    check(block, "line-strong", "bg", 4.0);
}

//! Real events of the keyboard.

use std::time::Duration;

use drover_model::step::Chord;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::sleep;

use super::{
    StepProblem, Target, fields,
    follow::during,
    keys::{Key, bit, named, of_char, of_chord},
    probe::{Details, Limit, Need, wait_for},
    question::Field,
};
use crate::{
    Page,
    cdp::{
        CdpError, Session,
        protocol::{DispatchKeyEvent, InsertText},
    },
};

/// Presses the keys of a text one by one after what is in the field.
pub(super) async fn write(
    page: &Page,
    target: &Target,
    text: &SecretString,
    delay: Option<Duration>,
    limit: Limit,
) -> Result<(), StepProblem> {
    let ready = wait_for(page, target, Need::Type, Details::default(), limit).await?;
    if ready.field != Some(Field::Text) {
        return fields::assign(page, target, text, limit).await;
    }
    let session = page.session();
    let input = async {
        for (place, letter) in text.expose_secret().chars().enumerate() {
            if let Some(delay) = delay.filter(|_| place > 0) {
                sleep(delay).await;
            }
            if let Some(key) = of_char(letter) {
                stroke(session, &key, 0).await?;
            } else {
                let text = &letter.to_string();
                session.call(&InsertText { text }).await?;
            }
        }
        Ok(())
    };
    during(page, limit, "type into the field", input).await
}

/// Presses a key with its modifiers, in an element or where the focus is.
pub(super) async fn press(
    page: &Page,
    target: Option<&Target>,
    chord: &Chord,
    limit: Limit,
) -> Result<(), StepProblem> {
    if let Some(target) = target {
        wait_for(page, target, Need::Focus, Details::default(), limit).await?;
    }
    let key = of_chord(chord).ok_or_else(|| StepProblem::Wrong {
        target: chord.to_string(),
        problem: "no such key".to_owned(),
    })?;
    let session = page.session();
    let input = async {
        let mut held = 0;
        let modifiers = chord.modifiers.iter();
        let pressed: Vec<(Key, u8)> = modifiers
            .filter_map(|modifier| Some((named(modifier.word())?, bit(*modifier))))
            .collect();
        for (modifier, bit) in &pressed {
            held |= bit;
            down(session, modifier, held).await?;
        }
        stroke(session, &key, held).await?;
        for (modifier, bit) in pressed.iter().rev() {
            held &= !bit;
            up(session, modifier, held).await?;
        }
        Ok(())
    };
    during(page, limit, "press the key", input).await
}

/// One key down and up again.
pub(super) async fn stroke(session: &Session, key: &Key, held: u8) -> Result<(), CdpError> {
    down(session, key, held).await?;
    up(session, key, held).await
}

async fn down(session: &Session, key: &Key, held: u8) -> Result<(), CdpError> {
    let text = key.text.as_deref();
    let kind = if text.is_some() {
        "keyDown"
    } else {
        "rawKeyDown"
    };
    event(session, kind, key, held, text).await
}

async fn up(session: &Session, key: &Key, held: u8) -> Result<(), CdpError> {
    event(session, "keyUp", key, held, None).await
}

async fn event(
    session: &Session,
    kind: &str,
    key: &Key,
    modifiers: u8,
    text: Option<&str>,
) -> Result<(), CdpError> {
    let event = DispatchKeyEvent {
        kind,
        key: &key.name,
        code: &key.code,
        windows_virtual_key_code: key.number,
        modifiers,
        text,
    };
    session.call(&event).await.map(|_| ())
}

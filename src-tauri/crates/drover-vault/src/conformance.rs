//! What every vault must do, whatever keeps the values. Each function panics with a reason when it does not.

use secrecy::{ExposeSecret, SecretString};

use crate::{Backend, Error, LONGEST_SECRET, Reference, State, Vault};

/// An open vault keeps values, replaces them, gives them back whole and forgets them.
pub async fn keeps_values(vault: &Vault) {
    assert_eq!(
        vault.probe().await,
        State::Ready,
        "the suite needs an open vault"
    );
    assert_eq!(vault.state(), State::Ready, "a look is published");

    let values = [
        "plain",
        "",
        "zwölf \u{1f511}\nand\ttwo lines",
        &"é".repeat(LONGEST_SECRET / 2),
    ];
    for (index, value) in values.into_iter().enumerate() {
        let reference = vault.reference(format!("conformance-{index}"));
        put(vault, &reference, "an earlier value").await;
        put(vault, &reference, value).await;
        assert_eq!(
            get(vault, &reference).await,
            value,
            "the last value is given back, byte by byte"
        );
    }

    let [first, second] = [
        vault.reference("conformance-0"),
        vault.reference("conformance-1"),
    ];
    vault
        .remove(&first)
        .await
        .expect("an entry that is there can be removed");
    let gone = Error::NotFound {
        entry: first.entry.clone(),
    };
    assert_eq!(
        vault.get(&first).await.map(drop),
        Err(gone.clone()),
        "a removed value is gone"
    );
    assert_eq!(
        vault.remove(&first).await,
        Err(gone),
        "removing twice says so"
    );
    assert_eq!(get(vault, &second).await, "", "the neighbour stays");
    for index in 1..values.len() {
        let reference = vault.reference(format!("conformance-{index}"));
        vault
            .remove(&reference)
            .await
            .expect("an entry that is there can be removed");
    }
    assert_eq!(
        vault.state(),
        State::Ready,
        "a missing entry says nothing against the keychain"
    );
}

/// A value that may not fit elsewhere, and a reference to another keychain, are refused; nothing is written.
pub async fn refuses(vault: &Vault) {
    let reference = vault.reference("conformance-refused");
    let long = "x".repeat(LONGEST_SECRET + 1);
    let refused = vault.put(&reference, SecretString::from(long)).await;
    assert_eq!(
        refused,
        Err(Error::TooLong {
            bytes: LONGEST_SECRET + 1
        }),
        "one byte too many is refused"
    );
    let missing = vault.get(&reference).await.map(drop);
    assert_eq!(
        missing,
        Err(Error::NotFound {
            entry: reference.entry.clone()
        }),
        "and not written"
    );

    let elsewhere = Reference::new(Backend::stored("another-keychain"), "conformance-refused");
    let changed = Err(Error::BackendChanged {
        stored: elsewhere.backend.clone(),
        in_use: vault.backend().clone(),
    });
    assert_eq!(
        vault.put(&elsewhere, SecretString::from("x")).await,
        changed,
        "no value is written over"
    );
    assert_eq!(
        vault.get(&elsewhere).await.map(drop),
        changed,
        "no value is guessed"
    );
    assert_eq!(
        vault.remove(&elsewhere).await,
        changed,
        "no value is removed"
    );
}

/// Two hundred calls at once, more than the queue holds, are all answered, each with its own value.
pub async fn answers_a_crowd(vault: &Vault) {
    let crowd: Vec<_> = (0..200)
        .map(|index| {
            let vault = vault.clone();
            tokio::spawn(async move {
                let reference = vault.reference(format!("conformance-crowd-{}", index % 10));
                let value = format!("value {}", index % 10);
                put(&vault, &reference, &value).await;
                assert_eq!(
                    get(&vault, &reference).await,
                    value,
                    "nobody gets the value of another"
                );
            })
        })
        .collect();
    for one in crowd {
        one.await.expect("each of the crowd is served");
    }
    for index in 0..10 {
        let reference = vault.reference(format!("conformance-crowd-{index}"));
        vault
            .remove(&reference)
            .await
            .expect("an entry that is there can be removed");
    }
}

/// A locked vault says so to every request and stays as it is.
pub async fn says_that_it_is_locked(vault: &Vault) {
    says(vault, State::Locked, &Error::Locked).await;
}

/// A vault without a keychain says so to every request.
pub async fn says_that_it_is_absent(vault: &Vault) {
    says(vault, State::Absent, &Error::Absent).await;
}

async fn says(vault: &Vault, state: State, error: &Error) {
    assert_eq!(vault.probe().await, state);
    let reference = vault.reference("conformance-unreachable");
    assert_eq!(vault.get(&reference).await.map(drop).as_ref(), Err(error));
    assert_eq!(
        vault
            .put(&reference, SecretString::from("value"))
            .await
            .as_ref(),
        Err(error)
    );
    assert_eq!(vault.remove(&reference).await.as_ref(), Err(error));
    assert_eq!(vault.state(), state, "asking does not change it");
}

async fn put(vault: &Vault, reference: &Reference, value: &str) {
    vault
        .put(reference, SecretString::from(value))
        .await
        .expect("an open vault takes a value");
}

async fn get(vault: &Vault, reference: &Reference) -> String {
    let value = vault
        .get(reference)
        .await
        .expect("a value that was put can be read");
    value.expose_secret().to_owned()
}

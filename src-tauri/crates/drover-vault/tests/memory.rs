//! The memory vault against the conformance suite, and the thread, its deadlines and its states against faults.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use drover_vault::{Error, Faults, State, Vault, conformance};
use secrecy::{ExposeSecret, SecretString};

/// For calls that are served.
fn faulty() -> (Vault, Faults) {
    Vault::with_faults(Duration::from_mins(1))
}

/// For calls that hang: long enough for one that is served, short enough to wait for when it is not.
fn impatient() -> (Vault, Faults) {
    Vault::with_faults(Duration::from_secs(1))
}

async fn stored(vault: &Vault) -> drover_vault::Reference {
    let reference = vault.reference("token-1");
    vault
        .put(&reference, SecretString::from("canary-4f1c"))
        .await
        .unwrap();
    reference
}

#[tokio::test]
async fn memory_conforms() {
    let vault = Vault::session_only();
    conformance::keeps_values(&vault).await;
    conformance::refuses(&vault).await;
    conformance::answers_a_crowd(&vault).await;
    assert_eq!(vault.backend().as_str(), "memory");
}

#[tokio::test]
async fn two_sessions_share_nothing() {
    let vault = Vault::session_only();
    let reference = stored(&vault).await;
    assert!(matches!(
        Vault::session_only().get(&reference).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn neither_debug_nor_errors_show_a_value() {
    let vault = Vault::session_only();
    let reference = stored(&vault).await;
    let value = vault.get(&reference).await.unwrap();
    let missing = vault.get(&vault.reference("token-2")).await.unwrap_err();
    let shown = format!("{vault:?} {reference:?} {value:?} {missing:?} {missing}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn locked_and_absent_are_said_and_pass() {
    let (vault, faults) = faulty();
    let reference = stored(&vault).await;

    faults.locked(true);
    conformance::says_that_it_is_locked(&vault).await;
    assert_eq!(faults.prompts(), 0, "only the user may cause a prompt");

    faults.locked(false);
    assert_eq!(
        vault.get(&reference).await.unwrap().expose_secret(),
        "canary-4f1c"
    );
    assert_eq!(vault.state(), State::Ready, "an answer is published");

    faults.absent(true);
    conformance::says_that_it_is_absent(&vault).await;
    faults.absent(false);
    assert_eq!(vault.probe().await, State::Ready);
}

#[tokio::test]
async fn one_prompt_at_a_time_and_a_dismissed_one_leaves_it_locked() {
    let (vault, faults) = faulty();
    faults.locked(true);
    faults.person_dismisses(true);
    assert_eq!(vault.unlock().await, Ok(State::Locked));
    assert_eq!((vault.state(), faults.prompts()), (State::Locked, 1));

    faults.hanging(true);
    let mut watch = vault.watch();
    let asking = [vault.clone(), vault.clone()]
        .map(|vault| tokio::spawn(async move { vault.unlock().await }));
    watch
        .wait_for(|state| *state == State::Unlocking)
        .await
        .unwrap();
    for _ in 0..10 {
        tokio::task::yield_now().await; // Lets the second one come to where it waits for the first.
    }
    faults.hanging(false);
    for one in asking {
        assert_eq!(
            one.await.unwrap(),
            Ok(State::Locked),
            "both get the outcome of the one prompt"
        );
    }
    assert_eq!(
        faults.prompts(),
        2,
        "the second user action showed one prompt, not two"
    );

    faults.person_dismisses(false);
    assert_eq!(vault.unlock().await, Ok(State::Ready));
    assert_eq!(
        vault.unlock().await,
        Ok(State::Ready),
        "an open one is left alone"
    );
    assert_eq!(faults.prompts(), 3);
}

#[tokio::test]
async fn a_call_that_hangs_times_out_and_the_next_thread_serves() {
    let (vault, faults) = impatient();
    let reference = stored(&vault).await;
    faults.hanging(true);
    let crowd: Vec<_> = (0..100)
        .map(|_| {
            let (vault, reference) = (vault.clone(), reference.clone());
            tokio::spawn(async move { vault.get(&reference).await.map(drop) })
        })
        .collect();
    for one in crowd {
        assert_eq!(
            one.await.unwrap(),
            Err(Error::TimedOut),
            "those that queue behind it do not wait for ever"
        );
    }
    assert_eq!(vault.state(), State::TimedOut);

    faults.hanging(false);
    assert_eq!(
        vault.get(&reference).await.unwrap().expose_secret(),
        "canary-4f1c"
    );
    assert_eq!(vault.state(), State::Ready);
}

#[tokio::test]
async fn a_caller_who_stops_waiting_does_not_hide_the_hang() {
    let (vault, faults) = impatient();
    let reference = stored(&vault).await;
    faults.hanging(true);
    let mut watch = vault.watch();
    let caller = tokio::spawn({
        let (vault, reference) = (vault.clone(), reference.clone());
        async move { vault.get(&reference).await.map(drop) }
    });
    tokio::task::yield_now().await;
    caller.abort();
    watch
        .wait_for(|state| *state == State::TimedOut)
        .await
        .unwrap();
}

#[tokio::test]
async fn threads_that_hang_are_bounded_and_then_it_is_absent_until_one_returns() {
    let (vault, faults) = impatient();
    let reference = stored(&vault).await;
    faults.hanging(true);
    for _ in 0..3 {
        assert_eq!(vault.get(&reference).await.map(drop), Err(Error::TimedOut));
    }
    assert_eq!(vault.state(), State::Absent);
    assert_eq!(
        vault.get(&reference).await.map(drop),
        Err(Error::Absent),
        "at once, without another thread"
    );

    faults.hanging(false);
    while vault.probe().await != State::Ready {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        vault.get(&reference).await.unwrap().expose_secret(),
        "canary-4f1c"
    );
}

#[tokio::test]
async fn a_panic_in_the_library_is_an_error_and_the_next_thread_serves() {
    let (vault, faults) = impatient();
    let reference = stored(&vault).await;
    faults.panic_once();
    assert!(matches!(
        vault.get(&reference).await,
        Err(Error::Failed { .. })
    ));
    assert_eq!(
        vault.get(&reference).await.unwrap().expose_secret(),
        "canary-4f1c"
    );
}

#[test]
fn a_hanging_keychain_does_not_hold_up_the_end_of_the_runtime() {
    let (vault, faults) = Vault::with_faults(Duration::from_mins(10));
    faults.hanging(true);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.spawn(async move { vault.get(&vault.reference("token-1")).await.map(drop) });
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        drop(runtime);
        ended.send(()).unwrap();
    });
    end.recv_timeout(Duration::from_secs(3))
        .expect("a keychain on a thread of the runtime would hold up its end");
}

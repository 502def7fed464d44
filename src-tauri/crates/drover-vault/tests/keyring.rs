//! The vault against a real GNOME Keyring, in a D-Bus session of its own.
//!
//! The address of the bus belongs to the process, so each test starts this binary again inside `dbus-run-session` and
//! does its work there.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod session;

use std::time::Duration;

use drover_vault::{Error, State, Vault, conformance};
use rustix::process::Signal;
use secrecy::{ExposeSecret, SecretString};
use session::{Bus, Keyring, in_session};

const SERVICE: &str = "drover/vault-test";

#[test]
fn an_open_keyring_conforms() {
    in_session(
        "an_open_keyring_conforms",
        Bus::Usual,
        |session| async move {
            let _keyring = Keyring::unlocked(&session);
            let vault = Vault::os(SERVICE);
            conformance::keeps_values(&vault).await;
            conformance::refuses(&vault).await;
            conformance::answers_a_crowd(&vault).await;
            assert_eq!(vault.backend().as_str(), "secret-service");
        },
    );
}

#[test]
fn values_outlive_the_vault_and_belong_to_one_data_folder() {
    in_session(
        "values_outlive_the_vault_and_belong_to_one_data_folder",
        Bus::Usual,
        |session| async move {
            let _keyring = Keyring::unlocked(&session);
            let vault = Vault::os(SERVICE);
            let reference = vault.reference("token-1");
            vault
                .put(&reference, SecretString::from("kept"))
                .await
                .unwrap();
            drop(vault);

            assert_eq!(
                Vault::os(SERVICE)
                    .get(&reference)
                    .await
                    .unwrap()
                    .expose_secret(),
                "kept"
            );
            let elsewhere = Vault::os("drover/another-folder").get(&reference).await;
            assert!(
                matches!(elsewhere, Err(Error::NotFound { .. })),
                "another folder does not see it"
            );
        },
    );
}

#[test]
fn a_locked_keyring_says_so_and_a_prompt_that_nobody_sees_leaves_it_locked() {
    let name = "a_locked_keyring_says_so_and_a_prompt_that_nobody_sees_leaves_it_locked";
    in_session(name, Bus::WithoutServices, |session| async move {
        let vault = Vault::os(SERVICE);
        let reference = vault.reference("token-1");
        let keyring = Keyring::unlocked(&session);
        vault
            .put(&reference, SecretString::from("kept"))
            .await
            .unwrap();
        drop(keyring);

        let _keyring = Keyring::locked(&session);
        conformance::says_that_it_is_locked(&vault).await;

        // There is no display, so the keyring's prompter gives up by itself.
        assert_eq!(vault.unlock().await, Ok(State::Locked));
        assert_eq!(vault.get(&reference).await.map(drop), Err(Error::Locked));
    });
}

#[test]
fn a_keyring_that_is_opened_again_is_used_again() {
    in_session(
        "a_keyring_that_is_opened_again_is_used_again",
        Bus::WithoutServices,
        |session| async move {
            let vault = Vault::os(SERVICE);
            let reference = vault.reference("token-1");
            let keyring = Keyring::unlocked(&session);
            vault
                .put(&reference, SecretString::from("kept"))
                .await
                .unwrap();
            drop(keyring);

            // A new service on the bus: the session with the old one is worth nothing.
            let _keyring = Keyring::unlocked(&session);
            assert_eq!(vault.get(&reference).await.unwrap().expose_secret(), "kept");
            assert_eq!(vault.state(), State::Ready);
        },
    );
}

#[test]
fn a_fresh_home_without_a_default_collection_is_absent() {
    in_session(
        "a_fresh_home_without_a_default_collection_is_absent",
        Bus::Usual,
        |session| async move {
            let _keyring = Keyring::locked(&session);
            conformance::says_that_it_is_absent(&Vault::os(SERVICE)).await;
        },
    );
}

#[test]
fn a_bus_without_a_service_is_absent_until_one_comes() {
    in_session(
        "a_bus_without_a_service_is_absent_until_one_comes",
        Bus::WithoutServices,
        |session| async move {
            let vault = Vault::os(SERVICE);
            conformance::says_that_it_is_absent(&vault).await;

            let _keyring = Keyring::unlocked(&session);
            assert_eq!(vault.probe().await, State::Ready);
        },
    );
}

#[test]
fn no_bus_is_absent() {
    in_session("no_bus_is_absent", Bus::None, |_session| async move {
        conformance::says_that_it_is_absent(&Vault::os(SERVICE)).await;
    });
}

#[test]
fn a_service_that_is_killed_is_an_error_and_not_a_hang() {
    let name = "a_service_that_is_killed_is_an_error_and_not_a_hang";
    in_session(name, Bus::WithoutServices, |session| async move {
        let keyring = Keyring::unlocked(&session);
        let vault = Vault::os(SERVICE);
        let reference = vault.reference("token-1");
        vault
            .put(&reference, SecretString::from("kept"))
            .await
            .unwrap();

        // Stopped first, so that the call waits for an answer when the service dies, or comes too late for it.
        keyring.signal(Signal::STOP);
        let call = tokio::spawn({
            let (vault, reference) = (vault.clone(), reference.clone());
            async move { vault.get(&reference).await.map(drop) }
        });
        tokio::task::yield_now().await;
        keyring.signal(Signal::KILL);
        let result = call.await.unwrap();
        assert!(
            matches!(result, Err(Error::Absent | Error::Failed { .. })),
            "{result:?}"
        );
        conformance::says_that_it_is_absent(&vault).await;
    });
}

#[test]
fn a_service_that_does_not_answer_times_out_and_holds_up_nobody() {
    let name = "a_service_that_does_not_answer_times_out_and_holds_up_nobody";
    in_session(name, Bus::WithoutServices, |session| async move {
        let keyring = Keyring::unlocked(&session);
        let vault = Vault::os(SERVICE);
        let reference = vault.reference("token-1");
        vault
            .put(&reference, SecretString::from("kept"))
            .await
            .unwrap();

        keyring.signal(Signal::STOP);
        assert_eq!(vault.get(&reference).await.map(drop), Err(Error::TimedOut));
        assert_eq!(vault.state(), State::TimedOut);

        keyring.signal(Signal::CONT);
        assert_eq!(vault.get(&reference).await.unwrap().expose_secret(), "kept");

        // Left stopped with a call inside: the runtime and then this process must end all the same.
        keyring.signal(Signal::STOP);
        tokio::spawn(async move { vault.get(&reference).await.map(drop) });
        tokio::time::timeout(Duration::from_secs(1), std::future::pending::<()>())
            .await
            .unwrap_err();
        keyring.leave_stopped();
    });
}

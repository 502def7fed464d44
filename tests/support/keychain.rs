//! The keychain of a desktop, locked and unlocked as its owner does it.

use std::collections::HashMap;

use zbus::{
    blocking::{Connection, Proxy, connection::Builder},
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use super::desktop::{Desktop, KEYRING_PASSWORD};

const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const INTERFACE: &str = "org.freedesktop.Secret.Service";

/// What the keyring's own unlock dialogue calls once the password was typed.
const DIALOGUE: &str = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";

impl Desktop {
    /// Locks the login keyring.
    pub(crate) fn lock_keychain(&self) {
        let bus = self.bus();
        let service = service(&bus, INTERFACE);
        let (locked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            service.call("Lock", &vec![login(&service)]).unwrap();
        assert_eq!((locked.len(), prompt.as_str()), (1, "/"), "it is locked");
    }

    /// Unlocks it with its password.
    pub(crate) fn unlock_keychain(&self) {
        let bus = self.bus();
        let secrets = service(&bus, INTERFACE);
        let (_, session): (OwnedValue, OwnedObjectPath) = secrets
            .call("OpenSession", &("plain", Value::from("")))
            .unwrap();
        let no_parameters = Vec::<u8>::new();
        let password = (
            session,
            no_parameters,
            KEYRING_PASSWORD.as_bytes(),
            "text/plain",
        );
        let () = service(&bus, DIALOGUE)
            .call("UnlockWithMasterPassword", &(login(&secrets), password))
            .unwrap();
        let (unlocked, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = secrets
            .call("SearchItems", &HashMap::from([("journey", "probe")]))
            .unwrap();
        assert_eq!(unlocked.len(), 1, "it is unlocked");
    }

    fn bus(&self) -> Connection {
        let address = self.variable("DBUS_SESSION_BUS_ADDRESS");
        Builder::address(address.as_str()).unwrap().build().unwrap()
    }
}

fn service(bus: &Connection, interface: &'static str) -> Proxy<'static> {
    Proxy::new(bus, SERVICE, ROOT, interface).unwrap()
}

/// The collection in which Drover's entries are.
fn login(service: &Proxy<'_>) -> OwnedObjectPath {
    service.call("ReadAlias", &"default").unwrap()
}

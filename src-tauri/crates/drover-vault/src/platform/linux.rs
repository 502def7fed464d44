//! The Secret Service on the session bus: GNOME Keyring, `KWallet` and others.
//!
//! The store that reads and writes would put a prompt on the screen whenever it meets a locked item, and hold its lock
//! until somebody answers. So before every call this file looks, over a connection of its own, whether there is
//! anything locked in the way.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::SecretString;
use zbus::MatchRule;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus_secret_service_keyring_store::Store;

use crate::keychain::Keychain;
use crate::{Backend, Error, Result, State, entry};

pub(crate) const BACKEND: Backend = Backend::known("secret-service");

const BUS_NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const PROMPT: &str = "org.freedesktop.Secret.Prompt";
/// The path that stands for "none" in answers of the service.
const NONE: &str = "/";

pub(crate) fn keychain(service: &str) -> Box<dyn Keychain> {
    Box::new(SecretService {
        service: service.to_owned(),
        bus: None,
        store: None,
    })
}

struct SecretService {
    service: String,
    bus: Option<Connection>,
    store: Option<Built>,
}

/// A store, and the connection on the bus it was built for. Its session dies with the service, so a new owner of the
/// name needs a new store.
struct Built {
    owner: String,
    store: Arc<Store>,
}

impl SecretService {
    fn bus(&mut self) -> zbus::Result<Connection> {
        match &self.bus {
            Some(bus) if !bus.is_closed() => Ok(bus.clone()),
            _ => Ok(self.bus.insert(Connection::session()?).clone()),
        }
    }

    /// The default collection and whether it is locked; `None` when there is none.
    fn look(&mut self) -> zbus::Result<Option<(OwnedObjectPath, bool)>> {
        let bus = self.bus()?;
        let reply = bus.call_method(
            Some(BUS_NAME),
            ROOT,
            Some(SERVICE),
            "ReadAlias",
            &("default",),
        )?;
        let collection: OwnedObjectPath = reply.body().deserialize()?;
        if collection.as_str() == NONE {
            return Ok(None);
        }
        let property = (COLLECTION, "Locked");
        let properties = Some("org.freedesktop.DBus.Properties");
        let reply = bus.call_method(Some(BUS_NAME), &collection, properties, "Get", &property)?;
        let locked = bool::try_from(reply.body().deserialize::<OwnedValue>()?)?;
        Ok(Some((collection, locked)))
    }

    /// The entry of `user`, once it is certain that using it will not prompt.
    fn entry(&mut self, user: &str) -> Result<keyring::Entry> {
        match self.probe() {
            State::Ready => {}
            State::Locked => return Err(Error::Locked),
            _ => return Err(Error::Absent),
        }
        if self.is_locked_elsewhere(user).map_err(|_| Error::Absent)? {
            return Err(Error::Locked);
        }
        let store = self.store()?;
        let label = format!("Drover token {user}");
        entry::open(
            &*store,
            &self.service,
            user,
            &HashMap::from([("label", label.as_str())]),
        )
    }

    /// Whether the entry lies in a collection that is locked: it may be another one than the default of today.
    fn is_locked_elsewhere(&mut self, user: &str) -> zbus::Result<bool> {
        let bus = self.bus()?;
        let attributes = HashMap::from([("service", self.service.as_str()), ("username", user)]);
        let reply = bus.call_method(
            Some(BUS_NAME),
            ROOT,
            Some(SERVICE),
            "SearchItems",
            &(attributes,),
        )?;
        let (_, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            reply.body().deserialize()?;
        Ok(!locked.is_empty())
    }

    fn store(&mut self) -> Result<Arc<Store>> {
        let owner = self.owner().map_err(|_| Error::Absent)?;
        if let Some(built) = self.store.as_ref().filter(|built| built.owner == owner) {
            return Ok(Arc::clone(&built.store));
        }
        let store = Store::new().map_err(|_| Error::Failed {
            what: "to open a session",
        })?;
        self.store = Some(Built {
            owner,
            store: Arc::clone(&store),
        });
        Ok(store)
    }

    fn owner(&mut self) -> zbus::Result<String> {
        let bus = self.bus()?;
        let name = BUS_NAME.try_into()?;
        Ok(DBusProxy::new(&bus)?.get_name_owner(name)?.to_string())
    }

    /// A store that failed is not used again.
    fn forget_after_failure<T>(&mut self, result: Result<T>) -> Result<T> {
        if matches!(result, Err(Error::Failed { .. } | Error::Locked)) {
            self.store = None;
        }
        result
    }

    fn open(&mut self) -> zbus::Result<State> {
        let collection = match self.look()? {
            None => return Ok(State::Absent),
            Some((_, false)) => return Ok(State::Ready),
            Some((collection, true)) => collection,
        };
        let bus = self.bus()?;
        let reply = bus.call_method(
            Some(BUS_NAME),
            ROOT,
            Some(SERVICE),
            "Unlock",
            &(vec![&collection],),
        )?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = reply.body().deserialize()?;
        if prompt.as_str() != NONE {
            show(&bus, &prompt)?;
        }
        Ok(self.probe())
    }
}

/// Puts the prompt on the screen and waits until it is answered, dismissed, or the service is gone.
fn show(bus: &Connection, prompt: &OwnedObjectPath) -> zbus::Result<()> {
    let completed = MatchRule::builder()
        .interface(PROMPT)?
        .member("Completed")?
        .path(prompt)?
        .build();
    let left = MatchRule::builder()
        .member("NameOwnerChanged")?
        .arg(0, BUS_NAME)?
        .build();
    let daemon = DBusProxy::new(bus)?;
    daemon.add_match_rule(completed.clone())?;
    daemon.add_match_rule(left.clone())?;
    // One queue for both, opened before the prompt, so that no answer is missed.
    let messages = MessageIterator::from(bus);
    let shown = bus.call_method(Some(BUS_NAME), prompt, Some(PROMPT), "Prompt", &("",));
    // A prompt that cannot be shown, as without a display, counts as dismissed.
    if shown.is_ok() {
        for message in messages {
            let message = message?;
            if completed.matches(&message)? || left.matches(&message)? {
                break;
            }
        }
    }
    daemon.remove_match_rule(completed)?;
    daemon.remove_match_rule(left)?;
    Ok(())
}

impl Keychain for SecretService {
    fn probe(&mut self) -> State {
        match self.look() {
            Ok(Some((_, false))) => State::Ready,
            Ok(Some((_, true))) => State::Locked,
            Ok(None) => State::Absent,
            Err(_) => {
                self.bus = None;
                self.store = None;
                State::Absent
            }
        }
    }

    fn unlock(&mut self) -> Result<State> {
        self.open().map_err(|_| Error::Absent)
    }

    fn put(&mut self, user: &str, secret: &SecretString) -> Result<()> {
        let entry = self.entry(user)?;
        let result = entry::write(&entry, user, secret);
        self.forget_after_failure(result)
    }

    fn get(&mut self, user: &str) -> Result<SecretString> {
        let entry = self.entry(user)?;
        let result = entry::read(&entry, user);
        self.forget_after_failure(result)
    }

    fn remove(&mut self, user: &str) -> Result<()> {
        let entry = self.entry(user)?;
        let result = entry::delete(&entry, user);
        self.forget_after_failure(result)
    }
}

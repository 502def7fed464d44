//! Whether this desktop shows tray icons: the library that draws them, and a host that shows
//! them, which may come and go while Drover runs. GNOME without an extension has no host.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use libloading::Library;
use tokio::sync::watch;
use zbus::{
    MatchRule,
    blocking::{Connection, MessageIterator, connection, fdo::DBusProxy},
    message::Type,
    names::BusName,
    zvariant::OwnedValue,
};

/// The bus name of whoever keeps the list of tray icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the bus may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the tray can be seen.
pub(crate) struct TrayHost {
    /// The library is there and has not failed.
    drawable: AtomicBool,
    host: watch::Sender<bool>,
}

impl TrayHost {
    /// Looks for both, and follows the host on a thread of its own.
    pub(crate) fn follow() -> Self {
        let host = watch::channel(false).0;
        let told = host.clone();
        let follow = move || {
            if let Err(error) = follow(&told) {
                tracing::info!(%error, "there is no tray: the session bus does not answer");
            }
            told.send_replace(false);
        };
        if let Err(error) = thread::Builder::new()
            .name("tray-host".to_owned())
            .spawn(follow)
        {
            tracing::warn!(%error, "failed to start the thread that looks for a tray");
        }
        Self {
            drawable: AtomicBool::new(library()),
            host,
        }
    }

    /// Whether an icon can be made at all.
    pub(crate) fn can_draw(&self) -> bool {
        self.drawable.load(Ordering::Acquire)
    }

    /// Whether somebody shows the icon, so that a hidden window can be found again.
    pub(crate) fn is_there(&self) -> bool {
        self.can_draw() && *self.host.borrow()
    }

    /// Hears when that may have changed.
    pub(crate) fn changes(&self) -> watch::Receiver<bool> {
        self.host.subscribe()
    }

    /// The icon could not be made.
    pub(crate) fn give_up(&self) {
        self.drawable.store(false, Ordering::Release);
        self.host.send_replace(false);
    }
}

/// Whether the library is there. The tray's own crate panics without it.
fn library() -> bool {
    const NAMES: [&str; 4] = [
        "libayatana-appindicator3.so.1",
        "libappindicator3.so.1",
        "libayatana-appindicator3.so",
        "libappindicator3.so",
    ];
    #[expect(unsafe_code, reason = "there is no other way to ask the loader")]
    // SAFETY: the tray's crate loads the same library right after; its initialisers only register GObject types.
    NAMES
        .iter()
        .any(|name| unsafe { Library::new(name) }.is_ok())
}

/// Tells whether there is a host, now and whenever that may have changed. Ends with the bus.
fn follow(told: &watch::Sender<bool>) -> zbus::Result<()> {
    // A second connection asks, since the first one's queue must be free to take signals meanwhile.
    let (heard, asked) = (open()?, open()?);
    let bus = DBusProxy::new(&heard)?;
    bus.add_match_rule(owner_changes()?)?;
    bus.add_match_rule(
        MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(WATCHER)?
            .build(),
    )?;
    let messages = MessageIterator::from(&heard);
    told.send_replace(has_host(&asked));
    for message in messages {
        if message?.message_type() == Type::Signal {
            told.send_replace(has_host(&asked));
        }
    }
    Ok(())
}

fn open() -> zbus::Result<Connection> {
    connection::Builder::session()?
        .method_timeout(PATIENCE)
        .build()
}

fn owner_changes() -> zbus::Result<MatchRule<'static>> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")?
        .member("NameOwnerChanged")?;
    Ok(rule.arg(0, WATCHER)?.build())
}

/// Whether the watcher is there and has a host. It is never started by the question.
fn has_host(bus: &Connection) -> bool {
    let owned = BusName::try_from(WATCHER).ok().and_then(|name| {
        DBusProxy::new(bus)
            .and_then(|bus| bus.name_has_owner(name).map_err(Into::into))
            .ok()
    });
    owned == Some(true) && registered(bus).unwrap_or(false)
}

fn registered(bus: &Connection) -> zbus::Result<bool> {
    let property = (WATCHER, "IsStatusNotifierHostRegistered");
    let reply = bus.call_method(
        Some(WATCHER),
        "/StatusNotifierWatcher",
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &property,
    )?;
    Ok(bool::try_from(reply.body().deserialize::<OwnedValue>()?)?)
}

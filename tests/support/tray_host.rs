//! A tray host: the desktop's side of `StatusNotifierItem`, which reads and clicks the menu.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use zbus::{
    blocking::{Connection, Proxy, connection::Builder},
    interface,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

use super::{desktop::Desktop, patience::until};

struct Watcher {
    items: Arc<Mutex<Vec<String>>>,
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "the interface is given by the specification"
)]
#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        #[zbus(header)] header: zbus::message::Header<'_>,
        service: &str,
    ) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let item = if service.starts_with('/') {
            format!("{sender}{service}")
        } else {
            format!("{service}/StatusNotifierItem")
        };
        self.items.lock().unwrap().push(item);
    }

    fn register_status_notifier_host(&self, service: &str) {
        drop(service.to_owned()); // nobody asks for the hosts
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.items.lock().unwrap().clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A line of a menu: its id and its label.
pub(crate) type Line = (i32, String);

/// A node of the menu: its id, its properties, its children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The host of one desktop's tray.
pub(crate) struct TrayHost {
    connection: Connection,
    items: Arc<Mutex<Vec<String>>>,
}

impl TrayHost {
    /// Takes the watcher's name on the desktop's bus; open it before the app.
    pub(crate) fn open(desktop: &Desktop) -> Self {
        let items = Arc::<Mutex<Vec<String>>>::default();
        let watcher = Watcher {
            items: items.clone(),
        };
        let builder = Builder::address(desktop.bus_address().as_str()).unwrap();
        let builder = builder.serve_at("/StatusNotifierWatcher", watcher).unwrap();
        let connection = builder
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .build()
            .unwrap();
        Self { connection, items }
    }

    /// Leaves the bus, as a panel that ends does.
    pub(crate) fn leave(self) {
        self.connection.close().unwrap();
    }

    fn menu(&self) -> Proxy<'static> {
        let item = until("the app's tray icon", || {
            self.items.lock().unwrap().last().cloned()
        });
        let (service, path) = item.split_once('/').unwrap();
        let (service, path) = (service.to_owned(), format!("/{path}"));
        let icon = Proxy::new(
            &self.connection,
            service.clone(),
            path,
            "org.kde.StatusNotifierItem",
        )
        .unwrap();
        let menu: OwnedObjectPath = icon.get_property("Menu").unwrap();
        Proxy::new(&self.connection, service, menu, "com.canonical.dbusmenu").unwrap()
    }

    /// Every line of the menu, those of submenus included.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let reply = self
            .menu()
            .call_method("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))
            .unwrap();
        let (_, root): (u32, Layout) = reply.body().deserialize().unwrap();
        let mut lines = Vec::new();
        root.2.iter().for_each(|child| collect(child, &mut lines));
        lines
    }

    /// The line whose label holds `text`, once it is there.
    pub(crate) fn line(&self, text: &str) -> Line {
        until(
            &format!("`{text}` in the tray's menu {:?}", self.lines()),
            || {
                self.lines()
                    .into_iter()
                    .find(|(_, label)| label.contains(text))
            },
        )
    }

    /// Clicks a line.
    pub(crate) fn click(&self, line: &Line) {
        self.menu()
            .call_method("Event", &(line.0, "clicked", Value::from(0_i32), 0_u32))
            .unwrap();
    }
}

fn collect(child: &Value<'_>, lines: &mut Vec<Line>) {
    let child = if let Value::Value(inner) = child {
        inner
    } else {
        child
    };
    let Ok(structure) = Structure::try_from(child.try_clone().unwrap()) else {
        return;
    };
    let [
        Value::I32(id),
        Value::Dict(properties),
        Value::Array(children),
    ] = structure.fields()
    else {
        return;
    };
    let label = properties.get::<_, Value<'_>>(&"label").ok().flatten();
    if let Some(label) = label {
        let label = if let Value::Value(inner) = &label {
            inner
        } else {
            &label
        };
        if let Value::Str(text) = label {
            lines.push((*id, text.as_str().replace('_', "")));
        }
    }
    children.iter().for_each(|child| collect(child, lines));
}

//! Follows the pages of one browser, with a lens on each, and says whose pictures count.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::{
        broadcast::error::RecvError,
        mpsc,
        watch::{self, Receiver, Sender},
    },
    task::JoinSet,
    time::{Instant, timeout},
};

use super::{
    Frame,
    lens::{News, Order, look},
    pages::Pages,
    viewers::Paces,
};
use crate::cdp::{
    CdpError, Event, Session,
    protocol::{SetDiscoverTargets, TargetCreated, TargetDestroyed},
};

/// Words of lenses that wait. A lens that has to wait for its turn loses nothing but time.
const MAX_NEWS: usize = 64;
/// How long sessions may take to end. After that they end with the browser.
const LEAVE_LIMIT: Duration = Duration::from_secs(5);

/// Runs until nobody looks any more or the browser is gone. Then no session of it is left.
pub(super) async fn direct(
    root: Session,
    paces: Receiver<Paces>,
    orders: Sender<Order>,
    frames: Arc<Sender<Option<Frame>>>,
) {
    let session = match root.browser().await {
        Ok(session) => session,
        Err(error) => return tracing::debug!(%error, "a browser cannot be looked at"),
    };
    if let Err(error) = follow(&root, &session, paces, orders, frames).await {
        tracing::debug!(%error, "the look at a browser ended early");
    }
    let left = timeout(LEAVE_LIMIT, session.detach()).await;
    left.ok(); // the browser may be gone, and the session with it
}

async fn follow(
    root: &Session,
    session: &Session,
    mut paces: Receiver<Paces>,
    orders: Sender<Order>,
    frames: Arc<Sender<Option<Frame>>>,
) -> Result<(), CdpError> {
    let mut events = session.events()?;
    session.call(&SetDiscoverTargets { discover: true }).await?;
    let (tell, mut news) = mpsc::channel(MAX_NEWS);
    let mut lenses = Lenses {
        root: root.clone(),
        tell,
        ordered: orders.subscribe(),
        frames,
        tasks: JoinSet::new(),
        open: HashMap::new(),
    };
    let mut pages = Pages::default();
    // What is open was told before the reply, in no order.
    let mut open: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    let order = root.opened();
    open.sort_by_key(|event| {
        let created = event.read::<TargetCreated>("Target.targetCreated");
        created.and_then(|created| {
            let target = created.target_info.target_id;
            order.iter().position(|opened| *opened == target)
        })
    });
    for event in open {
        target_changed(&event, &mut pages, &mut lenses);
    }
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => target_changed(&event, &mut pages, &mut lenses),
                Err(RecvError::Lagged(_)) => {} // what opened unseen is seen when it comes to the front again
                Err(RecvError::Closed) => break,
            },
            word = news.recv() => match word {
                Some(News::Shown(target, visible)) => pages.shown(&target, visible),
                Some(News::Drawn(target)) => pages.drawn(&target, Instant::now()),
                Some(News::Gone(target)) => {
                    pages.closed(&target);
                    lenses.open.remove(&target);
                }
                None => break,
            },
            Some(_) = lenses.tasks.join_next() => {}
            changed = paces.changed() => if changed.is_err() {
                break;
            },
        }
        let every = paces.borrow_and_update().shortest();
        orders.send_if_modified(|order| {
            let new = Order {
                chosen: pages.chosen().map(Into::into),
                every,
            };
            let changed = *order != new;
            *order = new;
            changed
        });
    }
    drop(orders); // on which every lens goes
    drop(news);
    let left = async { while lenses.tasks.join_next().await.is_some() {} };
    timeout(LEAVE_LIMIT, left).await.ok(); // those that hang are ended with the set
    Ok(())
}

fn target_changed(event: &Event, pages: &mut Pages, lenses: &mut Lenses) {
    if let Some(TargetCreated { target_info }) = event.read("Target.targetCreated")
        && target_info.kind == "page"
    {
        let too_many = pages.opened(&target_info.target_id);
        lenses.open(target_info.target_id);
        if let Some(gone) = too_many {
            lenses.close(&gone);
        }
    }
    if let Some(TargetDestroyed { target_id }) = event.read("Target.targetDestroyed") {
        pages.closed(&target_id);
        lenses.close(&target_id);
    }
}

/// The lenses by page.
struct Lenses {
    root: Session,
    tell: mpsc::Sender<News>,
    ordered: Receiver<Order>,
    frames: Arc<Sender<Option<Frame>>>,
    tasks: JoinSet<()>,
    open: HashMap<String, watch::Sender<bool>>,
}

impl Lenses {
    fn open(&mut self, target: String) {
        if self.open.contains_key(&target) {
            return;
        }
        let (stay, leave) = watch::channel(false);
        self.open.insert(target.clone(), stay);
        self.tasks.spawn(look(
            self.root.clone(),
            target,
            self.ordered.clone(),
            leave,
            self.tell.clone(),
            self.frames.clone(),
        ));
    }

    fn close(&mut self, target: &str) {
        self.open.remove(target); // its lens hears that, and ends its session
    }
}

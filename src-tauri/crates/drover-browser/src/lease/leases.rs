//! Who may have the browser of a profile: taken for a run, kept warm between runs, opened by hand.

use std::sync::{Arc, Weak};

use drover_egress::{Old, Route, login};
use drover_model::{ExtensionStatus, ProxyId};
use tokio::{sync::watch, task::JoinSet, time::sleep};

use super::{
    held::{Held, Struck, Wanted},
    lease::{Lease, Reservation},
    memory::available_memory,
    news::Notice,
    place::{Place, Room},
    rules::{Refusal, Rules},
    seat::{Seat, SeatView, Taken},
    way_out::{Lead, WayOut},
};
use crate::{Browser, Closed, Spawn, Visibility};

/// The browsers of all profiles. Clones are the same.
#[derive(Clone)]
pub struct Leases {
    pub(super) room: Arc<Room>,
}

/// What a look at the seat found.
enum Found {
    Free(Place),
    Other(Place, Held),
    Warm(Place, Held),
    Draining,
}

impl Leases {
    /// No browser runs.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            room: Arc::new(Room::new(rules)),
        }
    }

    /// What runs, ordered by profile.
    #[must_use]
    pub fn seats(&self) -> Vec<SeatView> {
        let seats = self.room.seats();
        let mut views: Vec<_> = seats
            .iter()
            .map(|(profile, seat)| seat.view(profile))
            .collect();
        views.sort_by(|one, other| one.profile.cmp(&other.profile));
        views
    }

    /// Changes whenever a seat does.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.room.changed.subscribe()
    }

    /// The browser of a profile that runs, for looking at it; it may end at any time.
    #[must_use]
    pub fn browser(&self, profile: &str) -> Option<Browser> {
        match self.room.seats().get(profile)? {
            Seat::Taken(taken) => taken.browser.clone(),
            Seat::Idle { held, .. } | Seat::Window { held, .. } => Some(held.browser.clone()),
            Seat::Draining | Seat::Stuck(_) => None,
        }
    }

    /// Says what is known of proxies at the moment. It is taken before a proxy is read that a browser is to go through.
    #[must_use]
    pub fn notice(&self) -> Notice {
        self.room.news.notice()
    }

    /// Leads every browser that goes through a proxy the changed way from now on, without its noticing; one that is
    /// being started, too. What stands goes on or is cut.
    ///
    /// # Errors
    /// The new way cannot be made; those that were not led there yet go on as before.
    pub fn switch(&self, proxy: ProxyId, to: &Route, old: Old) -> drover_egress::Result<usize> {
        // Told first: whoever takes a seat after the look below finds it here.
        let number = self.room.news.tell(proxy, to);
        let ways: Vec<_> = self
            .room
            .seats()
            .values()
            .filter_map(Seat::way_out)
            .collect();
        let mut switched = 0;
        for way in ways {
            switched += usize::from(way.hear(proxy, number, to, old)?);
        }
        Ok(switched)
    }

    /// Takes the browser of a profile, a warm one that fits or a fresh one. `by` says in words for whom.
    ///
    /// # Errors
    /// See [`Refusal`]. Nothing is left of a browser that did not start. Dropping the future ends it, too.
    pub async fn take(
        &self,
        spawn: &dyn Spawn,
        wanted: Wanted,
        by: &str,
    ) -> Result<Lease, Refusal> {
        let start_urls = wanted.options.start_urls.clone();
        let (place, held, warm) = Box::pin(self.seat(spawn, wanted, Some(by))).await?;
        if warm && !start_urls.is_empty() {
            open_tabs(&held.browser, &start_urls).await?;
        }
        place.update(|seat| {
            if let Seat::Taken(taken) = seat {
                taken.browser = Some(held.browser.clone());
                taken.extensions.clone_from(&held.extensions);
            }
        });
        Ok(Lease::of(place, held, warm))
    }

    /// Opens a profile by hand: a window of its own, or a further tab in front of the one that is open. `true` when
    /// a browser was started for it.
    ///
    /// # Errors
    /// A run that shows no window has it, or the browser does not start.
    pub async fn open_window(
        &self,
        spawn: &dyn Spawn,
        wanted: Wanted,
        urls: &[String],
    ) -> Result<bool, Refusal> {
        if let Some(open) = self.join_window(&wanted.profile) {
            open_tabs(&open, urls).await?;
            return Ok(false);
        }
        let wanted = Wanted {
            options: crate::LaunchOptions {
                visibility: Visibility::Visible,
                start_urls: urls.to_vec(),
                ..wanted.options
            },
            ..wanted
        };
        let (place, held, warm) = Box::pin(self.seat(spawn, wanted, None)).await?;
        if warm {
            open_tabs(&held.browser, urls).await?;
        }
        self.keep_window(place, held);
        Ok(!warm)
    }

    /// Stops a browser that no run has. `None` when the profile has none.
    ///
    /// # Errors
    /// A run has it.
    pub async fn close(&self, profile: &str, at_once: bool) -> Result<Option<Struck>, Refusal> {
        loop {
            let mut changed = self.changes();
            if let Some((place, held)) = self.room.drain(profile, |_| true) {
                let struck = held.strike(at_once, |_| {}).await;
                drop(place);
                return Ok(Some(struck));
            }
            match self.room.seats().get(profile) {
                None => return Ok(None),
                Some(Seat::Taken(Taken { by: Some(by), .. })) => {
                    return Err(Refusal::Taken(by.clone()));
                }
                Some(Seat::Stuck(survivors)) => return Err(Refusal::Stuck(survivors.clone())),
                Some(_) => {}
            }
            // Another one is at it, or it becomes a window in a moment.
            changed.changed().await.ok();
        }
    }

    /// Keeps the profile without a browser, for work on its files. One that is warm is stopped first.
    ///
    /// # Errors
    /// A run or a person has it, or it cannot be stopped.
    pub async fn reserve(&self, profile: &str, by: &str) -> Result<Reservation, Refusal> {
        loop {
            let mut changed = self.changes();
            if let Some((place, held)) = self
                .room
                .drain(profile, |seat| matches!(seat, Seat::Idle { .. }))
            {
                let struck = held.strike(false, |_| {}).await;
                if !struck.survivors.is_empty() {
                    place.leave(Seat::Stuck(struck.survivors.clone()));
                    return Err(Refusal::Stuck(struck.survivors));
                }
                drop(place);
            }
            if let Some(place) = self.reserved(profile, by)? {
                return Ok(Reservation::of(place));
            }
            changed.changed().await.ok();
        }
    }

    /// The processes of a profile's browser that did not end are gone: it can have another one.
    pub fn forget_stuck(&self, profile: &str) {
        let mut seats = self.room.seats();
        if matches!(seats.get(profile), Some(Seat::Stuck(_))) {
            seats.remove(profile);
            drop(seats);
            self.room.tell();
        }
    }

    /// Takes an empty seat; `None` when it becomes empty soon.
    fn reserved(&self, profile: &str, by: &str) -> Result<Option<Place>, Refusal> {
        let mut seats = self.room.seats();
        match seats.get(profile) {
            None => {}
            Some(Seat::Taken(taken)) => {
                return Err(match &taken.by {
                    Some(by) => Refusal::Taken(by.clone()),
                    None => Refusal::Window,
                });
            }
            Some(Seat::Window { .. }) => return Err(Refusal::Window),
            Some(Seat::Stuck(survivors)) => return Err(Refusal::Stuck(survivors.clone())),
            Some(Seat::Draining | Seat::Idle { .. }) => return Ok(None),
        }
        let taken = Seat::Taken(Taken {
            by: Some(by.to_owned()),
            visibility: Visibility::Headless,
            browser: None,
            extensions: Vec::new(),
            way_out: Weak::new(),
            joined: false,
        });
        seats.insert(profile.to_owned(), taken);
        drop(seats);
        self.room.tell();
        Ok(Some(Place::new(self.room.clone(), profile)))
    }

    /// The extensions of a browser that runs, as it was started.
    #[must_use]
    pub fn extensions(&self, profile: &str) -> Vec<ExtensionStatus> {
        match self.room.seats().get(profile) {
            Some(Seat::Taken(taken)) => taken.extensions.clone(),
            Some(Seat::Idle { held, .. } | Seat::Window { held, .. }) => held.extensions.clone(),
            Some(Seat::Draining | Seat::Stuck(_)) | None => Vec::new(),
        }
    }

    /// Stops every browser that no run has, all at the same time.
    pub async fn close_all(&self) {
        let profiles: Vec<_> = self.room.seats().keys().cloned().collect();
        let mut closing = JoinSet::new();
        for profile in profiles {
            let leases = self.clone();
            closing.spawn(async move { leases.close(&profile, false).await });
        }
        closing.join_all().await;
    }

    /// Gets the seat with a browser on it; `true` when that was warm.
    async fn seat(
        &self,
        spawn: &dyn Spawn,
        wanted: Wanted,
        by: Option<&str>,
    ) -> Result<(Place, Held, bool), Refusal> {
        loop {
            let mut changed = self.changes();
            let place = match self.look(&wanted, by)? {
                Found::Warm(place, held) => {
                    if let (Some(way), Some(lead)) = (&held.way_out, &wanted.upstream) {
                        if let Err(error) = Box::pin(way.take_up(lead)).await {
                            self.keep_idle(place, held);
                            return Err(Refusal::Proxy(error));
                        }
                        self.follow(&place, way, lead)?;
                    }
                    return Ok((place, held, true));
                }
                Found::Free(place) => place,
                Found::Other(place, held) => {
                    held.strike(false, |_| {}).await;
                    place
                }
                Found::Draining => {
                    changed.changed().await.ok();
                    continue;
                }
            };
            self.find_room().await?;
            let way_out = match wanted.upstream.clone() {
                Some(lead) => {
                    let way = Box::pin(WayOut::open(lead.clone()))
                        .await
                        .map_err(Refusal::Proxy)?;
                    let way = Arc::new(way);
                    self.follow(&place, &way, &lead)?;
                    Some(way)
                }
                None => None,
            };
            let upstream = wanted.upstream.as_ref();
            let upstream = upstream.map(|lead| lead.route.upstream.clone());
            let proof = async {
                match upstream {
                    Some(upstream) => login(&upstream).await,
                    None => Ok(()),
                }
            };
            // On the heap, because it is large and everything that takes a browser would carry it. The proxy says what
            // it thinks of the login meanwhile.
            let launch = Box::pin(Held::launch(spawn, wanted, way_out));
            let (held, proof) = tokio::join!(launch, Box::pin(proof));
            let held = held?;
            if let Err(error) = proof {
                let struck = held.strike(true, |_| {}).await;
                if !struck.survivors.is_empty() {
                    place.leave(Seat::Stuck(struck.survivors));
                }
                return Err(Refusal::Proxy(error));
            }
            return Ok((place, held, false));
        }
    }

    /// From here on changes of the proxy find the way out in the seat; one that came before is caught up with.
    fn follow(&self, place: &Place, way: &Arc<WayOut>, lead: &Lead) -> Result<(), Refusal> {
        place.update(|seat| {
            if let Seat::Taken(taken) = seat {
                taken.way_out = Arc::downgrade(way);
            }
        });
        if let Some((number, route)) = self.room.news.since(&lead.notice, lead.proxy) {
            way.hear(lead.proxy, number, &route, Old::Drain)
                .map_err(Refusal::Proxy)?;
        }
        Ok(())
    }

    fn look(&self, wanted: &Wanted, by: Option<&str>) -> Result<Found, Refusal> {
        let mut seats = self.room.seats();
        match seats.get(&wanted.profile) {
            Some(Seat::Taken(taken)) => {
                return Err(match &taken.by {
                    Some(by) => Refusal::Taken(by.clone()),
                    None => Refusal::Window,
                });
            }
            Some(Seat::Window { .. }) => return Err(Refusal::Window),
            Some(Seat::Stuck(survivors)) => return Err(Refusal::Stuck(survivors.clone())),
            Some(Seat::Draining) => return Ok(Found::Draining),
            Some(Seat::Idle { .. }) | None => {}
        }
        let taken = Seat::Taken(Taken {
            by: by.map(str::to_owned),
            visibility: wanted.options.visibility,
            browser: None,
            extensions: Vec::new(),
            way_out: Weak::new(),
            joined: false,
        });
        let before = seats.insert(wanted.profile.clone(), taken);
        drop(seats);
        self.room.tell();
        let place = Place::new(self.room.clone(), &wanted.profile);
        Ok(match before {
            Some(Seat::Idle { held, .. }) if held.serves(wanted) => Found::Warm(place, held),
            Some(Seat::Idle { held, .. }) => Found::Other(place, held),
            _ => Found::Free(place),
        })
    }

    /// The browser behind a window that is open, which then outlives the run that may have it.
    fn join_window(&self, profile: &str) -> Option<Browser> {
        match self.room.seats().get_mut(profile)? {
            Seat::Window { held, .. } => Some(held.browser.clone()),
            Seat::Taken(Taken {
                visibility: Visibility::Visible,
                browser: Some(browser),
                joined,
                ..
            }) => {
                *joined = true;
                Some(browser.clone())
            }
            _ => None,
        }
    }

    /// Lets idle browsers go, the longest idle first, until a further one has enough memory.
    async fn find_room(&self) -> Result<(), Refusal> {
        let needed = self.room.rules.memory;
        loop {
            let free = available_memory().unwrap_or(u64::MAX);
            if free >= needed {
                return Ok(());
            }
            let idle = {
                let seats = self.room.seats();
                let idle = seats.iter().filter_map(|(profile, seat)| match seat {
                    Seat::Idle { turn, .. } => Some((*turn, profile.clone())),
                    _ => None,
                });
                idle.min()
            };
            let Some((turn, profile)) = idle else {
                return Err(Refusal::Memory {
                    free: free / 1_000_000,
                    needed: needed / 1_000_000,
                });
            };
            tracing::info!(
                profile,
                "a warm browser is stopped, because memory is short"
            );
            self.end_idle(&profile, turn).await;
        }
    }

    async fn end_idle(&self, profile: &str, turn: u64) {
        let is_it = |seat: &Seat| matches!(seat, Seat::Idle { turn: now, .. } if *now == turn);
        if let Some((place, held)) = self.room.drain(profile, is_it) {
            held.strike(false, |_| {}).await;
            drop(place);
        }
    }

    /// Keeps it warm for as long as the rules say.
    pub(super) fn keep_idle(&self, place: Place, held: Held) {
        let (turn, ending) = (self.room.next_turn(), held.browser.ending());
        let profile = place.profile.clone();
        place.leave(Seat::Idle { held, turn });
        let leases = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = ending => {}
                () = sleep(leases.room.rules.idle) => {}
            }
            leases.end_idle(&profile, turn).await;
        });
    }

    /// Leaves a window to a person, until it is closed.
    pub(super) fn keep_window(&self, place: Place, held: Held) {
        let (turn, ending) = (self.room.next_turn(), held.browser.ending());
        let profile = place.profile.clone();
        place.leave(Seat::Window { held, turn });
        let room = Arc::downgrade(&self.room);
        tokio::spawn(async move {
            if let Closed::Crashed { exit, .. } = ending.await {
                tracing::warn!(profile, exit, "a window that was opened by hand crashed");
            }
            let is_it =
                |seat: &Seat| matches!(seat, Seat::Window { turn: now, .. } if *now == turn);
            if let Some(room) = room.upgrade() {
                drop(room.drain(&profile, is_it));
            }
        });
    }
}

async fn open_tabs(browser: &Browser, urls: &[String]) -> Result<(), Refusal> {
    if urls.is_empty() {
        return browser.new_page().await.map(drop).map_err(Refusal::Browser);
    }
    for url in urls {
        browser.open_tab(url).await.map_err(Refusal::Browser)?;
    }
    Ok(())
}

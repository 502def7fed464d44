//! Who may have the browser of a profile.

use std::{io, sync::Arc, time::Duration};

use drover_browser::extensions::Installed;
use drover_browser::{
    BoxFuture, Browser, GatewayOptions, GiveBack, Lead, Lease, Leases, Notice, Process, Refusal,
    Rules, SeatState, Spawn, SpawnRequest, Visibility, Wanted,
};
use drover_egress::{Old, Route, Upstream, UpstreamKind};
use drover_model::ProxyId;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    support::{Door, Profile, Wire, soon},
    visible::display,
};

/// Machines that run tests may be short of memory, which is a matter of one test alone.
fn rules() -> Rules {
    Rules {
        memory: 0,
        ..Rules::default()
    }
}

async fn wanted(profile: &Profile) -> Wanted {
    Wanted {
        profile: "anna".to_owned(),
        options: profile.real().await,
        upstream: None,
        extensions: Installed::default(),
        extensions_home: profile.home.path().join("extensions"),
    }
}

async fn take(leases: &Leases, wanted: Wanted, run: &str) -> Lease {
    leases.take(&Door, wanted, run).await.unwrap()
}

fn pid(lease: &Lease) -> u32 {
    lease.browser().identity().pid
}

async fn becomes_free(leases: &Leases) {
    let mut changes = leases.changes();
    let free = async {
        while !leases.seats().is_empty() {
            changes.changed().await.unwrap();
        }
    };
    soon("a free seat", free).await;
}

/// The ids of the open pages, seen by a client of its own.
async fn pages(browser: &Browser) -> Vec<String> {
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let pages = Wire::connect(&gateway.url()).await.pages().await;
    soon("closing", gateway.close()).await;
    pages
}

async fn close_pages(browser: &Browser) {
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    for page in wire.pages().await {
        wire.send("Target.closeTarget", json!({ "targetId": page }), None)
            .await;
    }
    soon("the end", browser.closed()).await;
}

#[tokio::test]
async fn a_browser_is_kept_warm_for_the_next_run_and_cleaned_in_between() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let first = take(&leases, wanted(&profile).await, "one").await;
    let process = pid(&first);
    assert!(!first.is_warm());
    first.browser().new_page().await.unwrap();
    first.give_back(GiveBack::Keep, |_| {}).await;
    assert_eq!(leases.seats()[0].state, SeatState::Idle);

    let second = take(&leases, wanted(&profile).await, "two").await;
    assert!(second.is_warm());
    assert_eq!(pid(&second), process);
    assert_eq!(
        pages(second.browser()).await.len(),
        1,
        "only an empty page is left"
    );
    let struck = second.give_back(GiveBack::Close, |_| {}).await;
    assert!(struck.rung.is_some() && struck.survivors.is_empty());
    assert!(leases.seats().is_empty());
}

#[tokio::test]
async fn a_second_run_is_told_who_has_the_profile() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let first = take(&leases, wanted(&profile).await, "one").await;
    let refused = leases.take(&Door, wanted(&profile).await, "two").await;
    assert!(matches!(refused, Err(Refusal::Taken(by)) if by == "one"));
    let refused = leases.close("anna", false).await;
    assert!(matches!(refused, Err(Refusal::Taken(by)) if by == "one"));
    let refused = leases.open_window(&Door, wanted(&profile).await, &[]).await;
    assert!(matches!(refused, Err(Refusal::Taken(by)) if by == "one"));
    drop(first);
    assert!(
        leases.seats().is_empty(),
        "a lease that goes away frees its seat"
    );
}

#[tokio::test]
async fn other_flags_need_another_browser() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let first = take(&leases, wanted(&profile).await, "one").await;
    let process = pid(&first);
    first.give_back(GiveBack::Keep, |_| {}).await;
    let mut german = wanted(&profile).await;
    german.options.overrides.language = Some("de-DE".to_owned());
    let second = take(&leases, german, "two").await;
    assert!(!second.is_warm());
    assert_ne!(pid(&second), process);
    second.give_back(GiveBack::Close, |_| {}).await;
}

#[tokio::test]
async fn an_idle_browser_goes_after_its_time_or_its_number_of_runs() {
    let profile = Profile::new();
    let soon = Leases::new(Rules {
        idle: Duration::from_millis(300),
        ..rules()
    });
    let lease = take(&soon, wanted(&profile).await, "one").await;
    lease.give_back(GiveBack::Keep, |_| {}).await;
    becomes_free(&soon).await;

    let once = Leases::new(Rules { uses: 1, ..rules() });
    let lease = take(&once, wanted(&profile).await, "one").await;
    let struck = lease.give_back(GiveBack::Keep, |_| {}).await;
    assert!(struck.rung.is_some());
    assert!(once.seats().is_empty());
}

#[tokio::test]
async fn an_idle_browser_that_died_is_replaced() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let first = take(&leases, wanted(&profile).await, "one").await;
    let browser = first.browser().clone();
    first.give_back(GiveBack::Keep, |_| {}).await;
    browser.kill().await.unwrap();
    let second = take(&leases, wanted(&profile).await, "two").await;
    assert!(!second.is_warm());
    second.give_back(GiveBack::Close, |_| {}).await;
}

#[tokio::test]
async fn without_memory_nothing_is_started_and_idle_browsers_make_room_first() {
    let profile = Profile::new();
    let leases = Leases::new(Rules {
        memory: u64::MAX,
        ..Rules::default()
    });
    let refused = leases.take(&Door, wanted(&profile).await, "one").await;
    assert!(matches!(refused, Err(Refusal::Memory { .. })));
    assert!(leases.seats().is_empty());
}

#[tokio::test]
async fn closing_waits_for_nobody_but_runs() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    assert!(leases.close("anna", false).await.unwrap().is_none());
    let lease = take(&leases, wanted(&profile).await, "one").await;
    lease.give_back(GiveBack::Keep, |_| {}).await;
    let struck = leases.close("anna", false).await.unwrap().unwrap();
    assert!(struck.rung.is_some());
    leases.close_all().await;
    assert!(leases.seats().is_empty());
}

#[tokio::test]
async fn a_window_is_a_persons_until_it_is_closed() {
    let profile = Profile::new();
    let (_server, display) = display(&profile).await;
    let leases = Leases::new(rules());
    let mut visible = wanted(&profile).await;
    visible.options.visibility = Visibility::Visible;
    visible.options.env.push(("DISPLAY".into(), display.into()));

    assert!(
        leases
            .open_window(&Door, visible.clone(), &[])
            .await
            .unwrap()
    );
    assert_eq!(leases.seats()[0].state, SeatState::Window);
    let refused = leases.take(&Door, visible.clone(), "one").await;
    assert!(matches!(refused, Err(Refusal::Window)));
    let again = leases
        .open_window(&Door, visible.clone(), &["about:blank".to_owned()])
        .await;
    assert!(!again.unwrap(), "the open window is used");
    let open = leases.browser("anna").unwrap();
    assert_eq!(pages(&open).await.len(), 2);
    close_pages(&open).await;
    becomes_free(&leases).await;

    let lease = take(&leases, visible.clone(), "two").await;
    assert!(
        !leases.open_window(&Door, visible, &[]).await.unwrap(),
        "a person joins the run"
    );
    lease.give_back(GiveBack::Close, |_| {}).await;
    assert_eq!(
        leases.seats()[0].state,
        SeatState::Window,
        "the person's window stays"
    );
    leases.close_all().await;
    assert!(leases.seats().is_empty());
}

/// Reads a request that has no body.
async fn end_of_head(client: &mut TcpStream) {
    let mut lines = BufReader::new(client).lines();
    while let Ok(Some(line)) = lines.next_line().await
        && !line.is_empty()
    {}
}

/// A proxy for HTTP that answers every request itself, with its name as the title.
async fn proxy_called(name: &'static str) -> Route {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                end_of_head(&mut client).await;
                let page = format!("<title>{name}</title>");
                let length = page.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
                );
                client.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    at_port(port)
}

fn at_port(port: u16) -> Route {
    Route::from(Upstream {
        kind: UpstreamKind::Http,
        host: "127.0.0.1".to_owned(),
        port,
        login: None,
    })
}

async fn title(browser: &Browser, url: &str) -> String {
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (_, session) = wire.page(url).await;
    let title = wire.evaluate(&session, "document.title").await;
    soon("closing", gateway.close()).await;
    title.as_str().unwrap_or_default().to_owned()
}

fn lead(proxy: u128, route: &Route, notice: Notice) -> Lead {
    Lead {
        proxy: ProxyId::from_bits(proxy),
        route: route.clone(),
        notice,
    }
}

#[tokio::test]
async fn a_running_browser_is_led_through_another_proxy() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let (one, two) = (proxy_called("one").await, proxy_called("two").await);
    let through = async |proxy: u128, route: &Route| Wanted {
        upstream: Some(lead(proxy, route, leases.notice())),
        ..wanted(&profile).await
    };
    let (eu, us) = (ProxyId::from_bits(1), ProxyId::from_bits(2));
    let lease = take(&leases, through(1, &one).await, "one").await;
    let process = pid(&lease);
    assert_eq!(title(lease.browser(), "http://shop.example/a").await, "one");
    assert_eq!(
        leases.switch(us, &one, Old::Drain).unwrap(),
        0,
        "nobody goes there"
    );
    assert_eq!(leases.switch(eu, &two, Old::Drain).unwrap(), 1);
    assert_eq!(title(lease.browser(), "http://shop.example/b").await, "two");
    let used = lease.traffic().unwrap();
    assert_eq!(
        (used.switches, used.hosts[0].host.as_str()),
        (1, "shop.example")
    );
    lease.give_back(GiveBack::Keep, |_| {}).await;

    assert_eq!(
        leases.switch(eu, &one, Old::Cut).unwrap(),
        1,
        "a warm one follows, too"
    );
    let warm = take(&leases, through(1, &one).await, "two").await;
    assert!(warm.is_warm() && pid(&warm) == process);
    assert_eq!(warm.traffic().unwrap().connections, 0, "of this run alone");
    assert_eq!(title(warm.browser(), "http://shop.example/c").await, "one");
    warm.give_back(GiveBack::Keep, |_| {}).await;
    let other = take(&leases, through(2, &two).await, "three").await;
    assert!(
        other.is_warm() && pid(&other) == process,
        "the same browser goes through another proxy"
    );
    assert_eq!(title(other.browser(), "http://shop.example/d").await, "two");
    assert_eq!(leases.switch(eu, &two, Old::Drain).unwrap(), 0);
    other.give_back(GiveBack::Keep, |_| {}).await;

    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = at_port(gone.local_addr().unwrap().port());
    drop(gone);
    let refused = leases.take(&Door, through(3, &dead).await, "four").await;
    assert!(matches!(refused, Err(Refusal::Proxy(_))));
    let without = take(&leases, wanted(&profile).await, "five").await;
    assert!(!without.is_warm(), "one without a proxy is another browser");
    without.give_back(GiveBack::Close, |_| {}).await;
}

#[tokio::test]
async fn a_change_while_a_browser_is_being_started_is_not_missed() {
    let profile = Profile::new();
    let leases = Leases::new(rules());
    let (one, two) = (proxy_called("one").await, proxy_called("two").await);
    let eu = ProxyId::from_bits(1);
    // It was read before the change, and the browser is started after it.
    let read = lead(1, &one, leases.notice());
    assert_eq!(leases.switch(eu, &two, Old::Drain).unwrap(), 0);
    let late = Wanted {
        upstream: Some(read),
        ..wanted(&profile).await
    };
    let lease = take(&leases, late, "one").await;
    assert_eq!(title(lease.browser(), "http://shop.example/a").await, "two");
    lease.give_back(GiveBack::Close, |_| {}).await;

    // The way stands before the browser does, and is found from then on.
    let switching = Switching {
        leases: leases.clone(),
        to: two.clone(),
    };
    let early = Wanted {
        upstream: Some(lead(1, &one, leases.notice())),
        ..wanted(&profile).await
    };
    let lease = leases.take(&switching, early, "two").await.unwrap();
    assert_eq!(title(lease.browser(), "http://shop.example/b").await, "two");
    lease.give_back(GiveBack::Close, |_| {}).await;
}

/// Changes the proxy at the moment in which the browser is started.
struct Switching {
    leases: Leases,
    to: Route,
}

impl Spawn for Switching {
    fn spawn(&self, request: SpawnRequest) -> BoxFuture<'_, io::Result<Arc<dyn Process>>> {
        let eu = ProxyId::from_bits(1);
        let switched = self.leases.switch(eu, &self.to, Old::Drain).unwrap();
        assert_eq!(switched, 1, "the way out is known before the browser is");
        Door.spawn(request)
    }
}

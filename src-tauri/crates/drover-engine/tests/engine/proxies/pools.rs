//! Runs that get one proxy of a pool.

use drover_model::{
    Caller, Code, CommandError, Rotation, RunState, Span,
    request::{
        CheckProxies, GetRun, ListPools, ListProxies, RemovePool, RemoveProxy, SavePool, SaveProxy,
    },
};

use super::doubles::{
    add_profile, add_proxy, exit_proxy, is_warned, nobody, plan, proxy, proxy_called,
};
use crate::support::Life;

fn pool_of(members: &[&str], sticky: bool) -> SavePool {
    SavePool {
        id: None,
        name: "eu".to_owned(),
        members: members.iter().map(|&name| name.to_owned()).collect(),
        rotation: Rotation::RoundRobin,
        sticky,
        cool_down: Some(Span::seconds(3_600)),
        forget_kept: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_gets_a_proxy_of_its_pool_past_one_that_is_dead() {
    let life = Life::start_with_memory_vault().await;
    let (dead, _held) = nobody();
    add_proxy(&life, "dead", dead).await;
    add_proxy(&life, "one", proxy_called("one").await).await;
    add_proxy(&life, "two", proxy_called("two").await).await;
    let save = pool_of(&["dead", "ONE", "two", "one"], true);
    let saved = life.engine.save_pool(Caller::Cli, save).await.unwrap();
    assert_eq!(saved.members.len(), 3, "each once");
    for name in ["anna", "boris"] {
        add_profile(&life, name, None).await;
    }
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"pool":"EU"},"steps":[
            {"do":"open","url":"http://shop.example/"},
            {"do":"extract","at":{"css":"p"},"as":"proxy"}]}"#,
    )
    .await;
    let planned = plan(&life, "look").await;
    assert_eq!(
        planned.plans[0].way_out().unwrap(),
        "one of pool eu, kept by the profile"
    );
    let look = async |life: &Life| {
        let run = life.run("look").await;
        let run = life.ended(run.id).await;
        let log = life.log(run.row.id).await;
        assert_eq!(run.row.state, RunState::Succeeded, "{log}");
        (
            run.outputs["proxy"].clone(),
            run.plan.proxy_name.unwrap().to_string(),
            run.row.attempt,
        )
    };
    assert_eq!(look(&life).await, ("one".into(), "one".to_owned(), 2));
    let pools = life.engine.list_pools(Caller::Cli, ListPools {}).await;
    let pool = pools.unwrap().remove(0);
    assert!(pool.members[0].cools_until.is_some(), "{pool:?}");
    assert_eq!(pool.used_by[0].as_str(), "look");

    // Another life: what the profile keeps is on the disk, and so is the rest of the dead one.
    let life = Life::again(life.quit().await).await;
    assert_eq!(look(&life).await, ("one".into(), "one".to_owned(), 1));
    let remove = |what: &str| RemoveProxy {
        proxy: what.to_owned(),
    };
    let refused = life.engine.remove_proxy(Caller::Cli, remove("one")).await;
    let refused = CommandError::from(refused.unwrap_err());
    assert_eq!(refused.code, Code::InUse, "{refused}");
    let remove = RemovePool {
        pool: "eu".to_owned(),
    };
    let refused = life.engine.remove_pool(Caller::Cli, remove).await;
    let refused = CommandError::from(refused.unwrap_err());
    assert!(refused.message.contains("task `look`"), "{refused}");
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_while_its_whole_pool_is_dead_and_a_check_wakes_it() {
    let life = Life::start_with_memory_vault().await;
    let (dead, _held) = nobody();
    add_proxy(&life, "one", dead).await;
    let saved = life
        .engine
        .save_pool(Caller::Cli, pool_of(&["one"], false))
        .await;
    saved.unwrap();
    add_profile(&life, "anna", None).await;
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"pool":"eu","sticky":false},
            "steps":[{"do":"open","url":"http://shop.example/"}]}"#,
    )
    .await;
    let run = life.run("look").await.id;
    life.reaches_attempt(run, 2).await;
    let waiting = life
        .engine
        .get_run(Caller::Cli, GetRun { run })
        .await
        .unwrap();
    let because = waiting.waits_because.unwrap();
    assert!(
        because.starts_with("every proxy of pool `eu` cools down"),
        "{because}"
    );
    is_warned(&life, "look", "No proxy of pool `eu`").await;
    // It comes up elsewhere; the check of it finds that, and the run goes on by itself.
    let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
    let request = SaveProxy {
        id: Some(listed.unwrap()[0].id),
        ..proxy("one", exit_proxy().await)
    };
    life.engine.save_proxy(Caller::Cli, request).await.unwrap();
    let check = CheckProxies {
        proxies: vec!["one".to_owned()],
        echo: Some("http://echo.example/".to_owned()),
    };
    let checked = life.engine.check_proxies(Caller::Cli, check).await.unwrap();
    let health = checked[0].health.as_ref().unwrap();
    assert!(health.state.works(), "{health:?}");
    let run = life.ended(run).await;
    assert_eq!(run.row.state, RunState::Succeeded, "{:?}", run.row);
    life.quit().await;
}

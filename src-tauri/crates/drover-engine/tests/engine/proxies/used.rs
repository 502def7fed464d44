//! Runs behind a proxy, as they begin and as they go.

use drover_model::{
    Caller, RunState,
    request::{GetSettings, ListProxies, SaveProxy, SaveSettings},
};

use super::CANARY;
use super::doubles::{
    add_profile, add_proxy, exit_proxy, is_warned, nobody, proxy, proxy_called, strict_proxy,
};
use crate::support::{Life, assert_nowhere};

const LOOK: &str = r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"proxy":{"name":"eu"},
    "steps":[{"do":"open","url":"http://shop.example/"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_browser_goes_through_the_proxy_as_it_was_edited() {
    let life = Life::start_with_memory_vault().await;
    let save = async |id, url: String| {
        let request = SaveProxy {
            id,
            ..proxy("eu", url)
        };
        let saved = life.engine.save_proxy(Caller::Cli, request).await;
        saved.unwrap().id
    };
    let eu = save(None, proxy_called("one").await).await;
    add_profile(&life, "anna", Some("eu")).await;
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},"steps":[
            {"do":"open","url":"http://shop.example/"},
            {"do":"extract","at":{"css":"p"},"as":"proxy"}]}"#,
    )
    .await;
    let look = async || {
        let run = life.run("look").await;
        let run = life.ended(run.id).await;
        let log = life.log(run.row.id).await;
        assert_eq!(run.row.state, RunState::Succeeded, "{log}");
        (run.outputs["proxy"].clone(), log.contains("(warm)"))
    };
    assert_eq!(look().await, ("one".into(), false));
    save(Some(eu), proxy_called("two").await).await;
    assert_eq!(
        look().await,
        ("two".into(), true),
        "the same browser, another way"
    );
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_ends_a_run_before_its_start_by_the_name_of_the_proxy() {
    let life = Life::start_with_memory_vault().await;
    let url = format!("http://anna:{CANARY}@{}", strict_proxy().await);
    add_proxy(&life, "eu", url).await;
    add_profile(&life, "anna", None).await;
    life.task(LOOK).await;
    let run = life.run("look").await;
    let run = life.ended(run.id).await;
    assert_eq!(run.row.state, RunState::Failed);
    let why = run.row.message.unwrap_or_default();
    assert!(
        why.starts_with("proxy `eu` cannot be used: ") && why.ends_with("refused the login"),
        "{why}"
    );
    let folder = life.quit().await;
    assert_nowhere(folder.path(), CANARY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_looks_up_which_address_the_world_sees() {
    let life = Life::start_with_memory_vault().await;
    let settings = life
        .engine
        .get_settings(Caller::Cli, GetSettings {})
        .await
        .unwrap();
    let settings = drover_model::Settings {
        echo_url: "http://echo.example/".to_owned(),
        ..settings
    };
    let save = SaveSettings { settings };
    life.engine.save_settings(Caller::Cli, save).await.unwrap();
    add_proxy(&life, "eu", exit_proxy().await).await;
    add_profile(&life, "anna", None).await;
    life.task(LOOK).await;
    let mut events = life.engine.events();
    let run = life.run("look").await;
    life.ended(run.id).await;
    let known = async {
        loop {
            let listed = life.engine.list_proxies(Caller::Cli, ListProxies {}).await;
            if listed.unwrap()[0].health.is_some() {
                break;
            }
            events.recv().await.ok();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), known)
        .await
        .expect("the address behind the proxy is not looked up");
    let run = life.run("look").await;
    let run = life.ended(run.id).await;
    let network = run.attempts[0].network.as_ref();
    let network = network.expect("it went through a proxy");
    assert_eq!(network.exit, Some("192.0.2.5".parse().unwrap()));
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_with_a_browser_of_its_own_gets_none_from_drover() {
    let life = Life::start_with_memory_vault().await;
    let (dead, _held) = nobody();
    add_proxy(&life, "eu", dead).await;
    add_profile(&life, "anna", None).await;
    life.task(
        r#"{"name":"apart","kind":"playwright","placement":"own","profiles":{"names":["anna"]},"proxy":{"name":"eu"},
            "inline":"console.log('cdp', process.env.DROVER_CDP, process.env.DROVER_PROXY, process.env.DROVER_PROFILE)"}"#,
    )
    .await;
    is_warned(&life, "apart", "profile and proxy do not apply").await;
    let run = life.run("apart").await;
    let run = life.ended(run.id).await;
    let log = life.log(run.row.id).await;
    assert_eq!(run.row.state, RunState::Succeeded, "{log}");
    assert!(log.contains("cdp undefined undefined anna"), "{log}");
    assert!(!log.contains("launching Chrome"), "{log}");
    life.quit().await;
}

use super::*;
use crate::{
    Action, ProxyPolicy, Task,
    task::{Command, Parameter},
};

fn around<'a>(params: &'a BTreeMap<String, Value>, tokens: &'a [TokenName]) -> Surroundings<'a> {
    Surroundings {
        task_version: 1,
        run: None,
        profile: None,
        proxy: None,
        pool: None,
        tokens,
        params,
        program: Some("/usr/bin/python3"),
        browser: None,
        visible: false,
    }
}

fn profile() -> Profile {
    serde_json::from_value(serde_json::json!({
        "id": ProfileId::from_bits(7), "name": "anna", "browser": "auto", "proxy": null, "tags": [], "start_urls": [], "tokens": [],
        "notes": "", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "removed_at": null, "last_used_at": null
    }))
    .unwrap()
}

fn report() -> TaskSpec {
    let command = Command {
        program: "python3".into(),
        args: vec![
            "report.py".parse().unwrap(),
            "{{ params.url }}".parse().unwrap(),
        ],
        cwd: None,
        shell: false,
    };
    Task::command(command)
        .with_parameter("url", Parameter::default())
        .with_token("gh".parse().unwrap())
        .named("report".parse().unwrap())
        .unwrap()
}

#[test]
fn a_plan_holds_filled_arguments() {
    let params = [("url".to_owned(), Value::from("{{ secret.gh }}"))].into();
    let plan = Plan::resolve(&report(), &around(&params, &["gh".parse().unwrap()])).unwrap();
    assert_eq!(
        plan.args,
        ["report.py", "{{ secret.gh }}"],
        "what came from a hole is not read again"
    );
    assert_eq!(
        plan.preview(),
        ["/usr/bin/python3 report.py \"{{ secret.gh }}\""]
    );
}

#[test]
fn outputs_of_the_followed_run_fill_templates() {
    let command = Command {
        program: "echo".into(),
        args: vec!["{{ outputs.price }}".parse().unwrap()],
        cwd: None,
        shell: false,
    };
    let task = Task::command(command)
        .named("tell".parse().unwrap())
        .unwrap();
    let given = [("outputs.price".to_owned(), Value::from(12.5))].into();
    let plan = Plan::resolve(&task, &around(&given, &[])).unwrap();
    assert_eq!(plan.args, ["12.5"]);
    assert_eq!(plan.params, given, "a rerun starts with the same");
    let errors = Plan::resolve(&task, &around(&BTreeMap::new(), &[])).unwrap_err();
    assert_eq!(errors, [PlanError::MissingOutput("price".to_owned())]);
    let other = [("outputs.cost".to_owned(), Value::from(1))].into();
    let errors = Plan::resolve(&task, &around(&other, &[])).unwrap_err();
    assert!(errors.contains(&PlanError::UnknownParam("outputs.cost".to_owned())));
    let script = Task::playwright(Script::file("/scripts/tell.mjs").unwrap())
        .tuned(|spec| spec.args = vec!["{{ outputs.price }}".parse().unwrap()])
        .named("tell".parse().unwrap())
        .unwrap();
    let used: Vec<&str> = script.outputs_used().into_iter().collect();
    assert_eq!(used, ["price"], "scripts take arguments too");
}

#[test]
fn every_reason_is_given() {
    let params = [("sku".to_owned(), Value::from(1))].into();
    let errors = Plan::resolve(&report(), &around(&params, &[])).unwrap_err();
    let words: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "there is no parameter `sku`",
            "parameter `url` has no value",
            "no token named `gh`"
        ]
    );
}

#[test]
fn a_pool_is_planned_without_a_choice() {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let mut pool = Pool {
        id: PoolId::from_bits(3),
        name: "eu".parse().unwrap(),
        members: vec![ProxyId::from_bits(1)],
        rotation: crate::Rotation::RoundRobin,
        sticky: true,
        cool_down: Pool::COOL_DOWN,
        created_at: at,
        updated_at: at,
    };
    let spec = |sticky| {
        let command = Command {
            program: "python3".to_owned(),
            args: Vec::new(),
            cwd: None,
            shell: false,
        };
        let policy = ProxyPolicy::Pool {
            pool: "EU".parse().unwrap(),
            sticky,
        };
        let task = Task::command(command).with_proxy(policy);
        task.named("check".parse().unwrap()).unwrap()
    };
    let params = BTreeMap::new();
    let planned = |sticky, pool: Option<&Pool>| {
        let around = Surroundings {
            pool,
            ..around(&params, &[])
        };
        Plan::resolve(&spec(sticky), &around)
    };
    let plan = planned(None, Some(&pool)).unwrap();
    assert_eq!((plan.proxy_id, plan.proxy.as_ref()), (None, None));
    assert_eq!(
        plan.way_out().unwrap(),
        "one of pool eu, kept by the profile"
    );
    let plan = planned(Some(false), Some(&pool)).unwrap();
    assert_eq!(plan.way_out().unwrap(), "one of pool eu");
    let said = |errors: Vec<PlanError>| errors[0].to_string();
    assert_eq!(
        said(planned(None, None).unwrap_err()),
        "no proxy pool named `EU`"
    );
    pool.members.clear();
    assert_eq!(
        said(planned(None, Some(&pool)).unwrap_err()),
        "the proxy pool `eu` has no members"
    );
}

#[test]
fn a_script_shows_what_runs_it() {
    let (params, profile) = (BTreeMap::new(), profile());
    let around = Surroundings {
        profile: Some(&profile),
        ..around(&params, &[])
    };
    let shown = |path: &str, interpreter: Option<&str>| {
        let interpreter = interpreter.map(|path| path.to_owned().try_into().unwrap());
        let spec = Task::playwright(Script::file(path).unwrap())
            .tuned(|spec| spec.interpreter = interpreter)
            .named("check".parse().unwrap())
            .unwrap();
        Plan::resolve(&spec, &around).unwrap().preview()
    };
    assert_eq!(shown("/s/check.mjs", None), ["node /s/check.mjs"]);
    assert_eq!(shown("/s/check.py", None), ["python3 /s/check.py"]);
    assert_eq!(
        shown("/s/check.py", Some("/s/.venv/bin/python")),
        ["/s/.venv/bin/python /s/check.py"]
    );
}

#[test]
fn steps_show_masked_and_fill_once() {
    let step = |json: &str| serde_json::from_str::<Step>(json).unwrap();
    let open = step(r#"{"do":"open","url":"{{ params.url }}"}"#);
    let fill = step(r#"{"do":"fill","at":{"label":"Password"},"value":"{{ secret.shop }}"}"#);
    let spec = Task::steps(open, vec![fill])
        .with_token("shop".parse().unwrap())
        .with_parameter(
            "url",
            Parameter {
                default: Some("http://127.0.0.1/".into()),
                ..Parameter::default()
            },
        )
        .named("log in".parse().unwrap())
        .unwrap();
    let (params, tokens) = (BTreeMap::new(), ["shop".parse().unwrap()]);
    assert_eq!(
        Plan::resolve(&spec, &around(&params, &tokens)).unwrap_err(),
        [PlanError::StepsNeedProfile]
    );
    let profile = profile();
    let plan = Plan::resolve(
        &spec,
        &Surroundings {
            profile: Some(&profile),
            ..around(&params, &tokens)
        },
    )
    .unwrap();
    assert_eq!(
        plan.preview(),
        ["1. Open http://127.0.0.1/", "2. Fill field `Password`"]
    );
    let Action::Fill { value, .. } = &plan.steps[1].action else {
        panic!("a fill was planned")
    };
    assert_eq!(
        plan.fill(value, |_| Some("s3cret".into())).unwrap(),
        "s3cret"
    );
    assert_eq!(
        serde_json::from_str::<Plan>(&serde_json::to_string(&plan).unwrap()).unwrap(),
        plan
    );
}

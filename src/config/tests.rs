//! Good and bad environments, from files, variables and flags.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::lang::Language;
use crate::model::Scheme;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A loader that sees the repository's own `environments` folder only under other names.
fn loader(variables: &[(&str, &str)]) -> Loader {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Loader::new(root().join("tests"), variables.collect())
}

fn sets(texts: &[&str]) -> Vec<Setting> {
    texts.iter().map(|text| Setting::parse(text)).collect()
}

fn refused(reference: &str, variables: &[(&str, &str)], flags: &[&str]) -> String {
    loader(variables).load(reference, &sets(flags)).unwrap_err().to_string()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("environments")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("environments").join(name), text).unwrap();
    }
    folder
}

#[test]
fn every_bad_file_is_reported_with_all_its_mistakes() {
    let folder = root().join("tests/bad-environments");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    assert!(files.len() >= 30, "{}", files.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder.join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files {
            let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
            insta::assert_snapshot!(
                stem.clone(),
                refused(&format!("bad-environments/{stem}.yaml"), &[], &[])
            );
        }
    });
}

#[test]
fn what_is_wrong_is_said_in_the_readers_language() {
    let entries = fs::read_dir(root().join("tests/bad-environments")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "yaml")) {
        let problems = loader(&[]).load(&format!("bad-environments/{name}"), &[]).unwrap_err();
        let [english, korean] = Language::ALL.map(|language| problems.said(language));
        assert_eq!(english, problems.to_string());
        assert_eq!(english.lines().count(), korean.lines().count(), "{korean}");
        assert!(!korean.contains(" = help: "), "{korean}");
    }
    let problems = loader(&[]).load("bad-environments/wrong-words.yaml", &[]).unwrap_err();
    let said = problems.said(Language::Korean);
    let expected = "환경 `wrong-words`에 문제가 3개 있습니다

bad-environments/wrong-words.yaml:1:9: target: `aws` 또는 `sandbox` 중 하나여야 합니다. 현재 값: \"sandbx\"
  |
1 | target: sandbx
  |         ^^^^^^
  = 조치: 혹시 `sandbox`인가요?
";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn the_built_in_environments_are_as_the_workshop_has_them() {
    let resolved = loader(&[]).load("workshop", &[]).unwrap();
    let environment = &resolved.environment;
    assert_eq!(environment.name, "workshop");
    assert_eq!(environment.target, TargetKind::Aws);
    assert_eq!(environment.lab.name, "fargate-game-2048");
    assert_eq!(environment.cluster.name, Auto::Given("eksworkshop".to_owned()));
    assert_eq!(environment.fargate.profile, "fargate-game-2048");
    assert_eq!(environment.app.namespace, "fargate-game-2048");
    assert_eq!(environment.app.replicas, 5);
    assert_eq!(environment.fargate.selectors.len(), 1);
    assert_eq!(environment.fargate.selectors[0].namespace, "fargate-game-2048");
    assert_eq!(environment.ingress.scheme, Scheme::InternetFacing);
    assert_eq!(environment.timeouts.deletion, Duration::from_secs(1800));
    assert!(environment.confirm);

    let sandbox = loader(&[]).load("sandbox", &[]).unwrap().environment;
    assert_eq!(sandbox.target, TargetKind::Sandbox);
    assert_eq!(sandbox.cluster.name, Auto::Given("eksworkshop".to_owned()));
    assert_eq!(sandbox.cluster.region.as_deref(), Some("ap-northeast-2"));
    assert!(!sandbox.confirm);
    assert_eq!((sandbox.sandbox.speed, sandbox.sandbox.seed), (60.0, 2048));
}

#[test]
fn a_shared_cluster_asks_for_a_name_and_takes_only_fitting_ones() {
    insta::assert_snapshot!(refused("shared-cluster", &[], &[]), @r#"
environment `shared-cluster` has a problem

built-in shared-cluster.yaml:19:9: lab.name: is missing
   |
19 |   name: null
   |         ^^^^
   = help: give it a value, such as with `--set lab.name=…`
"#);
    insta::assert_snapshot!(refused("shared-cluster", &[], &["lab.name=minji"]), @r#"
environment `shared-cluster` has a problem

built-in shared-cluster.yaml:24:5: fargate.selectors: no selector takes the lab's pods, which are in the namespace `minji` with the labels app.kubernetes.io/name=app-2048
   |
24 |     - namespace: lab2048-*
   |     ^
   = help: the pods would stay Pending for ever; write `auto`, or a selector that takes them
"#);
    let environment = loader(&[])
        .load("shared-cluster", &sets(&["lab.name=lab2048-minji"]))
        .unwrap()
        .environment;
    assert_eq!(environment.app.namespace, "lab2048-minji");
    assert_eq!(environment.fargate.profile, "lab2048-shared");
    assert!(!environment.fargate.own);
    let instructors = sets(&["lab.name=lab2048-instructor", "fargate.own=true"]);
    assert!(
        loader(&[])
            .load("shared-cluster", &instructors)
            .unwrap()
            .environment
            .fargate
            .own
    );
}

#[test]
fn later_layers_win_and_say_so() {
    let folder = folder(&[
        (
            "base.yaml",
            "extends: workshop\napp: {replicas: 2, port: 81}\nlab: {tags: {a: '1', b: '2', c: '3'}}\n",
        ),
        (
            "mine.yaml",
            "extends: base\napp:\n  replicas: 3\nlab: {tags: {b: two, c: null}}\ningress:\n  allowedCidrs: [10.0.0.0/8]\n",
        ),
    ]);
    let variables = [
        ("LAB2048_SET_APP_IMAGE", "2048"),
        ("LAB2048_SET_INGRESS_ALLOWED_CIDRS", "[192.0.2.0/24, 198.51.100.0/24]"),
        ("LAB2048_SET_LAB_TAGS", "{d: four}"),
        ("LAB2048_SET_TIMEOUTS_PROFILE", "90s"),
        ("LAB2048_ENV", "not ours"),
        ("PATH", "/bin"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let loader = Loader::new(folder.path(), variables.into());
    let mut flags = sets(&[
        "timeouts.profile=1h30m",
        "ingress.annotations.alb.ingress.kubernetes.io/healthcheck-path=/a=b",
        "app.labels={team: blue}",
        "app.resources.cpu=1",
        "fargate.selectors=[{namespace: fargate-*, labels: {team: blue}}]",
    ]);
    flags.push(Setting::of_flag("--region", "cluster.region", "us-gov-west-1"));
    let resolved = loader.load("mine", &flags).unwrap();
    let environment = &resolved.environment;
    assert_eq!(environment.app.replicas, 3);
    assert_eq!(environment.app.port, 81);
    assert_eq!(environment.app.image, "2048");
    assert_eq!(environment.target, TargetKind::Aws);
    assert_eq!(environment.ingress.allowed_cidrs, ["192.0.2.0/24", "198.51.100.0/24"]);
    assert_eq!(environment.timeouts.profile, Duration::from_secs(5400));
    assert_eq!(environment.fargate.selectors[0].namespace, "fargate-*");
    assert_eq!(environment.app.resources.cpu.as_deref(), Some("1"));
    let shown: Vec<String> = resolved
        .shown()
        .unwrap()
        .iter()
        .map(|shown| format!("{} = {} <- {}", shown.key, shown.value, shown.origin))
        .collect();
    assert_eq!(shown.len(), resolved.origins.len());
    insta::assert_snapshot!(shown.join("\n"), @r#"
lab.name = "fargate-game-2048" <- built-in defaults.yaml:16
lab.tags.a = "1" <- environments/base.yaml:3
lab.tags.b = "two" <- environments/mine.yaml:4
lab.tags.d = "four" <- LAB2048_SET_LAB_TAGS
lab.expires = null <- built-in defaults.yaml:22
target = "aws" <- built-in workshop.yaml:6
cluster.name = "eksworkshop" <- built-in workshop.yaml:8
cluster.region = "us-gov-west-1" <- --region us-gov-west-1
cluster.roleArn = null <- built-in defaults.yaml:34
cluster.access = "eks" <- built-in defaults.yaml:36
cluster.context = null <- built-in defaults.yaml:38
fargate.profile = "fargate-game-2048" <- built-in defaults.yaml:45
fargate.own = true <- built-in defaults.yaml:47
fargate.role = "auto" <- built-in defaults.yaml:49
fargate.permissionsBoundary = null <- built-in defaults.yaml:51
fargate.subnets = "auto" <- built-in defaults.yaml:53
fargate.selectors = [{"labels":{"team":"blue"},"namespace":"fargate-*"}] <- --set fargate.selectors=[{namespace: fargate-*, labels: {team: blue}}]
app.namespace = "fargate-game-2048" <- built-in defaults.yaml:60
app.deployment = "deployment-2048" <- built-in defaults.yaml:62
app.service = "service-2048" <- built-in defaults.yaml:63
app.ingress = "ingress-2048" <- built-in defaults.yaml:64
app.image = "2048" <- LAB2048_SET_APP_IMAGE
app.replicas = 3 <- environments/mine.yaml:3
app.port = 81 <- environments/base.yaml:2
app.expect = "2048" <- built-in defaults.yaml:74
app.resources.cpu = "1" <- --set app.resources.cpu=1
app.resources.memory = null <- built-in defaults.yaml:79
app.labels.team = "blue" <- --set app.labels={team: blue}
app.disruptionBudget = null <- built-in defaults.yaml:84
ingress.class = "alb" <- built-in defaults.yaml:88
ingress.scheme = "internet-facing" <- built-in defaults.yaml:91
ingress.host = null <- built-in defaults.yaml:95
ingress.path = "/" <- built-in defaults.yaml:97
ingress.allowedCidrs = ["192.0.2.0/24","198.51.100.0/24"] <- LAB2048_SET_INGRESS_ALLOWED_CIDRS
ingress.port = null <- built-in defaults.yaml:101
ingress.certificateArn = null <- built-in defaults.yaml:104
ingress.group = null <- built-in defaults.yaml:106
ingress.loadBalancerName = null <- built-in defaults.yaml:108
ingress.annotations.alb.ingress.kubernetes.io/healthcheck-path = "/a=b" <- --set ingress.annotations.alb.ingress.kubernetes.io/healthcheck-path=/a=b
timeouts.profile = "1h30m" <- --set timeouts.profile=1h30m
timeouts.rollout = "10m" <- built-in defaults.yaml:117
timeouts.balancer = "10m" <- built-in defaults.yaml:119
timeouts.deletion = "30m" <- built-in defaults.yaml:121
confirm = true <- built-in workshop.yaml:9
sandbox.speed = 60.0 <- built-in defaults.yaml:128
sandbox.seed = 2048 <- built-in defaults.yaml:130
"#);
}

#[test]
fn an_environment_may_build_on_the_built_in_one_that_it_hides() {
    let folder = folder(&[
        ("workshop.yaml", "# Ours\nextends: workshop\napp: {replicas: 2}\n"),
        ("broken.yaml", "a: 1\nb: 2\n"),
    ]);
    let loader = Loader::new(folder.path(), BTreeMap::new());
    let environment = loader.load("workshop", &[]).unwrap().environment;
    assert_eq!((environment.target, environment.app.replicas), (TargetKind::Aws, 2));
    let listed = loader.list();
    let lines: Vec<String> = listed
        .iter()
        .map(|l| {
            format!(
                "{} | {} | {} | {:?} | {} | {}",
                l.name, l.place, l.hides_built_in, l.target, l.problems, l.about
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
broken | environments/broken.yaml | false | Some(Sandbox) | 2 | 
sandbox | built-in | false | Some(Sandbox) | 0 | The workshop in a toy region inside this program: no account, no cost, sixty times faster than real.
shared-cluster | built-in | false | Some(Aws) | 1 | Many participants on one cluster: a namespace each, one Fargate profile for all.
workshop | environments/workshop.yaml | true | Some(Aws) | 0 | Ours
"#);
}

#[test]
fn variables_and_flags_are_named_in_what_is_wrong_with_them() {
    let variables = [
        ("LAB2048_SET_APP_REPLICA", "3"),
        ("LAB2048_SET_APP_PORT", "many"),
        ("LAB2048_SET_ZEBRA", "1"),
        ("LAB2048_SET_INGRESS_ALLOWED_CIDRS", "[10.0.0.0/8"),
    ];
    let flags = [
        "app.replicas=many",
        "app.relpicas=3",
        "extends=workshop",
        "app=5",
        "app.image",
        "=5",
        "ingress.path=2048",
        "lab.tags.aws:x=1",
        "confirm=maybe",
        "ingress.allowedCidrs=10.0.0.0/8",
    ];
    insta::assert_snapshot!(refused("sandbox", &variables, &flags), @r#"
environment `sandbox` has 14 problems

LAB2048_SET_APP_PORT: app.port: must be a whole number from 1 to 65535, but is the text "many"

LAB2048_SET_APP_REPLICA: there is no key for this variable
  = help: did you mean LAB2048_SET_APP_REPLICAS?

LAB2048_SET_INGRESS_ALLOWED_CIDRS: this is not YAML: unclosed bracket '['
  = help: a `{` or `[` here or above is not closed

LAB2048_SET_ZEBRA: there is no key for this variable
  = help: app.replicas is LAB2048_SET_APP_REPLICAS, ingress.allowedCidrs is LAB2048_SET_INGRESS_ALLOWED_CIDRS

--set app.relpicas=3: app.relpicas: unknown key
  = help: did you mean `app.replicas`?

--set extends=workshop: extends: is only allowed in a file
  = help: choose another environment with `-e`

--set app=5: app: is a section; set one of its keys
  = help: its keys are `deployment`, `disruptionBudget`, `expect`, `image`, `ingress`, `labels`, `namespace`, `port`, `replicas`, `resources`, `service`

--set app.image: is not of the form key=value
  = help: such as `--set app.replicas=3`

--set =5: is not of the form key=value
  = help: such as `--set app.replicas=3`

--set lab.tags.aws:x=1: lab.tags.aws:x: must not begin with `aws:`
  = help: AWS keeps that beginning for itself

--set app.replicas=many: app.replicas: must be a whole number from 0 to 1000, but is the text "many"

--set ingress.path=2048: ingress.path: must begin with `/`, but is "2048"

--set ingress.allowedCidrs=10.0.0.0/8: ingress.allowedCidrs: must be a list, but is the text "10.0.0.0/8"
  = help: write `[10.0.0.0/8]` for a list of one

--set confirm=maybe: confirm: must be `true` or `false`, but is "maybe"
"#);
}

#[test]
fn what_cannot_be_found_or_read_is_reported() {
    let all = [
        refused("workshp", &[], &[]),
        refused("zebra", &[], &[]),
        refused("", &[], &[]),
        refused("./nowhere/my.yaml", &[], &[]),
        refused("my.yml", &[], &[]),
        refused("bad-environments/", &[], &[]),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @r#"
environment `workshp` has a problem

environment workshp: there is no such environment: neither environments/workshp.yaml nor a built-in one
  = help: did you mean `workshop`?

environment `zebra` has a problem

environment zebra: there is no such environment: neither environments/zebra.yaml nor a built-in one
  = help: there are: sandbox, shared-cluster, workshop

environment `` has a problem

environment : there is no such environment: neither environments/.yaml nor a built-in one
  = help: there are: sandbox, shared-cluster, workshop

environment `my` has a problem

environment ./nowhere/my.yaml: there is no such file

environment `my` has a problem

environment my.yml: there is no such file

environment `bad-environments` has a problem

environment bad-environments/: it is a folder, not a file
  = help: name a file; if this should be one, move the folder away
"#);
}

/// The keys of a schema that hold values.
fn leaves(prefix: &str, schema: &serde_json::Value, root: &serde_json::Value, found: &mut Vec<String>) {
    let target = schema
        .get("$ref")
        .and_then(|r| root.pointer(r.as_str()?.trim_start_matches('#')))
        .unwrap_or(schema);
    match target.get("properties").and_then(|p| p.as_object()) {
        Some(properties) => {
            for (key, inner) in properties {
                let path = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                leaves(&path, inner, root, found);
            }
        }
        None => found.push(prefix.to_owned()),
    }
}

#[test]
fn the_defaults_hold_every_key_and_each_has_its_own_variable() {
    let (settings, problems) = settings::Settings::defaults();
    assert_eq!(problems, []);
    let keys: Vec<&str> = settings.keys().collect();
    let variables: std::collections::BTreeSet<String> = keys.iter().map(|key| overrides::variable(key)).collect();
    assert_eq!(variables.len(), keys.len());

    let schema: serde_json::Value = serde_json::from_str(&schema().unwrap()).unwrap();
    let mut in_schema = Vec::new();
    leaves("", &schema, &schema, &mut in_schema);
    in_schema.retain(|key| key != "extends");
    in_schema.sort();
    let mut in_defaults: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    in_defaults.sort();
    assert_eq!(in_schema, in_defaults);

    let resolved = loader(&[]).load("sandbox", &[]).unwrap();
    let shown = serde_json::to_value(&resolved.environment).unwrap();
    for key in &in_defaults {
        assert!(
            shown.pointer(&format!("/{}", key.replace('.', "/"))).is_some(),
            "{key} is not shown"
        );
    }
}

#[test]
fn the_schema_on_record_is_the_one_the_types_have() {
    let recorded = fs::read_to_string(root().join("environments/schema.json")).unwrap_or_default();
    assert!(
        recorded == schema().unwrap(),
        "environments/schema.json is out of date; regenerate it with: lab2048 env schema > environments/schema.json"
    );
}

#[test]
fn a_new_environment_can_be_used_as_it_is() {
    let folder = folder(&[]);
    let file = folder.path().join("environments/team-blue.yaml");
    fs::write(&file, new_environment("team-blue").unwrap()).unwrap();
    let loader = Loader::new(folder.path(), BTreeMap::new());
    let environment = loader.load("team-blue", &[]).unwrap().environment;
    assert_eq!(environment.lab.name, "team-blue");
    assert_eq!(environment.app.namespace, "team-blue");
    for (name, wanted) in [
        ("Team", "environment name \"Team\" must consist of lower-case letters"),
        ("default", "must not be `default`"),
        ("defaults", "is the name of the list of all keys"),
        ("eks-x", "must not begin with `eks-`"),
        ("../x", "must consist of"),
    ] {
        let error = new_environment(name).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn good_values_of_every_sort_are_taken() {
    let flags = [
        "app.image=111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/2048:v1.0",
        "app.image=localhost:5000/game@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "fargate.role=arn:aws-cn:iam::410691154611:role/eksctl-eksworkshop-fargate-FargatePodExecutionRole-VC3M4TH43PN2",
        "fargate.permissionsBoundary=arn:aws-us-gov:iam::aws:policy/team/Boundary",
        "fargate.subnets=[subnet-044fd202626076e79, subnet-046e417018b50d939]",
        "cluster.region=us-gov-west-1",
        "cluster.name=Eks_Workshop-1",
        "ingress.allowedCidrs=[0.0.0.0/0, \"::/0\", 10.0.0.0/8, 203.0.113.7/32, \"2001:db8::/32\"]",
        "ingress.certificateArn=arn:aws:iam::410691154611:server-certificate/game",
        "ingress.loadBalancerName=Game-2048",
        "ingress.group=workshop.blue",
        "app.disruptionBudget=1",
        "app.disruptionBudget=100%",
        "app.expect=",
        "app.expect=null",
        "app.expect=My Game",
        "app.resources.memory=1.5Gi",
        "app.resources.cpu=0.25",
        "timeouts.deletion=24h",
        "app.replicas=0",
        "confirm=yes",
        "fargate.own=1",
        "sandbox.speed=1",
        "cluster.context=null",
        "ingress.path=/2048/",
        "ingress.host=game.example.com",
        "ingress.host=*.example.com",
        "ingress.host=xn--2j5b.example.com",
    ];
    for flag in flags {
        let loaded = loader(&[]).load("sandbox", &sets(&[flag]));
        assert!(loaded.is_ok(), "{flag}: {}", loaded.unwrap_err());
    }
}

/// Whatever is done to a file, it is read or refused, never a panic.
#[test]
fn no_damage_to_a_file_is_too_much() {
    let folder = folder(&[]);
    let file = folder.path().join("environments/damaged.yaml");
    let loader = Loader::new(folder.path(), BTreeMap::new());
    let sound: Vec<char> = embedded::DEFAULTS
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.chars().chain(['\n']))
        .collect();
    let mut refused = 0;
    for (round, at) in (0..sound.len()).step_by(7).enumerate() {
        let strange = [
            ' ', ':', '"', '{', '[', '-', '\n', '\t', '#', '*', '&', '!', '|', '%', '\u{0}', '가', '\u{feff}', '9',
        ];
        let mut damaged = sound.clone();
        damaged[at] = strange[round % strange.len()];
        fs::write(&file, damaged.iter().collect::<String>()).unwrap();
        if let Err(problems) = loader.load("damaged", &[]) {
            refused += 1;
            assert!(problems.to_string().contains("damaged.yaml"), "{problems}");
        }
        fs::write(&file, sound[..at].iter().collect::<String>()).unwrap();
        let _: Result<_, _> = loader.load("damaged", &[]);
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn what_has_no_end_or_is_too_large_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("large.yaml"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
    let loader = Loader::new(folder.path(), BTreeMap::new());
    for (reference, flaw) in [
        ("./large.yaml", "it has more than 1 MiB"),
        ("/dev/zero", "it is a pipe or a device, not a file"),
    ] {
        let told = loader.load(reference, &[]).unwrap_err().to_string();
        assert!(told.contains(flaw), "{told}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let environments = folder.path().join("environments");
    fs::create_dir_all(environments.join("folder.yaml")).unwrap();
    fs::write(environments.join("minji.yaml"), b"# \xb0\xa1\nextends: sandbox\n").unwrap();
    fs::write(environments.join("child.yaml"), "extends: minji\n").unwrap();
    let loader = Loader::new(folder.path(), BTreeMap::new());
    let told = |name: &str| loader.load(name, &[]).unwrap_err().to_string();
    let all = ["minji", "./environments/minji.yaml", "child", "folder", "minjo"].map(told);
    insta::assert_snapshot!(all.join("\n\n"), @r#"
environment `minji` has a problem

environment minji: environments/minji.yaml is not text in UTF-8
  = help: save it as UTF-8; one in EUC-KR becomes it with: iconv -f EUC-KR -t UTF-8 environments/minji.yaml > utf8.yaml

environment `minji` has a problem

environment ./environments/minji.yaml: it is not text in UTF-8
  = help: save it as UTF-8; one in EUC-KR becomes it with: iconv -f EUC-KR -t UTF-8 environments/minji.yaml > utf8.yaml

environment `child` has a problem

environments/child.yaml:1:10: extends: environments/minji.yaml is not text in UTF-8
  |
1 | extends: minji
  |          ^^^^^
  = help: save it as UTF-8; one in EUC-KR becomes it with: iconv -f EUC-KR -t UTF-8 environments/minji.yaml > utf8.yaml

environment `folder` has a problem

environment folder: environments/folder.yaml is a folder, not a file
  = help: name a file; if this should be one, move the folder away

environment `minjo` has a problem

environment minjo: there is no such environment: neither environments/minjo.yaml nor a built-in one
  = help: did you mean `minji`?
"#);
}

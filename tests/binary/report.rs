//! `report FILE` of whole runs: nothing of whoever has made it, of their account and network, and of what they have called things.

use lab2048_testing::Workdir;
use serde_json::Value;

/// What is planted, each in several places: people, things that people have called something, and what lets somebody in.
const PLANTED: &[&str] = &[
    "minji",
    "haneul",
    "soojin",
    "bluebird",
    "team-b",
    "210987654321",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "eyJhbGciOiJIUzI1NiJ9",
    "203.0.113.77",
    "2001:db8",
];

/// How accounts, ARNs, addresses, hosts and ids of things look, whosever they are.
const FORMS: &[&str] = &[
    "410691154611",
    "arn:",
    "10.11.",
    "subnet-0",
    "vpc-0",
    "sg-0",
    "fargate-ip-",
    "k8s-fargateg",
    ".elb.amazonaws.com",
    ".eks.amazonaws.com",
    "https://",
    "@",
];

const ENVIRONMENT: &str = "\
extends: sandbox
lab:
  name: lab-of-minji
  tags: {owner: minji@haneul.example, haneul: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'}
app:
  namespace: minji-games
  image: 210987654321.dkr.ecr.ap-northeast-2.amazonaws.com/haneul/game:minji
  labels: {team: haneul}
ingress:
  host: game.haneul.example
  allowedCidrs: [203.0.113.77/32, '2001:db8::/32']
  annotations: {alb.ingress.kubernetes.io/target-group-attributes: 'stickiness.enabled=true,minji=eyJhbGciOiJIUzI1NiJ9'}
fargate:
  role: arn:aws:iam::210987654321:role/haneul-minji-pods
";

fn workdir() -> Workdir {
    let mut workdir = Workdir::new();
    std::fs::create_dir_all(workdir.path("haneul/environments")).unwrap();
    std::fs::write(workdir.path("haneul/environments/minji.yaml"), ENVIRONMENT).unwrap();
    for (name, value) in [
        ("USER", "minji"),
        ("HOSTNAME", "laptop-of-minji"),
        ("LAB2048_ENV", "haneul/environments/minji.yaml"),
        ("LAB2048_SET_FARGATE_PROFILE", "minji-7"),
        ("AWS_PROFILE", "haneul-admin"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_SESSION_TOKEN", "eyJhbGciOiJIUzI1NiJ9"),
        (
            "HTTPS_PROXY",
            "http://minji:ghp_16C7e42F292c6912E7710c838347Ae178B4a@203.0.113.77:3128",
        ),
    ] {
        workdir.set(name, value);
    }
    workdir
}

/// The file, which has nothing that it must not have.
#[track_caller]
fn reported(workdir: &Workdir, line: &str) -> Value {
    workdir.done(line);
    let text = workdir.read("help.json");
    for secret in PLANTED.iter().chain(FORMS) {
        let at = text.to_lowercase().find(&secret.to_lowercase());
        assert_eq!(at, None, "{line}: {secret} in\n{text}");
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn nothing_that_was_planted_is_in_a_report_whatever_the_lab_has_gone_through() {
    let workdir = workdir();
    let before = reported(&workdir, "report help.json");
    assert_eq!(before["run"], Value::Null);
    assert!(before["environment"].as_array().unwrap().len() > 20, "{before:#}");
    workdir.run("apply --yes --events minji.ndjson");
    let after = reported(&workdir, "report help.json");
    assert_eq!(after["run"]["verb"], "apply", "{after:#}");
    reported(&workdir, "report help.json --events minji.ndjson");
    for fault in ["no-nat", "image-missing", "lbc-denied", "throttling"] {
        workdir.done(&format!("sandbox break {fault}"));
    }
    workdir.run("apply --yes --set app.namespace=haneul-games --set fargate.role=auto");
    let broken = reported(
        &workdir,
        "report help.json --set app.namespace=haneul-games --set fargate.role=auto",
    );
    let of_checks = broken["findings"].as_array().unwrap().iter();
    assert!(
        of_checks.clone().any(|found| found["severity"] == "error"),
        "{broken:#}"
    );
    // Not even of what is no environment.
    let wrong = reported(
        &workdir,
        "report help.json --set lab.name=Minji_Haneul! --set minji.key=1",
    );
    assert_ne!(wrong["error"].as_array().unwrap().len(), 0, "{wrong:#}");
    assert_eq!(wrong["plan"], Value::Null);
}

/// What nothing has said to be a name: other clusters, a namespace of others, and lines of a file that is no environment.
#[test]
fn names_of_letters_only_that_nobody_has_told_are_not_in_it() {
    let workdir = Workdir::new();
    workdir.done("sandbox reset --clusters bluebird,soojin,eksworkshop");
    for line in ["--set cluster.name=nowhere", "--set cluster.name=auto"] {
        let elsewhere = reported(&workdir, &format!("report help.json {line}"));
        assert_ne!(elsewhere["error"].as_array().unwrap().len(), 0, "{elsewhere:#}");
    }
    let wrong = "extends: sandbox\nlab: {nome: soojin, name: Team-B of Soojin}\napp: {replicas: bluebird}\n";
    std::fs::write(workdir.path("soojin.yaml"), wrong).unwrap();
    let wrong = reported(&workdir, "report help.json -e soojin.yaml");
    let told = wrong["error"].to_string();
    // What helps is still there.
    assert!(told.contains("app.replicas") && told.contains("unknown key"), "{told}");
    workdir.done("sandbox reset");
    workdir.done("sandbox break lbc-namespace");
    let watched = reported(&workdir, "report help.json");
    assert!(
        watched.to_string().contains("--watch-namespace is name-"),
        "{watched:#}"
    );
}

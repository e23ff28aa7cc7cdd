//! Good and bad rosters.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::super::{Auto, Loader, Setting};
use super::Roster;

fn load(name: &str, bytes: &[u8], flags: &[&str]) -> Result<Roster, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let loader = Loader::new(folder.path(), BTreeMap::new());
    let settings: Vec<Setting> = flags.iter().map(|text| Setting::parse(text)).collect();
    let loaded = loader.load_roster(name, "sandbox", &settings);
    loaded.map_err(|problems| problems.to_string())
}

fn csv(text: &str) -> Roster {
    load("class.csv", text.as_bytes(), &[]).unwrap()
}

fn refused(text: &str) -> String {
    load("class.csv", text.as_bytes(), &[]).unwrap_err()
}

/// Name, replicas and who of each lab.
fn rows(roster: &Roster) -> Vec<(&str, u32, &str)> {
    roster
        .labs
        .iter()
        .map(|lab| {
            (
                lab.name(),
                lab.resolved.environment.app.replicas,
                lab.own.get("who").map_or("", String::as_str),
            )
        })
        .collect()
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    let wanted = vec![("p-01", 2, "Kim, M."), ("p-02", 5, "이서연")];
    for text in [
        "lab,app.replicas,who\np-01,2,\"Kim, M.\"\np-02,,이서연\n",
        "\u{feff}lab;app.replicas;who\r\np-01;2;Kim, M.\r\np-02;;이서연\r\n;;\r\n",
        "lab\tapp.replicas\twho\np-01\t2\tKim, M.\n\np-02\t\t이서연",
        "sep=|\nlab|app.replicas|who\np-01|2|Kim, M.\np-02||이서연",
        "Lab , app.replicas , who\n p-01 , 2 ,\"Kim, M.\"\n p-02 , , 이서연 ",
        "\"lab\",\"who\",\"app.replicas\"\r\n\"p-01\",\"Kim, M.\",\"2\"\r\n\"p-02\",\"이서연\",\"\"\r\n",
    ] {
        assert_eq!(rows(&csv(text)), wanted, "{text}");
    }
}

#[test]
fn a_list_is_read_like_a_table() {
    let text = "
- lab: p-01
  app.replicas: 2
  who: Kim, M.
- lab: {name: p-02, tags: {team: blue}}
  app: {port: 8080}
  who: 이서연
";
    let roster = load("class.yaml", text.as_bytes(), &[]).unwrap();
    assert_eq!(rows(&roster), [("p-01", 2, "Kim, M."), ("p-02", 5, "이서연")]);
    let second = &roster.labs[1].resolved.environment;
    assert_eq!((second.app.port, second.lab.tags["team"].as_str()), (8080, "blue"));
    assert_eq!(roster.labs[1].line, 5);
}

#[test]
fn a_row_lies_between_files_and_flags() {
    let text = "lab,app.replicas,cluster.name,lab.tags.team,ingress.allowedCidrs\np-01,2,eks1,a,\"[10.0.0.0/8]\"\n";
    let roster = load("class.csv", text.as_bytes(), &["app.replicas=7"]).unwrap();
    let lab = &roster.labs[0].resolved;
    let environment = &lab.environment;
    assert_eq!(environment.app.replicas, 7);
    assert_eq!(environment.cluster.name, Auto::Given("eks1".to_owned()));
    assert_eq!(environment.lab.tags["team"], "a");
    assert_eq!(environment.ingress.allowed_cidrs, ["10.0.0.0/8"]);
    assert_eq!(environment.app.namespace, "p-01");
    assert_eq!(environment.name, "sandbox");
    let origins = ["lab.name", "cluster.name", "app.replicas", "app.image"].map(|key| lab.origins[key].to_string());
    assert_eq!(&origins[..3], ["class.csv:2", "class.csv:2", "--set app.replicas=7"]);
    assert!(origins[3].starts_with("built-in "), "{origins:?}");
}

#[test]
fn columns_of_the_instructor_keep_their_order() {
    let roster = csv("who,lab,seat\nKim,p-01,3\n,p-02,4\n");
    assert_eq!(roster.columns, ["who", "seat"]);
    assert_eq!(
        roster.labs[1].own,
        BTreeMap::from([("seat".to_owned(), "4".to_owned())])
    );
}

#[test]
fn who_works_on_a_lab_is_a_role_or_a_user() {
    let role = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Participant_0f1e";
    let roster = csv(&format!("lab,Principal,who\np-01,{role},Kim\np-02,,Lee\n"));
    let principals: Vec<Option<&str>> = roster.labs.iter().map(|lab| lab.principal.as_deref()).collect();
    assert_eq!(principals, [Some(role), None]);
    assert_eq!(roster.columns, ["who"], "it is none of the instructor's own");
    let list = format!("- lab: p-01\n  principal: {role}\n- lab: p-02\n  principal: null\n");
    let roster = load("class.yaml", list.as_bytes(), &[]).unwrap();
    assert_eq!(roster.labs[0].principal.as_deref(), Some(role));

    for (wrong, words) in [
        ("minji", "must be the ARN of a role or a user, but is \"minji\""),
        (
            "arn:aws:iam::111122223333:group/class",
            "must be the ARN of a role or a user",
        ),
        ("arn:aws:iam::111122223333:root", "must be the ARN of a role or a user"),
        ("arn:aws:iam::1111:role/minji", "must be the ARN of a role or a user"),
        (
            "arn:aws:iam::111122223333:role/*",
            "must be the ARN of a role or a user",
        ),
        (
            "arn:aws:iam:eu-west-1:111122223333:role/minji",
            "must be the ARN of a role or a user",
        ),
        (
            "arn:aws:sts::111122223333:assumed-role/minji/cloud9",
            "name the role: `arn:aws:iam::111122223333:role/minji`",
        ),
    ] {
        let told = refused(&format!("lab,who,principal\np-01,Kim,{wrong}\n"));
        assert!(
            told.contains("class.csv:2:10: principal: ") && told.contains(words),
            "{told}"
        );
    }
    let told = load("class.yaml", b"- lab: p-01\n  principal: [a]\n", &[]).unwrap_err();
    assert!(told.contains("class.yaml:2:14: principal: must be an ARN"), "{told}");
}

#[test]
fn all_mistakes_are_told_at_once_each_in_its_place() {
    let loader = Loader::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), BTreeMap::new());
    let problems = loader
        .load_roster("bad-rosters/twenty.csv", "sandbox", &[])
        .unwrap_err();
    assert!(problems.iter().len() >= 20, "{}", problems.iter().len());
    insta::assert_snapshot!(problems);
}

#[test]
fn what_all_rows_share_is_told_once() {
    let text = "lab\np-01\np-02\np-03\n";
    let flags = ["app.replicas=many", "app.colour=red"];
    let text = load("class.csv", text.as_bytes(), &flags).unwrap_err();
    assert_eq!(text.matches("--set app.replicas=many").count(), 1, "{text}");
    assert_eq!(text.matches("--set app.colour=red").count(), 1, "{text}");
}

#[test]
fn of_very_many_mistakes_the_first_are_shown() {
    let rows: Vec<String> = (0..700).map(|n| format!("p-{n},many")).collect();
    let text = refused(&format!("lab,app.replicas\n{}", rows.join("\n")));
    assert!(
        text.starts_with("roster `class.csv` has 700 problems\n"),
        "{}",
        &text[..60]
    );
    assert!(text.ends_with("\n\n... and 640 more"), "{}", &text[text.len() - 60..]);
}

#[test]
fn what_a_row_brings_about_elsewhere_has_its_place() {
    let text = "lab\ngame\np-02\n";
    let flags = ["fargate.selectors=[{namespace: game}]"];
    let text = load("class.csv", text.as_bytes(), &flags).unwrap_err();
    assert!(
        text.contains("class.csv:3:1: fargate.selectors: no selector takes the lab's pods"),
        "{text}"
    );
    assert!(
        text.contains("(the value is that of --set fargate.selectors="),
        "{text}"
    );
}

#[test]
fn files_that_are_no_rosters_are_refused_with_a_remedy() {
    let cases: [(&str, &[u8], &str); 8] = [
        ("class.csv", b"", "class.csv: has no labs"),
        ("class.csv", b"lab,who\n", "class.csv: has no labs"),
        (
            "class.csv",
            b"name,who\nx,y\n",
            "class.csv:1:1: there is no column `lab`",
        ),
        ("class.csv", b"\xff\xfel\0a\0b\0", "it is text in UTF-16"),
        ("class.csv", b"lab,who\np-01,\xb1\xe8\n", "it is not text in UTF-8"),
        (
            "class.yaml",
            b"lab: p-01\n",
            "class.yaml:1:1: a roster is a list of labs, but this is a map",
        ),
        (
            "class.yaml",
            b"- p-01\n",
            "class.yaml:1:3: a lab is a map of keys, but this is the text",
        ),
        (
            "class.yaml",
            b"- lab: p-01\n  who: [a]\n",
            "class.yaml:2:8: who: must be a text, but is a list",
        ),
    ];
    for (name, bytes, words) in cases {
        let text = load(name, bytes, &[]).unwrap_err();
        assert!(text.contains(words) && text.contains("help: "), "{words}: {text}");
    }
    let many: Vec<String> = (0..2001).map(|n| format!("p-{n}")).collect();
    let text = refused(&format!("lab\n{}", many.join("\n")));
    assert!(text.contains("there are 2001 labs, but at most 2000 can be"), "{text}");
}

#[test]
fn what_labs_of_a_cluster_cannot_share_is_theirs_once() {
    let table = [
        (
            "lab\np-01\np-01\n",
            "class.csv:3:1: lab.name: the lab of line 2 has p-01 already",
        ),
        (
            "lab,app.namespace\np-01,game\np-02,game\n",
            "class.csv:3:6: app.namespace: the lab of line 2 has game already",
        ),
        (
            "lab,ingress.loadBalancerName\np-01,game\np-02,game\n",
            "class.csv:3:6: ingress.loadBalancerName: the lab of line 2 has game already",
        ),
        (
            "lab,ingress.group,ingress.port\np-01,all,8001\np-02,all,8001\n",
            "class.csv:3:10: ingress.port: the lab of line 2 has port 8001 of the group all at / already",
        ),
    ];
    for (text, words) in table {
        let told = refused(text);
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.contains("has a problem"), "{told}");
    }
    csv("lab,cluster.name\np-01,eks1\np-01,eks2\n");
    csv("lab,ingress.group,ingress.port\np-01,all,8001\np-02,all,8002\n");
}

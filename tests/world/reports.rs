//! Every run ends in one document and one summary, however it ends.

use lab2048::app::Exit;
use lab2048_testing::Lab;
use serde_json::Value;

/// Runs a call that ends so, and returns its document, which the last event agrees with.
async fn document(lab: &Lab, line: &str, exit: Exit) -> Value {
    let name = format!("{}.ndjson", line.replace(|c: char| !c.is_alphanumeric(), "-"));
    let ran = lab.call(&format!("{line} -o json --events {name}")).await.exits(exit);
    let document = ran.json();
    for key in ["plan", "summary", "failures", "skipped", "leftovers", "status", "error"] {
        assert!(document.get(key).is_some(), "{line}: {key} is missing in {document}");
    }
    let summary = &document["summary"];
    assert_eq!(summary["exitCode"], exit.code(), "{line}");
    assert_eq!(summary["ok"], matches!(exit, Exit::Done | Exit::Changes), "{line}");
    let last = lab.events(&name).pop().unwrap();
    assert_eq!(last["type"], "summary", "{line}");
    assert_eq!(last["exitCode"], exit.code(), "{line}");
    document
}

#[tokio::test(start_paused = true)]
async fn runs_that_do_what_they_are_asked() {
    let lab = Lab::new(31);
    let plan = document(&lab, "plan --detailed-exitcode", Exit::Changes).await;
    assert_eq!(plan["plan"]["changes"], plan["changes"], "its own keys stay at the top");
    let applied = document(&lab, "apply", Exit::Done).await;
    assert_eq!(applied["status"]["state"], "ready");
    assert_eq!(applied["plan"]["place"]["target"], "sandbox");
    let again = document(&lab, "apply --yes", Exit::Done).await;
    assert_eq!(
        again["status"]["pods"].as_array().unwrap().len(),
        5,
        "nothing to do, and reported all the same"
    );
    assert_eq!(again["status"]["unknown"], serde_json::json!([]));
    let scaled = document(&lab, "scale --replicas 2", Exit::Done).await;
    assert_eq!(scaled["summary"]["counts"]["update"], 1);
    let gone = document(&lab, "destroy", Exit::Done).await;
    assert_eq!(gone["exitCode"], 0, "its summary's keys stay at the top");
    assert_eq!(gone["verb"], "destroy");
    assert_eq!(gone["leftovers"], serde_json::json!([]));
    document(&lab, "destroy --yes", Exit::Done).await;
}

#[tokio::test(start_paused = true)]
async fn runs_that_are_refused_or_fail() {
    let lab = Lab::new(32);
    let missing = document(&lab, "scale --replicas 2", Exit::Failed).await;
    assert!(missing["error"]["causes"][0].as_str().unwrap().contains("to scale"));
    assert!(missing["plan"].is_null());
    let unasked = document(&lab, "apply --set confirm=true", Exit::Refused).await;
    assert!(unasked["error"]["help"].as_str().unwrap().contains("--yes"));
    assert!(unasked["plan"]["changes"].is_array());
    lab.world.break_(lab2048_sandbox::Breakage::ImageMissing);
    let failed = document(&lab, "apply --timeout 8m", Exit::Failed).await;
    assert!(!failed["failures"].as_array().unwrap().is_empty());
    assert!(!failed["skipped"].as_array().unwrap().is_empty());
    assert!(failed["status"].is_null() && failed["error"].is_null());
}

#[tokio::test(start_paused = true)]
async fn events_are_added_to_earlier_ones_and_never_to_a_foreign_file() {
    let lab = Lab::new(33);
    for _ in 0..2 {
        lab.call("plan --events run.ndjson").await.exits(Exit::Done);
    }
    let starts = lab.events("run.ndjson");
    let starts = starts.iter().filter(|record| record["type"] == "run-started");
    assert_eq!(starts.count(), 2);
    std::fs::write(lab.folder().join("notes.txt"), "mine\n").unwrap();
    lab.call("apply --events notes.txt")
        .await
        .exits(Exit::Refused)
        .prints("notes.txt: it holds something else")
        .prints("name a file that is not there yet");
    assert_eq!(
        std::fs::read_to_string(lab.folder().join("notes.txt")).unwrap(),
        "mine\n"
    );
    assert!(lab.inventory().profiles.is_empty(), "nothing was begun");
}

#[tokio::test(start_paused = true)]
async fn a_lab_scaled_to_nothing_is_stopped_and_has_no_address() {
    let lab = Lab::new(3);
    lab.call("apply").await.exits(Exit::Done);
    let scaled = lab.call("scale --replicas 0").await.exits(Exit::Done);
    let status = lab
        .call("status")
        .await
        .exits(Exit::Done)
        .prints("stopped because no pod is wanted");
    for ran in [&scaled, &status] {
        let addresses = ran.stdout.lines().filter(|line| line.starts_with("http"));
        assert_eq!(addresses.count(), 0, "{ran}");
    }
    let again = lab.call("scale 2").await.exits(Exit::Done);
    assert!(again.stdout.lines().last().unwrap().starts_with("http://"), "{again}");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_cannot_begin_prints_its_document_too() {
    let lab = Lab::new(34);
    std::fs::write(lab.folder().join("mine.yaml"), "extends: sandbox\napp: {replica: 3}\n").unwrap();
    for verb in ["plan", "apply", "scale --replicas 2", "destroy"] {
        for (flags, exit, class) in [
            ("-e mine.yaml", Exit::Usage, "environment"),
            ("-e nowhere", Exit::Usage, "environment"),
            ("--templates nowhere", Exit::Usage, "template"),
        ] {
            let run = lab.call(&format!("{verb} {flags} -o json")).await.exits(exit);
            let document = run.json();
            for key in [
                "plan",
                "summary",
                "failures",
                "skipped",
                "leftovers",
                "searched",
                "status",
                "error",
            ] {
                assert!(document.get(key).is_some(), "{run}: {key} is missing");
            }
            assert!(document["plan"].is_null(), "{run}");
            assert_eq!(document["summary"]["exitCode"], exit.code(), "{run}");
            assert_eq!(document["summary"]["verb"], verb.split(' ').next().unwrap(), "{run}");
            assert_eq!(document["error"]["class"], class, "{run}");
            assert_eq!(document["error"]["exitCode"], exit.code(), "{run}");
            assert!(!document["error"]["causes"].as_array().unwrap().is_empty(), "{run}");
        }
    }
    let missing = document(&lab, "scale --replicas 2", Exit::Failed).await;
    assert_eq!(missing["error"]["class"], "no-lab");
    let stale = lab.call("apply nofile.json -o json").await.exits(Exit::Usage).json();
    assert_eq!(stale["error"]["class"], "plan-file");
}

#[tokio::test(start_paused = true)]
async fn every_other_verb_prints_its_error_as_a_document() {
    let lab = Lab::new(35);
    for (line, exit, class) in [
        ("status -e nowhere", Exit::Usage, "environment"),
        ("doctor -e nowhere", Exit::Usage, "environment"),
        ("render --templates nowhere", Exit::Usage, "template"),
        ("explain C99", Exit::Usage, "usage"),
        ("show nofile.json", Exit::Usage, "plan-file"),
        ("open --print", Exit::Failed, "no-lab"),
        ("env show -e nowhere", Exit::Usage, "environment"),
        ("sandbox show -e workshop", Exit::Usage, "usage"),
    ] {
        let run = lab.call(&format!("{line} -o json")).await.exits(exit);
        let document = run.json();
        assert_eq!(document["error"]["class"], class, "{run}");
        assert_eq!(document["error"]["exitCode"], exit.code(), "{run}");
        assert!(run.stderr.starts_with("error: "), "{run}");
        let plain = lab.call(line).await;
        assert_eq!(plain.stdout, "", "{plain}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_stops_a_plan_is_an_error_of_its_document() {
    let lab = Lab::new(36);
    lab.call("apply").await.exits(Exit::Done);
    let plan = document(&lab, "plan", Exit::Done).await;
    assert_eq!(plan["plan"]["counts"]["create"], 0);
    assert!(plan["error"].is_null());
    let subnets = r#"--set fargate.subnets=["subnet-044fd202626076e79"]"#;
    let refused = document(&lab, &format!("apply {subnets}"), Exit::Refused).await;
    assert_eq!(refused["error"]["class"], "refused");
    assert!(refused["error"]["causes"][0].as_str().unwrap().contains("--replace"));
    assert_eq!(refused["plan"]["counts"]["replace"], 1);
    lab.world.break_(lab2048_sandbox::Breakage::LbcAbsent);
    let stopped = document(&lab, "plan", Exit::Check).await;
    assert_eq!(stopped["error"]["class"], "check");
    assert!(stopped["error"]["causes"][0].as_str().unwrap().contains("would stop"));
}

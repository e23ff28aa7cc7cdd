//! What others write into the cluster reaches no terminal as it is.

use lab2048::app::Exit;
use lab2048::model::visible::is_unseen;
use lab2048_sandbox::testing;
use lab2048_testing::hand::CHAPTER;
use lab2048_testing::{Lab, Run};
use serde_json::json;

/// Writes the clipboard, clears the screen, turns the direction of writing, forges a line, hides.
const HOSTILE: &str = "\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\u{8}\u{85}\u{2028}\u{200b}Done";

#[track_caller]
fn is_harmless(run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let unseen = |c: char| is_unseen(c) && c != '\n' && c != '\t';
        assert!(!text.contains(unseen), "{}:\n{text:?}", run.line);
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_write_is_shown_and_not_obeyed() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    let base = format!("/apis/apps/v1/namespaces/{CHAPTER}/deployments/deployment-2048");
    let live = lab.live("apps", "deployments", "deployment-2048").unwrap();
    let mut containers = live["spec"]["template"]["spec"]["containers"].clone();
    containers[0]["image"] = format!("nginx{HOSTILE}").into();
    let patch = json!({"spec": {"template": {"spec": {"containers": containers}}}});
    lab.send("PATCH", &base, &patch).await;
    let pods = testing::objects(&lab.world, "", "pods", Some(CHAPTER));
    let pod = &pods[0]["metadata"];
    let event = json!({
        "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "FailedScheduling", "count": 1,
        "metadata": {"name": "x.1", "namespace": CHAPTER},
        "message": format!("oops {HOSTILE}\nDone: 6 created"),
        "involvedObject": {"kind": "Pod", "apiVersion": "v1", "namespace": CHAPTER, "name": pod["name"], "uid": pod["uid"]},
        "firstTimestamp": lab.world.now().to_string(), "lastTimestamp": lab.world.now().to_string(),
        "source": {"component": "x"},
    });
    let events = format!("/api/v1/namespaces/{CHAPTER}/events");
    lab.send("POST", &events, &event).await;
    let lines = [
        "plan",
        "plan -v",
        "plan -o json",
        "plan -o yaml",
        "plan -o markdown",
        "status",
        "status -o wide",
        "status -o json",
        "status -o yaml",
        "doctor",
        "doctor -o json",
        "doctor -o yaml",
        "apply -o plain --force-conflicts --timeout 40s",
        "destroy -vv --events e.ndjson",
    ];
    let mut shown = 0;
    for line in lines {
        let run = lab.call(line).await;
        is_harmless(&run);
        shown +=
            usize::from(run.text().contains("u{1b}") || run.text().contains("\\u001b") || run.text().contains("\\e]"));
    }
    assert!(shown > 6, "it is shown in only {shown} answers");
    let events = std::fs::read_to_string(lab.folder().join("e.ndjson")).unwrap();
    assert!(!events.contains(|c| is_unseen(c) && c != '\n'), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_rendered_keeps_its_meaning() {
    let lab = Lab::new(2048);
    for line in ["render", "env show", "plan", "apply -o json"] {
        let run = lab
            .call(&format!("{line} --set app.image=a\u{1b}[2J\u{9b}\u{202e}b"))
            .await;
        is_harmless(&run);
    }
    let text = r#"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: fargate-game-2048}, data: {a: "x\u202ey\u200d"}}"#;
    let folder = lab.folder().join("templates/k8s");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("more.yaml"), text).unwrap();
    let run = lab.call("render --templates templates").await.exits(Exit::Done);
    is_harmless(&run);
    assert!(run.stdout.contains(r#"a: "x\u202ey\u200d""#), "{}", run.stdout);
}

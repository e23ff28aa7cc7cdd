//! What programs read: one document an answer, one record an event.

use lab2048::app::Exit;
use lab2048_testing::{Lab, Run};
use serde_json::Value;

const URL: &str = "http://k8s-fargateg-ingress2-";

/// A lab, each answer as one document of the format asked for.
struct Documents {
    lab: Lab,
    format: &'static str,
    parse: fn(&Run) -> Value,
}

impl Documents {
    /// The document that a call prints, and nothing else.
    async fn of(&self, line: &str) -> Value {
        let run = self.lab.call(&format!("{line} -o {}", self.format)).await;
        (self.parse)(&run.exits(Exit::Done))
    }
}

/// A whole life.
async fn life(format: &'static str, parse: fn(&Run) -> Value) {
    let documents = Documents {
        lab: Lab::new(2048),
        format,
        parse,
    };
    assert_eq!(documents.of("plan").await["lab"], "fargate-game-2048");
    let applied = documents.of("apply").await;
    assert_eq!(applied["summary"]["ok"], true);
    assert!(applied["summary"]["url"].as_str().unwrap().starts_with(URL));
    assert_eq!(documents.of("plan").await["goal"], "ready");
    assert_eq!(documents.of("status").await["state"], "ready");
    assert_eq!(documents.of("scale --replicas 2").await["summary"]["verb"], "scale");
    let world = documents.of("sandbox show").await;
    assert_eq!(world["targetGroups"][0]["targets"]["healthy"], 2);
    let findings = documents.of("doctor").await;
    let findings = findings.as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["id"] == "C12"), "{findings:#?}");
    assert!(
        findings.iter().all(|finding| finding["severity"] == "ok"),
        "{findings:#?}"
    );
    assert_eq!(documents.of("destroy").await["verb"], "destroy");
    assert_eq!(documents.of("status").await["state"], "absent");
    assert!(documents.of("env show").await.as_array().unwrap().len() > 20);
    assert_eq!(documents.of("env list").await.as_array().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_one_json_document() {
    life("json", Run::json).await;
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_one_yaml_document() {
    life("yaml", |run| serde_saphyr::from_str(&run.stdout).unwrap()).await;
}

//! A class's Job: what it is made of, what its pods do, what is told of it. The sandbox keeps Jobs and runs no pods of them, so that
//! the test does what the Job's controller and its kubelets would.

use std::fs;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_testing::{Lab, Run};
use serde_json::{Value, json};

/// Where the Job is.
const JOB: &str = "/apis/batch/v1/namespaces/default/jobs/lab2048-class";
const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";
/// One pod a lab, from the test's own image.
const MADE: &str = "--image registry/lab2048:1 --set app.replicas=1";

/// A class whose roster has these lines.
fn class(roster: &str) -> Lab {
    let lab = Lab::new(29);
    write(&lab, roster);
    lab
}

fn write(lab: &Lab, roster: &str) {
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
}

/// The objects of a Job that is asked for so, by their kinds.
async fn rendered(lab: &Lab, line: &str) -> Vec<Value> {
    let run = lab.call(&format!("fleet job render class.csv {line} -o json")).await;
    run.exits(Exit::Done).json()["items"].as_array().unwrap().clone()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    objects.iter().find(|object| object["kind"] == kind).unwrap()
}

/// Lays down what a kubelet would, and runs what the pod of an index would.
async fn work(lab: &Lab, objects: &[Value], index: usize) -> Run {
    let folder = lab.folder().join(".lab2048");
    fs::create_dir_all(&folder).unwrap();
    let assignment = of_kind(objects, "ConfigMap")["data"]["assignment.json"]
        .as_str()
        .unwrap();
    fs::write(folder.join("assignment.json"), assignment).unwrap();
    // Without its Job nobody owns what a pod leaves.
    let job = lab.get(JOB).await;
    let uid = job["metadata"]["uid"]
        .as_str()
        .map_or_else(String::new, |uid| format!("--job-uid {uid}"));
    let container = &of_kind(objects, "Job")["spec"]["template"]["spec"]["containers"][0];
    let words: Vec<&str> = container["args"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let [verb, rest] = [&words[..3], &words[3..]].map(|words| words.join(" "));
    let own = format!("--index {index} {uid} --termination-log last-words");
    lab.call(&format!("{verb} {own} {rest}")).await
}

fn last_words(lab: &Lab) -> Value {
    let text = fs::read_to_string(lab.folder().join("last-words")).unwrap();
    serde_json::from_str(&text).unwrap()
}

async fn status(lab: &Lab, exit: Exit) -> Value {
    lab.call("fleet job status class.csv -o json").await.exits(exit).json()
}

/// Progress of all labs, and state of all indexes.
fn seen(status: &Value) -> (Vec<&str>, Vec<&str>) {
    let labs = status["labs"].as_array().unwrap().iter();
    let indexes = status["job"]["indexes"].as_array().unwrap().iter();
    (
        labs.map(|row| row["progress"].as_str().unwrap()).collect(),
        indexes.map(|row| row["state"].as_str().unwrap()).collect(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_job_is_made_shown_and_removed() {
    let lab = class("lab,who,cluster.name\na,Kim,seoul\nb,Lee,seoul\nc,Park,tokyo\n");
    let before = lab.shape();
    let objects = rendered(
        &lab,
        &format!("{MADE} --role-arn arn:aws:iam::123456789012:role/instructor"),
    )
    .await;
    assert_eq!(lab.shape(), before, "what is printed changes nothing");
    let kinds: Vec<&str> = objects.iter().map(|object| object["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Job"]);

    let apply = format!("fleet job apply class.csv {MADE}");
    let run = lab.call(&apply).await.exits(Exit::Done);
    let run = run
        .prints("3 labs of class.csv by Job lab2048-class in 2 indexes, 2 at once")
        .prints("index 0 2 labs on ap-northeast-2/seoul")
        .prints("runs no pods of it");
    assert_eq!(run.last_line(), "lab2048-class");
    let job = lab.get(JOB).await;
    assert_eq!(job["spec"]["completions"], 2);
    assert_eq!(
        job["spec"]["template"]["spec"]["containers"][0]["image"],
        "registry/lab2048:1"
    );

    lab.call(&apply)
        .await
        .exits(Exit::Done)
        .prints("It is under way already.");
    lab.call(&format!("{apply} --destroy"))
        .await
        .exits(Exit::Conflict)
        .prints("Job lab2048-class is under way, for another roster or with other flags");
    let found = status(&lab, Exit::Changes).await;
    assert_eq!(seen(&found), (vec!["waiting"; 3], vec!["waiting"; 2]));
    assert_eq!(found["job"]["state"], "running");
    assert_eq!(found["labs"][1]["own"]["who"], "Lee");

    // Somebody else's of that name, and of another Job.
    lab.send(
        "POST",
        CONFIG_MAPS,
        &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "monday"}}),
    )
    .await;
    lab.call(&format!("{apply} --name monday"))
        .await
        .exits(Exit::Refused)
        .prints("not of a Job of lab2048 of that name: configmap/monday");
    lab.call("fleet job status class.csv --name monday")
        .await
        .exits(Exit::Failed)
        .prints("there is no Job monday of lab2048 in namespace default");

    lab.call("fleet job delete class.csv")
        .await
        .exits(Exit::Done)
        .prints("are gone");
    lab.call("fleet job delete class.csv --name monday")
        .await
        .exits(Exit::Done)
        .prints("Nothing is there of Job monday");
    assert_eq!(lab.get(JOB).await, Value::Null);
    assert!(
        lab.get(&format!("{CONFIG_MAPS}/monday")).await.is_object(),
        "what is others' stays"
    );
    lab.send("DELETE", &format!("{CONFIG_MAPS}/monday"), &Value::Null).await;
    assert_eq!(lab.shape(), before);
}

/// What the Job's controller writes.
async fn controller_says(lab: &Lab, status: &Value) {
    lab.send("PATCH", &format!("{JOB}/status"), &json!({"status": status}))
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_index_is_carried_out_taken_up_again_and_told() {
    let lab = class("lab,timeouts.rollout,cluster.name\na,,eksworkshop\nb,1s,eksworkshop\nc,,eksworkshop\nd,,tokyo\n");
    let flags = format!("{MADE} --indexes 2 --max-failures 4");
    let objects = rendered(&lab, &flags).await;
    lab.call(&format!("fleet job apply class.csv {flags}"))
        .await
        .exits(Exit::Done);

    let first = work(&lab, &objects, 0).await.exits(Exit::Partly);
    first.prints("a ready").prints("b failed").prints("c ready");
    let said = last_words(&lab);
    assert_eq!(
        said,
        json!({"index": 0, "ok": 2, "failed": 1, "worst": 7, "rows": {"a": 0, "b": 5, "c": 0}})
    );
    let results = lab.get(&format!("{CONFIG_MAPS}/lab2048-class-0")).await;
    let owner = &results["metadata"]["ownerReferences"][0];
    assert_eq!(
        (&owner["kind"], &owner["name"]),
        (&json!("Job"), &json!("lab2048-class"))
    );
    let lines = results["data"]["rows.ndjson"].as_str().unwrap();
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let found = status(&lab, Exit::Changes).await;
    assert_eq!(seen(&found).0, ["done", "failed", "done", "waiting"]);

    // Another attempt, for which what was in the way is gone.
    write(
        &lab,
        "lab,timeouts.rollout,cluster.name\na,,eksworkshop\nb,,eksworkshop\nc,,eksworkshop\nd,,tokyo\n",
    );
    let second = work(&lab, &objects, 0).await.exits(Exit::Done);
    second
        .prints("b ready")
        .does_not_print("a ready")
        .does_not_print("c ready");
    assert_eq!(last_words(&lab)["ok"], 3);

    // A cluster that is not there may be made meanwhile.
    work(&lab, &objects, 1).await.exits(Exit::Partly);
    assert_eq!(last_words(&lab)["rows"], json!({"d": 1}));
    let ended = json!({
        "completedIndexes": "0", "failedIndexes": "1",
        "conditions": [{"type": "Failed", "status": "True", "reason": "FailedIndexes"}],
    });
    controller_says(&lab, &ended).await;
    let found = status(&lab, Exit::Partly).await;
    assert_eq!(
        seen(&found),
        (vec!["done", "done", "done", "failed"], vec!["done", "failed"])
    );
    assert!(
        found["labs"][1]["url"].as_str().unwrap().starts_with("http://"),
        "{found}"
    );
    let table = lab.call("fleet job status class.csv").await.exits(Exit::Partly);
    table
        .prints("lab2048-class in namespace default: has ended, and not all of it is done")
        .prints("3 of 3");
    lab.call("fleet job status class.csv -o junit")
        .await
        .exits(Exit::Partly)
        .prints("tests=\"1\" skipped=\"0\" errors=\"0\" failures=\"1\"");
    lab.call("fleet job delete class.csv").await.exits(Exit::Done);
    let left = lab.get(CONFIG_MAPS).await.to_string();
    assert!(!left.contains("lab2048-class"), "results go with their Job: {left}");
}

#[tokio::test(start_paused = true)]
async fn what_no_other_attempt_mends_is_given_up_and_a_job_removes_the_labs_too() {
    let lab = class("lab\na\nb\n");
    let before = lab.shape();
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}});
    lab.send("POST", "/api/v1/namespaces", &namespace).await;
    let objects = rendered(&lab, MADE).await;
    let run = work(&lab, &objects, 0).await.exits(Exit::Check);
    run.prints("b failed").prints("--adopt");
    assert_eq!(last_words(&lab)["rows"], json!({"a": 0, "b": 4}));
    lab.send("DELETE", "/api/v1/namespaces/b", &Value::Null).await;
    lab.world.sleep(Duration::from_secs(60)).await;
    work(&lab, &objects, 0).await.exits(Exit::Done);

    let objects = rendered(&lab, &format!("{MADE} --destroy")).await;
    work(&lab, &objects, 0).await.exits(Exit::Done);
    assert_eq!(
        last_words(&lab),
        json!({"index": 0, "ok": 2, "failed": 0, "worst": 0, "rows": {"a": 0, "b": 0}})
    );
    // Nobody has made a Job, with which the results would go.
    lab.send("DELETE", &format!("{CONFIG_MAPS}/lab2048-class-0"), &Value::Null)
        .await;
    assert_eq!(lab.shape(), before);
    lab.call("fleet sweep class.csv")
        .await
        .exits(Exit::Done)
        .prints("certificate");
}

#[tokio::test(start_paused = true)]
async fn a_ground_goes_with_the_labs_of_one_index() {
    let lab = class("lab,cluster.name\nlab2048-a,eksworkshop\nlab2048-b,eksworkshop\nlab2048-c,tokyo\n");
    let before = lab.shape();
    let shared = format!("{MADE} -e shared-cluster --set target=sandbox --indexes 2");
    let objects = rendered(&lab, &shared).await;
    let run = work(&lab, &objects, 0).await.exits(Exit::Done);
    run.prints("profile lab2048-shared of 2 labs is made");
    let objects = rendered(&lab, &format!("{shared} --destroy")).await;
    let run = work(&lab, &objects, 0).await.exits(Exit::Done);
    run.prints("profile lab2048-shared of 2 labs is removed");
    lab.send("DELETE", &format!("{CONFIG_MAPS}/lab2048-class-0"), &Value::Null)
        .await;
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn what_a_job_cannot_do_is_told_before_it_is_made() {
    let lab = class("lab\na\n");
    let render = "fleet job render class.csv --image x -e workshop";
    for (flags, words) in [
        ("", "lab a has no region"),
        (
            "--region ap-northeast-2 --set cluster.access=kubeconfig",
            "reaches its cluster by the kubeconfig",
        ),
        (
            "--region ap-northeast-2 --name Monday",
            "the name \"Monday\" is none for a Job",
        ),
        ("--region ap-northeast-2 --only b", "the roster has no lab b"),
    ] {
        lab.call(&format!("{render} {flags}"))
            .await
            .exits(Exit::Usage)
            .prints(words);
    }
    lab.call(&format!("{render} --region ap-northeast-2"))
        .await
        .exits(Exit::Done);
    let rows = (0..1500).map(|row| format!("p-{row},{}\n", "x".repeat(500)));
    write(&lab, &format!("lab,notes\n{}", rows.collect::<String>()));
    lab.call(&format!("{render} --region ap-northeast-2"))
        .await
        .exits(Exit::Usage)
        .prints("a ConfigMap has room for 1048576")
        .prints("make two rosters of it");

    // The roster of another day, an index too many.
    write(&lab, "lab\na\n");
    let objects = rendered(&lab, MADE).await;
    write(&lab, "lab\nb\n");
    work(&lab, &objects, 0)
        .await
        .exits(Exit::Usage)
        .prints("lab a is not in its place of the roster, 1");
    assert_eq!(last_words(&lab)["worst"], 64);
    work(&lab, &objects, 7)
        .await
        .exits(Exit::Usage)
        .prints("there is no index 7");
}

#[tokio::test(start_paused = true)]
async fn pods_read_the_environment_and_the_templates_of_the_call() {
    let mut lab = class("lab\na\n");
    let folder = lab.folder();
    fs::create_dir_all(folder.join("environments")).unwrap();
    fs::write(
        folder.join("environments/monday.yaml"),
        "extends: sandbox\napp: {replicas: 2}\n",
    )
    .unwrap();
    fs::create_dir_all(folder.join("mine/k8s")).unwrap();
    let more = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hints\n  namespace: \"{{ app.namespace }}\"\ndata:\n  a: b\n";
    fs::write(folder.join("mine/k8s/hints.yaml"), more).unwrap();
    lab.set_variable("LAB2048_SET_LAB_TAGS", "{course: eks}");
    let objects = rendered(
        &lab,
        "--image x -e monday --templates mine --timeout 20m --adopt --fail-on warning",
    )
    .await;
    let class = of_kind(&objects, "ConfigMap");
    let texts: Vec<&Value> = class["data"].as_object().unwrap().values().collect();
    assert!(
        texts.contains(&&json!(more)) && texts.contains(&&json!("lab\na\n")),
        "{class}"
    );
    let pod = &of_kind(&objects, "Job")["spec"]["template"]["spec"];
    let items = pod["volumes"][0]["projected"]["sources"][0]["configMap"]["items"]
        .as_array()
        .unwrap();
    let paths: Vec<&str> = items.iter().map(|item| item["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            ".lab2048/assignment.json",
            ".lab2048/kubeconfig",
            "class.csv",
            "environments/monday.yaml",
            ".lab2048/templates/k8s/hints.yaml",
        ]
    );
    let words: Vec<&str> = pod["containers"][0]["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(
        words.join(" "),
        "fleet job work --name lab2048-class --namespace default --context lab2048-job --adopt --max-failures 0 --parallel 100 \
         --fail-on warning --timeout 20m --wait-lock 15m -e monday --templates .lab2048/templates -- class.csv"
    );
    let variables = pod["containers"][0]["env"].as_array().unwrap();
    assert!(
        variables.contains(&json!({"name": "LAB2048_SET_LAB_TAGS", "value": "{course: eks}"})),
        "{variables:?}"
    );
}

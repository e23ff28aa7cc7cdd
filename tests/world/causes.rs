//! The cause of what does not work is the same in every verb, with what to do about it, and decides how the verb ends.

use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;
use lab2048_testing::Lab;
use serde_json::{Value, json};

const NAMESPACE: &str = "fargate-game-2048";
const SCALE: &str = "/apis/apps/v1/namespaces/fargate-game-2048/deployments/deployment-2048/scale";

/// A lab that is there.
async fn applied() -> Lab {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    lab
}

/// Lets the lab's pods wait for their image, as their kubelet would.
async fn fail_pulls(lab: &Lab, image: &str, message: &str) {
    let objects = lab.inventory().objects;
    let names = objects[NAMESPACE]
        .iter()
        .filter_map(|object| object.name.strip_prefix("pods/").map(str::to_owned));
    for name in names {
        let status = json!({"status": {
            "phase": "Pending",
            "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
            "containerStatuses": [{
                "name": "app-2048", "image": image, "imageID": "", "ready": false, "restartCount": 0, "started": false,
                "lastState": {}, "state": {"waiting": {"reason": "ImagePullBackOff", "message": message}},
            }],
        }});
        lab.send(
            "PATCH",
            &format!("/api/v1/namespaces/{NAMESPACE}/pods/{name}/status"),
            &status,
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_image_in_an_old_format_is_told_with_its_remedy() {
    let lab = applied().await;
    let message = "Back-off pulling image \"alexwhen/docker-2048\": ErrImagePull: failed to pull and unpack image \
                   \"docker.io/alexwhen/docker-2048:latest\": not implemented: media type \
                   \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since containerd v2.1, \
                   please rebuild the image as \"application/vnd.docker.distribution.manifest.v2+json\" or \
                   \"application/vnd.oci.image.manifest.v1+json\"";
    fail_pulls(&lab, "alexwhen/docker-2048", message).await;
    lab.call("doctor")
        .await
        .exits(Exit::Check)
        .prints("is in a format that this cluster cannot read any more")
        .prints("--set app.image=public.ecr.aws/l6m2t8p7/docker-2048:latest");
    lab.call("status --detailed-exitcode")
        .await
        .exits(Exit::Changes)
        .prints("is in a format that this cluster cannot read any more")
        .prints("help: --set app.image=");
}

#[tokio::test(start_paused = true)]
async fn the_exit_of_status_says_whether_the_lab_is_as_wanted_where_that_is_asked_for() {
    let lab = Lab::new(2048);
    lab.call("status --detailed-exitcode")
        .await
        .exits(Exit::Changes)
        .prints("absent");
    lab.call("apply").await.exits(Exit::Done);
    lab.call("status --detailed-exitcode")
        .await
        .exits(Exit::Done)
        .prints("ready");
    fail_pulls(&lab, "x", "dial tcp 1.2.3.4:443: i/o timeout").await;
    lab.call("status").await.exits(Exit::Done).prints("not ready");
    lab.call("status --detailed-exitcode").await.exits(Exit::Changes);
    lab.call("doctor").await.exits(Exit::Check).prints("need a NAT gateway");
}

/// Before Kubernetes 1.32 a back-off does not repeat the cause: that is what the world's kubelets show.
#[tokio::test(start_paused = true)]
async fn the_cause_of_a_failed_pull_is_kept_while_the_pods_back_off() {
    let lab = Lab::new(2048);
    lab.world.break_(Breakage::NoNat);
    let cause = "cannot be reached: the private subnets need a NAT gateway";
    let ran = lab
        .call("apply --set timeouts.rollout=4m --events events.ndjson")
        .await
        .exits(Exit::TimedOut)
        .prints(cause)
        .prints("give the subnets of the pods a way to the registry");
    assert!(!ran.text().contains("does not say why"), "{}", ran.text());
    // Each of its causes is reported once: what pods say in turns is one cause.
    let mut reported: Vec<String> = lab
        .events("events.ndjson")
        .iter()
        .filter(|event| event["type"] == "step-progress" && event["node"] == "deployment/deployment-2048")
        .filter_map(|event| event["cause"].as_str().map(str::to_owned))
        .collect();
    let all = reported.len();
    reported.sort();
    reported.dedup();
    assert_eq!(reported.len(), all, "{reported:#?}");
    for minutes in [1, 3, 7] {
        lab.world.advance(Duration::from_secs(60 * minutes));
        lab.call("doctor").await.exits(Exit::Check).prints(cause);
        lab.call("status").await.prints(cause);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cause_that_cannot_heal_ends_every_wait_early() {
    for (what, line, cause) in [
        (Breakage::ImageMissing, "apply", "does not exist in its registry"),
        (
            Breakage::ImageMissing,
            "scale --replicas 7",
            "does not exist in its registry",
        ),
        (
            Breakage::LbcDenied,
            "apply",
            "may not call elasticloadbalancing:CreateLoadBalancer",
        ),
    ] {
        let lab = Lab::new(11);
        if line != "apply" {
            lab.call("apply").await.exits(Exit::Done);
        }
        lab.world.break_(what);
        let (ran, took) = lab.timed(line).await;
        ran.exits(Exit::Failed).prints(cause);
        assert!(took <= Duration::from_secs(400), "{line}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_cause_is_one_error() {
    for (what, expected) in [
        (Breakage::PublicSubnets, vec!["C8"]),
        (Breakage::LbcAbsent, vec!["lbc-ready"]),
    ] {
        let lab = Lab::new(2048);
        lab.world.break_(what);
        let findings = lab.call("doctor -o json").await.exits(Exit::Check).json();
        let errors: Vec<&str> = findings
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| finding["id"].as_str().unwrap())
            .collect();
        assert_eq!(errors, expected, "{what:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_waits_for_a_dead_controller_is_being_deleted() {
    let lab = applied().await;
    // It was well when the plan was made.
    let dies = async {
        lab.world.sleep(Duration::from_secs(3)).await;
        lab.world.break_(Breakage::LbcAbsent);
    };
    let (run, ()) = tokio::join!(lab.call("destroy --set timeouts.deletion=1m"), dies);
    run.exits(Exit::TimedOut)
        .prints("Not finished: 0 of 7 deleted")
        .prints("the load balancer controller has no ready pod")
        .prints("restore it with the same --cluster-name");
    let status = lab.call("status --detailed-exitcode").await.exits(Exit::Changes);
    assert!(status.stdout.lines().any(|line| line == "being deleted"), "{status}");
    status.prints("help: here: `lab2048 sandbox mend lbc-absent`; on AWS: restore it with the same --cluster-name");
    assert_eq!(lab.call("status -o json").await.json()["state"], "deleting");
    lab.call("doctor")
        .await
        .exits(Exit::Check)
        .prints("restore it with the same --cluster-name");
    lab.world.mend(Breakage::LbcAbsent);
    // It goes on, and has forgotten only what it would have had to remember.
    lab.call("destroy")
        .await
        .exits(Exit::Failed)
        .prints("looked for load balancers: none left")
        .prints("shared security group k8s-traffic-")
        .prints("Not finished: 6 deleted");
}

/// An autoscaler, other Deployments, Jobs and pods of their own in the namespace are nothing that a run waits for.
#[tokio::test(start_paused = true)]
async fn a_run_settles_by_what_the_deployment_wants_now() {
    let lab = applied().await;
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"namespace": NAMESPACE, "name": "deployment-2048"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "deployment-2048"},
            "minReplicas": 2, "maxReplicas": 8,
            "metrics": [{"type": "Resource", "resource": {
                "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
        },
    });
    let path = format!("/apis/autoscaling/v2/namespaces/{NAMESPACE}/horizontalpodautoscalers");
    lab.send("POST", &path, &autoscaler).await;
    lab.send("PATCH", SCALE, &json!({"spec": {"replicas": 7}})).await;
    lab.world.advance(Duration::from_secs(600));
    let (ran, took) = lab.timed("apply").await;
    ran.exits(Exit::Done);
    assert!(took <= Duration::from_secs(15), "{took:?}");

    let shell = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": NAMESPACE, "name": "shell", "labels": {"run": "shell"}},
        "spec": {"containers": [{"name": "shell", "image": "busybox"}]},
    });
    lab.send("POST", &format!("/api/v1/namespaces/{NAMESPACE}/pods"), &shell)
        .await;
    let (ran, took) = lab.timed("apply").await;
    ran.exits(Exit::Done);
    assert!(took <= Duration::from_secs(15), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_role_that_is_not_known_everywhere_yet_is_told_as_usual() {
    let lab = Lab::new(2048);
    let plain = lab.call("apply").await.exits(Exit::Done);
    assert!(!plain.text().contains("Misconfigured"), "{}", plain.text());
    plain.prints("AWS does not know the new role everywhere yet (usual for some seconds), trying again in");
    lab.call("destroy").await.exits(Exit::Done);
    lab.call("apply -v")
        .await
        .exits(Exit::Done)
        .prints("Misconfigured PodExecutionRole Trust Policy");
}

#[tokio::test(start_paused = true)]
async fn limits_are_met_before_the_first_change() {
    let lab = Lab::new(2048);
    lab.world.break_(Breakage::Quota);
    lab.call("apply")
        .await
        .exits(Exit::Check)
        .prints("the account has no load balancer left")
        .prints("request-service-quota-increase");
    lab.world.mend(Breakage::Quota);
    lab.call("apply").await.exits(Exit::Done);
    // A lab that has its ALB needs no other.
    lab.world.break_(Breakage::Quota);
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn the_cost_has_the_addresses_of_an_alb_that_faces_the_internet() {
    let lab = Lab::new(2048);
    let cost = |document: &Value| document["cost"].clone();
    let open = cost(&lab.call("plan -o json").await.json());
    assert_eq!(open["known"]["addresses"], 3, "{open}");
    assert!((open["known"]["addressesHourly"].as_f64().unwrap() - 0.015).abs() < 1e-9);
    lab.call("plan -v")
        .await
        .prints("an hour for its 3 public IPv4 addresses");
    let internal = cost(&lab.call("plan -o json --set ingress.scheme=internal").await.json());
    assert_eq!(internal["known"]["addresses"], 0, "{internal}");
}

#[tokio::test(start_paused = true)]
async fn an_image_of_docker_hub_is_warned_of() {
    let lab = Lab::new(2048);
    lab.call("plan --set app.image=alexwhen/docker-2048")
        .await
        .exits(Exit::Done)
        .prints("Docker Hub, which limits pulls by address")
        .prints("20 labs of 5 pods");
    lab.call("plan").await.does_not_print("Docker Hub, which limits");
}

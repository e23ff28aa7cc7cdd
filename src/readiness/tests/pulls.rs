//! Images that cannot be pulled: which cause is kept, and when it ends a wait.

use serde_json::{Value, json};

use super::super::{Outlook, Past, PodProblem, shared_problem};
use super::{rollout, told, waiting};
use crate::model::Object;

const ABSENT: &str = "docker.io/alexwhen/docker-2048:latest: not found";
const TIMEOUT: &str =
    "failed to do request: Head \"https://registry-1.docker.io/v2/\": dial tcp 44.208.254.194:443: i/o timeout";
const BARE: &str = "Back-off pulling image \"alexwhen/docker-2048\"";

/// So many pods that wait for their image.
fn pods(number: usize, reason: &str, message: &str) -> Vec<Object> {
    let mut pods = rollout("success").pods;
    pods.truncate(number);
    for pod in &mut pods {
        waiting(pod, reason, message);
    }
    pods
}

fn pull_event(pod: &Object, cause: &str, count: u64, second: u8) -> Object {
    Object(json!({
        "metadata": {"uid": format!("{}-{second}", pod.name())},
        "involvedObject": {"uid": pod.uid()}, "type": "Warning", "reason": "Failed", "count": count,
        "message": format!("Failed to pull image \"alexwhen/docker-2048\": {cause}"),
        "lastTimestamp": format!("2026-11-23T23:20:{second:02}Z"),
    }))
}

fn problem(pods: &[Object], events: &[Object], past: &Past) -> PodProblem {
    let pods: Vec<&Object> = pods.iter().collect();
    shared_problem(&pods, events, past).unwrap()
}

#[test]
fn every_kind_has_its_words_and_its_remedy() {
    let messages = [
        ("ErrImagePull", ABSENT),
        (
            "ErrImagePull",
            "pull access denied, repository does not exist or may require authorization",
        ),
        (
            "ErrImagePull",
            "toomanyrequests: You have reached your unauthenticated pull rate limit",
        ),
        ("ErrImagePull", "no match for platform in manifest: not found"),
        (
            "ImagePullBackOff",
            "Back-off pulling image \"alexwhen/docker-2048\": ErrImagePull: failed to pull and unpack image \
             \"docker.io/alexwhen/docker-2048:latest\": not implemented: media type \
             \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since containerd v2.1, please \
             rebuild the image as \"application/vnd.docker.distribution.manifest.v2+json\" or \
             \"application/vnd.oci.image.manifest.v1+json\"",
        ),
        ("InvalidImageName", "couldn't parse image reference"),
        ("ErrImagePull", "write /var/lib/containerd/x: no space left on device"),
        ("ErrImagePull", TIMEOUT),
        (
            "ErrImagePull",
            "dial tcp: lookup registry-1.docker.io on 10.100.0.10:53: no such host",
        ),
        (
            "ErrImagePull",
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        ),
        (
            "ErrImagePull",
            "unexpected status from GET request to https://a/v2/: 502 Bad Gateway",
        ),
        (
            "ErrImageNeverPull",
            "Container image is not present with pull policy of Never",
        ),
        ("SignatureValidationFailed", "no signature"),
        ("ErrImagePull", "something new"),
        ("ImagePullBackOff", BARE),
    ];
    let lines = messages.map(|(reason, message)| told(Some(problem(&pods(5, reason, message), &[], &Past::default()))));
    insta::assert_snapshot!(lines.join("\n"), @r#"
Hopeless: image `alexwhen/docker-2048` does not exist in its registry | correct app.image
Hopeless: the registry refuses image `alexwhen/docker-2048`: it does not exist there, or it is private | correct app.image: it has to be one that can be pulled without signing in
Mendable: the registry limits pulls of image `alexwhen/docker-2048` from this address | wait, or use a registry without that limit: --set app.image=public.ecr.aws/l6m2t8p7/docker-2048:latest
Hopeless: image `alexwhen/docker-2048` is not built for the platform of the nodes | use an image that is built for linux/amd64, which is what Fargate runs: app.image
Hopeless: image `alexwhen/docker-2048` is in a format that this cluster cannot read any more, such as Docker's schema 1 | --set app.image=public.ecr.aws/l6m2t8p7/docker-2048:latest, or build and push the image again
Hopeless: `alexwhen/docker-2048` is not a valid image name | correct app.image
Hopeless: image `alexwhen/docker-2048` does not fit on the node's disk | use a smaller image: a pod on Fargate has 20 GiB
Mendable: image `alexwhen/docker-2048` cannot be reached: the private subnets need a NAT gateway (or endpoints of the registry) | give the subnets of the pods a way to the registry: the check `egress` of lab2048 doctor names them
Mendable: image `alexwhen/docker-2048` cannot be reached: the name of its registry has no address (dial tcp: lookup registry-1.docker.io on 10.100.0.10:53: no such host) | correct the registry in app.image, or mend DNS in the VPC (C10)
Mendable: image `alexwhen/docker-2048` cannot be pulled: its registry shows a certificate that the node does not trust (tls: failed to verify certificate: x509: certificate signed by unknown authority) | use a registry with a public certificate: app.image
Mendable: image `alexwhen/docker-2048` cannot be pulled: its registry is at fault (unexpected status from GET request to https://a/v2/: 502 Bad Gateway) | wait, or use another registry: app.image
Hopeless: image `alexwhen/docker-2048` may not be pulled, as its imagePullPolicy is Never | take imagePullPolicy: Never out of the template
Hopeless: the signature of image `alexwhen/docker-2048` is not accepted | use an image that is signed as the cluster demands: app.image
Mendable: image `alexwhen/docker-2048` cannot be pulled: something new | kubectl get events --field-selector reason=Failed -A
Mendable: image `alexwhen/docker-2048` cannot be pulled, and its kubelet does not say why | kubectl get events --field-selector reason=Failed -A
"#);
}

#[test]
fn a_private_repository_of_amazon_has_a_remedy_of_its_own() {
    let mut pods = pods(1, "ErrImagePull", "authorization failed: no basic auth credentials");
    pods[0].0["status"]["containerStatuses"][0]["image"] =
        json!("410691154611.dkr.ecr.ap-northeast-2.amazonaws.com/game:1");
    let problem = problem(&pods, &[], &Past::default());
    assert!(problem.remedy.to_string().contains("pod execution role"), "{problem:?}");
}

#[test]
fn a_back_off_without_a_cause_takes_that_of_the_events() {
    let pods = pods(1, "ImagePullBackOff", BARE);
    let none = problem(&pods, &[], &Past::default());
    assert!(none.text.to_string().contains("does not say why"), "{none:?}");
    let events = [pull_event(&pods[0], TIMEOUT, 3, 1)];
    let kept = problem(&pods, &events, &Past::default());
    assert!(kept.text.to_string().contains("need a NAT gateway"), "{kept:?}");
    let events = [pull_event(&pods[0], TIMEOUT, 3, 1), pull_event(&pods[0], ABSENT, 2, 9)];
    let newest = problem(&pods, &events, &Past::default());
    assert!(newest.text.to_string().contains("does not exist"), "{newest:?}");
}

#[test]
fn what_pods_say_in_turns_is_one_cause() {
    let mut pods = pods(3, "ErrImagePull", TIMEOUT);
    let all = problem(&pods, &[], &Past::default());
    waiting(&mut pods[0], "ImagePullBackOff", BARE);
    waiting(&mut pods[2], "ContainerCreating", "");
    assert_eq!(problem(&pods, &[], &Past::default()), all);
}

#[test]
fn a_cause_that_lasts_is_hopeless_when_it_was_met_twice() {
    let shown = |number| problem(&pods(number, "ErrImagePull", ABSENT), &[], &Past::default()).outlook;
    assert_eq!((shown(1), shown(2)), (Outlook::Mendable, Outlook::Hopeless));
    let pods = pods(1, "ImagePullBackOff", BARE);
    let told = |count| problem(&pods, &[pull_event(&pods[0], ABSENT, count, 1)], &Past::default()).outlook;
    assert_eq!((told(1), told(2)), (Outlook::Mendable, Outlook::Hopeless));
    let passing = problem(&pods, &[pull_event(&pods[0], TIMEOUT, 9, 1)], &Past::default());
    assert_eq!(passing.outlook, Outlook::Mendable);
}

#[test]
fn what_was_told_before_a_wait_does_not_end_it() {
    let pods = pods(1, "ImagePullBackOff", BARE);
    let events = [pull_event(&pods[0], ABSENT, 7, 1)];
    let past = Past::of(&rollout("success").deployment, &events);
    let kept = problem(&pods, &events, &past);
    assert_eq!(kept.outlook, Outlook::Mendable);
    assert!(kept.text.to_string().contains("does not exist"));
}

/// Without the right to read events, what the states showed is remembered; each new attempt counts.
#[test]
fn a_wait_remembers_what_it_was_shown() {
    let mut past = Past::default();
    let mut look = |reason: &str, message: &str| {
        let pods = pods(1, reason, message);
        past.remember(&pods);
        let problem = problem(&pods, &[], &past);
        (problem.outlook, problem.text.to_string().contains("does not exist"))
    };
    assert_eq!(look("ErrImagePull", ABSENT), (Outlook::Mendable, true));
    assert_eq!(
        look("ErrImagePull", ABSENT),
        (Outlook::Mendable, true),
        "the same attempt"
    );
    assert_eq!(look("ImagePullBackOff", BARE), (Outlook::Mendable, true));
    let repeated = format!("{BARE}: ErrImagePull: {ABSENT}");
    assert_eq!(
        look("ImagePullBackOff", &repeated),
        (Outlook::Mendable, true),
        "no new attempt"
    );
    assert_eq!(look("ErrImagePull", ABSENT), (Outlook::Hopeless, true));
}

#[test]
fn an_image_that_came_after_all_is_no_problem_any_more() {
    let mut pod = rollout("success").pods.remove(0);
    let events = [pull_event(&pod, ABSENT, 7, 1)];
    pod.0["status"]["conditions"] = Value::Null;
    waiting(&mut pod, "ContainerCreating", "");
    let mut started = pull_event(&pod, "", 1, 9);
    started.0["type"] = json!("Normal");
    let events = [events[0].clone(), started];
    assert_eq!(shared_problem(&[&pod], &events, &Past::default()), None);
}

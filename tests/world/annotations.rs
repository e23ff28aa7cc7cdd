//! Annotations of the Ingress in a rehearsal: what the controller refuses fails as on AWS, what it ignores is told, and
//! what the sandbox does not have is told, too.

use std::collections::BTreeSet;

use lab2048_testing::{Lab, Run};

/// A call with an environment whose Ingress has one annotation more.
async fn with(lab: &Lab, line: &str, (name, value): (&str, &str)) -> Run {
    let text = format!(
        "target: sandbox\ncluster: {{name: eksworkshop, region: ap-northeast-2}}\ntimeouts: {{balancer: 5m}}\n\
         ingress:\n  annotations:\n    {name}: '{value}'\n"
    );
    std::fs::write(lab.folder().join("annotated.yaml"), text).unwrap();
    lab.call(&format!("{line} -e annotated.yaml")).await
}

fn alb(name: &str) -> String {
    format!("alb.ingress.kubernetes.io/{name}")
}

#[tokio::test(start_paused = true)]
async fn what_the_controller_refuses_fails_the_apply_with_its_words() {
    for (name, value, words) in [
        (
            "ip-address-type",
            "dualstack",
            "dualstack is asked for and the subnets have no IPv6 addresses",
        ),
        ("tags", "Environment", "failed to parse stringMap annotation"),
        (
            "load-balancer-attributes",
            "idle_timeout=600",
            "attribute key 'idle_timeout' is not recognized",
        ),
        (
            "healthcheck-interval-seconds",
            "15s",
            "healthcheck-interval-seconds: 15s: strconv.ParseInt: parsing \"15s\": invalid syntax",
        ),
        (
            "security-groups",
            "sg-0123456789abcdef0",
            "the annotation `security-groups` names a security group that does not exist",
        ),
        (
            "success-codes",
            "2xx",
            "Health check matcher HTTP code '2xx' must be within '200-499' inclusive",
        ),
        ("wafv2-acl-name", "", "ready"),
    ] {
        let lab = Lab::new(2048);
        let run = with(&lab, "apply -v --yes", (&alb(name), value)).await;
        if words == "ready" {
            run.exits(0);
            continue;
        }
        run.exits(1).prints(words);
    }
}

/// What can be seen beforehand stops the plan, in the controller's words.
#[tokio::test(start_paused = true)]
async fn a_redirect_to_no_listener_is_told_before_the_first_change() {
    for (port, words) in [
        ("443", "listener does not exist for SSLRedirect port: 443"),
        ("80", "listener protocol non-SSL for SSLRedirect port: 80"),
        ("https", "failed to parse int32 annotation: https"),
    ] {
        let lab = Lab::new(2048);
        let run = with(&lab, "apply --yes", (&alb("ssl-redirect"), port)).await;
        run.exits(3).prints(words);
        assert!(lab.inventory().profiles.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_sandbox_does_not_have_is_told_by_the_plan() {
    let lab = Lab::new(2048);
    with(&lab, "plan", (&alb("healthcheck-port"), "8080"))
        .await
        .exits(0)
        .prints("not rehearsed here: whether the pods pass these health checks")
        .prints("alb.ingress.kubernetes.io/healthcheck-port: 8080");
    // What asks for nothing else than what is so anyway is rehearsed.
    with(&lab, "plan", (&alb("healthcheck-path"), "/ready"))
        .await
        .exits(0)
        .does_not_print("not rehearsed");
    with(&lab, "plan", (&alb("tags"), "Environment=dev"))
        .await
        .exits(0)
        .does_not_print("not rehearsed");
}

#[tokio::test(start_paused = true)]
async fn an_annotation_that_nobody_reads_is_told_by_the_plan() {
    let lab = Lab::new(2048);
    with(&lab, "plan", (&alb("healthcheck-intervall-seconds"), "20"))
        .await
        .exits(0)
        .prints("the controller does not know these annotations and ignores them")
        .prints("did you mean alb.ingress.kubernetes.io/healthcheck-interval-seconds?");
    with(&lab, "plan", ("alb.ingres.kubernetes.io/scheme", "internal"))
        .await
        .exits(0)
        .prints("did you mean alb.ingress.kubernetes.io/scheme?");
    with(&lab, "plan", (&alb("group.order"), "first"))
        .await
        .exits(3)
        .prints("the controller makes nothing of the whole group");
}

#[test]
fn program_and_sandbox_know_the_same_annotations() {
    let program: BTreeSet<&str> = lab2048::lbc::known_annotations().iter().copied().collect();
    let sandbox: BTreeSet<&str> = lab2048_sandbox::known_annotations().collect();
    assert_eq!(program, sandbox);
}

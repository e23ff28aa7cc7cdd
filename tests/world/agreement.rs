//! Five verbs, one opinion: in worlds where something of an applied lab is not as it should be, `plan`, `doctor`, `status`,
//! `open` and `apply` say the same of it.

use std::fmt::Write;
use std::time::Duration;

use lab2048_sandbox::testing::{self, AwsState};
use lab2048_testing::{Lab, Pressed, Run};

/// Something that happens to a lab's resources in AWS.
type Change = fn(&mut AwsState);

fn impaired(aws: &mut AwsState) {
    for balancer in aws.load_balancers.values_mut() {
        "active_impaired".clone_into(&mut balancer.state);
    }
}

fn without_listener(aws: &mut AwsState) {
    for balancer in aws.load_balancers.values_mut() {
        balancer.listeners.clear();
    }
}

fn half_healthy(aws: &mut AwsState) {
    let groups = aws.target_groups.values_mut();
    for target in groups.flat_map(|group| group.targets.iter_mut().step_by(2)) {
        "unhealthy".clone_into(&mut target.state);
        let text = "Health checks failed with these codes: [503]";
        target.reason = Some(("Target.ResponseCodeMismatch".to_owned(), text.to_owned()));
    }
}

fn failed_profile(aws: &mut AwsState) {
    for profile in aws.profiles.values_mut() {
        "CREATE_FAILED".clone_into(&mut profile.status);
    }
}

/// Deletes the Ingress, which somebody's finalizer keeps.
async fn delete_ingress(lab: &Lab) {
    const INGRESS: &str = "/apis/networking.k8s.io/v1/namespaces/fargate-game-2048/ingresses/ingress-2048";
    let patch = r#"[{"op": "add", "path": "/metadata/finalizers/-", "value": "example.com/held"}]"#;
    for (method, media, body) in [
        ("PATCH", "application/json-patch+json", patch),
        ("DELETE", "application/json", ""),
    ] {
        let request = testing::kubernetes_request(&lab.world, method, INGRESS, media, body.into()).unwrap();
        let status = lab.world.call(request).await.status();
        assert_eq!(status, 200, "{method}");
    }
    lab.world.advance(Duration::from_secs(600));
}

/// The text in one line, wherever it was broken.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// The last line, what differs from run to run left out.
fn last(text: &str) -> String {
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    match (line.find("127.0.0.1:"), line.find("/elb/")) {
        (Some(from), Some(to)) => format!("{}127.0.0.1:PORT{}", &line[..from], &line[to..]),
        _ => line.trim().to_owned(),
    }
}

/// Changes and waits of a plan in one line, and what it warns of.
fn of_plan(ran: &Run) -> String {
    let warns = ran.stdout.lines().skip_while(|line| !line.starts_with("  ! "));
    let warns = warns.take_while(|line| line.starts_with("  "));
    let verdict = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("No ") || line.starts_with("Plan:"));
    joined(verdict.chain(warns))
}

/// What the checks come to, and whatever is not fine.
fn of_doctor(ran: &Run) -> String {
    joined(ran.stdout.lines().skip_while(|line| !line.starts_with("checks")))
}

/// The verdict with its reason, and the address on the last line, if it ends with one.
fn of_status(ran: &Run) -> String {
    let is_verdict = |line: &&str| {
        let words = ["ready", "not ready", "stopped", "being deleted", "absent"];
        words.iter().any(|word| line.starts_with(word))
    };
    let verdict = ran.stdout.lines().skip_while(|line| !is_verdict(line));
    let verdict = joined(verdict.take_while(|line| !line.is_empty()));
    let end = last(&ran.stdout);
    let address = if end.starts_with("http") { &end } else { "no address" };
    format!("{verdict} / {address}")
}

/// The last line of the data where all went well, else the error.
fn at_end(ran: &Run) -> String {
    if ran.code == 0 {
        return last(&ran.stdout);
    }
    let error = ran.stderr.lines().skip_while(|line| !line.starts_with("error"));
    let error = error.take_while(|line| !line.starts_with("  left") && !line.starts_with("Not"));
    joined(error)
}

/// Asks all five what they think of the lab.
async fn asked(lab: &Lab) -> String {
    let mut rows = String::new();
    let mut row = |verb: &str, ran: &Run, text: String| {
        let _ = writeln!(rows, "  {verb:<6} {} {text}", ran.code);
    };
    let ran = lab.call("plan --detailed-exitcode").await;
    row("plan", &ran, of_plan(&ran));
    let ran = lab.call("doctor").await;
    row("doctor", &ran, of_doctor(&ran));
    let ran = lab.call("status").await;
    row("status", &ran, of_status(&ran));
    // On the sandbox it serves the game until Ctrl-C.
    let minute = Duration::from_secs(60);
    let ran = lab
        .call_interrupted_after("open --print --port 0", minute, Pressed(1))
        .await;
    row("open", &ran, at_end(&ran));
    let ran = lab.call("apply --timeout 5m").await;
    row("apply", &ran, at_end(&ran));
    rows
}

/// A lab that is there and works.
async fn applied() -> Lab {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(0);
    lab
}

/// Each world, and each verb with its exit code and what it says. Where the game answers although something is wrong, `open`
/// opens it: whether it answers is its only question.
#[tokio::test(start_paused = true)]
async fn all_verbs_agree() {
    let worlds: [(&str, Change); 5] = [
        ("as applied", |_| {}),
        ("load balancer impaired", impaired),
        ("load balancer without listener", without_listener),
        ("targets half healthy", half_healthy),
        ("profile failed", failed_profile),
    ];
    let mut table = String::new();
    for (name, change) in worlds {
        let lab = applied().await;
        testing::change_aws(&lab.world, change);
        let _ = write!(table, "{name}:\n{}", asked(&lab).await);
    }
    let lab = applied().await;
    delete_ingress(&lab).await;
    let _ = write!(table, "ingress being deleted:\n{}", asked(&lab).await);
    insta::assert_snapshot!(table.trim_end(), @r"
as applied:
  plan   0 No changes. The lab is as wanted and ready.
  doctor 0 checks 44 ok Nothing is wrong.
  status 0 ready / http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
  open   0 http://127.0.0.1:PORT/elb/k8s-fargateg-ingress2-b252ad69ce/
  apply  0 http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
load balancer impaired:
  plan   0 No changes. The lab is as wanted and ready. ! diagnosis balancer/k8s-fargateg-ingress2-b252ad69ce: ALB active: the ALB is impaired: AWS gives no reason help: wait, and look again with `lab2048 doctor`; AWS mends its own load balancers
  doctor 0 checks 44 ok, 1 warning ! diagnosis balancer/k8s-fargateg-ingress2-b252ad69ce: ALB active: the ALB is impaired: AWS gives no reason help: wait, and look again with `lab2048 doctor`; AWS mends its own load balancers Nothing makes the lab impossible; 1 warning above.
  status 0 ready, degraded because the ALB is impaired: AWS gives no reason / http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
  open   0 http://127.0.0.1:PORT/elb/k8s-fargateg-ingress2-b252ad69ce/
  apply  0 http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
load balancer without listener:
  plan   2 Plan: 0 to create, 1 to change, 0 to replace, 0 to delete.
  doctor 3 checks 44 ok, 1 error x diagnosis balancer/k8s-fargateg-ingress2-b252ad69ce: ALB active, waiting for a listener on port 80: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours help: `lab2048 apply`, which has the controller look at the Ingress again, as does: kubectl -n fargate-game-2048 annotate --overwrite ingress \ ingress-2048 lab2048.dev/look-again=$(date +%s) As it is the lab cannot work: 1 error above.
  status 0 not ready because ALB active, waiting for a listener on port 80: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours help: `lab2048 apply`, which has the controller look at the Ingress again, as does: kubectl -n fargate-game-2048 annotate \ --overwrite ingress ingress-2048 lab2048.dev/look-again=$(date +%s) / no address
  open   1 error: there is no load balancer that answers yet (ALB active, waiting for a listener: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours); `lab2048 apply` makes one, or waits for it
  apply  0 http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
targets half healthy:
  plan   0 No changes, but not everything is ready yet: targets 2/5 targets healthy. Why:
  doctor 3 checks 44 ok, 1 error x diagnosis targets/k8s-fargateg-ingress2-b252ad69ce: 2/5 targets healthy: 3 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503]) help: make the game answer with 200 where it is asked: ingress.path, or the annotation healthcheck-path As it is the lab cannot work: 1 error above.
  status 0 not ready because 2/5 targets healthy: 3 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503]) help: make the game answer with 200 where it is asked: ingress.path, or the annotation healthcheck-path / no address
  open   0 http://127.0.0.1:PORT/elb/k8s-fargateg-ingress2-b252ad69ce/
  apply  5 error: targets k8s-fargateg-ingress2-b252ad69ce failed caused by: not ready within 5m caused by: 3 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503])
profile failed:
  plan   2 Plan: 0 to create, 0 to change, 1 to replace, 0 to delete.
  doctor 3 checks 44 ok, 1 error x diagnosis profile/fargate-game-2048: CREATE_FAILED: EKS gives no reason help: mend the cause, then: `lab2048 apply`, which recreates the profile As it is the lab cannot work: 1 error above.
  status 0 not ready because profile CREATE_FAILED: EKS gives no reason help: mend the cause, then: `lab2048 apply`, which recreates the profile / no address
  open   0 http://127.0.0.1:PORT/elb/k8s-fargateg-ingress2-b252ad69ce/
  apply  0 http://k8s-fargateg-ingress2-b252ad69ce-785806060.ap-northeast-2.elb.amazonaws.com
ingress being deleted:
  plan   1 No plan: something is in the way.
  doctor 3 checks 44 ok, 1 error x diagnosis ingress/ingress-2048: being deleted: held by finalizer example.com/held help: `lab2048 apply`, once it is gone As it is the lab cannot work: 1 error above.
  status 0 being deleted because ingress/ingress-2048: being deleted: held by finalizer example.com/held / no address
  open   1 error: there is no load balancer that answers yet (no ALB yet); `lab2048 apply` makes one, or waits for it
  apply  1 error: ingress ingress-2048: ingress/ingress-2048 is being deleted; apply again once it is gone
");
}

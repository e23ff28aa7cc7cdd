//! What is broken in the world is found out and reported with its cause, by every verb that could meet it.
//!
//! One table has all breakages of the sandbox: what `doctor` finds before there is a lab, how an `apply` ends and after how
//! much virtual time, what `status` and `doctor` make of what it leaves. Mended, the same lab comes up.

use std::thread;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;
use lab2048_testing::{Lab, Run};

/// What the calls on one broken world come to.
struct Expected {
    /// The check that finds it before the first change, and how `doctor` ends.
    check: Option<(&'static str, Exit)>,
    apply: Applied,
    /// What `status` has to print, where there is something of the lab to look at.
    status: &'static str,
    /// How `doctor` ends after that `apply`, and what it has to print: of an error, where it ends as one.
    doctor: (Exit, &'static str),
    /// Whether everything can be read.
    is_readable: bool,
}

/// How `apply` ends.
struct Applied {
    exit: Exit,
    /// What it has to print.
    names: &'static str,
    /// The virtual seconds that it may take.
    within: u64,
}

impl Applied {
    const fn with(exit: Exit, names: &'static str, within: u64) -> Self {
        Self { exit, names, within }
    }

    /// Nothing is begun, as the check with this id has found an error.
    const fn refused_by(check: &'static str) -> Self {
        Self::with(Exit::Check, check, 0)
    }
}

impl Expected {
    /// A world in which a check finds an error that makes a lab impossible.
    const fn impossible(check: &'static str, cause: &'static str) -> Self {
        Self {
            check: Some((check, Exit::Check)),
            apply: Applied::refused_by(check),
            status: "absent",
            doctor: (Exit::Check, cause),
            is_readable: true,
        }
    }

    /// A world in which it takes a try: `apply` and whoever looks afterwards name the cause.
    const fn tried(apply: Applied, cause: &'static str) -> Self {
        Self {
            check: None,
            status: apply.names,
            apply,
            doctor: (Exit::Check, cause),
            is_readable: true,
        }
    }

    /// A world in which a lab comes up all the same.
    const fn mild(check: Option<(&'static str, Exit)>, names: &'static str) -> Self {
        Self {
            check,
            apply: Applied::with(Exit::Done, names, 330),
            status: "ready",
            doctor: (Exit::Done, ""),
            is_readable: true,
        }
    }
}

/// The table, but for what is done to a lab that is there.
fn expected(what: Breakage) -> Option<Expected> {
    let denied = "the controller's IAM role may not call elasticloadbalancing:CreateLoadBalancer";
    let stranger = "the controller cannot take on its IAM role";
    Some(match what {
        Breakage::LbcAbsent => Expected::impossible("lbc-ready", "the load balancer controller has no ready pod"),
        Breakage::LbcCluster => Expected::impossible("lbc-args", "--cluster-name is eksworkshop-2"),
        Breakage::LbcNamespace => Expected::impossible("lbc-args", "--watch-namespace is team-b"),
        Breakage::ClassMissing => Expected::impossible("ingress-class", "IngressClass alb does not exist"),
        Breakage::PublicSubnets => Expected::impossible("C8", "no internet gateway"),
        Breakage::NoFreeIps => Expected::impossible("C12", "0 free addresses for 5 pods"),
        Breakage::Quota => Expected::impossible("alb-quota", "the account has no load balancer left"),
        Breakage::OneZone => Expected::impossible("alb-subnets", "the ALB needs subnets in two zones"),
        Breakage::DnsOff => Expected::impossible("C10", "DNS is off in the VPC"),
        Breakage::WebhookDown => Expected::impossible("lbc-webhook", "the controller's webhook has no endpoint"),
        // Only a dry run meets the certificate, and `doctor` makes none.
        Breakage::WebhookCertificate => Expected {
            check: None,
            apply: Applied::with(Exit::Check, "a certificate that the cluster does not trust", 0),
            status: "absent",
            doctor: (Exit::Done, ""),
            is_readable: true,
        },
        // Since 2.12.1 the controller takes subnets by their routes.
        Breakage::UntaggedSubnets => {
            let check = Some(("alb-subnets", Exit::Done));
            Expected::mild(check, "no subnet is tagged kubernetes.io/role/elb")
        }
        Breakage::Throttling => Expected::mild(None, "Done: 6 created"),
        Breakage::ProfileFailed => Expected {
            status: "CREATE_FAILED",
            ..Expected::tried(
                Applied::with(Exit::Failed, "PodExecutionRoleAlreadyInUse", 240),
                "CREATE_FAILED: PodExecutionRoleAlreadyInUse",
            )
        },
        Breakage::ImageMissing => Expected::tried(
            Applied::with(Exit::Failed, "does not exist in its registry", 270),
            "does not exist in its registry",
        ),
        Breakage::ImageArm => Expected::tried(Applied::with(Exit::Failed, "is not built for", 270), "is not built for"),
        Breakage::StaleAccessEntry => Expected::tried(
            Applied::with(Exit::Failed, "Pod execution role is not found in auth config", 330),
            "the access entry of an earlier role of this name",
        ),
        Breakage::LbcDenied => Expected::tried(Applied::with(Exit::Failed, denied, 330), denied),
        Breakage::LbcIdentity => Expected::tried(Applied::with(Exit::Failed, stranger, 330), stranger),
        // These could come right while they are waited for, so that the wait has its whole time.
        Breakage::PodQuota => Expected::tried(
            Applied::with(Exit::TimedOut, "the account's Fargate quota is used up", 840),
            "the account's Fargate quota is used up",
        ),
        Breakage::PullLimit => Expected::tried(
            Applied::with(Exit::TimedOut, "the registry limits pulls of image", 840),
            "the registry limits pulls of image",
        ),
        Breakage::NoNat => Expected {
            check: Some(("egress", Exit::Done)),
            status: "need a NAT gateway",
            ..Expected::tried(
                Applied::with(
                    Exit::TimedOut,
                    "cannot be reached: the private subnets need a NAT gateway",
                    840,
                ),
                "need a NAT gateway",
            )
        },
        Breakage::NoAccess => Expected {
            check: None,
            apply: Applied::with(Exit::Failed, "does not know the AWS identity", 0),
            status: "does not know the AWS identity",
            doctor: (Exit::Failed, "does not know the AWS identity"),
            is_readable: false,
        },
        what => {
            assert!(what.needs_lab(), "{what} has no row");
            return None;
        }
    })
}

/// What is done to a lab that works: what `plan` says, what finds its cause, and whether `apply` mends it, with which flags.
fn done_to_lab(what: Breakage) -> (&'static str, &'static str, Option<&'static str>) {
    match what {
        Breakage::Firewall => ("", "let the ALB reach the pods", None),
        Breakage::ServiceSelector => (
            "kubectl-edit changed spec.selector",
            "has the labels that it selects",
            Some("apply --force-conflicts"),
        ),
        Breakage::HealthPath => ("is /healthz", "the Ingress has the game asked for /healthz", None),
        Breakage::AlbDeleted => (
            "its ALB was removed behind the controller's back",
            "`lab2048 apply`, which has the controller look at the Ingress again",
            Some("apply"),
        ),
        Breakage::ListenerDeleted => (
            "a listener or rule of its ALB was removed behind the controller's back",
            "`lab2048 apply`, which has the controller look at the Ingress again",
            Some("apply"),
        ),
        // A row that is missing fails at the first thing that it does not say.
        what => (what.summary(), what.summary(), None),
    }
}

/// The ids of checks that `doctor` found wrong, errors and warnings alike.
fn found(doctor: &Run) -> Vec<String> {
    let findings = doctor.json();
    let findings = findings.as_array().unwrap().iter();
    findings
        .filter(|finding| finding["severity"] == "error" || finding["severity"] == "warning")
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether `doctor` names the cause as it ends: of an error a finding does that is one itself.
fn names(doctor: &Run, cause: &str) -> bool {
    if doctor.code != i32::from(Exit::Check.code()) {
        return doctor.text().contains(cause);
    }
    let findings = doctor.json();
    let mut errors = findings.as_array().unwrap().iter().filter(|f| f["severity"] == "error");
    errors.any(|error| {
        let [title, evidence] = ["title", "evidence"].map(|key| error[key].as_str().unwrap());
        format!("{title}: {evidence} {}", error["remedy"]).contains(cause)
    })
}

/// The command by which something that was found wrong is mended here: it is carried out as it is printed.
fn remedy_here(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("here: `lab2048 ")?;
    rest.split_once('`').map(|(command, _)| command.to_owned())
}

/// What `doctor` says is to be done here, if it found anything wrong.
fn remedy_of(doctor: &Run) -> Option<String> {
    let findings = doctor.json();
    let findings = findings.as_array().unwrap().iter();
    let wrong = findings.filter(|finding| finding["severity"] == "error" || finding["severity"] == "warning");
    let remedies: Vec<_> = wrong.collect();
    let here = remedies
        .iter()
        .find_map(|finding| remedy_here(finding["remedy"].as_str()?));
    assert!(here.is_some() || remedies.is_empty(), "{doctor}");
    here
}

/// How long after it was mended what a check refused is well again; no time where `apply` itself found out, as a wait is not
/// failed by what was before it.
fn restart(mended: Breakage) -> Duration {
    match mended {
        // The controller's pods start.
        Breakage::LbcAbsent | Breakage::LbcCluster | Breakage::LbcNamespace => Duration::from_secs(60),
        // The next health checks have to pass.
        Breakage::Firewall | Breakage::HealthPath => Duration::from_secs(90),
        _ => Duration::ZERO,
    }
}

/// Who finds it first, how that ends, and at what cost: a row of the matrix that `just breaks` prints.
struct Row {
    finder: &'static str,
    exit: i32,
    requests: String,
    took: Duration,
}

impl Row {
    fn of(finder: &'static str, (run, took): (&Run, Duration)) -> Self {
        let text = run.text();
        let requests = text.split_once("requests ").map(|(_, rest)| rest.split(':').next());
        Self {
            finder,
            exit: run.code,
            requests: requests.flatten().unwrap_or("?").to_owned(),
            took,
        }
    }

    fn line(&self, what: Breakage) -> String {
        let Self {
            finder,
            exit,
            requests,
            took,
        } = self;
        format!(
            "{:<20} {finder:<10} {exit:>4} {requests:>9} {:>8}",
            what.name(),
            took.as_secs()
        )
    }
}

/// Makes the calls on a world that is broken in this way, and does in the end what they say is to be done.
async fn meet(what: Breakage) -> Row {
    let lab = Lab::new(23);
    let (row, remedy) = match expected(what) {
        Some(expected) => meet_before(&lab, what, expected).await,
        None => meet_on_lab(&lab, what).await,
    };
    let mended = remedy.unwrap_or_else(|| format!("sandbox mend {what}"));
    lab.call(&mended).await.exits(Exit::Done).prints(what.summary());
    assert_eq!(lab.world.broken(), []);
    lab.world.advance(restart(what));
    lab.call("apply").await.exits(Exit::Done);
    lab.call("doctor").await.exits(Exit::Done);
    row
}

/// What was broken before there is a lab. Returns what is to be done.
async fn meet_before(lab: &Lab, what: Breakage, expected: Expected) -> (Row, Option<String>) {
    let Expected {
        check,
        apply,
        status,
        doctor: (exit, cause),
        is_readable,
    } = expected;
    lab.call(&format!("sandbox break {what}")).await.prints(what.feeling());
    let checked = lab.call("doctor -o json").await;
    let (looked, looking) = lab.timed("doctor -v").await;
    if is_readable {
        let ids = found(&checked);
        match check {
            Some((id, exit)) => assert!(ids.iter().any(|other| other == id), "{ids:?}: {}", checked.exits(exit)),
            None => assert!(ids.is_empty(), "{ids:?}: {}", checked.exits(Exit::Done)),
        }
    }
    let (applied, took) = lab.timed("apply -v").await;
    let applied = applied.exits(apply.exit).prints(apply.names);
    let row = if check.is_some() || !is_readable {
        Row::of("doctor", (&looked, looking))
    } else {
        Row::of("apply", (&applied, took))
    };
    let within = Duration::from_secs(apply.within);
    assert!(took <= within, "apply took {took:?}, of {within:?}");
    let shown = lab
        .call("status")
        .await
        .exits(if is_readable { Exit::Done } else { exit });
    let shown = shown.prints(status);
    let diagnosed = lab.call("doctor -o json").await.exits(exit);
    if !is_readable {
        assert!(diagnosed.text().contains(cause), "{diagnosed}");
        return (row, remedy_here(&shown.text()));
    }
    assert!(names(&diagnosed, cause), "{diagnosed}");
    // Whoever has failed, or shows a lab that does not work, says what is to be done as well.
    if apply.exit == Exit::Failed || apply.exit == Exit::TimedOut {
        let here = remedy_here(&applied.text());
        assert_eq!(here, remedy_of(&diagnosed), "{applied}");
    }
    (row, remedy_of(&diagnosed))
}

/// What was done to a lab that works. Returns what is to be done.
async fn meet_on_lab(lab: &Lab, what: Breakage) -> (Row, Option<String>) {
    let line = format!("sandbox break {what}");
    lab.call(&line)
        .await
        .exits(Exit::Failed)
        .prints("there is none with a load balancer");
    lab.call("apply").await.exits(Exit::Done);
    lab.call(&line).await.exits(Exit::Done);
    lab.world.advance(Duration::from_secs(120));
    let (plan, cause, mends) = done_to_lab(what);
    lab.call("plan").await.exits(Exit::Done).prints(plan);
    let diagnosed = lab.call("doctor -o json").await.exits(Exit::Check);
    assert!(names(&diagnosed, cause), "{diagnosed}");
    let (looked, looking) = lab.timed("doctor -v").await;
    let row = Row::of("doctor", (&looked, looking));
    if let Some(line) = mends {
        let (applied, took) = lab.timed(line).await;
        applied.exits(Exit::Done);
        assert!(took <= Duration::from_secs(330), "{took:?}");
        assert_eq!(lab.world.broken(), [], "it was mended without the sandbox's own help");
        lab.world.break_(what);
        lab.world.advance(Duration::from_secs(120));
    }
    (row, remedy_of(&diagnosed))
}

#[test]
#[expect(clippy::print_stdout, reason = "the matrix is what `just breaks` is for")]
fn every_breakage_is_reported_with_its_cause_by_every_verb() {
    let worlds = Breakage::ALL.map(|what| {
        let meeting = thread::Builder::new().name(what.name().to_owned()).spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().start_paused(true).build().unwrap();
            runtime.block_on(meet(what))
        });
        (what, meeting.unwrap())
    });
    println!(
        "{:<20} {:<10} {:>4} {:>9} {:>8}",
        "broken", "found by", "exit", "requests", "virtual s"
    );
    let mut failed = Vec::new();
    for (what, meeting) in worlds {
        match meeting.join() {
            Ok(row) => println!("{}", row.line(what)),
            // Why it failed has been printed under the name of its thread.
            Err(_) => failed.push(what.name()),
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// The rollout has been stalled for long and the pods pause five minutes between two attempts, when the cause is mended.
#[tokio::test(start_paused = true)]
async fn what_was_mended_after_a_long_time_comes_up_at_once() {
    let lab = Lab::new(23);
    lab.world.break_(Breakage::NoNat);
    lab.call("apply").await.exits(Exit::TimedOut);
    lab.world.advance(Duration::from_secs(1_200));
    lab.world.mend(Breakage::NoNat);
    lab.call("plan")
        .await
        .prints("recreate 5 pods: they could not pull their image");
    let (applied, took) = lab.timed("apply").await;
    applied.exits(Exit::Done);
    assert!(took <= Duration::from_secs(240), "{took:?}");
}

/// What is on record from the first time is not what fails the second: the cause is met again.
#[tokio::test(start_paused = true)]
async fn what_was_not_mended_fails_again_with_its_cause() {
    for what in [Breakage::ImageMissing, Breakage::LbcDenied] {
        let lab = Lab::new(23);
        lab.world.break_(what);
        let apply = expected(what).unwrap().apply;
        lab.call("apply").await.exits(apply.exit);
        let (again, took) = lab.timed("apply").await;
        again.exits(apply.exit).prints(apply.names);
        assert!(took <= Duration::from_secs(apply.within), "{what:?}: {took:?}");
    }
}

/// The pods of the image that does not exist stay until those of the other are there.
#[tokio::test(start_paused = true)]
async fn a_corrected_image_is_not_failed_by_the_pods_of_the_wrong_one() {
    let lab = Lab::new(23);
    lab.world.break_(Breakage::ImageMissing);
    lab.call("apply").await.exits(Exit::Failed).prints("correct app.image");
    lab.call("apply").await.exits(Exit::Failed).prints("correct app.image");
    lab.call("apply --set app.image=public.ecr.aws/lab/2048:1")
        .await
        .exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn pods_that_cannot_start_are_the_failure_and_not_the_balancer_that_waits_for_them() {
    let lab = Lab::new(23);
    lab.world.break_(Breakage::NoNat);
    lab.call("apply")
        .await
        .exits(Exit::TimedOut)
        .prints("need a NAT gateway")
        .does_not_print("balancer k8s-fargateg-ingress2-b252ad69ce failed");
}

/// Whoever asks for another port, or takes the lab into a group, changes the Ingress, which the controller looks at for that.
#[tokio::test(start_paused = true)]
async fn nobody_is_said_to_have_removed_what_is_only_wanted_otherwise() {
    let lab = Lab::new(23);
    lab.call("apply").await.exits(Exit::Done);
    for line in ["plan --set ingress.port=8080", "plan --set ingress.group=class"] {
        lab.call(line)
            .await
            .exits(Exit::Done)
            .prints("1 to change")
            .does_not_print("behind the controller's back");
    }
}

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
    /// Nothing is begun, as the check with this id has found an error.
    const fn refused_by(check: &'static str) -> Self {
        Self {
            exit: Exit::Check,
            names: check,
            within: 0,
        }
    }
}

/// A world in which a check finds an error that makes a lab impossible.
const fn impossible(check: &'static str, cause: &'static str) -> Expected {
    Expected {
        check: Some((check, Exit::Check)),
        apply: Applied::refused_by(check),
        status: "absent",
        doctor: (Exit::Check, cause),
    }
}

/// The table.
fn expected(what: Breakage) -> Expected {
    match what {
        Breakage::LbcAbsent => impossible("lbc-ready", "the load balancer controller has no ready pod"),
        Breakage::PublicSubnets => impossible("C8", "no internet gateway"),
        Breakage::NoFreeIps => impossible("C12", "0 free addresses for 5 pods"),
        Breakage::Quota => impossible("alb-quota", "the account has no load balancer left"),
        Breakage::OneZone => impossible("alb-subnets", "the ALB needs subnets in two zones"),
        Breakage::DnsOff => impossible("C10", "DNS is off in the VPC"),
        Breakage::WebhookDown => impossible("lbc-webhook", "the controller's webhook has no endpoint"),
        // Since 2.12.1 the controller takes subnets by their routes.
        Breakage::UntaggedSubnets => Expected {
            check: Some(("alb-subnets", Exit::Done)),
            apply: Applied {
                exit: Exit::Done,
                names: "no subnet is tagged kubernetes.io/role/elb",
                within: 330,
            },
            status: "ready",
            doctor: (Exit::Done, ""),
        },
        Breakage::Throttling => Expected {
            check: None,
            apply: Applied {
                exit: Exit::Done,
                names: "Done: 6 created",
                within: 330,
            },
            status: "ready",
            doctor: (Exit::Done, ""),
        },
        // No check can see what follows: it takes a try.
        Breakage::ProfileFailed => Expected {
            check: None,
            apply: Applied {
                exit: Exit::Failed,
                names: "PodExecutionRoleAlreadyInUse",
                within: 240,
            },
            status: "CREATE_FAILED",
            doctor: (Exit::Check, "profile CREATE_FAILED: PodExecutionRoleAlreadyInUse"),
        },
        Breakage::ImageMissing => Expected {
            check: None,
            apply: Applied {
                exit: Exit::Failed,
                names: "does not exist in its registry",
                within: 270,
            },
            status: "help: correct app.image",
            doctor: (Exit::Check, "does not exist in its registry"),
        },
        Breakage::StaleAccessEntry => Expected {
            check: None,
            apply: Applied {
                exit: Exit::Failed,
                names: "Pod execution role is not found in auth config",
                within: 330,
            },
            status: "Pod execution role is not found in auth config",
            doctor: (Exit::Check, "the access entry of an earlier role of this name"),
        },
        Breakage::LbcDenied => Expected {
            check: None,
            apply: Applied {
                exit: Exit::Failed,
                names: "the controller's IAM role may not call elasticloadbalancing:CreateLoadBalancer",
                within: 330,
            },
            status: "the controller's IAM role may not call elasticloadbalancing:CreateLoadBalancer",
            doctor: (
                Exit::Check,
                "the controller's IAM role may not call elasticloadbalancing:CreateLoadBalancer",
            ),
        },
        // It could come right while it is waited for, so that the wait has its whole time.
        Breakage::NoNat => Expected {
            check: Some(("egress", Exit::Done)),
            apply: Applied {
                exit: Exit::TimedOut,
                names: "cannot be reached: the private subnets need a NAT gateway",
                within: 840,
            },
            status: "need a NAT gateway",
            doctor: (Exit::Check, "need a NAT gateway"),
        },
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

/// Whether something that `doctor` found wrong, if anything, is remedied by a command for the sandbox.
fn mends_here(doctor: &Run, what: Breakage) -> bool {
    let here = format!("here: `lab2048 sandbox mend {what}`");
    let findings = doctor.json();
    let findings = findings.as_array().unwrap().iter();
    let wrong = findings.filter(|finding| finding["severity"] == "error" || finding["severity"] == "warning");
    let remedies: Vec<_> = wrong
        .map(|finding| finding["remedy"].as_str().unwrap_or_default())
        .collect();
    remedies.is_empty() || remedies.iter().any(|remedy| remedy.starts_with(&here))
}

/// How long after it was mended what a check refused is well again; no time where `apply` itself found out, as a wait is not
/// failed by what was before it.
fn restart(mended: Breakage) -> Duration {
    match mended {
        // The controller's pods start.
        Breakage::LbcAbsent => Duration::from_secs(60),
        _ => Duration::ZERO,
    }
}

/// Makes the calls on a world that is broken in this way.
async fn meet(what: Breakage) {
    let Expected {
        check,
        apply,
        status,
        doctor,
    } = expected(what);
    let lab = Lab::new(23);
    lab.world.break_(what);
    let checked = lab.call("doctor -o json").await;
    let ids = found(&checked);
    match check {
        Some((id, exit)) => assert!(ids.iter().any(|other| other == id), "{ids:?}: {}", checked.exits(exit)),
        None => assert!(ids.is_empty(), "{ids:?}: {}", checked.exits(Exit::Done)),
    }
    assert!(mends_here(&checked, what), "{checked}");
    let (applied, took) = lab.timed("apply").await;
    applied.exits(apply.exit).prints(apply.names);
    let within = Duration::from_secs(apply.within);
    assert!(took <= within, "apply took {took:?}, of {within:?}");
    lab.call("status").await.exits(Exit::Done).prints(status);
    let (exit, cause) = doctor;
    let diagnosed = lab.call("doctor -o json").await.exits(exit);
    assert!(names(&diagnosed, cause), "{diagnosed}");
    assert!(mends_here(&diagnosed, what), "{diagnosed}");
    lab.world.mend(what);
    lab.world.advance(restart(what));
    lab.call("apply").await.exits(Exit::Done);
    lab.call("doctor").await.exits(Exit::Done);
}

#[test]
fn every_breakage_is_reported_with_its_cause_by_every_verb() {
    let worlds = Breakage::ALL.map(|what| {
        let meeting = thread::Builder::new().name(what.name().to_owned()).spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().start_paused(true).build().unwrap();
            runtime.block_on(meet(what));
        });
        (what, meeting.unwrap())
    });
    // Why it failed has been printed under the name of its thread.
    let failed: Vec<&str> = worlds
        .into_iter()
        .filter_map(|(what, meeting)| meeting.join().is_err().then_some(what.name()))
        .collect();
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
        let apply = expected(what).apply;
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

//! Each check in the states fine, wrong and unseen.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::config::Auto;
use crate::lang::Language;
use crate::model::{
    AccessEntry, ApiMismatch, AwsView, DryRun, Egress, Finding, HealthIssue, KubeView, NatFault, NatState, Object,
    ObjectState, Observed, Route, Scheme, Severity, ZoneKind,
};
use crate::stack::fixtures::{Lab, daemon_set, known, other_profile};

/// The findings on the sandbox, where everything is rehearsed.
fn findings(lab: &Lab) -> Vec<Finding> {
    rehearsed(lab, Some(&[]))
}

fn rehearsed(lab: &Lab, unrehearsed: Option<&[Unrehearsed]>) -> Vec<Finding> {
    of_facts(lab, unrehearsed, run)
}

/// What `look` makes of the facts of a lab.
fn of_facts<T>(lab: &Lab, unrehearsed: Option<&[Unrehearsed]>, look: fn(&Facts<'_>) -> T) -> T {
    look(&Facts {
        environment: &lab.environment,
        site: &lab.site,
        objects: &lab.objects,
        exposure: lab.exposure().as_ref(),
        replicas: &lab.replicas(),
        aws: &lab.aws,
        kube: &lab.kube,
        unrehearsed,
        server: &lab.server,
    })
}

fn one(lab: &Lab, id: &str) -> Finding {
    findings(lab).into_iter().find(|finding| finding.id == id).unwrap()
}

/// The finding after a change of the fresh lab, as text.
fn after(id: &str, change: impl FnOnce(&mut Lab)) -> String {
    let mut lab = Lab::fresh();
    change(&mut lab);
    let finding = one(&lab, id);
    format!(
        "{:?}: {} | {} | {}",
        finding.severity,
        finding.title,
        finding.evidence,
        finding.remedy.unwrap_or_default()
    )
}

/// The severity after a change, and the start of its title.
fn assert_after(id: &str, severity: Severity, words: &str, change: impl FnOnce(&mut Lab)) {
    let mut lab = Lab::fresh();
    change(&mut lab);
    let finding = one(&lab, id);
    let text = format!(
        "{} | {} | {}",
        finding.title,
        finding.evidence,
        finding.remedy.clone().unwrap_or_default()
    );
    assert_eq!(finding.severity, severity, "{id}: {text}");
    assert!(text.contains(words), "{id}: {text} does not say: {words}");
}

#[test]
fn a_healthy_workshop_is_fine_throughout() {
    for lab in [Lab::fresh(), Lab::running()] {
        let bad: Vec<_> = findings(&lab)
            .into_iter()
            .filter(|finding| finding.severity != Severity::Ok)
            .collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }
}

#[test]
fn what_was_not_seen_is_unknown_and_never_fine() {
    let mut lab = Lab::fresh();
    lab.aws = AwsView {
        cluster: lab.aws.cluster,
        ..AwsView::default()
    };
    lab.kube = KubeView::default();
    let sure: Vec<_> = findings(&lab)
        .into_iter()
        .filter(|finding| finding.severity != Severity::Unknown)
        .map(|finding| finding.id)
        .collect();
    assert_eq!(
        sure,
        [
            "C4",
            "C5",
            "C7",
            "C13",
            "C17",
            "C18",
            "cluster",
            "cluster-identity",
            "cluster-health",
            "auto-mode",
            "api-access",
            "image-limit",
            "image-format",
            "size",
            "annotations",
            "rehearsal",
        ],
        "only what follows from the rendered objects, the environment and the cluster"
    );
    assert_eq!(
        after("C10", |lab| lab.aws.vpc = Observed::Unknown("AccessDenied".into())),
        "Unknown: the VPC could not be looked at | AccessDenied | "
    );
}

#[test]
fn on_aws_nothing_is_said_of_rehearsals() {
    let lab = Lab::fresh();
    let said = |unrehearsed| {
        let findings = rehearsed(&lab, unrehearsed);
        let found = findings.into_iter().find(|finding| finding.id == "rehearsal");
        found.map(|finding| format!("{:?}: {} | {}", finding.severity, finding.title, finding.evidence))
    };
    let asked = |by: &str| Unrehearsed {
        asked_by: by.to_owned(),
        what: "a firewall".to_owned(),
    };
    assert_eq!(said(None), None);
    assert_eq!(
        said(Some(&[asked("this"), asked("that")])).as_deref(),
        Some("Warning: not rehearsed here: a firewall | this; that")
    );
}

#[test]
fn every_consideration_is_explained_and_every_check_is_known() {
    let ids: Vec<&str> = all().map(|check| check.id()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for number in 1..=18 {
        assert!(explain(&format!("c{number}")).is_some(), "C{number}");
    }
    let not_checked: Vec<&str> = all()
        .filter(|check| !check.is_checked())
        .map(|check| check.id())
        .collect();
    assert_eq!(not_checked, ["C1", "C6", "C11"]);
    let checked: BTreeSet<String> = findings(&Lab::fresh()).into_iter().map(|finding| finding.id).collect();
    assert_eq!(
        checked.len(),
        registry::checked(),
        "a check without an explanation is never run"
    );
    let names = Names::unknown();
    for check in all() {
        let text = check.explanation;
        assert!(!text.look(&names).contains("{c"), "{}", text.id);
        assert!(text.docs.url.starts_with("https://"), "{}", text.id);
        let said = [text.title(), text.what(), text.why(), text.does()];
        let said = said
            .iter()
            .flat_map(|text| Language::ALL.map(|language| text.said(language)));
        for part in said.chain([text.look(&names), text.docs.title.to_owned(), text.docs.url.to_owned()]) {
            let is_there = !part.is_empty() && !part.contains("  ") && !part.starts_with("explain-");
            assert!(is_there, "{}: {part:?}", text.id);
        }
    }
    assert!(explain("C19").is_none());
}

#[test]
fn pods_that_fargate_refuses() {
    use Severity::Error;
    fn spec(lab: &mut Lab) -> &mut serde_json::Value {
        &mut lab.wanted("Deployment")["spec"]["template"]["spec"]
    }
    assert_after("C4", Error, "container app-2048", |lab| {
        spec(lab)["containers"][0]["securityContext"] = json!({"privileged": true});
    });
    assert_after("C5", Error, "hostPort 80", |lab| {
        spec(lab)["containers"][0]["ports"][0]["hostPort"] = json!(80);
    });
    assert_after("C5", Error, "hostNetwork", |lab| spec(lab)["hostNetwork"] = json!(true));
    assert_after("C7", Error, "nvidia.com/gpu", |lab| {
        spec(lab)["containers"][0]["resources"] = json!({"limits": {"nvidia.com/gpu": 1}});
    });
    assert_after("C13", Severity::Warning, "instance metadata", |lab| {
        spec(lab)["initContainers"] = json!([{"name": "who", "command": ["curl", "http://169.254.169.254/"]}]);
    });
    assert_after("C17", Error, "volume \"disk\" is hostPath", |lab| {
        spec(lab)["volumes"] = json!([{"name": "disk", "hostPath": {"path": "/"}}]);
    });
    assert_after("C17", Severity::Warning, "claim \"data\"", |lab| {
        spec(lab)["volumes"] = json!([{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]);
    });
    assert_after("C3", Error, "daemonset/agent", |lab| {
        lab.objects.push(daemon_set("fargate-game-2048", "agent"));
    });
    assert_after("C3", Severity::Warning, "logs/fluent-bit", |lab| {
        known(&mut lab.kube.daemon_sets).push(daemon_set("logs", "fluent-bit"));
    });
    assert_after("C16", Severity::Warning, "kube-system/cilium", |lab| {
        known(&mut lab.kube.daemon_sets).push(daemon_set("kube-system", "cilium"));
    });
}

#[test]
fn who_decides_over_the_pods() {
    use Severity::{Ok, Warning};
    let scaler = json!({"metadata": {"name": "game"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "deployment-2048"}}});
    assert_after("C9", Warning, "delete hpa game", |lab| {
        lab.kube.autoscalers = Observed::Known(vec![Object(scaler)]);
    });
    let budget = |field: &str, value: serde_json::Value| {
        let mut spec = json!({"selector": {"matchLabels": {"app.kubernetes.io/name": "app-2048"}}});
        spec[field] = value;
        Object(json!({"kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": spec}))
    };
    for (field, value, severity) in [
        ("minAvailable", json!("100%"), Warning),
        ("minAvailable", json!(5), Warning),
        ("minAvailable", json!(4), Ok),
        ("maxUnavailable", json!(0), Warning),
        ("maxUnavailable", json!("20%"), Ok),
    ] {
        assert_after("C15", severity, "", |lab| {
            lab.kube.budgets = Observed::Known(vec![budget(field, value)]);
        });
    }
}

#[test]
fn subnets_for_the_pods() {
    use Severity::{Error, Warning};
    assert_after("C8", Error, "subnet-0d2 have a route to an internet gateway", |lab| {
        lab.subnets()[1].egress = Observed::Known(Egress::InternetGateway("igw-1".to_owned()));
    });
    assert_after("C8", Error, "no private subnet", |lab| {
        known(&mut lab.site.private_subnets).clear();
    });
    assert_after("C8", Error, "subnet-gone", |lab| {
        known(&mut lab.site.private_subnets).push("subnet-gone".to_owned());
    });
    assert_after("C8", Severity::Unknown, "denied", |lab| {
        lab.subnets()[0].egress = Observed::Unknown("denied".into());
    });
    assert_after("C8", Severity::Ok, "subnet-0d1", |lab| {
        // A profile of others has the subnets that it has, whatever the environment says.
        lab.environment.fargate.own = false;
        lab.environment.fargate.profile = "shared".to_owned();
        lab.environment.fargate.subnets = Auto::Given(vec!["subnet-gone".to_owned()]);
        let mut shared = other_profile("shared", "fargate-game-2048");
        shared.subnets = vec!["subnet-0d1".to_owned()];
        lab.aws.profiles = Observed::Known(vec![shared]);
    });
    assert_after("egress", Warning, "subnet-0d1: nat-1 is failed", |lab| {
        lab.subnets()[0].egress = Observed::Known(Egress::BrokenNat(
            "nat-1".to_owned(),
            NatFault::State(NatState::Failed, None),
        ));
    });
    assert_after("egress", Warning, "no way out", |lab| {
        lab.subnets()[0].egress = Observed::Known(Egress::None);
    });
    assert_after("egress", Warning, "is unknown", |lab| {
        lab.subnets()[0].egress = Observed::Known(Egress::Other("tgw-1".to_owned()));
    });
    assert_after("C14", Error, "Local Zone", |lab| {
        lab.subnets()[0].zone_kind = Observed::Known(ZoneKind::LocalZone);
    });
    assert_after("C14", Error, "Outpost", |lab| lab.subnets()[0].on_outpost = true);
    assert_after("C14", Severity::Unknown, "denied", |lab| {
        lab.subnets()[0].zone_kind = Observed::Unknown("denied".into());
    });
    assert_after("egress", Severity::Unknown, "denied", |lab| {
        lab.subnets()[0].egress = Observed::Known(Egress::UnreadNat("nat-1".to_owned(), "denied".into()));
    });
    assert_after("C10", Error, "--enable-dns-hostnames", |lab| {
        known(&mut lab.aws.vpc).dns_hostnames = Observed::Known(false);
    });
}

#[test]
fn free_addresses() {
    insta::assert_snapshot!(after("C12", |lab| lab.subnets()[2].free_addresses = 6), @"Warning: subnet-0d3: 6 free addresses, a rollout of 5 pods can need 7 | subnet-0d1: 200 free, subnet-0d2: 200 free, subnet-0d3: 6 free | free addresses, add a subnet (a secondary CIDR will do) to fargate.subnets, or run fewer pods");
    insta::assert_snapshot!(after("C12", |lab| {
        for subnet in lab.subnets() {
            subnet.free_addresses = 1;
        }
    }), @"Error: 3 free addresses for 5 pods | subnet-0d1: 1 free, subnet-0d2: 1 free, subnet-0d3: 1 free | free addresses, add a subnet (a secondary CIDR will do) to fargate.subnets, or run fewer pods");
}

#[test]
fn subnets_for_the_balancer() {
    fn public(lab: &mut Lab) -> impl Iterator<Item = &mut crate::model::Subnet> {
        lab.subnets().iter_mut().skip(3)
    }
    insta::assert_snapshot!(after("alb-subnets", |_| {}), @"Ok: 3 subnets for the ALB | subnet-0e1, subnet-0e2, subnet-0e3 |");
    insta::assert_snapshot!(after("alb-subnets", |lab| public(lab).for_each(|s| s.tags.clear())), @"Warning: no subnet is tagged kubernetes.io/role/elb; the controller takes those that fit by their routes | it would take subnet-0e1, subnet-0e2, subnet-0e3; versions before 2.12.1 take none | `aws ec2 create-tags --resources subnet-0e1 subnet-0e2 subnet-0e3 --tags Key=kubernetes.io/role/elb,Value=1 --region ap-northeast-2`");
    insta::assert_snapshot!(after("alb-subnets", |lab| public(lab).skip(1).for_each(|s| s.free_addresses = 7)), @"Error: the ALB needs subnets in two zones, 1 zone found | subnet-0e1 (ap-northeast-2a), subnet-0e2 (7 free addresses, 8 are needed), subnet-0e3 (7 free addresses, 8 are needed) | `aws ec2 create-tags --resources SUBNET-IN-ANOTHER-ZONE --tags Key=kubernetes.io/role/elb,Value=1 --region ap-northeast-2`");
    insta::assert_snapshot!(after("alb-subnets", |lab| public(lab).for_each(|s| {
        s.tags.insert("kubernetes.io/cluster/other".to_owned(), "shared".to_owned());
    })), @"Error: the ALB needs subnets in two zones, none found | subnet-0e1 (tagged for another cluster), subnet-0e2 (tagged for another cluster), subnet-0e3 (tagged for another cluster) | `aws ec2 create-tags --resources SUBNET-IN-ANOTHER-ZONE --tags Key=kubernetes.io/role/elb,Value=1 --region ap-northeast-2`");
    insta::assert_snapshot!(after("alb-subnets", |lab| {
        lab.environment.ingress.scheme = Scheme::Internal;
        lab.render(None);
    }), @"Ok: 3 subnets for the ALB | subnet-0d1, subnet-0d2, subnet-0d3 |");
}

fn containers(controller: &mut crate::model::Controller) -> &mut serde_json::Value {
    &mut controller.deployment.0["spec"]["template"]["spec"]["containers"][0]
}

fn set_args(controller: &mut crate::model::Controller, args: &[&str]) {
    containers(controller)["args"] = json!(args);
}

#[test]
fn the_controller() {
    use Severity::{Error, Warning};
    fn controller(lab: &mut Lab) -> &mut crate::model::Controller {
        known(&mut lab.kube.controller).as_mut().unwrap()
    }
    assert_after("lbc-installed", Error, "clusterName=eksworkshop", |lab| {
        lab.kube.controller = Observed::Known(None);
    });
    assert_after("lbc-ready", Severity::Ok, "has 2 pods ready", |_| {});
    assert_after("lbc-ready", Error, "kubectl -n kube-system logs", |lab| {
        controller(lab).ready = 0;
    });
    assert_after("lbc-lease", Warning, "15m ago", |lab| {
        controller(lab).lease_age = Observed::Known(900);
    });
    assert_after("lbc-webhook", Error, "no ready address", |lab| {
        controller(lab).webhook = Observed::Known(crate::model::Webhook::NoEndpoint);
    });
    for (args, words) in [
        (
            vec!["--cluster-name=other"],
            "--cluster-name is other, the cluster is eksworkshop",
        ),
        (vec![], "--cluster-name is missing"),
        (
            vec!["-cluster-name=eksworkshop"],
            "does not start with the argument -cluster-name",
        ),
        (vec!["--cluster-name", "other"], "--cluster-name is other"),
        (
            vec!["--cluster-name=eksworkshop", "--watch-namespace=prod"],
            "--watch-namespace is prod",
        ),
    ] {
        assert_after("lbc-args", Error, words, |lab| set_args(controller(lab), &args));
    }
    assert_after("lbc-args", Severity::Unknown, "--cluster-name is $(CLUSTER)", |lab| {
        set_args(controller(lab), &["--cluster-name=$(CLUSTER)"]);
        containers(controller(lab))["envFrom"] = json!([{"configMapRef": {"name": "lbc"}}]);
    });
    // An Ingress with spec.ingressClassName goes by its class, whatever the flag is.
    let elsewhere = ["--cluster-name=eksworkshop", "--ingress-class=nlb"];
    assert_after("lbc-args", Severity::Ok, "", |lab| {
        set_args(controller(lab), &elsewhere);
    });
    assert_after("lbc-args", Error, "--ingress-class is another", |lab| {
        lab.wanted("Ingress")["metadata"]["annotations"]["kubernetes.io/ingress.class"] = json!("alb");
        set_args(controller(lab), &elsewhere);
    });
    assert_after("lbc-args", Error, "--aws-vpc-id is missing", |lab| {
        lab.aws.profiles = Observed::Known(vec![other_profile("fp-default", "kube-system")]);
    });
    assert_after("ingress-class", Error, "does not exist", |lab| {
        lab.kube.ingress_class = Observed::Known(None);
    });
    for (owner, words) in [
        ("eks.amazonaws.com/alb", "Auto Mode"),
        ("k8s.io/ingress-nginx", "another controller"),
    ] {
        assert_after("ingress-class", Error, words, |lab| {
            known(&mut lab.kube.ingress_class).as_mut().unwrap().0["spec"]["controller"] = json!(owner);
        });
    }
    let params =
        |spec: serde_json::Value| Observed::Known(Some(Object(json!({"metadata": {"name": "p"}, "spec": spec}))));
    assert_after(
        "class-params",
        Warning,
        "scheme: internal (the lab wants internet-facing)",
        |lab| {
            lab.kube.class_params = params(json!({"scheme": "internal"}));
        },
    );
    assert_after("C2", Error, "IngressClassParams: instance", |lab| {
        lab.kube.class_params = params(json!({"targetType": "instance"}));
    });
    assert_after("C2", Error, "the controller's default: instance", |lab| {
        lab.wanted("Ingress")["metadata"]["annotations"] = json!({});
    });
}

#[test]
fn the_way_to_the_game() {
    use Severity::{Error, Ok, Warning};
    assert_after("ingress-route", Ok, "http://<ALB>", |_| ());
    assert_after(
        "ingress-route",
        Ok,
        "http://game.test, once the name game.test leads",
        |lab| {
            lab.wanted("Ingress")["spec"]["rules"][0]["host"] = json!("game.test");
        },
    );
    assert_after("ingress-route", Ok, "the first name of the certificate leads", |lab| {
        lab.wanted("Ingress")["metadata"]["annotations"]["alb.ingress.kubernetes.io/certificate-arn"] = json!("arn:c");
    });
    assert_after("ingress-route", Warning, "http://<ALB>, with `X-Lab: 1`", |lab| {
        let condition =
            r#"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Lab", "values": ["1"]}}]"#;
        lab.wanted("Ingress")["metadata"]["annotations"]["alb.ingress.kubernetes.io/conditions.service-2048"] =
            json!(condition);
    });
    assert_after("ingress-route", Error, "no rule of the Ingress leads", |lab| {
        lab.wanted("Ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] = json!("other");
    });
    assert_after(
        "alb-subnets",
        Ok,
        "IngressClassParams: {\"ids\":[\"subnet-1\"]}",
        |lab| {
            let params = json!({"metadata": {"name": "p"}, "spec": {"subnets": {"ids": ["subnet-1"]}}});
            lab.kube.class_params = Observed::Known(Some(Object(params)));
        },
    );
    assert_after("alb-subnets", Error, "two zones, none found", |lab| {
        lab.subnets().iter_mut().for_each(|subnet| subnet.tags.clear());
        set_args(
            known(&mut lab.kube.controller).as_mut().unwrap(),
            &[
                "--cluster-name=eksworkshop",
                "--feature-gates=SubnetDiscoveryByReachability=false",
            ],
        );
    });
}

#[test]
fn an_alb_shared_in_a_group() {
    let route = |port: u16, path: &str| Route {
        port,
        hosts: Vec::new(),
        paths: vec![path.to_owned()],
        narrowed: false,
    };
    let with = |routes: Vec<Route>| {
        after("ingress-group", |lab| {
            lab.wanted("Ingress")["metadata"]["annotations"]["alb.ingress.kubernetes.io/group.name"] = json!("class");
            lab.aws.other_backends = [("other/game-web:80".to_owned(), routes)].into();
        })
    };
    insta::assert_snapshot!(with(vec![route(80, "/api"), route(8080, "/*")]), @"Ok: the lab's requests are its own in the group | class: 1 other backend | ");
    insta::assert_snapshot!(with(vec![route(80, "/*")]), @r#"Error: another Ingress of the group answers the same requests: only one of the two gets any | IngressGroup class: other/game-web:80 has /* on port 80 | give the lab a port of its own there: --set ingress.port=8081"#);
    let narrowed = Route {
        narrowed: true,
        ..route(80, "/*")
    };
    assert!(
        with(vec![narrowed]).starts_with("Ok"),
        "a rule with further conditions leaves some"
    );
    assert_after("ingress-group", Severity::Ok, "the lab's alone", |_| ());
}

#[test]
fn the_cluster() {
    use Severity::{Error, Warning};
    fn cluster(lab: &mut Lab) -> &mut crate::model::Cluster {
        &mut lab.aws.cluster
    }
    assert_after("caller", Error, "account 1,", |lab| {
        known(&mut lab.aws.caller).account = "1".to_owned();
    });
    assert_after("cluster", Error, "is CREATING", |lab| {
        cluster(lab).status = "CREATING".into();
    });
    assert_after("cluster", Warning, "is in AWS GovCloud", |lab| {
        lab.site.partition = "aws-us-gov".to_owned();
        lab.site.region = "us-gov-west-1".to_owned();
    });
    assert_after("cluster", Warning, "is UPDATING", |lab| {
        cluster(lab).status = "UPDATING".into();
    });
    assert_after("cluster", Error, "Outpost", |lab| cluster(lab).on_outpost = true);
    assert_after("cluster", Error, "only registered", |lab| {
        cluster(lab).is_connected = true;
    });
    assert_after(
        "cluster-identity",
        Severity::Ok,
        "context minji leads to cluster",
        |lab| {
            lab.server.context = Some("minji".to_owned());
        },
    );
    assert_after(
        "cluster-identity",
        Warning,
        "its server is https://eks.example, the cluster's is https://x",
        |lab| {
            lab.server.context = Some("tunnel".to_owned());
            lab.server.mismatch = Some(ApiMismatch::Server {
                of_eks: "https://x".to_owned(),
            });
        },
    );
    assert_after(
        "cluster-identity",
        Warning,
        "its certificate authority for https://eks.example",
        |lab| {
            lab.server.context = Some("tunnel".to_owned());
            lab.server.mismatch = Some(ApiMismatch::Authority);
        },
    );
    assert_after("cluster-health", Warning, "SubnetNotFound: gone", |lab| {
        cluster(lab).health.push(HealthIssue {
            code: "SubnetNotFound".to_owned(),
            message: "gone".to_owned(),
            resources: Vec::new(),
        });
    });
    assert_after("auto-mode", Warning, "Auto Mode", |lab| cluster(lab).auto_mode = true);
    assert_after("api-access", Warning, "10.0.0.0/8", |lab| {
        cluster(lab).private_access = false;
        cluster(lab).public_cidrs = vec!["10.0.0.0/8".to_owned()];
    });
    assert_after("coredns", Warning, "not installed", |lab| {
        lab.kube.coredns = Observed::Known(None);
    });
    assert_after("coredns", Warning, "0 of 2", |lab| {
        known(&mut lab.kube.coredns).as_mut().unwrap().0["status"] = json!({});
    });
}

#[test]
fn the_profile() {
    use Severity::{Error, Warning};
    assert_after("profile-overlap", Warning, "all wins", |lab| {
        lab.aws.profiles = Observed::Known(vec![other_profile("all", "fargate-*")]);
    });
    assert_after("profile-overlap", Error, "does not take the game's pods", |lab| {
        lab.environment.fargate.own = false;
        lab.environment.fargate.profile = "shared".to_owned();
        lab.aws.profiles = Observed::Known(vec![other_profile("shared", "lab-*")]);
    });
    assert_after("profile-slot", Warning, "profile other is DELETING", |lab| {
        let mut other = other_profile("other", "other");
        other.status = "DELETING".into();
        lab.aws.profiles = Observed::Known(vec![other]);
    });
    assert_after("profile-health", Warning, "AccessDenied: no", |lab| {
        let mut own = other_profile("fargate-game-2048", "fargate-game-2048");
        own.health.push(HealthIssue {
            code: "AccessDenied".to_owned(),
            message: "no".to_owned(),
            resources: Vec::new(),
        });
        lab.aws.profiles = Observed::Known(vec![own]);
    });
    assert_after(
        "access-entry",
        Error,
        "delete-access-entry --cluster-name eksworkshop",
        |lab| {
            lab.aws.access_entry = Observed::Known(Some(AccessEntry {
                principal_arn: "arn:r".to_owned(),
                kind: "FARGATE_LINUX".into(),
                created_at: None,
            }));
        },
    );
    assert_after("quota", Warning, "11 profiles", |lab| {
        let many = (0..10).map(|n| other_profile(&format!("p{n}"), "x")).collect();
        lab.aws.profiles = Observed::Known(many);
    });
    assert_after("C18", Error, "no selector", |lab| {
        lab.environment.app.namespace = "elsewhere".to_owned();
    });
    assert_after("C18", Warning, "shared with the cluster's own pods", |lab| {
        lab.environment.app.namespace = "default".to_owned();
        lab.environment.fargate.selectors[0].namespace = "default".to_owned();
    });
}

#[test]
fn a_running_lab_needs_no_new_addresses() {
    let mut lab = Lab::running();
    for pod in known(&mut lab.kube.pods) {
        pod.0["status"]["podIP"] = json!("10.11.64.1");
    }
    for subnet in lab.subnets() {
        subnet.free_addresses = 0;
    }
    assert_eq!(one(&lab, "C12").severity, Severity::Warning, "a rollout would not fit");
    let state = ObjectState {
        key: lab.objects[0].key(),
        live: Observed::Known(None),
        dry_run: DryRun::NotYet("x".into()),
        alone: None,
    };
    lab.kube.objects = vec![state];
    assert_eq!(
        one(&lab, "alb-subnets").severity,
        Severity::Ok,
        "the ALB keeps its subnets"
    );
}

/// The ids of all findings that are not fine, after a change of the fresh lab.
fn wrong_after(change: impl FnOnce(&mut Lab)) -> Vec<String> {
    let mut lab = Lab::fresh();
    change(&mut lab);
    let wrong = findings(&lab)
        .into_iter()
        .filter(|finding| finding.severity > Severity::Ok);
    wrong.map(|finding| finding.id).collect()
}

#[test]
fn one_cause_is_told_by_one_check() {
    assert_eq!(wrong_after(|lab| known(&mut lab.site.private_subnets).clear()), ["C8"]);
    assert_eq!(
        wrong_after(|lab| {
            lab.subnets()[0].egress = Observed::Known(Egress::InternetGateway("igw-1".to_owned()));
        }),
        ["C8"]
    );
    assert_eq!(
        wrong_after(|lab| lab.kube.controller = Observed::Known(None)),
        ["lbc-installed"]
    );
    assert_eq!(
        wrong_after(|lab| {
            let controller = known(&mut lab.kube.controller).as_mut().unwrap();
            controller.ready = 0;
            controller.webhook = Observed::Known(crate::model::Webhook::NoEndpoint);
            controller.lease_age = Observed::Known(900);
        }),
        ["lbc-ready"]
    );
}

/// The container of the wanted Deployment.
fn container(lab: &mut Lab) -> &mut serde_json::Value {
    &mut lab.wanted("Deployment")["spec"]["template"]["spec"]["containers"][0]
}

#[test]
fn images_of_docker_hub_are_limited_by_address() {
    use Severity::{Error, Ok, Warning};
    assert_after("image-limit", Ok, "no image comes from Docker Hub", |_| {});
    for image in ["nginx", "alexwhen/docker-2048", "docker.io/library/nginx:1"] {
        assert_after("image-limit", Warning, "so 60 labs of 5 pods use them up", |lab| {
            container(lab)["image"] = json!(image);
        });
    }
    let one_gateway = |lab: &mut Lab| {
        container(lab)["image"] = json!("nginx");
        for subnet in lab.subnets() {
            subnet.egress = Observed::Known(Egress::Nat("nat-1".to_owned()));
        }
    };
    assert_after(
        "image-limit",
        Warning,
        "1 NAT gateway: 100 pulls in six hours for each address, so 20 labs",
        one_gateway,
    );
    assert_after("image-limit", Error, "does not give so many pods", |lab| {
        one_gateway(lab);
        lab.wanted("Deployment")["spec"]["replicas"] = json!(101);
        lab.environment.app.replicas = 101;
    });
    assert_after("image-limit", Ok, "", |lab| {
        container(lab)["image"] = json!("nginx");
        lab.wanted("Deployment")["spec"]["template"]["spec"]["imagePullSecrets"] = json!([{"name": "hub"}]);
    });
}

#[test]
fn the_chapters_image_and_the_nodes_that_do_not_read_it() {
    use Severity::{Ok, Unknown, Warning};
    let with = |severity, words: &str, image: &str, nodes: &[(&str, &str)]| {
        assert_after("image-format", severity, words, |lab| {
            lab.environment.app.image = image.to_owned();
            let nodes = nodes.iter().map(|(kind, runtime)| {
                Object(json!({
                    "metadata": {"name": "n", "labels": {"eks.amazonaws.com/compute-type": kind}},
                    "status": {"nodeInfo": {"containerRuntimeVersion": runtime}},
                }))
            });
            lab.kube.nodes = Observed::Known(nodes.collect());
        });
    };
    let chapter = crate::model::CHAPTER_IMAGE;
    with(
        Warning,
        "containerd://2.1.4-eks",
        chapter,
        &[("fargate", "containerd://2.1.4-eks")],
    );
    with(
        Warning,
        "--set app.image=public.ecr.aws",
        "docker.io/alexwhen/docker-2048:latest",
        &[("ec2", "containerd://2.0.5")],
    );
    with(
        Ok,
        "containerd://1.7.27",
        chapter,
        &[("fargate", "containerd://1.7.27"), ("ec2", "containerd://2.1.0")],
    );
    with(Ok, "not known", "nginx", &[("fargate", "containerd://2.1.4")]);
    with(
        Ok,
        "not known",
        "quay.io/alexwhen/docker-2048",
        &[("fargate", "containerd://2.1.4")],
    );
    with(Unknown, "no node tells", chapter, &[]);
}

#[test]
fn the_limits_of_load_balancers() {
    use Severity::{Error, Ok, Unknown};
    fn used(lab: &mut Lab) -> &mut crate::model::BalancingUse {
        known(&mut lab.aws.balancing_use)
    }
    assert_after("alb-quota", Ok, "0 of 50 in use", |_| {});
    assert_after("alb-quota", Ok, "49 of 50 in use", |lab| used(lab).load_balancers = 49);
    assert_after(
        "alb-quota",
        Error,
        "--quota-code L-53DA6B97 --desired-value 100",
        |lab| {
            used(lab).load_balancers = 50;
        },
    );
    assert_after("alb-quota", Error, "no target group left", |lab| {
        used(lab).target_groups = 3000;
    });
    assert_after("alb-quota", Unknown, "denied", |lab| {
        lab.aws.balancing_limits = Observed::Unknown("denied".into());
    });
    let routes = |ports: std::ops::Range<u16>| {
        let route = |port| Route {
            port,
            hosts: Vec::new(),
            paths: vec!["/*".to_owned()],
            narrowed: false,
        };
        ports
            .map(|port| (format!("lab{port}/i-s:80"), vec![route(port)]))
            .collect()
    };
    assert_after("alb-quota", Ok, "50 listeners", |lab| {
        lab.aws.other_backends = routes(8001..8050);
    });
    assert_after("alb-quota", Error, "the shared ALB has no listener left", |lab| {
        lab.aws.other_backends = routes(8001..8051);
    });
    assert_after("alb-quota", Error, "the shared ALB has no rule left", |lab| {
        known(&mut lab.aws.balancing_limits).listeners = None;
        lab.aws.other_backends = routes(8001..8101);
    });
    let mut running = Lab::running();
    running.aws.balancing_use = Observed::NotAsked;
    assert_eq!(one(&running, "alb-quota").severity, Ok);
}

#[test]
fn public_addresses_are_those_of_the_albs_subnets() {
    let number = |change: &dyn Fn(&mut Lab)| {
        let mut lab = Lab::fresh();
        change(&mut lab);
        of_facts(&lab, None, public_addresses)
    };
    let annotated = |key: &'static str, value: &'static str| {
        move |lab: &mut Lab| {
            lab.wanted("Ingress")["metadata"]["annotations"][format!("alb.ingress.kubernetes.io/{key}")] = json!(value);
        }
    };
    assert_eq!(number(&|_| {}), 3);
    assert_eq!(number(&annotated("scheme", "internal")), 0);
    assert_eq!(
        number(&annotated("ip-address-type", "dualstack-without-public-ipv4")),
        0
    );
    assert_eq!(number(&annotated("ip-address-type", "dualstack")), 3);
    assert_eq!(number(&annotated("subnets", "subnet-a, subnet-b,subnet-c,subnet-d")), 4);
    assert_eq!(number(&|lab| lab.aws.subnets = Observed::Unknown("denied".into())), 2);
}

/// The finding of the check of sizes with these containers, and others of the pod's specification.
fn sized(spec: serde_json::Value) -> String {
    after("size", |lab| {
        lab.wanted("Deployment")["spec"]["template"]["spec"] = spec;
    })
}

#[test]
fn a_pod_is_sized_by_its_requests() {
    let container = |requests: serde_json::Value, limits: serde_json::Value| json!({"containers": [{"name": "x", "resources": {"requests": requests, "limits": limits}}]});
    let all = [
        sized(json!({"containers": [{"name": "x"}]})),
        sized(container(
            json!({"cpu": "0.5", "memory": "1024Mi"}),
            json!({"cpu": "500m", "memory": "1Gi"}),
        )),
        sized(container(json!(null), json!({"cpu": 1, "memory": "2G"}))),
        sized(container(
            json!({"cpu": "50m", "memory": "64Mi"}),
            json!({"cpu": "100m", "memory": "128Mi"}),
        )),
        sized(container(
            json!({"cpu": "1e3m", "memory": "1Gi"}),
            json!({"memory": "1Gi"}),
        )),
        sized(container(
            json!({"cpu": 16, "memory": "119Gi"}),
            json!({"cpu": 16, "memory": "119Gi"}),
        )),
        sized(container(json!({"cpu": 17}), json!({"cpu": 17}))),
        sized(container(json!({"memory": "120Gi"}), json!({"memory": "120Gi"}))),
        sized(container(json!({"ephemeral-storage": "100Gi"}), json!({}))),
        sized(container(json!({"ephemeral-storage": "200Gi"}), json!({}))),
        sized(container(json!({"cpu": "1 core"}), json!({}))),
        sized(json!({"containers": [{"name": "x"}], "volumes": [{"name": "v", "emptyDir": {"sizeLimit": "50Gi"}}]})),
        sized(
            json!({"containers": [{"name": "x", "resources": {"limits": {"cpu": 1}}}],
            "initContainers": [{"name": "s", "restartPolicy": "Always", "resources": {"limits": {"cpu": 1}}},
                {"name": "i", "resources": {"requests": {"cpu": 3}, "limits": {"cpu": 4}}}]}),
        ),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
Ok: each pod fits a size of Fargate | deployment/deployment-2048: 0.25 vCPU, 0.5 GB | 
Ok: each pod fits a size of Fargate | deployment/deployment-2048: 0.5 vCPU, 2 GB | 
Ok: each pod fits a size of Fargate | deployment/deployment-2048: 1 vCPU, 3 GB | 
Warning: requests differ from limits: Fargate sizes a pod by its requests alone | deployment/deployment-2048 container x: cpu requests 50m, limits 100m; memory requests 64Mi, limits 128Mi (sized 0.25 vCPU, 0.5 GB) | make requests and limits of each container equal (or give limits alone): more than was requested is not there, and containers with other limits may fail to start (StartError)
Warning: an amount in a pod's resources cannot be read | deployment/deployment-2048 container x: cpu requests "1e3m" | write amounts such as 250m, 0.5, 256Mi or 1Gi
Ok: each pod fits a size of Fargate | deployment/deployment-2048: 16 vCPU, 120 GB | 
Error: a pod asks for more than any Fargate machine has, and stays Pending | deployment/deployment-2048: 17 vCPU, 0 GiB | ask for less: Fargate has at most 16 vCPU and 120 GB, of which Kubernetes takes 0.25 GB, and 175 GiB of ephemeral storage
Error: a pod asks for more than any Fargate machine has, and stays Pending | deployment/deployment-2048: 0 vCPU, 120 GiB | ask for less: Fargate has at most 16 vCPU and 120 GB, of which Kubernetes takes 0.25 GB, and 175 GiB of ephemeral storage
Ok: each pod fits a size of Fargate | deployment/deployment-2048: 0.25 vCPU, 0.5 GB, 100 GiB of ephemeral storage | 
Error: a pod asks for more than any Fargate machine has, and stays Pending | deployment/deployment-2048: 200 GiB of ephemeral storage | ask for less: Fargate has at most 16 vCPU and 120 GB, of which Kubernetes takes 0.25 GB, and 175 GiB of ephemeral storage
Warning: an amount in a pod's resources cannot be read | deployment/deployment-2048 container x: cpu requests "1 core" | write amounts such as 250m, 0.5, 256Mi or 1Gi
Warning: volumes may grow beyond the pod's ephemeral storage | deployment/deployment-2048: volumes of 50 GiB, ephemeral storage of 20 GiB | request as much, up to 175 GiB: resources.requests.ephemeral-storage
Warning: requests differ from limits: Fargate sizes a pod by its requests alone | deployment/deployment-2048 container i: cpu requests 3, limits 4 (sized 4 vCPU, 8 GB) | make requests and limits of each container equal (or give limits alone): more than was requested is not there, and containers with other limits may fail to start (StartError)
"#);
}

#[test]
fn live_pods_are_sized_too() {
    let mut lab = Lab::running();
    assert_eq!(
        one(&lab, "size").evidence,
        "deployment/deployment-2048: 0.25 vCPU, 0.5 GB"
    );
    for pod in known(&mut lab.kube.pods) {
        pod.0["metadata"]["annotations"] = json!({"CapacityProvisioned": "0.5vCPU 1GB"});
    }
    let evidence = one(&lab, "size").evidence;
    assert!(
        evidence.to_string().ends_with(" and 4 more: 0.5 vCPU, 1 GB"),
        "{evidence}"
    );
    known(&mut lab.kube.pods)[2].0["spec"] =
        json!({"containers": [{"name": "x", "resources": {"requests": {"cpu": 1}, "limits": {"cpu": 2}}}]});
    let finding = one(&lab, "size");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.evidence.to_string().starts_with("pod/"), "{}", finding.evidence);
}

#[test]
fn explanations_are_found_by_words() {
    let ids = |words: &str| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let found = super::search(&words);
        found.iter().map(|about| about.id).collect::<Vec<_>>()
    };
    assert!(ids("nat").contains(&"egress"), "{:?}", ids("nat"));
    assert!(
        ids("Free addresses").first() == Some(&"C12"),
        "{:?}",
        ids("Free addresses")
    );
    assert!(ids("no-such-word").is_empty());
}

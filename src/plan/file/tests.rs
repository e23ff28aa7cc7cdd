//! Plan files: what is written is read back, and everything that moved is named with its cause.

use serde_json::{Value, json};

use super::*;
use crate::plan::tests::make;
use crate::stack::fixtures::{Lab, known};

pub(super) fn save_for(lab: &Lab, goal: Goal, approvals: Approvals) -> SavedPlan {
    let stack = lab.stack(goal);
    SavedPlan::new(SavedPlanParts {
        made: "2026-11-24T03:00:00Z".parse().unwrap(),
        identity: Identity {
            account: lab.site.account.clone(),
            region: lab.site.region.clone(),
            cluster_arn: lab.site.cluster_arn(),
        },
        request: PlanRequest {
            flags: Vec::new(),
            environment: serde_json::to_value(&lab.environment).unwrap(),
            approvals,
        },
        stack: &stack,
        objects: &lab.objects,
        plan: make(lab, goal, approvals),
    })
}

pub(super) fn save(lab: &Lab) -> SavedPlan {
    save_for(lab, Goal::Ready, Approvals::default())
}

fn divergences(saved: &SavedPlan, fresh: &SavedPlan) -> Vec<String> {
    let text = saved.to_text().unwrap();
    let saved = SavedPlan::read(&text).unwrap();
    let moved = verify(&saved, fresh).err().unwrap_or_default();
    moved.iter().map(ToString::to_string).collect()
}

fn moved(before: &Lab, after: &Lab) -> Vec<String> {
    divergences(&save(before), &save(after))
}

#[test]
fn nothing_has_moved() {
    assert!(moved(&Lab::running(), &Lab::running()).is_empty());
    assert!(moved(&Lab::fresh(), &Lab::fresh()).is_empty());
    let removal = || save_for(&Lab::running(), Goal::Gone, Approvals::default());
    assert!(divergences(&removal(), &removal()).is_empty());
}

#[test]
fn everything_that_moved_is_named() {
    let mut after = Lab::running();
    after.live("Service")["metadata"]["resourceVersion"] = json!("101");
    after.live("Ingress")["metadata"]["uid"] = json!("another");
    after.remove("Deployment");
    known(&mut after.aws.profiles)[0].created_at = Some("2026-11-24T00:00:00Z".parse().unwrap());
    assert_eq!(
        moved(&Lab::running(), &after),
        [
            "profile/fargate-game-2048 was deleted and recreated",
            "service/service-2048 was changed",
            "ingress/ingress-2048 was deleted and recreated",
            "deployment/deployment-2048 was there and is missing now",
        ]
    );
    assert_eq!(
        moved(&Lab::fresh(), &Lab::running()).len(),
        7,
        "all but targets and proof"
    );
}

/// An ALB that labs of a class share is made by the first of them.
#[test]
fn what_others_of_the_class_have_made_meanwhile_is_no_news() {
    let mut after = Lab::fresh();
    after.aws.balancer = Lab::running().aws.balancer;
    let mut saved = save(&Lab::fresh());
    let balancer: NodeId = "balancer/k8s-fargateg-ingress2-b252ad69ce".parse().unwrap();
    let news = format!("{balancer} was missing and is there now");
    let found = |saved: &SavedPlan| verify(saved, &save(&after)).unwrap_err();
    assert_eq!(found(&saved)[0].to_string(), news);
    saved.others.insert(balancer);
    let found = verify(&saved, &save(&after)).err().unwrap_or_default();
    assert!(!found.iter().any(|moved| moved.to_string() == news), "{found:?}");
}

#[test]
fn another_place_is_all_that_is_named() {
    let mut after = Lab::fresh();
    after.site.account = "1".to_owned();
    after.environment.lab.name = "other".to_owned();
    assert_eq!(
        moved(&Lab::running(), &after),
        [
            "the account was 410691154611 and is now 1",
            "the cluster was arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop and is now \
             arn:aws:eks:ap-northeast-2:1:cluster/eksworkshop",
            "the lab was fargate-game-2048 and is now other",
        ]
    );
}

#[test]
fn each_value_and_flag_that_was_another_is_named() {
    let mut after = Lab::running();
    after.environment.app.image = "other".to_owned();
    after.environment.confirm = !after.environment.confirm;
    after.render(None);
    let replace = Approvals {
        replace: true,
        ..Approvals::default()
    };
    assert_eq!(
        divergences(
            &save(&Lab::running()),
            &save_for(&after, Goal::Ready, Approvals { adopt: true, ..replace })
        ),
        [
            "the plan was made without --adopt, which is given now",
            "the plan was made without --replace, which is given now",
            "app.image was public.ecr.aws/l6m2t8p7/docker-2048:latest and is now other",
        ]
    );
    assert_eq!(
        divergences(&save_for(&Lab::running(), Goal::Ready, replace), &save(&Lab::running())),
        ["the plan was made with --replace, which is not given now"]
    );
}

#[test]
fn what_makes_no_difference_is_no_divergence() {
    let mut after = Lab::running();
    after.environment.confirm = !after.environment.confirm;
    after.environment.name = "other".to_owned();
    assert!(moved(&Lab::running(), &after).is_empty());
}

#[test]
fn another_template_is_named() {
    let mut after = Lab::running();
    after.wanted("Service")["metadata"]["labels"]["team"] = json!("blue");
    assert_eq!(
        moved(&Lab::running(), &after),
        ["the templates make another service/service-2048 than they did"]
    );
}

#[test]
fn another_effect_of_the_same_things_is_named() {
    let mut after = Lab::running();
    known(&mut after.aws.profiles)[0].status = "CREATE_FAILED".into();
    assert_eq!(
        moved(&Lab::running(), &after),
        ["profile/fargate-game-2048: the plan was to leave it, now it is to replace it"]
    );
    // A subnet more in the VPC: the profile that is to be created gets it, too.
    let mut after = Lab::fresh();
    known(&mut after.site.private_subnets).push("subnet-new".to_owned());
    let found = moved(&Lab::fresh(), &after);
    assert!(
        found[0]
            .starts_with("profile/fargate-game-2048 would come out otherwise than planned: desired.profile.subnets"),
        "{found:?}"
    );
}

#[test]
fn a_file_is_used_only_as_it_was_written() {
    let text = save(&Lab::fresh()).to_text().unwrap();
    assert!(SavedPlan::read(&text.replace('\n', "\r\n")).is_ok(), "git may do that");
    let cases = [
        (
            text.replace("l6m2t8p7/docker-2048", "evil/docker-2048"),
            "changed after",
        ),
        (
            text.replace("\"balancerHourly\": 0.0225", "\"balancerHourly\": 0.0"),
            "changed after",
        ),
        (
            text.replacen("\"format\": 2", "\"format\": 1", 1),
            "it has format 1, and this version reads format 2",
        ),
        (r#"{"plan": {}, "summary": {}}"#.to_owned(), "that `-o json` printed"),
        ("apiVersion: v1".to_owned(), "it is no plan"),
        ("[]".to_owned(), "it is no plan"),
        (String::new(), "it is no plan"),
    ];
    for (changed, words) in cases {
        assert_ne!(changed, text);
        let error = SavedPlan::read(&changed).unwrap_err().to_string();
        assert!(error.contains(words), "{error}: {words}");
    }
}

#[test]
fn the_whole_plan_comes_back() {
    let saved = save(&Lab::fresh());
    let read = SavedPlan::read(&saved.to_text().unwrap()).unwrap();
    let value = |saved: &SavedPlan| -> Value { serde_json::to_value(&saved.plan).unwrap() };
    assert_eq!(value(&read), value(&saved));
}

//! A removal where the load balancer controller does not do its part: told before anything is done, done by hand on the
//! user's word, and nothing left but what is told.

mod disturbed;

use std::time::Duration;

use lab2048_sandbox::{Breakage, testing};
use lab2048_testing::{Lab, Run};
use serde_json::{Value, json};

const NAMESPACE: &str = "fargate-game-2048";
const CONTROLLER: &str = "/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller";
const CLASS: &str = "/apis/networking.k8s.io/v1/ingressclasses/alb";
const INGRESS: &str = "/apis/networking.k8s.io/v1/namespaces/fargate-game-2048/ingresses/ingress-2048";
const WEBHOOKS: [&str; 2] = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

/// A lab that has been applied, and the world as it was before.
async fn applied() -> (Lab, String) {
    let lab = Lab::new(2048);
    let before = lab.shape();
    lab.call("apply").await.exits(0);
    (lab, before)
}

async fn delete(lab: &Lab, path: &str) {
    lab.send("DELETE", path, &Value::Null).await;
    lab.world.sleep(Duration::from_secs(5)).await;
}

/// Changes the arguments of the controller.
async fn with_argument(lab: &Lab, from: &str, to: &str) {
    let all = testing::objects(&lab.world, "apps", "deployments", Some("kube-system"));
    let controller = all
        .into_iter()
        .find(|found| found["metadata"]["name"] == "aws-load-balancer-controller")
        .unwrap();
    let mut containers = controller["spec"]["template"]["spec"]["containers"].clone();
    let args = containers[0]["args"].as_array_mut().unwrap();
    let changed = args
        .iter_mut()
        .find(|arg| arg.as_str().is_some_and(|arg| arg.starts_with(from)));
    match changed {
        Some(arg) => *arg = to.into(),
        None => args.push(to.into()),
    }
    let patch = json!({"spec": {"template": {"spec": {"containers": containers}}}});
    lab.send("PATCH", CONTROLLER, &patch).await;
    lab.world.sleep(Duration::from_secs(90)).await;
}

/// What `helm uninstall` takes, in one go: the custom resources stay.
async fn uninstall(lab: &Lab) {
    uninstall_webhooks(lab).await;
    delete(lab, CONTROLLER).await;
    delete(lab, CLASS).await;
}

async fn uninstall_webhooks(lab: &Lab) {
    for resource in WEBHOOKS {
        for found in testing::objects(&lab.world, "admissionregistration.k8s.io", resource, None) {
            let name = found["metadata"]["name"].as_str().unwrap();
            delete(lab, &format!("/apis/admissionregistration.k8s.io/v1/{resource}/{name}")).await;
        }
    }
}

/// It is refused with these words, at once and with nothing done; `plan --destroy` says the same.
async fn refuses(lab: &Lab, words: &str) -> Run {
    let shape = lab.shape();
    lab.call("plan --destroy").await.exits(4).prints(words);
    let (run, took) = lab.timed("destroy").await;
    let run = run
        .exits(4)
        .prints(words)
        .prints("--without-controller")
        .prints("Nothing was changed");
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert_eq!(lab.shape(), shape);
    run
}

/// By hand everything goes, each thing named beforehand, and the webhooks of others' labs are as they were.
async fn goes_by_hand(lab: &Lab, before: &str) {
    let webhooks = selectors(lab);
    let mut run = lab.call("destroy --without-controller -v").await.exits(0);
    for words in [
        "deletes load balancer k8s-fargateg-ingress2-b252ad69ce",
        "deletes target group k8s-fargateg-service2-",
        "deletes security group sg-",
        "looked for load balancers: none left",
        "looked for security groups: none left",
    ] {
        run = run.prints(words);
    }
    assert_eq!(selectors(lab), webhooks);
    assert_eq!(lab.shape(), before);
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split(after).next().unwrap()
}

/// The namespace selectors of all webhooks.
fn selectors(lab: &Lab) -> Vec<Value> {
    let all = WEBHOOKS.map(|resource| testing::objects(&lab.world, "admissionregistration.k8s.io", resource, None));
    let webhooks = all
        .into_iter()
        .flatten()
        .flat_map(|found| found["webhooks"].as_array().cloned().unwrap());
    // A selector without requirements selects everything, as does one with an empty list of them.
    let requirements = webhooks.map(|webhook| webhook["namespaceSelector"]["matchExpressions"].clone());
    requirements
        .map(|found| if found == json!([]) { Value::Null } else { found })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_controller_without_pods_is_told_and_comes_back_or_is_done_without() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    let run = refuses(&lab, "has no ready pod").await;
    run.prints("lab2048 sandbox mend lbc-absent");
    lab.world.mend(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before, "it comes back, and the removal goes its usual way");

    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    goes_by_hand(&lab, &before).await;
}

#[tokio::test(start_paused = true)]
async fn an_ingress_that_hangs_already_goes_by_hand() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    delete(&lab, INGRESS).await;
    delete(&lab, &format!("/api/v1/namespaces/{NAMESPACE}")).await;
    refuses(&lab, "has no ready pod").await;
    goes_by_hand(&lab, &before).await;
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_was_uninstalled_is_done_without() {
    let (lab, _) = applied().await;
    uninstall(&lab).await;
    refuses(&lab, "is not installed").await;
    lab.call("destroy --without-controller").await.exits(0);
    let world = lab.inventory();
    assert!(world.load_balancers.is_empty() && world.target_groups.is_empty() && world.profiles.is_empty());
    assert!(lab.live("networking.k8s.io", "ingresses", "ingress-2048").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_class_that_is_gone_is_told_and_made_again_or_done_without() {
    let class = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"},
        "spec": {"controller": "ingress.k8s.aws/alb"},
    });
    let (lab, _) = applied().await;
    delete(&lab, CLASS).await;
    refuses(&lab, "IngressClass alb is gone").await;
    lab.send("POST", "/apis/networking.k8s.io/v1/ingressclasses", &class)
        .await;
    lab.call("destroy").await.exits(0);

    let (lab, _) = applied().await;
    delete(&lab, CLASS).await;
    lab.call("destroy --without-controller").await.exits(0);
    assert!(lab.inventory().load_balancers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_controller_of_another_cluster_would_leave_everything_behind() {
    let (lab, _) = applied().await;
    with_argument(&lab, "--cluster-name=", "--cluster-name=another").await;
    refuses(&lab, "runs with --cluster-name another").await;
    with_argument(&lab, "--cluster-name=", "--cluster-name=eksworkshop").await;
    lab.call("destroy").await.exits(0);

    let (lab, _) = applied().await;
    with_argument(&lab, "--watch-namespace", "--watch-namespace=kube-system").await;
    refuses(&lab, "watches namespace kube-system alone").await;
    lab.call("destroy --without-controller").await.exits(0);
    assert!(lab.inventory().load_balancers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_webhook_without_endpoint_is_told_and_passed_by() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::WebhookDown);
    refuses(&lab, "webhook has no endpoint").await;
    goes_by_hand(&lab, &before).await;
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_may_not_delete_is_named_in_the_wait_and_done_without() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcDenied);
    // Nothing shows it: the controller writes no event about an Ingress that is being deleted.
    let run = lab.call("destroy --timeout 12m").await.exits(5);
    run.prints("k8s-fargateg-ingress2-b252ad69ce is still there")
        .prints("--without-controller");
    assert_eq!(lab.inventory().profiles.len(), 1, "nothing goes before the ALB");
    goes_by_hand(&lab, &before).await;
}

#[tokio::test(start_paused = true)]
async fn what_forced_finalizers_have_left_goes_by_hand() {
    let (lab, before) = applied().await;
    lab.world.break_(Breakage::LbcDenied);
    lab.force_finalizers().await;
    lab.call("destroy").await.exits(1).prints("--without-controller");
    goes_by_hand(&lab, &before).await;
}

#[tokio::test(start_paused = true)]
async fn a_controller_at_work_is_left_its_work() {
    let (lab, before) = applied().await;
    lab.call("destroy --without-controller")
        .await
        .exits(1)
        .prints("the load balancer controller is at work")
        .prints("Nothing was changed");
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before);
    lab.call("destroy --without-controller")
        .await
        .exits(0)
        .prints("nothing of the lab");
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_somebody_else_is_named_with_the_way_to_take_it_out() {
    let (lab, before) = applied().await;
    let named = |prefix: &str| {
        let form = format!(
            "Action=DescribeSecurityGroups&Version=2016-11-15&Filter.1.Name=group-name&Filter.1.Value.1={prefix}*"
        );
        let answer = lab.aws("ec2", "POST", "/", form);
        async { between(&answer.await, "<groupId>", "<").to_owned() }
    };
    let (own, cluster) = (named("k8s-fargateg").await, named("eks-cluster-sg").await);
    let rule = |action: &str| {
        format!(
            "Action={action}&Version=2016-11-15&GroupId={cluster}&IpPermissions.1.IpProtocol=tcp\
             &IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22&IpPermissions.1.Groups.1.GroupId={own}"
        )
    };
    lab.aws("ec2", "POST", "/", rule("AuthorizeSecurityGroupIngress")).await;
    lab.call("destroy --timeout 12m")
        .await
        .exits(5)
        .prints(&format!("still names {own} as its source"))
        .prints(&format!(
            "aws ec2 revoke-security-group-ingress --group-id {cluster} --protocol tcp --port 22 --source-group {own}"
        ));
    lab.aws("ec2", "POST", "/", rule("RevokeSecurityGroupIngress")).await;
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn what_was_removed_by_hand_before_is_no_obstacle() {
    let (lab, before) = applied().await;
    for kind in ["LoadBalancer", "TargetGroup"] {
        let call = |form: String| {
            lab.aws(
                "elasticloadbalancing",
                "POST",
                "/",
                format!("Version=2015-12-01&{form}"),
            )
        };
        let found = call(format!("Action=Describe{kind}s")).await;
        let arn = between(&found, &format!("<{kind}Arn>"), "<");
        let arn: String = url::form_urlencoded::byte_serialize(arn.as_bytes()).collect();
        call(format!("Action=Delete{kind}&{kind}Arn={arn}")).await;
    }
    lab.call("destroy").await.exits(0);
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn what_another_lab_uses_too_stays() {
    let (lab, _) = applied().await;
    lab.call("apply --set lab.name=lab2048-other").await.exits(0);
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(60)).await;
    lab.call("destroy --without-controller").await.exits(0);
    let world = lab.inventory();
    assert_eq!(world.load_balancers.len(), 1, "{:?}", world.load_balancers);
    assert_eq!(
        world.security_groups.len(),
        2,
        "its own and the shared one: {:?}",
        world.security_groups
    );
    lab.call("destroy --without-controller")
        .await
        .exits(0)
        .prints("nothing of the lab");
    lab.world.mend(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_secs(120)).await;
    lab.call("status --set lab.name=lab2048-other --detailed-exitcode")
        .await
        .exits(0);
    lab.call("destroy --set lab.name=lab2048-other").await.exits(0);
    assert!(lab.inventory().security_groups.is_empty());
}

//! The way to the game is the controller's, not the templates': parameters of the class and hosts of rules are followed.

use bytes::Bytes;
use http::Request;
use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use serde_json::json;

const PARAMS: &str = "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams/alb?fieldManager=admin";

#[tokio::test(start_paused = true)]
async fn a_group_and_a_name_of_the_class_are_followed_from_plan_to_destroy() {
    let lab = Lab::new(53);
    let patch = json!({"spec": {"group": {"name": "class"}}}).to_string();
    let media = "application/merge-patch+json";
    let request = testing::kubernetes_request(&lab.world, "PATCH", PARAMS, media, patch.into()).unwrap();
    assert_eq!(lab.world.call(request).await.status(), 200);
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("group: class (the ALB is shared)");
    let run = lab.call("apply").await.exits(Exit::Done);
    let url = run.last_line().to_owned();
    assert!(url.starts_with("http://k8s-class-"), "{url}");
    lab.call("plan").await.exits(Exit::Done).prints("No changes");
    lab.call("status").await.exits(Exit::Done).prints(&url);
    lab.call("destroy").await.exits(Exit::Done);
    assert_eq!(testing::aws(&lab.world).load_balancers.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_a_rule_asks_for_is_asked_for() {
    let lab = Lab::new(59);
    let folder = lab.folder().join("mine/k8s");
    std::fs::create_dir_all(&folder).unwrap();
    let built_in = include_str!("../../templates/k8s/ingress.yaml");
    let named = built_in.replace("    - http:", "    - host: game.test\n      http:");
    std::fs::write(folder.join("ingress.yaml"), named).unwrap();
    let run = lab.call("apply --templates mine").await.exits(Exit::Done);
    assert_eq!(run.last_line(), "http://game.test");
    lab.call("status --templates mine")
        .await
        .exits(Exit::Done)
        .prints("http://game.test");
    // Under its own name the load balancer has no rule.
    let balancers = testing::aws(&lab.world).load_balancers;
    let own = format!("http://{}/", balancers.values().next().unwrap().dns_name);
    let answers = [("game.test", 200), ("other.test", 404)];
    for (name, status) in answers {
        let request = Request::get(&own).header("host", name).body(Bytes::new()).unwrap();
        assert_eq!(lab.world.call(request).await.status(), status, "{name}");
    }
}

//! How the game is reached: names, paths, rules, certificates; each told, and asked for at the ALB as a client would.

use bytes::Bytes;
use http::Request;
use lab2048::app::Exit;
use lab2048_sandbox::testing::{self, Certificate};
use lab2048_testing::Lab;
use serde_json::Value;

const ARN: &str = "arn:aws:acm:ap-northeast-2:410691154611:certificate/12345678-1234-1234-1234-123456789012";

/// Writes the lab's Ingress as a template of its own: annotations without their prefix, and the spec.
fn write_ingress(lab: &Lab, annotations: &[(&str, &str)], spec: &str) {
    let mut text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  namespace: {{ app.namespace }}\n  \
                    name: {{ app.ingress }}\n  annotations:\n    alb.ingress.kubernetes.io/scheme: internet-facing\n    \
                    alb.ingress.kubernetes.io/target-type: ip\n"
        .to_owned();
    for (name, value) in annotations {
        text.extend(["    alb.ingress.kubernetes.io/", name, ": '", value, "'\n"]);
    }
    text.push_str("spec:\n  ingressClassName: alb\n");
    text.push_str(spec);
    let folder = lab.folder().join("mine/k8s");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ingress.yaml"), text).unwrap();
    let other = "apiVersion: v1\nkind: Service\nmetadata: {namespace: fargate-game-2048, name: other}\nspec: {selector: {app: \
                 none}, ports: [{port: 80}]}\n";
    std::fs::write(folder.join("other.yaml"), other).unwrap();
}

/// The line of a path that leads to a Service.
fn path(kind: &str, path: &str, service: &str, port: &str) -> String {
    format!(
        "          - {{path: '{path}', pathType: {kind}, backend: {{service: {{name: {service}, port: {port}}}}}}}\n"
    )
}

fn own(kind: &str, at: &str) -> String {
    path(kind, at, "service-2048", "{number: 80}")
}

fn annotated(at: &str, action: &str) -> String {
    path("Prefix", at, action, "{name: use-annotation}")
}

/// Rules without a host.
fn rules(paths: &[String]) -> String {
    format!("  rules:\n    - http:\n        paths:\n{}", paths.concat())
}

fn named(host: &str, paths: &[String]) -> String {
    format!("    - host: '{host}'\n      http:\n        paths:\n{}", paths.concat())
}

/// The DNS name of the only ALB.
fn balancer(lab: &Lab) -> String {
    let balancers = testing::aws(&lab.world).load_balancers;
    assert_eq!(balancers.len(), 1, "{:?}", balancers.keys());
    balancers.into_values().next().unwrap().dns_name
}

/// The status of the ALB's answer to a request under a name.
async fn asked(lab: &Lab, name: &str, path: &str) -> u16 {
    let url = format!("http://{}{path}", balancer(lab));
    let request = Request::get(url).header("host", name).body(Bytes::new()).unwrap();
    lab.world.call(request).await.status().as_u16()
}

#[tokio::test(start_paused = true)]
async fn a_host_is_asked_for_and_told_with_its_record() {
    let lab = Lab::new(59);
    let apply = "apply --set ingress.host=game.example.com";
    let run = lab.call(apply).await.exits(Exit::Done);
    let record = format!("game.example.com CNAME {}", balancer(&lab));
    assert_eq!(run.last_line(), "http://game.example.com");
    run.prints(&record);
    for (name, status) in [
        ("game.example.com", 200),
        ("Game.Example.Com", 200),
        ("other.example.com", 404),
    ] {
        assert_eq!(asked(&lab, name, "/").await, status, "{name}");
    }
    assert_eq!(asked(&lab, &balancer(&lab), "/").await, 404);
    lab.call("plan --set ingress.host=game.example.com")
        .await
        .exits(Exit::Done)
        .prints("No changes");
    let status = lab
        .call("status --set ingress.host=game.example.com")
        .await
        .exits(Exit::Done);
    assert_eq!(status.last_line(), "http://game.example.com");
    status.prints(&record);
    let status = lab.call("status --set ingress.host=game.example.com -o json").await;
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["url"], "http://game.example.com");
    assert_eq!(status["dns"]["type"], "CNAME");
    assert_eq!(status["dns"]["value"], balancer(&lab));
}

#[tokio::test(start_paused = true)]
async fn of_several_names_and_paths_one_that_leads_there_is_taken() {
    let cases = [
        (
            "a path below a name",
            format!("  rules:\n{}", named("game.test", &[own("Exact", "/index.html")])),
            "http://game.test/index.html",
        ),
        (
            "any name of a domain",
            format!("  rules:\n{}", named("*.game.test", &[own("Prefix", "/")])),
            "http://lab2048.game.test",
        ),
        (
            "two names, of which one leads elsewhere",
            format!(
                "  rules:\n{}{}",
                named("api.test", &[path("Prefix", "/", "nobody", "{number: 80}")]),
                named("game.test", &[own("Prefix", "/")])
            ),
            "http://game.test",
        ),
        (
            "a pattern",
            rules(&[
                path("Prefix", "/api", "nobody", "{number: 80}"),
                own("ImplementationSpecific", "/*"),
            ]),
            "http://ALB",
        ),
        (
            "an exact path before a prefix that would take it",
            rules(&[
                path("Prefix", "/", "nobody", "{number: 80}"),
                own("Exact", "/index.html"),
            ]),
            "http://ALB/index.html",
        ),
        (
            "a default backend alone",
            "  defaultBackend: {service: {name: service-2048, port: {number: 80}}}\n".to_owned(),
            "http://ALB",
        ),
    ];
    for (what, spec, url) in cases {
        let lab = Lab::new(61);
        write_ingress(&lab, &[], &spec);
        let run = lab.call("apply --templates mine").await.exits(Exit::Done);
        let url = url.replace("ALB", &balancer(&lab));
        assert_eq!(run.last_line(), url, "{what}");
        let status = lab.call("status --templates mine").await.exits(Exit::Done);
        assert_eq!(status.last_line(), url, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn actions_lead_there_or_are_led_around() {
    let to_page = r#"{"type": "redirect", "redirectConfig": {"path": "/index.html", "statusCode": "HTTP_302"}}"#;
    let weighted = r#"{"Type": "forward", "ForwardConfig": {"TargetGroups": [
        {"ServiceName": "service-2048", "ServicePort": "80", "Weight": 90},
        {"ServiceName": "other", "ServicePort": 80, "Weight": 10}]}}"#;
    let teapot = r#"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "418", "messageBody": "tea"}}"#;
    let cases = [
        (
            "a redirect to the page",
            "actions.to-page",
            to_page,
            vec![own("Exact", "/index.html"), annotated("/", "to-page")],
            "/index.html",
            302,
        ),
        (
            "a forward by weights",
            "actions.both",
            weighted,
            vec![annotated("/", "both")],
            "",
            200,
        ),
        (
            "a fixed answer for the rest",
            "actions.tea",
            teapot,
            vec![own("Exact", "/index.html"), annotated("/", "tea")],
            "/index.html",
            418,
        ),
    ];
    for (what, key, action, paths, url, root) in cases {
        let lab = Lab::new(67);
        write_ingress(
            &lab,
            &[(key, action.replace("\n        ", "").as_str())],
            &rules(&paths),
        );
        let run = lab.call("apply --templates mine").await.exits(Exit::Done);
        assert_eq!(run.last_line(), format!("http://{}{url}", balancer(&lab)), "{what}");
        assert_eq!(asked(&lab, &balancer(&lab), "/").await, root, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_to_itself_is_no_rule_and_one_to_nothing_ends_the_proof() {
    let circle = r#"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}"#;
    let lab = Lab::new(71);
    let paths = [annotated("/", "circle"), own("Prefix", "/")];
    write_ingress(&lab, &[("actions.circle", circle)], &rules(&paths));
    lab.call("apply --templates mine").await.exits(Exit::Done);
    let lab = Lab::new(71);
    write_ingress(&lab, &[("actions.circle", circle)], &rules(&[annotated("/", "circle")]));
    lab.call("apply --templates mine")
        .await
        .exits(Exit::Check)
        .prints("no rule of the Ingress leads to the Service");
}

#[tokio::test(start_paused = true)]
async fn what_conditions_ask_for_is_sent_or_said() {
    let conditions = |text: &str| format!("[{text}]");
    let cases = [
        (
            r#"{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Lab", "values": ["20*"]}}"#,
            "header `X-Lab: 20`",
            "http://ALB",
        ),
        (
            r#"{"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "2"}, {"value": "x"}]}}"#,
            "http",
            "http://ALB/?v=2",
        ),
        (
            r#"{"field": "host-header", "hostHeaderConfig": {"values": ["game.test"]}}"#,
            "game.test CNAME",
            "http://game.test",
        ),
        (
            r#"{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD"]}}"#,
            "http",
            "http://ALB",
        ),
        (
            r#"{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}"#,
            "a sender in 10.0.0.0/8",
            "http://ALB",
        ),
        (
            r#"{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["POST"]}}"#,
            "the method POST",
            "http://ALB",
        ),
    ];
    for (condition, said, url) in cases {
        let lab = Lab::new(73);
        let annotation = conditions(condition);
        write_ingress(
            &lab,
            &[("conditions.service-2048", annotation.as_str())],
            &rules(&[own("Prefix", "/")]),
        );
        let run = lab.call("apply --templates mine").await.exits(Exit::Done);
        assert_eq!(run.last_line(), url.replace("ALB", &balancer(&lab)), "{condition}");
        run.prints(said);
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_names_the_game() {
    let certificate = |names: &[&str]| Certificate {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Certificate::default()
    };
    let cases = [
        (vec![], None, "https://game.example.com"),
        (
            vec!["play.example.com", "*.example.com"],
            None,
            "https://play.example.com",
        ),
        (vec!["*.example.com"], None, "https://lab2048.example.com"),
        (
            vec!["*.example.com"],
            Some("game.example.com"),
            "https://game.example.com",
        ),
    ];
    for (names, host, url) in cases {
        let lab = Lab::new(79);
        if !names.is_empty() {
            let certificate = certificate(&names);
            testing::change_aws(&lab.world, |aws| {
                aws.certificates.insert(ARN.to_owned(), certificate);
            });
        }
        let host = host.map_or_else(String::new, |host| format!(" --set ingress.host={host}"));
        let settings = format!("--set ingress.certificateArn={ARN}{host}");
        let run = lab.call(&format!("apply {settings}")).await.exits(Exit::Done);
        assert_eq!(run.last_line(), url);
        let name = url.strip_prefix("https://").unwrap();
        run.prints(&format!("{name} CNAME {}", balancer(&lab)));
        let status = lab.call(&format!("status {settings}")).await.exits(Exit::Done);
        assert_eq!(status.last_line(), url);
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_clients_refuse_fails_at_once_and_says_why() {
    let usual = Certificate {
        names: vec!["game.example.com".to_owned()],
        ..Certificate::default()
    };
    let cases = [
        (
            Certificate {
                expired: true,
                ..usual.clone()
            },
            "",
            "out of date",
        ),
        (
            Certificate {
                self_signed: true,
                ..usual.clone()
            },
            "",
            "not trusted here",
        ),
        (usual, " --set ingress.host=other.example.com", "for another name"),
    ];
    for (certificate, host, why) in cases {
        let lab = Lab::new(83);
        testing::change_aws(&lab.world, |aws| {
            aws.certificates.insert(ARN.to_owned(), certificate);
        });
        let apply = format!("apply --set ingress.certificateArn={ARN}{host}");
        let (run, took) = lab.timed(&apply).await;
        run.exits(Exit::Failed).prints(why);
        assert!(took.as_secs() < 600, "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn http_leads_to_https() {
    let lab = Lab::new(89);
    let annotations = [
        ("listen-ports", r#"[{"HTTP": 80}, {"HTTPS": 8443}]"#),
        ("ssl-redirect", "8443"),
        ("certificate-arn", ARN),
    ];
    let spec = format!("  rules:\n{}", named("game.test", &[own("Prefix", "/")]));
    write_ingress(&lab, &annotations, &spec);
    let run = lab.call("apply --templates mine").await.exits(Exit::Done);
    assert_eq!(run.last_line(), "https://game.test:8443");
    let url = format!("http://{}/x?y=1", balancer(&lab));
    let request = Request::get(url)
        .header("host", "game.test")
        .body(Bytes::new())
        .unwrap();
    let answer = lab.world.call(request).await;
    assert_eq!(answer.status(), 301);
    assert_eq!(answer.headers()["location"], "https://game.test:8443/x?y=1");
}

use serde_json::{Value, json};

use super::*;
use crate::lbc::IngressFacts;

const SERVICE: &str = "service-2048";

fn path(path: &str, kind: &str, service: &str) -> Value {
    json!({"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": {"number": 80}}}})
}

/// A backend whose action is an annotation's.
fn annotated(at: &str, action: &str) -> Value {
    json!({"path": at, "pathType": "Prefix", "backend": {"service": {"name": action, "port": {"name": "use-annotation"}}}})
}

/// An Ingress with these annotations, their prefix left out, and rules of a host and its paths.
fn ingress(annotations: &Value, rules: &[(&str, Vec<Value>)]) -> Object {
    let rules: Vec<Value> = rules
        .iter()
        .map(|(host, paths)| match *host {
            "" => json!({"http": {"paths": paths}}),
            host => json!({"host": host, "http": {"paths": paths}}),
        })
        .collect();
    let annotations: serde_json::Map<String, Value> = annotations
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (format!("alb.ingress.kubernetes.io/{key}"), value.clone()))
        .collect();
    Object(json!({
        "metadata": {"namespace": "n", "name": "i", "annotations": annotations},
        "spec": {"rules": rules},
    }))
}

fn reach(ingress: &Object, params: Option<&Object>) -> String {
    let facts = IngressFacts {
        params,
        ..IngressFacts::alone(ingress)
    };
    match Reach::of(ingress, &IngressSettings::of(&facts), SERVICE) {
        Reach::Open(endpoint) => {
            let headers = endpoint
                .headers
                .iter()
                .map(|(name, value)| format!(" with {name}: {value}"));
            endpoint.url("ALB") + &headers.collect::<String>()
        }
        Reach::Narrowed { port, why } => format!("narrowed on {port}: {why}"),
        Reach::Closed(why) => format!("closed: {why}"),
    }
}

fn own(at: &str) -> Value {
    path(at, "Prefix", SERVICE)
}

#[test]
fn the_plainest_way_is_taken() {
    let plain = json!({});
    let certificate = json!({"certificate-arn": "arn:c"});
    let both = json!({"listen-ports": "[{\"HTTP\": 80}, {\"HTTPS\": 443}]", "certificate-arn": "arn:c"});
    let table = [
        ("no host", ingress(&plain, &[("", vec![own("/")])]), "http://ALB"),
        (
            "a host",
            ingress(&plain, &[("game.test", vec![own("/")])]),
            "http://game.test",
        ),
        (
            "any host of a domain",
            ingress(&plain, &[("*.Game.test", vec![own("/")])]),
            "http://lab2048.game.test",
        ),
        (
            "no host before a host",
            ingress(&plain, &[("game.test", vec![own("/")]), ("", vec![own("/2048")])]),
            "http://ALB/2048",
        ),
        (
            "the shorter of two paths",
            ingress(&plain, &[("", vec![own("/2048"), own("/g")])]),
            "http://ALB/g",
        ),
        (
            "the path of our Service",
            ingress(&plain, &[("", vec![path("/", "Prefix", "other"), own("/2048/")])]),
            "http://ALB/2048",
        ),
        (
            "an exact path",
            ingress(&plain, &[("", vec![path("/2048/", "Exact", SERVICE)])]),
            "http://ALB/2048/",
        ),
        (
            "a pattern",
            ingress(
                &plain,
                &[("", vec![path("/g?me/*", "ImplementationSpecific", SERVICE)])],
            ),
            "http://ALB/gxme/",
        ),
        (
            "no path",
            ingress(&plain, &[("", vec![path("", "ImplementationSpecific", SERVICE)])]),
            "http://ALB",
        ),
        (
            "a certificate",
            ingress(&certificate, &[("game.test", vec![own("/")])]),
            "https://game.test",
        ),
        ("both", ingress(&both, &[("", vec![own("/")])]), "https://ALB"),
        (
            "another port",
            ingress(&json!({"listen-ports": "[{\"HTTP\": 8081}]"}), &[("", vec![own("/")])]),
            "http://ALB:8081",
        ),
        (
            "a group",
            ingress(&json!({"group.name": "class"}), &[("", vec![own("/minji")])]),
            "http://ALB/minji",
        ),
        (
            "a redirect to TLS",
            ingress(
                &json!({"listen-ports": "[{\"HTTP\": 80}, {\"HTTPS\": 8443}]", "ssl-redirect": "8443"}),
                &[("game.test", vec![own("/")])],
            ),
            "https://game.test:8443",
        ),
        (
            "a redirect to TLS in the old way",
            ingress(
                &json!({
                    "listen-ports": "[{\"HTTP\": 80}, {\"HTTPS\": 443}]",
                    "actions.ssl-redirect": "{\"Type\": \"redirect\", \"RedirectConfig\":
                        {\"Protocol\": \"HTTPS\", \"Port\": \"443\", \"StatusCode\": \"HTTP_301\"}}",
                }),
                &[("", vec![annotated("/", "ssl-redirect"), own("/")])],
            ),
            "https://ALB",
        ),
    ];
    for (what, ingress, wanted) in table {
        assert_eq!(reach(&ingress, None), wanted, "{what}");
    }
}

#[test]
fn names_of_certificates_class_parameters_and_default_backends() {
    let mut named = ingress(&json!({"certificate-arn": "arn:c"}), &[("", vec![own("/")])]);
    named.0["spec"]["tls"] = json!([{"hosts": ["game.test"]}]);
    assert_eq!(reach(&named, None), "https://game.test");
    let plain = ingress(&json!({}), &[("", vec![own("/")])]);
    let params = Object(json!({"spec": {"certificateArn": ["arn:c"]}}));
    assert_eq!(reach(&plain, Some(&params)), "https://ALB");
    let mut default = ingress(&json!({}), &[("", vec![path("/api", "Prefix", "other")])]);
    default.0["spec"]["defaultBackend"] = json!({"service": {"name": SERVICE, "port": {"number": 80}}});
    assert_eq!(reach(&default, None), "http://ALB");
}

#[test]
fn actions_and_conditions_decide_who_gets_there() {
    let conditions = |text: &str| {
        let annotations = json!({format!("conditions.{SERVICE}"): text});
        reach(&ingress(&annotations, &[("", vec![own("/")])]), None)
    };
    let action = |text: &str| {
        let annotations = json!({"actions.mine": text});
        reach(&ingress(&annotations, &[("", vec![annotated("/", "mine")])]), None)
    };
    let nobody = "closed: no rule of the Ingress leads to the Service service-2048";
    let table = [
        (
            conditions(r#"[{"field": "host-header", "hostHeaderConfig": {"values": ["game.test"]}}]"#),
            "http://game.test",
        ),
        (
            conditions(
                r#"[{"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "2*"}]}}]"#,
            ),
            "http://ALB/?v=2",
        ),
        (
            conditions(r#"[{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD"]}}]"#),
            "http://ALB",
        ),
        (
            conditions(r#"[{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["POST"]}}]"#),
            "narrowed on 80: the method POST",
        ),
        (
            conditions(
                r#"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Lab", "values": ["1"]}}]"#,
            ),
            "http://ALB with X-Lab: 1",
        ),
        (
            conditions(r#"[{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}]"#),
            "narrowed on 80: a sender in 10.0.0.0/8",
        ),
        (
            conditions(r#"[{"field": "mood"}]"#),
            "closed: annotation conditions.service-2048: unknown condition mood",
        ),
        (
            action(
                r#"{"type": "forward", "forwardConfig": {"targetGroups": [
                {"serviceName": "other", "servicePort": 80, "weight": 90},
                {"serviceName": "service-2048", "servicePort": 80, "weight": 10}]}}"#,
            ),
            "http://ALB",
        ),
        (
            action(
                r#"{"type": "forward", "forwardConfig": {"targetGroups": [
                {"serviceName": "other", "servicePort": 80, "weight": 100},
                {"serviceName": "service-2048", "servicePort": 80, "weight": 0}]}}"#,
            ),
            nobody,
        ),
        (
            action(r#"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "200"}}"#),
            nobody,
        ),
        (
            action(r#"{"type": "sing"}"#),
            "closed: annotation actions.mine: unknown action type sing",
        ),
    ];
    for (found, wanted) in table {
        assert_eq!(found, wanted);
    }
}

#[test]
fn what_an_earlier_condition_takes_is_asked_for_otherwise() {
    // The rule for a header comes first, and must not take what the plain one is asked with.
    let header = r#"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Lab", "values": ["*"]}}]"#;
    let annotations = json!({"conditions.other": header});
    let both = [("", vec![path("/", "Exact", "other"), own("/")])];
    assert_eq!(reach(&ingress(&annotations, &both), None), "http://ALB");
    // A rule without conditions takes what has a query, too.
    let query = r#"[{"field": "query-string", "queryStringConfig": {"values": [{"value": "x"}]}}]"#;
    let annotations = json!({format!("conditions.{SERVICE}"): query});
    let closed = "closed: an earlier rule of the Ingress takes what its rule for /* would lead to the game";
    assert_eq!(reach(&ingress(&annotations, &both), None), closed);
}

#[test]
fn an_unreachable_game_has_a_reason() {
    let table = [
        (
            ingress(&json!({}), &[("", vec![path("/", "Prefix", "other")])]),
            "closed: no rule of the Ingress leads to the Service service-2048",
        ),
        (
            ingress(
                &json!({}),
                &[(
                    "",
                    vec![
                        path("/", "Prefix", "other"),
                        path("/x", "ImplementationSpecific", SERVICE),
                    ],
                )],
            ),
            "closed: an earlier rule of the Ingress takes what its rule for /x would lead to the game",
        ),
        (
            ingress(
                &json!({"actions.away": r#"{"type": "redirect", "redirectConfig": {"host": "other.test", "statusCode": "HTTP_302"}}"#}),
                &[("", vec![annotated("/", "away")]), ("game.test", vec![own("/")])],
            ),
            "closed: no rule of the Ingress leads to the Service service-2048",
        ),
        (
            ingress(&json!({"listen-ports": "80"}), &[("", vec![own("/")])]),
            "closed: listen-ports 80: invalid type: integer `80`, expected a sequence at line 1 column 2",
        ),
        (
            ingress(&json!({"ssl-redirect": "443"}), &[("", vec![own("/")])]),
            "closed: ssl-redirect 443 is no HTTPS port of the Ingress, and the controller would say \"listener does not exist \
             for SSLRedirect port: 443\"",
        ),
        (
            ingress(&json!({"scheme": "public"}), &[("", vec![own("/")])]),
            "closed: unknown scheme public",
        ),
    ];
    for (ingress, wanted) in table {
        assert_eq!(reach(&ingress, None), wanted);
    }
}

#[test]
fn each_path_is_a_route_on_each_listener() {
    let ingress = ingress(
        &json!({"listen-ports": "[{\"HTTP\": 80}, {\"HTTP\": 8080}]"}),
        &[
            ("", vec![own("/"), path("/a/", "Prefix", "other")]),
            (
                "game.test",
                vec![
                    path("", "ImplementationSpecific", SERVICE),
                    path("/x", "Exact", SERVICE),
                ],
            ),
        ],
    );
    let settings = IngressSettings::of(&IngressFacts::alone(&ingress));
    let found: Vec<String> = routes(&ingress, &settings)
        .into_iter()
        .map(|route| format!("{} {} {}", route.port, route.hosts.join(","), route.paths.join(",")))
        .collect();
    let of_port = |port: u16| {
        ["", "", "game.test", "game.test"]
            .into_iter()
            .zip(["/a,/a/*", "/*", "/x", ""])
            .map(move |(host, paths)| format!("{port} {host} {paths}"))
    };
    assert_eq!(found, of_port(80).chain(of_port(8080)).collect::<Vec<_>>());
}

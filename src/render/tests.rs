//! What templates become, what they refuse, and that no value gets out of its place.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::model::{CHAPTER_IMAGE, GAME_IMAGE};

fn workshop() -> Context {
    Context {
        lab: LabContext {
            name: "fargate-game-2048".to_owned(),
        },
        app: AppContext {
            namespace: "fargate-game-2048".to_owned(),
            deployment: "deployment-2048".to_owned(),
            service: "service-2048".to_owned(),
            ingress: "ingress-2048".to_owned(),
            image: GAME_IMAGE.to_owned(),
            replicas: 5,
            port: 80,
            resources: None,
            labels: BTreeMap::new(),
            disruption_budget: None,
        },
        ingress: IngressContext {
            class: "alb".to_owned(),
            scheme: "internet-facing".to_owned(),
            path: "/".to_owned(),
            port: None,
            allowed_cidrs: Vec::new(),
            certificate_arn: None,
            group: None,
            host: None,
            load_balancer_name: None,
            annotations: BTreeMap::new(),
        },
    }
}

/// The objects of the workshop's `fargate_2048_full.yaml`, in its own words.
const MANIFEST: &str = r"
apiVersion: v1
kind: Namespace
metadata: {name: fargate-game-2048}
---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: fargate-game-2048, name: deployment-2048}
spec:
  replicas: 5
  selector: {matchLabels: {app.kubernetes.io/name: app-2048}}
  template:
    metadata: {labels: {app.kubernetes.io/name: app-2048}}
    spec:
      containers:
      - {name: app-2048, image: alexwhen/docker-2048, imagePullPolicy: Always, ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {namespace: fargate-game-2048, name: service-2048}
spec:
  type: NodePort
  selector: {app.kubernetes.io/name: app-2048}
  ports: [{port: 80, targetPort: 80, protocol: TCP}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: fargate-game-2048
  name: ingress-2048
  annotations: {alb.ingress.kubernetes.io/scheme: internet-facing, alb.ingress.kubernetes.io/target-type: ip}
spec:
  ingressClassName: alb
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: service-2048, port: {number: 80}}}
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The objects of the built-in templates.
fn built_in(context: &Context, scaled: Option<u32>) -> Vec<Object> {
    objects(&Templates::built_in(), context, scaled).unwrap().objects
}

/// The documents of a text, as kubectl reads it.
fn read(text: &str) -> Vec<Value> {
    let documents = manifest::documents(text).unwrap();
    documents.into_iter().map(|document| document.value).collect()
}

fn with_files(files: &[(&str, &str)], context: &Context) -> Result<Vec<Object>, String> {
    let folder = folder(files);
    Templates::with_folder(Path::new(""), folder.path())
        .and_then(|templates| objects(&templates, context, None)?.checked())
        .map(|rendered| rendered.objects)
        .map_err(|error| without_folder(&error, folder.path()))
}

fn without_folder(error: &RenderError, folder: &Path) -> String {
    error.to_string().replace(&folder.display().to_string(), "DIR")
}

#[test]
fn with_its_image_the_chapters_manifest_is_rendered_and_our_labels() {
    let mut context = workshop();
    context.app.image = CHAPTER_IMAGE.to_owned();
    let rendered = built_in(&context, None);
    let mut wanted = read(MANIFEST);
    for object in &mut wanted {
        object["metadata"]["labels"] = json!({
            "app.kubernetes.io/managed-by": "lab2048",
            "app.kubernetes.io/name": "app-2048",
            "lab2048.dev/lab": "fargate-game-2048",
        });
    }
    assert_eq!(rendered.len(), 4);
    for object in &rendered {
        assert!(wanted.contains(&object.0), "not in the manifest: {:#}", object.0);
        assert!(object.belongs_to("fargate-game-2048"));
    }
    let kinds: Vec<_> = rendered.iter().map(Object::kind).collect();
    assert_eq!(kinds, ["Namespace", "Service", "Ingress", "Deployment"]);
}

#[test]
fn the_text_is_what_was_rendered_and_always_the_same() {
    let mut context = workshop();
    let tags = "app.kubernetes.io/managed-by=lab2048,lab2048:lab=fargate-game-2048";
    let annotations = &mut context.ingress.annotations;
    annotations.insert("alb.ingress.kubernetes.io/tags".to_owned(), tags.to_owned());
    let rendered = built_in(&context, None);
    let text = to_yaml(&rendered).unwrap();
    assert_eq!(text, include_str!("../../tests/golden/workshop.yaml"));
    assert_eq!(
        read(&text),
        rendered.iter().map(|object| object.0.clone()).collect::<Vec<_>>()
    );
}

fn everything() -> Context {
    let mut context = workshop();
    context.app.resources = Some(BTreeMap::from([
        ("cpu".to_owned(), "250m".to_owned()),
        ("memory".to_owned(), "256Mi".to_owned()),
    ]));
    context.app.labels = BTreeMap::from([("team".to_owned(), "blue".to_owned())]);
    context.app.disruption_budget = Some(Unavailable::Share("20%".to_owned()));
    context.ingress.scheme = "internal".to_owned();
    context.ingress.allowed_cidrs = vec!["10.0.0.0/8".to_owned(), "2001:db8::/32".to_owned()];
    context.ingress.certificate_arn = Some("arn:aws:acm:ap-northeast-2:410691154611:certificate/1".to_owned());
    context.ingress.group = Some("workshop".to_owned());
    context.ingress.load_balancer_name = Some("game".to_owned());
    context.ingress.annotations = BTreeMap::from([(
        "alb.ingress.kubernetes.io/healthcheck-path".to_owned(),
        "/index.html".to_owned(),
    )]);
    context.app.replicas = 3;
    context
}

#[test]
fn everything_an_environment_can_say_is_rendered() {
    let rendered = built_in(&everything(), Some(3));
    assert_eq!(
        to_yaml(&rendered).unwrap(),
        include_str!("../../tests/golden/everything.yaml")
    );
}

#[test]
fn no_value_gets_out_of_its_place() {
    let hostile = [
        "a\"b",
        "a'b",
        "a\nspec: {hostNetwork: true}",
        "a: b",
        "# a",
        "{{ lab.name }}",
        "{% if true %}x{% endif %}",
        "\\\"}",
        "- a",
        "---\nkind: Secret",
        "*alias",
        "&anchor x",
        "!!binary x",
        "on",
        "007",
        "1e3",
        "null",
        "~",
        "",
        " ",
        "\t",
        "게임 2048",
        "🎲",
        "a\u{2028}b\u{85}c\u{7f}d\u{feff}",
        "\u{0}",
        "\u{fdd0}\u{fdd1}",
        "\r\n",
    ];
    let shape = |value: &Value| {
        // The same tree with every text removed: keys, lists and types.
        fn strip(value: &Value) -> Value {
            match value {
                Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), strip(value))).collect(),
                Value::Array(list) => list.iter().map(strip).collect(),
                Value::String(_) => Value::from("text"),
                other => other.clone(),
            }
        }
        strip(value)
    };
    let ordinary = built_in(&everything(), Some(3));
    for text in hostile {
        let mut context = everything();
        context.app.image = text.to_owned();
        context.ingress.path = text.to_owned();
        context.ingress.class = text.to_owned();
        context.ingress.group = Some(text.to_owned());
        context.app.disruption_budget = Some(Unavailable::Share(text.to_owned()));
        for value in context.ingress.annotations.values_mut() {
            text.clone_into(value);
        }
        let rendered = built_in(&context, Some(3));
        for (before, after) in ordinary.iter().zip(&rendered) {
            if text.is_empty() && after.kind() == "Ingress" {
                continue; // An empty group is no group, so the Ingress has one annotation fewer.
            }
            assert_eq!(shape(&before.0), shape(&after.0), "{text:?}");
        }
        assert_eq!(rendered[3].text("/spec/template/spec/containers/0/image"), Some(text));
        assert_eq!(
            rendered[2].annotation("alb.ingress.kubernetes.io/healthcheck-path"),
            Some(text)
        );
        assert_eq!(rendered[4].text("/spec/maxUnavailable"), Some(text));
        if text.contains('\u{fdd0}') {
            continue; // In a manifest these are refused.
        }
        let printed = read(&to_yaml(&rendered).unwrap());
        assert_eq!(
            printed,
            rendered.iter().map(|object| object.0.clone()).collect::<Vec<_>>(),
            "{text:?}"
        );
    }
}

#[test]
fn a_hostile_key_stays_a_key() {
    let mut context = workshop();
    context.ingress.annotations = BTreeMap::from([("a: b\nspec".to_owned(), "c".to_owned())]);
    let rendered = built_in(&context, None);
    assert_eq!(rendered[2].annotation("a: b\nspec"), Some("c"));
}

#[test]
fn an_annotation_cannot_come_twice() {
    let mut context = workshop();
    context.ingress.annotations = BTreeMap::from([(
        "alb.ingress.kubernetes.io/target-type".to_owned(),
        "instance".to_owned(),
    )]);
    let error = objects(&Templates::built_in(), &context, None).unwrap_err().to_string();
    assert!(error.contains("duplicate"), "{error}");
}

#[test]
fn the_trust_policy_names_the_clusters_profiles() {
    let arns = "arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/*";
    let context = TrustContext {
        profile_arns: arns.to_owned(),
    };
    assert_eq!(
        trust(&Templates::built_in(), &context).unwrap(),
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": "eks-fargate-pods.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnLike": {"aws:SourceArn": arns}},
            }],
        })
    );
}

#[test]
fn a_folder_replaces_single_templates_and_adds_objects() {
    let rendered = with_files(
        &[
            ("README.md", "no template"),
            ("notes/x.yaml", "not looked at"),
            ("k8s/.swp.yaml", "hidden"),
            (
                "k8s/service.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {namespace: {{ app.namespace }}, name: {{ app.service }}}\nspec: {type: ClusterIP}\n",
            ),
            (
                "k8s/config.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: {{ app.namespace }}, name: {{ app.deployment ~ \"-a\" }}}\n---\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: {{ app.namespace }}, name: b, labels: {app.kubernetes.io/name: own}}\n",
            ),
        ],
        &workshop(),
    )
    .unwrap();
    let names: Vec<_> = rendered.iter().map(|object| object.key().to_string()).collect();
    assert_eq!(
        names,
        [
            "namespace/fargate-game-2048",
            "service/service-2048",
            "ingress/ingress-2048",
            "deployment/deployment-2048",
            "configmap/deployment-2048-a",
            "configmap/b",
        ]
    );
    assert_eq!(rendered[1].text("/spec/type"), Some("ClusterIP"));
    assert!(rendered.iter().all(|object| object.belongs_to("fargate-game-2048")));
    assert_eq!(rendered[5].label("app.kubernetes.io/name"), Some("own"));
}

#[test]
fn mistakes_of_a_template_are_reported_with_file_and_line() {
    const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: ";
    let error_of = |files: &[(&str, &str)]| with_files(files, &workshop()).unwrap_err();
    let table = [
        ("k8s/service.yaml", "kind: Service\nname: {{ app.nmae }}\n".to_owned()),
        ("k8s/extra.yaml", "a: {{ nothing }}\n".to_owned()),
        ("k8s/extra.yaml", "a: {{ nothing | json }}\n".to_owned()),
        ("k8s/extra.yaml", "a: {{ app.image | safe }}\n".to_owned()),
        ("k8s/extra.yaml", "a: {{ now() }}\n".to_owned()),
        ("k8s/extra.yaml", "a:\n  {% if app %}\n".to_owned()),
        ("k8s/extra.yaml", "a: \"{{ app.image }}\"\n".to_owned()),
        (
            "k8s/extra.yaml",
            "# '{{ app.image }}'\na: '{{ app.image }}'\n".to_owned(),
        ),
        (
            "k8s/extra.yaml",
            "a: {{ app.port }}\nb: [games/{{ app.image }}]\n".to_owned(),
        ),
        ("k8s/extra.yaml", "a: {{ app.namespace }}{{ app.image }}\n".to_owned()),
        ("k8s/extra.yaml", "a: 1\na: 2\n".to_owned()),
        ("k8s/extra.yaml", "- a\n".to_owned()),
        ("k8s/extra.yaml", "kind: ConfigMap\nmetadata: {name: x}\n".to_owned()),
        ("k8s/extra.yaml", format!("{CONFIG_MAP}default}}\n")),
        (
            "k8s/extra.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n".to_owned(),
        ),
        (
            "k8s/extra.yaml",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\n".to_owned(),
        ),
        (
            "k8s/extra.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: deployment-2048, namespace: fargate-game-2048}\n"
                .to_owned(),
        ),
        (
            "k8s/extra.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: fargate-game-2048, labels: [a]}\n"
                .to_owned(),
        ),
        (
            "k8s/namespace.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n".to_owned(),
        ),
        ("k8s/namespace.yaml", String::new()),
        ("k8s/extra.yml", String::new()),
        ("extra.yaml", String::new()),
        ("iam/other.json", "{}".to_owned()),
    ];
    let all: Vec<_> = table.iter().map(|(name, text)| error_of(&[(name, text)])).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
DIR/k8s/service.yaml:2:14: Field `nmae` is not defined. Available fields: deployment, disruptionBudget, image, ingress, labels, namespace, port, replicas, resources, service
DIR/k8s/extra.yaml:1:7: Variable `nothing` is not defined. Available variables: app, ingress, lab
DIR/k8s/extra.yaml: renders to something without `apiVersion`
DIR/k8s/extra.yaml:1:19: the filter `safe` is not available here: every value is quoted, so that it can never add a key; for numbers, lists and maps use `json`
DIR/k8s/extra.yaml: Unknown function `now`
 --> k8s/extra.yaml:1:7
  |
1 | a: {{ now() }}
  |       ^^^^^
DIR/k8s/extra.yaml:3:1: Unexpected end of input
DIR/k8s/extra.yaml:1:5: `{{ app.image }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/k8s/extra.yaml:2:5: `{{ app.image }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/k8s/extra.yaml:2:11: `{{ app.image }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image ~ "-x" }}`
DIR/k8s/extra.yaml:1:4: `{{ app.namespace }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.namespace ~ "-x" }}`
DIR/k8s/extra.yaml: what it renders to is not valid: line 2: duplicate key `a`, which is already on line 1
  | a: 2
DIR/k8s/extra.yaml: renders to something without `apiVersion`
DIR/k8s/extra.yaml: renders to something without `apiVersion`
DIR/k8s/extra.yaml: configmap/x is in namespace `default`, but the lab's is `fargate-game-2048`; write `namespace: {{ app.namespace }}`
DIR/k8s/extra.yaml: configmap/x has no namespace; write `namespace: {{ app.namespace }}` under `metadata`
DIR/k8s/extra.yaml: clusterrole/x does not live in a namespace; a lab shares its cluster with others and holds only what is in its own namespace: apply it with kubectl beforehand
DIR/k8s/extra.yaml: deployment/deployment-2048 is also rendered by built-in templates/k8s/deployment.yaml
DIR/k8s/extra.yaml: `metadata.labels` of configmap/x is not a map
DIR/k8s/namespace.yaml: must render to the Namespace `fargate-game-2048`, not to the Namespace `other`
DIR/k8s/namespace.yaml: must render to exactly one object; put others into a file of their own beside it, such as `k8s/namespace-more.yaml`
DIR/k8s/extra.yml: rename it so that it ends in `.yaml`; other files are not read
DIR/extra.yaml: templates belong in the folders `k8s` and `iam` below this one
DIR/iam/other.json: the only template here is `pod-execution-trust.json`
"#);
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: fargate-game-2048}\n";

#[test]
fn values_are_put_exactly_where_they_stand_or_refused() {
    let mut context = workshop();
    let image = "x #y: 'z' \"a\"\n- b";
    context.app.image = image.to_owned();
    context.app.labels = BTreeMap::from([("a: b".to_owned(), "c # d".to_owned())]);
    let data = |template: &str| {
        let template = format!("{OBJECT}data:\n{template}");
        with_files(&[("k8s/extra.yaml", &template)], &context).map(|objects| objects[4].at("/data").unwrap().clone())
    };
    for (template, expected) in [
        ("  k: {{ app.image }}\n", json!({"k": image})),
        ("  k: {{ app.image | json }}\n", json!({"k": image})),
        (
            "  k: {{ \"a/\" ~ app.image ~ \":1\" }}\n",
            json!({"k": format!("a/{image}:1")}),
        ),
        (
            "  k: {{ (app.image | json) ~ \"-x\" }}\n",
            json!({"k": format!("{image}-x")}),
        ),
        ("  k: {{ app.image | upper }}\n", json!({"k": image.to_uppercase()})),
        ("  k: {{ app.image | json | upper }}\n", json!({"k": image})),
        (
            "  k: {{ app.image | replace(from=\"x\", to=\"y: \") }}\n",
            json!({"k": image.replace('x', "y: ")}),
        ),
        (
            "  k: '[{\"HTTP\": {{ app.port | json }}}]'\n",
            json!({"k": "[{\"HTTP\": 80}]"}),
        ),
        (
            "  {% for key, value in app.labels %}{{ key }}: {{ value }}{% endfor %}\n",
            json!({"a: b": "c # d"}),
        ),
        (
            "  {% set name %}{{ app.image }}{% endset %}k: {{ name }}\n",
            json!({"k": image}),
        ),
        (
            "  k: |\n    image={{ app.image }}\n    # {{ app.image }}\n",
            json!({"k": format!("image={image}\n# {image}\n")}),
        ),
        (
            "  k: |\n    {\"labels\": {{ app.labels | json }}}\n",
            json!({"k": "{\"labels\": {\"a: b\":\"c # d\"}}\n"}),
        ),
        ("  k: {% raw %}{{ x }}{% endraw %}\n", Value::Null),
    ] {
        match data(template) {
            Ok(found) => assert_eq!(found, expected, "{template}"),
            Err(error) => assert!(expected.is_null(), "{template}: {error}"),
        }
    }
    let refused = [
        "  k: \"{{ app.image }}\"\n",
        "  k: \"{{ app.image | json }}\"\n",
        "  k: x {{ app.image | json }}\n",
        "  k: x\n    {{ app.image }}\n",
        "  k: 'first\n\n    {{ app.image }}\n    last'\n",
        "  k: x |\n    {{ app.image }}\n",
        "  k: {{ app.image }}:latest\n",
        "  k: '{{ app.labels | json }}'\n",
        "  {{ app.labels | json }}: k\n",
        "  k: {{ app.image | json | truncate(length=5) }}\n",
        "  k: {{ [app.image | json, \"x\"] | join(sep=\", \") }}\n",
    ]
    .map(|template| data(template).unwrap_err());
    insta::assert_snapshot!(refused.join("\n"), @r#"
DIR/k8s/extra.yaml:5:7: `{{ app.image }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/k8s/extra.yaml:5:7: `{{ app.image | json }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/k8s/extra.yaml:5:8: `{{ app.image | json }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image | json ~ "-x" }}`
DIR/k8s/extra.yaml:6:5: `{{ app.image }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image ~ "-x" }}`
DIR/k8s/extra.yaml:7:5: `{{ app.image }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image ~ "-x" }}`
DIR/k8s/extra.yaml:6:5: `{{ app.image }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image ~ "-x" }}`
DIR/k8s/extra.yaml:5:6: `{{ app.image }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ app.image ~ "-x" }}`
DIR/k8s/extra.yaml:5:7: `{{ app.labels | json }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/k8s/extra.yaml: what it renders to is not valid: line 5: a list or map cannot be a key
  |   {"a: b":"c # d"}: k
DIR/k8s/extra.yaml: a filter has cut what `json` wrote; make `json` the last filter of the value
DIR/k8s/extra.yaml:5:6: `{{ [app.image | json, "x"] | join(sep=", ") }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ [app.image | json, "x"] | join(sep=", ") ~ "-x" }}`
"#);
}

#[test]
fn the_trust_policy_takes_whole_texts_only() {
    let policy = |line: &str| {
        let folder = folder(&[("iam/pod-execution-trust.json", line)]);
        let context = TrustContext {
            profile_arns: "a\", \"b".to_owned(),
        };
        let templates = Templates::with_folder(Path::new(""), folder.path()).unwrap();
        trust(&templates, &context).map_err(|error| without_folder(&error, folder.path()))
    };
    assert_eq!(
        policy(r#"{"a": [{{ profileArns }}], {{ profileArns }}: 1}"#),
        Ok(json!({"a": ["a\", \"b"], "a\", \"b": 1}))
    );
    let refused = [
        r#"{"a": ["{{ profileArns }}"]}"#,
        r#"{"a": ["x{{ profileArns }}y"]}"#,
        "[{{ profileArns }}x]",
    ];
    insta::assert_snapshot!(refused.map(|line| policy(line).unwrap_err()).join("\n"), @r#"
DIR/iam/pod-execution-trust.json:1:9: `{{ profileArns }}` stands for a whole YAML scalar and brings its own quotes; leave out those around it
DIR/iam/pod-execution-trust.json:1:10: `{{ profileArns }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ profileArns ~ "-x" }}`
DIR/iam/pod-execution-trust.json:1:2: `{{ profileArns }}` stands for a whole YAML scalar and cannot be a part of one; join texts inside the braces, as in `{{ profileArns ~ "-x" }}`
"#);
}

#[test]
fn modes_and_numbers_are_kubectls() {
    let text = format!("{OBJECT}data: {{}}\nmodes: [0400, 0644, 0o400, 1e3, 1.0, 5., 1_000, nO, tRue, on]\n");
    let rendered = with_files(&[("k8s/extra.yaml", &text)], &workshop()).unwrap();
    assert_eq!(
        rendered[4].0["modes"],
        json!([256, 420, 256, 1000, 1, 5, 1000, "nO", "tRue", true])
    );
    assert!(to_yaml(&rendered[4..]).unwrap().contains("- 256\n"));
}

#[test]
fn a_list_in_a_template_is_its_items() {
    let list = "
apiVersion: v1
kind: List
metadata: {resourceVersion: ''}
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a, namespace: fargate-game-2048}
- apiVersion: v1
  kind: ConfigMapList
  items: [{metadata: {name: b, namespace: fargate-game-2048}}]
---
apiVersion: v1
kind: List
items: []
";
    let rendered = with_files(&[("k8s/extra.yaml", list)], &workshop()).unwrap();
    let names: Vec<_> = rendered[4..].iter().map(|object| object.key().to_string()).collect();
    assert_eq!(names, ["configmap/a", "configmap/b"]);
    assert_eq!(rendered[5].text("/apiVersion"), Some("v1"));

    let as_list = to_list(&rendered);
    assert_eq!(
        (as_list["kind"].as_str(), as_list["apiVersion"].as_str()),
        (Some("List"), Some("v1"))
    );
    let again = with_files(
        &[(
            "k8s/extra.yaml",
            &json!({"kind": "List", "apiVersion": "v1", "items": [rendered[4]]}).to_string(),
        )],
        &workshop(),
    );
    assert_eq!(again.unwrap()[4], rendered[4]);
    let refused = [
        "kind: List\n",
        "kind: List\nitems: {a: 1}\n",
        "kind: List\nitems: [{kind: List, items: [{kind: ConfigMap}]}]\n",
    ];
    let refused = refused.map(|text| with_files(&[("k8s/extra.yaml", text)], &workshop()).unwrap_err());
    insta::assert_snapshot!(refused.join("\n"), @r#"
DIR/k8s/extra.yaml: a List has no `items`
DIR/k8s/extra.yaml: the `items` of a List are not a list
DIR/k8s/extra.yaml: renders to something without `apiVersion`
"#);
}

#[test]
fn what_only_the_cluster_may_set_is_refused_and_nothing_of_it_left_out() {
    let exported = "apiVersion: v1
kind: Service
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {}
  creationTimestamp: \"2026-11-24T09:00:00Z\"
  name: service-2048
  namespace: fargate-game-2048
  resourceVersion: \"1234\"
  uid: 0d9ec4a6
spec: {type: NodePort}
status:
  loadBalancer: {ingress: [{hostname: x}]}
";
    let error = with_files(&[("k8s/service.yaml", exported)], &workshop()).unwrap_err();
    insta::assert_snapshot!(error, @r#"
DIR/k8s/service.yaml: service/service-2048 has what only the cluster may set: status, metadata.creationTimestamp, metadata.resourceVersion, metadata.uid, annotation kubectl.kubernetes.io/last-applied-configuration; remove it from the template (an exported manifest has it)
"#);
    let generated = "apiVersion: v1
kind: Service
metadata: {creationTimestamp: null, name: service-2048, namespace: fargate-game-2048}
spec: {type: NodePort}
status: {loadBalancer: {}}
";
    let rendered = with_files(&[("k8s/service.yaml", generated)], &workshop()).unwrap();
    assert_eq!(rendered[1].at("/status"), None);
    assert_eq!(rendered[1].at("/metadata/creationTimestamp"), None);
}

#[test]
fn what_must_be_text_is_told_with_file_place_and_remedy() {
    let object = |kind: &str, rest: &str| {
        let head = format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: x, namespace: fargate-game-2048}}\n");
        with_files(&[("k8s/extra.yaml", &format!("{head}{rest}"))], &workshop()).unwrap_err()
    };
    let refused = [
        with_files(&[(
            "k8s/ingress.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  namespace: fargate-game-2048\n  name: ingress-2048\n  annotations: {alb.ingress.kubernetes.io/group.order: 10, alb.ingress.kubernetes.io/listen-ports: [{\"HTTP\": 80}]}\n",
        )], &workshop())
        .unwrap_err(),
        object("ConfigMap", "data: {version: 1.10, debug: yes, mode: 0400, ok: 'yes', none: }\n"),
        object("Secret", "stringData: {pin: 0123}\n"),
        object("Service", "spec: {selector: {version: 2}}\n"),
        object(
            "Job",
            "spec: {template: {metadata: {labels: {year: 2048}}, spec: {containers: [{name: x, args: [-n, 5], env: [{name: A, value: on}]}]}}}\n",
        ),
        object(
            "CronJob",
            "spec: {jobTemplate: {spec: {template: {spec: {nodeSelector: {zone: 1}, initContainers: [{name: 1}]}}}}}\n",
        ),
        object("List", "items: [{kind: ConfigMap, apiVersion: v1, metadata: {name: y, labels: {a: 1_0}}}]\n"),
        with_files(&[("k8s/extra.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 2048}\n")], &workshop()).unwrap_err(),
    ];
    insta::assert_snapshot!(refused.join("\n"), @r#"
DIR/k8s/ingress.yaml: ingress/ingress-2048: annotation alb.ingress.kubernetes.io/group.order must be text: put 10 in quotes; annotation alb.ingress.kubernetes.io/listen-ports must be text: put it in quotes: '[{"HTTP":80}]'
DIR/k8s/extra.yaml: configmap/x: data.debug must be text: put yes in quotes; data.mode must be text: put 0400 in quotes; data.version must be text: put 1.10 in quotes
DIR/k8s/extra.yaml: secret/x: stringData.pin must be text: put 0123 in quotes
DIR/k8s/extra.yaml: service/x: spec.selector.version must be text: put 2 in quotes
DIR/k8s/extra.yaml: job/x: spec.template.metadata.labels.year must be text: put 2048 in quotes; spec.template.spec.containers[0].args[1] must be text: put 5 in quotes; spec.template.spec.containers[0].env[0].value must be text: put on in quotes
DIR/k8s/extra.yaml: cronjob/x: spec.jobTemplate.spec.template.spec.nodeSelector.zone must be text: put 1 in quotes; spec.jobTemplate.spec.template.spec.initContainers[0].name must be text: put 1 in quotes
DIR/k8s/extra.yaml: configmap: metadata.name must be text: put y in quotes; label a must be text: put 1_0 in quotes
DIR/k8s/extra.yaml: configmap: metadata.name must be text: put 2048 in quotes
"#);
}

#[test]
fn files_that_cannot_be_read_are_told_as_such() {
    let folder = folder(&[("k8s/README.md", ""), ("plain.txt", "")]);
    let korean = folder.path().join("k8s/korean.yaml");
    fs::write(&korean, b"a: \xb0\xa1\n").unwrap();
    let told = |path: &Path| without_folder(&Templates::with_folder(Path::new(""), path).unwrap_err(), folder.path());
    assert_eq!(
        told(folder.path()),
        "DIR/k8s/korean.yaml: is not text in UTF-8; save it as UTF-8"
    );
    fs::remove_file(&korean).unwrap();
    fs::create_dir(&korean).unwrap();
    assert_eq!(
        told(folder.path()),
        "DIR/k8s/korean.yaml: is a folder; a template is a file"
    );
    assert_eq!(
        told(&folder.path().join("plain.txt")),
        "DIR/plain.txt: is a file; templates are a folder with folders `k8s` and `iam`"
    );
    let marked = format!("\u{feff}{OBJECT}");
    assert_eq!(
        with_files(&[("k8s/extra.yaml", &marked)], &workshop()).unwrap()[4].name(),
        "x"
    );
}

#[test]
fn only_files_of_some_size_are_read() {
    let folder = folder(&[("k8s/large.yaml", &"# text\n".repeat(700_000))]);
    let told = || {
        without_folder(
            &Templates::with_folder(Path::new(""), folder.path()).unwrap_err(),
            folder.path(),
        )
    };
    assert_eq!(
        told(),
        "DIR/k8s/large.yaml: has more than 4 MiB; a template has the text of some objects"
    );
    fs::remove_file(folder.path().join("k8s/large.yaml")).unwrap();
    let pipe = folder.path().join("k8s/pipe.yaml");
    let rights = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rights, 0).unwrap();
    assert_eq!(told(), "DIR/k8s/pipe.yaml: is a pipe or a device; a template is a file");
    fs::remove_file(&pipe).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("k8s/zero.yaml")).unwrap();
    assert_eq!(told(), "DIR/k8s/zero.yaml: is a pipe or a device; a template is a file");
}

#[test]
fn whether_a_template_is_somebodys_own_is_known() {
    assert!(Templates::built_in().are_built_in());
    let own = [
        ("k8s/extra.yaml", OBJECT),
        ("k8s/service.yaml", "# mine\n"),
        ("iam/pod-execution-trust.json", "{}"),
    ];
    for file in own {
        let folder = folder(&[file]);
        let templates = Templates::with_folder(Path::new(""), folder.path()).unwrap();
        assert!(!templates.are_built_in(), "{file:?}");
    }
}

#[test]
fn who_watches_is_told_of_every_template() {
    let folder = folder(&[("k8s/extra.yaml", OBJECT)]);
    let templates = Templates::with_folder(Path::new(""), folder.path()).unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    let watch = |template: &Template| told.borrow_mut().push(template.name.clone());
    objects_watched(&templates, &workshop(), None, &watch).unwrap();
    let names = templates.iter().map(|template| template.name.as_str());
    let rendered = [
        "k8s/namespace.yaml",
        "k8s/service.yaml",
        "k8s/ingress.yaml",
        "k8s/deployment.yaml",
        "k8s/extra.yaml",
    ];
    assert_eq!(
        told.take(),
        names.chain(rendered).collect::<Vec<_>>(),
        "read, then rendered"
    );
    trust_watched(
        &templates,
        &TrustContext {
            profile_arns: "x".to_owned(),
        },
        &watch,
    )
    .unwrap();
    assert_eq!(told.take().last().unwrap(), "iam/pod-execution-trust.json");
}

#[test]
fn each_object_has_its_template() {
    let folder = folder(&[("k8s/extra.yaml", OBJECT)]);
    let templates = Templates::with_folder(Path::new(""), folder.path()).unwrap();
    let origins = objects(&templates, &workshop(), None).unwrap().origins;
    assert_eq!(origins["service/service-2048"], "built-in templates/k8s/service.yaml");
    let templates = Templates::with_folder(folder.path().parent().unwrap(), folder.path()).unwrap();
    let relative = objects(&templates, &workshop(), None).unwrap().origins;
    assert!(!relative["configmap/x"].starts_with('/') && relative["configmap/x"].ends_with("/k8s/extra.yaml"));
    assert_eq!(
        origins["configmap/x"],
        folder.path().join("k8s/extra.yaml").display().to_string()
    );
}

#[test]
fn a_missing_folder_is_named() {
    let error = Templates::with_folder(Path::new("/nonexistent"), Path::new("templates")).unwrap_err();
    assert_eq!(error.to_string(), "templates: cannot be read");
}

#[test]
fn a_broken_trust_policy_is_named() {
    let folder = folder(&[("iam/pod-execution-trust.json", "{\"Version\": \n}")]);
    let templates = Templates::with_folder(Path::new(""), folder.path()).unwrap();
    let context = TrustContext {
        profile_arns: "x".to_owned(),
    };
    assert_eq!(
        without_folder(&trust(&templates, &context).unwrap_err(), folder.path()),
        "DIR/iam/pod-execution-trust.json: what it renders to is not valid: expected value at line 2 column 1"
    );
}

#[test]
fn the_templates_readme_lists_every_variable_and_no_other() {
    let mut wanted = std::collections::BTreeSet::from(["profileArns".to_owned()]);
    let tree = serde_json::to_value(everything()).unwrap();
    for (section, values) in tree.as_object().unwrap() {
        wanted.extend(values.as_object().unwrap().keys().map(|key| format!("{section}.{key}")));
    }
    let listed = include_str!("../../templates/README.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split(','))
        .map(|name| name.trim().trim_matches('`').to_owned());
    assert_eq!(listed.collect::<std::collections::BTreeSet<_>>(), wanted);
}

#[test]
fn a_template_without_end_is_given_up() {
    let looping = "{% for a in range(end=9000) %}{% for b in range(end=9000) %}#  text {% endfor %}{% endfor %}";
    let error = with_files(&[("k8s/extra.yaml", looping)], &workshop()).unwrap_err();
    assert!(error.contains("it renders more than 4 MiB: does it loop?"), "{error}");
}

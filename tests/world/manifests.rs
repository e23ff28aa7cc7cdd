//! Templates of one's own: what is wrong with them is told before anything is changed.

use std::path::Path;

use lab2048::app::Exit;
use lab2048_testing::{Lab, Run};
use serde_json::json;

/// A world with a folder of templates.
fn lab(files: &[(&str, &str)]) -> Lab {
    let lab = Lab::new(2048);
    for (name, text) in files {
        let path = lab.folder().join("t/k8s").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    lab
}

/// A plan with these templates, which must not succeed and not change anything.
async fn refused(files: &[(&str, &str)], exit: Exit) -> Run {
    let lab = lab(files);
    let before = lab.shape();
    let run = lab.call("apply --templates t").await.exits(exit);
    assert_eq!(lab.shape(), before);
    run
}

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata: {namespace: {{ app.namespace }}, name: {{ app.service }}}
spec: {type: NodePort, selector: {app.kubernetes.io/name: app-2048}, ports: [{port: 80, targetPort: \"80\"}]}
";

#[tokio::test(start_paused = true)]
async fn the_servers_words_have_the_real_name_and_the_file() {
    let run = refused(&[("service.yaml", SERVICE)], Exit::Failed).await;
    let run = run.prints("Service \"service-2048\" is invalid: spec.ports[0].targetPort: Invalid value: \"80\"");
    let run = run.prints("(t/k8s/service.yaml)");
    assert!(
        !run.stderr.contains("dry-run") && !run.stdout.contains("dry-run"),
        "{run}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_comes_twice_is_told_with_the_real_name() {
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {namespace: {{ app.namespace }}, name: {{ app.deployment }}}
spec:
  replicas: {{ app.replicas | json }}
  selector: {matchLabels: {app.kubernetes.io/name: app-2048}}
  template:
    metadata: {labels: {app.kubernetes.io/name: app-2048}}
    spec: {containers: [{name: app-2048, image: {{ app.image }}, env: [{name: A, value: x}, {name: A, value: z}]}]}
";
    let run = refused(&[("deployment.yaml", deployment)], Exit::Failed).await;
    let run = run
        .prints("duplicate entries for key [name=\"A\"]")
        .prints("(t/k8s/deployment.yaml)");
    assert!(
        !run.stderr.contains("dry-run") && !run.stdout.contains("dry-run"),
        "{run}"
    );
}

#[tokio::test(start_paused = true)]
async fn kinds_that_the_cluster_does_not_serve_are_told_before_the_first_change() {
    for (kind, words) in [
        (
            "extensions/v1beta1 Ingress",
            "the cluster serves no kind Ingress (extensions/v1beta1); it serves Ingress as networking.k8s.io/v1",
        ),
        (
            "v1 Sevrice",
            "the cluster serves no kind Sevrice (v1); did you mean Service (v1)?",
        ),
        (
            "cert-manager.io/v1 Certificate",
            "the cluster serves no kind Certificate (cert-manager.io/v1): such kinds come with a CustomResourceDefinition",
        ),
    ] {
        let (api_version, kind) = kind.split_once(' ').unwrap();
        let object =
            format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{namespace: fargate-game-2048, name: x}}\n");
        refused(&[("extra.yaml", &object)], Exit::Failed)
            .await
            .prints(words)
            .prints("(t/k8s/extra.yaml)");
    }
    let definition =
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.example.com}\n";
    refused(&[("extra.yaml", definition)], Exit::Usage)
        .await
        .prints("does not live in a namespace")
        .prints("apply it with kubectl beforehand");
}

#[tokio::test(start_paused = true)]
async fn a_mode_reaches_the_cluster_as_kubectl_reads_it() {
    let lab = lab(&[(
        "more.yaml",
        "apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {namespace: fargate-game-2048, name: modes}
  spec:
    replicas: 0
    selector: {matchLabels: {a: b}}
    template:
      metadata: {labels: {a: b}}
      spec:
        volumes: [{name: v, configMap: {name: c, defaultMode: 0400}}]
        containers: [{name: x, image: x}]
",
    )]);
    let rendered = lab.call("render --templates t -o json").await.exits(Exit::Done).json();
    assert_eq!(rendered["kind"], "List");
    let items = rendered["items"].as_array().unwrap();
    let modes = items.iter().find(|item| item["metadata"]["name"] == "modes").unwrap();
    assert_eq!(
        modes["spec"]["template"]["spec"]["volumes"][0]["configMap"]["defaultMode"],
        json!(256)
    );
    lab.call("apply --templates t").await.exits(Exit::Done);
    lab.call("plan --templates t --detailed-exitcode")
        .await
        .exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn requests_that_differ_from_limits_are_warned_of() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/k8s/deployment.yaml")).unwrap();
    let resources = "          resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 100m, memory: 128Mi}}\n";
    let lab = lab(&[("deployment.yaml", &(text + "\n" + resources))]);
    lab.call("doctor --templates t")
        .await
        .prints("size")
        .prints("container app-2048: cpu requests 50m, limits 100m; memory requests 64Mi, limits 128Mi")
        .prints("sized 0.25 vCPU, 0.5 GB");
}

#[tokio::test(start_paused = true)]
async fn what_must_be_text_is_shown_as_it_was_read_and_refused() {
    let files = [(
        "more.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: fargate-game-2048, name: modes}\ndata: {mode: 0400}\n",
    )];
    let words = "configmap/modes: data.mode must be text: put 0400 in quotes";
    let rendered = lab(&files)
        .call("render --templates t -o json")
        .await
        .exits(Exit::Usage)
        .prints(words);
    let items = rendered.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.last().unwrap()["data"]["mode"], json!(256));
    refused(&files, Exit::Usage)
        .await
        .prints(words)
        .prints("t/k8s/more.yaml");
}

#[tokio::test(start_paused = true)]
async fn a_name_leads_nowhere_else() {
    let named = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{namespace: fargate-game-2048, name: {name:?}}}\ndata: {{a: b}}\n"
        )
    };
    for name in ["../../../namespaces/kube-system", "..", "a/b", "a%2fb"] {
        let text = named(name);
        refused(&[("more.yaml", text.as_str())], Exit::Usage)
            .await
            .prints(&format!("`{name}` is no name for a ConfigMap"));
    }
    let text = named("a?fieldManager=lab2048&force=true#");
    let files = [("more.yaml", text.as_str())];
    let lab = lab(&files);
    lab.call("plan --templates t").await.prints("metadata.name");
}

/// Templates are rendered anew with the number that `scale` asked for, in the middle of the reads.
#[tokio::test(start_paused = true)]
async fn a_template_that_fails_with_the_number_of_scale_is_told() {
    let lab = lab(&[(
        "more.yaml",
        "{% if app.replicas == 7 %}{{ throw(message=\"seven\") }}{% endif %}",
    )]);
    lab.call("apply").await.exits(Exit::Done);
    lab.call("plan --templates t").await.exits(Exit::Done);
    lab.call("scale --replicas 7").await.exits(Exit::Done);
    for line in ["plan", "status", "apply"] {
        lab.call(&format!("{line} --templates t"))
            .await
            .exits(Exit::Usage)
            .prints("t/k8s/more.yaml:1:30: seven");
    }
}

//! kubectl, release 1.36.

use std::path::Path;

use super::served::Served;
use lab2048::model::GAME_IMAGE;
use lab2048_testing::process::Server;

/// The workshop's own manifest.
/// The chapter's manifest with the image that the lab has.
fn manifest() -> tempfile::NamedTempFile {
    let text = include_str!("../workshop.yaml").replace("alexwhen/docker-2048", GAME_IMAGE);
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}
/// The lab's namespace, as an option.
const IN: &str = "-n fargate-game-2048";

#[tokio::test]
async fn kubectl_shows_the_lab() {
    let served = Served::start_with_lab().await;
    let nodes = served.kubectl("get nodes -o wide").await.exits(0);
    let fargate = nodes.stdout.lines().filter(|line| line.starts_with("fargate-ip-"));
    assert_eq!(fargate.count(), 5, "{nodes}");
    assert!(nodes.stdout.starts_with("NAME"), "{nodes}");
    assert!(nodes.stdout.contains("INTERNAL-IP"), "{nodes}");

    let all = served
        .kubectl(&format!("{IN} get pod,deploy,svc,ing -o wide"))
        .await
        .exits(0);
    let running = all.stdout.lines().filter(|line| line.contains(" Running "));
    assert_eq!(running.count(), 5, "{all}");
    all.prints("deployment.apps/deployment-2048 5/5 5 5")
        .prints("app-2048 public.ecr.aws/l6m2t8p7/docker-2048:latest app.kubernetes.io/name=app-2048")
        .prints("service/service-2048 NodePort")
        .prints("ingress.networking.k8s.io/ingress-2048 alb * k8s-fargateg-ingress2-");

    served
        .kubectl(&format!("{IN} describe deployment deployment-2048"))
        .await
        .exits(0)
        .prints("Replicas: 5 desired | 5 updated | 5 total | 5 available | 0 unavailable")
        .prints("OldReplicaSets: <none>")
        .prints("ScalingReplicaSet");
    served
        .kubectl(&format!(
            "{IN} get events --field-selector involvedObject.name=ingress-2048"
        ))
        .await
        .exits(0)
        .prints("Successfully reconciled");
    let rollout = format!("{IN} rollout status deployment/deployment-2048");
    served
        .kubectl(&rollout)
        .await
        .exits(0)
        .prints("deployment \"deployment-2048\" successfully rolled out");
    served
        .kubectl("auth can-i create deployments.apps")
        .await
        .exits(0)
        .prints("yes");
    served.kubectl("version").await.exits(0).prints("Server Version: v1.36");
    served.kubectl("get ingress -A").await.exits(0).prints("ingress-2048");
    served
        .kubectl("get pod nobody")
        .await
        .exits(1)
        .prints("Error from server (NotFound): pods \"nobody\" not found");
}

#[tokio::test]
async fn kubectl_applies_the_workshops_manifest_and_what_it_changes_is_drift() {
    let served = Served::start_with_lab().await;
    let manifest = manifest();
    let manifest = manifest.path().display();
    let diff = format!("diff --server-side -f {manifest}");
    served.kubectl(&diff).await.exits(0);
    served
        .kubectl(&format!("apply --server-side -f {manifest}"))
        .await
        .exits(0)
        .prints("namespace/fargate-game-2048 serverside-applied deployment.apps/deployment-2048 serverside-applied");
    served.lab2048("plan --detailed-exitcode").await.exits(0);

    let watch = watch(&served, &format!("{IN} get deployment deployment-2048 -w"));
    let (mut watching, log) = watch;
    watching.wait(|| async { read(&log).contains("5/5") }).await;
    served
        .kubectl(&format!("{IN} scale deployment deployment-2048 --replicas=3"))
        .await
        .exits(0)
        .prints("deployment.apps/deployment-2048 scaled");
    watching.wait(|| async { read(&log).contains("3/3") }).await;
    drop(watching);

    served
        .kubectl(&format!(
            "{IN} wait deployment/deployment-2048 --for=jsonpath={{.status.replicas}}=3 --timeout=60s"
        ))
        .await
        .exits(0)
        .prints("condition met");
    served
        .kubectl(&format!("{IN} label deployment deployment-2048 who=tester"))
        .await
        .exits(0)
        .prints("labeled");
    served
        .kubectl(&format!("{diff} --force-conflicts"))
        .await
        .exits(1)
        .prints("- replicas: 3")
        .prints("+ replicas: 5");
    served
        .lab2048("plan")
        .await
        .exits(0)
        .prints("kubectl changed replicas to 3")
        .prints("Keep 3: lab2048 scale --replicas 3. Back to 5: --force-conflicts")
        .prints("drift: metadata.labels.who is tester: added by kubectl-label");
    served
        .kubectl(&format!("apply --server-side -f {manifest}"))
        .await
        .exits(1)
        .prints("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas");
    served.lab2048("apply --force-conflicts").await.exits(0);
    served
        .kubectl(&format!(
            "{IN} get deployment deployment-2048 -o jsonpath={{.spec.replicas}}/{{.metadata.labels.who}}"
        ))
        .await
        .exits(0)
        .prints("5/tester");
}

#[tokio::test]
async fn kubectl_takes_the_ingress_and_its_load_balancer_goes() {
    let served = Served::start_with_lab().await;
    let ingress = format!("{IN} delete ingress ingress-2048 --timeout=120s");
    served
        .kubectl(&ingress)
        .await
        .exits(0)
        .prints("ingress.networking.k8s.io \"ingress-2048\" deleted");
    let balancers = served.aws("elbv2 describe-load-balancers --output json").await.exits(0);
    assert_eq!(balancers.json()["LoadBalancers"], serde_json::json!([]));
    let groups = served.aws("elbv2 describe-target-groups --output json").await.exits(0);
    assert_eq!(groups.json()["TargetGroups"], serde_json::json!([]));
    served
        .kubectl(&format!("{IN} get ingress"))
        .await
        .exits(0)
        .prints("No resources found in fargate-game-2048 namespace.");
    served
        .kubectl("delete namespace fargate-game-2048 --timeout=120s")
        .await
        .exits(0);
}

/// What kubectl makes of its flags it sends as protobuf.
#[tokio::test]
async fn kubectl_creates_without_a_manifest() {
    let served = Served::start().await;
    for (line, expected) in [
        ("create namespace other", "namespace/other created"),
        (
            "create deployment web --image=nginx --replicas=2 --port=80 -n other",
            "deployment.apps/web created",
        ),
        (
            "create configmap settings --from-literal=colour=green -n other",
            "configmap/settings created",
        ),
        ("create serviceaccount player -n other", "serviceaccount/player created"),
        (
            "create service nodeport web --tcp=80:8080 -n other",
            "service/web created",
        ),
        (
            "create poddisruptionbudget web --selector=app=web --min-available=50% -n other",
            "poddisruptionbudget.policy/web created",
        ),
        (
            "create ingress web --class=alb --rule=/*=web:80 -n other",
            "ingress.networking.k8s.io/web created",
        ),
        (
            "expose deployment web --name=again --port=80 -n other",
            "service/again exposed",
        ),
        ("run one --image=nginx --env=A=b -n other", "pod/one created"),
        (
            "autoscale deployment web --min=1 --max=3 --cpu=50% -n other",
            "horizontalpodautoscaler.autoscaling/web autoscaled",
        ),
    ] {
        served.kubectl(line).await.exits(0).prints(expected);
    }
    let get = |what: &str, path: &str| format!("-n other get {what} -o jsonpath={path}");
    for (what, path, expected) in [
        (
            "deployment web",
            "{.spec.replicas}/{.spec.template.spec.containers[0].image}",
            "2/nginx",
        ),
        (
            "deployment web",
            "{.spec.template.spec.containers[0].ports[0].containerPort}",
            "80",
        ),
        ("deployment web", "{.spec.selector.matchLabels.app}", "web"),
        ("configmap settings", "{.data.colour}", "green"),
        (
            "service web",
            "{.spec.type}/{.spec.ports[0].port}/{.spec.ports[0].targetPort}",
            "NodePort/80/8080",
        ),
        ("poddisruptionbudget web", "{.spec.minAvailable}", "50%"),
        (
            "ingress web",
            "{.spec.rules[0].http.paths[0].pathType}/{.spec.rules[0].http.paths[0].backend.service.port.number}",
            "Prefix/80",
        ),
        ("pod one", "{.spec.containers[0].env[0].value}", "b"),
    ] {
        let seen = served.kubectl(&get(what, path)).await.exits(0);
        assert_eq!(seen.stdout, expected, "{seen}");
    }
    served
        .kubectl("create namespace other")
        .await
        .exits(1)
        .prints("Error from server (AlreadyExists): namespaces \"other\" already exists");
    served
        .kubectl("create deployment Web --image=nginx -n other")
        .await
        .exits(1)
        .prints("metadata.name: Invalid value: \"Web\"");
    served
        .kubectl("auth whoami")
        .await
        .exits(1)
        .prints("API is not enabled");
    served.kubectl("delete namespace other --timeout=120s").await.exits(0);
}

/// kubectl as a server, and the file with its output.
fn watch(served: &Served, line: &str) -> (Server, std::path::PathBuf) {
    let log = served.path("watch.log");
    let server = Server::start("kubectl", &mut served.kubectl_command(line), log.clone());
    (server, log)
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}

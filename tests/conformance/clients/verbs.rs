//! kubectl's own verbs on the served sandbox: what each sends is understood, by two releases of kubectl.

use std::path::Path;

use super::served::Served;
use lab2048_testing::workshop::parts;

/// A verb: what is typed behind `kubectl`, how it ends, and words that it says. `NS` stands for the namespace, `DIR` for the
/// folder with the manifests.
type Verb = (&'static str, i32, &'static str);

const CREATE: &[Verb] = &[
    ("create namespace NS", 0, "namespace/NS created"),
    (
        "create deployment web --image=nginx --replicas=2 --port=80 -n NS",
        0,
        "deployment.apps/web created",
    ),
    (
        "create service clusterip plain --tcp=80:80 -n NS",
        0,
        "service/plain created",
    ),
    (
        "create service nodeport web --tcp=80:8080 -n NS",
        0,
        "service/web created",
    ),
    (
        "create ingress web --class=alb --rule=/*=web:80 -n NS",
        0,
        "ingress.networking.k8s.io/web created",
    ),
    (
        "create configmap settings --from-literal=colour=green -n NS",
        0,
        "configmap/settings created",
    ),
    (
        "create secret generic pass --from-literal=word=x -n NS",
        0,
        "secret/pass created",
    ),
    (
        "create secret docker-registry hub --docker-server=docker.io --docker-username=u --docker-password=p -n NS",
        0,
        "secret/hub created",
    ),
    (
        "create job once --image=busybox -n NS -- true",
        0,
        "job.batch/once created",
    ),
    (
        "create cronjob hourly --image=busybox --schedule=@hourly -n NS -- true",
        0,
        "cronjob.batch/hourly created",
    ),
    ("create job now --from=cronjob/hourly -n NS", 0, "job.batch/now created"),
    ("create serviceaccount player -n NS", 0, "serviceaccount/player created"),
    (
        "create role reader --verb=get --resource=pods -n NS",
        0,
        "role.rbac.authorization.k8s.io/reader created",
    ),
    (
        "create rolebinding reader --role=reader --serviceaccount=NS:player -n NS",
        0,
        "rolebinding.rbac.authorization.k8s.io/reader created",
    ),
    (
        "create clusterrole NS --verb=list --resource=nodes",
        0,
        "clusterrole.rbac.authorization.k8s.io/NS created",
    ),
    (
        "create clusterrolebinding NS --clusterrole=NS --user=kim",
        0,
        "clusterrolebinding.rbac.authorization.k8s.io/NS created",
    ),
    (
        "create quota small --hard=pods=10 -n NS",
        0,
        "resourcequota/small created",
    ),
    (
        "create poddisruptionbudget web --selector=app=web --min-available=1 -n NS",
        0,
        "poddisruptionbudget.policy/web created",
    ),
    (
        "create deployment web --image=nginx -n NS",
        1,
        "deployments.apps \"web\" already exists",
    ),
    (
        "create job wrong --image=busybox --restart=Always -n NS",
        1,
        "unknown flag: --restart",
    ),
    ("run one --image=nginx --env=A=b -n NS", 0, "pod/one created"),
    ("run two --image=nginx --dry-run=server -o yaml -n NS", 0, "kind: Pod"),
    (
        "expose deployment web --name=again --port=80 -n NS",
        0,
        "service/again exposed",
    ),
];

const AUTOSCALE: &[Verb] = &[
    ("get --raw /apis/autoscaling", 0, "\"autoscaling/v2\""),
    ("get --raw /apis/autoscaling", 0, "\"autoscaling/v1\""),
    ("get hpa web -n NS", 0, "web Deployment/web cpu: <unknown>/50% 2 8"),
    (
        "get horizontalpodautoscalers.v1.autoscaling web -n NS -o jsonpath={.apiVersion}/{.spec.targetCPUUtilizationPercentage}",
        0,
        "autoscaling/v1/50",
    ),
    (
        "get horizontalpodautoscalers.v2.autoscaling web -n NS -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}",
        0,
        "50",
    ),
    (
        "patch horizontalpodautoscalers.v1.autoscaling web -n NS --type=merge -p {\"spec\":{\"targetCPUUtilizationPercentage\":60}}",
        0,
        "patched",
    ),
    ("get hpa web -n NS", 0, "cpu: <unknown>/60%"),
    ("describe hpa web -n NS", 0, "Deployment/web"),
    (
        "apply -f DIR/hpa.yaml -n NS",
        0,
        "horizontalpodautoscaler.autoscaling/old created",
    ),
    (
        "apply -f DIR/hpa.yaml -n NS",
        0,
        "horizontalpodautoscaler.autoscaling/old unchanged",
    ),
    (
        "apply --server-side --force-conflicts -f DIR/hpa.yaml -n NS",
        0,
        "horizontalpodautoscaler.autoscaling/old serverside-applied",
    ),
    ("delete hpa web old -n NS", 0, "\"web\" deleted"),
];

const CHANGE: &[Verb] = &[
    (
        "set image deployment/web nginx=nginx:2 -n NS",
        0,
        "deployment.apps/web image updated",
    ),
    ("set env deployment/web A=b -n NS", 0, "deployment.apps/web env updated"),
    (
        "set resources deployment/web --limits=cpu=250m,memory=256Mi -n NS",
        0,
        "deployment.apps/web resource requirements updated",
    ),
    (
        "set serviceaccount deployment/web player -n NS",
        0,
        "deployment.apps/web serviceaccount updated",
    ),
    (
        "set selector service/plain app=web -n NS",
        0,
        "service/plain selector updated",
    ),
    (
        "get deployment web -n NS -o jsonpath={.spec.template.spec.containers[0].image}",
        0,
        "nginx:2",
    ),
    ("rollout history deployment/web -n NS", 0, "REVISION CHANGE-CAUSE"),
    (
        "rollout undo deployment/web --to-revision=1 -n NS",
        0,
        "deployment.apps/web rolled back",
    ),
    (
        "get deployment web -n NS -o jsonpath={.spec.template.spec.containers[0].image}",
        0,
        "nginx",
    ),
    ("rollout pause deployment/web -n NS", 0, "deployment.apps/web paused"),
    ("rollout resume deployment/web -n NS", 0, "deployment.apps/web resumed"),
    (
        "rollout restart deployment/web -n NS",
        0,
        "deployment.apps/web restarted",
    ),
    (
        "rollout status deployment/deployment-2048 -n fargate-game-2048 --timeout=60s",
        0,
        "successfully rolled out",
    ),
    (
        "scale deployment/web --replicas=1 -n NS",
        0,
        "deployment.apps/web scaled",
    ),
    (
        "scale deployment/web --current-replicas=5 --replicas=3 -n NS",
        1,
        "Expected replicas to be 5, was 1",
    ),
    (
        "label deployment web who=tester -n NS",
        0,
        "deployment.apps/web labeled",
    ),
    ("label deployment web who=other -n NS", 1, "already has a value"),
    ("label deployment web who- -n NS", 0, "deployment.apps/web unlabeled"),
    (
        "annotate deployment web note=x -n NS",
        0,
        "deployment.apps/web annotated",
    ),
    (
        "patch deployment web -n NS -p {\"spec\":{\"revisionHistoryLimit\":3}}",
        0,
        "deployment.apps/web patched",
    ),
    ("diff -f DIR/map.yaml -n NS", 1, "+ colour: blue"),
    ("apply -f DIR/map.yaml -n NS", 0, "configmap/mine created"),
    ("diff -f DIR/map.yaml -n NS", 0, ""),
    ("apply -f DIR/map.yaml -n NS", 0, "configmap/mine unchanged"),
    ("apply -f DIR/changed.yaml -n NS", 0, "configmap/mine configured"),
    ("apply view-last-applied configmap mine -n NS", 0, "colour: red"),
    (
        "apply --server-side -f DIR/map.yaml -n NS",
        1,
        "conflict with \"kubectl-client-side-apply\" using v1: .data.colour",
    ),
    (
        "apply --server-side --force-conflicts -f DIR/map.yaml -n NS",
        0,
        "configmap/mine serverside-applied",
    ),
    ("replace -f DIR/changed.yaml -n NS", 0, "configmap/mine replaced"),
    ("apply -f DIR/secret.yaml -n NS", 0, "secret/texts created"),
    ("get secret texts -n NS -o jsonpath={.data.word}", 0, "eA=="),
    (
        "wait deployment/deployment-2048 -n fargate-game-2048 --for=condition=Available --timeout=60s",
        0,
        "condition met",
    ),
];

const SHOW: &[Verb] = &[
    ("get all -n NS", 0, "job.batch/once"),
    (
        "get deployment,service,ingress,hpa,cronjob,job -n NS -o wide",
        0,
        "cronjob.batch/hourly @hourly",
    ),
    ("get secret -n NS", 0, "hub kubernetes.io/dockerconfigjson 1"),
    (
        "get role,rolebinding,quota,pdb -n NS",
        0,
        "resourcequota/small pods: 0/10",
    ),
    ("get deployment web -n NS -o yaml", 0, "apiVersion: apps/v1"),
    ("get deployment web -n NS -o name", 0, "deployment.apps/web"),
    (
        "get deployment -n NS -o custom-columns=N:.metadata.name,R:.spec.replicas",
        0,
        "N R web 1",
    ),
    (
        "get pods -n fargate-game-2048 --field-selector=status.phase=Running",
        0,
        "deployment-2048-",
    ),
    ("get nodes --show-labels", 0, "eks.amazonaws.com/compute-type=fargate"),
    ("events -n NS", 0, "ScalingReplicaSet"),
    ("describe deployment web -n NS", 0, "NewReplicaSet:"),
    ("describe service web -n NS", 0, "NodePort:"),
    ("describe ingress web -n NS", 0, "Ingress Class: alb"),
    ("describe pod one -n NS", 0, "Image: nginx"),
    ("describe secret pass -n NS", 0, "word: 1 bytes"),
    ("describe job once -n NS", 0, "Completions: 1"),
    ("describe cronjob hourly -n NS", 0, "Schedule: @hourly"),
    ("describe role reader -n NS", 0, "pods [] [] [get]"),
    ("describe rolebinding reader -n NS", 0, "ServiceAccount player NS"),
    ("describe quota small -n NS", 0, "small"),
    ("describe pdb web -n NS", 0, "Min available: 1"),
    ("describe configmap settings -n NS", 0, "green"),
    ("describe serviceaccount player -n NS", 0, "Name: player"),
    ("describe namespace NS", 0, "Status: Active"),
    ("describe node", 0, "ProviderID:"),
    ("explain deployment.spec.replicas", 0, "FIELD: replicas <integer>"),
    ("explain ingress.spec.rules", 0, "http <HTTPIngressRuleValue>"),
    ("explain hpa --api-version=autoscaling/v1", 0, "VERSION: v1"),
    ("explain deployment.spec.replica", 1, "does not exist"),
    ("api-resources", 0, "cronjobs cj batch/v1 true CronJob"),
    ("api-versions", 0, "autoscaling/v1 autoscaling/v2 batch/v1"),
    ("auth can-i create secrets -n NS", 0, "yes"),
    ("cluster-info", 0, "Kubernetes control plane is running at"),
    ("version", 0, "Server Version: v1.36"),
    // What nobody runs here is told, and nothing hangs.
    (
        "logs deployment/deployment-2048 -n fargate-game-2048",
        1,
        "nothing runs in them",
    ),
    (
        "exec deployment/deployment-2048 -n fargate-game-2048 -- ls",
        1,
        "nothing runs in them",
    ),
    ("top pods -n NS", 1, "Metrics API not available"),
];

const DELETE: &[Verb] = &[
    ("delete pod one -n NS --timeout=60s", 0, "pod \"one\" deleted"),
    ("wait pod/one --for=delete -n NS --timeout=60s", 0, ""),
    (
        "delete deployment,service --all -n NS",
        0,
        "deployment.apps \"web\" deleted",
    ),
    ("delete -f DIR/map.yaml -n NS", 0, "configmap \"mine\" deleted"),
    ("delete -f DIR/map.yaml -n NS", 1, "configmaps \"mine\" not found"),
    ("delete clusterrole,clusterrolebinding NS", 0, "\"NS\" deleted"),
    ("delete namespace NS --timeout=180s", 0, "namespace \"NS\" deleted"),
    ("get secret pass -n NS", 1, "not found"),
];

/// Manifests that the verbs are given.
const FILES: &[(&str, &str)] = &[
    (
        "map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\ndata: {colour: blue}\n",
    ),
    (
        "changed.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\ndata: {colour: red}\n",
    ),
    (
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: texts}\nstringData: {word: x}\n",
    ),
    (
        "hpa.yaml",
        "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: old}\nspec:\n  scaleTargetRef: \
         {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 1\n  maxReplicas: 3\n  \
         targetCPUUtilizationPercentage: 70\n",
    ),
];

async fn all_verbs(kubectl: &Path, release: &str, namespace: &str, autoscale: &'static str) {
    let served = Served::start_with_lab().await;
    let version = served.run(kubectl, "version --client").await.exits(0);
    assert!(version.stdout.contains(release), "{version}");
    for (name, text) in FILES {
        std::fs::write(served.path(name), text).unwrap();
    }
    let folder = served.path("").display().to_string();
    let autoscale: &[Verb] = &[(autoscale, 0, "horizontalpodautoscaler.autoscaling/web autoscaled")];
    let verbs = [CREATE, autoscale, AUTOSCALE, CHANGE, SHOW, DELETE]
        .into_iter()
        .flatten();
    for (line, exit, words) in verbs {
        let filled = |text: &str| text.replace("NS", namespace).replace("DIR/", &folder);
        let run = served.run(kubectl, &filled(line)).await;
        run.exits(*exit).prints(&filled(words));
    }
}

#[tokio::test]
async fn the_current_kubectls_verbs() {
    let kubectl = parts::control_plane("kubectl");
    all_verbs(
        &kubectl,
        "v1.36",
        "current",
        "autoscale deployment web --min=2 --max=8 --cpu=50% -n NS",
    )
    .await;
}

#[tokio::test]
async fn an_older_kubectls_verbs() {
    let kubectl = parts::older_kubectl();
    all_verbs(
        &kubectl,
        "v1.33",
        "older",
        "autoscale deployment web --min=2 --max=8 --cpu-percent=50 -n NS",
    )
    .await;
}

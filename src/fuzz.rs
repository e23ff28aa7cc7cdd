//! What strangers can send to the program; `lab2048_fuzz` says what must not come of it.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use lab2048_fuzz::{Target, survive};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::aws::{Clients, Reader, StaticKeys, WantedNames, WorldWay};
use crate::config::{Loader, Setting};
use crate::k8s::{Client, Connection, ObjectDriver, Select, chosen_context, kind_of};
use crate::lbc::{IngressFacts, IngressSettings, Reach, decode_event, decode_refusal, routes, unknown_annotations};
use crate::model::{
    Desired, Goal, LONGEST_WAIT, Node, NodeId, NodeKind, Object, Op, Outputs, Quantity, Scope, Task, Wait,
    format_duration, matches_wildcard, parse_duration,
};
use crate::plan::file::SavedPlan;
use crate::plan::file::class::{SavedClass, signed};
use crate::ports::{BoxBody, Clock, Driver, RequestMeter, TestClock, Transport, TransportError};
use crate::readiness::{self, Past};
use crate::render::{AppContext, Context, IngressContext, LabContext, Templates, objects, to_yaml};

const TARGETS: &[Target] = &[
    target("environment", environment),
    target("set", set),
    target("roster", roster),
    target("roster-list", roster_list),
    target("template", template),
    target("template-context", template_context),
    target("plan-file", plan_file),
    target("class-plan", class_plan),
    target("kubeconfig", kubeconfig),
    target("annotations", annotations),
    target("controller-event", controller_event),
    target("pod-event", pod_event),
    target("aws-xml", aws_xml),
    target("aws-json", aws_json),
    target("kubernetes", kubernetes),
    target("kubernetes-watch", kubernetes_watch),
    target("wildcard", wildcard),
    target("duration", duration),
    target("quantity", quantity),
];

const fn target(name: &'static str, run: fn(&[u8]) -> usize) -> Target {
    Target { name, run, cases: 200 }
}

#[test]
fn strangers_are_survived() {
    survive(TARGETS);
}

thread_local! {
    /// A folder for what is read from files.
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().unwrap());
}

/// Writes bytes to the file at `path` in this thread's folder, and gives the folder and the file.
fn written(path: &str, bytes: &[u8]) -> (PathBuf, PathBuf) {
    let folder = FOLDER.with(|folder| folder.path().to_owned());
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    (folder, file)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The size of a result as it is printed.
fn size<T: std::fmt::Debug, E: std::fmt::Display>(result: Result<T, E>) -> usize {
    match result {
        Ok(value) => format!("{value:?}").len(),
        Err(error) => error.to_string().len(),
    }
}

fn environment(bytes: &[u8]) -> usize {
    let (folder, _) = written("fuzz.yaml", bytes);
    size(Loader::new(folder, BTreeMap::new()).load("./fuzz.yaml", &[]))
}

fn roster(bytes: &[u8]) -> usize {
    class("fuzz.csv", bytes)
}

fn roster_list(bytes: &[u8]) -> usize {
    class("fuzz.yaml", bytes)
}

fn class(name: &str, bytes: &[u8]) -> usize {
    let (folder, _) = written(name, bytes);
    match Loader::new(folder, BTreeMap::new()).load_roster(name, "sandbox", &[]) {
        Ok(roster) => roster.labs.len(),
        Err(problems) => problems.to_string().len(),
    }
}

/// Flags with a NUL between them.
fn set(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let settings: Vec<Setting> = text.split('\0').map(Setting::parse).collect();
    size(Loader::new("/nonexistent", BTreeMap::new()).load("workshop", &settings))
}

/// What only time and memory bound, such as a text that doubles in a loop, is for `app::rendering` to end and to test: here nothing
/// ends a thread.
fn template(bytes: &[u8]) -> usize {
    let (folder, _) = written("templates/k8s/fuzz.yaml", bytes);
    let rendered = Templates::with_folder(&folder, Path::new("templates"))
        .and_then(|templates| objects(&templates, &context("2048", "alb"), None));
    match rendered {
        Ok(rendered) => to_yaml(&rendered.objects).unwrap().len(),
        Err(error) => error.to_string().len(),
    }
}

/// A lab in which free texts are `value`, and `word` the names.
fn context(word: &str, value: &str) -> Context {
    let map = BTreeMap::from([(word.to_owned(), value.to_owned())]);
    let some = Some(value.to_owned());
    Context {
        lab: LabContext { name: "lab".to_owned() },
        app: AppContext {
            namespace: "lab".to_owned(),
            deployment: "deployment-2048".to_owned(),
            service: "service-2048".to_owned(),
            ingress: "ingress-2048".to_owned(),
            image: value.to_owned(),
            replicas: 5,
            port: 80,
            resources: Some(map.clone()),
            labels: map.clone(),
            disruption_budget: None,
        },
        ingress: IngressContext {
            class: value.to_owned(),
            scheme: value.to_owned(),
            host: some.clone(),
            path: value.to_owned(),
            port: None,
            allowed_cidrs: vec![value.to_owned()],
            certificate_arn: some.clone(),
            group: some.clone(),
            load_balancer_name: some,
            annotations: map,
        },
    }
}

/// No value can become anything but a value: whatever it is, the objects have the same form.
fn template_context(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let (word, value) = text.split_once('\n').unwrap_or(("key", &text));
    let Ok(rendered) = objects(&Templates::built_in(), &context(word, value), None) else {
        return 0;
    };
    let kinds: Vec<&str> = rendered.objects.iter().map(Object::kind).collect();
    assert_eq!(kinds, ["Namespace", "Service", "Ingress", "Deployment"]);
    let image = rendered.objects[3].text("/spec/template/spec/containers/0/image");
    assert_eq!(image, Some(value));
    to_yaml(&rendered.objects).unwrap().len()
}

fn plan_file(bytes: &[u8]) -> usize {
    let text = text(bytes);
    // The digest keeps mutations out, and nobody who is malicious.
    match serde_json::from_str::<SavedPlan>(&text) {
        Ok(plan) => {
            let signed = plan.to_text().unwrap();
            assert!(SavedPlan::read(&signed).is_ok(), "what was written can be read");
            signed.len()
        }
        Err(_) => size(SavedPlan::read(&text)),
    }
}

/// Lines of all kinds, in a file that was not changed since.
fn class_plan(bytes: &[u8]) -> usize {
    match SavedClass::read(&signed(&text(bytes))) {
        Ok(class) => class.labs().map(str::len).sum(),
        Err(error) => error.to_string().len(),
    }
}

fn kubeconfig(bytes: &[u8]) -> usize {
    let (_, file) = written("config", bytes);
    size(chosen_context(&file))
}

/// An Ingress whose annotations are `name=value`, one a line.
fn annotations(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let all = text.lines().filter_map(|line| line.split_once('='));
    let all: Map<String, Value> = all
        .map(|(name, value)| (format!("alb.ingress.kubernetes.io/{name}"), value.into()))
        .collect();
    let backend = json!({"service": {"name": "service-2048", "port": {"number": 80}}});
    let ingress = Object(json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"namespace": "lab", "name": "ingress-2048", "annotations": all},
        "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": backend},
            {"path": "/more", "pathType": "Prefix", "backend": {"service": {"name": "more", "port": {"name": "use-annotation"}}}},
        ]}}]},
    }));
    let facts = IngressFacts {
        service: Some(&ingress),
        ..IngressFacts::alone(&ingress)
    };
    let settings = IngressSettings::of(&facts);
    let reach = Reach::of(&ingress, &settings, "service-2048");
    let (routes, unknown) = (routes(&ingress, &settings), unknown_annotations(&ingress));
    format!("{settings:?}{reach:?}{routes:?}{unknown:?}").len()
}

fn controller_event(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let (reason, message) = text.split_once('\n').unwrap_or(("FailedDeployModel", &text));
    let decoded = [decode_event(reason, message), decode_refusal(message)];
    decoded
        .iter()
        .flatten()
        .map(|decoded| decoded.text().to_string().len())
        .sum()
}

/// What a kubelet says of a container that waits: the event's reason on the first line, then its message, which is also the
/// container's own.
fn pod_event(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let (reason, message) = text.split_once('\n').unwrap_or(("Failed", &text));
    let owner = |kind: &str, name: &str| json!([{"kind": kind, "name": name, "uid": name, "controller": true}]);
    let deployment = Object(json!({
        "kind": "Deployment", "metadata": {"namespace": "lab", "name": "game", "uid": "game", "generation": 1},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "game"}}}, "status": {"observedGeneration": 1},
    }));
    let pod = Object(json!({
        "kind": "Pod",
        "metadata": {"namespace": "lab", "name": "game-1", "uid": "1", "labels": {"app": "game"},
            "ownerReferences": owner("ReplicaSet", "game-set")},
        "spec": {"containers": [{"name": "game", "image": "game"}]},
        "status": {"phase": "Pending", "containerStatuses": [
            {"name": "game", "image": "game", "state": {"waiting": {"reason": reason, "message": message}}},
        ]},
    }));
    let event = Object(json!({
        "kind": "Event", "type": "Warning", "reason": reason, "message": message, "metadata": {"namespace": "lab", "name": "e"},
        "involvedObject": {"kind": "Pod", "namespace": "lab", "name": "game-1", "uid": "1"},
    }));
    let verdict = readiness::deployment(&deployment, &[pod], &[event], &Past::default());
    format!("{verdict:?}").len()
}

/// A server that says the same to everything, but for what `others` answers.
struct Parrot {
    answer: Response<Bytes>,
    others: fn(&Request<Bytes>) -> Option<Value>,
}

impl Transport for Parrot {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let response = match (self.others)(&request) {
            Some(json) => Response::new(Bytes::from(json.to_string())),
            None => self.answer.clone(),
        };
        let whole = |body| Full::new(body).map_err(|never| match never {}).boxed_unsync();
        async move { Ok(response.map(whole)) }.boxed()
    }
}

/// An answer: its code on the first line, if there is a number of three digits, then its body.
fn answer(bytes: &[u8], media: &str) -> Response<Bytes> {
    let coded = bytes.split_at_checked(4).and_then(|(line, rest)| {
        let code = std::str::from_utf8(line)
            .ok()?
            .strip_suffix('\n')?
            .parse::<u16>()
            .ok()?;
        (200..600).contains(&code).then_some((code, rest))
    });
    let (code, body) = coded.unwrap_or((200, bytes));
    let response = Response::builder().status(code).header("content-type", media);
    response.body(Bytes::copy_from_slice(body)).unwrap()
}

/// Runs something in time that passes by itself, and no more than a day of it.
fn in_paused_time<T>(what: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    let day = Duration::from_secs(24 * 3600);
    runtime.block_on(async { tokio::time::timeout(day, what).await.unwrap() })
}

/// The cluster's answer where only the other services are strange.
fn cluster(request: &Request<Bytes>) -> Option<Value> {
    let is_cluster = request.uri().path() == "/clusters/eksworkshop";
    is_cluster.then(|| {
        json!({"cluster": {
            "name": "eksworkshop", "arn": "arn:aws:eks:ap-northeast-2:123456789012:cluster/eksworkshop",
            "createdAt": 1_795_476_000.123, "version": "1.33", "status": "ACTIVE", "endpoint": "https://x.eks.amazonaws.com",
            "certificateAuthority": {"data": "LS0tLS1CRUdJTgo="},
            "resourcesVpcConfig": {"vpcId": "vpc-1", "subnetIds": ["subnet-1"], "endpointPublicAccess": true},
        }})
    })
}

fn aws(answer: Response<Bytes>, others: fn(&Request<Bytes>) -> Option<Value>) -> usize {
    in_paused_time(async {
        let way = WorldWay {
            transport: Arc::new(Parrot { answer, others }),
            limit: None,
        };
        let keys = StaticKeys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned(),
        };
        let clients = Clients::over(
            way,
            keys,
            "ap-northeast-2",
            Arc::new(TestClock::start()),
            RequestMeter::default(),
        );
        let wanted = WantedNames {
            role_name: "pods".to_owned(),
            role_arn: None,
            of_others: false,
            balancer_name: "k8s-fargateg-ingress2-b252ad69ce".to_owned(),
            stack_id: "fargate-game-2048/ingress-2048".to_owned(),
            ingress_id: "fargate-game-2048/ingress-2048".to_owned(),
        };
        let view = Reader::new(clients)
            .read("eksworkshop", &wanted, Scope::Plan, |_| ())
            .await;
        // Every part of the view has the answer, or the error that it gave.
        size(view) / 16
    })
}

fn aws_xml(bytes: &[u8]) -> usize {
    aws(answer(bytes, "text/xml"), cluster)
}

fn aws_json(bytes: &[u8]) -> usize {
    aws(answer(bytes, "application/json"), |_| None)
}

fn kubernetes(bytes: &[u8]) -> usize {
    let answer = answer(bytes, "application/json");
    in_paused_time(async {
        let connection = Connection {
            clock: Arc::new(TestClock::start()),
            meter: RequestMeter::default(),
            tokens: None,
        };
        let parrot = Parrot {
            answer,
            others: |_| None,
        };
        let client = Client::over(Arc::new(parrot), "https://cluster.test", connection).unwrap();
        let ingress = kind_of("networking.k8s.io/v1", "Ingress").unwrap();
        let listed = client.list(ingress, Some("lab"), &Select::default()).await;
        let key =
            Object(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "lab", "name": "x"}})).key();
        size(listed) + size(client.get(&key).await)
    })
}

/// What a watch says, where lists are as they should be: it is followed for an hour at most.
fn kubernetes_watch(bytes: &[u8]) -> usize {
    let parrot = Parrot {
        answer: answer(bytes, "application/json"),
        others: |request| {
            let watches = request.uri().query().is_some_and(|query| query.contains("watch=1"));
            let list = json!({"kind": "List", "metadata": {"resourceVersion": "7"}, "items": [
                {"metadata": {"namespace": "lab", "name": "game", "uid": "u", "generation": 1}, "spec": {"replicas": 1}},
            ]});
            (!watches).then_some(list)
        },
    };
    let object =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "lab", "name": "game"}});
    let node = Node {
        id: NodeId::new(NodeKind::Deployment, "game"),
        desired: Desired::Object(Object(object)),
    };
    let task = Task {
        wait: Wait::Ready,
        ..Task::of(node, Op::None)
    };
    in_paused_time(async {
        let connection = Connection {
            clock: Arc::new(TestClock::start()),
            meter: RequestMeter::default(),
            tokens: None,
        };
        let client = Client::over(Arc::new(parrot), "https://cluster.test", connection).unwrap();
        let driver = ObjectDriver::new(client);
        let nothing = Outputs::default();
        let reports = driver.progress(&task, Goal::Ready, &nothing);
        let an_hour = TestClock::start().sleep(Duration::from_hours(1));
        let sizes = reports.take(50).take_until(an_hour).map(size);
        sizes.fold(0, |most, size| async move { most.max(size) }).await
    })
}

/// A pattern, and on the next line what it is laid against.
fn wildcard(bytes: &[u8]) -> usize {
    let text = text(bytes);
    let (pattern, text) = text.split_once('\n').unwrap_or((&text, ""));
    let matches = matches_wildcard(pattern, text);
    assert!(
        matches || pattern != text || pattern.contains('*'),
        "a text matches itself"
    );
    0
}

fn duration(bytes: &[u8]) -> usize {
    let parsed = parse_duration(&text(bytes), LONGEST_WAIT);
    if let Ok(duration) = parsed {
        assert_eq!(parse_duration(&format_duration(duration), LONGEST_WAIT), Ok(duration));
    }
    size(parsed)
}

fn quantity(bytes: &[u8]) -> usize {
    let Some(quantity) = Quantity::of(&text(bytes).into()) else {
        return 0;
    };
    let twice = quantity.plus(quantity);
    assert!(twice.units(1000, 1) >= quantity.units(1000, 1) && twice >= quantity);
    format!("{twice:?}").len()
}

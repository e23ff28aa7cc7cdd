//! Stands for the node of an instructor's cluster: a scheduler and a kubelet for the pods of one namespace. There are no containers
//! behind it, but their commands are run, on this machine, with the files, variables and tokens that a kubelet would give them, and
//! end as pods do: with an exit code and last words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Node as ClusterNode, Pod, ServiceAccount};
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinHandle;

use crate::binary;
use crate::workshop::plane::Plane;

/// Its name in the cluster.
const NODE: &str = "node-of-the-instructor";
/// How often the namespace is looked at.
const PULSE: Duration = Duration::from_millis(200);

type Tried<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs the pods of a namespace until it is dropped.
pub struct Kubelet {
    ended: Arc<Mutex<Vec<Ended>>>,
    task: JoinHandle<()>,
}

/// A pod that has ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Its name.
    pub pod: String,
    /// Its index in its Job.
    pub index: usize,
    /// How it has ended.
    pub exit_code: i32,
    /// What it has printed.
    pub log: String,
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Kubelet {
    /// Starts it. `surroundings` are variables that the pods have from their place: what leads to AWS and to the labs' clusters. A
    /// `KUBECONFIG` among them is beside the pods' own.
    pub async fn start(plane: &Plane, namespace: &str, surroundings: BTreeMap<String, String>) -> Self {
        let ended = Arc::new(Mutex::new(Vec::new()));
        let node = Node {
            client: plane.client().await,
            namespace: namespace.to_owned(),
            authority: plane.authority(),
            server: plane.url(),
            surroundings,
            ended: Arc::clone(&ended),
        };
        // Pods of a node that is not there would be taken for lost.
        let nodes = Api::<ClusterNode>::all(node.client.clone());
        let there = serde_json::from_value(json!({"metadata": {"name": NODE}})).unwrap();
        nodes.create(&PostParams::default(), &there).await.unwrap();
        let task = tokio::spawn(async move {
            let node = Arc::new(node);
            let mut begun = BTreeSet::new();
            let mut running = tokio::task::JoinSet::new();
            loop {
                // What is cut off by the end of a test is tried again at the next look.
                let _ = Node::look(&node, &mut begun, &mut running).await;
                tokio::time::sleep(PULSE).await;
            }
        });
        Self { ended, task }
    }

    /// The pods that have ended so far.
    pub fn ended(&self) -> Vec<Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Node {
    client: kube::Client,
    namespace: String,
    /// The certificate (PEM) that the API's own is signed by.
    authority: String,
    /// The API's URL.
    server: String,
    surroundings: BTreeMap<String, String>,
    ended: Arc<Mutex<Vec<Ended>>>,
}

impl Node {
    fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    async fn look(node: &Arc<Self>, begun: &mut BTreeSet<String>, running: &mut tokio::task::JoinSet<()>) -> Tried {
        for pod in node.pods().list(&ListParams::default()).await? {
            let pod = serde_json::to_value(&pod)?;
            let uid = text(&pod, "/metadata/uid").to_owned();
            let is_over = ["Succeeded", "Failed"].contains(&text(&pod, "/status/phase"));
            if pod.pointer("/metadata/deletionTimestamp").is_some() {
                if is_over || !begun.contains(&uid) {
                    let at_once = DeleteParams::default().grace_period(0);
                    node.pods().delete(text(&pod, "/metadata/name"), &at_once).await?;
                }
            } else if !is_over && begun.insert(uid) {
                let node = Arc::clone(node);
                running.spawn(async move {
                    if let Err(error) = node.carry(&pod).await {
                        println!("{} cannot be run: {error}", text(&pod, "/metadata/name"));
                    }
                });
            }
        }
        Ok(())
    }

    /// A pod from its node to its last words.
    async fn carry(&self, pod: &Value) -> Tried {
        let name = text(pod, "/metadata/name");
        let binding = json!({
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name},
            "target": {"apiVersion": "v1", "kind": "Node", "name": NODE},
        });
        let _: Value = self
            .pods()
            .create_subresource("binding", name, &PostParams::default(), &binding)
            .await?;
        self.report(name, "Running", &json!({"running": {}}), true).await?;
        let container = &pod["spec"]["containers"][0];
        let room = self.room(pod).await?;
        let last_words = room.path().join("termination-log");
        fs::write(&last_words, "")?;
        let mut command = self.command(pod, container, room.path())?;
        let output = command.env("LAB2048_TERMINATION_LOG", &last_words).output().await?;
        let exit_code = output.status.code().unwrap_or(137);
        let log = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let index = text(pod, "/metadata/labels/batch.kubernetes.io~1job-completion-index");
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(Ended {
            pod: name.to_owned(),
            index: index.parse()?,
            exit_code,
            log,
        });
        let (phase, reason) = if exit_code == 0 {
            ("Succeeded", "Completed")
        } else {
            ("Failed", "Error")
        };
        let end = json!({"exitCode": exit_code, "reason": reason, "message": fs::read_to_string(&last_words)?});
        self.report(name, phase, &json!({"terminated": end}), false).await
    }

    async fn report(&self, name: &str, phase: &str, state: &Value, ready: bool) -> Tried {
        let status = json!({"status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
            "containerStatuses": [{
                "name": "lab2048", "image": "", "imageID": "", "ready": ready, "restartCount": 0, "state": state,
            }],
        }});
        let by = PatchParams::default();
        self.pods().patch_status(name, &by, &Patch::Strategic(status)).await?;
        Ok(())
    }

    /// The volumes of a pod, as folders.
    async fn room(&self, pod: &Value) -> Tried<TempDir> {
        let room = tempfile::tempdir()?;
        for volume in pod["spec"]["volumes"].as_array().into_iter().flatten() {
            let folder = room.path().join(text(volume, "/name"));
            fs::create_dir(&folder)?;
            for source in volume["projected"]["sources"].as_array().into_iter().flatten() {
                self.project(pod, source, &folder).await?;
            }
        }
        Ok(room)
    }

    async fn project(&self, pod: &Value, source: &Value, folder: &Path) -> Tried {
        if let Some(path) = source.pointer("/serviceAccountToken/path").and_then(Value::as_str) {
            let token = self.token(text(pod, "/spec/serviceAccountName")).await?;
            return lay(folder, path, &token);
        }
        let name = text(source, "/configMap/name");
        let data = if name == "kube-root-ca.crt" {
            BTreeMap::from([("ca.crt".to_owned(), self.authority.clone())])
        } else {
            let maps = Api::<ConfigMap>::namespaced(self.client.clone(), &self.namespace);
            maps.get(name).await?.data.unwrap_or_default()
        };
        for item in source["configMap"]["items"].as_array().into_iter().flatten() {
            let content = data.get(text(item, "/key")).ok_or("no such key")?;
            // What the cluster's DNS does.
            let content = content.replace("https://kubernetes.default.svc", &self.server);
            lay(folder, text(item, "/path"), &content)?;
        }
        Ok(())
    }

    async fn token(&self, account: &str) -> Tried<String> {
        let accounts = Api::<ServiceAccount>::namespaced(self.client.clone(), &self.namespace);
        let request =
            json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}});
        let made: Value = accounts
            .create_subresource("token", account, &PostParams::default(), &request)
            .await?;
        Ok(text(&made, "/status/token").to_owned())
    }

    /// What the container runs, with paths of its volumes as they are here.
    fn command(&self, pod: &Value, container: &Value, room: &Path) -> Tried<Command> {
        assert_eq!(container["command"], json!(["lab2048"]), "the image's program");
        let mounts: Vec<(String, PathBuf)> = container["volumeMounts"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|mount| (text(mount, "/mountPath").to_owned(), room.join(text(mount, "/name"))))
            .collect();
        let here = |path: &str| {
            mounts.iter().fold(path.to_owned(), |path, (mount, folder)| {
                match path.strip_prefix(mount.as_str()) {
                    Some(below) => format!("{}{below}", folder.display()),
                    None => path,
                }
            })
        };
        let mut variables = self.surroundings.clone();
        for variable in container["env"].as_array().into_iter().flatten() {
            let value = match text(variable, "/valueFrom/fieldRef/fieldPath") {
                "" => here(text(variable, "/value")),
                field => field_of(pod, field).ok_or("no such field")?,
            };
            let value = match (text(variable, "/name"), self.surroundings.get("KUBECONFIG")) {
                ("KUBECONFIG", Some(beside)) => format!("{value}:{beside}"),
                _ => value,
            };
            variables.insert(text(variable, "/name").to_owned(), value);
        }
        let mut command = Command::new(binary());
        let arguments = container["args"].as_array().into_iter().flatten();
        command
            .args(arguments.filter_map(Value::as_str))
            .env_clear()
            .envs(variables)
            .current_dir(here(text(container, "/workingDir")))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        Ok(command)
    }
}

/// A field of a pod as the downward API names it: `metadata.labels['x']`.
fn field_of(pod: &Value, field: &str) -> Option<String> {
    let (map, key) = field.split_once("['")?;
    let map = pod.pointer(&format!("/{}", map.replace('.', "/")))?;
    Some(map.get(key.strip_suffix("']")?)?.as_str()?.to_owned())
}

fn lay(folder: &Path, path: &str, text: &str) -> Tried {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().ok_or("no folder")?)?;
    fs::write(file, text)?;
    Ok(())
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

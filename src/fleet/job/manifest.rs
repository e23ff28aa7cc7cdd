//! The objects of a Job: who its pods are and what they may do, what they read, and the Job. Nothing of them is taken from the
//! machine that makes them but the roster, the environment and its templates: no credentials, no kubeconfig.

use serde_json::{Value, json};

use super::outcome::HOPELESS;
use super::shard::Assignment;
use crate::config::CarriedFile;
use crate::model::{MANAGED_BY_LABEL, MANAGER, Object, short_hash};
use crate::permissions;

/// Names the Job that an object belongs to.
pub const JOB_LABEL: &str = "lab2048.dev/job";
/// On the Job: what it was made of, in short.
const DIGEST_ANNOTATION: &str = "lab2048.dev/digest";
/// On a pod: its index, as the Job's controller writes it.
pub(super) const INDEX_LABEL: &str = "batch.kubernetes.io/job-completion-index";
/// On a pod: the UID of its Job, as the Job's controller writes it.
const JOB_UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
/// On results: the index.
pub(super) const RESULT_LABEL: &str = "lab2048.dev/index";
/// In results: the lines.
pub(super) const RESULT_KEY: &str = "rows.ndjson";
/// The label by which Kueue knows what it queues. <https://kueue.sigs.k8s.io/docs/tasks/run/jobs/>
const QUEUE_LABEL: &str = "kueue.x-k8s.io/queue-name";

/// The only container of a pod.
const CONTAINER: &str = "lab2048";
/// The folder that a pod works in; nothing can be written there.
const FOLDER: &str = "/class";
/// Where a pod can write.
const SCRATCH: &str = "/work";
/// In the folder: what is no file of the user's.
pub const OWN_FOLDER: &str = ".lab2048";
/// The context of the pods' kubeconfig, which leads to the Job's own cluster.
pub const OWN_CONTEXT: &str = "lab2048-job";
/// Where a container leaves its last words.
pub const TERMINATION_LOG: &str = "/dev/termination-log";
/// What a `ConfigMap` has room for, in bytes.
/// <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>
pub const ROOM_OF_CONFIG_MAP: usize = 1024 * 1024;

/// Somebody that is no one; files with tokens are readable by its group.
const USER: u32 = 65532;
/// After SIGTERM nothing new is begun, and the labs under way have so many seconds.
const GRACE: u32 = 600;
/// A token of a pod is renewed in time by its kubelet.
const TOKEN_SECONDS: u32 = 3600;

/// Who the pods of a Job are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A service account that is there, and is left as it is.
    Given(String),
    /// One that is made for the Job, with this role in AWS (ARN) if one is named.
    Made(Option<String>),
}

/// What a Job is made of.
#[derive(Debug, Clone, Copy)]
pub struct Manifest<'a> {
    /// Its name, and that of what belongs to it.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Image of this program.
    pub image: &'a str,
    /// Indexes at once.
    pub parallelism: usize,
    /// Who its pods are.
    pub account: &'a Account,
    /// The queue of Kueue that it waits in.
    pub queue: Option<&'a str>,
    /// What its pods call the program with.
    pub arguments: &'a [String],
    /// Variables of its pods.
    pub variables: &'a [(String, String)],
    /// Files in the folder of its pods.
    pub files: &'a [CarriedFile],
    /// Which index carries out which labs.
    pub assignment: &'a str,
    /// How many indexes there are.
    pub indexes: usize,
}

/// The labels of everything that belongs to the Job `name`.
pub(super) fn job_labels(name: &str) -> Value {
    json!({MANAGED_BY_LABEL: MANAGER, JOB_LABEL: name})
}

/// The name of an index's results.
pub fn result_name(name: &str, index: usize) -> String {
    format!("{name}-{index}")
}

/// The results of an index; they go with the Job that has this UID.
pub fn result_map((name, namespace): (&str, &str), index: usize, job_uid: Option<&str>, lines: &str) -> Object {
    let mut labels = job_labels(name);
    labels[RESULT_LABEL] = index.to_string().into();
    let mut metadata = json!({"name": result_name(name, index), "namespace": namespace, "labels": labels});
    if let Some(uid) = job_uid {
        metadata["ownerReferences"] = json!([{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": uid}]);
    }
    Object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {RESULT_KEY: lines}}))
}

/// The lines of results that are there.
pub fn lines_of(results: &Object) -> &str {
    results
        .at("/data")
        .and_then(|data| data.get(RESULT_KEY)?.as_str())
        .unwrap_or_default()
}

/// The digest of what a Job that is there was made of.
pub fn digest_of(job: &Object) -> Option<&str> {
    job.annotation(DIGEST_ANNOTATION)
}

/// The assignment in what a Job's pods read.
pub fn assignment_in(class: &Object) -> Option<Assignment> {
    let text = class.at("/data")?.get(ASSIGNMENT)?.as_str()?;
    serde_json::from_str(text).ok()
}

/// The key and the file of the assignment.
const ASSIGNMENT: &str = "assignment.json";
/// The key and the file of the pods' kubeconfig.
const KUBECONFIG: &str = "kubeconfig";

/// Where pods find the assignment.
pub fn assignment_path() -> String {
    format!("{OWN_FOLDER}/{ASSIGNMENT}")
}

impl Manifest<'_> {
    /// The objects, in the order in which they are made.
    pub fn objects(&self) -> Vec<Object> {
        let mut objects = self.identity();
        objects.push(self.class());
        let before: Value = objects.iter().map(|object| object.0.clone()).collect();
        let mut job = self.job();
        let digest = short_hash(&format!("{before} {job}"));
        job["metadata"]["annotations"] = json!({DIGEST_ANNOTATION: digest});
        objects.push(Object(job));
        objects
    }

    /// How many bytes the files take of what there is room for.
    pub fn size(&self) -> usize {
        let class = self.class();
        let data = class.text_map("/data");
        data.values().map(String::len).sum()
    }

    fn object(&self, api_version: &str, kind: &str) -> Value {
        json!({
            "apiVersion": api_version, "kind": kind,
            "metadata": {"name": self.name, "namespace": self.namespace, "labels": job_labels(self.name)},
        })
    }

    fn account_name(&self) -> &str {
        match self.account {
            Account::Given(name) => name,
            Account::Made(_) => self.name,
        }
    }

    /// Who the pods are, and what they may do in their own cluster.
    fn identity(&self) -> Vec<Object> {
        const GROUP: &str = "rbac.authorization.k8s.io";
        let mut objects = Vec::new();
        if let Account::Made(role) = self.account {
            let mut account = self.object("v1", "ServiceAccount");
            if let Some(role) = role {
                account["metadata"]["annotations"] = json!({"eks.amazonaws.com/role-arn": role});
            }
            objects.push(Object(account));
        }
        let version = format!("{GROUP}/v1");
        let mut role = self.object(&version, "Role");
        let results: Vec<String> = (0..self.indexes).map(|index| result_name(self.name, index)).collect();
        role["rules"] = permissions::rules_of_job(&results);
        let mut binding = self.object(&version, "RoleBinding");
        binding["roleRef"] = json!({"apiGroup": GROUP, "kind": "Role", "name": self.name});
        binding["subjects"] =
            json!([{"kind": "ServiceAccount", "name": self.account_name(), "namespace": self.namespace}]);
        objects.extend([Object(role), Object(binding)]);
        objects
    }

    /// What the pods read.
    fn class(&self) -> Object {
        let mut class = self.object("v1", "ConfigMap");
        let mut data = json!({ASSIGNMENT: self.assignment, KUBECONFIG: kubeconfig().to_string()});
        for (number, file) in self.files.iter().enumerate() {
            data[key_of(number, &file.path)] = file.text.as_str().into();
        }
        class["data"] = data;
        Object(class)
    }

    fn job(&self) -> Value {
        let mut job = self.object("batch/v1", "Job");
        if let Some(queue) = self.queue {
            job["metadata"]["labels"][QUEUE_LABEL] = queue.into();
        }
        job["spec"] = json!({
            "completionMode": "Indexed", "completions": self.indexes, "parallelism": self.parallelism,
            // One more attempt; what does not become better by it is not tried again, and what was no fault of ours does not count.
            "backoffLimitPerIndex": 1, "podReplacementPolicy": "Failed",
            "podFailurePolicy": {"rules": [
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                {"action": "FailIndex", "onExitCodes": {"containerName": CONTAINER, "operator": "In", "values": HOPELESS}},
            ]},
            "template": {"metadata": {"labels": job_labels(self.name)}, "spec": self.pod()},
        });
        job
    }

    fn pod(&self) -> Value {
        json!({
            "serviceAccountName": self.account_name(), "automountServiceAccountToken": false,
            "restartPolicy": "Never", "terminationGracePeriodSeconds": GRACE,
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": USER, "runAsGroup": USER, "fsGroup": USER,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [self.container()],
            "volumes": [self.volume(), {"name": "scratch", "emptyDir": {}}],
        })
    }

    fn container(&self) -> Value {
        let fixed = [
            ("HOME", SCRATCH.to_owned()),
            ("TMPDIR", SCRATCH.to_owned()),
            (KUBECONFIG_VARIABLE, format!("{FOLDER}/{OWN_FOLDER}/{KUBECONFIG}")),
        ];
        let fixed = fixed.iter().map(|(name, value)| json!({"name": name, "value": value}));
        let own = self
            .variables
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}));
        let uid = json!({
            "name": "LAB2048_JOB_UID",
            "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": format!("metadata.labels['{JOB_UID_LABEL}']")}},
        });
        let variables: Vec<Value> = fixed.chain([uid]).chain(own).collect();
        json!({
            "name": CONTAINER, "image": self.image, "command": ["lab2048"], "args": self.arguments,
            "workingDir": FOLDER, "env": variables,
            "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}},
            "securityContext": {
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
            },
            "terminationMessagePath": TERMINATION_LOG, "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": [
                {"name": "class", "mountPath": FOLDER, "readOnly": true},
                {"name": "scratch", "mountPath": SCRATCH},
            ],
        })
    }

    /// The folder of the pods: the files, and the way to their own cluster.
    fn volume(&self) -> Value {
        let own = |key: &str| json!({"key": key, "path": format!("{OWN_FOLDER}/{key}")});
        let files = self.files.iter().enumerate();
        let files = files.map(|(number, file)| json!({"key": key_of(number, &file.path), "path": file.path}));
        let items: Vec<Value> = [own(ASSIGNMENT), own(KUBECONFIG)].into_iter().chain(files).collect();
        json!({"name": "class", "projected": {"sources": [
            {"configMap": {"name": self.name, "items": items}},
            {"serviceAccountToken": {"path": format!("{OWN_FOLDER}/token"), "expirationSeconds": TOKEN_SECONDS}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [own("ca.crt")]}},
        ]}})
    }
}

/// The variable that names the pods' kubeconfig.
const KUBECONFIG_VARIABLE: &str = "KUBECONFIG";

/// The way to the pods' own cluster; its files are beside it.
fn kubeconfig() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": OWN_CONTEXT,
        "clusters": [{"name": OWN_CONTEXT, "cluster": {
            "server": "https://kubernetes.default.svc", "certificate-authority": "ca.crt",
        }}],
        "users": [{"name": OWN_CONTEXT, "user": {"tokenFile": "token"}}],
        "contexts": [{"name": OWN_CONTEXT, "context": {"cluster": OWN_CONTEXT, "user": OWN_CONTEXT}}],
    })
}

/// The key of a file, which may have fewer characters than its path.
fn key_of(number: usize, path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let name: String = path.chars().map(plain).take(200).collect();
    format!("{number}-{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;

    fn objects(account: &Account) -> Vec<Object> {
        let files = ["class.csv", "environments/월요일.yaml"].map(|path| CarriedFile {
            path: path.to_owned(),
            text: "text\n".to_owned(),
        });
        let manifest = Manifest {
            name: "lab2048-class",
            namespace: "teaching",
            image: "registry/lab2048:1",
            parallelism: 2,
            account,
            queue: Some("labs"),
            arguments: &["fleet", "job", "work", "class.csv"].map(str::to_owned),
            variables: &[("LAB2048_SET_APP_REPLICAS".to_owned(), "1".to_owned())],
            files: &files,
            assignment: "{}",
            indexes: 3,
        };
        assert_eq!(manifest.size(), 2 + 10 + kubeconfig().to_string().len());
        manifest.objects()
    }

    #[test]
    fn a_job_with_all_that_it_needs() {
        let role = "arn:aws:iam::123456789012:role/instructor".to_owned();
        insta::assert_snapshot!(render::to_yaml(&objects(&Account::Made(Some(role)))).unwrap());
    }

    #[test]
    fn an_account_that_is_there_is_left_as_it_is() {
        let objects = objects(&Account::Given("instructor".to_owned()));
        let kinds: Vec<&str> = objects.iter().map(Object::kind).collect();
        assert_eq!(kinds, ["Role", "RoleBinding", "ConfigMap", "Job"]);
        assert_eq!(objects[1].text("/subjects/0/name"), Some("instructor"));
        assert_eq!(
            objects[3].text("/spec/template/spec/serviceAccountName"),
            Some("instructor")
        );
    }

    #[test]
    fn what_a_job_is_made_of_is_known_by_its_digest() {
        let digest = |account: &Account| objects(account).last().and_then(digest_of).map(str::to_owned);
        let made = Account::Made(None);
        assert_eq!(digest(&made), digest(&made));
        assert_ne!(digest(&made), digest(&Account::Made(Some("arn".to_owned()))));
    }

    #[test]
    fn results_belong_to_their_job() {
        let results = result_map(("lab2048-class", "teaching"), 4, Some("u-1"), "line\n");
        assert_eq!(results.name(), "lab2048-class-4");
        assert_eq!(results.text("/metadata/ownerReferences/0/uid"), Some("u-1"));
        assert_eq!(lines_of(&results), "line\n");
        assert!(results.label(JOB_LABEL) == Some("lab2048-class") && results.label(RESULT_LABEL) == Some("4"));
    }
}

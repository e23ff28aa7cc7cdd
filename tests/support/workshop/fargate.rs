//! Stands for what runs pods on EKS: Fargate with its admission, scheduler and nodes, and a managed node for
//! kube-system. There are no containers behind it: a pod that is bound is reported as running.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_eks::types::FargateProfile;
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::workshop::moto::{Aws, CLUSTER, Network, REGION, filter};
use crate::workshop::pause::Pause;

/// The scheduler that Fargate's admission writes into the pods it takes.
const SCHEDULER: &str = "fargate-scheduler";
/// The managed node that runs kube-system.
const MANAGED_NODE: &str = "ip-10-11-64-10.ap-northeast-2.compute.internal";
/// How often the cluster is looked at.
const PULSE: Duration = Duration::from_millis(150);

/// Runs pods until it is dropped.
pub struct Fargate {
    /// Where pods stay as they are for now.
    pub pause: Pause,
    /// Where nodes stay when their pods have gone.
    pub nodes: Pause,
    task: JoinHandle<()>,
}

impl Drop for Fargate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fargate {
    /// Starts it on a cluster and an AWS.
    pub async fn start(client: kube::Client, aws: Aws, network: Network) -> Self {
        let [pause, nodes] = [Pause::default(), Pause::default()];
        let mut runner = Runner {
            client,
            aws,
            network,
            pause: pause.clone(),
            nodes: nodes.clone(),
            admitted: BTreeSet::new(),
            addresses: BTreeMap::new(),
            namespaces: BTreeMap::new(),
        };
        runner.create_managed_node().await;
        let task = tokio::spawn(async move {
            loop {
                // A conflict or a call cut off by the end of a test is tried again at the next look.
                let _ = runner.reconcile().await;
                tokio::time::sleep(PULSE).await;
            }
        });
        Self { pause, nodes, task }
    }
}

type Tried = Result<(), Box<dyn std::error::Error + Send + Sync>>;

struct Runner {
    client: kube::Client,
    aws: Aws,
    network: Network,
    pause: Pause,
    nodes: Pause,
    /// Profiles whose admission is in place.
    admitted: BTreeSet<String>,
    /// The address of every pod that was ever launched, by its UID.
    addresses: BTreeMap<String, Address>,
    /// By node, the namespace of its pod.
    namespaces: BTreeMap<String, String>,
}

/// Where a pod is.
#[derive(Debug, Clone, Copy)]
struct Address {
    zone: usize,
    host: usize,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let block = 64 + 16 * self.zone + self.host / 200;
        write!(f, "10.11.{block}.{}", 20 + self.host % 200)
    }
}

impl Runner {
    async fn reconcile(&mut self) -> Tried {
        // What fails for one profile, node or pod is no matter of the others.
        let mut result = self.admit().await;
        let of_fargate = ListParams::default().labels("eks.amazonaws.com/compute-type=fargate");
        let nodes = Api::<Node>::all(self.client.clone()).list(&of_fargate).await?;
        let pods = Api::<Pod>::all(self.client.clone())
            .list(&ListParams::default())
            .await?;
        for node in &nodes {
            let is_on_node =
                |pod: &Pod| pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()) == node.metadata.name.as_ref();
            let name = node.metadata.name.as_deref().unwrap_or_default();
            let namespace = self.namespaces.get(name).map(String::as_str);
            if !pods.iter().any(is_on_node) && !self.nodes.is_on(namespace) {
                result = self.take_down(node).await.and(result);
            }
        }
        for pod in &pods {
            if !self.pause.is_on(pod.metadata.namespace.as_deref()) {
                result = self.tend(pod).await.and(result);
            }
        }
        result
    }

    /// Brings one pod on.
    async fn tend(&mut self, pod: &Pod) -> Tried {
        let spec = pod.spec.clone().unwrap_or_default();
        let is_running = pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Running");
        if pod.metadata.deletion_timestamp.is_some() {
            return self.remove(pod).await;
        }
        let is_managed = pod.metadata.namespace.as_deref() == Some("kube-system");
        match &spec.node_name {
            None if spec.scheduler_name.as_deref() == Some(SCHEDULER) => self.launch(pod).await,
            None if is_managed => {
                self.bind(pod, MANAGED_NODE).await?;
                let address = self.address(pod, 0);
                self.run(pod, address).await
            }
            Some(_) if !is_running => {
                // It was bound when the API server died.
                let address = self.address(pod, 0);
                self.run(pod, address).await
            }
            _ => Ok(()),
        }
    }

    /// The address of a pod, in the zone where it was launched, if it was.
    fn address(&mut self, pod: &Pod, zone: usize) -> Address {
        let host = self.addresses.len();
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        *self.addresses.entry(uid).or_insert(Address { zone, host })
    }

    /// Fargate's admission marks a pod only when it is made while the profile is there; one made before stays as it is.
    async fn admit(&mut self) -> Tried {
        let names = self
            .aws
            .eks
            .list_fargate_profiles()
            .cluster_name(CLUSTER)
            .send()
            .await?;
        for name in names.fargate_profile_names() {
            let profile = self.aws.eks.describe_fargate_profile().cluster_name(CLUSTER);
            let profile = profile.fargate_profile_name(name).send().await?;
            if let Some(profile) = profile.fargate_profile()
                && !self.admitted.contains(name)
            {
                self.add_admission(name, profile).await?;
                self.admitted.insert(name.clone());
            }
        }
        let gone: Vec<String> = self
            .admitted
            .iter()
            .filter(|name| !names.fargate_profile_names().contains(name))
            .cloned()
            .collect();
        for name in gone {
            for kind in ["MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy"] {
                let name = format!("fargate-{name}");
                let deleted = self.admission(kind).delete(&name, &DeleteParams::default()).await;
                unless(404, deleted.map(drop))?;
            }
            self.admitted.remove(&name);
        }
        Ok(())
    }

    fn admission(&self, kind: &str) -> Api<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("admissionregistration.k8s.io", "v1", kind));
        Api::all_with(self.client.clone(), &resource)
    }

    async fn add_admission(&self, name: &str, profile: &FargateProfile) -> Tried {
        let namespaces: Vec<&str> = profile
            .selectors()
            .iter()
            .filter_map(|selector| selector.namespace())
            .collect();
        // A selector's namespace may be a pattern.
        let patterns: Vec<String> = namespaces
            .iter()
            .map(|namespace| namespace.replace('*', ".*").replace('?', "."))
            .collect();
        let covered = format!("request.namespace.matches('^({})$')", patterns.join("|"));
        let mark = format!(
            "Object{{metadata: Object.metadata{{labels: {{\"eks.amazonaws.com/fargate-profile\": \"{name}\"}}}}, \
             spec: Object.spec{{schedulerName: \"{SCHEDULER}\"}}}}"
        );
        let policy = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy",
            "metadata": {"name": format!("fargate-{name}")},
            "spec": {
                "failurePolicy": "Fail", "reinvocationPolicy": "Never",
                "matchConditions": [{"name": "covered", "expression": covered}],
                "matchConstraints": {
                    "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
                },
                "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": mark}}],
            },
        });
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": format!("fargate-{name}")},
            "spec": {"policyName": format!("fargate-{name}")},
        });
        for object in [policy, binding] {
            let kind = object["kind"].as_str().unwrap_or_default().to_owned();
            let object: DynamicObject = serde_json::from_value(object)?;
            let created = self.admission(&kind).create(&PostParams::default(), &object).await;
            unless(409, created.map(drop))?;
        }
        Ok(())
    }

    /// One pod, one node, one network interface in a private subnet.
    async fn launch(&mut self, pod: &Pod) -> Tried {
        let zone = self.addresses.len() % self.network.private.len();
        let place = self.address(pod, zone);
        let address = place.to_string();
        let interface = self.aws.ec2.create_network_interface();
        let interface = interface.subnet_id(&self.network.private[place.zone]);
        interface.private_ip_address(&address).send().await?;
        let node = format!("fargate-ip-{}.{REGION}.compute.internal", address.replace('.', "-"));
        let labels = json!({"eks.amazonaws.com/compute-type": "fargate"});
        let taints = json!([{"key": "eks.amazonaws.com/compute-type", "value": "fargate", "effect": "NoSchedule"}]);
        let namespace = pod.metadata.namespace.clone().unwrap_or_default();
        self.namespaces.insert(node.clone(), namespace);
        self.create_node(&node, &address, &labels, &taints).await?;
        self.bind(pod, &node).await?;
        self.run(pod, place).await
    }

    async fn create_managed_node(&self) {
        let labels = json!({"eks.amazonaws.com/nodegroup": "nodegroup"});
        self.create_node(MANAGED_NODE, "10.11.64.10", &labels, &json!([]))
            .await
            .unwrap();
    }

    async fn create_node(&self, name: &str, address: &str, labels: &Value, taints: &Value) -> Tried {
        let nodes = Api::<Node>::all(self.client.clone());
        let node = json!({
            "metadata": {"name": name, "labels": labels}, "spec": {"taints": taints},
        });
        let made = nodes
            .create(&PostParams::default(), &serde_json::from_value(node)?)
            .await;
        unless(409, made.map(drop))?;
        let status = json!({"status": {
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": now()}],
            "addresses": [{"type": "InternalIP", "address": address}],
            "nodeInfo": node_info(),
        }});
        nodes
            .patch_status(name, &PatchParams::default(), &Patch::Strategic(status))
            .await?;
        Ok(())
    }

    async fn bind(&self, pod: &Pod, node: &str) -> Tried {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let binding = json!({
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        });
        let _: Value = self
            .pods_beside(pod)
            .create_subresource("binding", name, &PostParams::default(), &binding)
            .await?;
        Ok(())
    }

    /// The pods of that pod's namespace.
    fn pods_beside(&self, pod: &Pod) -> Api<Pod> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        Api::namespaced(self.client.clone(), namespace)
    }

    /// Writes the status that the pod's kubelet would write.
    async fn run(&self, pod: &Pod, address: Address) -> Tried {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let address = address.to_string();
        let conditions: Vec<Value> = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
            .iter()
            .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": now()}))
            .collect();
        let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
        let containers: Vec<Value> = containers
            .map(|container| {
                json!({
                    "name": container.name, "image": container.image, "imageID": "", "ready": true, "started": true,
                    "restartCount": 0, "state": {"running": {"startedAt": now()}},
                })
            })
            .collect();
        let status = json!({"status": {
            "phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "hostIP": address, "startTime": now(),
            "conditions": conditions, "containerStatuses": containers,
        }});
        self.pods_beside(pod)
            .patch_status(name, &PatchParams::default(), &Patch::Strategic(status))
            .await?;
        Ok(())
    }

    /// What a kubelet does once a pod has stopped.
    async fn remove(&self, pod: &Pod) -> Tried {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let at_once = DeleteParams::default().grace_period(0);
        unless(404, self.pods_beside(pod).delete(name, &at_once).await.map(drop))
    }

    /// A node without its pod goes, and its network interface with it.
    async fn take_down(&self, node: &Node) -> Tried {
        let addresses = node.status.iter().flat_map(|status| status.addresses.iter().flatten());
        for address in addresses {
            let found = self.aws.ec2.describe_network_interfaces();
            let found = found.filters(filter("addresses.private-ip-address", &address.address));
            for interface in found.send().await?.network_interfaces() {
                let id = interface.network_interface_id().unwrap_or_default();
                let interface = self.aws.ec2.delete_network_interface().network_interface_id(id);
                interface.send().await?;
            }
        }
        let nodes = Api::<Node>::all(self.client.clone());
        let name = node.metadata.name.as_deref().unwrap_or_default();
        unless(404, nodes.delete(name, &DeleteParams::default()).await.map(drop))
    }
}

/// What a call came to, unless it only says with this code that it was made before.
fn unless(code: u16, result: kube::Result<()>) -> Tried {
    match result {
        Err(kube::Error::Api(status)) if status.code == code => Ok(()),
        other => Ok(other?),
    }
}

fn now() -> String {
    let now = jiff::Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn node_info() -> Value {
    json!({
        "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "containerd://2.1.0", "kernelVersion": "6.1.0",
        "kubeProxyVersion": "", "kubeletVersion": "v1.36.3-eks", "machineID": "", "operatingSystem": "linux",
        "osImage": "Amazon Linux 2023", "systemUUID": "",
    })
}

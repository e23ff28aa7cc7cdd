//! A whole workshop for the conformance tier. Real parts: a Kubernetes control plane ([`plane`]) and moto's AWS ([`moto`]).
//! What EKS has beside them is written here: [`fargate`], the load balancer [`controller`], a [`doorway`] to the ALB, what
//! an earlier chapter has installed ([`system`]), a node that runs the program itself ([`kubelet`]). One is open to many: each [`participant`] has a lab of their own.

pub mod controller;
pub mod doorway;
pub mod fargate;
pub mod kubelet;
pub mod moto;
pub mod participant;
pub mod parts;
pub mod pause;
pub mod plane;
pub mod relay;
pub mod system;

use std::path::Path;

use crate::Workdir;
use crate::workshop::controller::Controller;
use crate::workshop::doorway::Doorway;
use crate::workshop::fargate::Fargate;
use crate::workshop::moto::Moto;
use crate::workshop::pause::Pause;
use crate::workshop::plane::{Options, Plane, User};

/// The lab's namespace.
pub const NAMESPACE: &str = "fargate-game-2048";

/// What a test works in.
pub struct Workshop {
    /// Where the participant calls the program.
    pub workdir: Workdir,
    /// The cluster.
    pub plane: Plane,
    /// AWS.
    pub moto: Moto,
    /// What runs pods.
    pub fargate: Fargate,
    doorway: Doorway,
    controller: Option<Controller>,
}

impl Workshop {
    /// Opens one: what an earlier chapter has left, and no lab.
    pub async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    /// Opens one whose control plane has these options.
    pub async fn open_with(options: Options) -> Self {
        let (plane, moto) = futures::join!(Plane::start_with(options), Moto::start());
        let client = plane.client().await;
        let fargate = Fargate::start(client.clone(), moto.aws(), moto.network.clone()).await;
        system::install(&client, &moto.network.vpc).await;
        let controller = Controller::start(client.clone(), moto.aws(), moto.network.clone());
        let doorway = Doorway::open(moto.aws()).await;
        Self {
            workdir: workdir(&moto.url(), &plane.kubeconfig(), &doorway),
            plane,
            moto,
            fargate,
            doorway,
            controller: Some(controller),
        }
    }

    /// Where somebody calls the program whom the control plane knows.
    pub fn workdir_of(&self, user: &User) -> Workdir {
        workdir(&self.moto.url(), &self.plane.kubeconfig_of(user), &self.doorway)
    }

    /// Where Ingresses stay as they are for now.
    pub fn ingresses(&self) -> &Pause {
        &self.controller.as_ref().unwrap().pause
    }
}

/// Where the program is called, with its ways to AWS, to the cluster and to ALBs.
fn workdir(aws: &str, kubeconfig: &Path, doorway: &Doorway) -> Workdir {
    let mut workdir = Workdir::before(aws, kubeconfig);
    // EKS as moto has it names no server that there is.
    workdir.set("LAB2048_SET_CLUSTER_CONTEXT", plane::CONTEXT);
    workdir.set("HTTP_PROXY", doorway.url());
    workdir.set("NO_PROXY", "127.0.0.1,localhost");
    workdir
}

impl Workshop {
    /// The load balancer controller dies, and nobody starts it again.
    pub async fn stop_controller(&mut self) {
        self.controller = None;
        let deployment = "-n kube-system scale deployment aws-load-balancer-controller --replicas=0";
        self.plane.kubectl(deployment).await.exits(0);
        system::until("the controller has no pods", async || {
            let ready =
                "-n kube-system get deployment aws-load-balancer-controller -o jsonpath={.status.readyReplicas}";
            self.plane.kubectl(ready).await.stdout.is_empty()
        })
        .await;
    }

    /// What the program has changed in the cluster, dry runs and its lock aside: `create namespaces/x`.
    pub fn writes(&self) -> Vec<String> {
        let mut writes = Vec::new();
        for event in self.plane.audit("lab2048") {
            let text = |at: &str| {
                event
                    .pointer(at)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
            };
            let reads = matches!(text("/verb"), "get" | "list" | "watch");
            let tries = text("/requestURI").contains("dryRun=All");
            if !reads && !tries && text("/objectRef/resource") != "leases" {
                writes.push(format!(
                    "{} {}/{}",
                    text("/verb"),
                    text("/objectRef/resource"),
                    text("/objectRef/name")
                ));
            }
        }
        writes
    }

    /// Waits until so many pods run, each on a node and a healthy target of its own, by the word of kubectl and AWS; what
    /// was stopped may take a moment to go.
    pub async fn is_up(&self, pods: usize) {
        let mut seen = [0; 3];
        for _ in 0..300 {
            seen = [
                self.running_pods().await,
                self.fargate_nodes().await,
                self.healthy_targets().await,
            ];
            if seen == [pods; 3] {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{pods} were wanted, {seen:?} are the pods, nodes and healthy targets");
    }

    async fn running_pods(&self) -> usize {
        let listed = self
            .plane
            .kubectl(&format!("-n {NAMESPACE} get pods --no-headers"))
            .await;
        listed.stdout.matches(" 1/1 ").count()
    }

    async fn fargate_nodes(&self) -> usize {
        let nodes = self
            .plane
            .kubectl("get nodes -l eks.amazonaws.com/compute-type=fargate -o name")
            .await;
        nodes.stdout.lines().count()
    }

    async fn healthy_targets(&self) -> usize {
        let aws = self.moto.aws();
        let groups = aws.elb.describe_target_groups().send().await.unwrap();
        let [group] = groups.target_groups() else {
            return 0;
        };
        moto::healthy_targets(&aws, group).await
    }
}

//! Who else is at work on a lab: what they do between two requests of a call, as anybody with kubectl may.

use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use lab2048_sandbox::{Sandbox, testing};
use serde_json::{Value, json};

use crate::faults::Deed;
use crate::hand::CHAPTER;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// `kubectl scale`.
    Scales(u32),
    /// `kubectl edit` of the Deployment: a label on it.
    Labels,
    /// `kubectl set image`.
    SetsImage,
    /// `kubectl autoscale`.
    Autoscales,
    /// `kubectl delete pod`, of all of them.
    DeletesPods,
    /// `kubectl delete ingress`.
    DeletesIngress,
    /// `kubectl delete deployment`.
    DeletesDeployment,
    /// The lease of the lab's lock is deleted.
    DropsLock,
    /// The lease of the lab's lock has another holder.
    StealsLock,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Scales(2),
        Self::Labels,
        Self::SetsImage,
        Self::Autoscales,
        Self::DeletesPods,
        Self::DeletesIngress,
        Self::DeletesDeployment,
        Self::DropsLock,
        Self::StealsLock,
    ];

    /// It as something that happens between two requests. What it is done to need not be there.
    pub fn deed(self) -> Deed {
        Box::new(move |world| self.act(world))
    }

    fn act(self, world: Sandbox) -> BoxFuture<'static, ()> {
        async move {
            let (method, path, body) = self.request(&world);
            let media = match method {
                "PATCH" => "application/merge-patch+json",
                _ => "application/json",
            };
            let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
            let request = testing::kubernetes_request(&world, method, &path, media, body).unwrap();
            world.call(request).await;
        }
        .boxed()
    }

    fn request(self, world: &Sandbox) -> (&'static str, String, Option<Value>) {
        let within = |group: &str, rest: &str| format!("/apis/{group}/namespaces/{CHAPTER}/{rest}");
        let deployment = |rest: &str| within("apps/v1", &format!("deployments/deployment-2048{rest}"));
        let lease = within("coordination.k8s.io/v1", "leases/lab2048");
        match self {
            Self::Scales(replicas) => (
                "PATCH",
                deployment("/scale?fieldManager=kubectl"),
                Some(json!({"spec": {"replicas": replicas}})),
            ),
            Self::Labels => (
                "PATCH",
                deployment("?fieldManager=kubectl-edit"),
                Some(json!({"metadata": {"labels": {"team": "blue"}}})),
            ),
            Self::SetsImage => (
                "PATCH",
                deployment("?fieldManager=kubectl-set"),
                Some(json!({"spec": {"template": {"spec": {"containers": [{
                    "name": "app-2048", "image": "alexwhen/docker-2048", "imagePullPolicy": "Always",
                    "ports": [{"containerPort": 80}],
                }]}}}})),
            ),
            Self::Autoscales => (
                "POST",
                within(
                    "autoscaling/v2",
                    "horizontalpodautoscalers?fieldManager=kubectl-autoscale",
                ),
                Some(json!({
                    "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
                    "metadata": {"namespace": CHAPTER, "name": "game"},
                    "spec": {"minReplicas": 2, "maxReplicas": 8,
                        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "deployment-2048"}},
                })),
            ),
            Self::DeletesPods => ("DELETE", format!("/api/v1/namespaces/{CHAPTER}/pods"), None),
            Self::DeletesIngress => ("DELETE", within("networking.k8s.io/v1", "ingresses/ingress-2048"), None),
            Self::DeletesDeployment => ("DELETE", deployment(""), None),
            Self::DropsLock => ("DELETE", lease, None),
            Self::StealsLock => (
                "PATCH",
                lease,
                Some(json!({"spec": {
                    "holderIdentity": "lee@elsewhere apply (4711) #00000000000000ff",
                    "renewTime": format!("{:.6}", world.now()),
                }})),
            ),
        }
    }
}

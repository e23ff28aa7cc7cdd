//! Where requests come in: the host decides which half of the world answers.

mod watching;

use bytes::Bytes;
use http::{Request, Response};

use crate::body::Body;
use crate::core::Sandbox;
use crate::k8s::Served;
use crate::{alb, aws, k8s};

impl Sandbox {
    /// Answers one request, by its host: the cluster's endpoint, a load balancer's name, or AWS.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Body> {
        let host = host_of(&request);
        if host.contains(".eks.amazonaws.com") && !host.starts_with("eks.") {
            self.call_kubernetes(&request).await
        } else if host.contains(".elb.amazonaws.com") {
            self.turn().await.with(|world| alb::answer(world, &host, &request))
        } else {
            self.call_aws(&request).await
        }
    }

    /// Answers one request to the endpoint of a cluster.
    pub(crate) async fn call_kubernetes(&self, request: &Request<Bytes>) -> Response<Body> {
        // Other requests get their turn before this one holds the world.
        tokio::task::yield_now().await;
        let host = host_of(request);
        let turn = self.turn().await;
        let answer = turn.with(|world| {
            // One that is nobody's is taken for the first.
            let cluster = world.cluster_at(&host).unwrap_or_default();
            let answered = world.within(&cluster, |world| k8s::answer(world, request));
            answered.unwrap_or_else(|| k8s::answer(world, request))
        });
        drop(turn);
        match answer {
            Served::Whole(response) => response,
            Served::Watch(watch) => watching::stream(self.clone(), *watch),
        }
    }

    async fn call_aws(&self, request: &Request<Bytes>) -> Response<Body> {
        let response = self.turn().await.with(|world| aws::answer(world, request));
        match self.fault() {
            Some(fault) => aws::out_of_order(request, fault.full_text()),
            None => response,
        }
    }
}

/// The host that a request is for.
fn host_of(request: &Request<Bytes>) -> String {
    let header = || request.headers().get(http::header::HOST)?.to_str().ok();
    request.uri().host().or_else(header).unwrap_or_default().to_owned()
}

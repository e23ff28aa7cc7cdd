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
        let host = request
            .uri()
            .host()
            .map(str::to_owned)
            .or_else(|| Some(request.headers().get(http::header::HOST)?.to_str().ok()?.to_owned()))
            .unwrap_or_default();
        if host.contains(".eks.amazonaws.com") && !host.starts_with("eks.") {
            self.call_kubernetes(&request).await
        } else if host.contains(".elb.amazonaws.com") {
            self.turn().await.with(|world| alb::answer(world, &host, &request))
        } else {
            self.call_aws(&request).await
        }
    }

    /// Answers one request to the cluster's endpoint, whatever its host.
    pub(crate) async fn call_kubernetes(&self, request: &Request<Bytes>) -> Response<Body> {
        // Other requests get their turn before this one holds the world.
        tokio::task::yield_now().await;
        let answer = self.turn().await.with(|world| k8s::answer(world, request));
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

//! AWS in another region: a proxy in front of moto that passes requests and answers on, each half a round trip later, and
//! keeps connections open between them as AWS does. moto closes each after one answer, which would cost every request a
//! round trip more than it costs on AWS.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use http::header::CONNECTION;
use http::uri::{Authority, Parts, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

/// The way to moto. Its thread ends with the process.
pub(crate) struct RegionalAws {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<(Instant, Instant)>>>,
}

/// What one connection needs to know.
#[derive(Clone)]
struct Proxy {
    moto: Authority,
    round_trip: Duration,
    client: Client<HttpConnector, Incoming>,
    /// When requests were sent and answered.
    requests: Arc<Mutex<Vec<(Instant, Instant)>>>,
}

impl RegionalAws {
    /// Opens a way of `round_trip` to `moto`.
    pub(crate) fn open(moto: SocketAddr, round_trip: Duration) -> Self {
        let requests: Arc<Mutex<Vec<(Instant, Instant)>>> = Arc::default();
        let proxy = Proxy {
            moto: moto.to_string().parse().unwrap(),
            round_trip,
            client: Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build_http(),
            requests: requests.clone(),
        };
        // The bench itself waits for processes, and has no time for a proxy.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(proxy.serve(listener));
        });
        Self { address, requests }
    }

    /// Where it begins.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// When requests were sent and answered since the last call.
    pub(crate) fn take_requests(&self) -> Vec<(Instant, Instant)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

impl Proxy {
    async fn serve(self, listener: std::net::TcpListener) {
        let listener = TcpListener::from_std(listener).unwrap();
        while let Ok((socket, _)) = listener.accept().await {
            socket.set_nodelay(true).unwrap();
            let proxy = self.clone();
            // The first request has waited for its connection.
            let first = Mutex::new(Some(Instant::now()));
            tokio::spawn(async move {
                // Over a real distance the connection would be open only now.
                tokio::time::sleep(proxy.round_trip).await;
                let service = service_fn(|request| {
                    let sent = first.lock().unwrap().take().unwrap_or_else(Instant::now);
                    proxy.forward(sent, request)
                });
                // A client that hangs up is done.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service)
                    .await;
            });
        }
    }

    async fn forward(&self, sent: Instant, mut request: Request<Incoming>) -> Result<Response<Incoming>, Infallible> {
        let mut target = Parts::default();
        target.scheme = Some(Scheme::HTTP);
        target.authority = Some(self.moto.clone());
        target.path_and_query = request.uri().path_and_query().cloned();
        *request.uri_mut() = Uri::from_parts(target).unwrap();
        tokio::time::sleep(self.round_trip / 2).await;
        let mut answer = self.client.request(request).await.unwrap();
        tokio::time::sleep(self.round_trip / 2).await;
        answer.headers_mut().remove(CONNECTION);
        self.requests.lock().unwrap().push((sent, Instant::now()));
        Ok(answer)
    }
}

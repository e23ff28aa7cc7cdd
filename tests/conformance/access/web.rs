//! A small HTTP server on loopback.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Serves until it is dropped.
pub(crate) struct Web {
    /// Its URL.
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Web {
    /// Answers every request with what `handler` returns.
    pub(crate) async fn serve<H, F>(handler: H) -> Self
    where
        H: Fn(Request<Bytes>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Bytes>> + Send + 'static,
    {
        Self::serve_with(None, handler).await
    }

    /// The same with a certificate for 127.0.0.1 that signs itself, and the certificate as PEM.
    pub(crate) async fn serve_tls<H, F>(handler: H) -> (Self, String)
    where
        H: Fn(Request<Bytes>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Bytes>> + Send + 'static,
    {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![own.cert.der().clone()], key).unwrap();
        let mut web = Self::serve_with(Some(TlsAcceptor::from(Arc::new(config))), handler).await;
        web.url = web.url.replace("http:", "https:");
        (web, own.cert.pem())
    }

    async fn serve_with<H, F>(tls: Option<TlsAcceptor>, handler: H) -> Self
    where
        H: Fn(Request<Bytes>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Bytes>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let handler = Arc::new(handler);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, tls) = (handler.clone(), tls.clone());
                // A client that goes away in the middle is no matter.
                tokio::spawn(async move {
                    match tls {
                        None => converse(stream, handler).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                converse(stream, handler).await;
                            }
                        }
                    }
                });
            }
        });
        Self { url, task }
    }
}

/// Answers all requests of one connection.
async fn converse<S, H, F>(stream: S, handler: Arc<H>)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Response<Bytes>>,
{
    let service = service_fn(|request: Request<hyper::body::Incoming>| {
        let handler = handler.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let answer = handler(Request::from_parts(parts, body)).await;
            Ok::<_, hyper::Error>(answer.map(Full::new))
        }
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// An answer of that status, type and body.
pub(crate) fn answer(status: u16, kind: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let answer = Response::builder().status(status).header("content-type", kind);
    answer.body(body.into()).unwrap()
}

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;

use bytes::Bytes;
use futures::StreamExt;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

use super::*;
use crate::model::{Endpoint, Node, NodeId, NodeKind, Op, ProofSpec, Scheme, Wait};
use crate::ports::{BoxBody, RequestMeter, TestClock, Transport, TransportError};

/// Status, location and body; or the text of a broken connection.
type Scripted = Result<(u16, &'static str, &'static str), &'static str>;

/// Answers in order; the last one again and again. Status 0 never comes.
struct Server {
    answers: Mutex<VecDeque<Scripted>>,
    asked: Mutex<Vec<String>>,
}

impl Server {
    fn new(answers: impl IntoIterator<Item = Scripted>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        })
    }
}

impl Transport for Server {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let (uri, host) = (request.uri(), request.headers()["host"].to_str().unwrap());
        let asked = if uri.authority().is_some_and(|own| own == host) {
            uri.to_string()
        } else {
            format!("{uri} as {host}")
        };
        self.asked.lock().unwrap().push(asked);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 {
            answers.pop_front().unwrap()
        } else {
            answers[0]
        };
        async move {
            match answer {
                Err(text) => Err(TransportError::new(text)),
                Ok((0, ..)) => std::future::pending().await,
                Ok((status, location, body)) => {
                    let mut response = Response::builder().status(status);
                    if !location.is_empty() {
                        response = response.header("location", location);
                    }
                    let body = Full::new(Bytes::from_static(body.as_bytes()));
                    Ok(response
                        .body(body.map_err(|never| match never {}).boxed_unsync())
                        .unwrap())
                }
            }
        }
        .boxed()
    }
}

/// Finds a name from the given look on.
struct Names {
    from: usize,
    looks: Mutex<usize>,
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, _host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let mut looks = self.looks.lock().unwrap();
        *looks += 1;
        let found = if *looks > self.from {
            vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
        } else {
            Vec::new()
        };
        async { Ok(found) }.boxed()
    }
}

const HOST: &str = "k8s-x.ap-northeast-2.elb.amazonaws.com";

fn task(scheme: Scheme, https: bool, port: u16, path: &str) -> Task {
    let node = Node {
        id: NodeId::new(NodeKind::Proof, "lab"),
        desired: Desired::Proof(ProofSpec {
            scheme,
            endpoint: Endpoint {
                https,
                port,
                host: None,
                path: path.to_owned(),
                headers: Vec::new(),
            },
            obstacle: None,
            expect: Some("2048".to_owned()),
        }),
    };
    Task {
        wait: Wait::Ready,
        ..Task::of(node, Op::None)
    }
}

fn inputs() -> Outputs {
    Outputs {
        hostname: Some(HOST.to_owned()),
        ..Outputs::default()
    }
}

/// Every look with the second it was taken in.
async fn looks(server: &Arc<Server>, unresolved: usize, task: &Task, inputs: &Outputs) -> (String, Outputs) {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::start());
    let web = Web::over(server.clone(), clock.clone(), RequestMeter::default());
    let names = Arc::new(Names {
        from: unresolved,
        looks: Mutex::new(0),
    });
    let driver = ProofDriver::new(web, names, clock.clone());
    let start = clock.now();
    let mut stream = driver.progress(task, Goal::Ready, inputs);
    let mut text = String::new();
    let mut outputs = Outputs::default();
    while let Some(item) = stream.next().await {
        let seconds = clock.elapsed(start).as_secs_f64();
        let line = match item {
            Ok(progress) => {
                outputs.merge(progress.outputs);
                format!("{seconds:>5.1} {} | {:?}\n", progress.stage, progress.readiness)
            }
            Err(error) => format!("{seconds:>5.1} error {:?}: {error}\n", error.class),
        };
        text.push_str(&line);
        if seconds > 60.0 {
            break;
        }
    }
    (text, outputs)
}

#[tokio::test(start_paused = true)]
async fn waits_for_the_name_and_then_for_the_game() {
    let server = Server::new([
        Err("connection refused"),
        Ok((0, "", "")),
        Ok((503, "", "<html> <h1>503</h1>\n</html>")),
        Ok((503, "", "Backend service does not exist")),
        Ok((200, "", "<title>2048</title>")),
    ]);
    let (text, outputs) = looks(&server, 2, &task(Scheme::InternetFacing, false, 80, "/"), &inputs()).await;
    insta::assert_snapshot!(text, @r#"
      0.0 waiting for DNS of k8s-x.ap-northeast-2.elb.amazonaws.com | Pending("the name does not resolve yet; that takes up to a minute or two")
      2.0 waiting for DNS of k8s-x.ap-northeast-2.elb.amazonaws.com | Pending("the name does not resolve yet; that takes up to a minute or two")
      5.0 GET http://k8s-x.ap-northeast-2.elb.amazonaws.com/ → no answer | Pending("connection refused")
     19.5 GET http://k8s-x.ap-northeast-2.elb.amazonaws.com/ → no answer | Pending("no answer within 10s")
     24.5 GET http://k8s-x.ap-northeast-2.elb.amazonaws.com/ → 503 | Pending("the ALB has no healthy pod to send it to yet")
     29.5 GET http://k8s-x.ap-northeast-2.elb.amazonaws.com/ → 503 | Pending("the controller found no Service for the Ingress when it made the rule")
     34.5 GET http://k8s-x.ap-northeast-2.elb.amazonaws.com/ → 200 | Ready
    "#);
    assert_eq!(
        outputs.url.as_deref(),
        Some("http://k8s-x.ap-northeast-2.elb.amazonaws.com")
    );
}

#[tokio::test(start_paused = true)]
async fn asks_the_load_balancer_under_the_name_that_a_rule_asks_for() {
    let server = Server::new([Ok((200, "", "<title>2048</title>"))]);
    let mut task = task(Scheme::InternetFacing, false, 8080, "/2048");
    if let Desired::Proof(spec) = &mut task.node.desired {
        spec.endpoint.host = Some("game.test".to_owned());
    }
    let (text, outputs) = looks(&server, 0, &task, &inputs()).await;
    assert!(text.contains("GET http://game.test:8080/2048"), "{text}");
    assert_eq!(outputs.url.as_deref(), Some("http://game.test:8080/2048"));
    let asked = format!("http://{HOST}:8080/2048 as game.test:8080");
    assert_eq!(*server.asked.lock().unwrap(), [asked]);
}

#[tokio::test(start_paused = true)]
async fn what_no_plain_request_reaches_is_not_asked() {
    let server = Server::new([Ok((404, "", ""))]);
    let mut task = task(Scheme::InternetFacing, false, 80, "/");
    if let Desired::Proof(spec) = &mut task.node.desired {
        spec.obstacle = Some("its rules ask for the header X-Lab".into());
    }
    let (text, outputs) = looks(&server, 0, &task, &inputs()).await;
    assert!(text.contains("the header X-Lab") && text.contains("Ready"), "{text}");
    assert_eq!((outputs.url, server.asked.lock().unwrap().len()), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn follows_redirects_but_not_for_ever() {
    let server = Server::new([
        Ok((301, "/here", "")),
        Ok((302, "http://K8S-X.ap-northeast-2.elb.amazonaws.com/there", "")),
        Ok((200, "", "2048")),
    ]);
    let (text, outputs) = looks(
        &server,
        0,
        &task(Scheme::InternetFacing, true, 8443, "/2048/"),
        &inputs(),
    )
    .await;
    assert!(text.contains("200 | Ready"), "{text}");
    let base = format!("https://{HOST}:8443");
    assert_eq!(
        *server.asked.lock().unwrap(),
        [
            format!("{base}/2048/"),
            format!("{base}/here"),
            format!("http://{HOST}/there")
        ]
    );
    assert_eq!(outputs.url, Some(format!("{base}/2048/")));

    let circle = Server::new([Ok((302, "/", ""))]);
    let (text, _) = looks(&circle, 0, &task(Scheme::InternetFacing, false, 80, "/"), &inputs()).await;
    assert!(text.contains("more than 3 redirects"), "{text}");
    let tries = text.lines().count();
    assert_eq!(circle.asked.lock().unwrap().len(), tries * 4);
}

#[tokio::test(start_paused = true)]
async fn an_internal_balancer_is_not_asked() {
    let server = Server::new([Ok((200, "", "<title>2048</title>"))]);
    let (text, outputs) = looks(&server, 0, &task(Scheme::Internal, false, 80, "/"), &Outputs::default()).await;
    assert_eq!(
        text,
        "  0.0 internal ALB: not reachable from here; its healthy targets are the proof | Ready\n"
    );
    assert_eq!(outputs, Outputs::default());
    assert!(server.asked.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_name_nothing_is_looked_up() {
    let server = Server::new([Ok((200, "", "<title>2048</title>"))]);
    let (text, _) = looks(
        &server,
        0,
        &task(Scheme::InternetFacing, false, 80, "/"),
        &Outputs::default(),
    )
    .await;
    assert_eq!(
        text,
        "  0.0 error Busy: proof/lab: the load balancer's name is not known yet\n"
    );
    assert!(server.asked.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_redirect_away_from_the_game_is_not_followed() {
    for to in [
        "http://127.0.0.1:8080/admin/shutdown",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "https://other/there",
        "//other/there",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://k8s-x.ap-northeast-2.elb.amazonaws.com.evil.test/",
        "http://k8s-x.ap-northeast-2.elb.amazonaws.com@evil.test/",
    ] {
        let server = Server::new([Ok((302, to, "")), Ok((200, "", "2048"))]);
        let (text, _) = looks(&server, 0, &task(Scheme::InternetFacing, false, 80, "/"), &inputs()).await;
        let first = text.lines().next().unwrap();
        assert!(
            first.contains("redirected to") && first.contains("Pending"),
            "{to}: {text}"
        );
        let asked = server.asked.lock().unwrap();
        assert!(
            asked.iter().all(|url| url.starts_with(&format!("http://{HOST}/"))),
            "{asked:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_games_page_is_a_proof() {
    for (page, expect, proves) in [
        ("<h1>Sign in</h1>", Some("2048"), false),
        ("", Some("2048"), false),
        ("", None, true),
        ("<title>My Game</title>", Some("my game"), true),
    ] {
        let server = Server::new([Ok((200, "", page))]);
        let mut task = task(Scheme::InternetFacing, false, 80, "/");
        if let Desired::Proof(spec) = &mut task.node.desired {
            spec.expect = expect.map(str::to_owned);
        }
        let (text, outputs) = looks(&server, 0, &task, &inputs()).await;
        assert_eq!(outputs.url.is_some(), proves, "{page}: {text}");
    }
}

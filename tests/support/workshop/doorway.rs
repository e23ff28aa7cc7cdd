//! Stands for the internet between this machine and an ALB: an HTTP proxy, as a corporate network has one, that answers
//! for the name of an ALB that AWS really has and that really has a healthy target.

use aws_sdk_elasticloadbalancingv2::operation::describe_target_health::DescribeTargetHealthOutput;
use aws_sdk_elasticloadbalancingv2::types as elb;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::workshop::moto::Aws;

/// The proxy; it ends when it is dropped.
pub struct Doorway {
    url: String,
    task: JoinHandle<()>,
}

impl Drop for Doorway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Doorway {
    /// Opens it to the ALBs of `aws`.
    pub async fn open(aws: Aws) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let aws = aws.clone();
                tokio::spawn(async move {
                    // A client that hangs up has lost nothing.
                    let _ = answer(socket, &aws).await;
                });
            }
        });
        Self { url, task }
    }

    /// Its URL, for `HTTP_PROXY`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn answer(mut socket: TcpStream, aws: &Aws) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        let read = socket.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        asked.extend_from_slice(&buffer[..read]);
    }
    let asked = String::from_utf8_lossy(&asked);
    let target = asked.split(' ').nth(1).unwrap_or_default();
    let host = target
        .trim_start_matches("http://")
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    let (status, body) = match reach(aws, host).await {
        None => ("502 Bad Gateway", "no such name"),
        Some(false) => ("503 Service Temporarily Unavailable", "no healthy target"),
        Some(true) => ("200 OK", "<title>2048</title>"),
    };
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    socket.write_all(answer.as_bytes()).await
}

/// Whether the ALB called `host` has a rule that leads to a healthy target; `None` if there is no such ALB.
async fn reach(aws: &Aws, host: &str) -> Option<bool> {
    let balancers = aws.elb.describe_load_balancers().send().await.ok()?;
    let mut balancers = balancers.load_balancers().iter();
    let balancer =
        balancers.find(|balancer| balancer.dns_name().is_some_and(|name| name.eq_ignore_ascii_case(host)))?;
    let listeners = aws
        .elb
        .describe_listeners()
        .load_balancer_arn(balancer.load_balancer_arn()?);
    for listener in listeners.send().await.ok()?.listeners() {
        let rules = aws
            .elb
            .describe_rules()
            .listener_arn(listener.listener_arn()?)
            .send()
            .await
            .ok()?;
        let actions = rules.rules().iter().flat_map(elb::Rule::actions);
        for group in actions.filter_map(|action| action.target_group_arn()) {
            let health = aws.elb.describe_target_health().target_group_arn(group).send().await;
            let targets = health
                .iter()
                .flat_map(DescribeTargetHealthOutput::target_health_descriptions);
            let mut states = targets.filter_map(|target| target.target_health()?.state());
            if states.any(|state| state.as_str() == "healthy") {
                return Some(true);
            }
        }
    }
    Some(false)
}

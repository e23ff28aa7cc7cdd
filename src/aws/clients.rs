//! The SDK's clients, built from one session, each on first use.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;

use super::keychain::Keychain;
use super::login::{AssumedRole, SessionError, Way};
use super::server_clock::ServerClock;
use super::shared_reads::{self, SharedReads};
use super::time::SdkClock;
use super::trust;
use super::watching::AttemptWatch;
use super::wire::Wire;
use crate::ports::{Clock, Prompt, RequestMeter, Transport};

/// Attempts of one call inside the SDK: enough for a dropped connection or a burst of throttling. What lasts longer is
/// the engine's to judge by its class.
const ATTEMPTS: u32 = 3;
/// Attempts of one call of a look: some ten seconds of them.
const PATIENT_ATTEMPTS: u32 = 9;
/// First pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);
/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one attempt may take.
pub const ATTEMPT: Duration = Duration::from_secs(30);

/// Time between two polls. AWS's own waiters take 10 to 30 s and end at the first dropped connection.
const CADENCE: Duration = Duration::from_secs(5);
/// The same where many labs wait: a load balancer asks its targets every 15 s, so that who looks more often learns nothing.
const CADENCE_OF_CLASS: Duration = Duration::from_secs(15);
/// The same for the health of one lab's targets, which no other lab asks for.
const HEALTH_OF_CLASS: Duration = Duration::from_secs(30);

/// Which session to open.
#[derive(Clone, Default)]
pub struct SessionOptions {
    /// Region; otherwise that of `AWS_REGION`, the profiles or the instance.
    pub region: Option<String>,
    /// Profile; it wins over keys in the environment, as with the AWS CLI.
    pub profile: Option<String>,
    /// Asks for the code of an MFA device; none where there is nobody to ask.
    pub prompt: Option<Prompt>,
}

/// Keys that are known beforehand, for a world without IAM users.
#[derive(Clone)]
pub struct StaticKeys {
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

/// The way to an AWS that is on no network.
#[derive(Clone)]
pub struct WorldWay {
    /// What carries requests.
    pub transport: Arc<dyn Transport>,
    /// How long an attempt may take. None where the time is virtual and nothing but the machine is slow: a busy one would
    /// seem to be a slow AWS.
    pub limit: Option<Duration>,
}

impl fmt::Debug for StaticKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaticKeys({})", self.access_key_id)
    }
}

/// All AWS clients of a run. Cheap to clone.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

struct Inner {
    session: Session,
    eks: OnceLock<aws_sdk_eks::Client>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    elb: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

/// What all clients share.
#[derive(Clone)]
struct Session {
    config: SdkConfig,
    region: String,
    keychain: Keychain,
    wire: Wire,
    clock: Arc<dyn Clock>,
    meter: RequestMeter,
    /// How long who waits for something rests between two polls.
    cadence: Duration,
}

impl Clients {
    /// Opens a session the ordinary way: environment, profiles, SSO, `credential_process`, web identity, container or
    /// instance; endpoints and proxies from the environment. Credentials are fetched at once, so that a session that
    /// cannot work is found out before the first call.
    pub async fn connect(
        options: &SessionOptions,
        clock: Arc<dyn Clock>,
        meter: RequestMeter,
    ) -> Result<Self, SessionError> {
        let way = Way::choose(options.profile.as_deref(), options.region.as_deref()).await?;
        let wire = Wire::network(trust::chosen(way.authorities())?);
        let network = network(&wire, &clock, &meter);
        let region = way.region(&network).await?;
        let network = network.with_region(Some(Region::new(region.clone())));
        let endpoints = way.endpoints()?;
        let config = ordinary(&region, way.profile(), &wire, &clock, &meter).await;
        let mut config = config.to_builder();
        config.set_endpoint_url(endpoints.url(None));
        let config = config.service_config(endpoints).build();
        let source = way.open(config.clone(), &network, clock.clone(), options.prompt.clone())?;
        let session = Session {
            region,
            keychain: Keychain::new(source, clock.clone()),
            config,
            wire,
            clock,
            meter,
            cadence: CADENCE,
        };
        let clients = Self::of(session);
        clients.enter().await?;
        Ok(clients)
    }

    /// Clients that reach AWS over `way`, with no look at files, environment or network.
    pub fn over(way: WorldWay, keys: StaticKeys, region: &str, clock: Arc<dyn Clock>, meter: RequestMeter) -> Self {
        let credentials = Credentials::new(keys.access_key_id, keys.secret_access_key, None, None, "static");
        let time = SdkClock(clock.clone());
        let time_outs = match way.limit {
            Some(limit) => TimeoutConfig::builder().operation_attempt_timeout(limit).build(),
            None => TimeoutConfig::disabled(),
        };
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .time_source(time.clone())
            .sleep_impl(SharedAsyncSleep::new(time))
            .retry_config(retries(ATTEMPTS))
            .timeout_config(time_outs)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Self::of(Session {
            config,
            region: region.to_owned(),
            keychain: Keychain::new(Arc::new(credentials), clock.clone()),
            wire: Wire::injected(way.transport),
            clock,
            meter,
            cadence: CADENCE,
        })
    }

    fn of(session: Session) -> Self {
        Self(Arc::new(Inner {
            session,
            eks: OnceLock::new(),
            ec2: OnceLock::new(),
            elb: OnceLock::new(),
            iam: OnceLock::new(),
            sts: OnceLock::new(),
        }))
    }

    /// The same session with the role `arn`, which is assumed when it is first needed. Sessions of several roles share the
    /// credentials that they are assumed with.
    #[must_use]
    pub fn assuming(&self, arn: &str) -> Self {
        let session = self.0.session.clone();
        let role = AssumedRole {
            with: session.keychain.clone(),
            arn: arn.to_owned(),
            sdk: session.of_service("sts"),
            clock: session.clock.clone(),
        };
        Self::of(Session {
            keychain: Keychain::new(Arc::new(role), session.clock.clone()),
            ..session
        })
    }

    /// Fetches the credentials, so that a session that cannot work is found out before the first call.
    ///
    /// # Errors
    ///
    /// There are none to be had.
    pub async fn enter(&self) -> Result<(), SessionError> {
        self.credentials().await.map(drop)
    }

    /// The same session, for a look: what is not answered is asked again for a while.
    #[must_use]
    pub fn patient(&self) -> Self {
        let session = self.0.session.clone();
        let config = session.config.to_builder();
        let config = config.retry_config(retries(PATIENT_ATTEMPTS)).build();
        Self::of(Session { config, ..session })
    }

    /// The same session for many labs at once: what several ask alike is asked once, and who waits asks less often.
    #[must_use]
    pub fn for_class(&self) -> Self {
        let session = self.0.session.clone();
        let wire = session.wire.shared();
        let cadence = CADENCE_OF_CLASS;
        Self::of(Session {
            wire,
            cadence,
            ..session
        })
    }

    /// The same session for who has to know how things are now, and not how they have been a moment ago.
    #[must_use]
    pub fn as_of_now(&self) -> Self {
        let session = &self.0.session;
        let wire = session.wire.since(session.clock.awake());
        let with = |wire| Session {
            wire,
            ..session.clone()
        };
        wire.map_or_else(|| self.clone(), |wire| Self::of(with(wire)))
    }

    /// The same; those of a class wait for each other for some seconds, and are told by one answer.
    pub async fn as_of_next_look(&self) -> Self {
        if self.is_for_class() {
            shared_reads::next_look(self.clock()).await;
        }
        self.as_of_now()
    }

    /// What many labs that share the session have been answered.
    pub(super) fn reads(&self) -> Option<&SharedReads> {
        self.0.session.wire.reads()
    }

    /// Whether many labs share the session.
    pub fn is_for_class(&self) -> bool {
        self.0.session.wire.is_shared()
    }

    /// How long who waits for something rests between two polls.
    pub(super) fn cadence(&self) -> Duration {
        self.0.session.cadence
    }

    /// How long who waits for healthy targets rests between two polls. They become so one by one, by two checks of the load
    /// balancer that are fifteen seconds apart, and of a class nobody stands before one lab's bar.
    pub(super) fn health_cadence(&self) -> Duration {
        if self.is_for_class() {
            HEALTH_OF_CLASS
        } else {
            self.cadence()
        }
    }

    /// Whether these are the very clients of another, and not those of another session.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The session's region.
    pub fn region(&self) -> &str {
        &self.0.session.region
    }

    /// Credentials that are good for some minutes.
    pub(super) async fn credentials(&self) -> Result<Credentials, SessionError> {
        self.0.session.keychain.credentials().await
    }

    /// The run's clock.
    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.session.clock
    }

    /// AWS's clock, as far as its answers have shown it.
    pub(super) fn servers(&self) -> &ServerClock {
        &self.0.session.wire.servers
    }

    /// EKS.
    pub(super) fn eks(&self) -> &aws_sdk_eks::Client {
        self.0.eks.get_or_init(|| {
            let session = &self.0.session;
            let config = aws_sdk_eks::config::Builder::from(&session.of_service("eks"));
            aws_sdk_eks::Client::from_conf(config.interceptor(session.watch("eks")).build())
        })
    }

    /// EC2.
    pub(super) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.0.ec2.get_or_init(|| {
            let session = &self.0.session;
            let config = aws_sdk_ec2::config::Builder::from(&session.of_service("ec2"));
            aws_sdk_ec2::Client::from_conf(config.interceptor(session.watch("ec2")).build())
        })
    }

    /// Elastic Load Balancing, version 2.
    pub(super) fn elb(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        self.0.elb.get_or_init(|| {
            let session = &self.0.session;
            let config =
                aws_sdk_elasticloadbalancingv2::config::Builder::from(&session.of_service("elasticloadbalancing"));
            let config = config.interceptor(session.watch("elasticloadbalancing"));
            aws_sdk_elasticloadbalancingv2::Client::from_conf(config.build())
        })
    }

    /// IAM.
    pub(super) fn iam(&self) -> &aws_sdk_iam::Client {
        self.0.iam.get_or_init(|| {
            let session = &self.0.session;
            let config = aws_sdk_iam::config::Builder::from(&session.of_service("iam"));
            aws_sdk_iam::Client::from_conf(config.interceptor(session.watch("iam")).build())
        })
    }

    /// STS.
    pub(super) fn sts(&self) -> &aws_sdk_sts::Client {
        self.0.sts.get_or_init(|| {
            let session = &self.0.session;
            let config = aws_sdk_sts::config::Builder::from(&session.of_service("sts"));
            aws_sdk_sts::Client::from_conf(config.interceptor(session.watch("sts")).build())
        })
    }
}

impl Session {
    /// The configuration of one service's client: its requests are counted under `service`.
    fn of_service(&self, service: &'static str) -> SdkConfig {
        self.config
            .to_builder()
            .http_client(self.wire.metered(service, &self.meter, &self.clock))
            .credentials_provider(SharedCredentialsProvider::new(self.keychain.clone()))
            .build()
    }

    /// Who follows the attempts of calls to `service`.
    fn watch(&self, service: &'static str) -> AttemptWatch {
        AttemptWatch::new(service, self.meter.clone(), self.clock.clone())
    }
}

/// The network as the SDK's providers of credentials have it.
fn network(wire: &Wire, clock: &Arc<dyn Clock>, meter: &RequestMeter) -> ProviderConfig {
    let time = SdkClock(clock.clone());
    ProviderConfig::without_region()
        .with_http_client(wire.metered("credentials", meter, clock))
        .with_time_source(time.clone())
        .with_sleep_impl(time)
}

/// The configuration that variables and the profile give for that region, without credentials.
async fn ordinary(region: &str, profile: &str, wire: &Wire, clock: &Arc<dyn Clock>, meter: &RequestMeter) -> SdkConfig {
    let time = SdkClock(clock.clone());
    let time_outs = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build();
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(wire.metered("credentials", meter, clock))
        .time_source(time.clone())
        .sleep_impl(time)
        .retry_config(retries(ATTEMPTS))
        .timeout_config(time_outs)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .region(Region::new(region.to_owned()))
        .profile_name(profile)
        .no_credentials()
        .load()
        .await
}

fn retries(attempts: u32) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{BoxBody, SystemClock, TestClock, TransportError};

    async fn session(options: &SessionOptions) -> Result<Clients, SessionError> {
        Clients::connect(options, Arc::new(SystemClock::default()), RequestMeter::default()).await
    }

    #[tokio::test]
    async fn an_explicit_profile_is_named_when_it_gives_no_keys() {
        let options = SessionOptions {
            region: Some("ap-northeast-2".to_owned()),
            profile: Some("lab2048-no-such-profile".to_owned()),
            prompt: None,
        };
        let Err(error) = session(&options).await else {
            panic!("there are keys for a profile that nobody has")
        };
        // With or without files in `~/.aws`, the remedy names the profile.
        assert!(error.to_string().contains("lab2048-no-such-profile"), "{error}");
    }

    /// Refuses every request, and keeps where it should have gone.
    #[derive(Default)]
    struct Hosts(std::sync::Mutex<Vec<String>>);

    impl Transport for Hosts {
        fn call(
            &self,
            request: http::Request<bytes::Bytes>,
        ) -> futures::future::BoxFuture<'static, Result<http::Response<BoxBody>, TransportError>> {
            let host = request.uri().host().unwrap_or_default().to_owned();
            let mut hosts = self.0.lock().unwrap();
            if hosts.last() != Some(&host) {
                hosts.push(host);
            }
            Box::pin(async { Err(TransportError::new("nowhere")) })
        }
    }

    /// Answers without end, and counts how often it is asked.
    #[derive(Default)]
    struct Endless(std::sync::atomic::AtomicU32);

    impl Transport for Endless {
        fn call(
            &self,
            _: http::Request<bytes::Bytes>,
        ) -> futures::future::BoxFuture<'static, Result<http::Response<BoxBody>, TransportError>> {
            use futures::StreamExt;
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let piece = bytes::Bytes::from_static(&[b' '; 4096]);
            let pieces = futures::stream::repeat(piece).map(|piece| Ok(http_body::Frame::data(piece)));
            let body = http_body_util::BodyExt::boxed_unsync(http_body_util::StreamBody::new(pieces));
            Box::pin(async { Ok(http::Response::new(body)) })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_end_is_given_up_and_not_asked_for_again() {
        let keys = StaticKeys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned(),
        };
        let endless = Arc::new(Endless::default());
        let clock = Arc::new(TestClock::start());
        let way = WorldWay {
            transport: endless.clone(),
            limit: None,
        };
        let clients = Clients::over(way, keys, "us-east-1", clock, RequestMeter::default());
        let error = clients.eks().list_clusters().send().await.unwrap_err();
        let error = crate::aws::errors::classify("eks:ListClusters", &error);
        assert_eq!(
            error.to_string(),
            "eks:ListClusters: what answers is not AWS: the answer is larger than 16 MiB"
        );
        assert!(!error.class.is_transient());
        assert_eq!(endless.0.load(std::sync::atomic::Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn every_partition_has_its_own_hosts() {
        for (region, hosts) in [
            (
                "cn-north-1",
                [
                    "eks.cn-north-1.amazonaws.com.cn",
                    "ec2.cn-north-1.amazonaws.com.cn",
                    "elasticloadbalancing.cn-north-1.amazonaws.com.cn",
                    "iam.cn-north-1.amazonaws.com.cn",
                    "sts.cn-north-1.amazonaws.com.cn",
                ],
            ),
            (
                "us-gov-west-1",
                [
                    "eks.us-gov-west-1.amazonaws.com",
                    "ec2.us-gov-west-1.amazonaws.com",
                    "elasticloadbalancing.us-gov-west-1.amazonaws.com",
                    "iam.us-gov.amazonaws.com",
                    "sts.us-gov-west-1.amazonaws.com",
                ],
            ),
        ] {
            let asked = Arc::new(Hosts::default());
            let keys = StaticKeys {
                access_key_id: "AKIDEXAMPLE".to_owned(),
                secret_access_key: "secret".to_owned(),
            };
            let clock = Arc::new(TestClock::start());
            let way = WorldWay {
                transport: asked.clone(),
                limit: None,
            };
            let clients = Clients::over(way, keys, region, clock, RequestMeter::default());
            clients.eks().list_clusters().send().await.unwrap_err();
            clients.ec2().describe_subnets().send().await.unwrap_err();
            clients.elb().describe_tags().send().await.unwrap_err();
            clients.iam().get_role().role_name("r").send().await.unwrap_err();
            clients.sts().get_caller_identity().send().await.unwrap_err();
            assert_eq!(*asked.0.lock().unwrap(), hosts, "{region}");
        }
    }

    #[test]
    fn keys_are_not_shown() {
        let keys = StaticKeys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned(),
        };
        assert_eq!(format!("{keys:?}"), "StaticKeys(AKIDEXAMPLE)");
    }
}

//! What many labs ask alike is asked once: a session that several runs share remembers what AWS has just answered.
//!
//! It sits above the wire, so that a meter counts what travels, and below the SDK, so that nobody who asks has to know. Only
//! what does not depend on who asks is kept: a question is the whole request but for its signature. What is asked for thousands of
//! times is known above the SDK, too ([`Known`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::Rule;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Response, StatusCode};

use super::known::Known;
use super::time::SdkClock;
use crate::model::Tags;
use crate::ports::Clock;

/// How long the answer about what only an administrator changes is good: networks, clusters, limits, who one is. And the
/// tags of what a controller makes, which it has from its first moment on.
const OF_GROUND: Duration = Duration::from_secs(120);
/// How long the answer about what many labs wait for is: less than two polls are apart.
const OF_SHARED: Duration = Duration::from_secs(12);
/// The same for security groups: a controller takes its time to remove one, and whoever only plans wants to know what is there.
const OF_FIREWALLS: Duration = Duration::from_secs(20);
/// The same for a profile that is active: it stays so until somebody deletes it, which EKS lets nobody take back.
const OF_ACTIVE: Duration = Duration::from_secs(120);
/// Requests to Elastic Load Balancing that a class makes at once, and how long after one the next comes for long. An account and
/// region may have 40 at once and 10 a second; the rest is the controllers'.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html>
const BURST: u32 = 24;
const INTERVAL: Duration = Duration::from_millis(125);
/// The service whose rate a class would exceed.
const PACED: &str = "elasticloadbalancing";
/// Who wants to know how things are now waits for the others who do for so long at most.
const BETWEEN_LOOKS: Duration = Duration::from_secs(20);
/// Answers that are remembered before old ones are thrown away.
const MANY: usize = 256;

/// Operations whose answers are those of the ground.
const GROUND: [&str; 9] = [
    "DescribeAccountLimits",
    "DescribeAvailabilityZones",
    "DescribeNatGateways",
    "DescribeRouteTables",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVpcAttribute",
    "DescribeVpcs",
    "GetCallerIdentity",
];
/// What the name of an operation that only reads begins with.
const READS: [&str; 3] = ["Describe", "Get", "List"];

/// What a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// It may change something.
    Change,
    /// It asks what others ask too.
    Shared {
        /// Its address and body.
        question: String,
        /// How long its answer is good.
        keeps: Duration,
    },
}

impl Kind {
    fn of(request: &HttpRequest) -> Self {
        let Some(body) = request.body().bytes().and_then(|body| std::str::from_utf8(body).ok()) else {
            return Self::Change;
        };
        let (method, address) = (request.method(), request.uri());
        // Four of the five services are asked by a form, EKS by an address.
        let keeps = match body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
            Some(action) if GROUND.contains(&action) => OF_GROUND,
            Some("DescribeSecurityGroups") => OF_FIREWALLS,
            Some(action) if READS.iter().any(|verb| action.starts_with(verb)) => OF_SHARED,
            None if method == "GET" && is_of_cluster(address) => OF_GROUND,
            None if method == "GET" => OF_SHARED,
            _ => return Self::Change,
        };
        let question = format!("{method} {address}\n{body}");
        Self::Shared { question, keeps }
    }
}

/// Whether an address of EKS is that of a cluster itself, or of all.
fn is_of_cluster(address: &str) -> bool {
    let path = address.split_once("/clusters").map(|(_, path)| path);
    path.is_some_and(|path| path.split('?').next().unwrap_or_default().matches('/').count() <= 1)
}

/// An answer, when it was asked for, and how long it is good.
#[derive(Debug, Clone)]
struct Kept {
    asked: Duration,
    keeps: Duration,
    answer: Response<Bytes>,
}

impl Kept {
    fn is_good(&self, now: Duration) -> bool {
        now.saturating_sub(self.asked) < self.keeps
    }
}

/// Whoever has the lock asks; the others wait for what comes of it.
type Answer = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// What AWS has answered lately, by service and question.
#[derive(Debug, Clone, Default)]
struct Answers(Arc<Mutex<HashMap<(&'static str, String), Answer>>>);

impl Answers {
    fn to(&self, service: &'static str, question: &str, now: Duration) -> Answer {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MANY {
            answers.retain(|_, answer| !is_old(answer, now));
        }
        answers.entry((service, question.to_owned())).or_default().clone()
    }

    /// Something of that service changes.
    fn forget(&self, service: &str) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|(of, _), _| *of != service);
    }
}

/// Whether nobody can want an answer any more. One that is being asked for is not old.
fn is_old(answer: &Answer, now: Duration) -> bool {
    let Ok(kept) = answer.try_lock() else { return false };
    !kept.as_ref().is_some_and(|kept| kept.is_good(now)) && Arc::strong_count(answer) == 1
}

/// Whose turn it is to ask. Who has it holds the others up until it may: a process that has been held up itself would else
/// send at once all that has become due meanwhile.
#[derive(Debug, Clone, Default)]
struct Pace(Arc<tokio::sync::Mutex<Schedule>>);

impl Pace {
    /// Returns when it is the caller's turn. They are taken in order.
    async fn turn(&self, clock: &Arc<dyn Clock>) {
        let mut schedule = self.0.lock().await;
        while let Err(wait) = schedule.take(clock.awake()) {
            clock.sleep(wait).await;
        }
    }
}

/// When all requests so far would have come one after the other: nobody is farther ahead of that than a burst.
#[derive(Debug, Default)]
struct Schedule(Duration);

impl Schedule {
    /// Takes a turn at `now`, or tells how long there is none.
    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let Self(planned) = self;
        match planned.saturating_sub(INTERVAL * (BURST - 1)).saturating_sub(now) {
            Duration::ZERO => {
                *planned = (*planned).max(now) + INTERVAL;
                Ok(())
            }
            wait => Err(wait),
        }
    }
}

/// Waits for the moment at which all who want to know how things are now are told together.
pub(super) async fn next_look(clock: &Arc<dyn Clock>) {
    let between = BETWEEN_LOOKS.as_millis();
    let into = u64::try_from(clock.awake().as_millis() % between).unwrap_or_default();
    clock
        .sleep(BETWEEN_LOOKS.saturating_sub(Duration::from_millis(into)))
        .await;
}

/// The memory of a session. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedReads {
    answers: Answers,
    /// Tags of load balancers and target groups.
    pub(super) tags: Known<Arc<Tags>>,
    /// Rules of listeners that forward to target groups.
    pub(super) rules: Known<Arc<[Rule]>>,
    pace: Pace,
    /// Only answers that were asked for since then will do.
    since: Duration,
}

impl SharedReads {
    /// The same memory for somebody who wants to know how things are from now on.
    pub(super) fn since(&self, now: Duration) -> Self {
        Self {
            since: now,
            ..self.clone()
        }
    }

    /// The way to `service` through the memory.
    pub(super) fn before(
        &self,
        service: &'static str,
        inner: SharedHttpConnector,
        clock: SdkClock,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Remembering {
            reads: self.clone(),
            service,
            inner,
            clock,
        })
    }
}

#[derive(Debug, Clone)]
struct Remembering {
    reads: SharedReads,
    service: &'static str,
    inner: SharedHttpConnector,
    clock: SdkClock,
}

impl HttpConnector for Remembering {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            match Kind::of(&request) {
                Kind::Shared { question, keeps } => this.ask(&question, keeps, request).await,
                Kind::Change => {
                    // Whatever comes of it, and also if nobody waits for that any more.
                    let _forgets = Forgets(&this);
                    this.inner.call(request).await
                }
            }
        })
    }
}

impl Remembering {
    /// Sends a question, as soon as it is its turn.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if self.service == PACED {
            let SdkClock(clock) = &self.clock;
            self.reads.pace.turn(clock).await;
        }
        self.inner.call(request).await
    }

    async fn ask(&self, question: &str, keeps: Duration, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let SdkClock(clock) = &self.clock;
        let answer = self.reads.answers.to(self.service, question, clock.awake());
        let mut kept = answer.lock().await;
        let now = clock.awake();
        let is_good = |kept: &&Kept| kept.asked >= self.reads.since && kept.is_good(now);
        if let Some(kept) = kept.as_ref().filter(is_good) {
            return whole(kept.answer.clone());
        }
        let response = self.send(request).await?.try_into_http1x();
        let (parts, body) = response
            .map_err(|error| ConnectorError::other(error.into(), None))?
            .into_parts();
        let Some(bytes) = body.bytes().map(Bytes::copy_from_slice) else {
            return HttpResponse::try_from(Response::from_parts(parts, body))
                .map_err(|error| ConnectorError::other(error.into(), None));
        };
        let answer = Response::from_parts(parts, bytes);
        *kept = is_answer(&answer).then(|| Kept {
            asked: now,
            keeps: longer_good(question, &answer).unwrap_or(keeps),
            answer: answer.clone(),
        });
        drop(kept);
        whole(answer)
    }
}

/// Forgets what is known of a service once a change is over.
struct Forgets<'a>(&'a Remembering);

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        self.0.reads.answers.forget(self.0.service);
    }
}

/// Whether it says how things are: that something is not there does, that a server is busy or refuses does not.
fn is_answer(response: &Response<Bytes>) -> bool {
    let says_absent = || response.body().windows(8).any(|part| part == b"NotFound");
    match response.status() {
        StatusCode::NOT_FOUND => true,
        StatusCode::BAD_REQUEST => says_absent(),
        status => status.is_success(),
    }
}

/// How long an answer is good that says that what many wait for has come about.
fn longer_good(question: &str, response: &Response<Bytes>) -> Option<Duration> {
    let says = |part: &str| std::str::from_utf8(response.body()).is_ok_and(|text| text.contains(part));
    // The list of all names, or one of them.
    let is_lasting = || says(r#""fargateProfileNames""#) || says(r#""status":"ACTIVE""#);
    (question.contains("/fargate-profiles") && is_lasting()).then_some(OF_ACTIVE)
}

fn whole(answer: Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|error| ConnectorError::other(error.into(), None))
}

#[cfg(test)]
mod tests {
    use futures::future::join;

    use super::*;
    use crate::aws::clients::Clients;
    use crate::aws::known::GOOD;
    use crate::aws::script::{self, Script, ScriptedResponse, query_error};
    use crate::ports::{ErrorClass, TestClock};

    #[test]
    fn turns_have_a_burst_and_a_pace_and_are_not_saved_up() {
        let mut schedule = Schedule::default();
        let mut taken = |now: Duration| (0..100).take_while(|_| schedule.take(now).is_ok()).count();
        let at = |tenths: u64| Duration::from_millis(100 * tenths);
        let counts = [0, 10, 20, 600].map(|tenths| taken(at(tenths)));
        assert_eq!(
            counts,
            [24, 8, 8, 24],
            "who has been held up for a minute sends no more than a burst"
        );
        assert_eq!(schedule.take(at(600)), Err(INTERVAL));
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_taken_in_order() {
        let (pace, clock): (Pace, Arc<dyn Clock>) = (Pace::default(), Arc::new(TestClock::start()));
        let order = Mutex::new(Vec::new());
        let (pace, clock, told) = (&pace, &clock, &order);
        let asking = (0..40).map(|number| async move {
            pace.turn(clock).await;
            told.lock().unwrap().push((number, clock.awake()));
        });
        futures::future::join_all(asking).await;
        let order = order.into_inner().unwrap();
        assert!(order.iter().map(|(number, _)| *number).eq(0..40));
        let (begin, end) = (order[0].1, order[39].1);
        assert_eq!(end, begin + INTERVAL * 16);
    }

    const BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";

    fn balancers() -> ScriptedResponse {
        script::xml(include_str!("fixtures/describe-load-balancers.xml"))
    }

    fn asked(script: &Script) -> usize {
        script.calls().len()
    }

    #[tokio::test(start_paused = true)]
    async fn what_two_ask_at_once_or_soon_after_each_other_is_asked_once() {
        let clock = TestClock::start();
        let groups = script::xml(include_str!("fixtures/describe-target-groups.xml"));
        let script = Script::new()
            .on(BALANCERS, [balancers()])
            .on("elasticloadbalancing:DescribeTargetGroups", [groups]);
        let class = script.clients(clock).for_class();
        let others = class.patient();
        let (first, second) = join(class.balancer_named("a"), others.balancer_named("b")).await;
        assert_eq!((first.unwrap(), second.unwrap()), (None, None));
        assert_eq!(asked(&script), 1, "one list has the load balancers of all labs");
        class.target_groups_of("b").await.unwrap();
        assert_eq!(asked(&script), 2, "another question");
        clock.sleep(OF_SHARED).await;
        class.balancer_named("a").await.unwrap();
        assert_eq!(asked(&script), 3, "the answer has become old");
        let alone = script.clients(clock);
        join(alone.balancer_named("a"), alone.balancer_named("a"))
            .await
            .0
            .unwrap();
        assert_eq!(asked(&script), 5, "who is alone remembers nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn who_wants_to_know_how_things_are_now_is_told() {
        let clock = TestClock::start();
        let script = Script::new().on(BALANCERS, [balancers()]);
        let class = script.clients(clock).for_class();
        class.balancer_named("a").await.unwrap();
        clock.sleep(Duration::from_secs(1)).await;
        let now = class.as_of_now();
        now.balancer_named("a").await.unwrap();
        assert_eq!(asked(&script), 2);
        now.balancer_named("a").await.unwrap();
        class.balancer_named("a").await.unwrap();
        assert_eq!(asked(&script), 2, "and the others know it as well");
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_makes_all_answers_of_its_service_old() {
        let clock = TestClock::start();
        let script = Script::new()
            .on(BALANCERS, [balancers()])
            .on(
                "eks:GET /clusters",
                [script::json(&serde_json::json!({"clusters": ["a"]}))],
            )
            .on(
                "elasticloadbalancing:DeleteLoadBalancer",
                [script::done("DeleteLoadBalancer")],
            );
        let class = script.clients(clock).for_class();
        let look = async |class: &Clients| {
            class.balancer_named("a").await.unwrap();
            class.cluster_names().await.unwrap();
        };
        look(&class).await;
        class.delete_balancer("arn").await.unwrap();
        look(&class).await;
        let asked = |call: &str| script.calls().iter().filter(|asked| *asked == call).count();
        assert_eq!((asked(BALANCERS), asked("eks:GET /clusters")), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_class_asks_no_faster_than_it_may() {
        let clock = TestClock::start();
        let script = Script::new().on(
            "elasticloadbalancing:DescribeTargetGroups",
            [script::xml(include_str!("fixtures/describe-target-groups.xml"))],
        );
        let class = script.clients(clock).for_class();
        let begun = clock.now();
        let ask = |count: u32| {
            let all = (0..count).map(|n| {
                let (class, name) = (class.clone(), format!("{n}"));
                async move { class.target_groups_of(&name).await.map(drop) }
            });
            futures::future::try_join_all(all)
        };
        ask(BURST).await.unwrap();
        assert_eq!(clock.elapsed(begun), Duration::ZERO);
        clock.sleep(OF_GROUND).await;
        let begun = clock.now();
        ask(BURST + 40).await.unwrap();
        assert_eq!(clock.elapsed(begun), INTERVAL * 40);
    }

    #[tokio::test(start_paused = true)]
    async fn rules_that_lead_somewhere_are_good_for_minutes_and_others_are_awaited() {
        const RULES: &str = "elasticloadbalancing:DescribeRules";
        let clock = TestClock::start();
        let none = "<DescribeRulesResponse><DescribeRulesResult><Rules/></DescribeRulesResult></DescribeRulesResponse>";
        let some = include_str!("fixtures/describe-rules.xml");
        let script = Script::new().on(RULES, [script::xml(none), script::xml(some)]);
        let class = script.clients(clock).for_class();
        let rules = async || class.rules("listener").await.unwrap().len();
        assert_eq!(rules().await, 0);
        clock.sleep(OF_SHARED).await;
        let found = rules().await;
        assert!(found > 0);
        clock.sleep(OF_GROUND * 2).await;
        assert_eq!((rules().await, asked(&script)), (found, 2));
        assert_eq!(class.as_of_now().rules("listener").await.unwrap().len(), found);
        assert_eq!(asked(&script), 2);
        clock.sleep(GOOD).await;
        assert_eq!((rules().await, asked(&script)), (found, 3));
        clock.sleep(OF_SHARED).await;
        class.forget_rules("listener");
        assert_eq!((rules().await, asked(&script)), (found, 4), "they are looked for");
    }

    #[tokio::test(start_paused = true)]
    async fn absence_is_an_answer_and_a_busy_server_is_none() {
        const GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
        let clock = TestClock::start();
        let absent = query_error(400, "LoadBalancerNotFound", "none");
        let denied = query_error(403, "AccessDenied", "no");
        let groups = script::xml(include_str!("fixtures/describe-target-groups.xml"));
        let script = Script::new().on(GROUPS, [absent, denied, groups]);
        let class = script.clients(clock).for_class();
        assert_eq!(class.target_groups_of("a").await.unwrap(), []);
        assert_eq!(class.target_groups_of("a").await.unwrap(), []);
        assert_eq!(asked(&script), 1);
        clock.sleep(OF_SHARED).await;
        let error = class.target_groups_of("a").await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Denied);
        assert!(!class.target_groups_of("a").await.unwrap().is_empty());
    }

    #[test]
    fn a_request_is_a_change_unless_it_is_known_to_ask() {
        let kind = |method: &str, address: &str, body: &'static str| {
            let request = http::Request::builder().method(method).uri(address);
            Kind::of(&HttpRequest::try_from(request.body(SdkBody::from(body)).unwrap()).unwrap())
        };
        let keeps = |method: &str, address: &str, body: &'static str| match kind(method, address, body) {
            Kind::Shared { keeps, .. } => keeps.as_secs(),
            Kind::Change => panic!("{method} {address} {body} is a change"),
        };
        let eks = "https://eks.ap-northeast-2.amazonaws.com/clusters";
        let form = "https://ec2.ap-northeast-2.amazonaws.com/";
        assert_eq!(keeps("GET", eks, ""), 120);
        assert_eq!(keeps("GET", &format!("{eks}/a"), ""), 120);
        assert_eq!(keeps("GET", &format!("{eks}/a/fargate-profiles?maxResults=9"), ""), 12);
        assert_eq!(keeps("POST", form, "Action=DescribeSubnets&Version=1"), 120);
        assert_eq!(keeps("POST", form, "Action=DescribeListeners&Version=1"), 12);
        assert_eq!(keeps("POST", form, "Action=DescribeSecurityGroups&Version=1"), 20);
        // All labs on one load balancer wait for the same interfaces to go.
        assert_eq!(keeps("POST", form, "Action=DescribeNetworkInterfaces&Version=1"), 12);
        assert_eq!(kind("POST", form, "Action=DeleteLoadBalancer&Version=1"), Kind::Change);
        assert_eq!(kind("POST", &format!("{eks}/a/fargate-profiles"), "{}"), Kind::Change);
        assert_eq!(kind("DELETE", &format!("{eks}/a/fargate-profiles/b"), ""), Kind::Change);
    }
}

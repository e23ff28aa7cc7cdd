//! `cluster.access: eks`: the token, checked as EKS checks it.

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use jiff::SignedDuration;
use lab2048::aws::{Clients, ClusterTokens, StaticKeys, WorldWay};
use lab2048::k8s::{self, Connection};
use lab2048::model::ObjectKey;
use lab2048::ports::{BoxBody, ErrorClass, RequestMeter, SystemClock, Transport, TransportError};

use super::authenticator::{Authenticator, Identity};
use super::front::{self, Endpoint};
use super::web::Web;
use lab2048_testing::Workdir;
use lab2048_testing::workshop::controller::Controller;
use lab2048_testing::workshop::fargate::Fargate;
use lab2048_testing::workshop::moto::{CLUSTER, Moto, REGION};
use lab2048_testing::workshop::plane::{Options, Plane};
use lab2048_testing::workshop::system;

const OWNER: Identity = Identity {
    key: "AKIAOWNER",
    secret: "owners/secret+key",
    user: Some(("arn:aws:iam::123456789012:user/owner", &["system:masters"])),
};
const GUEST: Identity = Identity {
    key: "AKIAGUEST",
    secret: "guests/secret+key",
    user: Some(("arn:aws:iam::123456789012:user/guest", &["guests"])),
};
const STRANGER: Identity = Identity {
    key: "AKIASTRANGER",
    secret: "strangers/secret+key",
    user: None,
};
const ALL: &[Identity] = &[OWNER, GUEST, STRANGER];

/// A cluster as EKS runs one, and an AWS that names it.
struct EksSetup {
    authenticator: Authenticator,
    plane: Plane,
    moto: Moto,
    front: Web,
}

impl EksSetup {
    async fn start(authenticator: Authenticator) -> Self {
        let options = Options {
            authenticator: Some(authenticator.url()),
            ..Options::default()
        };
        let (moto, plane) = tokio::join!(Moto::start(), Plane::start_with(options));
        let front = front::before(moto.url(), Endpoint::of(&plane)).await;
        Self {
            authenticator,
            plane,
            moto,
            front,
        }
    }

    /// A workdir of whoever has this key and this secret.
    fn workdir(&self, key: &str, secret: &str) -> Workdir {
        let mut workdir = Workdir::before(&self.front.url, &self.plane.kubeconfig());
        workdir.unset("KUBECONFIG");
        workdir.set("AWS_REGION", REGION);
        workdir.set("LAB2048_SET_CLUSTER_ACCESS", "eks");
        workdir.set("AWS_ACCESS_KEY_ID", key);
        workdir.set("AWS_SECRET_ACCESS_KEY", secret);
        workdir
    }

    fn client(&self, tokens: ClusterTokens) -> k8s::Client {
        let connection = Connection {
            clock: Arc::new(SystemClock::default()),
            meter: RequestMeter::default(),
            tokens: Some(Arc::new(tokens)),
        };
        k8s::Client::for_endpoint(&self.plane.url(), &self.plane.authority(), connection).unwrap()
    }
}

/// For clients that only sign.
struct NoNetwork;

impl Transport for NoNetwork {
    fn call(&self, _: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        async { Err(TransportError::new("signing asks nobody")) }.boxed()
    }
}

fn tokens(identity: &Identity, cluster: &str) -> ClusterTokens {
    let keys = StaticKeys {
        access_key_id: identity.key.to_owned(),
        secret_access_key: identity.secret.to_owned(),
    };
    let clock = Arc::new(SystemClock::default());
    let way = WorldWay {
        transport: Arc::new(NoNetwork),
        limit: None,
    };
    let clients = Clients::over(way, keys, REGION, clock, RequestMeter::default());
    ClusterTokens::new(clients, cluster)
}

fn default_namespace() -> ObjectKey {
    ObjectKey {
        api_version: "v1".to_owned(),
        kind: "Namespace".to_owned(),
        namespace: None,
        name: "default".to_owned(),
    }
}

#[tokio::test]
async fn the_cluster_knows_who_asks() {
    let setup = EksSetup::start(Authenticator::start(ALL).await).await;

    // The owner. A check misses the controller, which is not the point here.
    let workdir = setup.workdir(OWNER.key, OWNER.secret);
    let run = workdir.call("plan -v --events events.ndjson").await.exits(3);
    let run = run.prints("namespace fargate-game-2048 create").prints("validated");
    let reviewed = setup.authenticator.reviewed();
    assert!(reviewed.refused.is_empty(), "{reviewed:?}");
    assert_eq!(reviewed.accepted.len(), 1, "one token serves a whole call");
    let events = std::fs::read_to_string(workdir.path("events.ndjson")).unwrap();
    let printed = format!("{run}{events}");
    for secret in ["k8s-aws-v1", OWNER.secret, "X-Amz-Signature"] {
        assert!(!printed.contains(secret), "{secret} is printed: {printed}");
    }

    // Somebody whom nobody has let in.
    for (key, secret) in [
        (STRANGER.key, STRANGER.secret),
        ("AKIANOBODY", "nobodys/key"),
        (OWNER.key, "a/guess"),
    ] {
        let workdir = setup.workdir(key, secret);
        let run = workdir.call("plan -v --events events.ndjson").await.exits(1);
        let run = run
            .prints("cluster eksworkshop does not know the AWS identity you come with")
            .prints("aws eks create-access-entry --cluster-name eksworkshop --region ap-northeast-2")
            .does_not_print("lack this right");
        let events = std::fs::read_to_string(workdir.path("events.ndjson")).unwrap();
        assert!(!format!("{run}{events}").contains("k8s-aws-v1"), "{run}");
        let reviewed = setup.authenticator.reviewed();
        assert!(reviewed.accepted.is_empty(), "{reviewed:?}");
    }

    // Somebody who is known and may do nothing.
    let workdir = setup.workdir(GUEST.key, GUEST.secret);
    for verb in ["plan", "apply", "status", "destroy"] {
        let run = workdir.call(verb).await.exits(1);
        run.prints("namespaces \"fargate-game-2048\" is forbidden: User \"arn:aws:iam::123456789012:user/guest\"")
            .prints(
                "the cluster knows you, but you lack this right: an access policy such as AmazonEKSClusterAdminPolicy",
            )
            .does_not_print("create-access-entry");
    }
    let reviewed = setup.authenticator.reviewed();
    assert!(reviewed.refused.is_empty(), "{reviewed:?}");
}

#[tokio::test]
async fn a_token_is_for_one_cluster() {
    let setup = EksSetup::start(Authenticator::start(ALL).await).await;
    let right = setup.client(tokens(&OWNER, CLUSTER));
    assert!(right.get(&default_namespace()).await.unwrap().is_some());
    assert_eq!(setup.authenticator.reviewed().accepted.len(), 1);

    let wrong = setup.client(tokens(&OWNER, "another"));
    let error = wrong.get(&default_namespace()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unauthenticated, "{error}");
    let reviewed = setup.authenticator.reviewed();
    assert!(reviewed.accepted.is_empty(), "{reviewed:?}");
    assert_eq!(
        reviewed.refused.len(),
        2,
        "once more with a new token, and not for ever: {reviewed:?}"
    );
    assert!(
        reviewed.refused.iter().all(|why| why.contains("SignatureDoesNotMatch")),
        "{reviewed:?}"
    );

    let guest = setup.client(tokens(&GUEST, CLUSTER));
    let error = guest.get(&default_namespace()).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_deref()),
        (ErrorClass::Denied, Some("Forbidden")),
        "{error}"
    );
}

/// Tokens that the authenticator takes for two seconds. The API server itself remembers an answer for ten.
#[tokio::test]
async fn a_token_that_runs_out_in_the_middle_of_a_wait_is_renewed() {
    let life = SignedDuration::from_secs(2);
    let setup = EksSetup::start(Authenticator::start_with_life(ALL, life).await).await;
    let aws = setup.moto.aws();
    let client = setup.plane.client().await;
    let network = setup.moto.network.clone();
    let _fargate = Fargate::start(client.clone(), aws.clone(), network.clone()).await;
    system::install(&client, &network.vpc).await;
    let mut workdir = setup.workdir(OWNER.key, OWNER.secret);
    workdir.set("LAB2048_SET_INGRESS_SCHEME", "internal");
    // While no controller is at work, the run waits and keeps its lock; it goes on once a token has run out.
    let controller = async {
        system::until("a token has run out", async || setup.authenticator.has_refused()).await;
        Controller::start(client.clone(), aws, network)
    };
    let (run, _controller) = tokio::join!(workdir.call("apply -v --events events.ndjson"), controller);
    let run = run.exits(0);
    let reviewed = setup.authenticator.reviewed();
    assert!(reviewed.accepted.len() >= 2, "{reviewed:?} {run}");
    assert!(
        reviewed.refused.iter().all(|why| why.starts_with("expired")),
        "{reviewed:?}"
    );
    let events = std::fs::read_to_string(workdir.path("events.ndjson")).unwrap();
    assert!(!format!("{run}{events}").contains("k8s-aws-v1"));
}

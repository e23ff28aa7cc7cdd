//! `cluster.access: kubeconfig`: contexts, credentials, certificates, proxies.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use serde_json::{Value, json};

use super::front::{self, Endpoint};
use super::tunnel::Tunnel;
use super::web::Web;
use lab2048_testing::Run;
use lab2048_testing::Workdir;
use lab2048_testing::process::free_port;
use lab2048_testing::workshop::moto::Moto;
use lab2048_testing::workshop::plane::{Options, Plane};

/// The administrator's token, as the plane has it.
const TOKEN: &str = "admin-token";
/// A name of the API server's certificate that only a proxy can lead anywhere.
const INSIDE: &str = "https://kubernetes.default.svc:6443";
/// What cannot work is to be reported within this time, on a busy machine, too; waits of the program are ten times as long.
const SOON: Duration = Duration::from_secs(60);
/// What reads everything, and needs nothing to be there.
const PLAN: &str = "plan --destroy -v";

struct KubeconfigSetup {
    plane: Plane,
    moto: Moto,
    /// AWS, which names the plane as the cluster's API.
    _front: Web,
    workdir: Workdir,
}

impl KubeconfigSetup {
    async fn start(options: Options) -> Self {
        let (moto, plane) = tokio::join!(Moto::start(), Plane::start_with(options));
        let front = front::before(moto.url(), Endpoint::of(&plane)).await;
        let workdir = Workdir::before(&front.url, Path::new("/nonexistent"));
        Self {
            plane,
            moto,
            _front: front,
            workdir,
        }
    }

    /// How the plane is reached.
    fn cluster(&self) -> Value {
        json!({
            "server": self.plane.url(),
            "certificate-authority-data": BASE64_STANDARD.encode(self.plane.authority()),
        })
    }

    /// The plane under a name that only a proxy knows.
    fn inside(&self, proxy: Option<&str>) -> Value {
        let mut cluster = self.cluster();
        cluster["server"] = INSIDE.into();
        if let Some(proxy) = proxy {
            cluster["proxy-url"] = proxy.into();
        }
        cluster
    }

    fn port(&self) -> u16 {
        self.plane.url().rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Writes a kubeconfig with one context, and takes it from now on.
    fn take(&mut self, cluster: &Value, user: &Value) {
        write_kubeconfig(&mut self.workdir, &[("only", cluster, user)], "only");
        // Not all of them lead to the plane.
        self.workdir.set("LAB2048_SET_CLUSTER_CONTEXT", "only");
    }

    /// Runs a plan that must not take long.
    async fn plan(&self) -> Run {
        let begun = Instant::now();
        let run = self.workdir.call(PLAN).await;
        assert!(begun.elapsed() < SOON, "{:?}: {run}", begun.elapsed());
        run.does_not_print(TOKEN)
    }
}

fn write_kubeconfig(workdir: &mut Workdir, contexts: &[(&str, &Value, &Value)], current: &str) {
    let listed = |key: &str, value: &dyn Fn(&(&str, &Value, &Value)) -> Value| -> Vec<Value> {
        let named = contexts
            .iter()
            .map(|context| json!({"name": context.0, key: value(context)}));
        named.collect()
    };
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": current,
        "clusters": listed("cluster", &|(_, cluster, _)| (*cluster).clone()),
        "users": listed("user", &|(_, _, user)| (*user).clone()),
        "contexts": listed("context", &|(name, ..)| json!({"cluster": name, "user": name})),
    });
    let path = workdir.path("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    workdir.set("KUBECONFIG", &path.display().to_string());
}

fn plugin(path: &Path, mode: &str) -> Value {
    json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": path, "interactiveMode": mode,
        "env": [{"name": "SECRET", "value": TOKEN}],
    }})
}

fn token() -> Value {
    json!({"token": TOKEN})
}

#[tokio::test]
async fn contexts() {
    let mut setup = KubeconfigSetup::start(Options::default()).await;
    let nowhere = json!({"server": format!("https://127.0.0.1:{}", free_port())});
    let cluster = setup.cluster();
    let contexts = [("blue", &nowhere, &token()), ("green", &cluster, &token())];
    write_kubeconfig(&mut setup.workdir, &contexts, "blue");
    // The current one must be the cluster's; one that is named is taken.
    let current = setup.plan().await.exits(3);
    current
        .prints("context `blue` of the kubeconfig is not cluster eksworkshop: its server is https://127.0.0.1:")
        .prints("--set cluster.context=blue");
    setup.workdir.set("LAB2048_SET_CLUSTER_CONTEXT", "blue");
    let named = setup.plan().await.exits(1);
    named
        .prints("no answer from the Kubernetes API: Connection refused")
        .prints("check the network, VPN and proxy");

    setup.workdir.set("LAB2048_SET_CLUSTER_CONTEXT", "green");
    setup.plan().await.exits(0);
    setup.workdir.set("LAB2048_SET_CLUSTER_CONTEXT", "red");
    let red = setup.plan().await.exits(64);
    red.prints("kubeconfig has no context `red`; it has: blue, green");

    setup.workdir.unset("LAB2048_SET_CLUSTER_CONTEXT");
    write_kubeconfig(&mut setup.workdir, &contexts, "");
    let none = setup.plan().await.exits(64);
    none.prints(
        "kubeconfig has no current context: choose one with `--set cluster.context=NAME` (it has: blue, green)",
    );

    // Several files, one of which is not there, as kubectl takes them.
    write_kubeconfig(&mut setup.workdir, &contexts, "green");
    let there = setup.workdir.path("kubeconfig").display().to_string();
    setup.workdir.set("KUBECONFIG", &format!("/nonexistent/config:{there}"));
    setup.plan().await.exits(0);
    setup.workdir.set("KUBECONFIG", "/nonexistent/config");
    let missing = setup.plan().await.exits(64);
    missing
        .prints("there is no kubeconfig at /nonexistent/config: `aws eks update-kubeconfig --name CLUSTER` writes one");
    setup.workdir.unset("KUBECONFIG");
    let home = setup.plan().await.exits(64);
    home.prints(".kube/config");

    let broken = setup.workdir.path("broken");
    std::fs::write(
        &broken,
        format!("users:\n- name: x\n  user: {{token: {TOKEN}\n contexts: ["),
    )
    .unwrap();
    setup.workdir.set("KUBECONFIG", &broken.display().to_string());
    setup.plan().await.exits(64).prints("broken is none: ");
}

#[tokio::test]
async fn credentials() {
    let authority = authority("clients");
    let mut setup = KubeconfigSetup::start(Options {
        client_ca: Some(authority.pem()),
        ..Options::default()
    })
    .await;
    let cluster = setup.cluster();

    // Client certificates: one with rights, one without, one of another authority.
    let user = |authority, group| {
        let (certificate, key) = client_certificate(authority, group);
        json!({
            "client-certificate-data": BASE64_STANDARD.encode(certificate),
            "client-key-data": BASE64_STANDARD.encode(key),
        })
    };
    setup.take(&cluster, &user(&authority, "system:masters"));
    setup.plan().await.exits(0);
    setup.take(&cluster, &user(&authority, "guests"));
    let guest = setup.plan().await.exits(1);
    guest
        .prints("User \"participant\" cannot get resource")
        .prints("the cluster knows you, but you lack this right");
    setup.take(&cluster, &user(&self::authority("others"), "system:masters"));
    let stranger = setup.plan().await.exits(1);
    stranger.prints("the cluster does not accept the kubeconfig's credentials (context `only`)");

    // A token: in place, in a file as `echo` writes it, a wrong one.
    setup.take(&cluster, &token());
    setup.plan().await.exits(0);
    let file = setup.workdir.path("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    setup.take(&cluster, &json!({"tokenFile": file}));
    setup.plan().await.exits(0);
    std::fs::write(&file, "another\n").unwrap();
    let refused = setup.plan().await.exits(1);
    refused
        .prints("the cluster does not accept the token in")
        .prints("it has expired, or is for another cluster");
    setup.take(&cluster, &json!({"token": "another"}));
    let refused = setup.plan().await.exits(1);
    refused.prints("the cluster does not accept the kubeconfig's credentials (context `only`)");
    // Nobody at all: the API server calls that anonymous.
    setup.take(&cluster, &json!({}));
    setup.plan().await.exits(1).prints("system:anonymous");
}

#[tokio::test]
async fn plugins() {
    let mut setup = KubeconfigSetup::start(Options::default()).await;
    let cluster = setup.cluster();
    let credential = |token: &str| {
        let credential = json!({
            "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
            "status": {"token": token, "expirationTimestamp": "2100-01-01T00:00:00Z"},
        });
        format!("cat <<'END'\n{credential}\nEND")
    };
    let good = setup.workdir.program("good", &credential(TOKEN));
    setup.take(&cluster, &plugin(&good, "IfAvailable"));
    setup.plan().await.exits(0);

    let wrong = setup.workdir.program("wrong", &credential("another"));
    setup.take(&cluster, &plugin(&wrong, "Never"));
    let refused = setup.plan().await.exits(1);
    refused.prints("the cluster does not accept the kubeconfig's credentials (context `only`)");

    let lines = format!("echo '{TOKEN}'; echo 'the session of blue has ended' >&2; exit 3");
    let failing = setup.workdir.program("failing", &lines);
    for mode in ["Never", "IfAvailable"] {
        setup.take(&cluster, &plugin(&failing, mode));
        let failed = setup.plan().await.exits(1);
        failed
            .prints("context `only` of the kubeconfig")
            .prints("gives no credentials")
            .prints("failing` failed (exit status: 3)")
            .prints("the session of blue has ended");
    }

    let babbling = setup
        .workdir
        .program("babbling", &format!("echo 'status: {{token: {TOKEN}'"));
    setup.take(&cluster, &plugin(&babbling, "Never"));
    let failed = setup.plan().await.exits(1);
    failed.prints("babbling` printed something that is no ExecCredential");

    let missing = setup.workdir.path("missing");
    setup.take(&cluster, &plugin(&missing, "Never"));
    let failed = setup.plan().await.exits(64);
    failed.prints("missing` is not there");
}

#[tokio::test]
async fn certificates_and_endpoints() {
    let mut setup = KubeconfigSetup::start(Options::default()).await;
    let unknown = json!({
        "server": setup.plane.url(),
        "certificate-authority-data": BASE64_STANDARD.encode(authority("others").pem()),
    });
    setup.take(&unknown, &token());
    let run = setup.plan().await.exits(1);
    run.prints("signed by an authority that is not trusted here (UnknownIssuer)");

    let mut other_name = setup.cluster();
    other_name["tls-server-name"] = "another.example".into();
    setup.take(&other_name, &token());
    setup
        .plan()
        .await
        .exits(1)
        .prints("the server's certificate is for another name");

    let mut plain = setup.cluster();
    plain["server"] = setup.moto.url().replace("http:", "https:").into();
    setup.take(&plain, &token());
    setup.plan().await.exits(1).prints("does not speak TLS");

    let mut nobody = setup.cluster();
    nobody["server"] = format!("https://127.0.0.1:{}", free_port()).into();
    setup.take(&nobody, &token());
    setup.plan().await.exits(1).prints("Connection refused");

    let mut nameless = setup.cluster();
    nameless["server"] = "https://cluster.invalid".into();
    setup.take(&nameless, &token());
    setup.plan().await.exits(1).prints("failed to lookup address");

    // AWS in place of a cluster: pages and errors that are not Kubernetes'.
    let mut aws = setup.cluster();
    aws["server"] = setup.moto.url().into();
    setup.take(&aws, &token());
    let run = setup.plan().await.exits(1);
    run.prints("a page that is not the Kubernetes API's")
        .does_not_print("<!doctype");
}

#[tokio::test]
async fn proxies() {
    let mut setup = KubeconfigSetup::start(Options::default()).await;
    let tunnel = Tunnel::to(setup.port(), None).await;
    let target = INSIDE.trim_start_matches("https://");

    // Named by the kubeconfig, for this cluster, whatever the variables are.
    setup.workdir.set("NO_PROXY", "127.0.0.1,localhost,.svc");
    setup.take(&setup.inside(Some(&tunnel.url())), &token());
    setup.plan().await.exits(0);
    let asked = tunnel.asked();
    assert!(!asked.is_empty() && asked.iter().all(|to| to == target), "{asked:?}");

    // Named by the environment. AWS is on this machine, where no proxy is asked.
    setup.take(&setup.inside(None), &token());
    setup.workdir.set("HTTPS_PROXY", &tunnel.url());
    setup.workdir.set("NO_PROXY", "127.0.0.1");
    setup.plan().await.exits(0);
    let asked = tunnel.asked();
    assert!(!asked.is_empty() && asked.iter().all(|to| to == target), "{asked:?}");
    setup.workdir.set("NO_PROXY", "127.0.0.1,.svc");
    setup.plan().await.exits(1).prints("failed to lookup address");
    assert!(tunnel.asked().is_empty());

    // One that wants a password.
    let login = Tunnel::to(setup.port(), Some("me:pass word")).await;
    setup.workdir.set("NO_PROXY", "127.0.0.1");
    setup.workdir.set("HTTPS_PROXY", &login.url());
    let run = setup.plan().await.exits(1);
    run.prints("the proxy wants a user and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT");
    setup
        .workdir
        .set("HTTPS_PROXY", &login.url().replace("//", "//me:pass%20word@"));
    setup.plan().await.exits(0).does_not_print("pass");

    // One that is not there.
    setup
        .workdir
        .set("HTTPS_PROXY", &format!("http://127.0.0.1:{}", free_port()));
    setup.plan().await.exits(1).prints("Connection refused");
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate of user `participant` in that group, and its key.
fn client_certificate(authority: &CertifiedIssuer<'static, KeyPair>, group: &str) -> (String, String) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "participant");
    params.distinguished_name.push(DnType::OrganizationName, group);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    (certificate.pem(), key.serialize_pem())
}

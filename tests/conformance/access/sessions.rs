//! Sessions with AWS: where keys and region come from, and the messages when they are missing or no good.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;

use super::front;
use super::web::{Web, answer};
use lab2048_testing::Run;
use lab2048_testing::Workdir;
use lab2048_testing::process::free_port;
use lab2048_testing::workshop::moto::Moto;

/// What cannot work is to be reported within this time, on a busy machine, too; waits of the program are ten times as long.
const SOON: Duration = Duration::from_secs(60);
/// Keys that moto takes as it takes all.
const KEYS: &str = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = profiles/secret\n";

/// SHA-1 of `https://school.example/start`.
const OF_START_URL: &str = "40a32b452c647b2789c511c3153ff7ae2c9b3624";
/// SHA-1 of `school`.
const OF_SESSION: &str = "655f83be7512e5b5b3ba4c9976c043ece4b3ce51";

/// A workdir whose only source of keys are the files in `~/.aws`.
fn workdir(aws: &str, config: &str, credentials: &str) -> Workdir {
    let mut workdir = Workdir::before(aws, Path::new("/nonexistent"));
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] {
        workdir.unset(name);
    }
    write(&workdir, "config", config);
    write(&workdir, "credentials", credentials);
    workdir
}

fn write(workdir: &Workdir, name: &str, text: &str) {
    std::fs::create_dir_all(workdir.path(".aws/sso/cache")).unwrap();
    std::fs::write(workdir.path(".aws").join(name), text).unwrap();
}

/// Runs a plan that must not take long, and must not print a secret.
async fn plan(workdir: &Workdir, flags: &str) -> Run {
    let begun = Instant::now();
    let run = workdir.call(&format!("plan -v {flags}")).await;
    assert!(begun.elapsed() < SOON, "{:?}: {run}", begun.elapsed());
    assert_eq!(run.stdout, "", "errors are no data");
    run.does_not_print("profiles/secret").does_not_print("tokens/secret")
}

/// With a session, this is what a region without clusters answers.
fn is_in(run: Run, region: &str) {
    run.exits(1)
        .prints(&format!("there is no EKS cluster `eksworkshop` in {region}"));
}

#[tokio::test]
async fn keys_and_region_come_from_where_the_aws_cli_has_them() {
    let moto = Moto::start_empty().await;
    let config = "[default]\nregion = eu-west-1\n[profile blue]\nregion = eu-north-1\n\
                  [profile process]\nregion = eu-central-1\ncredential_process = /bin/sh -c 'cat $HOME/keys.json'\n";
    let mut workdir = workdir(&moto.url(), config, &format!("[default]\n{KEYS}[blue]\n{KEYS}"));
    std::fs::write(
        workdir.path("keys.json"),
        r#"{"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "profiles/secret"}"#,
    )
    .unwrap();
    is_in(plan(&workdir, "").await, "eu-west-1");
    is_in(plan(&workdir, "--profile blue").await, "eu-north-1");
    is_in(plan(&workdir, "--profile blue --region us-east-1").await, "us-east-1");
    is_in(plan(&workdir, "--profile process").await, "eu-central-1");
    workdir.set("AWS_PROFILE", "blue");
    is_in(plan(&workdir, "").await, "eu-north-1");
    workdir.set("AWS_REGION", "sa-east-1");
    is_in(plan(&workdir, "").await, "sa-east-1");
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_remedy() {
    let moto = Moto::start_empty().await;
    let config = "[default]\n[profile failing]\nregion = eu-west-1\n\
                  credential_process = /bin/sh -c 'echo tokens/secret; echo no card in the reader >&2; exit 2'\n\
                  [profile babbling]\nregion = eu-west-1\ncredential_process = echo tokens/secret\n\
                  [profile empty]\nregion = eu-west-1\n";
    let mut workdir = workdir(&moto.url(), config, &format!("[default]\n{KEYS}"));
    let run = plan(&workdir, "").await.exits(64);
    run.prints("no AWS region is set: give `--region ap-northeast-2`");
    let run = plan(&workdir, "--profile nosuch --region eu-west-1").await.exits(64);
    run.prints("the AWS profile `nosuch` (from --profile) does not exist; there are: ");
    workdir.set("AWS_PROFILE", "nosuch");
    let run = plan(&workdir, "--region eu-west-1").await.exits(64);
    run.prints("the AWS profile `nosuch` (from AWS_PROFILE) does not exist");
    workdir.unset("AWS_PROFILE");

    let run = plan(&workdir, "--profile empty").await.exits(1);
    run.prints("no AWS credentials were found: run `aws configure --profile empty`");
    let run = plan(&workdir, "--profile failing").await.exits(1);
    run.prints("the credential_process of AWS profile `failing` gives no credentials")
        .prints("no card in the reader");
    let run = plan(&workdir, "--profile babbling").await.exits(1);
    run.prints("the credential_process of AWS profile `babbling` gives no credentials");
    write(&workdir, "credentials", "");
    let run = plan(&workdir, "--region eu-west-1").await.exits(1);
    run.prints("no AWS credentials were found: run `aws configure`, or set AWS_ACCESS_KEY_ID");
}

#[tokio::test]
async fn an_expired_single_sign_on_is_reported() {
    // The portal's answer to a token that it has forgotten.
    let portal = front::refusing(401, "UnauthorizedException", "Session token not found or invalid").await;
    let config = "[profile old]\nregion = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = student\n\
                  sso_start_url = https://school.example/start\nsso_region = eu-west-1\n\
                  [profile new]\nregion = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = student\n\
                  sso_session = school\n\
                  [sso-session school]\nsso_start_url = https://school.example/start\nsso_region = eu-west-1\n\
                  sso_registration_scopes = sso:account:access\n";
    let mut workdir = workdir(&portal.url, config, "");
    for profile in ["old", "new"] {
        let run = plan(&workdir, &format!("--profile {profile}")).await.exits(1);
        run.prints(&format!(
            "the AWS single sign-on session has expired: run `aws sso login --profile {profile}`"
        ));
    }
    // The cache of an earlier sign-in; its name is the hash of the start URL or of the session's name.
    let token = r#"{"accessToken": "tokens/secret", "expiresAt": "2024-01-01T00:00:00Z", "region": "eu-west-1",
        "startUrl": "https://school.example/start"}"#;
    for name in [OF_START_URL, OF_SESSION] {
        write(&workdir, &format!("sso/cache/{name}.json"), token);
    }
    for profile in ["old", "new"] {
        workdir.set("AWS_PROFILE", profile);
        let run = plan(&workdir, "").await.exits(1);
        run.prints(&format!(
            "the AWS single sign-on session has expired: run `aws sso login --profile {profile}`"
        ));
    }
}

#[tokio::test]
async fn bad_keys_are_distinguished() {
    for (status, code, message, help) in [
        (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            "keys of one partition (aws, aws-cn, aws-us-gov) are not known in another",
        ),
        (
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "keys of one partition (aws, aws-cn, aws-us-gov) are not known in another",
        ),
        (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "the credentials have expired: sign in again (`aws sso login`), or set new ones",
        ),
        (
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.",
            "check the secret key, and the clock of this machine",
        ),
        (
            403,
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/jun is not authorized to perform: eks:DescribeCluster on resource: x",
            "ask for the permission it names; `lab2048 policy iam` prints all that is needed",
        ),
    ] {
        let aws = front::refusing(status, code, message).await;
        let workdir = workdir(
            &aws.url,
            "[default]\nregion = cn-north-1\n",
            &format!("[default]\n{KEYS}"),
        );
        let run = plan(&workdir, "").await.exits(1);
        run.prints("cannot find the cluster")
            .prints(code)
            .prints(message)
            .prints(help);
    }
}

#[tokio::test]
async fn an_aws_that_does_not_answer_is_given_up_soon() {
    let desk_before = |url: &str| workdir(url, "[default]\nregion = eu-west-1\n", &format!("[default]\n{KEYS}"));
    let resetting = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let reset = format!("http://{}", resetting.local_addr().unwrap());
    let _resetting = tokio::spawn(async move {
        while let Ok((stream, _)) = resetting.accept().await {
            // Dropped with the request unread: a reset.
            let _ = stream.readable().await;
        }
    });
    for (url, words) in [
        (format!("http://127.0.0.1:{}", free_port()), "Connection refused"),
        ("http://aws.invalid".to_owned(), "failed to lookup address"),
        (reset, "no answer from AWS: "),
    ] {
        let run = plan(&desk_before(&url), "").await.exits(1);
        run.prints("no answer from AWS: ")
            .prints(words)
            .prints("check the region's name, the network, VPN and proxy");
    }
}

#[tokio::test]
async fn an_untrusted_aws_is_reported_with_the_remedy() {
    let (aws, certificate) = Web::serve_tls(|_| async { answer(403, "application/json", "{}") }).await;
    let mut workdir = workdir(
        &aws.url,
        "[default]\nregion = eu-west-1\n",
        &format!("[default]\n{KEYS}"),
    );
    let run = plan(&workdir, "").await.exits(1);
    run.prints("signed by an authority that is not trusted here (UnknownIssuer)")
        .prints("SSL_CERT_FILE names a file of authorities to trust");
    let file = workdir.path("authorities.pem");
    std::fs::write(&file, certificate).unwrap();
    for variable in ["SSL_CERT_FILE", "AWS_CA_BUNDLE"] {
        workdir.set(variable, &file.display().to_string());
        let run = plan(&workdir, "").await.exits(1);
        run.prints("cannot find the cluster").does_not_print("UnknownIssuer");
        workdir.unset(variable);
    }
    workdir.set("AWS_CA_BUNDLE", "/nonexistent");
    let run = plan(&workdir, "").await.exits(64);
    run.prints("AWS_CA_BUNDLE names /nonexistent, which cannot be used");
}

//! Every way into AWS that the AWS CLI writes: a profile of each kind, by flag and by variable, with a home of its own.

mod issuer;

use std::fs;

use self::issuer::{Asked, Issuer};
use crate::terminal::Terminal;
use lab2048_testing::{Run, Workdir};

/// SHA-1 of `org`: the sign-on's cache is named by its session, or, in the older form, by its start URL.
const OF_SESSION: &str = "d23b5987504c1b3de484bf2e47c76f75abb794d3";
/// SHA-1 of `https://org.example/start`.
const OF_START_URL: &str = "45e64163de2dd8294ca4e323a2765c0335389bc4";

const CONFIG: &str = "\
[default]
region = eu-west-1
[profile keys]
region = eu-west-2
aws_access_key_id = KEYS
aws_secret_access_key = s
[profile classroom]
role_arn = arn:aws:iam::123456789012:role/workshop
source_profile = base
region = ap-northeast-2
[profile chained]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = classroom
role_session_name = minji
external_id = x1
duration_seconds = 900
[profile environment]
role_arn = arn:aws:iam::123456789012:role/workshop
credential_source = Environment
[profile instance]
role_arn = arn:aws:iam::123456789012:role/workshop
credential_source = Ec2InstanceMetadata
[profile container]
role_arn = arn:aws:iam::123456789012:role/workshop
credential_source = EcsContainer
[profile web]
role_arn = arn:aws:iam::123456789012:role/workshop
web_identity_token_file = HOME/token
[sso-session org]
sso_start_url = https://org.example/start
sso_region = eu-central-1
[profile sso]
sso_session = org
sso_account_id = 123456789012
sso_role_name = student
[profile old-sso]
sso_start_url = https://org.example/start
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = student
[profile of-sso]
role_arn = arn:aws:iam::123456789012:role/workshop
source_profile = sso
[profile login]
login_session = arn:aws:iam::123456789012:user/minji
[profile process]
credential_process = HOME/tool --for process
[profile nothing]
region = us-west-2
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/workshop
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/minji
[profile lessons]
role_arn = arn:aws:iam::123456789012:role/forbidden
source_profile = base
[profile nobody]
sso_session = org
sso_account_id = 123456789012
sso_role_name = nobody
[profile missing-tool]
credential_process = /usr/local/bin/aws-sso-util credential-process --profile x
[profile failing-tool]
credential_process = sh -c 'echo s3cret; echo the sso card is not in the reader >&2; exit 3'
[profile babbling-tool]
credential_process = echo s3cret
[profile no-token]
role_arn = arn:aws:iam::123456789012:role/workshop
web_identity_token_file = /nonexistent/token
";

const CREDENTIALS: &str = "[base]\naws_access_key_id = BASE\naws_secret_access_key = s\nregion = sa-east-1\n";

/// A home with those files, a token of the sign-on and programs.
struct Home {
    workdir: Workdir,
    issuer: Issuer,
}

impl Home {
    fn new() -> Self {
        let (issuer, mut workdir) = (Issuer::start(), Workdir::bare());
        workdir.set("AWS_ENDPOINT_URL", &issuer.url);
        workdir.set("LAB2048_ENV", "workshop");
        let home = Self { workdir, issuer };
        let folder = home.workdir.path("").display().to_string();
        home.write(".aws/config", &CONFIG.replace("HOME/", &folder));
        home.write(".aws/credentials", CREDENTIALS);
        home.write("token", "WEB\n");
        home.sign_on("sign-on-token", "2100-01-01T00:00:00Z");
        home.program(
            "tool",
            r#"echo '{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s"}'"#,
        );
        home
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.workdir.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn program(&self, name: &str, lines: &str) {
        self.workdir.program(name, lines);
    }

    /// What `aws sso login` leaves.
    fn sign_on(&self, token: &str, until: &str) {
        for name in [OF_SESSION, OF_START_URL] {
            let text = format!(
                r#"{{"accessToken": "{token}", "expiresAt": "{until}", "region": "eu-central-1",
                    "startUrl": "https://org.example/start"}}"#
            );
            self.write(&format!(".aws/sso/cache/{name}.json"), &text);
        }
    }

    /// A plan with this profile, by the flag; what AWS was asked is kept.
    fn plan(&self, profile: &str) -> Run {
        let run = self.workdir.run(&format!("plan --profile {profile}"));
        run.does_not_print("s3cret")
    }

    /// The request to EKS that the last call ended with.
    fn to_eks(&self) -> Option<Asked> {
        self.issuer.asked().into_iter().rfind(|asked| asked.what == "eks")
    }

    /// Asserts that a call has come as far as EKS, with these keys and in this region.
    #[track_caller]
    fn came_to_eks(&self, run: Run, key: &str, region: &str) {
        let run = run.exits(1);
        let asked = self.to_eks().unwrap_or_else(|| panic!("EKS was not asked: {run}"));
        assert_eq!((asked.key.as_str(), asked.region.as_str()), (key, region), "{run}");
        run.prints(&format!("there is no EKS cluster `eksworkshop` in {region}"));
    }
}

#[test]
fn a_profile_of_each_kind_leads_to_aws_by_flag_and_by_variable() {
    let mut home = Home::new();
    home.program(
        "bin/aws",
        r#"[ "$*" = "configure export-credentials --format process --profile login" ] || exit 9
        echo '{"Version": 1, "AccessKeyId": "CONSOLE", "SecretAccessKey": "s", "SessionToken": "t"}'"#,
    );
    let path = std::env::var("PATH").unwrap();
    home.workdir
        .set("PATH", &format!("{}:{path}", home.workdir.path("bin").display()));
    home.workdir
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &home.issuer.url.clone());
    home.workdir.set(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        &format!("{}/container", home.issuer.url),
    );
    home.workdir.unset("AWS_EC2_METADATA_DISABLED");
    for (profile, key, region) in [
        ("keys", "KEYS", "eu-west-2"),
        ("base", "BASE", "sa-east-1"),
        ("classroom", "BASE-workshop", "ap-northeast-2"),
        // Its region is that of the profile that it goes by.
        ("chained", "BASE-workshop-second", "ap-northeast-2"),
        ("instance", "INSTANCE-workshop", "eu-west-1"),
        ("container", "CONTAINER-workshop", "eu-west-1"),
        ("web", "WEB-workshop", "eu-west-1"),
        ("sso", "PORTAL", "eu-west-1"),
        ("old-sso", "PORTAL", "eu-west-1"),
        ("of-sso", "PORTAL-workshop", "eu-west-1"),
        ("login", "CONSOLE", "eu-west-1"),
        ("process", "PROCESS", "eu-west-1"),
        // As with the AWS CLI, the machine is asked where the profile has nothing.
        ("nothing", "CONTAINER", "us-west-2"),
    ] {
        home.came_to_eks(home.plan(profile), key, region);
        home.workdir.set("AWS_PROFILE", profile);
        home.came_to_eks(home.workdir.run("plan"), key, region);
        home.workdir.unset("AWS_PROFILE");
    }
}

#[test]
fn calls_on_the_way_go_to_the_region_that_was_decided() {
    let mut home = Home::new();
    for (variable, flags, region) in [
        (None, "", "ap-northeast-2"),
        (Some("AWS_DEFAULT_REGION"), "", "us-east-1"),
        (Some("AWS_REGION"), "", "us-east-2"),
        (Some("AWS_REGION"), "--region eu-north-1", "eu-north-1"),
    ] {
        if let Some(variable) = variable {
            home.workdir.set(
                variable,
                if variable == "AWS_REGION" {
                    "us-east-2"
                } else {
                    "us-east-1"
                },
            );
        }
        let run = home.plan(&format!("chained {flags}"));
        // What the call before this one had still under way when it ended may be noted only now.
        let asked = home.issuer.asked().into_iter().skip_while(|asked| asked.what != "sts");
        let asked: Vec<_> = asked.collect();
        let sts: Vec<_> = asked.iter().filter(|asked| asked.what == "sts").collect();
        assert!(
            sts.len() >= 2 && asked.iter().all(|asked| asked.region == region),
            "{region}: {asked:#?} {run}"
        );
    }
    let run = home.plan("chained");
    let asked = home.issuer.asked();
    let second = asked.iter().find(|asked| asked.parameters.contains("role%2Fsecond"));
    let second = second.unwrap_or_else(|| panic!("{asked:#?} {run}"));
    for parameter in ["RoleSessionName=minji", "ExternalId=x1", "DurationSeconds=900"] {
        assert!(second.parameters.lines().any(|line| line == parameter), "{second:#?}");
    }
}

#[test]
fn keys_of_the_environment_are_used_where_they_are_meant() {
    let mut home = Home::new();
    home.workdir.set("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    home.workdir.set("AWS_SECRET_ACCESS_KEY", "s");
    home.came_to_eks(home.workdir.run("plan"), "ENVIRONMENT", "eu-west-1");
    home.came_to_eks(home.plan("environment"), "ENVIRONMENT-workshop", "eu-west-1");
    home.came_to_eks(home.plan("keys"), "KEYS", "eu-west-2");
    home.workdir.set("AWS_PROFILE", "keys");
    home.came_to_eks(home.workdir.run("plan"), "ENVIRONMENT", "eu-west-2");
}

#[test]
fn what_the_machine_has_is_used_where_no_profile_has_anything() {
    let mut home = Home::new();
    home.workdir.set(
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        &home.workdir.path("token").display().to_string(),
    );
    home.workdir.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
    home.came_to_eks(home.workdir.run("plan"), "WEB-pod", "eu-west-1");
    home.workdir.unset("AWS_WEB_IDENTITY_TOKEN_FILE");
    home.workdir
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &home.issuer.url.clone());
    home.workdir.unset("AWS_EC2_METADATA_DISABLED");
    home.came_to_eks(home.workdir.run("plan"), "INSTANCE", "eu-west-1");
    home.came_to_eks(home.plan("nothing"), "INSTANCE", "us-west-2");
}

#[test]
fn a_profile_that_does_not_work_is_told_for_what_it_is() {
    let mut home = Home::new();
    for (profile, code, words) in [
        // A name with `sso` in it is a name.
        (
            "lesson-1",
            64,
            "the AWS profile `lesson-1` (from --profile) does not exist; did you mean `lessons`?",
        ),
        (
            "missing-tool",
            64,
            "there is no program `/usr/local/bin/aws-sso-util`; install it",
        ),
        (
            "failing-tool",
            1,
            "the credential_process of AWS profile `failing-tool` gives no credentials",
        ),
        ("failing-tool", 1, "the sso card is not in the reader"),
        (
            "babbling-tool",
            1,
            "the credential_process of AWS profile `babbling-tool` gives no credentials",
        ),
        (
            "no-token",
            64,
            "the token file /nonexistent/token (web_identity_token_file of AWS profile `no-token`) cannot be read",
        ),
        (
            "environment",
            64,
            "AWS_ACCESS_KEY_ID is not set, and credential_source of AWS profile `environment` needs it",
        ),
        (
            "lessons",
            1,
            "role arn:aws:iam::123456789012:role/forbidden (AWS profile `lessons`) cannot be assumed",
        ),
        ("lessons", 1, "the caller lacks the permission sts:AssumeRole"),
        (
            "nobody",
            1,
            "the AWS single sign-on gives no credentials for role nobody in account 123456789012",
        ),
        (
            "nothing",
            1,
            "no AWS credentials were found: run `aws configure --profile nothing`",
        ),
        (
            "mfa",
            4,
            "wants a code of the MFA device arn:aws:iam::123456789012:mfa/minji, and there is nobody to ask here",
        ),
        ("mfa", 4, "aws configure export-credentials --profile mfa --format env"),
    ] {
        home.plan(profile).exits(code).prints(words);
    }
    home.workdir.set("AWS_PROFILE", "classrom");
    home.workdir
        .run("plan")
        .exits(64)
        .prints("the AWS profile `classrom` (from AWS_PROFILE) does not exist; did you mean `classroom`?");
    home.workdir.unset("AWS_PROFILE");
    assert_eq!(home.to_eks(), None, "nothing of that has come to EKS");

    home.write(
        "config",
        "[profile misspelt]\nsso_session = orga\nsso_account_id = 1\nsso_role_name = r\n[sso-session org]\n",
    );
    home.workdir
        .set("AWS_CONFIG_FILE", &home.workdir.path("config").display().to_string());
    home.plan("misspelt")
        .exits(64)
        .prints("there is no [sso-session orga]; there is: org");
    home.write(
        "config",
        "[profile bare]\naws_access_key_id = AK\naws_secret_access_key = s\n",
    );
    home.plan("bare")
        .exits(64)
        .prints("no AWS region is set")
        .prints("`aws configure set region ap-northeast-2 --profile bare`");
    home.write("config", "[profile bare\n");
    home.plan("bare")
        .exits(64)
        .prints("the AWS CLI's configuration cannot be read");
}

#[test]
fn a_sign_on_that_has_ended_is_told_with_the_command_that_renews_it() {
    let home = Home::new();
    let expired = |profile: &str, named: &str| {
        home.plan(profile).exits(1).prints(&format!(
            "the AWS single sign-on session has expired: run `aws sso login --profile {named}`"
        ));
    };
    for (token, until) in [
        ("sign-on-token", "2024-01-01T00:00:00Z"),
        ("forgotten", "2100-01-01T00:00:00Z"),
    ] {
        home.sign_on(token, until);
        expired("sso", "sso");
        expired("of-sso", "sso");
    }
    // In the older form it is for the portal to say that a token has expired.
    expired("old-sso", "old-sso");
    fs::remove_dir_all(home.workdir.path(".aws/sso")).unwrap();
    expired("sso", "sso");
}

#[test]
fn a_session_of_aws_login_needs_the_aws_cli() {
    let mut home = Home::new();
    home.workdir.set("PATH", "/nonexistent");
    home.plan("login")
        .exits(64)
        .prints("aws configure export-credentials --profile login --format env");
    home.program(
        "bin/aws",
        "echo 'Error when retrieving token: session has expired' >&2; exit 255",
    );
    home.workdir
        .set("PATH", &format!("{}:/bin:/usr/bin", home.workdir.path("bin").display()));
    let run = home.plan("login").exits(1);
    run.prints("run `aws login --profile login`")
        .prints("session has expired");
}

#[test]
fn the_code_of_a_device_is_asked_for_on_a_terminal() {
    let home = Home::new();
    let mut terminal = Terminal::start(&home.workdir, "plan --profile mfa");
    terminal.wait_for("Code of the MFA device arn:aws:iam::123456789012:mfa/minji (AWS profile mfa): ");
    terminal.press("123456\r");
    let (code, written) = terminal.end();
    assert_eq!(code, 1, "{written}");
    let asked = home.issuer.asked();
    let sts = asked.iter().find(|asked| asked.what == "sts").unwrap();
    for parameter in [
        "TokenCode=123456",
        "SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fminji",
    ] {
        assert!(sts.parameters.lines().any(|line| line == parameter), "{sts:#?}");
    }
    assert!(
        asked
            .iter()
            .any(|asked| asked.what == "eks" && asked.key == "BASE-workshop"),
        "{asked:#?}"
    );

    // A code is good once: the session is kept where the AWS CLI keeps it.
    home.came_to_eks(home.plan("mfa"), "BASE-workshop", "sa-east-1");
    fs::remove_dir_all(home.workdir.path(".aws/cli/cache")).unwrap();

    for (keys, code) in [("\r", 4), ("\u{3}", 130)] {
        let mut terminal = Terminal::start(&home.workdir, "plan --profile mfa");
        terminal.wait_for("(AWS profile mfa): ");
        terminal.press(keys);
        assert_eq!(terminal.end().0, code);
    }
}

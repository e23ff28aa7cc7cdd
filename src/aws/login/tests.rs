use aws_types::os_shim_internal::{Env, Fs};

use super::chain::{Role, SingleSignOn, Source};
use super::*;
use crate::ports::error_chain;

/// A profile of every kind that the AWS CLI writes.
const CONFIG: &str = "\
[default]
region = eu-west-1
[profile keys]
region = eu-west-2
aws_access_key_id = AK
aws_secret_access_key = secret
aws_session_token = token
[profile role]
role_arn = arn:aws:iam::1:role/one
source_profile = base
role_session_name = minji
external_id = x1
duration_seconds = 900
mfa_serial = arn:aws:iam::1:mfa/minji
[profile chained]
role_arn = arn:aws:iam::1:role/two
source_profile = role
region = us-east-2
[profile of-chained]
role_arn = arn:aws:iam::1:role/three
source_profile = chained
[profile self]
role_arn = arn:aws:iam::1:role/one
source_profile = self
aws_access_key_id = AK
aws_secret_access_key = secret
[profile of-self]
role_arn = arn:aws:iam::1:role/two
source_profile = self
[profile environment]
role_arn = arn:aws:iam::1:role/one
credential_source = Environment
[profile instance]
role_arn = arn:aws:iam::1:role/one
credential_source = Ec2InstanceMetadata
[profile container]
role_arn = arn:aws:iam::1:role/one
credential_source = EcsContainer
[profile web]
role_arn = arn:aws:iam::1:role/one
web_identity_token_file = /token
[sso-session org]
sso_start_url = https://org.example/start
sso_region = eu-central-1
[profile sso]
sso_session = org
sso_account_id = 1
sso_role_name = student
[profile old-sso]
sso_start_url = https://org.example/start
sso_region = eu-central-1
sso_account_id = 1
sso_role_name = student
[profile of-sso]
role_arn = arn:aws:iam::1:role/one
source_profile = sso
[profile login]
login_session = arn:aws:iam::1:user/minji
[profile process]
credential_process = tool --profile x
[profile nothing]
region = ap-northeast-2
";

const CREDENTIALS: &str = "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = secret\nregion = sa-east-1\n";

fn files(config: &str) -> Fs {
    Fs::from_map(
        [
            ("/home/.aws/config".to_owned(), config.as_bytes().to_vec()),
            ("/home/.aws/credentials".to_owned(), CREDENTIALS.as_bytes().to_vec()),
        ]
        .into(),
    )
}

fn variables(more: &[(&str, &str)]) -> Env {
    let mut all = vec![("HOME", "/home")];
    all.extend_from_slice(more);
    Env::from_slice(&all)
}

async fn way(config: &str, more: &[(&str, &str)], profile: Option<&str>) -> Result<Way, SessionError> {
    Way::among(files(config), variables(more), profile, None).await
}

/// By flag and by variable, which must come to the same.
async fn both(name: &str) -> Way {
    let by_flag = way(CONFIG, &[], Some(name)).await.unwrap();
    let by_variable = way(CONFIG, &[("AWS_PROFILE", name)], None).await.unwrap();
    assert_eq!(by_flag.chain, by_variable.chain, "{name}");
    assert_eq!(by_flag.region, by_variable.region, "{name}");
    by_flag
}

fn keys(id: &str, token: Option<&str>) -> Source {
    Source::Keys {
        id: id.to_owned(),
        secret: "secret".to_owned(),
        token: token.map(str::to_owned),
    }
}

fn single(session: Option<&str>) -> Source {
    Source::SingleSignOn(SingleSignOn {
        session: session.map(str::to_owned),
        start_url: "https://org.example/start".to_owned(),
        region: "eu-central-1".to_owned(),
        account: "1".to_owned(),
        role: "student".to_owned(),
    })
}

#[tokio::test]
async fn a_profile_of_every_kind_is_understood() {
    let web = Source::WebIdentity {
        role: "arn:aws:iam::1:role/one".to_owned(),
        file: "/token".to_owned(),
        session: None,
    };
    let process = Source::Process("tool --profile x".to_owned());
    // The source, the roles, the region: of the profile, of those behind it, of the default one.
    let table: [(&str, Source, &[&str], &str); 16] = [
        ("keys", keys("AK", Some("token")), &[], "eu-west-2"),
        ("base", keys("AKBASE", None), &[], "sa-east-1"),
        ("role", keys("AKBASE", None), &["one"], "sa-east-1"),
        ("chained", keys("AKBASE", None), &["one", "two"], "us-east-2"),
        (
            "of-chained",
            keys("AKBASE", None),
            &["one", "two", "three"],
            "us-east-2",
        ),
        ("self", keys("AK", None), &["one"], "eu-west-1"),
        // Another goes by its keys, not by its role.
        ("of-self", keys("AK", None), &["two"], "eu-west-1"),
        ("environment", Source::Environment, &["one"], "eu-west-1"),
        ("instance", Source::Instance, &["one"], "eu-west-1"),
        ("container", Source::Container, &["one"], "eu-west-1"),
        ("web", web, &[], "eu-west-1"),
        ("sso", single(Some("org")), &[], "eu-west-1"),
        ("old-sso", single(None), &[], "eu-west-1"),
        ("of-sso", single(Some("org")), &["one"], "eu-west-1"),
        ("login", Source::Console, &[], "eu-west-1"),
        ("process", process, &[], "eu-west-1"),
    ];
    for (name, source, roles, region) in table {
        let way = both(name).await;
        assert_eq!(way.chain.source, source, "{name}");
        let assumed = way.chain.roles.iter().map(|role| role.arn.rsplit('/').next().unwrap());
        assert_eq!(assumed.collect::<Vec<_>>(), roles, "{name}");
        assert_eq!(way.region.as_deref(), Some(region), "{name}");
        assert!(way.is_configured, "{name}");
    }
    let role = both("role").await.chain.roles.remove(0);
    assert_eq!(
        role,
        Role {
            profile: "role".to_owned(),
            arn: "arn:aws:iam::1:role/one".to_owned(),
            external_id: Some("x1".to_owned()),
            session: Some("minji".to_owned()),
            seconds: Some(900),
            mfa_serial: Some("arn:aws:iam::1:mfa/minji".to_owned()),
        }
    );
}

#[tokio::test]
async fn keys_of_the_environment_win_unless_a_profile_is_named_for_the_call() {
    let set = [("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_PROFILE", "role")];
    let by_variable = way(CONFIG, &set, None).await.unwrap();
    assert_eq!(by_variable.chain.source, Source::Environment);
    assert_eq!(by_variable.region.as_deref(), Some("sa-east-1"));
    let by_flag = way(CONFIG, &set, Some("sso")).await.unwrap();
    assert_eq!(by_flag.chain.source, single(Some("org")));
}

#[tokio::test]
async fn the_region_is_the_first_that_is_said() {
    for (variables, given, region) in [
        (
            &[("AWS_REGION", "r1"), ("AWS_DEFAULT_REGION", "r2")][..],
            Some("r0"),
            "r0",
        ),
        (&[("AWS_REGION", "r1"), ("AWS_DEFAULT_REGION", "r2")], None, "r1"),
        (&[("AWS_REGION", " "), ("AWS_DEFAULT_REGION", "r2")], None, "r2"),
        (&[], None, "ap-northeast-2"),
    ] {
        let env = super::tests::variables(variables);
        let way = Way::among(files(CONFIG), env, Some("nothing"), given).await.unwrap();
        assert_eq!(way.region.as_deref(), Some(region));
    }
    let without = "[profile a]\naws_access_key_id = AK\naws_secret_access_key = s\n";
    assert_eq!(way(without, &[], Some("a")).await.unwrap().region, None);
}

#[tokio::test]
async fn where_no_profile_says_anything_the_machine_is_asked() {
    let token = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn")];
    let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/get")];
    let of_token = Source::WebIdentity {
        role: "arn".to_owned(),
        file: "/token".to_owned(),
        session: None,
    };
    let disabled = [("AWS_EC2_METADATA_DISABLED", "TRUE")];
    for (more, profile, source) in [
        (&token[..], None, of_token),
        // A profile that is named is not passed over for what the pod has.
        (&token, Some("nothing"), Source::Instance),
        (&container, None, Source::Container),
        (&container, Some("nothing"), Source::Container),
        (&[], None, Source::Instance),
        (&disabled, None, Source::Nowhere),
    ] {
        let way = way(CONFIG, more, profile).await.unwrap();
        assert_eq!(way.chain.source, source, "{more:?} {profile:?}");
        assert!(!way.is_configured);
    }
}

async fn message(config: &str, profile: &str) -> String {
    let error = way(config, &[], Some(profile)).await.err().unwrap();
    assert!(error.is_configuration(), "{error:?}");
    error_chain(&error).join(": ")
}

#[tokio::test]
async fn what_is_wrong_with_profiles_is_told_by_their_keys() {
    // Names with `sso` in them are names.
    let config = "[profile lesson1]\nrole_arn = r\nsource_profile = professor\n[profile tool]\nrole_arn = r\n\
        [profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\n\
        [profile c]\nrole_arn = r\nsource_profile = b\n[profile ring]\nrole_arn = r\nsource_profile = ring\n\
        [profile both]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n\
        [profile word]\nrole_arn = r\ncredential_source = Lambda\n\
        [profile empty]\nregion = x\n[profile of-empty]\nrole_arn = r\nsource_profile = empty\n\
        [sso-session org]\nsso_start_url = u\n[profile misspelt]\nsso_session = orga\nsso_account_id = 1\n\
        [profile halved]\nsso_session = org\nsso_account_id = 1\nsso_role_name = x\n\
        [profile without]\nsso_start_url = u\nsso_region = x\nsso_account_id = 1\n\
        [profile half]\naws_access_key_id = AK\n[profile other-half]\naws_secret_access_key = s\n\
        [profile web]\nweb_identity_token_file = /token\n";
    let mut messages = Vec::new();
    for profile in [
        "lesson-1",
        "zebra",
        "lesson1",
        "tool",
        "a",
        "ring",
        "both",
        "word",
        "of-empty",
        "misspelt",
        "halved",
        "without",
        "half",
        "other-half",
        "web",
    ] {
        messages.push(message(config, profile).await);
    }
    insta::assert_snapshot!(messages.join("\n"));
    let none = Way::among(
        Fs::from_map(std::collections::HashMap::<String, Vec<u8>>::new()),
        variables(&[]),
        Some("x"),
        None,
    )
    .await;
    insta::assert_snapshot!(none.err().unwrap(), @"the AWS profile `x` (from --profile) does not exist; there are none: `aws configure --profile NAME` makes one");
    let broken = message("[profile a\n", "a").await;
    assert!(
        broken.starts_with("the AWS CLI's configuration cannot be read") && broken.contains("/home/.aws/config"),
        "{broken}"
    );
}

#[tokio::test]
async fn half_of_the_variables_is_told() {
    let none = aws_config::provider_config::ProviderConfig::empty();
    for (variables, profile) in [
        (&[("AWS_ACCESS_KEY_ID", "AK")][..], None),
        (&[("AWS_SECRET_ACCESS_KEY", "s")], None),
        (&[], Some("environment")),
    ] {
        let way = way(CONFIG, variables, profile).await.unwrap();
        let sdk = SdkConfig::builder().build();
        let error = way
            .open(sdk, &none, Arc::new(crate::ports::SystemClock::default()), None)
            .err()
            .unwrap();
        assert!(error.is_configuration());
        let expected = match (profile, variables.first()) {
            (Some(_), _) => "AWS_ACCESS_KEY_ID is not set, and credential_source of AWS profile `environment` needs it",
            (None, Some(("AWS_ACCESS_KEY_ID", _))) => {
                "AWS_SECRET_ACCESS_KEY is not set, and AWS_ACCESS_KEY_ID needs it"
            }
            _ => "AWS_ACCESS_KEY_ID is not set, and AWS_SECRET_ACCESS_KEY needs it",
        };
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

//! The texts of errors against their English, and against what the code attempts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError as NoKeys;
use lab2048_sandbox::Holder as Occupant;

use super::*;
use crate::app::fleet::job::error::JobError;
use crate::app::fleet::saved::error::ClassPlanError;
use crate::app::lesson::error::LessonError;
use crate::aws::{ConfigurationError, NamedBy};
use crate::config::{Loader, Setting, new_environment};
use crate::k8s::Fault;
use crate::lang::Language;
use crate::net::BundleError;
use crate::ports::{CallError, ErrorClass, error_chain};
use crate::render::RenderError;

fn has_hangul(text: &str) -> bool {
    text.contains(|c: char| matches!(c, '\u{ac00}'..='\u{d7a3}'))
}

fn denied() -> io::Error {
    io::ErrorKind::PermissionDenied.into()
}

fn no_json() -> serde_json::Error {
    serde_json::from_str::<u8>("x").unwrap_err()
}

fn names() -> Vec<String> {
    vec!["a".to_owned(), "b".to_owned()]
}

/// A call that failed with words of others.
fn refused() -> CallError {
    CallError::new(ErrorClass::Denied, "eks:DescribeCluster", "no").with_code("AccessDenied")
}

/// An error, and how many texts of its chain are ours, from its head.
type Case = (AppError, usize);

fn of_configuration() -> Vec<ConfigurationError> {
    let name = || "a".to_owned();
    let missing = |near: Option<&str>, names| ConfigurationError::MissingSource {
        profile: name(),
        source_profile: "x".to_owned(),
        near: near.map(str::to_owned),
        names,
    };
    let unfit = |what| ConfigurationError::Unfit {
        what,
        whose: "x".into(),
    };
    let no_session = |sessions| ConfigurationError::NoSession {
        profile: name(),
        session: "org".to_owned(),
        sessions,
    };
    vec![
        missing(None, Vec::new()),
        missing(None, vec![name()]),
        missing(Some("b"), names()),
        ConfigurationError::EmptySource {
            profile: name(),
            source_profile: "x".to_owned(),
        },
        ConfigurationError::Circle { profiles: names() },
        ConfigurationError::NoSource { profile: name() },
        ConfigurationError::TwoSources { profile: name() },
        ConfigurationError::UnknownSource {
            profile: name(),
            word: "Lambda".to_owned(),
        },
        no_session(Vec::new()),
        no_session(names()),
        ConfigurationError::SessionLacks {
            session: "org".to_owned(),
            key: "sso_region",
        },
        ConfigurationError::Lacks {
            profile: name(),
            key: "role_arn",
            has: "web_identity_token_file",
        },
        ConfigurationError::Endpoint {
            url: "x".to_owned(),
            service: "EKS",
            named_by: "AWS_ENDPOINT_URL".into(),
        },
        ConfigurationError::Empty("AWS_ENDPOINT_URL".to_owned()),
        ConfigurationError::Region("x".to_owned()),
        unfit("session token"),
    ]
}

fn of_session() -> Vec<Case> {
    let profile = || "a".to_owned();
    let serial = || "arn:aws:iam::1:mfa/a".to_owned();
    let role = || "arn:aws:iam::1:role/a".to_owned();
    let no_keys = || NoKeys::not_loaded("no keys");
    let program = |program: &str| SessionError::NoProgram {
        profile: profile(),
        program: program.to_owned(),
    };
    let place = |place| SessionError::Place {
        whose: "x".into(),
        place,
        source: no_keys(),
    };
    let bundle = |source: BundleError| SessionError::AuthorityBundle {
        named_by: "AWS_CA_BUNDLE".to_owned(),
        path: "/x".into(),
        source: Box::new(source),
    };
    let mut errors = vec![
        SessionError::UnknownProfile {
            name: profile(),
            named_by: NamedBy::Flag,
            near: None,
            names: names(),
        },
        SessionError::NoRegion { profile: None },
        SessionError::NoCredentials {
            profile: Some(profile()),
            source: Some(no_keys()),
        },
        SessionError::NoVariable {
            lacks: "AWS_SECRET_ACCESS_KEY",
            needed_by: "AWS_ACCESS_KEY_ID".into(),
        },
        SessionError::SignInExpired {
            profile: None,
            source: no_keys(),
        },
        SessionError::SignOn {
            role: role(),
            account: "1".to_owned(),
            source: Box::new(refused()),
        },
        SessionError::Console {
            profile: profile(),
            source: no_keys(),
        },
        SessionError::NoConsole { profile: profile() },
        program("tool"),
        program("/tool"),
        SessionError::Process {
            profile: profile(),
            source: no_keys(),
        },
        SessionError::TokenFile {
            path: "/x".into(),
            whose: "x".into(),
            source: denied(),
        },
        SessionError::Role {
            arn: role(),
            whose: "x".into(),
            source: Box::new(refused()),
        },
        SessionError::OtherAccount {
            arn: role(),
            given: role(),
        },
        SessionError::MfaUnasked {
            profile: profile(),
            serial: serial(),
        },
        SessionError::MfaUnanswered {
            serial: serial(),
            source: Some(denied()),
        },
        SessionError::MfaEnded {
            profile: profile(),
            serial: serial(),
        },
        place("container"),
        place("instance"),
        bundle(BundleError::Read(denied())),
    ];
    errors.extend(of_configuration().into_iter().map(SessionError::from));
    let cases = errors.into_iter().map(|error| (AppError::from(error), 2));
    let bundles = [BundleError::Broken, BundleError::Empty];
    cases
        .chain(bundles.map(|error| (AppError::from(bundle(error)), 3)))
        .collect()
}

fn of_cluster() -> Vec<Case> {
    let region = || "ap-northeast-2".to_owned();
    let missing = |names| ClusterError::Missing {
        name: "x".to_owned(),
        region: region(),
        names,
    };
    let errors = [
        ClusterError::None { region: region() },
        ClusterError::Several {
            region: region(),
            names: names(),
        },
        missing(Vec::new()),
        missing(names()),
        ClusterError::Call(refused()),
    ];
    errors.into_iter().map(|error| (AppError::from(error), 2)).collect()
}

fn faults() -> [Fault; 7] {
    let name = || "x".to_owned();
    [
        Fault::Empty("server"),
        Fault::NoCluster(name(), names()),
        Fault::NoUser(name(), Vec::new()),
        Fault::NoUrl("server", name()),
        Fault::NoBase64("client-key-data", name()),
        Fault::NoCertificate("client-certificate"),
        Fault::NoFile("tokenFile", name(), name()),
    ]
}

fn plugins() -> [CredentialsError; 9] {
    let command = || "plugin".to_owned();
    let missing = |command: &str, hint: Option<&str>| CredentialsError::Missing {
        command: command.to_owned(),
        install_hint: hint.map(str::to_owned),
    };
    [
        CredentialsError::NoCommand,
        CredentialsError::UnknownVersion {
            command: command(),
            version: "v0".to_owned(),
        },
        missing("plugin", None),
        missing("/plugin", Some("get it")),
        CredentialsError::Start {
            command: command(),
            why: "no".to_owned(),
        },
        CredentialsError::Failed {
            command: command(),
            status: "exit status: 1".to_owned(),
            why: "no".into(),
        },
        CredentialsError::NoCredential { command: command() },
        CredentialsError::OtherVersion {
            command: command(),
            asked: "v1".to_owned(),
            answered: "v2".to_owned(),
        },
        CredentialsError::Nothing { command: command() },
    ]
}

fn of_connection() -> Vec<Case> {
    let file = || PathBuf::from("/kubeconfig");
    let no_context = |is_current| ConnectError::NoContext {
        files: "/kubeconfig".to_owned(),
        name: "x".to_owned(),
        is_current,
        names: names(),
    };
    let mut errors = vec![
        ConnectError::NoKubeconfig {
            path: file(),
            source: denied(),
        },
        ConnectError::NoHome,
        ConnectError::Unreadable {
            file: file(),
            source: denied(),
        },
        ConnectError::Syntax {
            file: file(),
            why: "no".to_owned(),
        },
        ConnectError::Twice {
            file: file(),
            list: "users",
            name: "x".to_owned(),
        },
        no_context(true),
        no_context(false),
        ConnectError::NoCurrentContext {
            files: "/kubeconfig".to_owned(),
            names: Vec::new(),
        },
        ConnectError::Authority {
            endpoint: "https://x".to_owned(),
        },
        ConnectError::Client {
            endpoint: "https://x".to_owned(),
            why: "no".to_owned(),
        },
        ConnectError::Endpoint("x".to_owned()),
    ];
    errors.extend(faults().map(|fault| ConnectError::Context {
        file: file(),
        context: "x".to_owned(),
        fault: Box::new(fault),
    }));
    let cases = errors.into_iter().map(|error| (AppError::from(error), 2));
    let plugins = plugins().map(|source| ConnectError::Credentials {
        file: file(),
        context: "x".to_owned(),
        source: Box::new(source),
    });
    cases.chain(plugins.map(|error| (AppError::from(error), 3))).collect()
}

fn of_plans() -> Vec<Case> {
    let path = || PathBuf::from("plan");
    let unusable = |source| AppError::PlanFile { path: path(), source };
    let read = [
        ReadError::Other(Some(no_json())),
        ReadError::Document,
        ReadError::Format(9),
        ReadError::Edited,
        ReadError::OfClass,
        ReadError::OfLab,
        ReadError::ClassFormat(9),
        ReadError::Line {
            number: 2,
            source: no_json(),
        },
        ReadError::Lines,
        ReadError::OtherLab {
            number: 2,
            lab: "x".to_owned(),
        },
    ];
    let no_roster = |is_class| ClassPlanError::NoRoster {
        path: path(),
        is_class,
        help: text!("help-new-plan"),
    };
    let of_class = [
        ClassPlanError::Unread {
            path: path(),
            source: denied(),
        },
        no_roster(true),
        no_roster(false),
        ClassPlanError::NoLab {
            path: path(),
            lab: "x".to_owned(),
        },
        ClassPlanError::OtherRoster {
            path: path(),
            roster: "roster.csv".to_owned(),
            lab: "x".to_owned(),
            command: "lab2048 fleet plan roster.csv --out FILE".to_owned(),
        },
    ];
    let unusable_class = ClassPlanError::Unusable {
        path: path(),
        help: text!("help-new-plan"),
        source: ReadError::Edited,
    };
    let other_goal = |goal| AppError::OtherGoal {
        path: path(),
        goal,
        command: "lab2048 apply plan".to_owned(),
    };
    let stale = |is_elsewhere| AppError::Stale {
        is_elsewhere,
        moved: vec![text!("error-moved-order"), "x".into()],
        help: text!("help-new-plan"),
    };
    let unread = AppError::NoPlanFile {
        path: path(),
        source: denied(),
    };
    let read = read.map(|error| (unusable(error), 2));
    let of_class = of_class.map(|error| (AppError::from(error), 1));
    let others = [
        other_goal(Goal::Ready),
        other_goal(Goal::Gone),
        stale(true),
        stale(false),
        unread,
    ];
    read.into_iter()
        .chain(of_class)
        .chain([(AppError::from(unusable_class), 2)])
        .chain(others.map(|error| (error, 1)))
        .collect()
}

fn of_world_file() -> Vec<Case> {
    let path = || PathBuf::from("/state/sandbox.json");
    let io = |action| StateError::Io {
        action,
        path: path(),
        source: denied(),
    };
    let no_file = |kind| StateError::NoFile { path: path(), kind };
    let edited = |what: &str| StateError::Impossible {
        path: path(),
        what: what.to_owned(),
    };
    let errors = [
        io("find"),
        io("lock"),
        io("make the folder of"),
        io("read"),
        io("write"),
        StateError::Another { path: path() },
        no_file("a folder"),
        no_file("a named pipe"),
        no_file("a socket"),
        no_file("a device"),
        StateError::TooLarge {
            path: path(),
            most: 64 << 20,
        },
        StateError::Damaged {
            path: path(),
            source: no_json(),
        },
        edited("x"),
    ];
    let format = StateError::Format { path: path(), found: 1 };
    let cases = errors.into_iter().map(|error| (AppError::World(error), 2));
    let unkept = AppError::Unkept(Arc::new(io("write")));
    cases.chain([(AppError::World(format), 1), (unkept, 2)]).collect()
}

fn of_class() -> Vec<Case> {
    let name = || "x".to_owned();
    let of_job = [
        JobError::Name(name()),
        JobError::Kubeconfig(name()),
        JobError::Region(name()),
        JobError::TooLarge { size: 2_000_000 },
        JobError::Foreign(names()),
        JobError::UnderWay(name()),
        JobError::Missing {
            name: name(),
            namespace: name(),
        },
        JobError::NoAssignment(name()),
        JobError::NoIndex { index: 1, count: 1 },
        JobError::OtherRoster { lab: name(), place: 1 },
    ];
    let ground = GroundError::Selectors {
        profile: name(),
        count: 7,
    };
    let no_lab = |near: Option<&str>| AppError::NoLabOfClass {
        name: name(),
        near: near.map(str::to_owned),
    };
    let others = [no_lab(None), no_lab(Some("y")), AppError::SeveralClusters(names())];
    let of_job = of_job.map(|error| (AppError::from(error), 1));
    let others = others.map(|error| (error, 1));
    of_job
        .into_iter()
        .chain(others)
        .chain([(AppError::from(ground), 2)])
        .collect()
}

fn of_calls() -> Vec<Case> {
    let server = |mismatch| AppError::OtherCluster {
        server: Box::new(ApiServer {
            url: "https://x".to_owned(),
            context: Some("x".to_owned()),
            mismatch: Some(mismatch),
        }),
        cluster: "eks".to_owned(),
        region: "ap-northeast-2".to_owned(),
        instead: None,
    };
    let of_eks = "https://y".to_owned();
    let call = |source| AppError::Call {
        what: "read the cluster",
        source,
    };
    let late = CallError::saying(ErrorClass::Unreachable, "eks:DescribeCluster", text!("error-late"));
    let io = AppError::Io {
        what: "read your answer",
        source: denied(),
    };
    let file = AppError::File {
        what: "write",
        path: "/x".into(),
        source: io::ErrorKind::AlreadyExists.into(),
    };
    vec![
        (server(ApiMismatch::Server { of_eks }), 1),
        (server(ApiMismatch::Authority), 1),
        (call(Box::new(refused())), 1),
        (call(Box::new(late)), 2),
        (io, 1),
        (file, 1),
    ]
}

fn others() -> Vec<Case> {
    let holder = |since: Option<&str>| {
        AppError::Locked(Holder {
            description: "kim@cloud9 apply (4711)".to_owned(),
            since: since.map(|since| since.parse().unwrap()),
            expires: None,
        })
    };
    let wait = |command: Option<&str>, is_stopped| {
        AppError::GivenUp(Wait {
            lasts: Duration::ZERO,
            holder: command.map(|command| Occupant {
                process: 4711,
                command: command.to_owned(),
            }),
            is_stopped,
        })
    };
    let at = "2026-11-24T03:00:00Z";
    let circle = CycleError {
        path: vec!["profile/p".parse().unwrap()],
    };
    let unbounded = RenderError::Unbounded {
        origin: "x.yaml".to_owned(),
        limit: "10 s".to_owned(),
    };
    let errors = [
        AppError::Expired {
            origin: "--set lab.expires".to_owned(),
            at: at.parse().unwrap(),
        },
        unbounded.into(),
        AppError::NoStateFolder,
        AppError::ForeignFile("/x".into()),
        AppError::ForeignJournal("/x".into()),
        AppError::ForeignPlan("/x".into()),
        AppError::ForeignPage("/x".into()),
        AppError::ForeignReport("/x".into()),
        AppError::NoEvents("/x".into()),
        AppError::ForeignKubeconfig("/x".into()),
        holder(None),
        holder(Some(at)),
        AppError::NobodyToAsk {
            target: TargetKind::Aws,
        },
        AppError::NobodyToAsk {
            target: TargetKind::Sandbox,
        },
        AppError::Interrupted,
        wait(None, false),
        wait(Some("lab2048 apply"), false),
        wait(Some("lab2048 apply"), true),
        AppError::TooFar,
        AppError::NotSandbox("workshop".to_owned()),
        AppError::NoLab(text!("error-no-endpoint-yet", cluster = "eks", status = "CREATING")),
        LessonError::NotBegun.into(),
        AppError::NoCheck("C99".to_owned()),
    ];
    let name = new_environment("Bad Name").unwrap_err();
    let chains = [(AppError::from(circle), 2), (AppError::from(name), 2)];
    errors.map(|error| (error, 1)).into_iter().chain(chains).collect()
}

#[test]
fn errors_are_said_in_english_as_they_are_and_in_korean_where_they_are_ours() {
    let all = [
        of_session(),
        of_cluster(),
        of_connection(),
        of_plans(),
        of_world_file(),
        of_class(),
        of_calls(),
        others(),
    ];
    for (error, ours) in all.into_iter().flatten() {
        let texts = error.texts();
        let english: Vec<String> = texts.iter().map(Text::to_string).collect();
        assert_eq!(english, error_chain(&error), "{error:?}");
        assert!(texts.len() >= ours, "{english:?}");
        for (place, text) in texts.iter().enumerate() {
            let korean = text.said(Language::Korean);
            assert_eq!(has_hangul(&korean), place < ours, "{english:?}: {korean}");
        }
        if let Some(help) = error.help() {
            assert!(has_hangul(&help.said(Language::Korean)), "{help}");
        }
    }
}

#[test]
fn what_is_wrong_before_a_call_is_said_as_it_is() {
    for error in [HostError::Cwd(denied()), HostError::NotText("LAB2048_LANG".to_owned())] {
        let texts = said_chain(&error, said);
        let english: Vec<String> = texts.iter().map(Text::to_string).collect();
        assert_eq!(english, error_chain(&error));
        assert!(has_hangul(&texts[0].said(Language::Korean)), "{english:?}");
    }
}

#[test]
fn what_is_wrong_with_an_environment_is_shown_in_the_language_of_the_stream() {
    let loader = Loader::new("/nowhere", BTreeMap::new());
    let problems = loader.load("sandbox", &[Setting::parse("app.replicas=x")]).unwrap_err();
    let error = AppError::from(problems);
    assert_eq!(error.texts(), [error.to_string()]);
    for language in Language::ALL {
        let style = Style {
            language,
            ..Style::default()
        };
        let shown = shown(&error, None, &style);
        assert!(shown.contains("app.replicas"), "{shown}");
        assert_eq!(has_hangul(&shown), language == Language::Korean, "{shown}");
    }
}

/// Everything that the code attempts, in its words.
fn attempts() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for before in ["AppError::call(\"", "what: \"", "what = \"", "failed(\""] {
                let words = source.split(before).skip(1);
                found.extend(words.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }
    found
}

#[test]
fn everything_that_is_attempted_has_its_message() {
    let attempts = attempts();
    assert!(attempts.len() > 20, "{attempts:?}");
    for what in attempts {
        let text = cannot(&what).with("path", "/x");
        let english = text.to_string();
        assert!(
            english == format!("cannot {what}") || english == format!("cannot {what} /x"),
            "{what}: {english}"
        );
        assert!(has_hangul(&text.said(Language::Korean)), "{what}");
    }
}

//! STS: who is calling, and roles that are assumed.
//!
//! The sandbox keeps no sessions: what a session is, and how long, is in its token. What a role may do is not judged by its
//! policies; it may do what the caller of the world may.

use http::Request;
use jiff::{SignedDuration, Timestamp};

use super::trust::{Assuming, trusts};
use super::wire::{Failure, Params, Xml, branch, leaf};
use crate::world::World;

/// What a token of the sandbox begins with.
const TOKEN: &str = "lab2048-sandbox-session";
/// Shortest and longest session that a role gives, and what is given unless it is asked for, in seconds. (STS API,
/// `AssumeRole`; a role's own maximum is an hour unless it says otherwise)
const SECONDS: (i64, i64, i64) = (900, 43_200, 3_600);

/// The session of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleSession {
    role: String,
    name: String,
    until: Timestamp,
}

impl RoleSession {
    /// The session that a request goes by, if it does.
    pub(super) fn of<B>(request: &Request<B>) -> Option<Self> {
        let token = request.headers().get("x-amz-security-token")?.to_str().ok()?;
        let mut parts = token.strip_prefix(TOKEN)?.strip_prefix('|')?.splitn(3, '|');
        Some(Self {
            until: parts.next()?.parse().ok()?,
            role: parts.next()?.to_owned(),
            name: parts.next()?.to_owned(),
        })
    }

    fn token(&self) -> String {
        format!("{TOKEN}|{}|{}|{}", self.until, self.role, self.name)
    }

    /// Whether it is over.
    pub(super) fn is_over(&self, world: &World) -> bool {
        self.until <= world.now()
    }

    fn arn(&self, world: &World) -> String {
        let account = &world.facts.account;
        format!("arn:aws:sts::{account}:assumed-role/{}/{}", self.role, self.name)
    }
}

/// Answers one call of who goes by `session`, or by keys of a user's own.
pub(super) fn answer(
    world: &World,
    session: Option<&RoleSession>,
    operation: &str,
    params: &Params,
) -> Result<Vec<Xml>, Failure> {
    match operation {
        "GetCallerIdentity" => Ok(identity(world, session)),
        "AssumeRole" => assume(world, session, params),
        _ => Err(Failure::not_offered("sts", operation)),
    }
}

fn caller_arn(world: &World, session: Option<&RoleSession>) -> String {
    session.map_or_else(|| world.facts.caller_arn(), |session| session.arn(world))
}

fn identity(world: &World, session: Option<&RoleSession>) -> Vec<Xml> {
    let id = match session {
        None => "AROASANDBOX2048PARTIC:sandbox".to_owned(),
        Some(session) => id_of(world, session),
    };
    vec![
        leaf("Arn", caller_arn(world, session)),
        leaf("UserId", id),
        leaf("Account", &world.facts.account),
    ]
}

fn id_of(world: &World, session: &RoleSession) -> String {
    let role = world.aws.roles.get(&session.role);
    format!("{}:{}", role.map_or("AROAGONE", |role| role.id.as_str()), session.name)
}

fn assume(world: &World, session: Option<&RoleSession>, params: &Params) -> Result<Vec<Xml>, Failure> {
    let invalid = |message: String| Failure::bad("ValidationError", message);
    let needed = |name: &str, member: &str| {
        let missing = || {
            invalid(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ))
        };
        params.get(name).ok_or_else(missing)
    };
    let arn = needed("RoleArn", "roleArn")?;
    let name = needed("RoleSessionName", "roleSessionName")?;
    let (least, most, usual) = SECONDS;
    let seconds = match params.get("DurationSeconds") {
        None => usual,
        Some(text) => text
            .parse()
            .ok()
            .filter(|seconds| (least..=most).contains(seconds))
            .ok_or_else(|| invalid(format!("DurationSeconds must be {least} to {most}, and is {text}")))?,
    };
    let caller = caller_arn(world, session);
    let assuming = Assuming::by_caller(&world.facts.account, &caller);
    let mut roles = world.aws.roles.values();
    let role = roles.find(|role| role.arn == arn && role.propagated <= world.now());
    let role = role.filter(|role| trusts(&role.trust, &assuming));
    // A role that is not there is refused like one that does not trust the caller.
    let role = role.ok_or_else(|| {
        let refused = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        Failure::new(403, "AccessDenied", refused)
    })?;
    let until = world.now().saturating_add(SignedDuration::from_secs(seconds));
    let given = RoleSession {
        role: role.name.clone(),
        name: name.to_owned(),
        until: until.unwrap_or(Timestamp::MAX),
    };
    let user = vec![
        leaf("Arn", given.arn(world)),
        leaf("AssumedRoleId", id_of(world, &given)),
    ];
    let credentials = vec![
        leaf("AccessKeyId", "ASIASANDBOX2048ROLE0"),
        leaf("SecretAccessKey", "sandbox"),
        leaf("SessionToken", given.token()),
        leaf("Expiration", given.until.to_string()),
    ];
    Ok(vec![
        branch("AssumedRoleUser", user),
        branch("Credentials", credentials),
    ])
}

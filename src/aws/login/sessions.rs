//! Sessions of roles as the AWS CLI keeps them (`~/.aws/cli/cache`), so that a code of an MFA device, which is good once,
//! is typed once an hour and not for every command. (botocore, `AssumeRoleCredentialFetcher` and `JSONFileCache`)

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_runtime::fs_util::{Os, home_dir};
use aws_types::os_shim_internal::Env;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::chain::Role;

/// What is asked of STS for a role, in the order in which the AWS CLI hashes it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Asked<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    role_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_session_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    credentials: Keys,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: Timestamp,
}

/// The session of `role` that was kept, if it is good until `until` at least.
pub(super) fn kept(role: &Role, env: &Env, until: Timestamp) -> Option<Credentials> {
    let text = fs::read(file(role, env)?).ok()?;
    let Kept { credentials: keys } = serde_json::from_slice(&text).ok()?;
    (keys.expiration > until).then(|| {
        let expiry = SystemTime::from(keys.expiration);
        let Keys {
            access_key_id,
            secret_access_key,
            session_token,
            ..
        } = keys;
        Credentials::new(
            access_key_id,
            secret_access_key,
            Some(session_token),
            Some(expiry),
            "cache",
        )
    })
}

/// Keeps a session of `role`. Where that cannot be, the next command asks again.
pub(super) fn keep(role: &Role, env: &Env, session: &Credentials) {
    let keys = || -> Option<Keys> {
        Some(Keys {
            access_key_id: session.access_key_id().to_owned(),
            secret_access_key: session.secret_access_key().to_owned(),
            session_token: session.session_token()?.to_owned(),
            expiration: session.expiry()?.try_into().ok()?,
        })
    };
    let Some((file, credentials)) = file(role, env).zip(keys()) else {
        return;
    };
    let write = || -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // As the AWS CLI makes it, for nobody else to read; and as a whole, as others may be reading it.
        let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
        unfinished.write_all(&serde_json::to_vec(&Kept { credentials })?)?;
        unfinished.persist(&file)?;
        Ok(())
    };
    let _ = write();
}

fn file(role: &Role, env: &Env) -> Option<PathBuf> {
    let home = PathBuf::from(home_dir(env, Os::real())?);
    let name = hex::encode(Sha1::digest(hashed(role)?));
    Some(home.join(".aws/cli/cache").join(name).with_extension("json"))
}

/// What Python's `json.dumps(…, sort_keys=True)` makes of it: a blank after every colon and comma.
fn hashed(role: &Role) -> Option<String> {
    let asked = Asked {
        duration_seconds: role.seconds,
        external_id: role.external_id.as_deref(),
        role_arn: &role.arn,
        role_session_name: role.session.as_deref(),
        serial_number: role.mfa_serial.as_deref(),
    };
    let serde_json::Value::Object(pairs) = serde_json::to_value(asked).ok()? else {
        return None;
    };
    let mut pairs: Vec<String> = pairs
        .into_iter()
        .map(|(key, value)| format!("\"{key}\": {value}"))
        .collect();
    pairs.sort_unstable();
    Some(format!("{{{}}}", pairs.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    fn role() -> Role {
        Role {
            profile: "mfa".to_owned(),
            arn: "arn:aws:iam::123456789012:role/workshop".to_owned(),
            external_id: None,
            session: None,
            seconds: None,
            mfa_serial: Some("arn:aws:iam::123456789012:mfa/minji".to_owned()),
        }
    }

    #[test]
    fn a_session_has_the_name_that_the_aws_cli_gives_it() {
        let full = Role {
            external_id: Some("x1".to_owned()),
            session: Some("minji".to_owned()),
            seconds: Some(900),
            ..role()
        };
        assert_eq!(
            hashed(&full).unwrap(),
            r#"{"DurationSeconds": 900, "ExternalId": "x1", "RoleArn": "arn:aws:iam::123456789012:role/workshop", "RoleSessionName": "minji", "SerialNumber": "arn:aws:iam::123456789012:mfa/minji"}"#
        );
        let env = Env::from_slice(&[("HOME", "/home/minji")]);
        assert_eq!(
            file(&role(), &env).unwrap(),
            PathBuf::from("/home/minji/.aws/cli/cache/51cbda5970c2a96a4eb01b660dc0ee183a4a7de8.json")
        );
    }

    #[test]
    fn a_session_is_kept_until_it_expires_and_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let env = Env::from_slice(&[("HOME", folder.path().to_str().unwrap())]);
        let now = SystemTime::from("2026-11-24T00:00:00Z".parse::<Timestamp>().unwrap());
        let session = Credentials::new(
            "AK",
            "s",
            Some("t".to_owned()),
            Some(now + Duration::from_hours(1)),
            "test",
        );
        let at = |minutes: u64| Timestamp::try_from(now + Duration::from_mins(minutes)).unwrap();
        assert!(kept(&role(), &env, at(0)).is_none());
        keep(&role(), &env, &session);
        let found = kept(&role(), &env, at(59)).unwrap();
        assert_eq!((found.access_key_id(), found.session_token()), ("AK", Some("t")));
        assert!(kept(&role(), &env, at(60)).is_none());
        let other = Role {
            mfa_serial: None,
            ..role()
        };
        assert!(kept(&other, &env, at(0)).is_none());
        let mode = fs::metadata(file(&role(), &env).unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

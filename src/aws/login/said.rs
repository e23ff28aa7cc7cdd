//! The errors of a session as people read them.

use std::error::Error;

use super::configuration::{instead, with_profile};
use super::error::SessionError;
use super::process::ProcessError;
use crate::lang::{Text, text};
use crate::net::BundleError;

impl SessionError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Files(_) => text!("error-aws-files"),
            Self::UnknownProfile {
                name,
                named_by,
                near,
                names,
            } => {
                let instead = instead(near.as_deref(), names);
                let named_by = named_by.to_string();
                text!(
                    "error-no-aws-profile",
                    name = name,
                    named_by = named_by,
                    instead = instead
                )
            }
            Self::Configuration(error) => error.text(),
            Self::NoRegion { profile } => {
                let command = with_profile("aws configure set region ap-northeast-2", profile.as_deref());
                text!("error-no-region", command = command)
            }
            Self::NoCredentials { profile, .. } => {
                let command = with_profile("aws configure", profile.as_deref());
                text!("error-no-credentials", command = command)
            }
            Self::NoVariable { lacks, needed_by } => {
                text!("error-no-variable", lacks = *lacks, needed_by = needed_by)
            }
            Self::SignInExpired { profile, .. } => {
                let command = with_profile("aws sso login", profile.as_deref());
                text!("error-sign-in-expired", command = command)
            }
            Self::SignOn { role, account, .. } => text!("error-sign-on", role = role, account = account),
            Self::Console { profile, .. } => {
                let command = with_profile("aws login", Some(profile));
                text!("error-console", profile = profile, command = command)
            }
            Self::NoConsole { profile } => text!("error-no-console", profile = profile),
            Self::NoProgram { profile, program } => no_program(program).with("profile", profile),
            Self::Process { profile, .. } => text!("error-process", profile = profile),
            Self::TokenFile { path, whose, .. } => {
                text!("error-token-file", path = path.display().to_string(), whose = whose)
            }
            Self::Role { arn, whose, .. } => text!("error-role", arn = arn, whose = whose),
            Self::OtherAccount { arn, given } => text!("error-other-account", arn = arn, given = given),
            Self::MfaUnasked { profile, serial } => text!("error-mfa-unasked", profile = profile, serial = serial),
            Self::MfaUnanswered { serial, .. } => text!("error-mfa-unanswered", serial = serial),
            Self::MfaEnded { profile, serial } => text!("error-mfa-ended", profile = profile, serial = serial),
            Self::Place { whose, place, .. } => Text::new(format!("error-place-{place}")).with("whose", whose),
            Self::AuthorityBundle { named_by, path, .. } => {
                text!(
                    "error-authority-bundle",
                    named_by = named_by,
                    path = path.display().to_string()
                )
            }
        }
    }

    /// What a link of a chain of errors says, where it is one of a session's own.
    pub fn said(link: &(dyn Error + 'static)) -> Option<Text> {
        let own = link.downcast_ref().map(Self::text);
        own.or_else(|| link.downcast_ref().map(ProcessError::text))
            .or_else(|| link.downcast_ref().and_then(of_bundle))
    }
}

/// A program that is not where it was looked for.
fn no_program(program: &str) -> Text {
    if program.contains('/') {
        text!("error-no-program", program = program)
    } else {
        text!("error-no-program-on-path", program = program)
    }
}

/// Why a file of authorities is none, where it is not the system that says it.
fn of_bundle(error: &BundleError) -> Option<Text> {
    match error {
        BundleError::Read(_) => None,
        BundleError::Broken => Some(text!("error-bundle-broken")),
        BundleError::Empty => Some(text!("error-bundle-empty")),
    }
}

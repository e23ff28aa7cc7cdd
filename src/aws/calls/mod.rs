//! One method per AWS operation that the program uses: request, answer in the program's types, classified error.
//!
//! Operations are named as IAM names them, so that an error, `permissions.json` and a policy speak of the same thing.

mod ec2;
mod eks;
mod elb;
mod iam;
mod sts;

pub(super) use ec2::VpcAttribute;

use crate::ports::{CallError, ErrorClass};

/// Makes "there is no such thing" an answer instead of an error.
pub(super) fn optional<T>(result: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.class == ErrorClass::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

/// An answer that lacks what it is for.
fn incomplete(operation: &str, what: &str) -> CallError {
    CallError::new(ErrorClass::Other, operation, format!("the answer has no {what}"))
}

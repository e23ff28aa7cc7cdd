//! STS.

use super::super::clients::Clients;
use super::super::errors::classify;
use crate::model::Caller;
use crate::ports::CallError;

impl Clients {
    /// Who we are.
    pub(in crate::aws) async fn caller(&self) -> Result<Caller, CallError> {
        let answer = self
            .sts()
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| classify("sts:GetCallerIdentity", &error))?;
        Ok(Caller {
            account: answer.account().unwrap_or_default().to_owned(),
            arn: answer.arn().unwrap_or_default().to_owned(),
        })
    }
}

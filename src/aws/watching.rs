//! Tells the run's meter of each attempt of a call to AWS: the operation, how it was answered and how long that took.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use jiff::Timestamp;

use crate::model::RequestDone;
use crate::ports::{Clock, RequestMeter};

/// Attempts that are worth no word.
const QUIET_ATTEMPTS: u32 = 3;

/// Follows the attempts of calls to one service.
pub(super) struct AttemptWatch {
    service: &'static str,
    meter: RequestMeter,
    clock: Arc<dyn Clock>,
}

/// When the attempt began.
#[derive(Debug)]
struct Begun(Timestamp);

impl Storable for Begun {
    type Storer = StoreReplace<Self>;
}

impl AttemptWatch {
    /// For the client of `service`.
    pub(super) fn new(service: &'static str, meter: RequestMeter, clock: Arc<dyn Clock>) -> Self {
        Self { service, meter, clock }
    }
}

impl fmt::Debug for AttemptWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttemptWatch({})", self.service)
    }
}

#[dyn_dispatch_hint]
impl Intercept for AttemptWatch {
    fn name(&self) -> &'static str {
        "AttemptWatch"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = config.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
        if attempt > QUIET_ATTEMPTS {
            let operation = config.load::<Metadata>().map_or("", Metadata::name);
            let cause = format!("{}:{operation} is not answered", self.service);
            self.meter.waits(&cause, self.clock.now());
        }
        if self.meter.is_watched() {
            config.interceptor_state().store_put(Begun(self.clock.now()));
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Begun(begun)) = config.load::<Begun>() {
            let operation = config.load::<Metadata>().map_or("", Metadata::name);
            let attempt = config.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
            self.meter.done(&RequestDone {
                api: self.service,
                operation: operation.to_owned(),
                status: context.response().map(|response| response.status().as_u16()),
                took: self.clock.elapsed(*begun),
                attempt,
            });
        }
        Ok(())
    }
}

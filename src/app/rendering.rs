//! Rendering within limits, and away from the thread that listens for Ctrl-C.
//!
//! The templates of a folder are programs of somebody's, and their engine stops none: loops in loops go on for hours without
//! a character of output, and a text that is joined to itself sixty times is larger than any memory. What has been given up
//! goes on until the process ends, which waits for no thread. The built-in templates are known to end and are rendered in
//! place, so that what happens at one moment has one order.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::error::AppError;
use super::process;
use super::session::Project;
use crate::ports::{Clock, SystemClock};
use crate::render::{self, Begun, RenderError, Rendered, Template, Templates};
use crate::stack::{self, ClusterContext};

/// The objects of the lab, with this number of replicas instead of the environment's if one is given.
pub(super) async fn objects(project: &Project, replicas: Option<u32>) -> Result<Rendered, AppError> {
    let templates = Arc::clone(&project.templates);
    let context = stack::context(project.environment(), replicas);
    let work = move |begun: Begun<'_>| render::objects_watched(&templates, &context, replicas, begun);
    Ok(bounded(&project.templates, work).await?)
}

/// The trust policy of the pod execution role.
pub(super) async fn trust(project: &Project, site: &ClusterContext) -> Result<Value, AppError> {
    let templates = Arc::clone(&project.templates);
    let context = stack::trust_context(site);
    let work = move |begun: Begun<'_>| render::trust_watched(&templates, &context, begun);
    Ok(bounded(&project.templates, work).await?)
}

async fn bounded<T: Send + 'static>(
    templates: &Templates,
    work: impl FnOnce(Begun<'_>) -> Result<T, RenderError> + Send + 'static,
) -> Result<T, RenderError> {
    if templates.are_built_in() {
        return work(&|_| ());
    }
    Limits::USUAL.hold(work).await
}

/// What rendering may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// How long the process may compute.
    time: Duration,
    /// By how many bytes the process may grow meanwhile.
    growth: u64,
    /// How large the process is, as far as that is known.
    size: fn() -> Option<u64>,
}

/// A thread at work is looked at this often; memory is filled with some 20 MiB meanwhile.
const LOOK: Duration = Duration::from_millis(10);

const MIB: u64 = 1024 * 1024;

impl Limits {
    /// Hundreds of times what the templates of a lab take.
    const USUAL: Self = Self {
        time: Duration::from_secs(5),
        growth: 256 * MIB,
        size: process::memory,
    };

    /// Does the work in a thread of its own; gives it up where it takes more.
    async fn hold<T: Send + 'static>(
        self,
        work: impl FnOnce(Begun<'_>) -> Result<T, RenderError> + Send + 'static,
    ) -> Result<T, RenderError> {
        let at_work = AtWork::default();
        let begun = at_work.clone();
        let mut rendering = tokio::task::spawn_blocking(move || work(&|template| begun.set(template)));
        let clock = SystemClock::default();
        let (begin, size) = (process::computed(), (self.size)());
        loop {
            tokio::select! {
                biased;
                ended = &mut rendering => return ended.unwrap_or_else(|_| Err(at_work.failed())),
                () = clock.sleep(LOOK) => {}
            }
            let grown = (self.size)().zip(size).map(|(now, size)| now.saturating_sub(size));
            if let Some(limit) = self.exceeded(process::computed().saturating_sub(begin), grown) {
                return Err(RenderError::Unbounded {
                    origin: at_work.origin(),
                    limit,
                });
            }
        }
    }

    /// What has been exceeded, and what to do about it.
    fn exceeded(&self, took: Duration, grown: Option<u64>) -> Option<String> {
        if grown.is_some_and(|grown| grown > self.growth) {
            let most = self.growth / MIB;
            return Some(format!("{most} MiB of memory: let it join shorter texts and lists"));
        }
        let most = self.time.as_secs();
        (took > self.time).then(|| format!("{most} seconds: let its loops go over less"))
    }
}

/// Where the template that is at work comes from, known to the thread that renders and to the one that watches it.
#[derive(Debug, Clone, Default)]
struct AtWork(Arc<Mutex<String>>);

impl AtWork {
    fn set(&self, template: &Template) {
        let mut origin = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        origin.clone_from(&template.origin);
    }

    fn origin(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn failed(&self) -> RenderError {
        RenderError::Object {
            origin: self.origin(),
            message: "the template engine has failed on it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Work on the first of the built-in templates that goes on for as long as nobody lets go of `held`.
    fn endless(held: &Arc<()>) -> impl FnOnce(Begun<'_>) -> Result<(), RenderError> + Send + 'static {
        let held = Arc::downgrade(held);
        move |begun| {
            if let Some(template) = Templates::built_in().iter().next() {
                begun(template);
            }
            while held.strong_count() > 0 {
                std::thread::yield_now();
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up_with_its_file() {
        let held = Arc::new(());
        let limits = Limits {
            time: Duration::from_millis(50),
            size: || None,
            ..Limits::USUAL
        };
        let error = limits.hold(endless(&held)).await.unwrap_err().to_string();
        assert_eq!(
            error,
            "built-in templates/k8s/namespace.yaml: rendering it takes more than 0 seconds: let its loops go over less"
        );
    }

    #[tokio::test]
    async fn what_fills_the_memory_is_given_up_with_its_file() {
        static SIZE: AtomicU64 = AtomicU64::new(1000 * MIB);
        let held = Arc::new(());
        let limits = Limits {
            size: || Some(SIZE.fetch_add(100 * MIB, Ordering::Relaxed)),
            ..Limits::USUAL
        };
        let error = limits.hold(endless(&held)).await.unwrap_err().to_string();
        assert_eq!(
            error,
            "built-in templates/k8s/namespace.yaml: rendering it takes more than 256 MiB of memory: let it join shorter texts and lists"
        );
        assert_eq!(SIZE.load(Ordering::Relaxed), 1400 * MIB, "at the third look");
    }

    #[test]
    fn only_what_is_beyond_a_limit_exceeds_it() {
        let limits = Limits::USUAL;
        assert_eq!(limits.exceeded(limits.time, Some(limits.growth)), None);
        assert_eq!(limits.exceeded(limits.time, None), None);
        let [slow, large] = [
            limits.exceeded(limits.time + LOOK, Some(0)),
            limits.exceeded(Duration::ZERO, Some(limits.growth + 1)),
        ];
        assert!(slow.unwrap().starts_with("5 seconds") && large.unwrap().starts_with("256 MiB"));
    }

    #[tokio::test]
    async fn a_failing_engine_is_an_error() {
        let work = |begun: Begun<'_>| -> Result<(), RenderError> {
            Templates::built_in().iter().for_each(begun);
            panic!("on purpose")
        };
        let error = Limits::USUAL.hold(work).await.unwrap_err().to_string();
        assert_eq!(
            error,
            "built-in templates/iam/pod-execution-trust.json: the template engine has failed on it"
        );
    }
}

//! What all labs on a cluster ask alike, as it is no lab's: the labs of a class ask it once in a while, not each for itself. How it
//! is at this moment is for others to ask.

use std::sync::Arc;

use super::client::{Client, Select};
use super::kinds::{Kind, path_of};
use crate::model::{Object, ObjectKey};
use crate::ports::CallError;

/// Objects that the cluster itself has.
pub struct GroundQuery<'a> {
    /// Their kind.
    pub kind: &'a Kind,
    /// Their namespace; none is all of them.
    pub namespace: Option<&'a str>,
    /// Which of them are asked for.
    pub select: Select,
    /// Which of the answer are wanted, and what they are called: the rest is not kept.
    pub only: (&'static str, fn(&Object) -> bool),
}

impl Client {
    /// The same client for labs of a class, which have answers about their cluster in common: with those that have `earlier`, if
    /// there is one.
    #[must_use]
    pub fn for_class(self, earlier: Option<&Self>) -> Self {
        let answers = earlier.and_then(|earlier| earlier.answers().cloned());
        self.with_answers(answers.unwrap_or_default())
    }

    /// Objects that the cluster itself has. Labs of a class are told what another one was a moment ago.
    pub async fn list_of_ground(&self, query: &GroundQuery<'_>) -> Result<Arc<[Object]>, CallError> {
        let GroundQuery {
            kind,
            namespace,
            select,
            only: (what, is_wanted),
        } = query;
        let path = kind.collection(*namespace);
        let question = format!("{what} {path} {} {}", select.labels, select.fields);
        self.of_ground(question, async {
            let listing = self.list(kind, *namespace, select).await?;
            Ok(listing.items.into_iter().filter(is_wanted).collect())
        })
        .await
    }

    /// An object that the cluster itself has, from the cache as with [`Client::get_cached`]. Labs of a class are told what another
    /// one was a moment ago.
    pub async fn get_of_ground(&self, key: &ObjectKey) -> Result<Option<Object>, CallError> {
        let asking = async { Ok(self.get_cached(key).await?.into_iter().collect()) };
        Ok(self.of_ground(path_of(key)?, asking).await?.first().cloned())
    }

    async fn of_ground(
        &self,
        question: String,
        asking: impl Future<Output = Result<Arc<[Object]>, CallError>>,
    ) -> Result<Arc<[Object]>, CallError> {
        match self.answers() {
            Some(answers) => answers.to(question, self.clock().as_ref(), asking).await,
            None => asking.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use serde_json::json;

    use super::*;
    use crate::k8s::api::answers::KEEPS;
    use crate::k8s::api::kind_of;
    use crate::k8s::fake::{client, list, status};

    fn deployment(name: &str) -> serde_json::Value {
        json!({"metadata": {"name": name, "namespace": "kube-system"}})
    }

    fn query() -> GroundQuery<'static> {
        GroundQuery {
            kind: kind_of("apps/v1", "Deployment").unwrap(),
            namespace: None,
            select: Select::default(),
            only: ("CoreDNS", |deployment| deployment.name() == "coredns"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn labs_of_a_class_ask_together_and_once_in_a_while() {
        let refusals = Arc::new(AtomicUsize::new(1));
        let left = Arc::clone(&refusals);
        let (api, log) = client(move |_| {
            let is_refused = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            match is_refused {
                Ok(_) => status(403, "Forbidden", "no"),
                Err(_) => list("7", &[deployment("coredns"), deployment("other")]),
            }
        });
        let (class, query) = (api.clone().for_class(None), query());
        assert!(class.list_of_ground(&query).await.is_err(), "a refusal is one lab's");
        let answers = join_all((0..20).map(|_| class.list_of_ground(&query))).await;
        for answer in answers {
            let names: Vec<String> = answer.unwrap().iter().map(|one| one.name().to_owned()).collect();
            assert_eq!(names, ["coredns"], "the rest is not kept");
        }
        assert_eq!(log.lines().len(), 2);
        tokio::time::advance(KEEPS).await;
        for client in [class.clone(), api.clone().for_class(Some(&class))] {
            client.list_of_ground(&query).await.unwrap();
            assert_eq!(log.lines().len(), 3, "it may have changed since");
        }
        for _ in 0..2 {
            api.list_of_ground(&query).await.unwrap();
        }
        assert_eq!(log.lines().len(), 5, "who is alone is told how it is now");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_there_is_an_answer_too() {
        let (api, log) = client(|_| crate::k8s::fake::not_found());
        let class = api.for_class(None);
        let key = ObjectKey {
            api_version: "networking.k8s.io/v1".to_owned(),
            kind: "IngressClass".to_owned(),
            namespace: None,
            name: "alb".to_owned(),
        };
        for _ in 0..3 {
            assert_eq!(class.get_of_ground(&key).await.unwrap(), None);
        }
        assert_eq!(log.lines().len(), 1);
    }
}

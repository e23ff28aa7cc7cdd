//! Tokens that something else keeps fresh in a file (`tokenFile` of a kubeconfig).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use kube::config::AuthInfo;

use super::credentials::has_better;
use crate::files::text_of;
use crate::k8s::api::Connection;
use crate::lang::{Text, text};
use crate::ports::{BearerTokens, CallError, Clock, ErrorClass, FreshToken, KeptToken};

/// Such files are read again after this time: what renews a token overwrites its file.
const READ_AGAIN: Duration = Duration::from_secs(60);

/// A token has some KiB.
const LARGEST: u64 = 1024 * 1024;

/// Takes the token file out of `user`, if that is what it goes by, and reads it here instead: kube-client would send the
/// file's line break along, and would not look again when a token is refused.
pub(super) fn take(user: &mut AuthInfo, connection: &mut Connection) {
    if has_better(user, connection) {
        return;
    }
    if let Some(path) = user.token_file.take() {
        connection.tokens = Some(Arc::new(TokenFile {
            path: path.into(),
            clock: connection.clock.clone(),
            kept: KeptToken::default(),
        }));
    }
}

/// The tokens of one file.
struct TokenFile {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    kept: KeptToken,
}

impl TokenFile {
    fn read(&self) -> Result<String, CallError> {
        let text = text_of(&self.path, LARGEST).map_err(|error| {
            let path = self.path.display().to_string();
            let text = text!("error-kubeconfig-token", path = path, why = error.to_string());
            CallError::saying(ErrorClass::Unauthenticated, "sign in to the cluster", text)
        })?;
        Ok(text.trim().to_owned())
    }
}

impl BearerTokens for TokenFile {
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>> {
        let read = move |now| async move {
            Ok(FreshToken {
                token: self.read()?,
                good_until: Some(now + READ_AGAIN),
            })
        };
        self.kept.get(self.clock.as_ref(), read).boxed()
    }

    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()> {
        self.kept.refused(token).map(|_| ()).boxed()
    }

    fn remedy(&self) -> Text {
        text!("help-token-refused", path = self.path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::TestClock;

    #[tokio::test(start_paused = true)]
    async fn a_token_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let clock = TestClock::start();
        let file = TokenFile {
            path: path.clone(),
            clock: Arc::new(clock),
            kept: KeptToken::default(),
        };
        let error = file.bearer().await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unauthenticated);
        assert!(error.message.contains("token file"), "{error}");

        std::fs::write(&path, "one\n").unwrap();
        assert_eq!(file.bearer().await.unwrap(), "one");
        std::fs::write(&path, "two\n").unwrap();
        assert_eq!(file.bearer().await.unwrap(), "one");
        file.refused("zero").await;
        assert_eq!(
            file.bearer().await.unwrap(),
            "one",
            "another's refusal does not concern it"
        );
        file.refused("one").await;
        assert_eq!(file.bearer().await.unwrap(), "two");
        std::fs::write(&path, "three\n").unwrap();
        clock.sleep(READ_AGAIN).await;
        assert_eq!(file.bearer().await.unwrap(), "three");
    }
}

//! Why there is no way to a cluster's API. What a kubeconfig has wrong is told with its file, its context and the value.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::k8s::api::CredentialsError;
use crate::lang::{Text, text};

/// The cluster cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum ConnectError {
    /// There is no kubeconfig.
    NoKubeconfig {
        /// Where it was searched.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// There is no home folder to look for a kubeconfig in.
    NoHome,
    /// A kubeconfig cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// A kubeconfig is no YAML, or has a value of another sort than it must have.
    Syntax {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and where.
        why: String,
    },
    /// A name stands for two things.
    Twice {
        /// The file.
        file: PathBuf,
        /// `contexts`, `clusters` or `users`.
        list: &'static str,
        /// The name.
        name: String,
    },
    /// The kubeconfig does not have the context that is asked for, or that it names itself.
    NoContext {
        /// The files.
        files: String,
        /// The context.
        name: String,
        /// Whether the kubeconfig itself says that it is the current one.
        is_current: bool,
        /// Those that it has.
        names: Vec<String>,
    },
    /// The kubeconfig has no current context, and none is asked for.
    NoCurrentContext {
        /// The files.
        files: String,
        /// Those that it has.
        names: Vec<String>,
    },
    /// A context, or what it names, cannot be used.
    Context {
        /// The file that is at fault.
        file: PathBuf,
        /// The context.
        context: String,
        /// What is wrong.
        fault: Box<Fault>,
    },
    /// A context's credentials cannot be had.
    Credentials {
        /// The file.
        file: PathBuf,
        /// The context.
        context: String,
        /// Why.
        #[source]
        source: Box<CredentialsError>,
    },
    /// EKS names an authority that is no certificate.
    Authority {
        /// The API's URL.
        endpoint: String,
    },
    /// Endpoint, certificates or proxy cannot be used.
    Client {
        /// The API's URL.
        endpoint: String,
        /// Why.
        why: String,
    },
    /// The endpoint is not a URL.
    Endpoint(String),
}

/// What is wrong with a context, or with what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It has no such value.
    Empty(&'static str),
    /// Its cluster is not there; these are.
    NoCluster(String, Vec<String>),
    /// Its user is not there; these are.
    NoUser(String, Vec<String>),
    /// A value is no URL.
    NoUrl(&'static str, String),
    /// A value is not encoded as it should be, for this reason.
    NoBase64(&'static str, String),
    /// A value has no certificate in it.
    NoCertificate(&'static str),
    /// A file that it names cannot be read, for this reason.
    NoFile(&'static str, String, String),
    /// Something else.
    Other(String),
}

impl Fault {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Empty(key) => text!("error-fault-empty", key = *key),
            Self::NoCluster(name, names) => text!("error-fault-no-cluster", name = name, names = listed(names)),
            Self::NoUser(name, names) => text!("error-fault-no-user", name = name, names = listed(names)),
            Self::NoUrl(key, value) => text!("error-fault-no-url", key = *key, value = value),
            Self::NoBase64(key, why) => text!("error-fault-no-base64", key = *key, why = why),
            Self::NoCertificate(key) => text!("error-fault-no-certificate", key = *key),
            Self::NoFile(key, path, why) => text!("error-fault-no-file", key = *key, path = path, why = why),
            Self::Other(why) => Text::verbatim(why.clone()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}

impl ConnectError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::NoKubeconfig { path, .. } => text!("error-no-kubeconfig", path = path.display().to_string()),
            Self::NoHome => text!("error-no-home"),
            Self::Unreadable { file, .. } => text!("error-kubeconfig-unreadable", file = file.display().to_string()),
            Self::Syntax { file, why } => {
                text!("error-kubeconfig-syntax", file = file.display().to_string(), why = why)
            }
            Self::Twice { file, list, name } => {
                let file = file.display().to_string();
                text!("error-kubeconfig-twice", file = file, list = *list, name = name)
            }
            Self::NoContext {
                files,
                name,
                is_current,
                names,
            } => {
                let text = if *is_current {
                    text!("error-no-context-named")
                } else {
                    text!("error-no-context")
                };
                text.with("files", files)
                    .with("name", name)
                    .with("names", listed(names))
            }
            Self::NoCurrentContext { files, names } => {
                text!("error-no-current-context", files = files, names = listed(names))
            }
            Self::Context { file, context, fault } => {
                let file = file.display().to_string();
                text!("error-context", file = file, context = context, fault = fault.text())
            }
            Self::Credentials { file, context, .. } => {
                text!(
                    "error-context-credentials",
                    file = file.display().to_string(),
                    context = context
                )
            }
            Self::Authority { endpoint } => text!("error-no-authority", endpoint = endpoint),
            Self::Client { endpoint, why } => text!("error-no-client", endpoint = endpoint, why = why),
            Self::Endpoint(endpoint) => text!("error-no-endpoint", endpoint = endpoint),
        }
    }

    /// Whether files or variables are wrong, so that trying again is of no use.
    pub fn is_configuration(&self) -> bool {
        match self {
            Self::NoKubeconfig { .. }
            | Self::NoHome
            | Self::Unreadable { .. }
            | Self::Syntax { .. }
            | Self::Twice { .. }
            | Self::NoContext { .. }
            | Self::NoCurrentContext { .. }
            | Self::Context { .. } => true,
            Self::Credentials { source, .. } => source.is_configuration(),
            Self::Authority { .. } | Self::Client { .. } | Self::Endpoint(..) => false,
        }
    }

    /// What to do about it, where the message does not say it.
    pub fn help(&self) -> Option<Text> {
        match self {
            Self::NoHome => Some(text!("help-kubeconfig")),
            Self::Credentials { source, .. } => source.help(),
            _ => None,
        }
    }
}

/// Names, or a word that there are none.
fn listed(names: &[String]) -> Text {
    if names.is_empty() {
        text!("error-none")
    } else {
        names.join(", ").into()
    }
}

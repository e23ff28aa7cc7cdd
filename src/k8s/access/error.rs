//! Why there is no way to a cluster's API. What a kubeconfig has wrong is told with its file, its context and the value.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::k8s::api::CredentialsError;

/// The cluster cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no kubeconfig.
    #[error("there is no kubeconfig at {}: `aws eks update-kubeconfig --name CLUSTER` writes one, KUBECONFIG names another", path.display())]
    NoKubeconfig {
        /// Where it was searched.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// There is no home folder to look for a kubeconfig in.
    #[error("there is no kubeconfig: KUBECONFIG names none, and there is no home folder")]
    NoHome,
    /// A kubeconfig cannot be read.
    #[error("the kubeconfig {} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// A kubeconfig is no YAML, or has a value of another sort than it must have.
    #[error("the kubeconfig {} is none: {why}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and where.
        why: String,
    },
    /// A name stands for two things.
    #[error("the kubeconfig {} has `{name}` twice in `{list}`: take one of them away", file.display())]
    Twice {
        /// The file.
        file: PathBuf,
        /// `contexts`, `clusters` or `users`.
        list: &'static str,
        /// The name.
        name: String,
    },
    /// The kubeconfig does not have the context that is asked for, or that it names itself.
    #[error("the kubeconfig {files} has no context `{name}`{}; it has: {}", said(*.is_current), listed(names))]
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
    #[error(
        "the kubeconfig {files} has no current context: choose one with `--set cluster.context=NAME` (it has: {})",
        listed(names)
    )]
    NoCurrentContext {
        /// The files.
        files: String,
        /// Those that it has.
        names: Vec<String>,
    },
    /// A context, or what it names, cannot be used.
    #[error("context `{context}` of the kubeconfig {} cannot be used: {fault}", file.display())]
    Context {
        /// The file that is at fault.
        file: PathBuf,
        /// The context.
        context: String,
        /// What is wrong.
        fault: Box<Fault>,
    },
    /// A context's credentials cannot be had.
    #[error("context `{context}` of the kubeconfig {} gives no credentials", file.display())]
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
    #[error("EKS gives a certificate authority for {endpoint} that is no certificate")]
    Authority {
        /// The API's URL.
        endpoint: String,
    },
    /// Endpoint, certificates or proxy cannot be used.
    #[error("no client can be made for the cluster's API at {endpoint}: {why}")]
    Client {
        /// The API's URL.
        endpoint: String,
        /// Why.
        why: String,
    },
    /// The endpoint is not a URL.
    #[error("the cluster's endpoint `{0}` is not a URL such as https://HOST")]
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

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(key) => write!(f, "it has no {key}"),
            Self::NoCluster(name, names) => {
                write!(
                    f,
                    "its cluster `{name}` is not in `clusters`, which has: {}",
                    listed(names)
                )
            }
            Self::NoUser(name, names) => write!(f, "its user `{name}` is not in `users`, which has: {}", listed(names)),
            Self::NoUrl(key, value) => write!(f, "its {key} `{value}` is not a URL such as https://HOST:PORT"),
            Self::NoBase64(key, why) => write!(f, "its {key} is not Base64: {why}"),
            Self::NoCertificate(key) => write!(f, "its {key} has no certificate (PEM) in it"),
            Self::NoFile(key, path, why) => write!(f, "its {key} {path} cannot be read: {why}"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl ConnectError {
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
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("KUBECONFIG names a kubeconfig".to_owned()),
            Self::Credentials { source, .. } => source.help(),
            _ => None,
        }
    }
}

fn said(is_current: bool) -> &'static str {
    if is_current {
        ", which it says is the current one"
    } else {
        ""
    }
}

/// Names, or a word that there are none.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

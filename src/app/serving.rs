//! The sandbox on a socket, with a kubeconfig that leads there.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::AppError;
use super::host::Host;
use super::session;
use crate::files;
use lab2048_sandbox::Sandbox;
use lab2048_sandbox::serve::Server;

/// A server at this port of 127.0.0.1, or at a free one for 0, and the kubeconfig for it.
pub(super) async fn opened(host: &Host, world: Sandbox, port: u16) -> Result<(Server, PathBuf), AppError> {
    let kubeconfig = session::world_file(host)?.path.with_file_name("kubeconfig");
    if !may_be_replaced(&kubeconfig)? {
        return Err(AppError::ForeignKubeconfig(kubeconfig));
    }
    let server = at(world, port).await?;
    write_file(&kubeconfig, &server.served().kubeconfig(&host.executable))?;
    Ok((server, kubeconfig))
}

/// The same without a kubeconfig.
pub(super) async fn at(world: Sandbox, port: u16) -> Result<Server, AppError> {
    Server::start(world, port).await.map_err(|error| AppError::Io {
        what: "serve the sandbox",
        source: std::io::Error::other(error),
    })
}

/// Whether the file is not there, is empty, or is a kubeconfig with nothing in it but what is written here: whatever else
/// somebody keeps in it would be lost.
fn may_be_replaced(path: &Path) -> Result<bool, AppError> {
    let failed = |source| AppError::File {
        what: "read",
        path: path.to_owned(),
        source,
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(failed(error)),
        Ok(there) if !there.is_file() || there.len() > LONGEST => return Ok(false),
        Ok(_) => {}
    }
    let text = std::fs::read(path).map_err(failed)?;
    let config = serde_saphyr::from_slice::<Kubeconfig>(&text).unwrap_or_default();
    let mut users = config.users.iter();
    Ok(text.is_empty() || !config.users.is_empty() && users.all(|named| named.user.exec.args == TOKEN))
}

/// No kubeconfig of one user has more bytes.
const LONGEST: u64 = 1 << 20;

/// How kubectl asks this program for a token.
const TOKEN: [&str; 2] = ["sandbox", "token"];

#[derive(Default, Deserialize)]
struct Kubeconfig {
    #[serde(default)]
    users: Vec<NamedUser>,
}

#[derive(Deserialize)]
struct NamedUser {
    user: User,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    exec: Exec,
}

#[derive(Default, Deserialize)]
struct Exec {
    #[serde(default)]
    args: Vec<String>,
}

fn write_file(path: &Path, text: &str) -> Result<(), AppError> {
    session::make_folder_of(path)?;
    files::replace(path, text).map_err(|source| AppError::File {
        what: "write",
        path: path.to_owned(),
        source,
    })
}

//! Where the parts are that `tests/conformance/prepare` has built and installed.

use std::env;
use std::path::{Path, PathBuf};

/// The folder that `prepare` fills.
fn cache() -> PathBuf {
    if let Some(folder) = env::var_os("LAB2048_CONFORMANCE") {
        return folder.into();
    }
    let caches = env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    caches.join("lab2048/conformance")
}

/// A part that must be there: the tier fails without it, it never passes by skipping.
fn must_be(path: PathBuf) -> PathBuf {
    assert!(
        path.is_file(),
        "{} is missing: `tests/conformance/prepare` builds it, `just conformance` calls that",
        path.display()
    );
    path
}

/// A program of the control plane: `etcd`, `kube-apiserver`, `kube-controller-manager`, `kubectl`.
pub fn control_plane(program: &str) -> PathBuf {
    let folder = env::var_os("KUBEBUILDER_ASSETS").map_or_else(|| cache().join("bin"), PathBuf::from);
    must_be(folder.join(program))
}

/// kubectl, three minor releases older than the one of the control plane.
pub fn older_kubectl() -> PathBuf {
    must_be(cache().join("older/kubectl"))
}

/// A Python program: `moto_server`, `aws`.
pub fn python(program: &str) -> PathBuf {
    must_be(cache().join("python/bin").join(program))
}

/// A schema of a format of others: `sarif.json`, `junit.xsd`.
pub fn format(name: &str) -> PathBuf {
    must_be(cache().join("formats").join(name))
}

/// The browser.
pub fn chromium() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .map(|folder| folder.join("chromium"))
        .find(|file| file.is_file());
    must_be(found.unwrap_or_else(|| Path::new("/usr/bin/chromium").to_owned()))
}

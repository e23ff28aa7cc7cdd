//! What to do about a world that cannot be kept.

use std::io;
use std::path::Path;

use lab2048_sandbox::StateError;

use crate::lang::{Text, text};

/// What to do about a world that cannot be read or written.
pub(super) fn of_world(error: &StateError) -> Text {
    match error {
        StateError::Io { source, path, .. } => place_for_world(source.kind(), path),
        StateError::Another { .. } | StateError::NoFile { .. } | StateError::TooLarge { .. } => text!("help-elsewhere"),
        StateError::Damaged { .. } | StateError::Impossible { .. } | StateError::Format { .. } => {
            text!("help-reset-world")
        }
    }
}

/// What to do where the system does not let the world be kept at `path`; a new world would fare no better.
fn place_for_world(kind: io::ErrorKind, path: &Path) -> Text {
    match kind {
        io::ErrorKind::PermissionDenied => {
            let folder = path.parent().unwrap_or(path).display().to_string();
            text!("help-world-right", folder = folder)
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => text!("help-world-room"),
        _ => text!("help-elsewhere"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_that_cannot_be_kept_has_a_remedy_that_can_work() {
        let help = |kind: io::ErrorKind| {
            of_world(&StateError::Io {
                action: "write",
                path: "/state/lab2048/sandbox.json".into(),
                source: kind.into(),
            })
            .to_string()
        };
        let kinds = [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::StorageFull,
            io::ErrorKind::ReadOnlyFilesystem,
        ];
        insta::assert_snapshot!(kinds.map(help).join("\n"), @r"
        give yourself the right to write there (chmod -R u+rwX /state/lab2048), or keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
        make room on that disk, and go on: what had been done before is kept; or keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
        keep the world elsewhere: LAB2048_SANDBOX_STATE=/path/sandbox.json
        ");
    }
}

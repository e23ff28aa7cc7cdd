//! The lab as a page in a file: `--html FILE` of `status`, `apply` and `scale`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::context::Context;
use super::error::AppError;
use super::host::Host;
use crate::files;
use crate::report::lab_page::{self, LabPage};

/// A page takes the place of an earlier one, and of nothing else.
pub(super) fn may_be_written(host: &Host, path: &Path) -> Result<(), AppError> {
    let path_of_file = host.cwd.join(path);
    // A device or a pipe holds nothing, and may be read without end.
    if !path_of_file.is_file() {
        return Ok(());
    }
    let mut begin = Vec::new();
    let read = File::open(path_of_file).and_then(|file| file.take(lab_page::BEGIN).read_to_end(&mut begin));
    // What cannot be read is not written over either: that is told when it is written.
    if read.is_err() || begin.is_empty() || lab_page::is_page(&begin) {
        return Ok(());
    }
    Err(AppError::ForeignPage(path.to_owned()))
}

/// Writes the page in the reader's language, whole or not at all.
pub(super) fn write(context: &Context, path: &Path, page: &LabPage<'_>) -> Result<(), AppError> {
    let host = &context.host;
    // Others may have put something there meanwhile.
    may_be_written(host, path)?;
    let language = context.reporter.settings().out.language;
    let text = lab_page::html(page, language).map_err(|error| AppError::Io {
        what: "make the page",
        source: std::io::Error::other(error),
    })?;
    files::replace(&host.cwd.join(path), &text).map_err(|source| AppError::File {
        what: "write the page to",
        path: path.to_owned(),
        source,
    })
}

//! The lab as a page in a file: `--html FILE` of `status`, `apply` and `scale`.

use std::path::Path;

use super::context::Context;
use super::error::AppError;
use super::host::Host;
use crate::files;
use crate::report::lab_page::{self, LabPage};

/// A page takes the place of an earlier one, and of nothing else.
pub(super) fn may_be_written(host: &Host, path: &Path) -> Result<(), AppError> {
    if files::holds_other(&host.cwd.join(path), lab_page::BEGIN, lab_page::is_page) {
        return Err(AppError::ForeignPage(path.to_owned()));
    }
    Ok(())
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

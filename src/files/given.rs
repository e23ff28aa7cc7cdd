//! Files read as what they have to be: files, of text, of a size that can be.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// How many bytes are a MiB.
const MIB: u64 = 1024 * 1024;

/// The text of a file of at most `most` bytes.
///
/// # Errors
/// Besides those of the system: `IsADirectory`; `InvalidInput` for a pipe or a device (the one would be waited for, without
/// anybody who hears Ctrl-C, some of the others have no end); `FileTooLarge`; `InvalidData` for what is not UTF-8.
pub fn text_of(path: &Path, most: u64) -> io::Result<String> {
    let text = String::from_utf8(bytes_of(path, most)?);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// The same of a file that need not be UTF-8.
pub fn bytes_of(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let what = fs::metadata(path)?;
    if what.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !what.is_file() {
        let no_file = "it is a pipe or a device, not a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, no_file));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let too_large = format!("it has more than {} MiB", most / MIB);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large));
    }
    Ok(bytes)
}

/// Whether there is a file at `path` that holds something else than what `is_ours` knows by its first `most` bytes: it is not to be
/// written over. A device or a pipe holds nothing, and may be read without end; what cannot be read is told when it is written.
pub fn holds_other(path: &Path, most: u64, is_ours: impl FnOnce(&[u8]) -> bool) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut begin = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut begin));
    read.is_ok() && !begin.is_empty() && !is_ours(&begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_in_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = |bytes: &[u8]| {
            let path = folder.path().join("file");
            fs::write(&path, bytes).unwrap();
            path
        };
        assert_eq!(text_of(&file("글".as_bytes()), 3).unwrap(), "글");
        let kind = |path: &Path| text_of(path, MIB).unwrap_err().kind();
        assert_eq!(kind(&file(b"\xff\xfea\0")), io::ErrorKind::InvalidData);
        assert_eq!(kind(folder.path()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(&folder.path().join("none")), io::ErrorKind::NotFound);
        assert_eq!(kind(Path::new("/dev/zero")), io::ErrorKind::InvalidInput);
        let large = file(&vec![b'x'; 1024 * 1024 + 1]);
        assert_eq!(kind(&large), io::ErrorKind::FileTooLarge);
        assert_eq!(text_of(&large, MIB).unwrap_err().to_string(), "it has more than 1 MiB");
        assert_eq!(bytes_of(&large, 2 * MIB).unwrap().len(), 1024 * 1024 + 1);
    }

    #[test]
    fn only_a_file_with_something_else_is_not_to_be_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let holds_other = |path: &Path| holds_other(path, 4, |begin| begin == b"ours");
        assert!(!holds_other(&path));
        for (text, other) in [("", false), ("ours and more", false), ("our", true), ("theirs", true)] {
            fs::write(&path, text).unwrap();
            assert_eq!(holds_other(&path), other, "{text}");
        }
        assert!(!holds_other(Path::new("/dev/zero")));
        assert!(!holds_other(folder.path()));
    }
}

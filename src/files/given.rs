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
}

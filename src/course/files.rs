//! The files that a course is read from: handed in, whoever holds them.

use std::borrow::Cow;
use std::fmt;

use crate::problem::{Problem, Severity};

/// Read access to the files of one course.
///
/// Paths are relative to the course's root, with `/` between their parts and no `.` or `..` in
/// them; see [`join`]. Implementations must refuse to leave the root, whatever links lie in it.
pub trait Files: fmt::Debug + Send + Sync {
    /// The bytes of the file at `path`.
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, ReadError>;

    /// Whether there is a file at `path`.
    fn exists(&self, path: &str) -> bool;

    /// Every file below `folder` (`""` is the root), sorted by path. Hidden files are left out.
    fn list(&self, folder: &str) -> Vec<String>;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Missing,
    /// The path leads out of the course's folder.
    Outside,
    /// It is there, and cannot be read: why, in the system's words.
    Unreadable(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing => f.write_str("there is no such file"),
            ReadError::Outside => f.write_str("it lies outside the course's folder"),
            ReadError::Unreadable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ReadError {}

/// The path that `relative` means for a file in `folder`: `.` and `..` are resolved. `None` if it
/// would leave the root or is absolute.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder that `path` lies in; `""` for a file in the root.
pub fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..slash])
}

/// Reads a file as text: UTF-8 with or without a byte order mark, or UTF-16 with one. What is no
/// text becomes `U+FFFD` and a problem. Every span of a [`Problem`] counts in this text.
pub fn read_text(files: &dyn Files, path: &str) -> Result<(String, Vec<Problem>), ReadError> {
    let bytes = files.read(path)?;
    let utf16 = match *bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    if let Some(unit) = utf16 {
        let units: Vec<u16> =
            bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let problem = Problem {
            file: path.to_owned(),
            span: 0..0,
            severity: Severity::Warning,
            code: "encoding",
            message: "The file is in UTF-16; mdBook reads only UTF-8".to_owned(),
            help: Some("save it as UTF-8".to_owned()),
        };
        return Ok((String::from_utf16_lossy(&units), vec![problem]));
    }
    let bytes = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.strip_prefix(BOM).unwrap_or(bytes)),
        Cow::Owned(bytes) if bytes.starts_with(BOM) => Cow::Owned(bytes[BOM.len()..].to_vec()),
        owned => owned,
    };
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) => Ok((text, Vec::new())),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let problem = Problem {
                file: path.to_owned(),
                span: valid..valid + char::REPLACEMENT_CHARACTER.len_utf8(),
                severity: Severity::Error,
                code: "encoding",
                message: "This is not UTF-8".to_owned(),
                help: Some("save the file as UTF-8".to_owned()),
            };
            Ok((text, vec![problem]))
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A course held in memory, for tests and for content that comes from elsewhere than a disk.
#[derive(Debug, Clone, Default)]
pub struct InMemory(std::collections::BTreeMap<String, Vec<u8>>);

impl InMemory {
    /// A course of these files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, B)>,
    ) -> InMemory {
        InMemory(files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect())
    }
}

impl Files for InMemory {
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, ReadError> {
        self.0.get(path).cloned().map(Cow::Owned).ok_or(ReadError::Missing)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.0.keys().filter(|path| below(path, folder).is_some()).cloned().collect()
    }
}

/// The path below `folder` of a file that lies in it or deeper; `""` is the root.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> (String, Vec<Problem>) {
        read_text(&InMemory::new([("a.md", bytes)]), "a.md").expect("it is there")
    }

    #[test]
    fn paths_are_resolved_and_never_leave_the_root() {
        assert_eq!(join("src/deep", "../../listings/x.rs").as_deref(), Some("listings/x.rs"));
        assert_eq!(join("src", "./a//b.md").as_deref(), Some("src/a/b.md"));
        assert_eq!(join("src", "../../etc/passwd"), None);
        assert_eq!(join("", "/etc/passwd"), None);
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(text_of(b"\xef\xbb\xbf# A").0, "# A");
        let (text, problems) = text_of(b"\xff\xfe#\0 \0A\0");
        assert_eq!((text.as_str(), problems[0].code), ("# A", "encoding"));
    }

    #[test]
    fn what_is_not_utf_8_is_shown_as_such_and_reported_where_it_stands() {
        let (text, problems) = text_of(b"one\ntwo \xff three");
        assert_eq!(text, "one\ntwo \u{fffd} three");
        assert_eq!(&text[problems[0].span.clone()], "\u{fffd}");
    }

    #[test]
    fn a_folder_holds_what_lies_below_it_and_not_its_namesakes() {
        let files = InMemory::new([("src/a.md", ""), ("src2/b.md", ""), ("src/x/c.md", "")]);
        assert_eq!(files.list("src"), ["src/a.md", "src/x/c.md"]);
        assert_eq!(files.list("").len(), 3);
    }
}

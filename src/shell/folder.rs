//! A course in a folder on the disk.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::course::{Files, ReadError};

/// The longest file that is read, in bytes; a longer one is no text that anybody wrote.
const LONGEST: u64 = 256 << 20;

/// The files below one folder. Links that lead out of it are not followed.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Without links, so that what lies below it can be told.
    root: PathBuf,
}

impl Folder {
    /// The folder `path`.
    ///
    /// # Errors
    /// There is no such folder, or it cannot be entered.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let root = path.canonicalize()?;
        if !root.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Folder { root })
    }

    /// The real place of a file below the root.
    fn find(&self, path: &str) -> Result<PathBuf, ReadError> {
        let real = self.root.join(path).canonicalize().map_err(why)?;
        if !real.starts_with(&self.root) {
            return Err(ReadError::Outside);
        }
        let metadata = real.metadata().map_err(why)?;
        if metadata.is_dir() {
            return Err(ReadError::Unreadable("it is a folder".to_owned()));
        }
        if !metadata.is_file() {
            return Err(ReadError::Unreadable("it is not a file".to_owned()));
        }
        if metadata.len() > LONGEST {
            return Err(ReadError::Unreadable("it is too long".to_owned()));
        }
        Ok(real)
    }
}

fn why(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Unreadable(error.to_string()),
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, ReadError> {
        let real = self.find(path)?;
        #[expect(clippy::disallowed_methods, reason = "this is the room that touches the disk")]
        fs::read(real).map(Cow::Owned).map_err(why)
    }

    fn exists(&self, path: &str) -> bool {
        self.find(path).is_ok()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(self.root.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string())
                else {
                    continue;
                };
                if name.starts_with('.') {
                    continue;
                }
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if kind.is_dir() {
                    open.push(path);
                } else if kind.is_file() || self.exists(&path) {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "the tests make the files that are read")]

    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("made");
            fs::write(path, text).expect("written");
        }
        let folder = Folder::open(dir.path()).expect("opened");
        (dir, folder)
    }

    #[test]
    fn files_are_listed_by_path_and_hidden_ones_are_not() {
        let (_dir, folder) = folder(&[("src/b.md", ""), ("src/a/c.md", ""), (".git/x", "")]);
        assert_eq!(folder.list(""), ["src/a/c.md", "src/b.md"]);
        assert_eq!(folder.list("src/a"), ["src/a/c.md"]);
        assert_eq!(folder.list("nowhere"), [""; 0]);
    }

    #[test]
    fn what_is_no_file_says_so() {
        let (_dir, folder) = folder(&[("src/a.md", "text")]);
        assert_eq!(folder.read("src/a.md").as_deref(), Ok(b"text".as_slice()));
        assert_eq!(folder.read("src/b.md"), Err(ReadError::Missing));
        assert_eq!(folder.read("src/a.md/b"), Err(ReadError::Missing));
        assert!(matches!(folder.read("src"), Err(ReadError::Unreadable(_))));
        assert!(matches!(folder.read("a\0b"), Err(ReadError::Unreadable(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_only_inside() {
        let (outside, _) = folder(&[("secret", "s")]);
        let (dir, folder) = folder(&[("src/a.md", "text")]);
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, dir.path().join(name));
        link(&outside.path().join("secret"), "out.md").expect("linked");
        link(&dir.path().join("src/a.md"), "in.md").expect("linked");
        link(dir.path(), "src/loop").expect("linked");
        assert_eq!(folder.read("out.md"), Err(ReadError::Outside));
        assert_eq!(folder.read("in.md").as_deref(), Ok(b"text".as_slice()));
        assert_eq!(folder.list(""), ["in.md", "src/a.md"]);
    }
}

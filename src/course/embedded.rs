//! The course that is built into the binary.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};

use super::files::{Files, ReadError, below, join};

static LESSONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static QUIZZES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/quizzes");

/// The folders that are built in, by the name of each.
const FOLDERS: [(&str, &Dir<'_>); 2] = [("lessons", &LESSONS), ("quizzes", &QUIZZES)];

/// The files of the built-in course: its lessons and quizzes in every language.
#[derive(Debug, Clone, Copy)]
pub struct Embedded;

impl Embedded {
    fn find(path: &str) -> Option<&'static [u8]> {
        let (top, rest) = path.split_once('/')?;
        let (_, folder) = FOLDERS.iter().find(|(name, _)| *name == top)?;
        Some(folder.get_file(rest)?.contents())
    }
}

impl Files for Embedded {
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, ReadError> {
        Embedded::find(path).map(Cow::Borrowed).ok_or(ReadError::Missing)
    }

    fn exists(&self, path: &str) -> bool {
        Embedded::find(path).is_some()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (name, dir) in FOLDERS {
            collect(dir, name, &mut found);
        }
        found.retain(|path| below(path, folder).is_some());
        found.sort();
        found
    }
}

fn collect(dir: &Dir<'_>, top: &str, found: &mut Vec<String>) {
    found.extend(dir.files().filter_map(|file| join(top, file.path().to_str()?)));
    for folder in dir.dirs() {
        collect(folder, top, found);
    }
}

//! What a link in a lesson leads to.

use super::files::{below, join};
use super::ids::LessonId;
use super::summary::Lesson;

/// What a link in a lesson leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A lesson of the course, and the anchor in it if the link names one.
    Lesson {
        /// Which lesson; the same one for a bare `#anchor`.
        id: LessonId,
        /// What stands after `#`.
        anchor: Option<String>,
    },
    /// A path below the course's root that is no lesson: a file of the book or nothing at all.
    File(String),
    /// A path that leads out of the book.
    Outside(String),
    /// Something with a scheme: `https://…`, `mailto:…`, and ours: `fact:…`, `preset:…`.
    Url {
        /// The scheme, in lower case.
        scheme: String,
        /// What follows the colon.
        rest: String,
    },
}

/// Where a link is written: what its path counts from.
pub(super) struct Origin<'a> {
    /// The folder it counts from, from the course's root.
    pub folder: &'a str,
    /// The lesson that a bare `#anchor` means.
    pub lesson: Option<&'a Lesson>,
    /// The folder of the chapters: the root of the book as its readers see it.
    pub src: &'a str,
}

/// Where the link `target` leads; `find` knows the lesson in a file.
pub(super) fn resolve<'a>(
    target: &str,
    origin: &Origin<'_>,
    find: impl Fn(&str) -> Option<&'a Lesson>,
) -> LinkTarget {
    if let Some((scheme, rest)) = scheme(target) {
        return LinkTarget::Url { scheme, rest: rest.to_owned() };
    }
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(decode(anchor)).filter(|anchor| !anchor.is_empty())),
        None => (target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    if path.is_empty() {
        return match origin.lesson {
            Some(lesson) => LinkTarget::Lesson { id: lesson.id.clone(), anchor },
            None => LinkTarget::File(String::new()),
        };
    }
    let path = decode(path);
    let Some(full) = full_path(&path, origin) else { return LinkTarget::Outside(path) };
    let is_folder = path.ends_with('/') || full.is_empty();
    match chapter_names(&full, is_folder).iter().find_map(|name| find(name)) {
        Some(lesson) => LinkTarget::Lesson { id: lesson.id.clone(), anchor },
        None => LinkTarget::File(full),
    }
}

/// The path from the course's root. The book's readers see only what lies below `src`: what leads
/// out of it is outside, even where the course has more files there.
fn full_path(path: &str, origin: &Origin<'_>) -> Option<String> {
    let below = match (path.strip_prefix('/'), below(origin.folder, origin.src)) {
        (Some(rooted), _) => join("", rooted)?,
        (None, Some(folder)) => join(folder, path)?,
        (None, None) if origin.folder == origin.src => join("", path)?,
        (None, None) => return join(origin.folder, path),
    };
    join(origin.src, &below)
}

/// The chapters that `path` may mean: itself, the source of the page it names, or the index of the
/// folder that it is.
fn chapter_names(path: &str, is_folder: bool) -> Vec<String> {
    let mut names = Vec::new();
    if !is_folder {
        names.push(path.to_owned());
    }
    let page = path.strip_suffix(".html").or_else(|| path.strip_suffix(".md"));
    if let Some(stem) = page {
        names.push(format!("{stem}.md"));
        if let Some(folder) = stem.strip_suffix("index") {
            names.push(format!("{folder}README.md"));
        }
    } else {
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        names.extend(["README.md", "index.md"].map(|index| format!("{folder}{index}")));
    }
    names
}

/// The scheme of a URL, if `target` begins with one (RFC 3986, 3.1).
fn scheme(target: &str) -> Option<(String, &str)> {
    let (scheme, rest) = target.split_once(':')?;
    let mut letters = scheme.chars();
    let well_formed = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    // `C:` is a drive, not a scheme; a scheme has two letters or more.
    (well_formed && scheme.len() > 1).then(|| (scheme.to_ascii_lowercase(), rest))
}

/// Resolves `%XX`; what is no UTF-8 then stays as it is written.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::summary;

    fn target_of(target: &str) -> LinkTarget {
        let text = "- [A](part/a.md)\n- [B](b.md)\n- [R](guide/README.md)\n- [K](큐%20하나.md)\n";
        let (summary, _) = summary::parse(text, "src/SUMMARY.md", "src");
        let lessons: Vec<_> = summary
            .entries
            .iter()
            .filter_map(|entry| match entry {
                summary::Entry::Lesson(lesson) => Some(lesson),
                _ => None,
            })
            .collect();
        let find = |file: &str| lessons.iter().copied().find(|lesson| lesson.file == file);
        let origin = Origin { folder: "src/part", lesson: Some(lessons[0]), src: "src" };
        resolve(target, &origin, find)
    }

    fn lesson(id: &str, anchor: Option<&str>) -> LinkTarget {
        LinkTarget::Lesson { id: LessonId::from(id.to_owned()), anchor: anchor.map(str::to_owned) }
    }

    #[test]
    fn links_between_chapters_count_from_the_chapter() {
        assert_eq!(target_of("../b.md"), lesson("b", None));
        assert_eq!(target_of("../b.html#an-anchor"), lesson("b", Some("an-anchor")));
        assert_eq!(target_of("/b.md?print"), lesson("b", None));
        assert_eq!(target_of("#here"), lesson("part/a", Some("here")));
        assert_eq!(target_of("../guide/"), lesson("guide/README", None));
        assert_eq!(target_of("../guide/index.html#x"), lesson("guide/README", Some("x")));
        assert_eq!(target_of("../%ED%81%90%20하나.md"), lesson("큐 하나", None));
    }

    #[test]
    fn other_links_say_what_they_are() {
        let url = |scheme: &str, rest: &str| LinkTarget::Url {
            scheme: scheme.to_owned(),
            rest: rest.to_owned(),
        };
        assert_eq!(target_of("HTTPS://a.example/#x"), url("https", "//a.example/#x"));
        assert_eq!(target_of("fact:sqs.retention"), url("fact", "sqs.retention"));
        assert_eq!(target_of("gone.md"), LinkTarget::File("src/part/gone.md".to_owned()));
        assert_eq!(target_of("../../std/a.html"), LinkTarget::Outside("../../std/a.html".into()));
        assert_eq!(target_of("../../../up.md"), LinkTarget::Outside("../../../up.md".to_owned()));
        assert_eq!(target_of("100%.md"), LinkTarget::File("src/part/100%.md".to_owned()));
    }
}

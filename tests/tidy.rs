//! The walls between the rooms, since one package has none: each room's files are read, and every
//! path in them must be one that the room may know.

#![expect(clippy::disallowed_methods, reason = "a test reads the sources it checks")]

use std::fs;
use std::path::{Path, PathBuf};

/// A room, the rooms of ours it may name, and the outside names it must not.
struct Room {
    name: &'static str,
    knows: &'static [&'static str],
    never: &'static [&'static str],
}

/// Scoped threads are no part of the world: they end where they began, and only compute.
const WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "thread::spawn",
    "thread::sleep",
    "std::net",
    "std::process",
    "Instant::now",
    "SystemTime::now",
];
/// What a room may name of the world all the same: proving every prediction a thousand times wants all cores.
const EXCEPTED: &[(&str, &str)] = &[("check", "std::thread")];
const SCREEN: &[&str] = &["ratatui", "crossterm", "tui_textarea"];

const ROOMS: &[Room] = &[
    Room { name: "problem", knows: &[], never: &["ratatui", "crossterm", "std::fs"] },
    Room { name: "words", knows: &[], never: &["ratatui", "crossterm", "std::fs"] },
    Room {
        name: "services",
        knows: &[],
        never: &[
            "ratatui",
            "crossterm",
            "std::fs",
            "std::env",
            "std::time",
            "std::thread",
            "HashMap",
            "HashSet",
        ],
    },
    Room { name: "awscli", knows: &["services"], never: SCREEN },
    Room {
        name: "models",
        knows: &["services", "awscli"],
        never: &["ratatui", "crossterm", "std::time", "std::thread", "HashMap", "HashSet"],
    },
    Room { name: "tell", knows: &["services", "models", "words"], never: SCREEN },
    Room { name: "labs", knows: &["services", "awscli", "models"], never: SCREEN },
    Room { name: "quiz", knows: &["problem"], never: SCREEN },
    Room {
        name: "predict",
        knows: &["problem", "words", "services", "models", "tell", "quiz"],
        never: SCREEN,
    },
    Room { name: "course", knows: &["problem", "words", "quiz"], never: SCREEN },
    Room { name: "page", knows: &["problem", "words", "course"], never: SCREEN },
    Room {
        name: "check",
        knows: &["problem", "words", "quiz", "course", "page", "services", "models", "predict"],
        never: SCREEN,
    },
    Room { name: "review", knows: &["quiz"], never: SCREEN },
    Room { name: "progress", knows: &["quiz", "review"], never: SCREEN },
    Room {
        name: "app",
        knows: &[
            "problem", "words", "services", "awscli", "models", "tell", "labs", "quiz", "predict",
            "course", "page", "review", "progress",
        ],
        never: &["crossterm"],
    },
    Room {
        name: "ui",
        knows: &[
            "problem", "words", "services", "awscli", "models", "tell", "labs", "quiz", "predict",
            "course", "page", "review", "progress", "app",
        ],
        never: &["crossterm", "&mut App"],
    },
];

/// Rooms that may touch the world; every other room is held to `WORLD` too.
const WORLDLY: &[&str] = &["shell", "cli"];

fn files_of(room: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join(format!("{room}.rs"))];
    let mut folders = vec![src.join(room)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !is_test_only(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Whether a file is compiled for tests alone: there, a room may look at its neighbours.
fn is_test_only(path: &Path) -> bool {
    let within = |folder| path.components().any(|part| part.as_os_str() == folder);
    within("tests")
        || within("trials")
        || path.file_name().is_some_and(|name| name == "tests.rs" || name == "trials.rs")
}

/// The lines of a file that are code: comments are left out, and each item under `#[cfg(test)]`.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = Vec::new();
    let mut test_item: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        match test_item {
            None if trimmed == "#[cfg(test)]" => test_item = Some(indent(line)),
            None => lines.push((index + 1, line.split("//").next().unwrap_or(""))),
            // As rustfmt writes it, an item ends on its own indentation.
            Some(own) => {
                let is_before = trimmed.starts_with("#[") || trimmed.starts_with("//");
                if indent(line) == own && !is_before && trimmed.ends_with([';', '}', ',']) {
                    test_item = None;
                }
            }
        }
    }
    lines
}

#[test]
fn what_stands_after_a_test_item_is_read() {
    let text = "use a;\n#[cfg(test)]\nuse b;\n#[cfg(test)]\n#[path = \"x.rs\"]\nmod tests {\n    \
                use c;\n\n    fn f() {}\n}\nfn g() {\n    #[cfg(test)]\n    d();\n    e();\n}\n";
    let read: String = code_lines(text).into_iter().map(|(_, line)| line.trim()).collect();
    assert_eq!(read, "use a;fn g() {e();}");
}

fn names_crate_room(line: &str) -> Vec<&str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            &rest[..end]
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn a_room_names_only_what_it_may_know() {
    let mut wrong = Vec::new();
    for room in ROOMS {
        for file in files_of(room.name) {
            let text = fs::read_to_string(&file).expect("a file of ours can be read");
            for (number, line) in code_lines(&text) {
                for name in names_crate_room(line) {
                    if name != room.name && !room.knows.contains(&name) {
                        wrong.push(format!(
                            "{}:{number}: `{}` must not know `{name}`",
                            file.display(),
                            room.name
                        ));
                    }
                }
                for banned in room.never.iter().chain(WORLD) {
                    if line.contains(banned) && !EXCEPTED.contains(&(room.name, *banned)) {
                        wrong.push(format!(
                            "{}:{number}: `{}` must not name `{banned}`",
                            file.display(),
                            room.name
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_room_is_in_the_table() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("lib.rs");
    for line in lib.lines() {
        let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'))
        else {
            continue;
        };
        assert!(
            ROOMS.iter().any(|room| room.name == name) || WORLDLY.contains(&name),
            "the room `{name}` has no line in tests/tidy.rs"
        );
    }
}

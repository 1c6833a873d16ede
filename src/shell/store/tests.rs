//! What the file on the disk survives.

#![allow(clippy::disallowed_methods, reason = "the tests look at the files")]

use std::collections::BTreeSet;
use std::thread;

use tempfile::TempDir;

use super::*;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("progress.jsonl");
    (folder, path)
}

fn read(lesson: &str) -> What {
    What::LessonRead { lesson: lesson.to_owned() }
}

fn lessons(history: &History) -> Vec<String> {
    history.state("").lessons_read().map(|(lesson, _)| lesson.to_owned()).collect()
}

#[test]
fn what_was_recorded_is_there_after_a_restart() {
    let (_folder, path) = folder();
    let mut opened = Store::open(&path, "").unwrap();
    assert!(opened.history.is_empty() && opened.notices.is_empty());
    let recorded = opened.store.record(&[read("a"), read("b")]);
    assert_eq!((recorded.entries.len(), recorded.notice), (2, None));
    let again = Store::open(&path, "").unwrap();
    assert_eq!(lessons(&again.history), ["a", "b"]);
    assert_eq!(again.notices, []);
}

#[test]
fn opening_makes_no_file_and_the_first_record_does_even_of_nothing() {
    let (_folder, path) = folder();
    let mut opened = Store::open(&path, "").unwrap();
    assert!(opened.store.is_new() && !path.exists());
    assert_eq!(opened.store.record(&[]).notice, None);
    assert!(!opened.store.is_new() && path.exists());
}

#[test]
fn two_copies_lose_nothing_and_hear_of_each_other() {
    let (_folder, path) = folder();
    let mut one = Store::open(&path, "").unwrap().store;
    let mut two = Store::open(&path, "").unwrap().store;
    one.record(&[read("a")]);
    let heard = two.record(&[read("b")]);
    assert_eq!(heard.entries.len(), 2, "its own and the other copy's");
    assert_eq!(one.record(&[]).entries.len(), 1);
    assert_eq!(lessons(&read_history(&path).unwrap()), ["a", "b"]);
}

#[test]
fn many_writers_at_once_keep_every_event() {
    let (_folder, path) = folder();
    thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut store = Store::open(path, "").unwrap().store;
                for number in 0..10 {
                    store.record(&[What::Place { lesson: format!("{writer}"), offset: number }]);
                }
            });
        }
    });
    let history = read_history(&path).unwrap();
    assert_eq!(history.len(), 40);
    let ids: BTreeSet<&str> = history.in_order().iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), 40);
}

#[test]
fn a_torn_last_line_is_told_kept_beside_and_cut_off() {
    let (_folder, path) = folder();
    Store::open(&path, "").unwrap().store.record(&[read("a")]);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"{\"id\":\"x\",\"at\":5,\"kind\":\"less");
    fs::write(&path, bytes).unwrap();
    let mut opened = Store::open(&path, "").unwrap();
    let [Notice::Torn(beside)] = opened.notices.as_slice() else {
        panic!("{:?}", opened.notices);
    };
    assert!(opened.notices[0].text(Lang::Ko).contains("progress.jsonl.torn"));
    assert_eq!(fs::read_to_string(beside).unwrap(), "{\"id\":\"x\",\"at\":5,\"kind\":\"less\n");
    opened.store.record(&[read("b")]);
    assert_eq!(lessons(&read_history(&path).unwrap()), ["a", "b"]);
}

#[test]
fn a_line_that_lacks_only_its_end_is_kept() {
    let (_folder, path) = folder();
    Store::open(&path, "").unwrap().store.record(&[read("a")]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.trim_end()).unwrap();
    let mut opened = Store::open(&path, "").unwrap();
    assert_eq!(opened.notices, []);
    opened.store.record(&[read("b")]);
    assert_eq!(lessons(&read_history(&path).unwrap()), ["a", "b"]);
}

#[test]
fn a_newer_or_foreign_file_is_refused_and_left_as_it_is() {
    let (_folder, path) = folder();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for text in ["{\"awslearn\":\"progress\",\"format\":9}\nnew things\n", "a diary\n"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(Store::open(&path, ""), Err(StoreError::Refused { .. })));
        assert!(matches!(import(&path, History::default()), Err(StoreError::Refused { .. })));
        assert!(matches!(reset(&path), Err(StoreError::Refused { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn when_the_disk_refuses_events_wait_and_are_written_later() {
    let (folder, _) = folder();
    // A file stands where the folder should be.
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "").unwrap();
    let path = blocked.join("progress.jsonl");
    let mut opened = Store::open(&path, "").unwrap();
    assert!(matches!(opened.notices.as_slice(), [Notice::NotSaved { .. }]));
    let recorded = opened.store.record(&[read("a")]);
    assert_eq!((recorded.entries.len(), recorded.notice), (1, None), "told already");
    fs::remove_file(&blocked).unwrap();
    assert_eq!(opened.store.record(&[read("b")]).notice, Some(Notice::SavedAgain));
    assert_eq!(lessons(&read_history(&path).unwrap()), ["a", "b"]);
}

#[test]
fn a_reset_keeps_a_copy_and_a_running_copy_writes_on() {
    let (_folder, path) = folder();
    let mut running = Store::open(&path, "").unwrap().store;
    running.record(&[read("a"), read("b")]);
    let kept = reset(&path).unwrap();
    assert_eq!(kept.file_name().unwrap(), "progress.1.jsonl");
    assert_eq!(lessons(&read_history(&kept).unwrap()), ["a", "b"]);
    assert!(read_history(&path).unwrap().is_empty());
    running.record(&[read("c")]);
    assert_eq!(lessons(&read_history(&path).unwrap()), ["c"]);
    assert_eq!(reset(&path).unwrap().file_name().unwrap(), "progress.2.jsonl");
}

#[test]
fn importing_adds_only_what_is_new() {
    let (_folder, path) = folder();
    Store::open(&path, "").unwrap().store.record(&[read("a")]);
    let mut other = read_history(&path).unwrap();
    other.insert(Entry::new("elsewhere".into(), 1, "", read("b")));
    assert_eq!(import(&path, other.clone()).unwrap(), 1);
    assert_eq!(import(&path, other.clone()).unwrap(), 0);
    assert_eq!(read_history(&path).unwrap(), other);
}

#[test]
fn a_device_is_not_read_to_its_end() {
    let opened = Store::open(Path::new("/dev/zero"), "").unwrap();
    assert!(matches!(opened.notices.as_slice(), [Notice::NotSaved { .. }]));
}

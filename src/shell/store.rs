//! The progress file on the disk: found, read, appended to under a lock.
//!
//! Appending is the only write. Two running copies append under a lock and read what the other
//! wrote; a line that a crash cut off is put beside the file; a file of a newer format, or one
//! that is no progress file, is never touched. When the disk refuses, events wait in memory.

#![expect(clippy::disallowed_methods, reason = "this is where the clock and the disk are touched")]

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use etcetera::BaseStrategy as _;

use crate::progress::{Entry, History, Reading, Refusal, Tail, What, header};
use crate::words::{Lang, fill, progress};

/// Why a progress file cannot be used. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not ours, or too new.
    #[error("{}: {refusal}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// The disk said no; the source says what.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// The platform names no folder for data.
    #[error("there is no home folder to keep the progress in; name a file with --progress")]
    NoHome,
}

/// Something the learner should know about the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The last line was cut off; the piece was put here.
    Torn(PathBuf),
    /// Lines inside that are no events.
    Unreadable {
        /// How many.
        count: usize,
        /// The first one, from 1.
        line: usize,
    },
    /// Writing failed.
    NotSaved {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        why: String,
    },
    /// Writing works again.
    SavedAgain,
}

impl Notice {
    /// The notice in a language.
    pub fn text(&self, lang: Lang) -> String {
        let words = progress::of(lang);
        match self {
            Notice::Torn(path) => fill(words.torn, &[("path", &path.display())]),
            Notice::Unreadable { count, line } => {
                fill(words.unreadable, &[("count", count), ("line", line)])
            }
            Notice::NotSaved { path, why } => {
                fill(words.not_saved, &[("path", &path.display()), ("why", why)])
            }
            Notice::SavedAgain => words.saved_again.to_owned(),
        }
    }
}

/// Where the progress file is unless the learner names one: the platform's folder for data.
pub fn default_path() -> Result<PathBuf, StoreError> {
    let base = etcetera::base_strategy::choose_native_strategy().map_err(|_| StoreError::NoHome)?;
    Ok(base.data_dir().join("awslearn").join("progress.jsonl"))
}

/// A progress file in use.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    course: String,
    /// Up to this byte the file is known.
    known: u64,
    /// Events that the disk has not taken yet.
    waiting: Vec<Entry>,
    /// Whether the learner was told that writing fails.
    told: bool,
    ids: Ids,
}

/// A progress file, just opened.
#[derive(Debug)]
pub struct Opened {
    /// For writing on.
    pub store: Store,
    /// All that is in it.
    pub history: History,
    /// What the learner should know.
    pub notices: Vec<Notice>,
}

/// What came of recording events.
#[derive(Debug, PartialEq)]
pub struct Recorded {
    /// The events, and before them those that another copy of the program wrote meanwhile.
    pub entries: Vec<Entry>,
    /// Whether writing has begun to fail, or works again.
    pub notice: Option<Notice>,
}

impl Store {
    /// Opens the progress file, for events of this course (empty: the one that is built in). A
    /// file that is not there yet is made by the first call of [`Store::record`]. A
    /// folder that cannot be written to is no error: the notice says so, and the events are held
    /// in memory.
    ///
    /// # Errors
    /// The file is not ours, or of a newer format.
    pub fn open(path: &Path, course: &str) -> Result<Opened, StoreError> {
        let mut store = Store {
            path: path.to_owned(),
            course: course.to_owned(),
            known: 0,
            waiting: Vec::new(),
            told: false,
            ids: Ids::new(),
        };
        let mut notices = Vec::new();
        let is_missing =
            fs::metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if is_missing {
            return Ok(Opened { store, history: History::default(), notices });
        }
        let history = match store.catch_up() {
            Ok((_, reading, torn)) => {
                notices.extend(torn.map(Notice::Torn));
                notices.extend(reading.unreadable.first().map(|line| Notice::Unreadable {
                    count: reading.unreadable.len(),
                    line: *line,
                }));
                reading.history
            }
            Err(error @ StoreError::Refused { .. }) => return Err(error),
            Err(error) => {
                notices.push(store.not_saved(&error));
                read_only(path)?
            }
        };
        Ok(Opened { store, history, notices })
    }

    /// Whether the file was not there, and is not yet.
    pub fn is_new(&self) -> bool {
        self.known == 0 && !self.told
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A name that no machine gives twice.
    pub fn fresh_id(&mut self) -> String {
        self.ids.next()
    }

    /// Stamps events with id and time and writes them; they are on the disk when this returns,
    /// unless the notice says otherwise.
    pub fn record(&mut self, events: &[What]) -> Recorded {
        let at = now_ms();
        let new: Vec<Entry> = events
            .iter()
            .map(|what| Entry::new(self.ids.next(), at, &self.course, what.clone()))
            .collect();
        self.waiting.extend(new.iter().cloned());
        let (mut entries, notice) = match self.flush() {
            Ok(others) => {
                let again = std::mem::take(&mut self.told);
                (others, again.then_some(Notice::SavedAgain))
            }
            Err(error) => {
                let told = self.told;
                let notice = self.not_saved(&error);
                (Vec::new(), (!told).then_some(notice))
            }
        };
        entries.extend(new);
        Recorded { entries, notice }
    }

    fn not_saved(&mut self, error: &StoreError) -> Notice {
        self.told = true;
        let why = match error {
            StoreError::Io { source, .. } => source.to_string(),
            StoreError::Refused { refusal, .. } => refusal.to_string(),
            StoreError::NoHome => error.to_string(),
        };
        Notice::NotSaved { path: self.path.clone(), why }
    }

    /// Writes what is waiting; gives the events that others wrote.
    fn flush(&mut self) -> Result<Vec<Entry>, StoreError> {
        let (mut file, reading, _) = self.catch_up()?;
        let lines: String = self.waiting.iter().flat_map(|entry| [&entry.line, "\n"]).collect();
        let must_last = self.waiting.iter().any(|entry| {
            // Where one was reading may be lost with the machine's power; an answer may not.
            !matches!(entry.what, Some(What::Place { .. } | What::Setting { .. }))
        });
        append(&mut file, self.known, lines.as_bytes(), must_last).map_err(|e| self.io(e))?;
        self.known += lines.len() as u64;
        self.waiting.clear();
        Ok(reading.history.in_order().into_iter().cloned().collect())
    }

    /// Opens and locks the file, reads what is new in it, and mends its end: the file, what was
    /// new, and where a torn piece was put. The lock goes with the file.
    fn catch_up(&mut self) -> Result<(File, Reading, Option<PathBuf>), StoreError> {
        let mut file = open_locked(&self.path).map_err(|error| self.io(error))?;
        let end = file.metadata().map_err(|error| self.io(error))?.len();
        if end < self.known {
            // It was reset, or replaced, while we ran.
            self.known = 0;
        }
        let bytes = read_from(&mut file, self.known).map_err(|error| self.io(error))?;
        let reading = match self.known {
            0 => History::read(&bytes)
                .map_err(|refusal| StoreError::Refused { path: self.path.clone(), refusal })?,
            _ => History::read_lines(&bytes, 0),
        };
        let mut end = self.known + bytes.len() as u64;
        let torn = mend(&self.path, &mut file, self.known, &bytes, &reading.tail, &mut end)
            .map_err(|error| self.io(error))?;
        if end == 0 {
            // The first event that must last takes the header to the disk with it.
            let first = header() + "\n";
            append(&mut file, 0, first.as_bytes(), false).map_err(|error| self.io(error))?;
            end = first.len() as u64;
        }
        self.known = end;
        Ok((file, reading, torn))
    }

    fn io(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.path.clone(), source }
    }
}

/// Opens the file for reading and appending, making it and its folders if need be, and waits for
/// its lock.
fn open_locked(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    if let Ok(metadata) = fs::metadata(path)
        && !metadata.is_file()
    {
        return Err(io::Error::other("it is not a file"));
    }
    let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    match file.lock() {
        // A file system without locks: one copy at a time works there as before.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        locked => locked?,
    }
    Ok(file)
}

fn read_from(file: &mut File, from: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Appends all of `bytes` or nothing: what a full disk took of them is cut off again.
fn append(file: &mut File, end: u64, bytes: &[u8], must_last: bool) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| match must_last {
        true => file.sync_data(),
        false => Ok(()),
    });
    if written.is_err() {
        file.set_len(end).ok();
    }
    written
}

/// Puts a torn end beside the file and cuts it off, or gives the last line its end.
fn mend(
    path: &Path,
    file: &mut File,
    from: u64,
    bytes: &[u8],
    tail: &Tail,
    end: &mut u64,
) -> io::Result<Option<PathBuf>> {
    match tail {
        Tail::Clean => Ok(None),
        Tail::Unended => {
            append(file, *end, b"\n", false)?;
            *end += 1;
            Ok(None)
        }
        Tail::Torn { from: torn } => {
            let mut beside = path.as_os_str().to_owned();
            beside.push(".torn");
            let beside = PathBuf::from(beside);
            let mut kept = OpenOptions::new().append(true).create(true).open(&beside)?;
            kept.write_all(&bytes[*torn..])?;
            kept.write_all(b"\n")?;
            kept.sync_data()?;
            *end = from + *torn as u64;
            file.set_len(*end)?;
            Ok(Some(beside))
        }
    }
}

/// The history in a file that cannot be written to, or of no file at all.
fn read_only(path: &Path) -> Result<History, StoreError> {
    match read_history(path) {
        Ok(history) => Ok(history),
        Err(error @ StoreError::Refused { .. }) => Err(error),
        Err(_) => Ok(History::default()),
    }
}

/// Reads a progress file without touching it.
///
/// # Errors
/// It cannot be read, or is not ours, or of a newer format.
pub fn read_history(path: &Path) -> Result<History, StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(io)?.is_file() {
        return Err(io(io::Error::other("it is not a file")));
    }
    let bytes = fs::read(path).map_err(io)?;
    match History::read(&bytes) {
        Ok(reading) => Ok(reading.history),
        Err(refusal) => Err(StoreError::Refused { path: path.to_owned(), refusal }),
    }
}

/// Adds the events of `history` that the file does not have yet; says how many there were.
///
/// # Errors
/// The file is not ours or too new, or the disk refuses.
pub fn import(path: &Path, history: History) -> Result<usize, StoreError> {
    let Opened { mut store, history: mut known, .. } = Store::open(path, "")?;
    store.waiting = known.merge(history);
    let count = store.waiting.len();
    if count > 0 {
        store.flush()?;
    }
    Ok(count)
}

/// Begins the progress file anew and gives the path of the copy that was kept.
///
/// # Errors
/// The file is not ours or too new, or the disk refuses; then it is as it was.
pub fn reset(path: &Path) -> Result<PathBuf, StoreError> {
    let Opened { mut store, .. } = Store::open(path, "")?;
    let (mut file, _, _) = store.catch_up()?;
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let bytes = read_from(&mut file, 0).map_err(io)?;
    let (mut copy, kept) = first_free(path).map_err(io)?;
    copy.write_all(&bytes).and_then(|()| copy.sync_all()).map_err(io)?;
    file.set_len(0).map_err(io)?;
    append(&mut file, 0, (header() + "\n").as_bytes(), true).map_err(io)?;
    Ok(kept)
}

/// The first of `progress.1.jsonl`, `progress.2.jsonl`, … that does not exist, made.
fn first_free(path: &Path) -> io::Result<(File, PathBuf)> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let end = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    let mut number = 1;
    loop {
        let kept = path.with_file_name(format!("{stem}.{number}{end}"));
        match OpenOptions::new().write(true).create_new(true).open(&kept) {
            Ok(file) => return Ok((file, kept)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A number that nobody can foretell.
pub fn any_number() -> u64 {
    RandomState::new().build_hasher().finish() ^ now_ms()
}

/// Milliseconds since 1970 UTC.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Makes ids: 96 bits that the operating system seeded, and a counter mixed in.
#[derive(Debug)]
struct Ids {
    seeds: [RandomState; 2],
    count: u64,
}

impl Ids {
    fn new() -> Ids {
        Ids { seeds: [RandomState::new(), RandomState::new()], count: 0 }
    }

    fn next(&mut self) -> String {
        self.count += 1;
        let now = now_ms();
        let [high, low] = [&self.seeds[0], &self.seeds[1]].map(|seed| {
            let mut hasher = seed.build_hasher();
            hasher.write_u64(self.count);
            hasher.write_u64(now);
            hasher.write_u32(std::process::id());
            hasher.finish()
        });
        format!("{high:016x}{:08x}", low >> 32)
    }
}

#[cfg(test)]
mod tests;

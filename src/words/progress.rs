//! What is said about the progress file.

use super::Lang;

/// Texts about the progress file.
#[derive(Debug)]
pub struct Progress {
    /// The end of the file was a piece of a line.
    pub torn: &'static str,
    /// Lines inside the file that are no events.
    pub unreadable: &'static str,
    /// Writing failed.
    pub not_saved: &'static str,
    /// Writing works again.
    pub saved_again: &'static str,
}

/// English.
pub const EN: Progress = Progress {
    torn: "The last entry of the progress file was cut off. The piece is kept in {path}",
    unreadable: "{count} lines of the progress file cannot be read (the first is line {line}); they were left as they are",
    not_saved: "Progress cannot be saved to {path}: {why}. It is held in memory and written as soon as that works",
    saved_again: "Progress is saved again; nothing was lost",
};

/// Korean.
pub const KO: Progress = Progress {
    torn: "진도 파일의 마지막 기록이 도중에 끊겨 있어 {path}에 따로 보관했습니다",
    unreadable: "진도 파일에서 {count}줄을 읽을 수 없습니다(첫 번째는 {line}번째 줄). 파일은 그대로 두었습니다",
    not_saved: "{path}에 진도를 저장할 수 없습니다: {why}. 메모리에 두었다가 저장이 되는 대로 기록합니다",
    saved_again: "진도 저장이 다시 됩니다. 잃은 기록은 없습니다",
};

/// The texts of a language.
pub fn of(lang: Lang) -> &'static Progress {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

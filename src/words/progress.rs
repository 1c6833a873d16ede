//! What is said about the progress file.

use super::Lang;

texts! {
    /// What is said about the progress file.
    Progress {
        torn: "The last entry of the progress file was cut off. The piece is kept in {path}", "진도 파일의 마지막 기록이 도중에 끊겨 있어 {path}에 따로 보관했습니다";
        unreadable: "Lines of the progress file that cannot be read: {count} (the first is line {line}); they were left as they are", "진도 파일에서 {count}줄을 읽을 수 없습니다(첫 번째는 {line}번째 줄). 파일은 그대로 두었습니다";
        not_saved: "Progress cannot be saved to {path}: {why}. It is held in memory and written as soon as that works", "{path}에 진도를 저장할 수 없습니다: {why}. 메모리에 두었다가 저장이 되는 대로 기록합니다";
        saved_again: "Progress is saved again; nothing was lost", "진도 저장이 다시 됩니다. 잃은 기록은 없습니다";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Progress {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

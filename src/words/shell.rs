//! What the program says on the plain terminal, before and after the workbook.

use super::Lang;

texts! {
    /// What the program says on the plain terminal.
    Shell {
        panicked: "awslearn stopped on an error of its own. Your progress is saved. A report is in {path}",
            "awslearn이 내부 오류로 멈췄습니다. 진도는 저장되었습니다. 보고서: {path}";
        panicked_unsaved: "awslearn stopped on an error of its own, and no report could be written: {error}",
            "awslearn이 내부 오류로 멈췄고 보고서를 쓰지 못했습니다: {error}";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Shell {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

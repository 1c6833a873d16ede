//! What a laid-out lesson says by itself.

/// Texts of the page.
#[derive(Debug)]
pub struct Page {
    /// Titles of the alerts: note, tip, important, warning, caution.
    pub alerts: [&'static str; 5],
    /// Before the name of a quiz that stands in a lesson.
    pub quiz: &'static str,
    /// Before the name of a model that stands in a lesson.
    pub model: &'static str,
}

/// English.
pub const EN: Page = Page {
    alerts: ["Note", "Tip", "Important", "Warning", "Caution"],
    quiz: "Quiz",
    model: "Model",
};

/// Korean.
pub const KO: Page =
    Page {
        alerts: ["참고", "팁", "중요", "경고", "주의"], quiz: "퀴즈", model: "모델"
    };

impl Page {
    /// The texts in this language.
    pub fn of(lang: super::Lang) -> &'static Page {
        match lang {
            super::Lang::En => &EN,
            super::Lang::Ko => &KO,
        }
    }
}

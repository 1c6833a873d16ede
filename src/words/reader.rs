//! What the reader's screen says: panes, home, overlays, notices.

use super::Lang;

texts! {
    /// What the reader's screen says.
    Reader {
        contents: "Contents", "목차";
        lesson: "Lesson", "본문";
        model: "Model", "모델";
        too_small: "awslearn needs {width} × {height} cells", "awslearn은 최소 {width}×{height}칸이 필요합니다";

        lessons_read: "{read}/{total} lessons", "레슨 {read}/{total}";
        due: "{n} due", "복습 {n}";
        draft: "planned", "준비 중";
        percent: "{n}%", "{n}%";
        empty_course: "This course has no lessons. Its SUMMARY.md names none that can be read: `awslearn check` says more.",
            "이 강의에는 레슨이 없습니다. SUMMARY.md에 읽을 수 있는 레슨이 없습니다. `awslearn check`로 확인할 수 있습니다.";

        tagline: "AWS databases, queues and streams, taken apart", "AWS 데이터베이스, 큐, 스트림을 뜯어 봅니다";
        begin: "Begin", "시작하기";
        go_on: "Continue", "이어서 읽기";
        progress: "Progress", "진도";
        home_read: "lessons read", "읽은 레슨";
        home_score: "quiz score", "퀴즈 점수";
        home_due: "due for review", "복습할 문제";
        home_streak: "days in a row", "연속 학습일";
        untitled_part: "Before you begin", "시작하기 전에";
        home_first: "Nothing read yet. Enter opens the first lesson.", "아직 읽은 레슨이 없습니다. enter를 누르면 첫 레슨이 열립니다.";

        help: "Keys", "키";
        help_more: "{n} more below", "아래에 {n}줄 더";
        outline: "Outline", "개요";
        search: "Search the course", "강의 검색";
        search_hint: "a title, or words of the text", "제목이나 본문의 단어";
        searching: "searching…", "찾는 중…";
        search_none: "Nothing found. Fewer or shorter words find more.", "찾은 결과가 없습니다. 단어를 줄여 보세요.";
        search_count: "{n} found", "{n}건";
        palette: "Commands", "명령";
        palette_none: "No command is called that.", "그런 이름의 명령이 없습니다.";
        notes: "Notes", "메모";
        notes_empty: "What do you want to remember?", "기억해 둘 내용을 적어 두세요.";
        find: "find", "찾기";
        find_count: "{n} of {total}", "{total}건 중 {n}번째";
        find_none: "not in this lesson", "이 레슨에는 없습니다";
        links_prompt: "letters or tab choose, enter follows", "글자나 tab으로 고르고 enter로 따라갑니다";

        card_outside: "This link leads out of the course", "강의 밖으로 나가는 링크입니다";
        card_outside_help: "Terminals that know hyperlinks open it with a click (often with ctrl or cmd held).",
            "하이퍼링크를 지원하는 터미널에서는 클릭(보통 ctrl이나 cmd와 함께)하면 열립니다.";
        card_fact: "A number that AWS may change", "AWS가 바꿀 수 있는 수치입니다";
        card_fact_missing: "This course has no source for it.", "이 강의에는 출처가 없습니다.";
        fact_as_of: "as of", "기준일";
        card_preset: "A starting state of the model", "모델의 시작 상태입니다";
        card_preset_help: "The model comes with a later version.", "모델은 이후 버전에서 제공됩니다.";
        card_missing: "This link leads to nothing in this course", "이 강의에 없는 곳을 가리키는 링크입니다";

        model_title: "Live model", "라이브 모델";
        model_none: "This lesson has no model.", "이 레슨에는 모델이 없습니다.";
        model_none_help: "v hides this pane and gives its room to the lesson.", "v를 누르면 이 창을 숨기고 본문을 넓게 봅니다.";
        model_id: "model", "모델";
        model_preset: "preset", "프리셋";
        model_blocks: "{n} command blocks of this lesson will run in it", "이 레슨의 명령 블록 {n}개가 여기에서 실행됩니다";
        model_later: "Arrives with a later version: the service this lesson is about, running here beside the text, to push, break and rewind.",
            "이후 버전에서 제공됩니다. 레슨이 다루는 서비스가 본문 옆에서 실제처럼 동작하며, 직접 보내고, 고장 내고, 되감아 볼 수 있습니다.";

        last_lesson: "This is the last lesson.", "마지막 레슨입니다.";
        first_lesson: "This is the first lesson.", "첫 레슨입니다.";
        no_anchor: "There is no heading “{name}” in this lesson.", "이 레슨에 “{name}” 제목이 없습니다.";
        draft_lesson: "This lesson is planned and not written yet.", "아직 작성되지 않은 레슨입니다.";
        no_quiz: "This lesson has no quiz.", "이 레슨에는 퀴즈가 없습니다.";
        marked_read: "Marked as read.", "읽음으로 표시했습니다.";
        no_back: "This is where you began.", "더 이전 위치가 없습니다.";
        no_forward: "There is nothing further on.", "더 다음 위치가 없습니다.";
        no_headings: "This lesson has no headings.", "이 레슨에는 제목이 없습니다.";
        no_links: "There are no links on this page.", "이 화면에는 링크가 없습니다.";
        nothing_found: "Not found in this lesson. s searches the whole course.", "이 레슨에는 없습니다. s로 강의 전체를 검색합니다.";
        notes_saved: "Notes saved.", "메모를 저장했습니다.";
        mouse_on: "The mouse is on.", "마우스를 켰습니다.";
        mouse_off: "The mouse is off: the terminal selects text again.", "마우스를 껐습니다. 터미널에서 글자를 선택할 수 있습니다.";
        theme_auto: "Theme: as the terminal is", "테마: 터미널에 맞춤";
        theme_dark: "Theme: dark", "테마: 어둡게";
        theme_light: "Theme: light", "테마: 밝게";
        theme_contrast: "Theme: high contrast", "테마: 고대비";
        theme_none: "Theme: no colours", "테마: 색 없음";
        worker_failed: "The search stopped on an error of its own; a report is in {path}", "검색이 내부 오류로 멈췄습니다. 보고서: {path}";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Reader {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

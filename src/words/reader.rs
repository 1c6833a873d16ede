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
        draft: "planned", "준비 중";
        percent: "{n}%", "{n}%";
        empty_course: "This course has no lessons. Its SUMMARY.md names none that can be read: `awslearn check` says more.",
            "이 강의에는 레슨이 없습니다. SUMMARY.md에 읽을 수 있는 레슨이 없습니다. `awslearn check`로 확인할 수 있습니다.";

        tagline: "AWS databases, queues and streams, taken apart", "AWS 데이터베이스, 큐, 스트림을 뜯어 봅니다";
        begin: "Begin", "시작하기";
        go_on: "Continue", "이어서 읽기";
        progress: "Progress", "진도";
        home_streak: "{n} days in a row", "{n}일 연속";
        home_scores: "Quizzes", "퀴즈";
        home_right: "{right} of {total} right at the first try  (quizzes taken: {quizzes})", "{total}문제 중 {right}문제를 처음에 맞힘  (푼 퀴즈 {quizzes}개)";
        home_untaken: "None taken yet: t in a lesson begins its quiz.", "아직 푼 퀴즈가 없습니다. 레슨에서 t를 누르면 퀴즈가 시작됩니다.";
        untitled_part: "Before you begin", "시작하기 전에";
        home_first: "Nothing read yet. Enter begins.", "아직 읽은 레슨이 없습니다. enter를 누르면 시작합니다.";

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
        links_hint: "type the letters to open", "글자를 입력하면 열립니다";
        find: "find", "찾기";
        find_count: "{n} of {total}", "{total}건 중 {n}번째";
        find_none: "not in this lesson", "이 레슨에는 없습니다";

        card_outside: "This link leads out of the course", "강의 밖으로 나가는 링크입니다";
        card_outside_help: "Terminals that know hyperlinks open it with a click (often with ctrl or cmd held).",
            "하이퍼링크를 지원하는 터미널에서는 클릭(보통 ctrl이나 cmd와 함께)하면 열립니다.";
        card_fact: "A number that AWS may change", "AWS가 바꿀 수 있는 수치입니다";
        card_fact_missing: "This course has no source for it.", "이 강의에는 출처가 없습니다.";
        fact_as_of: "as of", "기준일";
        fact_modelled: "The models here are built on it.", "이 워크북의 모델도 이 수치를 따릅니다.";
        card_preset: "A starting state of the model", "모델의 시작 상태입니다";
        card_preset_help: "This version has no such model or preset.", "이 버전에는 그런 모델이나 프리셋이 없습니다.";
        card_missing: "This link leads to nothing in this course", "이 강의에 없는 곳을 가리키는 링크입니다";

        model_none: "This lesson has no model.", "이 레슨에는 모델이 없습니다.";
        model_none_help: "v hides this pane and gives its room to the lesson.", "v를 누르면 이 창을 숨기고 본문을 넓게 봅니다.";

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
        motion_on: "Motion is on.", "움직임을 켰습니다.";
        motion_off: "Motion is off: a playing model is drawn once a second.", "움직임을 껐습니다. 재생 중인 모델을 1초에 한 번만 그립니다.";
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

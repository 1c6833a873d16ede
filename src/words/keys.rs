//! What each key does, as the help, the palette and the footer say it.

use super::Lang;

texts! {
    /// What each key does.
    Keys {
        // Headings of the help, one for each group of keys.
        in_program: "Everywhere", "어디서나";
        in_reader: "Panes", "창";
        in_home: "Home", "홈";
        in_contents: "Contents", "목차";
        in_lesson: "Lesson", "본문";
        in_found: "While hits are shown", "검색 결과가 표시된 동안";
        in_model: "Model", "모델";
        in_model_line: "Command line of the model", "모델의 명령 줄";
        in_knobs: "Knobs", "노브";
        in_list: "In a list", "목록에서";
        in_search: "Search", "검색";
        in_find: "Find", "찾기";
        in_links: "Links", "링크";
        in_notes: "Notes", "메모";
        in_help: "Help", "도움말";
        in_card: "Card", "카드";
        in_aside: "While a quiz waits", "퀴즈가 기다리는 동안";
        in_cover: "Quiz: before it starts", "퀴즈: 시작 전";
        in_question: "Quiz: an open question", "퀴즈: 문제를 푸는 동안";
        in_choice: "Quiz: options", "퀴즈: 보기 고르기";
        in_typing: "Quiz: an answer in words or numbers", "퀴즈: 단어나 숫자로 답하기";
        in_text: "Quiz: a long answer", "퀴즈: 길게 답하기";
        in_trace: "Quiz: a program", "퀴즈: 프로그램";
        in_output: "Quiz: what a program prints", "퀴즈: 프로그램의 출력";
        in_order: "Quiz: an order", "퀴즈: 순서 놓기";
        in_pairs: "Quiz: pairs", "퀴즈: 짝 찾기";
        in_sure: "Quiz: how sure you are", "퀴즈: 확신하는 정도";
        in_trial: "Quiz: the model runs", "퀴즈: 모델 실행 중";
        in_shown: "Quiz: after an answer", "퀴즈: 답한 뒤";
        in_done: "Quiz: at its end", "퀴즈: 마친 뒤";

        quit: "quit", "종료";
        suspend: "suspend (fg comes back)", "잠시 멈춤 (fg로 복귀)";
        redraw: "draw the screen anew", "화면 다시 그리기";
        help: "keys and help", "키와 도움말";
        palette: "every command, by name", "이름으로 명령 찾기";
        search: "search the whole course", "강의 전체에서 검색";
        home: "home", "홈";
        language: "switch the language", "언어 전환";
        theme: "next theme", "다음 테마";
        mouse: "mouse on or off", "마우스 켜기/끄기";
        motion: "motion on or off", "움직임 켜기/끄기";
        close: "close", "닫기";

        run_block: "run the command block", "명령 블록을 모델에서 실행";
        run_line: "its next line, or quiz or links", "다음 줄, 또는 퀴즈나 링크";
        play: "play or pause", "재생/정지";
        step: "to the next event", "다음 이벤트로";
        step_back: "back before the last event", "직전 이벤트 앞으로";
        earlier: "1 s back", "1초 뒤로";
        later: "1 s on", "1초 앞으로";
        much_earlier: "30 s back", "30초 뒤로";
        much_later: "30 s on", "30초 앞으로";
        to_start: "to the start", "처음으로";
        to_latest: "to the latest moment", "가장 최근 시점으로";
        faster: "faster", "빠르게";
        slower: "slower", "느리게";
        next_thing: "select the next thing", "다음 대상 선택";
        previous_thing: "select the thing before", "이전 대상 선택";
        why: "why did this happen?", "왜 일어났는지 보기";
        type_command: "type an aws command", "aws 명령 입력";
        presets: "presets", "프리셋";
        knobs: "knobs", "노브";
        undo: "take the last command back", "마지막 조작 되돌리기";
        redo: "do it again", "다시 실행";
        branches: "branches of time", "시간의 가지";
        events: "all events", "모든 이벤트";
        compare: "compare two settings, or stop", "두 설정 비교 시작/끝";
        share: "copy the line that replays this", "재현 명령 복사";
        leaves_out: "what this model leaves out", "이 모델이 다루지 않는 것";
        whole: "the model alone, or in its pane", "전체 화면/본문 옆";
        reset: "from the start again", "처음부터 다시";
        reseed: "restart with another seed", "다른 시드로 처음부터";
        run_typed: "run the line", "실행";
        complete: "complete the word", "자동 완성";
        recall_older: "an older line", "이전 명령";
        recall_newer: "a newer line", "다음 명령";
        stop_typing: "stop typing", "입력 그만두기";
        turn_down: "turn down", "낮추기";
        turn_up: "turn up", "높이기";
        turn_default: "as the preset has it", "프리셋 값으로";

        next_pane: "next pane", "다음 창";
        previous_pane: "previous pane", "이전 창";
        to_contents: "go to the contents", "목차로 이동";
        to_lesson: "go to the lesson", "본문으로 이동";
        to_model: "go to the model", "모델로 이동";
        toggle_contents: "show or hide the contents", "목차 보이기/숨기기";
        toggle_model: "show or hide the model", "모델 보이기/숨기기";
        zoom: "only the lesson, or all panes", "본문만 보기/모두 보기";
        narrower: "move the divider left", "경계선을 왼쪽으로";
        wider: "move the divider right", "경계선을 오른쪽으로";

        down: "down", "아래로";
        up: "up", "위로";
        scroll_down: "scroll down", "아래로 스크롤";
        scroll_up: "scroll up", "위로 스크롤";
        half_down: "half a page down", "반 쪽 아래로";
        half_up: "half a page up", "반 쪽 위로";
        page_down: "page down", "한 쪽 아래로";
        page_up: "page up", "한 쪽 위로";
        top: "to the start", "처음으로";
        end: "to the end", "끝으로";
        code_left: "long code lines: left", "긴 코드 줄: 왼쪽으로";
        code_right: "long code lines: right", "긴 코드 줄: 오른쪽으로";
        next_heading: "next heading", "다음 제목";
        previous_heading: "previous heading", "이전 제목";
        next_lesson: "next lesson", "다음 레슨";
        previous_lesson: "previous lesson", "이전 레슨";
        outline: "outline of the lesson", "레슨 개요";
        links: "open a link or a quiz", "링크나 퀴즈 열기";
        back: "back to where you were", "이전 위치로";
        forward: "forward again", "다음 위치로";
        find: "find in the lesson", "본문에서 찾기";
        next_hit: "next hit", "다음 결과";
        previous_hit: "previous hit", "이전 결과";
        clear_hits: "hide the hits", "결과 표시 지우기";
        notes: "notes on the lesson", "레슨 메모";
        quiz: "take the quiz", "퀴즈 풀기";
        mark_read: "mark as read", "읽음으로 표시";
        hidden_lines: "hidden lines of code", "숨긴 코드 줄";

        open: "open", "열기";
        choose: "choose", "선택";
        next_link: "next link", "다음 링크";
        previous_link: "previous link", "이전 링크";
        save_notes: "save and close", "저장하고 닫기";
        drop_notes: "close without saving", "저장하지 않고 닫기";

        answer: "hand the answer in", "답 제출";
        next_line: "new line in the answer", "답 안에서 줄 바꾸기";
        pick: "option of this number", "그 번호의 보기";
        tick: "tick", "고르기";
        hold: "take hold of the item", "항목 잡기";
        carry_down: "carry the item down", "항목을 아래로";
        carry_up: "carry the item up", "항목을 위로";
        next_side: "next partner", "다음 짝";
        previous_side: "previous partner", "이전 짝";
        compiles: "it compiles", "컴파일됨";
        compiles_not: "it does not compile", "컴파일 안 됨";
        undecide: "back to whether it compiles", "컴파일 여부로 돌아가기";
        guess: "a guess", "찍음";
        likely: "fairly sure", "아마도";
        sure: "certain", "확실함";
        reconsider: "back to the question", "문제로 돌아가기";
        ask_confidence: "ask how sure I am, or not", "확신 정도 묻기/묻지 않기";
        next_question: "on to the next question", "다음 문제로";
        reread: "to the paragraph on it", "설명한 문단으로";
        to_verdict: "to the moment in question", "묻는 시점으로 바로 가기";
        watch_again: "see the model run once more", "모델 실행 다시 보기";
        again: "take the quiz again", "퀴즈 다시 풀기";
        peek: "look into the lesson", "본문 보기";
        hint: "a hint", "힌트";
        leave_quiz: "leave; answers are kept", "퀴즈 나가기 (답은 저장됨)";
        to_quiz: "back to the quiz", "퀴즈로 돌아가기";

        // The same in a word, for the footer.
        f_scroll: "scroll", "스크롤";
        f_page: "page", "쪽";
        f_move: "move", "이동";
        f_pane: "pane", "창";
        f_open: "open", "열기";
        f_links: "links", "링크";
        f_outline: "outline", "개요";
        f_find: "find", "찾기";
        f_hit: "hit", "결과";
        f_clear: "clear", "지우기";
        f_search: "search", "검색";
        f_notes: "notes", "메모";
        f_quiz: "quiz", "퀴즈";
        f_help: "keys", "키";
        f_language: "한국어", "English";
        f_theme: "theme", "테마";
        f_quit: "quit", "종료";
        f_close: "close", "닫기";
        f_save: "save", "저장";
        f_drop: "discard", "버리기";
        f_back: "back", "뒤로";
        f_answer: "answer", "제출";
        f_tick: "tick", "고르기";
        f_hold: "hold", "잡기";
        f_carry: "carry", "옮기기";
        f_side: "partner", "짝";
        f_compiles: "compiles", "컴파일됨";
        f_compiles_not: "does not compile", "컴파일 안 됨";
        f_line: "new line", "줄 바꿈";
        f_next: "next", "다음";
        f_verdict: "to the answer", "답으로";
        f_reread: "read it again", "다시 읽기";
        f_again: "again", "다시 풀기";
        f_run: "run", "실행";
        f_play: "play", "재생";
        f_step: "step", "단계";
        f_time: "time", "시간";
        f_speed: "speed", "속도";
        f_select: "select", "선택";
        f_why: "why", "이유";
        f_type: "type", "입력";
        f_presets: "presets", "프리셋";
        f_knobs: "knobs", "노브";
        f_undo: "undo", "되돌리기";
        f_complete: "complete", "완성";
        f_recall: "history", "이력";
        f_turn: "turn", "조절";
        f_default: "default", "기본값";
        f_peek: "peek", "본문";
        f_hint: "hint", "힌트";
        f_leave: "leave", "나가기";
        f_to_quiz: "back to the quiz", "퀴즈로";
        f_dont_ask: "do not ask", "묻지 않기";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Keys {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

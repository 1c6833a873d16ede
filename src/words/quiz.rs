//! What the quiz says.

use super::Lang;

texts! {
    /// What the quiz says.
    Quiz {
        title: "Quiz", "퀴즈";
        question_of: "{n} of {total} answered", "{total}문제 중 {n}문제 풂";
        again: "once more", "다시";
        nothing_to_ask: "No question of this quiz can be asked", "이 퀴즈에는 풀 수 있는 문제가 없습니다";

        resume_title: "You left this quiz in the middle", "풀다가 멈춘 퀴즈가 있습니다";
        resume_text: "{n} of {total} questions are answered, and kept.", "{total}문제 중 {n}문제의 답이 저장되어 있습니다.";
        resume_go_on: "Go on where you left off", "이어서 풀기";
        start: "Start", "시작하기";
        resume_anew: "Start anew", "처음부터 풀기";
        resume_later: "Not now", "나중에";
        problems_one: "One question cannot be asked as it stands:", "한 문제는 파일이 잘못되어 낼 수 없습니다:";
        problems_many: "{n} places in this quiz's file are wrong:", "퀴즈 파일에 잘못된 곳이 {n}군데 있습니다:";

        choose_one: "One of these is right.", "맞는 것을 하나 고르십시오.";
        choose_many: "Tick all that are right.", "맞는 것을 모두 고르십시오.";
        type_answer: "Your answer", "답";
        type_long: "Your answer, as long as it needs", "답 (길게 써도 됩니다)";
        type_number: "A number", "숫자로 답하십시오";
        put_in_order: "Put these in order, the first on top.", "순서대로 놓으십시오. 맨 위가 처음입니다.";
        match_pairs: "Which belongs to which? A number picks a partner.", "서로 맞는 것끼리 이으십시오. 번호로 고를 수 있습니다.";
        match_none: "choose", "선택";
        does_it_compile: "Does this program compile?", "이 프로그램은 컴파일됩니까?";
        compiles_yes: "It compiles", "컴파일됩니다";
        compiles_no: "It does not compile", "컴파일되지 않습니다";
        what_stdout: "What does it print?", "무엇을 출력합니까?";
        what_stdout_later: "If it compiles: what does it print?", "컴파일된다면 무엇을 출력합니까?";
        trace_task: "Run this program in your head.", "이 프로그램을 머릿속으로 실행해 보십시오.";
        explain_why: "In a sentence or two: why?", "왜 그런지 한두 문장으로 쓰십시오.";
        predict_first: "Predict, then watch: the model will show it.", "먼저 예측하십시오. 답은 모델이 보여 줍니다.";
        watching: "Your prediction is noted. The model runs.", "예측을 기록했습니다. 모델을 실행합니다.";
        happened: "How it came about in the model", "모델에서 일어난 과정";
        watch_hint: "w shows it once more.", "w를 누르면 다시 볼 수 있습니다.";
        nothing_to_watch: "No model belongs to this question", "이 문제에는 모델이 없습니다";
        hint: "Hint {n} of {total}", "힌트 {n}/{total}";
        no_hint: "There is no further hint", "힌트가 더 없습니다";

        how_sure: "How sure are you?", "얼마나 확신합니까?";
        guess: "A guess", "찍음";
        likely: "Fairly sure", "아마도";
        sure: "Certain", "확실함";
        confidence_on: "You will be asked how sure you are", "이제 확신하는 정도를 묻습니다";
        confidence_off: "You will not be asked how sure you are", "이제 확신하는 정도를 묻지 않습니다";

        empty_answer: "There is no answer yet", "아직 답이 없습니다";
        unfinished_answer: "Something is still open", "아직 고르지 않은 것이 있습니다";

        right: "Right.", "맞았습니다.";
        wrong: "Not right.", "틀렸습니다.";
        right_guess: "Right, by a guess: read why.", "찍어서 맞았습니다. 이유를 읽어 두십시오.";
        wrong_sure: "Not right, though you were certain: this one is worth a minute.", "확신했지만 틀렸습니다. 잠시 짚고 넘어갈 만합니다.";
        comes_back: "This question comes back later.", "이 문제는 뒤에 다시 나옵니다.";
        by_alternative: "Another way to say it.", "다르게 표현했지만 맞습니다.";
        by_tolerance: "Near enough.", "허용 오차 안입니다.";
        other_words: "The answer reads differently.", "정답과 다릅니다.";
        other_number: "The number is another.", "숫자가 다릅니다.";
        not_a_number: "This is not a number in the unit asked for.", "묻는 단위의 숫자가 아닙니다.";
        wrong_option: "The option you chose is wrong.", "고른 보기가 틀렸습니다.";
        missed_and_extra: "Right ones not ticked: {missed}; wrong ones ticked: {extra}.", "맞는 보기 {missed}개를 빠뜨리고 틀린 보기 {extra}개를 골랐습니다.";
        missed: "Right ones not ticked: {missed}.", "맞는 보기 {missed}개를 빠뜨렸습니다.";
        extra: "Wrong ones ticked: {extra}.", "틀린 보기 {extra}개를 골랐습니다.";
        it_compiles: "It does compile.", "컴파일됩니다.";
        it_does_not_compile: "It does not compile.", "컴파일되지 않습니다.";
        other_output: "It compiles, but prints something else.", "컴파일은 되지만 출력이 다릅니다.";
        wrong_order: "{n} of {total} stand in their place.", "{total}개 중 {n}개가 제자리에 있습니다.";
        wrong_pairs: "{n} of {total} pairs are right.", "{total}쌍 중 {n}쌍이 맞습니다.";
        your_answer: "Your answer", "내 답";
        you_left_out: "Left out", "빠뜨림";
        right_answer: "The answer", "정답";
        also_right: "Also right", "다음도 정답";
        prints: "It prints", "출력";
        explanation: "Why", "이유";
        taught_in: "Read it again", "다시 읽을 곳";

        done_title: "Quiz finished", "퀴즈를 마쳤습니다";
        score: "{right} of {total} right at the first try", "{total}문제 중 {right}문제를 처음에 맞혔습니다";
        perfect: "Everything right at the first try.", "모두 처음에 맞혔습니다.";
        first_time: "Your first time through this quiz.", "이 퀴즈를 처음 풀었습니다.";
        better: "{n} more than last time ({before} of {total}).", "지난번({before}/{total})보다 {n}문제 더 맞혔습니다.";
        worse: "{n} fewer than last time ({before} of {total}).", "지난번({before}/{total})보다 {n}문제 덜 맞혔습니다.";
        same: "As many as last time.", "지난번과 같습니다.";
        missed_title: "Not right at first", "처음에 틀린 문제";
        tries: "{n} tries", "{n}번 만에";
        was_sure: "you were certain", "확신했음";
        reread: "Worth reading again", "다시 읽어 볼 곳";
        nothing_to_reread: "Nothing needs reading again.", "다시 읽을 곳이 없습니다.";

        aside: "The quiz is waiting", "퀴즈가 기다리고 있습니다";
        left: "The quiz is kept: go on whenever you like", "퀴즈는 저장되었습니다. 언제든 이어서 풀 수 있습니다";
        other_language: "This quiz differs in the other language; it goes on as it was", "다른 언어의 퀴즈와 문제가 달라서 그대로 이어 갑니다";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Quiz {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

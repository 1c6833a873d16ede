//! What every live model's pane says, whichever model it is.

use super::Lang;

texts! {
    /// What every live model's pane says, whichever model it is.
    Model {
        playing: "playing", "재생 중";
        paused: "paused", "정지";
        seed: "seed", "시드";
        still: "actors stand still", "액터 정지 상태";
        in_past: "in the past: acting here starts a new branch", "과거 시점 · 여기서 조작하면 새 가지가 생깁니다";
        branch: "branch {n}", "가지 {n}";
        branch_of: "branch {n} of {total}", "가지 {n}/{total}";
        behind: "as fast as it can", "최대 속도로 진행 중";

        metrics: "Metrics", "지표";
        log: "What happened, and why", "일어난 일과 이유";
        log_empty: "Nothing has happened yet. space plays, . takes one step.", "아직 아무 일도 일어나지 않았습니다. space로 재생하고 .로 한 단계씩 진행합니다.";
        no_command: "AWS has no command for this", "이 동작에 해당하는 AWS 명령은 없습니다";
        nothing_selected: "up and down select a thing", "위아래 키로 대상을 고릅니다";
        prompt_hint: "i types an aws command", "i를 누르면 aws 명령을 입력합니다";
        waits: "waiting for the answer", "응답을 기다리는 중…";
        still_waits: "The last call still waits for its answer. space lets time run.", "앞선 호출이 아직 응답을 기다립니다. space로 시간을 진행하세요.";

        presets: "Presets", "프리셋";
        presets_help: "enter sets it up", "enter로 설정합니다";
        knobs: "Knobs", "노브";
        knobs_help: "left and right turn", "좌우 키로 조절";
        range: "{min} to {max}, default {default}", "{min}~{max}, 기본값 {default}";
        branches: "Branches", "가지";
        branch_root: "from the start", "처음부터";
        branch_parent: "from branch {n} at {at}", "가지 {n}의 {at} 시점에서";
        branch_end: "played to {at}", "{at}까지 진행";
        branch_commands: "commands: {n}", "명령 {n}개";
        here: "here", "현재";
        events: "Events", "이벤트";
        events_help: "enter: why", "enter: 이유 보기";
        why: "Why", "이유";
        why_none: "No event is selected.", "선택한 이벤트가 없습니다.";
        because: "because", "원인";
        rule: "rule", "규칙";
        rule_exact: "as AWS documents it", "AWS 문서와 동일";
        rule_choice: "the model's choice: AWS leaves it open", "AWS가 정하지 않아 모델이 정한 값";
        source: "source", "출처";
        leaves_out: "What this model leaves out", "이 모델이 다루지 않는 것";
        share: "Share line", "공유 명령";
        share_help: "Copied, where the terminal allows it. It replays anywhere:", "터미널이 허용하면 클립보드에 복사되었습니다. 어디서나 그대로 재현됩니다.";
        compare: "Compare: choose a knob and another value", "비교: 노브와 다른 값을 고르세요";
        compare_help: "left and right turn, enter compares", "좌우 키로 조절, enter로 비교";
        compare_same: "Turn a knob first: both sides would be the same.", "먼저 노브를 조절하세요. 지금은 양쪽이 같습니다.";
        compare_off: "Back to one side.", "비교를 끝냈습니다.";
        side_a: "A", "A";
        side_b: "B", "B";

        undone: "Taken back: {command}", "되돌림: {command}";
        redone: "Done again.", "다시 실행했습니다.";
        nothing_to_undo: "There is nothing to take back.", "되돌릴 조작이 없습니다.";
        nothing_to_redo: "There is nothing to do again.", "다시 실행할 조작이 없습니다.";
        forked: "A new branch begins here; the old future is branch {n} (G lists them).", "여기서 새 가지가 시작됩니다. 이전의 미래는 가지 {n}에 남아 있습니다(G로 목록 보기).";
        reset_done: "Back to the start.", "처음으로 되돌렸습니다.";
        reseeded: "From the start with seed {n}.", "시드 {n}(으)로 처음부터 시작합니다.";
        set_up: "Set up: {name}", "설정: {name}";
        no_model: "This lesson has no model.", "이 레슨에는 모델이 없습니다.";
        unknown_model: "The model “{id}” is not in this version.", "이 버전에는 “{id}” 모델이 없습니다.";
        unknown_preset: "The model “{id}” has no such setup: {reason}", "“{id}” 모델을 설정할 수 없습니다: {reason}";
        nothing_more: "Nothing more will happen by itself.", "더 이상 저절로 일어날 일이 없습니다.";

        no_knob: "there is no knob “{name}”", "“{name}” 노브가 없습니다";
        no_preset: "there is no preset “{name}”", "“{name}” 프리셋이 없습니다";
        no_action: "there is no action “{name}”", "“{name}” 동작이 없습니다";
        no_target: "“{name}” is not there", "“{name}”이(가) 없습니다";
        needs_target: "Select something first, with up and down.", "먼저 위아래 키로 대상을 고르세요.";
        out_of_range: "{name} goes from {min} to {max}; {value} is outside", "{name}의 범위는 {min}~{max}입니다. {value}은(는) 범위를 벗어납니다";
        did_you_mean: "did you mean “{name}”?", "“{name}”을(를) 찾으셨나요?";
        history_does_not_fit: "the commands do not fit this preset, seed or version", "명령이 이 프리셋, 시드 또는 버전과 맞지 않습니다";

        no_block: "There is no command block on this page.", "이 화면에는 명령 블록이 없습니다.";
        block_run: "run", "실행";
        block_next: "next line", "다음 줄";
        block_same: "as written above", "위에 적힌 것과 같습니다";
        block_differs: "differs from what is written above", "위에 적힌 것과 다릅니다";
        block_stopped: "the line did not end in {at} of virtual time", "가상 시간 {at} 안에 명령이 끝나지 않았습니다";
        set_still: "The lesson's blocks run with the model's actors standing still. R plays from the start.", "레슨의 명령 블록은 액터가 멈춘 상태에서 실행됩니다. R로 처음부터 재생합니다.";

        millis: "{n} ms", "{n}ms";
        seconds: "{n} s", "{n}초";
        minutes: "{n} min", "{n}분";
        hours: "{n} h", "{n}시간";
        days: "{n} d", "{n}일";
        per_second: "{n}/s", "{n}/초";
    }
}

/// The texts in this language.
pub fn of(lang: Lang) -> &'static Model {
    match lang {
        Lang::En => &EN,
        Lang::Ko => &KO,
    }
}

//! Korean particles that depend on the sound before them. A text writes both (`을(를)`), and the one
//! that fits is chosen when its holes are filled; where the sound is not certain, both stay.

/// How a word ends, as it is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Vowel,
    /// A final ㄹ, after which `로` stands as after a vowel.
    Rieul,
    Consonant,
}

/// A pair as it is written, the particle after a consonant, and the one after a vowel.
const PAIRS: [(&str, &str, &str); 5] = [
    ("을(를)", "을", "를"),
    ("이(가)", "이", "가"),
    ("은(는)", "은", "는"),
    ("와(과)", "과", "와"),
    ("(으)로", "으로", "로"),
];

/// Puts `text` after `out`; a pair in it becomes the particle that fits what stands before it.
pub(super) fn push(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((at, (written, closed, open))) =
        PAIRS.iter().filter_map(|pair| Some((rest.find(pair.0)?, *pair))).min_by_key(|(at, _)| *at)
    {
        out.push_str(&rest[..at]);
        out.push_str(match end(out) {
            Some(End::Vowel) => open,
            Some(End::Rieul) if closed == "으로" => open,
            Some(End::Rieul | End::Consonant) => closed,
            None => written,
        });
        rest = &rest[at + written.len()..];
    }
    out.push_str(rest);
}

fn end(text: &str) -> Option<End> {
    let word = text.trim_end_matches(['”', '"', '\'', '`', ')', ']']);
    let last = word.chars().next_back()?;
    match last {
        '가'..='힣' => Some(match (last as u32 - '가' as u32) % 28 {
            0 => End::Vowel,
            8 => End::Rieul,
            _ => End::Consonant,
        }),
        '2' | '4' | '5' | '9' | '%' => Some(End::Vowel),
        '1' | '7' | '8' => Some(End::Rieul),
        '0' | '3' | '6' => Some(End::Consonant),
        _ => latin(word, last),
    }
}

/// Abbreviations are spelled out, words are read; of these only the certain endings are decided.
fn latin(word: &str, last: char) -> Option<End> {
    let from = word
        .rfind(|c: char| !c.is_ascii_alphabetic())
        .map_or(0, |at| at + word[at..].chars().next().map_or(0, char::len_utf8));
    let is_spelled = word[from..].chars().all(|c| c.is_ascii_uppercase());
    match (last.to_ascii_lowercase(), is_spelled) {
        ('l', _) | ('r', true) => Some(End::Rieul),
        ('m' | 'n', _) => Some(End::Consonant),
        (
            'a' | 'i' | 'o' | 'u' | 'y' | 's' | 'd' | 'f' | 'v' | 'z' | 'r' | 'h' | 'q' | 'x' | 'j',
            _,
        ) => Some(End::Vowel),
        ('a'..='z', true) => Some(End::Vowel),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_fits_the_sound_before_it() {
        for (word, text, told) in [
            ("orders", "(으)로 전송", "orders로 전송"),
            ("orders-dlq", "(으)로", "orders-dlq로"),
            ("web", "(으)로", "web(으)로"),
            ("m1", "(으)로", "m1로"),
            ("m1", "을(를)", "m1을"),
            ("m3", "(으)로", "m3으로"),
            ("worker-2", "이(가)", "worker-2가"),
            ("DLQ", "은(는)", "DLQ는"),
            ("표준 큐", "와(과)", "표준 큐와"),
            ("메시지 수신", "을(를)", "메시지 수신을"),
            ("“프로듀서”", "이(가) 없습니다", "“프로듀서”가 없습니다"),
            ("15초", "(으)로", "15초로"),
            ("main", "을(를)", "main을"),
            ("SQL", "(으)로", "SQL로"),
            ("?", "을(를)", "?을(를)"),
        ] {
            let mut out = word.to_owned();
            push(&mut out, text);
            assert_eq!(out, told);
        }
    }
}

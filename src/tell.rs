//! Puts what a model says in numbers and keys into sentences of a language.

use crate::models::catalog::{SetupError, Unit};
use crate::models::command::Refusal;
use crate::models::journal::{Arg, Event};
use crate::models::registry::{Bench, ModelId};
use crate::services::time::{Span, Time};
use crate::words::models::{self, Words};
use crate::words::{self, Lang, fill};

/// The texts of a model.
pub fn words(id: ModelId, lang: Lang) -> Words {
    models::of(id.id(), lang).expect("every model has its texts: tests hold them complete")
}

/// What happened and why, in one line.
pub fn event(bench: &dyn Bench, words: Words, event: &Event, lang: Lang) -> String {
    format!("{}: {}", what(bench, words, event, lang), why(bench, words, event, lang))
}

/// What happened.
pub fn what(bench: &dyn Bench, words: Words, event: &Event, lang: Lang) -> String {
    sentence(bench, words.event(event.what), event, lang)
}

/// Why it happened.
pub fn why(bench: &dyn Bench, words: Words, event: &Event, lang: Lang) -> String {
    sentence(bench, words.why(event.why), event, lang)
}

fn sentence(bench: &dyn Bench, template: &str, event: &Event, lang: Lang) -> String {
    let text =
        |at: usize| event.args[at].map_or_else(String::new, |arg| argument(bench, arg, lang));
    let values = [text(0), text(1), text(2)];
    fill(
        template,
        &[
            ("object", &bench.name(event.object)),
            ("0", &values[0]),
            ("1", &values[1]),
            ("2", &values[2]),
        ],
    )
}

fn argument(bench: &dyn Bench, arg: Arg, lang: Lang) -> String {
    match arg {
        Arg::Object(object) => bench.name(object),
        Arg::Span(span) => self::span(span, lang),
        Arg::At(at) => clock(at),
        Arg::Count(count) => grouped(count),
        Arg::Halves(halves) => decimal(halves, 2),
        Arg::Word(word) => word.to_owned(),
    }
}

/// A moment as the pane shows it: minutes, seconds and a tenth; hours and days where there are any.
pub fn clock(at: Time) -> String {
    let tenths = at.0 / 100;
    let (seconds, tenth) = (tenths / 10, tenths % 10);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let (second, minute, hour) = (seconds % 60, minutes % 60, hours % 24);
    match (days, hours) {
        (0, 0) => format!("{minute:02}:{second:02}.{tenth}"),
        (0, _) => format!("{hour}:{minute:02}:{second:02}"),
        _ => format!("{days}d {hour:02}:{minute:02}:{second:02}"),
    }
}

/// A length of time in the largest unit that it fills.
pub fn span(span: Span, lang: Lang) -> String {
    let words = words::model::of(lang);
    let millis = span.0;
    let (template, size) = match millis {
        0 => (words.seconds, 1000),
        _ if millis >= 86_400_000 && millis.is_multiple_of(3_600_000) => (words.days, 86_400_000),
        _ if millis >= 3_600_000 && millis.is_multiple_of(60_000) => (words.hours, 3_600_000),
        _ if millis >= 120_000 && millis.is_multiple_of(1000) => (words.minutes, 60_000),
        _ if millis >= 1000 => (words.seconds, 1000),
        _ => (words.millis, 1),
    };
    fill(template, &[("n", &decimal(millis as i64, size as i64))])
}

/// `value / size` with at most one decimal.
fn decimal(value: i64, size: i64) -> String {
    let tenths = value * 10 / size;
    match tenths % 10 {
        0 => grouped(tenths / 10),
        tenth => format!("{}.{}", grouped(tenths / 10), tenth.abs()),
    }
}

/// A number with its thousands apart.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

/// A number with its unit.
pub fn value(unit: Unit, number: i64, choices: &[&'static str], own: Words, lang: Lang) -> String {
    let words = words::model::of(lang);
    match unit {
        Unit::Count => grouped(number),
        Unit::Halves => decimal(number, 2),
        Unit::Millis if number < 0 => format!("-{}", span(Span(number.unsigned_abs()), lang)),
        Unit::Millis => span(Span(number.unsigned_abs()), lang),
        Unit::MilliPerSecond => fill(words.per_second, &[("n", &decimal(number, 1000))]),
        Unit::Bytes => match number.unsigned_abs() {
            0..1024 => format!("{} B", grouped(number)),
            1024..1_048_576 => format!("{} KiB", decimal(number, 1024)),
            1_048_576..1_073_741_824 => format!("{} MiB", decimal(number, 1_048_576)),
            _ => format!("{} GiB", decimal(number, 1_073_741_824)),
        },
        Unit::BasisPoints => format!("{} %", decimal(number, 100)),
        Unit::MicroDollars => {
            let sign = if number < 0 { "-" } else { "" };
            let micros = number.unsigned_abs();
            format!("{sign}${}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100)
        }
        Unit::Choice => {
            let choice = usize::try_from(number).ok().and_then(|at| choices.get(at));
            choice.map_or_else(|| number.to_string(), |id| own.choice(id).to_owned())
        }
    }
}

/// Why something was not done, for a model of this kind.
pub fn refused(id: ModelId, refusal: &Refusal, lang: Lang) -> String {
    let (words, own) = (words::model::of(lang), words(id, lang));
    let near = |text: String, near: &Option<&'static str>| match near {
        Some(near) => format!("{text}; {}", fill(words.did_you_mean, &[("name", near)])),
        None => text,
    };
    match refusal {
        Refusal::UnknownKnob(name, other) => near(fill(words.no_knob, &[("name", name)]), other),
        Refusal::UnknownAction(name, other) => {
            near(fill(words.no_action, &[("name", name)]), other)
        }
        Refusal::OutOfRange { knob, value, min, max } => fill(
            words.out_of_range,
            &[("name", knob), ("value", value), ("min", min), ("max", max)],
        ),
        Refusal::NoSuchTarget(name) => fill(words.no_target, &[("name", name)]),
        Refusal::NeedsTarget => words.needs_target.to_owned(),
        Refusal::NotNow("prompt-waits") => words.still_waits.to_owned(),
        Refusal::NotNow("history-does-not-fit") => words.history_does_not_fit.to_owned(),
        Refusal::NotNow(key) => own.refusal(key).to_owned(),
        Refusal::Aws(text) => text.clone(),
    }
}

/// Why a model could not be set up.
pub fn setup_error(error: &SetupError, lang: Lang) -> String {
    let words = words::model::of(lang);
    let near = |text: String, near: &Option<&'static str>| match near {
        Some(near) => format!("{text}; {}", fill(words.did_you_mean, &[("name", near)])),
        None => text,
    };
    match error {
        SetupError::UnknownPreset(name, other) => {
            near(fill(words.no_preset, &[("name", name)]), other)
        }
        SetupError::UnknownKnob(name, other) => near(fill(words.no_knob, &[("name", name)]), other),
        SetupError::OutOfRange { knob, value, min, max } => fill(
            words.out_of_range,
            &[("name", knob), ("value", value), ("min", min), ("max", max)],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_told_in_the_unit_that_fits() {
        for (millis, text) in [
            (0, "0 s"),
            (250, "250 ms"),
            (1500, "1.5 s"),
            (30_000, "30 s"),
            (90_000, "90 s"),
            (300_000, "5 min"),
            (43_200_000, "12 h"),
            (345_600_000, "4 d"),
        ] {
            assert_eq!(span(Span(millis), Lang::En), text);
        }
        assert_eq!(span(Span(30_000), Lang::Ko), "30초");
    }

    #[test]
    fn moments_are_told_as_on_a_clock() {
        assert_eq!(clock(Time(0)), "00:00.0");
        assert_eq!(clock(Time(42_310)), "00:42.3");
        assert_eq!(clock(Time(3_600_000)), "1:00:00");
        assert_eq!(clock(Time(90_000_000)), "1d 01:00:00");
    }

    #[test]
    fn numbers_carry_their_unit() {
        let own = words(ModelId::Queue, Lang::En);
        assert_eq!(value(Unit::Count, 1_234_567, &[], own, Lang::En), "1,234,567");
        assert_eq!(value(Unit::MilliPerSecond, 2500, &[], own, Lang::En), "2.5/s");
        assert_eq!(value(Unit::Bytes, 1_048_576, &[], own, Lang::En), "1 MiB");
        assert_eq!(value(Unit::BasisPoints, 1250, &[], own, Lang::En), "12.5 %");
        assert_eq!(value(Unit::MicroDollars, 120_000, &[], own, Lang::En), "$0.1200");
        assert_eq!(value(Unit::Millis, -1500, &[], own, Lang::En), "-1.5 s");
    }
}

//! What tests of the app and of its drawing share: a small course, keys as text.

use std::fmt::Write as _;
use std::sync::Arc;

use super::effect::{Effect, Effects};
use super::key::{Input, Size};
use super::launch::{Launch, Start, Wall};
use super::settings::Settings;
use super::work::Worker;
use super::{Action, App};
use crate::course::{Course, Files, InMemory};
use crate::progress::{Entry, State};
use crate::words::Lang;

/// An app with everything around it that the shell would be.
pub(crate) struct Desk {
    pub(crate) app: App,
    /// What the updates asked for, records and work left out.
    pub(crate) effects: Vec<Effect>,
    worker: Worker,
    recorded: u64,
}

const SUMMARY: &str = "# A small course\n\n[Before](before.md)\n\n# Queues\n\n\
    - [Standard queues](mq/standard.md)\n- [FIFO queues](mq/fifo.md)\n- [Later]()\n";

fn standard() -> String {
    let mut text = "# Standard queues {#standard}\n\nSee [FIFO](fifo.md#order), \
        [AWS](https://aws.amazon.com/sqs/) and [thirty](fact:sqs.timeout).\n\n\
        ```model\nid = \"queue\"\npreset = \"basic\"\n```\n\n"
        .to_owned();
    text.push_str(
        "| state | counted by |\n|---|---|\n| visible | `ApproximateNumberOfMessages` |\n\n\
        > [!NOTE]\n> A *hidden* one is **not** gone.\n\n\
        ```console\n$ aws sqs get-queue-url --queue-name orders\n{\n    \"QueueUrl\": \"[..]/orders\"\n}\n```\n\n",
    );
    for n in 1..=30 {
        let _ = write!(text, "## Part {n} {{#part-{n}}}\n\nThe visible message {n} waits.\n\n");
    }
    text
}

/// A small course in both languages.
pub(crate) fn files() -> Arc<dyn Files> {
    let ko = SUMMARY.replace("A small course", "작은 강의").replace("Standard queues", "표준 큐");
    let standard_ko = standard()
        .replace("# Standard queues", "# 표준 큐")
        .replace("The visible message", "보이는 메시지")
        .replace("waits", "대기합니다")
        .replace("A *hidden* one is **not** gone", "*숨겨진* 메시지는 **사라진** 것이 아닙니다");
    let files = [
        ("lessons/en/SUMMARY.md", SUMMARY.to_owned()),
        ("lessons/en/before.md", "# Before\n\nA word before.\n".to_owned()),
        ("lessons/en/mq/standard.md", standard()),
        ("lessons/en/mq/fifo.md", "# FIFO queues\n\n## Order {#order}\n\nIn order.\n".to_owned()),
        ("lessons/ko/SUMMARY.md", ko),
        ("lessons/ko/before.md", "# 시작\n\n시작하는 말.\n".to_owned()),
        ("lessons/ko/mq/standard.md", standard_ko),
        ("lessons/ko/mq/fifo.md", "# FIFO 큐\n\n## 순서 {#order}\n\n순서대로.\n".to_owned()),
    ];
    Arc::new(InMemory::new(files.iter().map(|(path, text)| (*path, text.as_str()))))
}

impl Desk {
    /// The small course in English on a screen of this size, at home.
    pub(crate) fn new(width: u16, height: u16) -> Desk {
        Desk::speaking(Lang::En, Size::new(width, height))
    }

    /// The small course in a language, at home.
    pub(crate) fn speaking(lang: Lang, size: Size) -> Desk {
        Desk::with(files(), lang, size)
    }

    /// Any course in a language, at home.
    pub(crate) fn with(files: Arc<dyn Files>, lang: Lang, size: Size) -> Desk {
        let (course, _) = Course::open(files, lang);
        let app = App::new(Launch {
            size,
            course: Arc::new(course),
            lang,
            progress: State::new(""),
            settings: Settings::default(),
            start: Start::Home,
            seed: 7,
            notice: None,
            wall: Wall::default(),
        });
        Desk { app, effects: Vec::new(), worker: Worker::default(), recorded: 0 }
    }

    /// Presses keys, spelled and with blanks between them: `j ctrl-d enter`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Desk {
        for key in keys.split_whitespace() {
            let key = key.parse().expect("a key is spelled as `Key` reads it");
            self.input(&Input::Key(key));
        }
        self
    }

    /// Takes an input as the loop would.
    pub(crate) fn input(&mut self, input: &Input) -> &mut Desk {
        if let Some(action) = self.app.input(input) {
            self.act(action);
        }
        self
    }

    /// Does an action, and what follows from it.
    pub(crate) fn act(&mut self, action: Action) -> &mut Desk {
        let effects = self.app.update(action);
        self.perform(effects);
        self
    }

    fn perform(&mut self, effects: Effects) {
        for effect in effects {
            let action = match effect {
                Effect::Record(what) => {
                    self.recorded += 1;
                    let id = format!("{:04}", self.recorded);
                    Action::Recorded(vec![Entry::new(id, self.recorded, "", what)])
                }
                Effect::Work(job) => Action::Worked(self.worker.work(&job)),
                other => {
                    self.effects.push(other);
                    continue;
                }
            };
            let effects = self.app.update(action);
            self.perform(effects);
        }
    }

    /// The name of the lesson that is open.
    pub(crate) fn lesson(&self) -> &str {
        self.app.lesson.as_ref().map_or("", |lesson| lesson.id.as_str())
    }

    /// The first line of the page that is not blank.
    pub(crate) fn top_line(&self) -> String {
        let lesson = self.app.lesson.as_ref().expect("a lesson is open");
        let lines = lesson.page.lines(lesson.top, 40);
        lines
            .iter()
            .map(|line| line.text())
            .find(|text| !text.trim().is_empty())
            .unwrap_or_default()
    }
}

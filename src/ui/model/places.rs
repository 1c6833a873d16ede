//! Where the parts of the model's pane stand: one pure function of its size and what there is to show.

use ratatui::layout::Rect;

/// Where the parts stand; a part that has no room is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Places {
    /// What it is, and the time.
    pub(super) head: Rect,
    /// The line of time, and a row about it.
    pub(super) scrubber: Rect,
    /// The picture; the first side while two are compared.
    pub(super) picture: Rect,
    /// The picture of the second side.
    pub(super) other: Option<Rect>,
    /// What is selected and what can be done.
    pub(super) selection: Rect,
    /// The metrics.
    pub(super) metrics: Rect,
    /// What happened.
    pub(super) log: Rect,
    /// What the prompt printed.
    pub(super) talk: Rect,
    /// The command line.
    pub(super) prompt: Rect,
}

/// Pictures of two sides stand beside each other from this width on.
const TWO_ABREAST: u16 = 80;

impl Places {
    /// The places in `area` for a picture that would like `picture` rows, so many metrics, and so many
    /// lines that the prompt said.
    pub(super) fn of(
        area: Rect,
        picture: u16,
        metrics: usize,
        talk: usize,
        is_split: bool,
    ) -> Places {
        let mut cut = Cutter { rest: area };
        let mut places = Places { head: cut.top(1), ..Places::default() };
        places.scrubber = cut.top(2);
        places.prompt = cut.bottom(u16::from(cut.rest.height > 3));
        // What is left is shared: the picture first, then the reasons, then the numbers.
        let rows = cut.rest.height;
        let metrics = (metrics as u16).min(rows / 5);
        let selection = match rows {
            0..8 => 0,
            8..14 => 1,
            14..24 => 2,
            _ => 3,
        };
        let log = if rows >= 8 { (rows / 4).max(3) } else { rows / 3 };
        let talk = (talk.min(12) as u16).min(rows / 3);
        let abreast = is_split && area.width >= TWO_ABREAST;
        let wanted = match (is_split, abreast) {
            (false, _) => picture,
            (true, true) => picture + 1,
            (true, false) => 2 * (picture + 1),
        };
        let gaps = if rows >= 14 { 2 } else { 0 };
        let room = rows.saturating_sub(metrics + selection + log + talk + gaps);
        let both = cut.top(wanted.min(room.max(rows.min(4))));
        (places.picture, places.other) = match (is_split, abreast) {
            (false, _) => (both, None),
            (true, true) => {
                let half = both.width / 2;
                let left = Rect { width: half.saturating_sub(1), ..both };
                let right = Rect { x: both.x + half + 1, width: both.width - half - 1, ..both };
                (left, Some(right))
            }
            (true, false) => {
                let half = both.height / 2;
                let upper = Rect { height: half, ..both };
                (upper, Some(Rect { y: both.y + half, height: both.height - half, ..both }))
            }
        };
        if gaps > 0 {
            cut.top(1);
        }
        places.selection = cut.top(selection);
        places.metrics = cut.top(metrics);
        places.talk = cut.bottom(talk);
        if gaps > 0 {
            cut.top(1);
        }
        places.log = cut.rest;
        places
    }

    /// The places of a model that is only looked at: the log has the rows of what is left out.
    pub(super) fn to_watch(area: Rect, picture: u16, metrics: usize) -> Places {
        let mut places = Places::of(area, picture, metrics, 0, false);
        places.scrubber.height = places.scrubber.height.min(1);
        places.metrics.y = places.selection.y;
        places.log.y -= places.selection.height;
        places.log.height += places.selection.height + places.prompt.height;
        (places.selection, places.prompt) = (Rect::default(), Rect::default());
        places
    }
}

/// Cuts rows off what is left.
struct Cutter {
    rest: Rect,
}

impl Cutter {
    fn top(&mut self, rows: u16) -> Rect {
        let rows = rows.min(self.rest.height);
        let cut = Rect { height: rows, ..self.rest };
        self.rest.y += rows;
        self.rest.height -= rows;
        cut
    }

    fn bottom(&mut self, rows: u16) -> Rect {
        let rows = rows.min(self.rest.height);
        self.rest.height -= rows;
        Rect { y: self.rest.bottom(), height: rows, ..self.rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_never_overlap_and_stay_in_the_pane(
            width in 0u16..220, height in 0u16..90, picture in 0u16..60, metrics in 0usize..20,
            talk in 0usize..400, is_split: bool,
        ) {
            let area = Rect::new(7, 3, width, height);
            let places = Places::of(area, picture, metrics, talk, is_split);
            let all = [places.head, places.scrubber, places.picture,
                places.other.unwrap_or_default(), places.selection, places.metrics, places.log,
                places.talk, places.prompt];
            for (n, place) in all.iter().enumerate() {
                prop_assert!(place.is_empty() || area.union(*place) == area, "{n}: {place}");
                for other in &all[n + 1..] {
                    prop_assert!(!place.intersects(*other), "{place} {other}");
                }
            }
        }
    }
}

//! Where everything stands on the screen: one pure function of the size and the shape that the
//! learner gave to it. Both `update` (how tall is the page?) and `render` (where is it?) ask here.

use ratatui::layout::Rect;

use super::key::Size;

/// The panes, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The table of contents.
    Contents,
    /// The lesson.
    #[default]
    Lesson,
    /// The live model beside the lesson.
    Model,
}

impl Pane {
    /// Every pane, in the order in which `tab` goes through them.
    pub const ALL: [Pane; 3] = [Pane::Contents, Pane::Lesson, Pane::Model];
}

/// A line between two panes that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divider {
    /// Between contents and lesson.
    Left,
    /// Between lesson and model.
    Right,
}

/// What the learner chose: which panes are shown and how wide they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Whether the contents are shown beside the lesson.
    pub contents: bool,
    /// Whether the model is shown beside the lesson.
    pub model: bool,
    /// Width of the contents in cells; none while the screen's width decides.
    pub contents_width: Option<u16>,
    /// Width of the model, in percent of what the contents leave.
    pub model_percent: u16,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { contents: true, model: true, contents_width: None, model_percent: 42 }
    }
}

/// Whether a model stands beside a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialPlace {
    /// There is none.
    None,
    /// It is there to be seen if there is room.
    Beside,
    /// It runs: it is what matters now.
    First,
}

/// The places of a quiz; one that is not shown is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuizPlaces {
    /// The question.
    pub sheet: Rect,
    /// The line between question and model.
    pub divider: Rect,
    /// The model that the question is about.
    pub model: Rect,
}

/// The smallest screen that can be used.
pub const MINIMUM: Size = Size::new(24, 6);
/// Below this many columns the panes are shown one at a time.
pub const SIDE_BY_SIDE: u16 = 108;
/// Lesson text is never wider than this.
pub const MEASURE: u16 = 80;
/// The least width of a pane beside others.
const LEAST: u16 = 16;

/// Where everything stands. A place that is not shown is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panes {
    /// The first row: where one is, and how far.
    pub header: Rect,
    /// The row under it: a rule that marks the focused pane, or the tabs where panes are stacked.
    pub rule: Rect,
    /// Everything between the rule and the footer.
    pub body: Rect,
    /// The table of contents.
    pub contents: Rect,
    /// The lesson.
    pub lesson: Rect,
    /// The model.
    pub model: Rect,
    /// The line between contents and lesson.
    pub left: Rect,
    /// The line between lesson and model.
    pub right: Rect,
    /// The last row: the keys that matter now.
    pub footer: Rect,
    /// Whether the panes are shown one at a time.
    pub stacked: bool,
}

impl Panes {
    /// The places for a screen of this size and shape, with the focus on `focus`. Nothing but the
    /// empty rectangle where the screen is below [`MINIMUM`].
    pub fn of(size: Size, shape: &Shape, focus: Pane) -> Panes {
        if size.width < MINIMUM.width || size.height < MINIMUM.height {
            return Panes::default();
        }
        let Size { width, height } = size;
        let body = Rect::new(0, 2, width, height - 3);
        let mut panes = Panes {
            header: Rect::new(0, 0, width, 1),
            rule: Rect::new(0, 1, width, 1),
            body,
            footer: Rect::new(0, height - 1, width, 1),
            stacked: width < SIDE_BY_SIDE,
            ..Panes::default()
        };
        if panes.stacked {
            *panes.pane_mut(focus) = body;
            return panes;
        }
        let mut middle = body;
        if shape.contents {
            let wide = shape.contents_cells(width);
            panes.contents = Rect { width: wide, ..body };
            panes.left = Rect { x: wide, width: 1, ..body };
            middle.x += wide + 1;
            middle.width -= wide + 1;
        }
        if shape.model {
            let wide = (u32::from(middle.width) * u32::from(shape.model_percent) / 100) as u16;
            let wide = wide.clamp(LEAST, middle.width.saturating_sub(LEAST + 1).max(LEAST));
            middle.width -= wide + 1;
            panes.right = Rect { x: middle.right(), width: 1, ..body };
            panes.model = Rect { x: middle.right() + 1, width: wide, ..body };
        }
        panes.lesson = middle;
        panes
    }

    /// The same with the model alone on the screen.
    pub fn only_model(self) -> Panes {
        let none = Rect::default();
        Panes { contents: none, lesson: none, left: none, right: none, model: self.body, ..self }
    }

    /// The place of this pane.
    pub fn pane(&self, pane: Pane) -> Rect {
        match pane {
            Pane::Contents => self.contents,
            Pane::Lesson => self.lesson,
            Pane::Model => self.model,
        }
    }

    fn pane_mut(&mut self, pane: Pane) -> &mut Rect {
        match pane {
            Pane::Contents => &mut self.contents,
            Pane::Lesson => &mut self.lesson,
            Pane::Model => &mut self.model,
        }
    }

    /// Whether the screen is too small for anything but the line that says so.
    pub fn too_small(&self) -> bool {
        self.body.is_empty()
    }

    /// The text column of the lesson: at most [`MEASURE`] wide, centred, with air around it. The
    /// row above the text stays free where there is room.
    pub fn page(&self) -> Rect {
        column(self.lesson, MEASURE)
    }

    /// The places of a quiz: in the middle of everything, for the lesson is out of sight, and beside
    /// a model if one belongs to the question. Where there is no room for both, the model is seen only
    /// while it runs, alone.
    pub fn quiz(&self, trial: TrialPlace) -> QuizPlaces {
        let alone = QuizPlaces { sheet: column(self.body, MEASURE), ..QuizPlaces::default() };
        match (trial, self.stacked) {
            (TrialPlace::None, _) | (TrialPlace::Beside, true) => alone,
            (TrialPlace::First, true) => QuizPlaces { model: self.body, ..QuizPlaces::default() },
            (TrialPlace::Beside | TrialPlace::First, false) => {
                let wide = self.body.width * 45 / 100;
                let left = Rect { width: self.body.width - wide - 1, ..self.body };
                let divider = Rect { x: left.right(), width: 1, ..self.body };
                let model = Rect { x: divider.right(), width: wide, ..self.body };
                QuizPlaces { sheet: column(left, MEASURE), divider, model }
            }
        }
    }

    /// The divider under this cell.
    pub fn divider_at(&self, x: u16, y: u16) -> Option<Divider> {
        let at = ratatui::layout::Position { x, y };
        [(Divider::Left, self.left), (Divider::Right, self.right)]
            .into_iter()
            .find(|(_, place)| place.contains(at))
            .map(|(divider, _)| divider)
    }

    /// The pane under this cell.
    pub fn pane_at(&self, x: u16, y: u16) -> Option<Pane> {
        let at = ratatui::layout::Position { x, y };
        Pane::ALL.into_iter().find(|pane| self.pane(*pane).contains(at))
    }
}

/// A column of text at most `measure` wide in the middle of `place`, with a margin that grows with
/// the place.
pub fn column(place: Rect, measure: u16) -> Rect {
    let margin = match place.width {
        0..40 => 1,
        40..64 => 2,
        _ => 3,
    };
    let width = place.width.saturating_sub(2 * margin).min(measure);
    let air = u16::from(place.height > 16);
    Rect {
        x: place.x + (place.width - width) / 2,
        y: place.y + air,
        width,
        height: place.height.saturating_sub(air),
    }
}

/// A box of at most `width` × `height` cells in the middle of `place`, a little above it.
pub fn centred(place: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(place.width), height.min(place.height));
    Rect {
        x: place.x + (place.width - width) / 2,
        y: place.y + (place.height - height) / 3,
        width,
        height,
    }
}

impl Shape {
    /// Cells of the contents on a screen of this width: what was chosen, else enough for the titles
    /// of a course where there is room.
    fn contents_cells(self, width: u16) -> u16 {
        self.contents_width.unwrap_or((width / 4).clamp(30, 44)).clamp(LEAST, width / 3)
    }

    /// The shape after the divider was moved to column `x` on a screen of this width.
    pub fn dragged(self, divider: Divider, x: u16, size: Size) -> Shape {
        match divider {
            Divider::Left => {
                let wide = x.clamp(LEAST, size.width / 3);
                Shape { contents_width: Some(wide), ..self }
            }
            Divider::Right => {
                let start = if self.contents { self.contents_cells(size.width) + 1 } else { 0 };
                let room = u32::from(size.width.saturating_sub(start).max(1));
                let model = u32::from(size.width.saturating_sub(x + 1));
                let percent = (model * 100).div_ceil(room).clamp(15, 80);
                Shape { model_percent: percent as u16, ..self }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_never_overlap_and_stay_on_the_screen(
            width in 0u16..320, height in 0u16..120, contents: bool, model: bool,
            contents_width in proptest::option::of(0u16..400), model_percent in 0u16..120, focus in 0usize..3,
        ) {
            let shape = Shape { contents, model, contents_width, model_percent };
            let panes = Panes::of(Size::new(width, height), &shape, Pane::ALL[focus]);
            let screen = Rect::new(0, 0, width, height);
            let places = [panes.header, panes.rule, panes.contents, panes.left, panes.lesson,
                panes.right, panes.model, panes.footer];
            let mut cells = 0;
            for (n, place) in places.iter().enumerate() {
                prop_assert!(place.is_empty() || screen.union(*place) == screen, "{place}");
                cells += u32::from(place.width) * u32::from(place.height);
                for other in &places[n + 1..] {
                    prop_assert!(!place.intersects(*other), "{place} {other}");
                }
            }
            if !panes.too_small() {
                prop_assert_eq!(cells, u32::from(width) * u32::from(height));
                prop_assert!(panes.page().width <= MEASURE);
            }
        }

        #[test]
        fn a_dragged_divider_goes_where_the_mouse_is(x in 52u16..90) {
            let size = Size::new(120, 40);
            let shape = Shape::default().dragged(Divider::Right, x, size);
            let panes = Panes::of(size, &shape, Pane::Lesson);
            prop_assert!(panes.right.x.abs_diff(x) <= 1, "{} for {x}", panes.right.x);
        }
    }
}

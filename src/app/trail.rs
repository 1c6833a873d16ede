//! Where one has been: back and forward, as in a browser.

use crate::course::LessonId;

/// A place in the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The lesson.
    pub lesson: LessonId,
    /// The byte of its source at the top of the page.
    pub offset: usize,
}

/// The places behind and before the present one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    behind: Vec<Place>,
    ahead: Vec<Place>,
}

/// More places than this are forgotten, the oldest first.
const LONGEST: usize = 200;

impl Trail {
    /// Notes that `here` was left for somewhere new.
    pub fn leave(&mut self, here: Place) {
        self.ahead.clear();
        if self.behind.last() != Some(&here) {
            self.behind.push(here);
        }
        if self.behind.len() > LONGEST {
            self.behind.remove(0);
        }
    }

    /// The place one step back (`by < 0`) or forward; `here` is kept for the way back.
    pub fn travel(&mut self, here: Place, by: isize) -> Option<Place> {
        let (from, to) = match by < 0 {
            true => (&mut self.behind, &mut self.ahead),
            false => (&mut self.ahead, &mut self.behind),
        };
        let place = from.pop()?;
        to.push(here);
        Some(place)
    }

    /// Places within a lesson mean nothing in another language's text: keep the lessons only.
    pub fn forget_offsets(&mut self) {
        for place in self.behind.iter_mut().chain(&mut self.ahead) {
            place.offset = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Place {
        Place { lesson: LessonId::from(name.to_owned()), offset: 7 }
    }

    #[test]
    fn back_and_forward_come_through_the_same_places() {
        let mut trail = Trail::default();
        trail.leave(place("a"));
        trail.leave(place("b"));
        assert_eq!(trail.travel(place("c"), -1), Some(place("b")));
        assert_eq!(trail.travel(place("b"), -1), Some(place("a")));
        assert_eq!(trail.travel(place("a"), -1), None);
        assert_eq!(trail.travel(place("a"), 1), Some(place("b")));
        trail.leave(place("b"));
        assert_eq!(trail.travel(place("x"), 1), None, "a new way forgets the old one");
        assert_eq!(trail.travel(place("x"), -1), Some(place("b")));
    }
}

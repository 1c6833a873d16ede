//! How Memcached keeps items: slab classes of fixed chunk sizes, pages that belong to a class for good,
//! and an LRU of three segments in each class.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::LARGEST_ITEM;
use crate::services::time::Time;

/// A page of memory; a class gets whole pages.
pub const PAGE: u64 = 1 << 20;
/// What an item takes beside its key and value: header, CAS number, line ends.
const ITEM_OVERHEAD: u64 = 48 + 8;
/// The smallest chunk, and how the sizes grow (`-n 48`, `-f 1.25`).
const SMALLEST_CHUNK: u64 = 96;
/// Items larger than this are cut into several chunks of the last class.
const LARGEST_CHUNK: u64 = PAGE / 2;
/// Without `-m`: 64 MiB.
const DEFAULT_MEMORY: u64 = 64 << 20;

/// One stored item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its value.
    pub value: String,
    /// The client's own number with it.
    pub flags: u32,
    /// When it ceases to be.
    pub expires: Option<Time>,
    /// The number of the write that stored it.
    pub cas: u64,
    class: usize,
    chunks: u64,
    segment: Segment,
    /// Its place in the segment: larger is younger.
    place: u64,
    /// How often it was fetched since it last moved: once marks it, twice makes it active.
    fetched: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Hot,
    Warm,
    Cold,
}

/// One slab class: items of about one size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Class {
    /// The size of its chunks in bytes.
    pub chunk: u64,
    /// How many pages it owns.
    pub pages: u64,
    /// How many of its chunks are taken.
    pub used: u64,
    /// How many items it has thrown out.
    pub evicted: u64,
    segments: BTreeMap<(Segment, u64), String>,
    hot: u64,
    warm: u64,
}

/// Whether an item could be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is there.
    Yes,
    /// It is larger than any item may be.
    TooLarge,
    /// Its class has no page and none is left, or nothing can be evicted.
    NoMemory,
}

/// All items of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Slabs {
    items: IndexMap<String, Item, FixedState>,
    classes: Vec<Class>,
    pages_left: u64,
    due: BTreeSet<(Time, String)>,
    clock: u64,
    /// How many items have ceased to be in their time.
    expired: u64,
    /// The keys that the last write threw out.
    thrown_out: Vec<String>,
}

impl Default for Slabs {
    fn default() -> Slabs {
        Slabs::new(DEFAULT_MEMORY)
    }
}

/// The chunk sizes of all classes, the first being class 1.
fn chunk_sizes() -> Vec<u64> {
    let mut sizes = Vec::new();
    let mut size = SMALLEST_CHUNK;
    while size * 5 / 4 < LARGEST_CHUNK {
        sizes.push(size);
        size = (size * 5 / 4).next_multiple_of(8);
    }
    sizes.push(LARGEST_CHUNK);
    sizes
}

impl Slabs {
    /// Memory for items of so many bytes, at least one page.
    pub fn new(bytes: u64) -> Slabs {
        let classes =
            chunk_sizes().into_iter().map(|chunk| Class { chunk, ..Class::default() }).collect();
        Slabs {
            items: IndexMap::default(),
            classes,
            pages_left: (bytes / PAGE).max(1),
            due: BTreeSet::new(),
            clock: 0,
            expired: 0,
            thrown_out: Vec::new(),
        }
    }

    /// The classes; class number n of Memcached is at n − 1.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many items were thrown out.
    pub fn evicted(&self) -> u64 {
        self.classes.iter().map(|class| class.evicted).sum()
    }

    /// How many items have ceased to be in their time.
    pub fn expired(&self) -> u64 {
        self.expired
    }

    /// The keys that the last write threw out.
    pub fn thrown_out(&self) -> &[String] {
        &self.thrown_out
    }

    /// The bytes of the chunks that are taken.
    pub fn used_bytes(&self) -> u64 {
        self.classes.iter().map(|class| class.used * class.chunk).sum()
    }

    /// All pages, those that no class has taken yet included.
    pub fn pages(&self) -> u64 {
        self.pages_left + self.classes.iter().map(|class| class.pages).sum::<u64>()
    }

    /// Classes that own pages, with Memcached's number of each.
    pub fn taken_classes(&self) -> impl Iterator<Item = (usize, &Class)> {
        (1..).zip(&self.classes).filter(|(_, class)| class.pages > 0)
    }

    /// `stats slabs`, of each class that owns pages.
    pub fn page_stats(&self) -> Vec<(String, u64)> {
        let rows = self.taken_classes().flat_map(|(number, class)| {
            let rows = [
                ("chunk_size", class.chunk),
                ("chunks_per_page", PAGE / class.chunk),
                ("total_pages", class.pages),
                ("total_chunks", class.pages * (PAGE / class.chunk)),
                ("used_chunks", class.used),
            ];
            rows.map(|(name, value)| (format!("{number}:{name}"), value))
        });
        rows.collect()
    }

    /// `stats items`, of each class that holds items.
    pub fn item_stats(&self) -> Vec<(String, u64)> {
        let holding = self.taken_classes().filter(|(_, class)| !class.segments.is_empty());
        let rows = holding.flat_map(|(number, class)| {
            let rows = [("number", class.segments.len() as u64), ("evicted", class.evicted)];
            rows.map(|(name, value)| (format!("items:{number}:{name}"), value))
        });
        rows.collect()
    }

    /// The class that an item of this key and value goes to, and how many chunks it takes.
    pub fn class_of(&self, key: &str, value_bytes: usize) -> (usize, u64) {
        let bytes = ITEM_OVERHEAD + key.len() as u64 + 1 + value_bytes as u64 + 2;
        let class = self.classes.partition_point(|class| class.chunk < bytes);
        if class < self.classes.len() {
            (class, 1)
        } else {
            (self.classes.len() - 1, bytes.div_ceil(LARGEST_CHUNK))
        }
    }

    /// An item as it is, without counting as a use.
    pub fn peek(&self, key: &str) -> Option<&Item> {
        self.items.get(key)
    }

    /// An item for reading; it counts as a use.
    pub fn get(&mut self, key: &str) -> Option<&Item> {
        let item = self.items.get_mut(key)?;
        item.fetched = (item.fetched + 1).min(2);
        Some(item)
    }

    /// Stores an item, throwing out others of its class if need be (MC-6).
    pub fn insert(
        &mut self,
        key: &str,
        value: String,
        flags: u32,
        expires: Option<Time>,
        cas: u64,
    ) -> Stored {
        let (class, chunks) = self.class_of(key, value.len());
        if value.len() as u64 + key.len() as u64 + ITEM_OVERHEAD > LARGEST_ITEM as u64 {
            return Stored::TooLarge;
        }
        self.thrown_out.clear();
        // The new item is made beside the old one, which goes only then.
        if !self.make_room(class, chunks, key) {
            return Stored::NoMemory;
        }
        self.remove(key);
        self.clock += 1;
        let place = self.clock;
        let home = &mut self.classes[class];
        home.used += chunks;
        home.hot += 1;
        home.segments.insert((Segment::Hot, place), key.to_owned());
        let item = Item {
            value,
            flags,
            expires,
            cas,
            class,
            chunks,
            segment: Segment::Hot,
            place,
            fetched: 0,
        };
        self.items.insert(key.to_owned(), item);
        if let Some(at) = expires {
            self.due.insert((at, key.to_owned()));
        }
        self.balance(class);
        Stored::Yes
    }

    /// Changes when an item ceases to be.
    pub fn set_expiry(&mut self, key: &str, expires: Option<Time>) {
        let Some(item) = self.items.get_mut(key) else { return };
        if let Some(before) = std::mem::replace(&mut item.expires, expires) {
            self.due.remove(&(before, key.to_owned()));
        }
        if let Some(at) = expires {
            self.due.insert((at, key.to_owned()));
        }
    }

    /// Takes an item out.
    pub fn remove(&mut self, key: &str) -> Option<Item> {
        let item = self.items.swap_remove(key)?;
        if let Some(at) = item.expires {
            self.due.remove(&(at, key.to_owned()));
        }
        let class = &mut self.classes[item.class];
        class.segments.remove(&(item.segment, item.place));
        class.used -= item.chunks;
        match item.segment {
            Segment::Hot => class.hot -= 1,
            Segment::Warm => class.warm -= 1,
            Segment::Cold => {}
        }
        Some(item)
    }

    /// Removes every item; pages stay with their classes.
    pub fn clear(&mut self) {
        self.items.clear();
        self.due.clear();
        for class in &mut self.classes {
            class.segments.clear();
            (class.used, class.hot, class.warm) = (0, 0, 0);
        }
    }

    /// When the next item ceases to be.
    pub fn next_expiry(&self) -> Option<Time> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Removes what is due.
    pub fn expire(&mut self, now: Time) {
        while self.due.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.due.pop_first() else { break };
            self.expired += u64::from(self.remove(&key).is_some());
        }
    }

    /// Frees chunks in a class: with a new page while there is one (a class without any always gets its
    /// first), else by evicting from the class. The item under `keep` is not evicted.
    fn make_room(&mut self, class: usize, chunks: u64, keep: &str) -> bool {
        let per_page = PAGE / self.classes[class].chunk;
        loop {
            let home = &mut self.classes[class];
            if home.used + chunks <= home.pages * per_page {
                return true;
            }
            if self.pages_left > 0 || home.pages == 0 {
                self.pages_left = self.pages_left.saturating_sub(1);
                home.pages += 1;
                continue;
            }
            let Some(victim) = self.victim(class, keep) else { return false };
            self.remove(&victim);
            self.classes[class].evicted += 1;
            self.thrown_out.push(victim);
        }
    }

    /// The oldest cold item that was not fetched twice; those that were move to the warm segment.
    fn victim(&mut self, class: usize, keep: &str) -> Option<String> {
        for segment in [Segment::Cold, Segment::Hot, Segment::Warm] {
            let mut rounds = self.classes[class].segments.len();
            while let Some((&(_, place), key)) = self.classes[class]
                .segments
                .range((segment, 0)..=(segment, u64::MAX))
                .find(|(_, key)| key.as_str() != keep)
            {
                let key = key.clone();
                let active = self.items.get(&key).is_some_and(|item| item.fetched > 1);
                if segment == Segment::Cold && active && rounds > 0 {
                    rounds -= 1;
                    self.shift(class, (segment, place), Segment::Warm);
                    continue;
                }
                return Some(key);
            }
        }
        None
    }

    /// Moves an item to the young end of a segment; its fetches count anew.
    fn shift(&mut self, class: usize, from: (Segment, u64), to: Segment) {
        self.clock += 1;
        let home = &mut self.classes[class];
        let Some(key) = home.segments.remove(&from) else { return };
        for (segment, change) in [(from.0, -1), (to, 1)] {
            match segment {
                Segment::Hot => home.hot = home.hot.saturating_add_signed(change),
                Segment::Warm => home.warm = home.warm.saturating_add_signed(change),
                Segment::Cold => {}
            }
        }
        if let Some(item) = self.items.get_mut(&key) {
            (item.segment, item.place, item.fetched) = (to, self.clock, 0);
        }
        home.segments.insert((to, self.clock), key);
    }

    /// Keeps the hot segment within 20 % and the warm one within 40 % of the class: the oldest go on, active
    /// ones to warm, others to cold.
    fn balance(&mut self, class: usize) {
        loop {
            let home = &self.classes[class];
            let all = home.segments.len() as u64;
            let crowded = if home.hot * 5 > all.max(5) {
                Segment::Hot
            } else if home.warm * 5 > all.max(5) * 2 {
                Segment::Warm
            } else {
                return;
            };
            let oldest = home.segments.range((crowded, 0)..=(crowded, u64::MAX)).next();
            let Some((&from, key)) = oldest else { return };
            let active = self.items.get(key).is_some_and(|item| item.fetched > 1);
            // An active warm item would only go round: it is young again, and the next is looked at.
            let to = if active && crowded == Segment::Hot { Segment::Warm } else { Segment::Cold };
            self.shift(class, from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_the_sizes_that_a_server_prints() {
        let sizes = chunk_sizes();
        assert_eq!(&sizes[..12], [96, 120, 152, 192, 240, 304, 384, 480, 600, 752, 944, 1184]);
        assert_eq!(sizes[19], 7104);
        assert_eq!(sizes.last(), Some(&LARGEST_CHUNK));
    }

    #[test]
    fn mc_6_pages_stay_with_the_class_that_took_them_first() {
        let mut slabs = Slabs::new(12 * PAGE);
        let (small, large) = ("s".repeat(600), "l".repeat(6000));
        for n in 0..40_000 {
            slabs.insert(&format!("small:{n}"), small.clone(), 0, None, n);
        }
        for n in 0..2000 {
            slabs.insert(&format!("large:{n}"), large.clone(), 0, None, n);
        }
        let (ten, twenty) = (&slabs.classes()[9], &slabs.classes()[19]);
        assert_eq!((ten.pages, twenty.pages), (12, 1));
        // One page of 7,104-byte chunks holds 147 of the 2,000 large items.
        assert_eq!(twenty.evicted, 1853);
    }
}

//! The picture of the cache: each request as a line from the application to the cache and on to the
//! database, the hit rate over time, memory, connections, and the nodes with their slots.

use ratatui::buffer::Buffer;

use super::Stage;
use crate::models::Scene;
use crate::models::cache::{
    Cache, Engine, KEY, Request, Sort, Stage as Where, Verdict, node_object,
};
use crate::models::journal::ObjectId;
use crate::models::timeline::Timeline;
use crate::services::elasticache::group::Shard;
use crate::services::memcached::cluster::Cluster;
use crate::services::memcached::slabs::{PAGE, Slabs};
use crate::services::time::Time;
use crate::ui::text::{cut, put, put_right, width};
use crate::ui::theme::Tone;
use crate::words::fill;
use crate::words::models::{self, Words};

/// The gauges and the rates over time.
const GAUGES: u16 = 4;
/// At most so many requests are drawn.
const REQUESTS: u16 = 8;
/// More nodes than these are drawn in one row a shard.
const SINGLY: usize = 6;
/// At most so many slab classes are drawn, those with the most pages.
const CLASSES: usize = 3;

pub(super) fn height(timeline: &Timeline<Cache>, _width: u16, most: u16) -> u16 {
    (1 + REQUESTS + below(timeline.scene())).min(most)
}

/// How many rows lie below the requests.
fn below(scene: &Cache) -> u16 {
    let typed = u16::from(scene.typed().is_some());
    let moving = u16::from(scene.group().is_some_and(|group| group.resharding().is_some()));
    let nodes = nodes(scene);
    let rows = match scene.engine() {
        Engine::Memcached => nodes + classes(scene).len(),
        Engine::Valkey if nodes > SINGLY => scene.shards().len(),
        Engine::Valkey => nodes,
    };
    GAUGES + rows as u16 + moving + typed
}

fn nodes(scene: &Cache) -> usize {
    match scene.engine() {
        Engine::Memcached => scene.memcached().nodes().len(),
        Engine::Valkey => scene.shards().iter().map(|shard| shard.members.len()).sum(),
    }
}

/// A slab class over all nodes.
#[derive(Debug, Clone, Copy)]
struct Slab {
    chunk: u64,
    pages: u64,
    used: u64,
    evicted: u64,
}

/// The slab classes with the most pages, the smallest chunks first.
fn classes(scene: &Cache) -> Vec<Slab> {
    let mut all: Vec<Slab> = Vec::new();
    let taken = scene.memcached().slabs().flat_map(Slabs::taken_classes);
    for (_, class) in taken {
        match all.iter_mut().find(|slab| slab.chunk == class.chunk) {
            Some(slab) => {
                slab.pages += class.pages;
                slab.used += class.used;
                slab.evicted += class.evicted;
            }
            None => all.push(Slab {
                chunk: class.chunk,
                pages: class.pages,
                used: class.used,
                evicted: class.evicted,
            }),
        }
    }
    all.sort_by_key(|slab| std::cmp::Reverse(slab.pages));
    all.truncate(CLASSES);
    all.sort_by_key(|slab| slab.chunk);
    all
}

/// One line of the picture after the other.
struct Page<'a, 'b> {
    stage: &'a Stage<'a>,
    buf: &'b mut Buffer,
    words: Words,
    y: u16,
}

/// Where the three stations stand.
struct Track {
    app: u16,
    cache: u16,
    database: u16,
}

pub(super) fn draw(timeline: &Timeline<Cache>, stage: &Stage<'_>, buf: &mut Buffer) {
    let Some(words) = models::of(Cache::ID, stage.lang) else { return };
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let mut page = Page { stage, buf, words, y: stage.area.y };
    let track = page.track();
    page.head(&track);
    // Where there is no room for all, nodes are more than gauges, and a row a shard must do.
    let tells = nodes(scene) > 1 || scene.engine() == Engine::Memcached;
    let is_tight = stage.area.height < 3 + below(scene) && tells;
    let (gauges, least, most) = if is_tight { (GAUGES, 1, 2) } else { (0, 2, REQUESTS) };
    let room = (stage.area.height + gauges).saturating_sub(1 + below(scene)).clamp(least, most);
    page.requests(scene, now, &track, room);
    if is_tight {
        page.nodes(scene, false);
        page.slot(scene);
        page.gauges(scene);
        return;
    }
    page.gauges(scene);
    page.over_time(scene, now);
    page.nodes(scene, nodes(scene) <= SINGLY);
    page.slot(scene);
}

/// How a shard or node is numbered in AWS's names.
fn number(index: usize) -> String {
    format!("{:04}", index + 1)
}

impl Page<'_, '_> {
    fn left(&self) -> u16 {
        self.stage.area.x
    }

    fn right(&self) -> u16 {
        self.stage.area.right()
    }

    fn is_over(&self) -> bool {
        self.y >= self.stage.area.bottom()
    }

    fn put(&mut self, x: u16, text: &str, tone: Tone) -> u16 {
        if self.is_over() {
            return x;
        }
        put(self.buf, x, self.y, self.right(), text, self.stage.theme.style(tone))
    }

    fn put_right(&mut self, text: &str, tone: Tone) {
        if !self.is_over() {
            let (left, right) = (self.left(), self.right());
            put_right(self.buf, left, self.y, right, text, self.stage.theme.style(tone));
        }
    }

    fn tone_of(&self, object: ObjectId, tone: Tone) -> Tone {
        if self.stage.selected == Some(object) {
            Tone::Selected
        } else if self.stage.fresh.contains(&object) {
            Tone::Accent
        } else {
            tone
        }
    }

    fn track(&self) -> Track {
        let width = self.stage.area.width;
        let app = self.left() + (width / 4).clamp(12, 16);
        let database = self.right().saturating_sub(8).max(app + 4);
        Track { app, cache: app + (database - app) * 2 / 5, database }
    }

    fn head(&mut self, track: &Track) {
        let words = self.words;
        self.put(track.app.saturating_sub(1), words.picture("app"), Tone::Muted);
        let free = self.put(track.cache.saturating_sub(2), words.picture("cache"), Tone::Muted) + 1;
        let name = words.picture("database");
        let wide = width(name);
        self.put(
            track.database.saturating_sub(wide.saturating_sub(2)).max(free),
            name,
            Tone::Muted,
        );
        self.y += 1;
    }

    /// The last requests, those under way at the bottom.
    fn requests(&mut self, scene: &Cache, now: Time, track: &Track, room: u16) {
        let end = self.y + room;
        let under_way = scene.requests().count().min(usize::from(room.div_ceil(2)));
        let ended = scene.ended();
        let skip = ended.len().saturating_sub(usize::from(room) - under_way);
        for one in ended.iter().skip(skip) {
            let (tone, word) = match one.verdict {
                Verdict::Hit => (Tone::Good, "hit"),
                Verdict::Stale => (Tone::Bad, "stale"),
                Verdict::Miss => (Tone::Warn, "miss"),
                Verdict::Written => (Tone::Accent, "written"),
                Verdict::Failed => (Tone::Bad, "failed"),
            };
            let far = match one.verdict {
                Verdict::Hit | Verdict::Stale => track.cache,
                _ => track.database,
            };
            self.line(scene, one.row, track, far, tone);
            self.told(track, self.words.picture(word), one.trips, tone);
            self.put_right(&format!("{} ms", one.took.0), Tone::Text);
            self.y += 1;
        }
        let oldest_first: Vec<&Request> = scene.requests().rev().take(under_way).collect();
        for request in oldest_first.into_iter().rev() {
            self.under_way(scene, now, track, request);
            self.y += 1;
        }
        self.y = end;
    }

    /// How a request ended and in how many trips, in the gap between cache and database.
    fn told(&mut self, track: &Track, verdict: &str, trips: u32, tone: Tone) {
        let word = if trips == 1 { "trip" } else { "trips" };
        let whole = fill(self.words.picture(word), &[("0", &trips)]);
        let room = track.database.saturating_sub(track.cache + 3);
        let told = format!(" {verdict}, {whole} ");
        let told = if width(&told) > room { format!(" {verdict}, {trips} ") } else { told };
        let told = if width(&told) > room { format!(" {verdict} ") } else { told };
        self.put(track.cache + 2, &told, tone);
    }

    fn line(&mut self, scene: &Cache, row: u32, track: &Track, far: u16, tone: Tone) {
        let key = ObjectId { kind: KEY, number: row + 1 };
        let name = scene.key(row);
        let symbols = self.stage.theme.symbols;
        let name = cut(&name, track.app - self.left() - 1, symbols.ellipsis).into_owned();
        let key_tone = self.tone_of(key, Tone::Text);
        self.put(self.left(), &name, key_tone);
        let mut x = track.app;
        while x < far {
            x = self.put(x, symbols.horizontal, tone).max(x + 1);
        }
        self.put(far, symbols.pointer, tone);
    }

    fn under_way(&mut self, scene: &Cache, now: Time, track: &Track, request: &Request) {
        let (from, to) = match request.stage {
            Where::Asking | Where::Locking => (track.app, track.cache),
            Where::LockWait => (track.cache, track.cache),
            Where::QueryWait | Where::Querying | Where::Pausing => (track.database, track.database),
            Where::Storing | Where::Deleting => (track.database, track.cache),
        };
        let whole = request.until.map_or(1, |until| until.since(request.since).0.max(1));
        let part = now.since(request.since).0.min(whole);
        let at = (i64::from(from) + (i64::from(to) - i64::from(from)) * part as i64 / whole as i64)
            as u16;
        let tone = if request.sort == Sort::Write { Tone::Accent } else { Tone::Warn };
        self.line(scene, request.row, track, at, Tone::Faint);
        let dot = self.stage.theme.symbols.read;
        let tone = self.tone_of(request.object(), tone);
        self.put(at, dot, tone);
        self.put_right(&format!("{} ms", now.since(request.born).0), Tone::Muted);
    }

    /// How wide the column of the gauges' names is.
    fn labels(&self) -> u16 {
        let names = ["hit-rate", "memory", "queries", "over-time"];
        names.iter().map(|name| width(self.words.picture(name))).max().unwrap_or(0) + 1
    }

    fn gauge(&mut self, name: &str, share: (u64, u64), tone: Tone, told: &str) {
        let symbols = self.stage.theme.symbols;
        let (left, right) = (self.left(), self.right());
        self.put(left, name, Tone::Muted);
        let begin = left + self.labels();
        let end = right.saturating_sub(width(told) + 1);
        let cells = u64::from(end.saturating_sub(begin));
        let filled = (share.0.min(share.1) * cells).div_ceil(share.1.max(1));
        for cell in 0..cells {
            let (sign, tone) =
                if cell < filled { (symbols.full, tone) } else { (symbols.empty, Tone::Faint) };
            self.put(begin + cell as u16, sign, tone);
        }
        self.put_right(told, Tone::Text);
        self.y += 1;
    }

    fn gauges(&mut self, scene: &Cache) {
        let words = self.words;
        let rate = scene.hit_rate();
        let tone = if rate >= 8_000 { Tone::Good } else { Tone::Warn };
        let told = format!("{}.{} %", rate / 100, rate / 10 % 10);
        self.gauge(words.picture("hit-rate"), (rate, 10_000), tone, &told);
        let used = scene.probe("BytesUsedForCache", Time::START).unwrap_or(0).unsigned_abs();
        let shards = match scene.engine() {
            Engine::Memcached => scene.memcached().nodes().len(),
            Engine::Valkey => scene.shards().len(),
        };
        let most = scene.settings().memory * shards as u64;
        let tone = if used * 10 >= most * 9 { Tone::Warn } else { Tone::Accent };
        let told = format!("{}/{} KiB", used / 1_024, most / 1_024);
        self.gauge(words.picture("memory"), (used, most), tone, &told);
        let (running, waiting) = scene.database();
        let most = scene.settings().connections as u64;
        let told = match (scene.is_database_down(), waiting) {
            (true, _) => words.picture("down").to_owned(),
            (_, 0) => format!("{running}/{most}"),
            _ => format!("{running}/{most} +{waiting} {}", words.picture("waiting")),
        };
        let tone = if waiting > 0 { Tone::Bad } else { Tone::Accent };
        self.gauge(words.picture("queries"), (running as u64, most), tone, &told);
    }

    /// The hit rate of each of the last seconds.
    fn over_time(&mut self, scene: &Cache, now: Time) {
        let steps = self.stage.theme.symbols.bars;
        self.put(self.left(), self.words.picture("over-time"), Tone::Muted);
        let begin = self.left() + self.labels();
        let cells = u64::from(self.right().saturating_sub(begin));
        let last = now.0 / 1_000;
        for second in scene.seconds().iter().filter(|second| second.number + cells > last) {
            let x = begin + (second.number + cells - 1 - last) as u16;
            let step = (second.hits * 7 / second.reads.max(1)) as usize;
            let tone = if step >= 5 { Tone::Good } else { Tone::Warn };
            self.put(x, steps[step.min(7)], tone);
        }
        self.y += 1;
    }

    /// The nodes, each in a row of its own or each shard's in one.
    fn nodes(&mut self, scene: &Cache, singly: bool) {
        if scene.engine() == Engine::Memcached {
            self.memcached(scene);
            return;
        }
        self.moving(scene);
        for (number, shard) in scene.shards().iter().enumerate() {
            let mut x = self.left();
            for member in 0..shard.members.len() {
                if singly {
                    self.node(scene, (number, member));
                } else {
                    x = self.sign(x, shard, (number, member));
                }
            }
            if !singly {
                let x = self.put(x + 1, &self::number(number), Tone::Text);
                self.slots(x + 1, shard);
                self.keys(shard, shard.primary.unwrap_or(0));
                self.y += 1;
            }
        }
    }

    /// The run of slots that is on the move, and how far the whole has come.
    fn moving(&mut self, scene: &Cache) {
        let Some(change) = scene.group().and_then(|group| group.resharding()) else { return };
        let (run, (moved, all)) = (change.run(), change.progress());
        let symbols = self.stage.theme.symbols;
        let told = format!(
            "{}-{} {} {} {}",
            run.slots.start(),
            run.slots.end(),
            number(run.from),
            symbols.pointer,
            number(run.to)
        );
        let x = self.put(self.left(), self.words.picture("moving"), Tone::Muted);
        self.put(x + 1, &told, Tone::Accent);
        let share = fill(self.words.picture("of-slots"), &[("0", &moved), ("1", &all)]);
        if x + 1 + width(&told) + 1 + width(&share) <= self.right() {
            self.put_right(&share, Tone::Text);
        }
        self.y += 1;
    }

    /// Memcached's nodes, and its slab classes over all of them.
    fn memcached(&mut self, scene: &Cache) {
        let symbols = self.stage.theme.symbols;
        for (index, node) in scene.memcached().nodes().iter().enumerate() {
            let (sign, tone) =
                if node.up { (symbols.read, Tone::Good) } else { (symbols.unread, Tone::Bad) };
            let tone = self.tone_of(node_object(index, 0), tone);
            let x = self.put(self.left(), sign, tone);
            self.put(x + 1, &Cluster::name(index), Tone::Text);
            if node.up {
                let count = node.server.slabs().len();
                self.put_right(&fill(self.words.picture("keys"), &[("0", &count)]), Tone::Text);
            } else {
                self.put_right(self.words.picture("down"), Tone::Bad);
            }
            self.y += 1;
        }
        for slab in classes(scene) {
            self.class(slab);
        }
    }

    /// A slab class: how many of its chunks are taken, its pages, and what it has thrown out.
    fn class(&mut self, slab: Slab) {
        let chunks = slab.pages * (PAGE / slab.chunk);
        let pages = if slab.pages == 1 { "page" } else { "pages" };
        let pages = fill(self.words.picture(pages), &[("0", &slab.pages)]);
        let told = match slab.evicted {
            0 => pages,
            evicted => {
                format!("{pages}, {}", fill(self.words.picture("thrown-out"), &[("0", &evicted)]))
            }
        };
        let tone = if slab.evicted > 0 { Tone::Warn } else { Tone::Accent };
        self.gauge(&format!("{} B", slab.chunk), (slab.used, chunks), tone, &told);
    }

    /// A node in a row of its own.
    fn node(&mut self, scene: &Cache, (number, member): (usize, usize)) {
        let shard = &scene.shards()[number];
        let x = self.sign(self.left(), shard, (number, member));
        let x = self.put(x + 1, &shard.members[member].name, Tone::Text);
        if shard.primary == Some(member) && scene.shards().len() > 1 {
            self.slots(x + 1, shard);
        }
        self.keys(shard, member);
        self.y += 1;
    }

    /// What a node is: primary, replica, or down.
    fn sign(&mut self, x: u16, shard: &Shard, (number, member): (usize, usize)) -> u16 {
        let symbols = self.stage.theme.symbols;
        let (sign, tone) = match (shard.members[member].up, shard.primary == Some(member)) {
            (false, _) => (symbols.unread, Tone::Bad),
            (_, true) => (symbols.read, Tone::Good),
            _ => (symbols.begun, Tone::Muted),
        };
        let tone = self.tone_of(node_object(number, member), tone);
        self.put(x, sign, tone)
    }

    fn slots(&mut self, x: u16, shard: &Shard) {
        let runs = shard.slots.iter().map(|run| format!("{}-{}", run.start(), run.end()));
        let (room, ellipsis) = (self.right().saturating_sub(x + 11), self.stage.theme.symbols);
        let runs = runs.collect::<Vec<_>>().join(" ");
        let runs = cut(&runs, room, ellipsis.ellipsis).into_owned();
        self.put(x, &runs, Tone::Muted);
    }

    fn keys(&mut self, shard: &Shard, member: usize) {
        let node = &shard.members[member];
        if node.up {
            let told = fill(self.words.picture("keys"), &[("0", &node.node.keys().len())]);
            self.put_right(&told, Tone::Text);
        } else {
            self.put_right(self.words.picture("down"), Tone::Bad);
        }
    }

    /// Where the key lies that was typed last.
    fn slot(&mut self, scene: &Cache) {
        let Some(typed) = scene.typed() else { return };
        let symbols = self.stage.theme.symbols;
        let shard = number(typed.shard);
        let told = match typed.slot {
            Some(slot) => {
                let name = self.words.picture("slot");
                format!("{name} {slot} {} {shard}", symbols.separator)
            }
            None => format!("{} {shard}", symbols.pointer),
        };
        let room = self.stage.area.width.saturating_sub(width(&told) + 1);
        let key = cut(&typed.key, room, symbols.ellipsis).into_owned();
        self.put(self.left(), &key, Tone::Code);
        self.put_right(&told, Tone::Accent);
        self.y += 1;
    }
}

//! Caches: gets and sets a second on one core, from 10^3 to 10^6 keys: `cargo bench --bench caches`.

use awslearn::services::chance::Chance;
use awslearn::services::elasticache::group::{ReplicationGroup, Via};
use awslearn::services::time::Time;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Commands a sample.
const COMMANDS: u64 = 20_000;
const VALUE: [u8; 64] = [b'v'; 64];

/// The name of a key, as `key:00000042`.
struct Name([u8; 12]);

impl Name {
    fn of(number: u64) -> Name {
        let (mut name, mut rest) = (*b"key:00000000", number);
        for digit in name[4..].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Name(name)
    }
}

/// A node that holds so many keys, and numbers of keys in no order.
fn node(keys: u64) -> (ReplicationGroup, Vec<u64>, Chance) {
    let (mut group, mut chance) = (ReplicationGroup::default(), Chance::new(1));
    for number in 0..keys {
        let words: [&[u8]; 3] = [b"SET", &Name::of(number).0, &VALUE];
        group.run(Time(0), &mut chance, Via::Primary, &words).expect("the node is up");
    }
    let asked = (0..COMMANDS).map(|_| chance.below(keys)).collect();
    (group, asked, chance)
}

fn ask(bencher: divan::Bencher<'_, '_>, keys: u64, words: fn(&[u8]) -> Vec<&[u8]>) {
    let (mut group, asked, mut chance) = node(keys);
    bencher.counter(ItemsCount::new(COMMANDS)).bench_local(|| {
        for number in &asked {
            let name = Name::of(*number);
            let words = words(&name.0);
            let reply = group.run(Time(1_000), &mut chance, Via::Primary, &words);
            divan::black_box(reply.expect("the node is up"));
        }
    });
}

#[divan::bench(args = SIZES, sample_size = 1)]
fn get(bencher: divan::Bencher<'_, '_>, keys: u64) {
    ask(bencher, keys, |key| vec![b"GET", key]);
}

#[divan::bench(args = SIZES, sample_size = 1)]
fn set(bencher: divan::Bencher<'_, '_>, keys: u64) {
    ask(bencher, keys, |key| vec![b"SET", key, &VALUE]);
}

#[divan::bench(args = SIZES, sample_size = 1)]
fn set_with_expiry(bencher: divan::Bencher<'_, '_>, keys: u64) {
    ask(bencher, keys, |key| vec![b"SET", key, &VALUE, b"EX", b"100"]);
}

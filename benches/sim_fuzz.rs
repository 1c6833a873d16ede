//! Feeds random and mutated lines to the engine of `awslearn sim` until it breaks, which it must not:
//! `cargo bench --bench sim_fuzz -- 1000000`.

#[path = "../tests/fuzz/lines.rs"]
mod lines;

use std::collections::BTreeMap;

use awslearn::services::script::Script;

use lines::Lines;

/// After so many lines a new world begins, so that states stay varied.
const LINES_A_WORLD: usize = 2_000;

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let wanted: usize = wanted.unwrap_or(20_000);
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for first in (0..wanted).step_by(LINES_A_WORLD) {
        let seed = (first / LINES_A_WORLD) as u64;
        let mut lines = Lines::new(seed);
        let mut script = Script::new(None, seed);
        for _ in 0..LINES_A_WORLD.min(wanted - first) {
            let line = lines.line(script.world().now());
            for answer in script.line(&line) {
                lines.learn(&answer);
                let code = match &answer.result {
                    Ok(_) => "(answered)".to_owned(),
                    Err(error) => error.code.to_string(),
                };
                *codes.entry(code).or_default() += 1;
                assert!(!answer.to_line().is_empty());
            }
        }
        script.finish();
    }
    println!("{wanted} lines and no panic; what was answered:");
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (code, count) in codes {
        println!("{count:>9} {code}");
    }
}

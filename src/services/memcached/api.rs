//! The commands of Memcached as data (its text protocol, version 1.6).

use crate::services::shape::{Api, Member, Operation, Ranges, TEXT, TEXTS, optional};

const WORDS: &[Member] = &[optional("args", TEXTS), optional("Node", TEXT)];

const fn command(name: &'static str) -> Operation {
    Operation { name, input: WORDS }
}

/// What Memcached can be asked.
pub const API: Api = Api {
    service: "memcached",
    ranges: Ranges::ByService,
    operations: &[
        command("add"),
        command("append"),
        command("cas"),
        command("decr"),
        command("delete"),
        command("flush_all"),
        command("gat"),
        command("get"),
        command("gets"),
        command("incr"),
        command("prepend"),
        command("replace"),
        command("set"),
        command("stats"),
        command("touch"),
    ],
};

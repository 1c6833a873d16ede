"""Random commands of Valkey and Redis: right ones, nearly right ones, and wrong ones.

`TABLE` names for each command what its words are made of; `command(r)` makes one of them.
"""

KEYS = ["a", "b", "c", "d", "e"]
VALUES = ["1", "-7", "x", "hello world", "", "3.5", "9223372036854775807", "-9223372036854775808", "한글", "10", "0",
          "007", "1e3"]
INTEGERS = ["0", "1", "-1", "2", "-2", "3", "5", "-5", "100", "x", "1.5", "", "9223372036854775807",
            "-9223372036854775808", "+1", "01", " 1"]
FLOATS = ["0", "1", "-1", "2.5", "-3.75", "0.1", "1e3", "1e20", "inf", "-inf", "+inf", "nan", "x", "", "-0", "1e400",
          "1e-400", "5.0e3", ".5", "3.", "(1", "100000000000000000000", "0.30000000000000004", "123456789.123456789"]
MEMBERS = ["m", "n", "o", "1", "2", "10", "-5", "hello", "", "p"]
SCORE_ENDS = ["-inf", "+inf", "(1", "1", "2.5", "(3", "0", "x", "", "(", "-1", "5", "10"]
NAME_ENDS = ["-", "+", "[a", "(m", "[n", "m", "", "[", "(o", "[p"]


class Words:
    """Makes words of one random stream."""

    def __init__(self, r):
        self.r = r

    def one(self, *of):
        return self.r.choice(of)

    def key(self):
        return [self.r.choice(KEYS)]

    def value(self):
        return [self.r.choice(VALUES)]

    def member(self):
        return [self.r.choice(MEMBERS)]

    def integer(self):
        return [self.r.choice(INTEGERS)]

    def small(self):
        return [self.one("0", "1", "-1", "2", "-2", "3", "-3", "5")]

    def float(self):
        return [self.r.choice(FLOATS)]

    def score(self):
        return [self.one("0", "1", "-1", "2.5", "3", "0.1", "10", "-inf", "+inf", self.float()[0])]

    def some(self, make, least=1, most=4):
        return [word for _ in range(self.r.randint(least, most)) for word in make()]

    def pairs(self, *makers):
        return self.some(lambda: [word for make in makers for word in make()])

    def options(self, *options):
        many = self.one(0, 1, 1, 2, 2, 3) if len(options) > 2 else self.one(0, 1)
        return [word for option in self.r.sample(options, many) for word in option]

    def score_ends(self):
        return [self.r.choice(SCORE_ENDS), self.r.choice(SCORE_ENDS)]

    def name_ends(self):
        return [self.r.choice(NAME_ENDS), self.r.choice(NAME_ENDS)]

    def range(self):
        ends = self.one(self.integer() + self.integer(), self.small() + self.small(), self.score_ends() + ["BYSCORE"],
                        self.name_ends() + ["BYLEX"])
        return ends + self.options(["REV"], ["WITHSCORES"], ["LIMIT"] + self.small() + self.small(), ["BYSCORE"])

    def limit(self):
        return self.options(["WITHSCORES"], ["LIMIT"] + self.small() + self.small(), ["x"])

    def joined(self):
        return self.options(["WEIGHTS"] + self.score() + self.score(), ["AGGREGATE", self.one("SUM", "MIN", "MAX", "x")],
                            ["WITHSCORES"])

    def scan(self):
        return [self.one("0", "0", "x")] + self.options(["COUNT", self.one("100", "0", "x")],
                                                        ["MATCH", self.one("*", "m*", "[0-9]*")], ["TYPE", "string"])


def table(w):
    """Each command with a maker of its words."""
    k, v, m, i, f, s = w.key, w.value, w.member, w.integer, w.float, w.score
    keys = lambda: w.some(k)
    members = lambda: k() + w.some(m)
    count = lambda *others: w.one([], i(), *others)
    numkeys = lambda: [w.one("1", "2", "2", "0", "x", "5")]
    return {
        "SET": lambda: k() + v() + w.options(["NX"], ["XX"], ["GET"], ["KEEPTTL"], ["EX"] + i(), ["PX", "100000"],
                                             ["EXAT", w.one("1", "9999999999")], ["PXAT", "9999999999999"], ["bad"], ["EX"]),
        "GET": k, "GETDEL": k, "GETSET": lambda: k() + v(), "STRLEN": k, "APPEND": lambda: k() + v(),
        "GETEX": lambda: k() + w.options(["PERSIST"], ["EX", w.one("100", *i())], ["PX", "100000"], ["EXAT", "1"], ["NX"]),
        "MGET": keys, "MSET": lambda: w.pairs(k, v) + w.one([], [], k()), "MSETNX": lambda: w.pairs(k, v) + w.one([], k()),
        "SETNX": lambda: k() + v(), "SETEX": lambda: k() + [w.one("100", *i())] + v(),
        "PSETEX": lambda: k() + [w.one("100000", "0", "x")] + v(),
        "INCR": k, "DECR": k, "INCRBY": lambda: k() + i(), "DECRBY": lambda: k() + i(), "INCRBYFLOAT": lambda: k() + f(),
        "GETRANGE": lambda: k() + i() + i(), "SUBSTR": lambda: k() + w.small() + w.small(),
        "SETRANGE": lambda: k() + [w.one("0", "3", "-1", "x", "10")] + v(),
        "SETBIT": lambda: k() + [w.one("0", "7", "8", "100", "-1", "x", "4294967296"), w.one("0", "1", "2", "x")],
        "GETBIT": lambda: k() + [w.one("0", "1", "7", "100", "-1", "x")],
        "BITCOUNT": lambda: k() + w.one([], w.small() + w.small() + w.one([], ["BIT"], ["BYTE"], ["X"]), i() + i(), ["1"]),
        "DEL": keys, "UNLINK": keys, "EXISTS": keys, "TOUCH": keys, "TYPE": k, "TTL": k, "PERSIST": k, "EXPIRETIME": k,
        "EXPIRE": lambda: k() + [w.one("100", "50", "200", "-1", "0", *i())] + w.options(["NX"], ["XX"], ["GT"], ["LT"], ["?"]),
        "PEXPIRE": lambda: k() + [w.one("100000", "50000", "-1", *i())] + w.options(["NX"], ["XX"], ["GT"], ["LT"]),
        "EXPIREAT": lambda: k() + [w.one("9999999999", "1", "0", "x")],
        "PEXPIREAT": lambda: k() + [w.one("9999999999999", "1", "9223372036854775807")],
        "RENAME": lambda: k() + k(), "RENAMENX": lambda: k() + k(),
        "COPY": lambda: k() + k() + w.options(["REPLACE"], ["DB", "0"], ["x"]),
        "OBJECT": lambda: w.one(["REFCOUNT"], ["BOGUS", "a"], ["FREQ", "a"], [], ["ENCODING", "none"]),
        "MEMORY": lambda: w.one(["USAGE"], ["BOGUS"], ["USAGE", "none"], ["USAGE", "none", "SAMPLES", "x"], []),
        "CONFIG": lambda: w.one(["GET"], ["GET", "maxmemory-samples"], ["GET", "nope*"], ["SET", "maxmemory-samples", "x"],
                                ["SET", "maxmemory", "x"], ["BOGUS", "x"], ["SET", "maxmemory-policy", "bogus"], []),
        "CLUSTER": lambda: [], "PING": lambda: w.one([], ["hi"], ["a", "b"]), "ECHO": v,
        "PUBLISH": lambda: ["channel"] + v(), "FLUSHDB": lambda: ["x"], "SELECT": lambda: [w.one("0", "x", "99", "-1")],
        "LPUSH": members, "RPUSH": members, "LPUSHX": members, "RPUSHX": members, "LLEN": k,
        "LPOP": lambda: k() + count(["1", "x"]), "RPOP": lambda: k() + count(), "LRANGE": lambda: k() + i() + i(),
        "LINDEX": lambda: k() + i(), "LREM": lambda: k() + i() + m(), "LSET": lambda: k() + i() + m(),
        "LTRIM": lambda: k() + [w.one("0", "1", "-3", *i()), w.one("-1", "5", *i())],
        "LINSERT": lambda: k() + [w.one("BEFORE", "after", "x")] + m() + m(),
        "LPOS": lambda: k() + m() + w.options(["RANK"] + i(), ["COUNT"] + i(), ["MAXLEN"] + i(), ["x", "1"], ["RANK"]),
        "LMOVE": lambda: k() + k() + [w.one("LEFT", "RIGHT", "x"), w.one("left", "RIGHT")], "RPOPLPUSH": lambda: k() + k(),
        "LMPOP": lambda: numkeys() + k() + k() + [w.one("LEFT", "RIGHT")] + w.one([], ["COUNT"] + i(), ["COUNT"], ["x"]),
        "HSET": lambda: k() + w.pairs(m, v) + w.one([], [], ["odd"]), "HMSET": lambda: k() + w.pairs(m, v) + w.one([], ["odd"]),
        "HSETNX": lambda: k() + m() + v(), "HGET": lambda: k() + m(), "HMGET": members, "HGETALL": k, "HKEYS": k, "HVALS": k,
        "HLEN": k, "HEXISTS": lambda: k() + m(), "HSTRLEN": lambda: k() + m(), "HDEL": members,
        "HINCRBY": lambda: k() + m() + i(), "HINCRBYFLOAT": lambda: k() + m() + f(),
        "HRANDFIELD": lambda: k() + [w.one("x", "100", "0", "")] + w.one([], ["WITHVALUES"], ["x"]),
        "HSCAN": lambda: k() + w.scan(), "SSCAN": lambda: k() + w.scan(), "ZSCAN": lambda: k() + w.scan(),
        "SADD": members, "SREM": members, "SISMEMBER": lambda: k() + m(), "SMISMEMBER": members, "SMEMBERS": k, "SCARD": k,
        "SMOVE": lambda: k() + k() + m(), "SPOP": lambda: k() + [w.one("100", "0", "-1", "x")] + w.one([], ["x"]),
        "SRANDMEMBER": lambda: k() + [w.one("100", "0", "x")] + w.one([], [], ["x"]),
        "SINTER": keys, "SUNION": keys, "SDIFF": keys, "SINTERSTORE": lambda: k() + keys(),
        "SUNIONSTORE": lambda: k() + keys(), "SDIFFSTORE": lambda: k() + keys(),
        "SINTERCARD": lambda: numkeys() + k() + k() + w.one([], ["LIMIT"] + i(), ["LIMIT"], ["x"]),
        "ZADD": lambda: k() + w.options(["NX"], ["XX"], ["GT"], ["LT"], ["CH"], ["INCR"]) + w.one(w.pairs(s, m), s() + m())
        + w.one([], [], [], ["1"]),
        "ZINCRBY": lambda: k() + s() + m(), "ZSCORE": lambda: k() + m(), "ZMSCORE": members, "ZCARD": k, "ZREM": members,
        "ZRANK": lambda: k() + m(), "ZREVRANK": lambda: k() + m(), "ZCOUNT": lambda: k() + w.score_ends(),
        "ZLEXCOUNT": lambda: k() + w.name_ends(), "ZRANGE": lambda: k() + w.range(),
        "ZREVRANGE": lambda: k() + i() + i() + w.options(["WITHSCORES"], ["REV"], ["LIMIT", "0", "-1"]),
        "ZRANGEBYSCORE": lambda: k() + w.score_ends() + w.limit(), "ZREVRANGEBYSCORE": lambda: k() + w.score_ends() + w.limit(),
        "ZRANGEBYLEX": lambda: k() + w.name_ends() + w.limit(), "ZREVRANGEBYLEX": lambda: k() + w.name_ends() + w.limit(),
        "ZRANGESTORE": lambda: k() + k() + w.range(), "ZREMRANGEBYRANK": lambda: k() + i() + i(),
        "ZREMRANGEBYSCORE": lambda: k() + w.score_ends(), "ZREMRANGEBYLEX": lambda: k() + w.name_ends(),
        "ZPOPMIN": lambda: k() + count(["1", "x"]), "ZPOPMAX": lambda: k() + count(),
        "ZMPOP": lambda: numkeys() + k() + k() + [w.one("MIN", "MAX", "x")] + w.one([], ["COUNT"] + i(), ["COUNT"]),
        "ZRANDMEMBER": lambda: k() + [w.one("x", "0")] + w.one([], ["x"]),
        "ZUNION": lambda: numkeys() + k() + k() + w.joined(), "ZINTER": lambda: numkeys() + k() + k() + w.joined(),
        "ZDIFF": lambda: numkeys() + k() + k() + w.options(["WITHSCORES"], ["WEIGHTS", "1", "1"]),
        "ZINTERCARD": lambda: numkeys() + k() + k() + w.one([], ["LIMIT"] + i()),
        "ZUNIONSTORE": lambda: k() + numkeys() + k() + k() + w.joined(),
        "ZINTERSTORE": lambda: k() + numkeys() + k() + k() + w.joined(), "ZDIFFSTORE": lambda: k() + ["2"] + k() + k(),
        "KEYS": lambda: [w.one("*", "a*", "[a-c]", "?", "x[^", "\\a")],
        "SCAN": lambda: ["0"] + w.options(["COUNT", w.one("100", "1000", "0", "x")], ["MATCH", "*"], ["TYPE", w.one("string", "x")]),
        "MULTI": lambda: w.one([], [], ["x"]), "EXEC": list, "DISCARD": list, "WATCH": keys, "UNWATCH": list,
    }


# What comes in any order from a server.
UNORDERED = {"SMEMBERS", "SUNION", "SINTER", "SDIFF", "KEYS", "SPOP", "SRANDMEMBER", "SSCAN", "SCAN", "HGETALL", "HKEYS",
             "HVALS", "HSCAN", "HRANDFIELD"}


class Commands:
    """An endless row of commands."""

    def __init__(self, r):
        self.r, self.table = r, table(Words(r))
        self.names = list(self.table)

    def next(self):
        name = self.r.choice(self.names)
        words = self.table[name]()
        chance = self.r.random()
        if chance < 0.02:
            words = words[:-1]
        elif chance < 0.04:
            words = words + ["extra"]
        return [name if self.r.random() > 0.1 else name.lower()] + words

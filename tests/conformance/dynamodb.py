#!/usr/bin/env python3
"""Drives dynalite, moto and `awslearn sim dynamodb` with the same calls and prints each difference.

Usage: tests/conformance/dynamodb.py [path of awslearn]     (default: target/debug/awslearn)
Installs dynalite from npm and moto[server] from PyPI into target/conformance. Not part of `cargo test`.
Differences that are understood stand in KNOWN, each with who is right and why; only others fail the run.
"""

import json
import sys
import urllib.error
import urllib.request

import sides

DYNALITE_PORT = 5721


def S(v): return {"S": v}
def N(v): return {"N": str(v)}


def key(name, kind="HASH"): return {"AttributeName": name, "KeyType": kind}
def attr(name, kind="S"): return {"AttributeName": name, "AttributeType": kind}


UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 20000, "WriteCapacityUnits": 20000}}


def table(name="tab", rng=None, gsi=None, lsi=None, **more):
    keys = [key("p")] + ([key("r", "RANGE")] if rng else [])
    attrs = [attr("p")] + ([attr("r", rng)] if rng else [])
    params = {"TableName": name, "KeySchema": keys, "AttributeDefinitions": attrs, **UNITS}
    for one, where in ((gsi, "GlobalSecondaryIndexes"), (lsi, "LocalSecondaryIndexes")):
        if one:
            name_, schema, projection, defined = one
            params[where] = [{"IndexName": name_, "KeySchema": schema, "Projection": projection,
                              **(UNITS if where[0] == "G" else {})}]
            params["AttributeDefinitions"] = attrs + defined
    return ("CreateTable", {**params, **more})


def put(item, **m): return ("PutItem", {"TableName": "tab", "Item": item, **m})
def get(k, **m): return ("GetItem", {"TableName": "tab", "Key": k, **m})
def upd(k, e=None, v=None, **m):
    out = {"TableName": "tab", "Key": k, **m}
    if e: out["UpdateExpression"] = e
    if v: out["ExpressionAttributeValues"] = v
    return ("UpdateItem", out)
def dele(k, **m): return ("DeleteItem", {"TableName": "tab", "Key": k, **m})
def query(e=None, v=None, **m):
    out = {"TableName": "tab", **m}
    if e: out["KeyConditionExpression"] = e
    if v: out["ExpressionAttributeValues"] = v
    return ("Query", out)
def scan(**m): return ("Scan", {"TableName": "tab", **m})


A = {"p": S("a")}
T = {"TableName": "tab"}
RICH = {"p": S("a"), "n": N(5), "s": S("hello"), "l": {"L": [N(1), S("two"), {"M": {"x": N(1)}}]},
        "m": {"M": {"a": N(1), "b": {"M": {"c": S("d")}}}}, "ss": {"SS": ["x", "y"]}, "ns": {"NS": ["1", "2"]},
        "b": {"B": "aGk="}, "t": {"BOOL": True}, "z": {"NULL": True}}
ALL = {"ReturnValues": "ALL_NEW"}
RCC = {"ReturnConsumedCapacity": "TOTAL"}
IDX = {"ReturnConsumedCapacity": "INDEXES"}


def condition(text, values=None, names=None):
    more = {"ConditionExpression": text}
    if values: more["ExpressionAttributeValues"] = values
    if names: more["ExpressionAttributeNames"] = names
    return put(A, **more)


def cond(text, v=None, names=None):
    more = {"ConditionExpression": text, **({"ExpressionAttributeNames": names} if names else {})}
    return upd(A, "SET touched = :t", {":t": S("1"), **(v or {})}, **more)


def ranged(count=12):
    return [table(rng="N")] + [put({"p": S("a"), "r": N(i), "x": N(i % 3), "y": S("v" * i)}) for i in range(count)]


GSI = ("gix", [key("g"), key("r", "RANGE")], {"ProjectionType": "ALL"}, [attr("g")])
LSI = ("lix", [key("p"), key("l", "RANGE")], {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["i"]}, [attr("l", "N")])
BIG = "x" * 300_000

SCENARIOS = {
    "tables": [
        table(), table(), ("ListTables", {}), ("DescribeTable", {"TableName": "none"}),
        ("CreateTable", {**table("ab")[1]}), ("DeleteTable", {"TableName": "none"}),
        ("PutItem", {"TableName": "none", "Item": A}), ("GetItem", {"TableName": "none", "Key": A}),
        ("Query", {"TableName": "none", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": S("a")}}),
        ("CreateTable", {**table("tt")[1], "AttributeDefinitions": [attr("x")]}),
        ("CreateTable", {**table("tt")[1], "AttributeDefinitions": [attr("p"), attr("x")]}),
        ("CreateTable", {**table("tt")[1], "KeySchema": [key("p", "RANGE")]}),
        ("CreateTable", {**table("tt", "S")[1], "KeySchema": [key("p"), key("p", "RANGE")]}),
        ("CreateTable", {**table("tt", "S")[1], "KeySchema": [key("p"), key("r")]}),
        ("CreateTable", {k: v for k, v in table("tt")[1].items() if k != "ProvisionedThroughput"}),
        ("CreateTable", {**table("tt")[1], "BillingMode": "PAY_PER_REQUEST"}),
        ("CreateTable", table("tt", gsi=GSI)[1]),
        ("CreateTable", table("tt", lsi=LSI)[1]),
        ("CreateTable", {**table("tt")[1], "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}}),
        ("UpdateTable", T), ("UpdateTable", {**T, **UNITS}), ("DeleteTable", T), ("GetItem", {**T, "Key": A}),
    ],
    "keys": [
        table(rng="S"), put({"p": S("a")}), put({"p": N(1), "r": S("x")}), put({"p": S(""), "r": S("x")}),
        put({"p": S("a"), "r": S("")}), put({"p": S("x" * 2049), "r": S("x")}), put({"p": S("a"), "r": S("x" * 1025)}),
        put({"p": S("x" * 2048), "r": S("x" * 1024)}), get({"p": S("a")}), get({"p": S("a"), "r": N(1)}),
        get({"p": S("a"), "r": S("")}), get({"p": S("a"), "r": S("b"), "c": S("d")}), get({}), dele({"p": S("a")}),
        upd({"p": S("a")}, "SET x = :x", {":x": N(1)}), upd({"p": S("a"), "r": S("b")}, "SET r = :x", {":x": S("z")}),
        put({}), get({"p": {}, "r": S("x")}), get({"p": {"S": "a", "N": "1"}, "r": S("x")}),
    ],
    "values": [table()] + [put({"p": S("v"), "x": v}) for v in (
        {}, {"S": "a", "N": "1"}, {"SS": []}, {"NS": []}, {"SS": ["a", "a"]}, {"NS": ["1", "1.0"]}, {"BS": ["aGk=", "aGk="]},
        {"N": "x"}, {"N": ""}, {"N": "1e200"}, {"N": "1e-200"}, {"N": "1" * 39}, {"NULL": False}, {"NULL": True}, {"S": ""},
        {"B": ""}, {"L": []}, {"M": {}}, {"L": [{"SS": []}]}, {"M": {"a": {"N": "x"}}}, {"SS": [""]}, {"NS": ["3", "1", "2"]},
        {"SS": ["b", "a"]}, {"N": "-0.0"}, {"N": "00012.500"}, {"N": "123456789012345678901234567890.12345678"})
    ] + [get({"p": S("v")})],
    "sizes": [table()] + [put({"p": S("k"), "d": S("x" * n)}, **RCC) for n in (1, 1020, 1021, 1022, 1023, 4090, 8190, 20478, 409597, 409598)] + [
        get({"p": S("k")}, **RCC), get({"p": S("k")}, ConsistentRead=True, **RCC), get({"p": S("no")}, **RCC),
        dele({"p": S("no")}, **RCC), dele({"p": S("k")}, **RCC), put({"p": S("k"), "d": S("x" * 3584)}),
        upd({"p": S("k")}, "SET d = :d", {":d": S("y")}, **RCC), upd({"p": S("k")}, "SET d = :d", {":d": S("y" * 409600)}),
        put({"p": S("k"), "n": N(123), "l": {"L": [N(1), {"BOOL": True}]}}, **IDX),
    ],
    "put": [
        table(), put(RICH), put(A, ReturnValues="ALL_OLD"), put(A, ReturnValues="ALL_NEW"), put(A, ReturnValues="UPDATED_OLD"),
        condition("attribute_not_exists(p)"), condition("attribute_exists(p)"), condition("attribute_exists(q) OR p = :a", {":a": S("a")}),
        put(A, ConditionExpression="attribute_not_exists(p)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        put(A, Expected={"p": {"Exists": False}}), put(A, Expected={"p": {"Value": S("a")}}), put(A, Expected={"p": {"Exists": True}}),
        put(A, Expected={"p": {"Exists": False, "Value": S("a")}}), put(A, Expected={"p": {"ComparisonOperator": "EQ"}}),
        put(A, Expected={"p": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [S("a")]}}),
        put(A, Expected={"p": {"ComparisonOperator": "NULL"}}), put(A, Expected={"q": {"ComparisonOperator": "NULL"}}),
        put(A, Expected={"p": {"AttributeValueList": [S("a")]}}),
        put(A, Expected={"p": {"ComparisonOperator": "NE", "Value": S("a")}, "q": {"ComparisonOperator": "NULL"}}, ConditionalOperator="OR"),
        put(A, Expected={"p": {"Value": S("a")}}, ConditionExpression="attribute_exists(p)"),
        put(A, ExpressionAttributeNames={"#p": "p"}), put(A, ExpressionAttributeValues={":p": S("a")}),
    ],
    "conditions": [table(), put(RICH)] + [cond(*c) for c in (
        ("n = :v", {":v": N(5)}), ("n <> :v", {":v": N(5)}), ("n > :v", {":v": S("5")}), ("s > :v", {":v": S("h")}),
        ("n BETWEEN :a AND :b", {":a": N(5), ":b": N(4)}), ("n BETWEEN :a AND :b", {":a": N(4), ":b": S("x")}),
        ("n IN (:a, :b)", {":a": N(5), ":b": S("x")}), ("contains(l, :v)", {":v": S("two")}), ("contains(ss, :v)", {":v": S("q")}),
        ("contains(ns, :v)", {":v": N("1.0")}), ("size(l) = :v", {":v": N(3)}), ("size(n) = :v", {":v": N(3)}),
        ("begins_with(s, :v)", {":v": N(1)}), ("begins_with(n, :v)", {":v": S("5")}), ("attribute_type(n, :v)", {":v": S("Q")}),
        ("attribute_type(n, :v)", {":v": S("N")}), ("attribute_type(n, :v)", {":v": N(1)}), ("attribute_exists(:v)", {":v": S("n")}),
        ("m.b.c = :v", {":v": S("d")}), ("m.q.c = :v", {":v": S("d")}), ("l[2].x = :v", {":v": N(1)}), ("l[9] = :v", {":v": N(1)}),
        ("m = :v", {":v": {"M": {"a": N(1)}}}), ("ss = :v", {":v": {"SS": ["y", "x"]}}), ("NOT (n = :v)", {":v": N(5)}),
        ("NOT NOT n = :v", {":v": N(5)}), ("n = :v AND s = :v", {":v": N(5)}), ("(n = :v)", {":v": N(5)}), ("((n = :v))", {":v": N(5)}),
        ("n = n",), ("n < n",), ("n = s",), ("size(s) > size(ss)",), ("missing = :v", {":v": N(1)}), ("#m = :v", {":v": N(1)}), ("n = :q",),
        ("#x = :v", {":v": N(5)}, {"#x": "n", "#y": "q"}), ("#x = :v", {":v": N(5), ":w": N(1)}, {"#x": "n"}),
        ("n = :v AND", {":v": N(5)}), ("n == :v", {":v": N(5)}), ("", {":v": N(5)}), ("n", ), ("size(n)",), ("foo(n)",), ("attribute_exists(n, s)",),
        ("attribute_exists(n) = :v", {":v": N(1)}), ("n = :v OR (s = :w AND n > :v)", {":v": N(5), ":w": S("q")}),
        ("b = :v", {":v": {"B": "aGk="}}), ("contains(b, :v)", {":v": {"B": "aA=="}}), ("t = :v", {":v": {"BOOL": True}}), ("z = :v", {":v": {"NULL": True}}),
        ("contains(s, s)",), ("n = attribute_exists(s)",), ("n in (:v)", {":v": N(5)}), ("n Between :v And :w", {":v": N(5), ":w": N(6)}),
        ("p.x = :v", {":v": N(1)}), ("n = :v ; drop", {":v": N(5)}), ("1n = :v", {":v": N(5)}), ("n.1 = :v", {":v": N(5)}),
    )],
    "updates": [table(), put(RICH)] + [upd(A, e, v, **ALL, **(m or {})) for e, v, m in (
        ("SET n = n + :v", {":v": N(1)}, None), ("SET n = n - :v", {":v": N("0.5")}, None), ("SET n = s + :v", {":v": N(1)}, None),
        ("SET q = q + :v", {":v": N(1)}, None), ("SET q = if_not_exists(q, :v) + :v", {":v": N(1)}, None), ("SET q = if_not_exists(q, :v)", {":v": N(9)}, None),
        ("SET l = list_append(l, :v)", {":v": {"L": [N(9)]}}, None), ("SET l = list_append(:v, l)", {":v": {"L": [N(0)]}}, None),
        ("SET l = list_append(l, :v)", {":v": N(1)}, None), ("SET s = list_append(s, :v)", {":v": {"L": []}}, None), ("SET l[1] = :v", {":v": S("z")}, None),
        ("SET l[99] = :v", {":v": S("end")}, None), ("SET m.a = :v", {":v": N(2)}, None), ("SET m.x.y = :v", {":v": N(2)}, None), ("SET m.b.new = :v", {":v": N(2)}, None),
        ("SET n.x = :v", {":v": N(2)}, None), ("REMOVE l[0]", None, None), ("REMOVE l[0], l[1]", None, None), ("REMOVE m.b, nope", None, None), ("REMOVE nope.x", None, None),
        ("ADD n :v", {":v": N(10)}, None), ("ADD fresh :v", {":v": N(10)}, None), ("ADD s :v", {":v": N(10)}, None), ("ADD n :v", {":v": S("1")}, None),
        ("ADD ss :v", {":v": {"SS": ["z", "x"]}}, None), ("ADD ns :v", {":v": {"SS": ["z"]}}, None), ("ADD sn :v", {":v": {"NS": ["3", "1"]}}, None),
        ("DELETE ss :v", {":v": {"SS": ["x", "q"]}}, None), ("DELETE sn :v", {":v": {"NS": ["1", "3"]}}, None), ("DELETE n :v", {":v": N(1)}, None), ("DELETE n :v", {":v": {"NS": ["1"]}}, None),
        ("SET p = :v", {":v": S("b")}, None), ("REMOVE p", None, None), ("SET a = :v SET b = :v", {":v": N(1)}, None), ("SET a = :v, a = :v", {":v": N(1)}, None),
        ("SET m.a = :v, m = :v", {":v": N(1)}, None), ("SET l[0] = :v, l.x = :v", {":v": N(1)}, None), ("SET size = :v", {":v": N(1)}, None), ("SET #s = :v", {":v": N(1)}, None),
        ("SET #s = :v", {":v": N(1)}, {"ExpressionAttributeNames": {"#s": "status"}}), ("SET a = :v, :w", {":v": N(1)}, None), ("SET a = b", None, None), ("SET a = n, n = :v", {":v": N(0)}, None),
        ("SET a = :v REMOVE n ADD c :v DELETE ss :w", {":v": N(1), ":w": {"SS": ["y"]}}, None), ("", None, None), ("SET", None, None), ("FOO a = b", None, None), ("SET a = :v +", {":v": N(1)}, None),
        ("SET a = :v + :v + :v", {":v": N(1)}, None), ("SET a = (:v + :v)", {":v": N(1)}, None), ("SET a = foo(:v)", {":v": N(1)}, None), ("SET a = if_not_exists(:v, :v)", {":v": N(1)}, None),
        ("SET a = if_not_exists(b)", None, None), ("set a = :v remove b", {":v": N(1)}, None),
    )] + [upd({"p": S(r)}, "SET x = :x, m.y = :x" if 0 else "SET x = :x", {":x": N(1)}, ReturnValues=r) for r in
          ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")] + [
        upd(A, "SET m.a = :v", {":v": N(7)}, ReturnValues="UPDATED_NEW"), upd(A, "SET m.a = :v", {":v": N(8)}, ReturnValues="UPDATED_OLD"),
        upd(A, "REMOVE s", ReturnValues="UPDATED_OLD"), upd(A, "REMOVE s", ReturnValues="UPDATED_NEW"), upd({"p": S("only")}), get({"p": S("only")}),
        upd(A, "SET n = :v", {":v": N(1)}, ConditionExpression="n = :old", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
    ],
    "legacy updates": [table(), put(RICH)] + [upd(A, AttributeUpdates=u, **ALL) for u in (
        {"n": {"Value": N(1)}}, {"n": {"Action": "ADD", "Value": N(1)}}, {"q": {"Action": "ADD", "Value": N(1)}}, {"ss": {"Action": "ADD", "Value": {"SS": ["z"]}}},
        {"ss": {"Action": "DELETE", "Value": {"SS": ["z", "x"]}}}, {"s": {"Action": "DELETE"}}, {"s": {"Action": "DELETE", "Value": S("x")}}, {"s": {"Action": "PUT"}},
        {"n": {"Action": "ADD", "Value": S("x")}}, {"ss": {"Action": "ADD", "Value": N(1)}}, {"p": {"Value": S("b")}}, {"l": {"Action": "ADD", "Value": {"L": [N(7)]}}},
    )] + [upd(A, AttributeUpdates={"n": {"Value": N(1)}}, UpdateExpression="SET n = :v", ExpressionAttributeValues={":v": N(1)})],
    "delete": [
        table(), put(RICH), dele(A, ConditionExpression="n = :v", ExpressionAttributeValues={":v": N(6)}), dele(A, Expected={"n": {"Value": N(6)}}),
        dele(A, ReturnValues="ALL_OLD"), dele(A, ReturnValues="ALL_OLD"), dele(A, ConditionExpression="attribute_exists(p)"), dele(A, ReturnValues="ALL_NEW"),
    ],
    "projection": [table(), put(RICH)] + [get(A, ProjectionExpression=p) for p in (
        "n", "n, s", "m.a", "m.b.c, l[0]", "l[2].x, l[0]", "q", "m.q", "l[9]", "n, n", "m, m.a", "m.a, m[0]", "size", "#x", "", "n,", "p.x", "l[-1]", "a b")] + [
        get(A, ProjectionExpression="#x", ExpressionAttributeNames={"#x": "size"}), get(A, ProjectionExpression="n", ExpressionAttributeNames={"#x": "size"}),
        get(A, ExpressionAttributeNames={"#x": "size"}), get(A, AttributesToGet=["n", "q"]), get(A, AttributesToGet=["n", "n"]),
        get(A, AttributesToGet=["n"], ProjectionExpression="n"), get(A, ProjectionExpression="#x", ExpressionAttributeNames={"x": "n"}),
    ],
    "query": ranged() + [query(*q[:2], **(q[2] if len(q) > 2 else {})) for q in (
        ("p = :p", {":p": S("a")}), ("p = :p AND r > :r", {":p": S("a"), ":r": N(8)}), ("p = :p AND r >= :r", {":p": S("a"), ":r": N(8)}, {"ScanIndexForward": False}),
        ("p = :p AND r BETWEEN :a AND :b", {":p": S("a"), ":a": N(2), ":b": N(4)}), ("p = :p AND r < :r", {":p": S("a"), ":r": N(2)}), ("p = :p AND r = :r", {":p": S("a"), ":r": N(2)}),
        (":p = p AND :r < r", {":p": S("a"), ":r": N(9)}), ("r = :r", {":r": N(2)}), ("p > :p", {":p": S("a")}), ("p = :p AND x = :x", {":p": S("a"), ":x": N(1)}),
        ("p = :p OR r = :r", {":p": S("a"), ":r": N(2)}), ("NOT p = :p", {":p": S("a")}), ("p = :p AND begins_with(r, :r)", {":p": S("a"), ":r": S("2")}),
        ("p = :p AND begins_with(r, :r)", {":p": S("a"), ":r": N(2)}), ("p = :p AND r <> :r", {":p": S("a"), ":r": N(2)}), ("p = :p AND r IN (:r)", {":p": S("a"), ":r": N(2)}),
        ("p = :p", {":p": N(1)}), ("p = :p AND p = :p", {":p": S("a")}), ("p = :p", {":p": S("a")}, {"Limit": 3}),
        ("p = :p", {":p": S("a")}, {"Limit": 12}), ("p = :p", {":p": S("a")}, {"Limit": 20}), ("p = :p", {":p": S("a")}, {"Limit": 3, "ExclusiveStartKey": {"p": S("a"), "r": N(2)}}),
        ("p = :p", {":p": S("a")}, {"Limit": 3, "ScanIndexForward": False, "ExclusiveStartKey": {"p": S("a"), "r": N(2)}}), ("p = :p", {":p": S("a")}, {"ExclusiveStartKey": {"p": S("b"), "r": N(2)}}),
        ("p = :p", {":p": S("a")}, {"ExclusiveStartKey": {"p": S("a")}}), ("p = :p", {":p": S("a")}, {"ExclusiveStartKey": {"p": S("a"), "r": S("2")}}),
        ("p = :p AND r > :r", {":p": S("a"), ":r": N(5)}, {"ExclusiveStartKey": {"p": S("a"), "r": N(2)}}),
        ("p = :p", {":p": S("a"), ":x": N(1)}, {"FilterExpression": "x = :x"}), ("p = :p", {":p": S("a"), ":x": N(1)}, {"FilterExpression": "x = :x", "Limit": 2}),
        ("p = :p", {":p": S("a"), ":x": N(1)}, {"FilterExpression": "r = :x"}), ("p = :p", {":p": S("a")}, {"Select": "COUNT"}), ("p = :p", {":p": S("a")}, {"ProjectionExpression": "r"}),
        ("p = :p", {":p": S("a")}, {"Select": "SPECIFIC_ATTRIBUTES"}), ("p = :p", {":p": S("a")}, {"Select": "COUNT", "ProjectionExpression": "r"}),
        ("p = :p", {":p": S("a")}, {"IndexName": "nope"}), ("p = :p", {":p": S("a")}, RCC), ("p = :p", {":p": S("a")}, {**RCC, "ConsistentRead": True}), ("p = :p", {":p": S("none")}, RCC),
        ("p = :p AND r BETWEEN :b AND :a", {":p": S("a"), ":a": N(2), ":b": N(4)}), ("", {":p": S("a")}), ("p", {":p": S("a")}), ("size(p) = :p", {":p": N(1)}), ("p.x = :p", {":p": S("a")}),
    )] + [query(KeyConditions={"p": {"ComparisonOperator": "EQ", "AttributeValueList": [S("a")]}, **k}, **m) for k, m in (
        ({}, {"Limit": 2}), ({"r": {"ComparisonOperator": "GT", "AttributeValueList": [N(9)]}}, {}), ({"r": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [N(2), N(3)]}}, {}),
        ({"r": {"ComparisonOperator": "NE", "AttributeValueList": [N(2)]}}, {}), ({"x": {"ComparisonOperator": "EQ", "AttributeValueList": [N(2)]}}, {}),
        ({}, {"QueryFilter": {"x": {"ComparisonOperator": "EQ", "AttributeValueList": [N(1)]}}}), ({}, {"QueryFilter": {"r": {"ComparisonOperator": "EQ", "AttributeValueList": [N(1)]}}}),
        ({}, {"QueryFilter": {"x": {"ComparisonOperator": "IN", "AttributeValueList": [N(1), N(2)]}}, "AttributesToGet": ["r"]}), ({"r": {"ComparisonOperator": "EQ", "AttributeValueList": []}}, {}),
    )] + [query(), ("Query", {**T, "KeyConditionExpression": "p = :p"})],
    "strings": [table(rng="S")] + [put({"p": S("a"), "r": S(r)}) for r in ("a", "ab", "abc", "b", "10", "9", "é", "日")] + [
        query("p = :p AND begins_with(r, :r)", {":p": S("a"), ":r": S("ab")}), query("p = :p AND begins_with(r, :r)", {":p": S("a"), ":r": S("")}),
        query("p = :p AND begins_with(r, :r)", {":p": S("a"), ":r": S("a")}, ScanIndexForward=False), query("p = :p", {":p": S("a")}), query("p = :p AND r > :r", {":p": S("a"), ":r": S("b")}),
    ],
    "scan": [table()] + [put({"p": S(f"k{i}"), "x": N(i % 2)}) for i in range(20)] + [
        scan(), scan(Limit=5), scan(FilterExpression="x = :x", ExpressionAttributeValues={":x": N(1)}), scan(FilterExpression="p = :x", ExpressionAttributeValues={":x": S("k1")}),
        scan(Select="COUNT"), scan(TotalSegments=3, Segment=0), scan(TotalSegments=3, Segment=1), scan(TotalSegments=3, Segment=2), scan(TotalSegments=3, Segment=3), scan(Segment=1), scan(TotalSegments=1),
        scan(ExclusiveStartKey={"p": S("k3")}), scan(ExclusiveStartKey={"q": S("k3")}), scan(ExclusiveStartKey={"p": N(3)}), scan(ScanFilter={"x": {"ComparisonOperator": "EQ", "AttributeValueList": [N(1)]}}),
        scan(ScanFilter={"x": {"ComparisonOperator": "EQ", "AttributeValueList": []}}), scan(ScanFilter={"x": {"ComparisonOperator": "LT", "AttributeValueList": [{"SS": ["a"]}]}}), scan(Limit=20), scan(Limit=0), scan(**RCC),
        scan(FilterExpression="x = :x"), scan(ProjectionExpression="p", Limit=2), scan(AttributesToGet=["p"], Limit=2),
    ],
    "numbers as keys": [("CreateTable", {"TableName": "tab", "KeySchema": [key("p")], "AttributeDefinitions": [attr("p", "N")], **UNITS})] + [
        put({"p": N(i)}) for i in ("1", "-1", "0", "10", "0.5", "-12.75", "1e20", "123456", "-1e-5", "99")] + [scan(), scan(Limit=4), get({"p": N("1.0")})],
    "global index": [table(rng="N", gsi=GSI)] + [put({"p": S(f"k{i}"), "r": N(i), "g": S("x" if i % 2 else "y"), "v": N(i)}) for i in range(8)] + [
        put({"p": S("sparse"), "r": N(1)}), put({"p": S("bad"), "r": N(1), "g": N(1)}), query("g = :g", {":g": S("x")}, IndexName="gix"), query("g = :g AND r > :r", {":g": S("x"), ":r": N(2)}, IndexName="gix"),
        query("g = :g", {":g": S("x")}, IndexName="gix", Limit=2), query("g = :g", {":g": S("x")}, IndexName="gix", ConsistentRead=True), query("p = :g", {":g": S("x")}, IndexName="gix"),
        query("g = :g", {":g": S("x")}, IndexName="gix", ExclusiveStartKey={"p": S("k3"), "r": N(3), "g": S("x")}), query("g = :g", {":g": S("x")}, IndexName="gix", ExclusiveStartKey={"p": S("k3"), "r": N(3)}),
        scan(IndexName="gix"), scan(IndexName="gix", Limit=3), scan(IndexName="gix", ConsistentRead=True), query("g = :g", {":g": S("x")}, IndexName="gix", **IDX),
        upd({"p": S("k1"), "r": N(1)}, "SET g = :g", {":g": S("y")}), query("g = :g", {":g": S("x")}, IndexName="gix"), upd({"p": S("k1"), "r": N(1)}, "REMOVE g"), upd({"p": S("k1"), "r": N(1)}, "SET g = :g", {":g": N(1)}),
        dele({"p": S("k3"), "r": N(3)}), query("g = :g", {":g": S("x")}, IndexName="gix"), ("DescribeTable", T),
    ],
    "equal keys in an index": [table(gsi=("gix", [key("g")], {"ProjectionType": "KEYS_ONLY"}, [attr("g")]))] + [put({"p": S(f"k{i}"), "g": S("x"), "v": N(i)}) for i in range(8)] + [
        query("g = :g", {":g": S("x")}, IndexName="gix"), query("g = :g", {":g": S("x")}, IndexName="gix", Limit=3), query("g = :g", {":g": S("x")}, IndexName="gix", Select="ALL_ATTRIBUTES"),
        query("g = :g", {":g": S("x")}, IndexName="gix", ScanIndexForward=False),
    ],
    "local index": [table(rng="N", lsi=LSI)] + [put({"p": S("a"), "r": N(i), "l": N(9 - i), "i": N(i), "o": S("o")}, **IDX) for i in range(5)] + [
        put({"p": S("a"), "r": N(99)}), put({"p": S("a"), "r": N(100), "l": S("x")}), query("p = :p", {":p": S("a")}, IndexName="lix"), query("p = :p AND l < :l", {":p": S("a"), ":l": N(7)}, IndexName="lix", ConsistentRead=True),
        query("p = :p", {":p": S("a")}, IndexName="lix", Select="ALL_ATTRIBUTES"), query("p = :p", {":p": S("a")}, IndexName="lix", Limit=2), query("p = :p AND r < :l", {":p": S("a"), ":l": N(7)}, IndexName="lix"), scan(IndexName="lix"),
        query("p = :p", {":p": S("a")}, IndexName="lix", Select="ALL_PROJECTED_ATTRIBUTES"), query("p = :p", {":p": S("a")}, Select="ALL_PROJECTED_ATTRIBUTES"),
    ],
    "batches": [table()] + [("BatchWriteItem", {"RequestItems": r}) for r in (
        {"tab": [{"PutRequest": {"Item": {"p": S(f"k{i}"), "v": N(i)}}} for i in range(25)]}, {"tab": [{"PutRequest": {"Item": {"p": S(f"k{i}")}}} for i in range(26)]},
        {"tab": [{"PutRequest": {"Item": A}}, {"PutRequest": {"Item": A}}]}, {"tab": [{"PutRequest": {"Item": A}}, {"DeleteRequest": {"Key": A}}]}, {"tab": []}, {}, {"none": [{"PutRequest": {"Item": A}}]},
        {"tab": [{"PutRequest": {"Item": {"q": S("a")}}}]}, {"tab": [{"DeleteRequest": {"Key": {"p": N(1)}}}]}, {"tab": [{}]}, {"tab": [{"PutRequest": {"Item": {"p": S("x"), "d": S("x" * 409600)}}}]},
        {"tab": [{"DeleteRequest": {"Key": {"p": S("k0")}}}, {"PutRequest": {"Item": {"p": S("k1"), "new": N(1)}}}]},
    )] + [("BatchGetItem", {"RequestItems": r, **RCC}) for r in (
        {"tab": {"Keys": [{"p": S("k1")}, {"p": S("k0")}, {"p": S("k5")}]}}, {"tab": {"Keys": [{"p": S("k1")}], "ProjectionExpression": "v, #n", "ExpressionAttributeNames": {"#n": "new"}}},
        {"tab": {"Keys": [{"p": S("k1")}, {"p": S("k1")}]}}, {"tab": {"Keys": []}}, {"tab": {"Keys": [{"p": S(f"k{i}")} for i in range(101)]}}, {"none": {"Keys": [A]}}, {"tab": {"Keys": [{"q": S("a")}]}},
        {"tab": {"Keys": [{"p": S("k1")}], "ConsistentRead": True}}, {},
    )],
    "pages of 1 MB": [table(rng="N")] + [put({"p": S("a"), "r": N(i), "d": S(BIG)}) for i in range(6)] + [
        query("p = :p", {":p": S("a")}, Select="COUNT", **RCC), query("p = :p", {":p": S("a")}, Select="COUNT", ExclusiveStartKey={"p": S("a"), "r": N(3)}), scan(Select="COUNT", **RCC),
    ],
    "transactions": [table(), put({"p": S("a"), "n": N(1)})] + [("TransactWriteItems", t) for t in (
        {"TransactItems": [{"Put": {**T, "Item": {"p": S("x")}}}, {"Update": {**T, "Key": A, "UpdateExpression": "SET n = n + :v", "ExpressionAttributeValues": {":v": N(1)}}}]},
        {"TransactItems": [{"Put": {**T, "Item": {"p": S("y")}}}, {"ConditionCheck": {**T, "Key": A, "ConditionExpression": "n = :v", "ExpressionAttributeValues": {":v": N(9)}}}]},
        {"TransactItems": [{"Put": {**T, "Item": A}}, {"Delete": {**T, "Key": A}}]}, {"TransactItems": []}, {"TransactItems": [{"Put": {"TableName": "none", "Item": A}}]}, {"TransactItems": [{"Put": {**T, "Item": {"q": S("a")}}}]},
        {"TransactItems": [{"Put": {**T, "Item": {"p": S("tok")}}}], "ClientRequestToken": "tok-1"}, {"TransactItems": [{"Put": {**T, "Item": {"p": S("tok")}}}], "ClientRequestToken": "tok-1"},
        {"TransactItems": [{"Put": {**T, "Item": {"p": S("other")}}}], "ClientRequestToken": "tok-1"}, {"TransactItems": [{"Delete": {**T, "Key": {"p": S("x")}}}]},
        {"TransactItems": [{"Update": {**T, "Key": A, "UpdateExpression": "SET s = n + :v", "ExpressionAttributeValues": {":v": S("q")}}}]},
    )] + [scan(), ("TransactGetItems", {"TransactItems": [{"Get": {**T, "Key": A}}, {"Get": {**T, "Key": {"p": S("nope")}}}, {"Get": {**T, "Key": {"p": S("tok")}, "ProjectionExpression": "p"}}]}),
          ("TransactGetItems", {"TransactItems": [{"Get": {**T, "Key": {"q": S("a")}}}]}), ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "none", "Key": A}}]})],
    "time to live": [table(), ("DescribeTimeToLive", T), ("UpdateTimeToLive", {**T, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "e"}}), ("DescribeTimeToLive", T),
                     ("DescribeTimeToLive", {"TableName": "none"}), ("UpdateTimeToLive", {"TableName": "none", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "e"}})],
}

# What each side makes up, or counts at another time.
MADE_UP = {"CreationDateTime", "TableId", "TableArn", "IndexArn", "ItemCount", "TableSizeBytes", "IndexSizeBytes", "NumberOfDecreasesToday", "WarmThroughput",
           "DeletionProtectionEnabled", "TableStatus", "IndexStatus", "message", "Message", "LatestStreamArn", "LatestStreamLabel", "BillingModeSummary"}

# Differences that are understood: (side, scenario, number of the step or None) -> who is right and why.
LOOSE = "moto checks less than AWS does: the service refuses this, as dynalite does"
ORDER = "the order of scans and of equal index keys is open; ours is dynalite's, moto's is that of insertion"
KNOWN = {
    ("dynalite", "put", 18): "dynalite stops at the first condition even under OR; AWS joins them",
    ("dynalite", "conditions", 27): "dynalite wants parentheses after a second NOT; the documented grammar does not",
    ("dynalite", "updates", None): "dynalite removes list elements one after the other; AWS documents the indexes of the item as it was (steps after 19 follow from it)",
    ("dynalite", "delete", 7): "AWS documents ALL_OLD and NONE only",
    ("dynalite", "query", 45): "botocore documents: SPECIFIC_ATTRIBUTES needs a projection",
    ("dynalite", "query", 46): "botocore documents: only SPECIFIC_ATTRIBUTES goes with a projection",
    ("dynalite", "query", 50): "dynalite takes nothing for an empty page; the smallest read is half a unit",
    ("dynalite", "strings", 10): "key values cannot be empty; dynalite lets an empty prefix through",
    ("dynalite", "global index", 0): "the order of AttributeDefinitions; ours is that of the recordings",
    ("dynalite", "global index", 20): "botocore documents: no consistent reads of a global index, scans included",
    ("dynalite", "global index", 28): "the order of AttributeDefinitions",
    ("dynalite", "equal keys in an index", 0): "the order of AttributeDefinitions",
    ("dynalite", "local index", None): "dynalite does not count what writes cost an index; the order of AttributeDefinitions",
    ("dynalite", "batches", 13): "dynalite shuffles the items of a batch; their order is open",
    ("dynalite", "transactions", 13): "dynalite has no transactions",
    ("dynalite", "time to live", 3): "dynalite cannot change TTL",
    **{("moto", name, None): LOOSE for name in (
        "tables", "keys", "values", "put", "delete", "conditions", "updates", "legacy updates", "projection", "query", "batches")},
    ("moto", "sizes", None): "moto counts numbers and reads differently and refuses 409,600 bytes, which AWS takes",
    ("moto", "scan", None): ORDER, ("moto", "numbers as keys", None): ORDER + "; moto keeps numbers as they were written",
    ("moto", "equal keys in an index", None): ORDER, ("moto", "strings", None): LOOSE,
    ("moto", "global index", None): LOOSE, ("moto", "local index", None): "moto fails on items whose index key has the wrong type, which it let in",
    ("moto", "pages of 1 MB", None): "moto counts the units of a page differently",
    ("moto", "transactions", None): "moto ignores tokens and words a missing key as a cancellation",
    ("moto", "time to live", None): "moto's code for a missing table is not AWS's",
}


#: After these the sides are given time to become ACTIVE.
SETTLES = {"CreateTable", "UpdateTable", "DeleteTable"}


def plain(value, name=""):
    """A response without what each side makes up, and without empty lists and maps."""
    if name in MADE_UP and not (name == "message" and "--words" in sys.argv):
        return None
    if isinstance(value, dict):
        pairs = {k: plain(v, k) for k, v in value.items()}
        return {k: v for k, v in pairs.items() if v not in (None, {}, [])}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


class Raw:
    """Calls with the very JSON of the scenario, which boto3 would not send."""

    def call(self, op, params):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/", json.dumps(params).encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{op}", "X-Amz-Date": "20260101T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a"})
        try:
            return json.loads(urllib.request.urlopen(request).read() or b"{}")
        except urllib.error.HTTPError as error:
            try:
                body = json.loads(error.read())
            except ValueError:
                body = {"__type": f"HTTP {error.code}"}
            return {"error": body.get("__type", "").split("#")[-1], "message": body.get("message") or body.get("Message")}


class Dynalite(Raw, sides.NodeServer):
    name = "dynalite"

    def __init__(self):
        super().__init__("dynamodb", DYNALITE_PORT, "dynalite@4")

    def start(self):
        self.serve("cli.js", "--port", str(self.port), "--createTableMs", "0", "--deleteTableMs", "0")


class Moto(Raw, sides.Moto):
    pass


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        sides.in_environment(__file__)
    dynalite = Dynalite()
    try:
        unknown = sides.compare([dynalite, Moto("dynamodb")], sides.Awslearn(sides.program(), "dynamodb"), SCENARIOS, plain, SETTLES, KNOWN)
    finally:
        dynalite.stop()
    sys.exit(1 if unknown else 0)

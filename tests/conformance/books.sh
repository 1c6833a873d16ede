#!/usr/bin/env bash
# Tries other people's mdBooks: opens each folder given, renders every lesson at two widths, checks
# it, and prints one line a book. Fails if the program does anything but end with 0 or 1.
#
#     tests/conformance/books.sh ~/books/rust-book ~/books/mdBook/guide
#
# AWSLEARN names the program; without it, it is built.
set -uo pipefail
[ $# -gt 0 ] || { echo "usage: $0 BOOK..." >&2; exit 2; }
cd_back=$PWD
cd "$(dirname "$0")/../.." || exit 2
if [ -z "${AWSLEARN:-}" ]; then
    cargo build --quiet --release --locked || exit 2
    AWSLEARN=$PWD/target/release/awslearn
fi
cd "$cd_back" || exit 2

failed=0
say() { printf '%8s %8s %10s %8s %9s %8s  %s\n' "$@"; }
bad() { echo "$1" >&2; failed=1; }
# One number out of the pretty-printed JSON of `check`.
number() { grep -m1 "^  \"$1\":" "$2" | tr -dc 0-9; }

report=$(mktemp) page=$(mktemp) lessons=$(mktemp)
trap 'rm -f "$report" "$page" "$lessons"' EXIT
say lessons quizzes questions errors warnings unread book
for book in "$@"; do
    "$AWSLEARN" --course "$book" list --json >"$lessons" || { bad "$book: does not open"; continue; }
    "$AWSLEARN" check --json "$book" >"$report"
    [ $? -le 1 ] || bad "$book: check broke off"
    unread=0
    while read -r id; do
        for width in 30 100; do
            "$AWSLEARN" --course "$book" render "$id" --plain --width "$width" >"$page" 2>/dev/null
            # 2 is a chapter whose file is missing: the book's fault. More is ours.
            case $? in
                0) ;;
                2) [ "$width" = 30 ] && unread=$((unread + 1)) ;;
                *) bad "$book: $id does not render" ;;
            esac
            # Directives that mdBook itself knows must not be left over outside of code.
            [ "$width" = 30 ] || ! LC_ALL=C grep -q '^{{#\(include\|rustdoc_include\|playground\) ' "$page" \
                || echo "$book: $id keeps a directive" >&2
        done
    done < <(sed -n 's/^      "id": "\(.*\)",$/\1/p' "$lessons")
    say "$(number lessons "$report")" "$(number quizzes "$report")" "$(number questions "$report")" \
        "$(number errors "$report")" "$(number warnings "$report")" "$unread" "$book"
done
exit "$failed"

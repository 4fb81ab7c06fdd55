#!/usr/bin/env bash
# scripts/ci-smoke.sh NODE: the built command and the API under one Node, seen from the outside.
set -euo pipefail
node=$1
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Inside the checkout's tree of packages, `dstream` is the checkout itself.
cd "$root"

dstream() {
  "$node" "$root/bin/run.js" "$@"
}

# expect NAME WANTED GOT
expect() {
  [ "$2" = "$3" ] || {
    printf 'not ok: %s\nwanted:\n%s\ngot:\n%s\n' "$1" "$2" "$3"
    exit 1
  }
  echo "ok: $1"
}

"$node" --version

expect 'count words from a pipe' $'to\t2\nbe\t2\nor\t1\nnot\t1' \
  "$(printf 'to be or\nnot to be\n' | dstream flatmap words reduce-by-key | cat)"

expect 'show a table' $'  key               value\n  ───────────────────────\n  to                    2' \
  "$(printf 'to be or\nnot to be\n' | dstream flatmap words reduce-by-key top 1 print | tail -n +2 | grep -v '^$')"

expect "show Spark's block" $'(to,2)\n...' \
  "$(printf 'to be or\nnot to be\n' | dstream flatmap words reduce-by-key print 1 --format spark | grep -E '^(\(|\.)')"

echo 'export const shout = (line: string): string => line.toUpperCase()' > "$folder/shout.ts"
expect "the user's function in TypeScript" 'HEAR' "$(echo hear | dstream map "$folder/shout.ts#shout" | cat)"

expect 'version' "dstream/$("$node" -p 'require("./package.json").version')" "$(dstream --version | cut -d' ' -f1)"

dstream flatmap --help > "$folder/help"
grep -q 'FUNCTION' "$folder/help"
echo 'ok: help'

code=0
dstream mapp 2> "$folder/error" || code=$?
expect 'a mistake exits 2' 2 "$code"
grep -q 'Did you mean map' "$folder/error"
echo 'ok: a mistake is met with a hint'

# The first second may pass while tsx compiles: of three batches, one is enough.
expect 'the API: examples/queue-stream.ts' 10 \
  "$("$node" --import=tsx examples/queue-stream.ts 3 | grep -E '^\([0-9],100\)$' | head -n 10 | grep -c .)"

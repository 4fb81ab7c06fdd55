#!/bin/sh
# Pictures of the real command in a real terminal (tmux), on a dark and on a light ground: docs/pictures/NAME-THEME.svg.
#
#   scripts/pictures.sh                 all pictures below, of the real command
#   scripts/pictures.sh sample          of sample batches instead (no command needed): sample-NAME-…
#   PNG=1 scripts/pictures.sh           also NAME-THEME.png next to them, to look at (needs rsvg-convert)
#   OUT=/tmp/p scripts/pictures.sh      into another folder
#
# Each picture is: name, columns of the terminal, what is typed (shown after `$ `). `dstream` is `node bin/run.js` of
# this checkout. tmux runs on a socket of its own, which is closed at the end; no configuration of yours is read.
set -eu
cd "$(dirname "$0")/.."
out=${OUT:-docs/pictures}
patience=${PATIENCE:-60}
command -v tmux >/dev/null || { echo "pictures.sh: tmux is missing" >&2; exit 1; }
[ -z "${PNG:-}" ] || command -v rsvg-convert >/dev/null || { echo "pictures.sh: rsvg-convert is missing" >&2; exit 1; }
work=$(mktemp -d)
socket=dstream-pictures-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null || :; rm -rf "$work"' EXIT INT TERM
mkdir -p "$out"

# What stands on the command lines below.
mkdir "$work/bin"
printf '#!/bin/sh\nexec node "%s/bin/run.js" "$@"\n' "$PWD" >"$work/bin/dstream"
printf '#!/bin/sh\ncd "%s" && exec node --import=tsx scripts/pictures-sample.ts "$@"\n' "$PWD" >"$work/bin/sample"
chmod +x "$work/bin/dstream" "$work/bin/sample"
cat >"$work/access.jsonl" <<'DATA'
{"host":"192.0.2.14","method":"GET","path":"/","status":200,"bytes":5120,"ms":3.1,"agent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}
{"host":"198.51.100.7","method":"GET","path":"/docs/windows-and-sliding-intervals.html","status":304,"bytes":0,"ms":0.8,"agent":"Mozilla/5.0 (Macintosh) Safari/605.1.15"}
{"host":"203.0.113.250","method":"POST","path":"/api/v1/events","status":503,"ms":1210.4,"agent":"curl/8.5.0"}
{"host":"192.0.2.14","method":"GET","path":"/search?q=東京 天気","status":200,"bytes":18342,"ms":41.7,"agent":null}
DATA
printf '%s\n' 'rio río река 川 강' 'river 川 강 江' 'río 川 강 река' >"$work/rivers.txt"

# picture NAME COLUMNS COMMAND
picture() {
  name=$1 columns=$2 typed=$3
  rm -f "$work/done"
  # The pane is far higher than any picture, so that nothing scrolls away; the blank rest is cut off by picture.ts.
  # The environment is written into the script: a server started by tmux would keep that of its first session.
  cat >"$work/run.sh" <<RUN
export PATH="$work/bin:\$PATH" COLORTERM=truecolor LANG=C.UTF-8 LC_ALL=C.UTF-8
unset NO_COLOR FORCE_COLOR COLUMNS NODE_OPTIONS
cd "$work"
printf '\\033[2m\$\\033[22m %s\\n\\n' "\$(cat "$work/typed")"
. "$work/typed"
touch "$work/done"
sleep 600
RUN
  printf '%s\n' "$typed" >"$work/typed"
  tmux -u -L "$socket" -f /dev/null new-session -d -x "$columns" -y 200 "sh '$work/run.sh'"
  tmux -L "$socket" set-option -g status off
  waited=0
  until [ -e "$work/done" ]; do
    waited=$((waited + 1))
    [ "$waited" -le $((patience * 5)) ] || { echo "pictures.sh: $name took more than $patience s" >&2; exit 1; }
    sleep 0.2
  done
  # tmux draws a moment after the command has written.
  sleep 0.3
  tmux -L "$socket" capture-pane -e -p >"$work/ansi"
  tmux -L "$socket" kill-server
  for theme in dark light; do
    file=$out/$name-$columns-$theme
    node --import=tsx scripts/picture.ts --columns "$columns" --theme "$theme" --title "dstream" \
      <"$work/ansi" >"$file.svg"
    [ -z "${PNG:-}" ] || rsvg-convert --zoom 1.5 "$file.svg" -o "$file.png"
    echo "$file.svg"
  done
}

if [ "${1:-}" = sample ]; then
  for sample in words log unicode long join; do
    picture "sample-$sample" 80 "sample $sample"
    picture "sample-$sample" 40 "sample $sample"
    picture "sample-$sample" 200 "sample $sample"
  done
  exit
fi

picture word-count 80 'dstream demo flatmap split reduce-by-key print --batches 3'
for columns in 40 80 200; do
  picture access-log "$columns" 'dstream map json print < access.jsonl'
done
picture rivers 80 'dstream flatmap split reduce-by-key print < rivers.txt'

#!/usr/bin/env bash
# Installs what the benchmark compares dstream with, into bench/.contenders; Debian's packages go to the system.
# Run it as often as you like: what is there is left alone, what fails is said, and the benchmark then skips it.
# `bench/setup.sh NAME…` installs only these.
set -u
cd "$(dirname "$0")"
into=$PWD/.contenders
logs=$into/logs
venv=$into/python
limit=${SETUP_SECONDS:-900}
mkdir -p "$logs" "$into/bin"
failed=()
wanted=" $* "

# attempt NAME TEST COMMAND…: runs the command unless the test already holds.
attempt() {
  local name=$1 test=$2
  shift 2
  [[ $wanted == "  " || $wanted == *" $name "* ]] || return 0
  if eval "$test" >"$logs/$name.test" 2>&1; then
    echo "$name: there"
  elif timeout "$limit" bash -c '"$@"' "$name" "$@" >"$logs/$name.log" 2>&1 && eval "$test" >"$logs/$name.test" 2>&1; then
    echo "$name: installed"
  else
    echo "$name: FAILED, see bench/.contenders/logs/$name.log"
    failed+=("$name")
  fi
}

debian() {
  # Lists may be missing or old; an update that fails is no reason not to try.
  apt-get update || true
  apt-get install -y --no-install-recommends "$@"
}

native() { gcc -O3 -march=native -Wall -Wextra -o "$into/bin/$1" "native/$1.c"; }
crate() { cargo install --locked --root "$into/cargo" "$@"; }

python_package() {
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv" || return 1
  "$venv/bin/pip" install "$@"
}
imports() { "$venv/bin/python" -c "import $1"; }

# Spark's programs are compiled against the jars that pyspark carries.
spark_programs() {
  local jars
  jars=$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')/jars || return 1
  mkdir -p "$into/spark" && ln -sfn "$jars" "$into/spark/jars" && javac -cp "$jars/*" -d "$into/spark/classes" jvm/spark/*.java &&
    touch "$into/spark/classes"
}
# Spark's source of Kafka, without what pyspark has already.
spark_kafka() {
  mvn -q -B -f jvm/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$into/spark-kafka" -DincludeScope=runtime &&
    rm -f "$into"/spark-kafka/{hadoop,scala-library,slf4j,lz4,snappy,zstd}*
}
spark_jdbc() {
  mvn -q -B -f jvm/jdbc/pom.xml dependency:copy-dependencies -DoutputDirectory="$into/spark-jdbc" -DincludeScope=runtime
}
flink_programs() {
  mvn -q -B -f jvm/flink/pom.xml dependency:copy-dependencies -DoutputDirectory="$into/flink/jars" \
    -DincludeScope=runtime && javac -cp "$into/flink/jars/*" -d "$into/flink/classes" jvm/flink/*.java && touch "$into/flink/classes"
}
# `timeout` starts a program, so the functions have to reach its shell.
export -f debian native crate python_package imports spark_programs spark_kafka spark_jdbc flink_programs
export into venv

newer() { [[ -e $1 && -z $(find $2 -newer "$1" -print -quit) ]]; }

for program in limit limit-simd feed bounds; do
  attempt "$program" "newer '$into/bin/$program' native" native "$program"
done

attempt mawk 'command -v mawk' debian mawk
attempt gawk 'command -v gawk' debian gawk
attempt jq 'command -v jq' debian jq
attempt miller 'command -v mlr' debian miller
attempt ripgrep 'command -v rg' debian ripgrep

attempt angle-grinder "test -x '$into/cargo/bin/agrind'" crate ag
attempt huniq "test -x '$into/cargo/bin/huniq'" crate huniq
attempt frawk "test -x '$into/cargo/bin/frawk'" crate frawk --no-default-features --features use_jemalloc,allow_avx2

attempt pyspark 'imports pyspark' python_package pyspark==4.1.1
attempt bytewax 'imports bytewax' python_package bytewax
attempt duckdb 'imports duckdb' python_package duckdb
attempt river 'imports river' python_package river
attempt chdb 'imports chdb' python_package chdb
attempt tenzir "test -x '$venv/bin/tenzir'" python_package tenzir

attempt spark-jvm "newer '$into/spark/classes' jvm/spark" spark_programs
attempt spark-kafka "ls '$into'/spark-kafka/spark-sql-kafka*" spark_kafka
attempt spark-jdbc "ls '$into'/spark-jdbc/postgresql*" spark_jdbc
attempt flink "newer '$into/flink/classes' jvm/flink" flink_programs

# No package registry has these as a program; who puts them on the PATH can add them to bench/contenders.ts.
if (($# == 0)); then
  echo 'vector, fluent-bit: in no package registry; not compared'
fi

if ((${#failed[@]})); then
  echo "not installed: ${failed[*]}"
  # What the benchmark itself is made of must be there.
  [[ " ${failed[*]} " != *" feed "* && " ${failed[*]} " != *" bounds "* ]]
fi

# Sourced by the cases: runs the program as a user would, in an empty folder, and says what differs.
# shellcheck shell=bash
# shellcheck disable=SC2154  # cases.sh sets `program`

# run_program ARGUMENT...: leaves $code, and stdout and stderr in files.
run_program() {
  code=0
  "$program" "$@" >stdout 2>stderr </dev/null || code=$?
}

fail() {
  printf 'FAILED: %s\n' "$*"
  for file in stdout stderr; do
    printf -- '--- %s\n' "$file"
    [[ ! -f $file ]] || head -n 40 "$file"
  done
  exit 1
}

expect_code() { [[ $code == "$1" ]] || fail "expected exit code $1, found $code"; }

# expect_text FILE EXTENDED-REGULAR-EXPRESSION
expect_text() { grep -qE -- "$2" "$1" || fail "expected in $1: $2"; }
expect_no_text() { ! grep -qE -- "$2" "$1" || fail "not expected in $1: $2"; }
expect_file() { [[ -s $1 ]] || fail "expected a file with content: $1"; }
expect_nothing_at() { [[ ! -e $1 ]] || fail "not expected: $1"; }
expect_equal() { [[ $1 == "$2" ]] || fail "expected $3 to be \"$1\", found \"$2\""; }

expect_json() {
  expect_equal 1 "$(sqlite3 :memory: "select json_valid(cast(readfile('$1') as text))")" \
    "validity of $1"
}

# All files of a night, readable by others.
expect_valid_night() {
  local run=$1 name=$2
  expect_json "$run/night.json"
  expect_json "$run/$name/summary.json"
  expect_text "$run/$name/odds.svg" '^</svg>$'
  expect_text "$run/junit.xml" '</testsuites>'
  expect_equal ok "$(sqlite3 "$run/$name/trace.db" 'pragma integrity_check')" "trace.db's integrity"
  expect_equal "" "$(find "$run" -name '.*.[0-9]*')" "left-over drafts"
}

# The hash of the only run of a night.
hash_of() { sed -n 's/.*"trace_hash": "\([0-9a-f]\{32\}\)".*/\1/p' "$1/night.json"; }

expect_same_hash() {
  local first
  first=$(hash_of "$1")
  [[ -n $first ]] || fail "$1 has no trace hash"
  expect_equal "$first" "$(hash_of "$2")" "trace hash of $2"
}

# Scenario and hash of every run of a night, one per line.
hashes_of() {
  sed -n -e 's/.*"scenario": "\([a-z0-9_]*\)".*/\1/p' \
    -e 's/.*"trace_hash": "\([0-9a-f]*\)".*/\1/p' "$1/night.json" | paste -d ' ' - -
}

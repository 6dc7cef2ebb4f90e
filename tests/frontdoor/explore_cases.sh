#!/usr/bin/env bash
# Explorations and replays, seen from outside.
# Usage: explore_cases.sh PROGRAM ROOT-OF-THE-REPOSITORY CASE
set -euo pipefail
program=$1 root=$2 case=$3
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=tests/frontdoor/harness.sh
source "$here/harness.sh"
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"
mkdir explore
cp "$root/scenarios/explore/small.yaml" explore
small=explore/small.yaml
export TERM=xterm
unset NO_COLOR CARTSTORM_FRONT_DOOR

# value PATH FILE: of a member of a JSON file.
value() {
  sqlite3 :memory: "select json_extract(cast(readfile('$2') as text), '$1')"
}

# A mistyped key, and an image that leaves no room for its trailer.
given_an_exploration_with_a_mistake() {
  sed 's/^images: .*/images: {size: 15KiB, chnages: 40%}/' "$small" >explore/mistaken.yaml
  sed -i 's/^exploration: small/exploration: mistaken/' explore/mistaken.yaml
}

exploration_passes_and_writes_every_file() {
  run_program explore "$small" --depth 1
  expect_code 0
  expect_text stdout '^pass  small'
  expect_text stdout '^  good +[0-9]+ +[0-9,]+ +[0-9,]+ +[0-9,]+$'
  expect_text stdout 'promises judged on visited states: always_bootable [0-9,]+'
  expect_text stdout 'Files: out/'
  expect_equal "" "$(cat stderr)" "progress in a pipe"
  expect_json out/latest/exploration.json
  expect_text out/latest/junit.xml '<testsuite name="small.good" '
  expect_text out/latest/junit.xml '</testsuites>'
  expect_equal 0 "$(value '$.exit_code' out/latest/exploration.json)" "exit code"
  (($(value '$.points' out/latest/exploration.json) > 1000)) || fail "1000 points or fewer"
  expect_equal "" "$(find out -name '*.frontier')" "frontiers"
}

exploration_in_json_is_alone_on_stdout() {
  run_program explore "$small" --depth 1 --story good --json --out first
  expect_code 0
  expect_json stdout
  expect_equal '[]' "$(value '$.violations' stdout)" "violations"
  expect_equal good "$(value '$.stories[0].story' stdout)" "story"
  expect_equal "" "$(value '$.stories[1].story' stdout)" "second story"
  cmp stdout first/exploration.json || fail "stdout and exploration.json differ"
}

exploration_is_the_same_again() {
  run_program explore "$small" --depth 1 --json --out first
  cp stdout once
  run_program explore "$small" --depth 1 --json --out second
  cmp once stdout || fail "two explorations differ"
}

quiet_exploration_says_nothing_when_all_is_well() {
  run_program explore "$small" --depth 1 --story good --quiet
  expect_code 0
  expect_equal "" "$(cat stdout stderr)" "output"
}

exploration_with_a_mistake_is_shown_with_its_place() {
  given_an_exploration_with_a_mistake
  run_program explore explore
  expect_code 2
  expect_text stderr 'explore/mistaken.yaml:[0-9]+:[0-9]+: error: unknown key "chnages"'
  expect_text stderr 'did you mean "changes"'
  expect_text stderr 'an image of 15KiB does not fit into a slot of 16KiB'
  expect_text stderr 'nothing was explored'
  expect_nothing_at out
}

exploration_is_not_run() {
  run_program run "$small"
  expect_code 2
  expect_text stderr 'explore/small.yaml: error: is an exploration: use cartstorm explore'
  cp -r "$here/scenarios" .
  cp "$small" scenarios
  run_program run scenarios --tag fixture --quiet
  expect_code 0
  run_program explore scenarios/tiny.yaml
  expect_code 2
  expect_text stderr 'is a scenario: use cartstorm run'
}

exploration_is_linted_and_listed() {
  run_program lint explore
  expect_code 0
  expect_equal "1 exploration, no errors" "$(cat stdout)" "answer"
  run_program list explore --tag quick
  expect_text stdout 'explore/small.yaml  \[explore, power, quick\]'
  run_program list explore --json
  expect_equal small "$(value '$[0].exploration' stdout)" "name"
}

impossible_explorations_are_refused() {
  local wrong
  for wrong in --depth=0 --depth=4 --tears=hlaf --memory=3 --story=god --device-code=none.so; do
    run_program explore "$small" "$wrong"
    expect_code 2
    expect_text stderr "${wrong%%=*}"
  done
  run_program explore "$small" --out ''
  expect_code 2
  expect_text stderr 'expected a folder'
  run_program explore "$small" --resume
  expect_code 2
  run_program explore "$small" --resume --out none
  expect_code 2
  expect_text stderr 'none holds no frontier'
  expect_nothing_at out
}

progress_of_an_exploration_is_for_terminals() {
  script -qec "'$program' explore '$root/scenarios/explore/small.yaml' --out first" /dev/null \
    >stdout </dev/null
  expect_text stdout 'small/[a-z_]+ \[=* *\] +[0-9]+%  [0-9.]+( k| M)? points/s'
  expect_text stdout 'states \(\+'
}

foreign_folder_is_no_place_for_an_exploration() {
  mkdir night
  echo "my notes" >night/notes.txt
  run_program explore "$small" --out night
  expect_code 3
  expect_equal notes.txt "$(ls -A night)" "content of the folder"
}

wrong_token_is_explained() {
  run_program replay 'small/good/dwonloading/journal#1:program:cut=after' --in explore
  expect_code 2
  expect_text stderr 'at character 12: unknown phase "dwonloading" \(did you mean "downloading"\?\)'
  run_program replay smal/good --in explore
  expect_code 2
  expect_text stderr 'explore has no exploration "smal" \(did you mean "small"\?\)'
  run_program replay small/god --in explore
  expect_code 2
  expect_text stderr 'exploration small has no story "god" \(did you mean "good"\?\)'
}

replay_shows_the_cut_and_the_sector() {
  run_program replay 'small/good/downloading/slot_b#3:program:torn=half' --in explore
  expect_code 0
  expect_text stdout '^power cycle 1$'
  expect_text stdout '^>> +[0-9]+  cut '
  expect_text stdout '^power cycle 2$'
  expect_text stdout '  0x[0-9a-f]{4}  before  [0-9a-f]{8} '
  expect_text stdout '^              left    '
  expect_text stdout '^ends as updated$'
  expect_equal "" "$(grep -vE '^.{0,100}$|^exact|^portable' stdout)" "lines that are too long"
  run_program replay 'small/good/downloading/slot_b#3:program:torn=half' --in explore --json
  expect_code 0
  expect_json stdout
  expect_equal updated "$(value '$.outcome' stdout)" "outcome"
  # The exact address that it names leads to the same place.
  local exact
  exact=$(value '$.exact' stdout)
  mv stdout by_place
  run_program replay "$exact" --in explore --json
  expect_code 0
  cmp by_place stdout || fail "the exact address leads elsewhere"
}

address_that_leads_nowhere_fails() {
  run_program replay 'small/good/downloading/slot_b#9999:program:torn=half' --in explore
  expect_code 1
  expect_text stdout '^power cycle 1$'
  expect_text stderr 'slot_b#9999:program'
}

token_of_another_part_offers_the_portable_one() {
  run_program replay 'small/good/op3:cut=after@00000000' --in explore
  expect_code 2
  expect_text stderr 'portable'
}

# Cases whose names begin with  wait for what they test: a search that is left between two
# paths and not within one. To enable one is to rename it.

interrupted_exploration_goes_on() {
  sed -i 's/^search: .*/search: {depth: 3, tears: every}/' "$small"
  run_program explore "$small" --story good --json --out whole
  cp stdout whole.json
  "$program" explore "$small" --story good --out night >stdout 2>stderr &
  local exploration=$!
  sleep 1
  kill -INT "$exploration"
  code=0
  wait "$exploration" || code=$?
  expect_code 130
  expect_json night/exploration.json
  expect_file night/small.frontier
  expect_text stderr 'to go on:'
  local resume
  resume=$(sed -n 's/^  \.\/cartstorm//p' stderr)
  code=0
  eval "'$program' $resume --json" >stdout 2>stderr || code=$?
  expect_code 0
  # What was known is not kept, so some cuts are met twice: the ends are the same, not how many.
  expect_equal "$(value '$.stories[0].outcomes' whole.json | tr -d 0-9)" \
    "$(value '$.stories[0].outcomes' stdout | tr -d 0-9)" "outcomes"
  expect_nothing_at night/small.frontier
}

memory_bound_keeps_the_frontier() {
  sed -i 's/^search: .*/search: {depth: 3, tears: every}/' "$small"
  run_program explore "$small" --memory 64MiB --out night
  expect_code 3
  expect_file night/small.frontier
  expect_text stdout 'the bound of memory was reached'
  expect_text stderr '--memory 128MiB --out night --resume'
}

"$case"
echo "passed: $case"

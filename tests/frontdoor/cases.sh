#!/usr/bin/env bash
# The program, seen from outside.
# Usage: cases.sh PROGRAM ROOT-OF-THE-REPOSITORY CASE [PROGRAM-BY-CLANG]
set -euo pipefail
program=$1 root=$2 case=$3 other_program=${4:-}
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=tests/frontdoor/harness.sh
source "$here/harness.sh"
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"
cp -r "$here/scenarios" .
tiny=scenarios/tiny.yaml
export TERM=xterm
unset NO_COLOR CARTSTORM_FRONT_DOOR

mistyped_scenario_is_shown_with_its_place() {
  sed 's/^quiet:/quite:/' "$tiny" >scenarios/mistyped.yaml
  run_program run scenarios
  expect_code 2
  expect_text stderr 'scenarios/mistyped.yaml:5:1: error: .*quite.*did you mean "quiet"'
  expect_text stderr 'nothing was run'
  expect_nothing_at out
}

missing_scenario_is_named() {
  run_program run scenarios/none.yaml
  expect_code 2
  expect_text stderr 'scenarios/none.yaml'
}

unknown_command_gets_a_suggestion() {
  run_program rnu "$tiny"
  expect_code 2
  expect_text stderr 'unknown command "rnu" \(did you mean "run"\?\)'
}

unknown_option_gets_a_suggestion() {
  run_program run "$tiny" --sede 3
  expect_code 2
  expect_text stderr 'unknown option "--sede" \(did you mean "--seed"\?\)'
  expect_nothing_at out
}

impossible_numbers_are_refused() {
  local wrong
  for wrong in --seed=-1 --seed=1x --seeds=0 --jobs=0 --trace=cart:20 --trace=trolley:1; do
    run_program run "$tiny" "$wrong"
    expect_code 2
    expect_text stderr "${wrong%%=*}"
  done
  expect_nothing_at out
}

unknown_tag_lists_the_known_ones() {
  run_program run "$tiny" --tag fixtrue
  expect_code 2
  expect_text stderr 'no scenario has the tag "fixtrue" \(did you mean "fixture"\?\)'
  expect_text stderr 'known tags: fixture'
}

one_name_for_two_scenarios_is_refused() {
  mkdir other
  cp -r scenarios/profiles scenarios/tiny.yaml other
  run_program run scenarios other
  expect_code 2
  expect_text stderr 'both define the scenario "tiny"'
}

every_command_has_help_with_an_example() {
  local command
  for command in run lint list explain version keys "keys ca" "keys signer" "keys show" image \
    "image build" "image sign" "image document" "image inspect" "image verify" "image delta"; do
    # shellcheck disable=SC2086  # a group and its command are two words
    run_program $command --help
    expect_code 0
    expect_text stdout "^Example"
    expect_text stdout "  cartstorm $command"
  done
}

shipped_scenarios_are_sound() {
  run_program lint "$root/scenarios"
  expect_code 0
  expect_text stdout '^([2-9]|[1-9][0-9]+) scenarios, [1-9][0-9]* explorations, no errors'
}

list_shows_tags_and_json() {
  run_program list scenarios --tag fixture
  expect_code 0
  expect_text stdout 'scenarios/tiny.yaml  \[fixture\]'
  run_program list scenarios --json
  expect_json stdout
}

explain_knows_promises_and_the_schema() {
  run_program explain always_bootable
  expect_code 0
  run_program explain always_botable
  expect_code 2
  expect_text stderr 'did you mean "always_bootable"'
  run_program explain power_cut
  expect_code 0
  expect_text stdout 'fault power_cut'
  run_program explain --vocabulary
  expect_code 0
  expect_text stdout '^# The words of a scenario'
  local kind
  for kind in "" scenario exploration profiles; do
    # shellcheck disable=SC2086  # no kind is no word
    run_program explain --schema $kind
    expect_code 0
    expect_json stdout
  done
  run_program explain --schema explorations
  expect_code 2
  expect_text stderr 'did you mean "exploration"'
}

run_writes_every_file() {
  run_program run "$tiny" --seed 7
  expect_code 0
  expect_text stdout 'tiny'
  expect_text stdout 'Files: out/'
  expect_valid_night out/latest tiny
  expect_equal 7 "$(sqlite3 :memory: \
    "select json_extract(readfile('out/latest/tiny/summary.json'), '$.seed')")" "seed"
  expect_equal odds.svg "$(sqlite3 :memory: \
    "select json_extract(readfile('out/latest/tiny/summary.json'), '$.odds_plot')")" "the plot"
  expect_text stdout '^  drawn: odds.svg, beside summary.json$'
}

plot_that_cannot_be_written_is_missing_evidence() {
  run_program run "$tiny" --out night
  expect_code 0
  rm night/tiny/odds.svg
  mkdir -p night/tiny/odds.svg/mine
  run_program run "$tiny" --out night
  expect_code 3
  expect_text stderr 'cannot write night/tiny/odds.svg'
  expect_equal "infra/" "$(sqlite3 :memory: "select json_extract(s, '$.verdict') || '/' ||
    json_extract(s, '$.odds_plot') from (select readfile('night/tiny/summary.json') s)")" "verdict"
}

odds_are_drawn_into_a_file() {
  run_program odds --carts 2000 --errors-per-hour 1 --repetitions 10 --plan literal --svg one.svg
  expect_code 0
  expect_text one.svg '>a fleet: what halt rules can see<'
  run_program odds "$tiny" --svg one.svg
  expect_code 0
  expect_text stdout '^Plot: one.svg$'
  expect_text one.svg '>tiny: what halt rules can see<'
  run_program odds "$tiny" --svg two.svg --json
  expect_code 0
  expect_json stdout
  expect_text stdout '"scenario": "tiny", "is_complete": true'
  cmp one.svg two.svg || fail "the same odds gave two pictures"
}

odds_are_not_drawn_where_nobody_can_write() {
  : >file
  run_program odds "$tiny" --svg file/odds.svg
  expect_code 3
  expect_text stderr 'odds: cannot create the folder file'
  run_program odds "$tiny" --svg ""
  expect_code 2
  expect_text stderr 'expected a file'
}

odds_replace_nothing_but_a_picture() {
  local file
  printf -- '-----%s PRIVATE KEY-----\n' BEGIN >a.key
  echo notes >notes.txt
  ln -s nowhere link
  mkdir folder
  cp -r "$tiny" a.key notes.txt folder
  for file in a.key notes.txt link folder "$tiny"; do
    run_program odds "$tiny" --svg "$file"
    expect_code 2
    expect_equal "" "$(cat stdout)" "what was simulated in vain"
  done
  expect_text stderr "odds: $tiny is read by this command and is not replaced"
  run_program odds "$tiny" --svg a.key
  expect_text stderr 'odds: a.key is a private key and is never overwritten'
  run_program odds "$tiny" --svg notes.txt
  expect_text stderr 'notes.txt is raw bytes.*an SVG picture does not replace it; choose another'
  for file in a.key notes.txt; do cmp "$file" "folder/$file" || fail "$file was replaced"; done
  cmp "$tiny" folder/tiny.yaml || fail "the scenario was replaced"
  expect_equal nowhere "$(readlink link)" "the link"
  : >empty.svg
  run_program odds "$tiny" --svg empty.svg
  expect_code 0
  expect_text empty.svg '^</svg>$'
}

odds_of_two_scenarios_are_not_drawn_into_one_file() {
  mkdir two
  cp "$tiny" two/tiny.yaml
  sed 's/^scenario: tiny/scenario: other/' "$tiny" >two/other.yaml
  cp -r scenarios/profiles two/
  run_program odds two --svg odds.svg
  expect_code 2
  expect_text stderr 'odds: --svg draws one scenario, two has 2'
  expect_nothing_at odds.svg
}

seeds_get_a_folder_each_and_a_table() {
  run_program run "$tiny" --seed 5 --seeds 3 --jobs 2 --out night
  expect_code 0
  expect_valid_night night tiny-seed-5
  expect_valid_night night tiny-seed-7
  expect_nothing_at night/tiny-seed-8
  expect_nothing_at out
}

json_is_alone_on_stdout() {
  run_program run "$tiny" --seeds 2 --json
  expect_code 0
  expect_json stdout
  expect_equal 2 "$(sqlite3 :memory: \
    "select json_array_length(cast(readfile('stdout') as text))")" "number of summaries"
}

quiet_says_nothing_when_all_is_well() {
  run_program run "$tiny" --quiet
  expect_code 0
  expect_equal "" "$(cat stdout stderr)" "output"
}

failed_expectation_is_exit_code_1() {
  sed 's/^  - not_held/  - held: {stage: canary, by: devices}/' "$tiny" >scenarios/tiny2.yaml
  sed -i 's/^scenario: tiny/scenario: tiny2/' scenarios/tiny2.yaml
  run_program run scenarios/tiny2.yaml --out night
  expect_code 1
  expect_valid_night night tiny2
  expect_text night/junit.xml '<failure'
}

foreign_folder_is_left_alone() {
  mkdir night
  echo "my notes" >night/notes.txt
  run_program run "$tiny" --out night
  expect_code 3
  expect_text stderr 'night is not empty and was not written by cartstorm'
  expect_equal notes.txt "$(ls -A night)" "content of the folder"
}

earlier_run_is_replaced_but_not_the_notes_in_it() {
  run_program run "$tiny" --seeds 2 --out night
  expect_code 0
  echo "my notes" >night/tiny-seed-2/notes.txt
  run_program run "$tiny" --out night
  expect_code 0
  expect_valid_night night tiny
  expect_nothing_at night/tiny-seed-1
  expect_equal notes.txt "$(ls -A night/tiny-seed-2)" "what is left of the earlier run"
}

folder_in_use_is_refused() {
  run_program run "$tiny" --out night
  code=0
  flock night/.cartstorm-run "$program" run "$tiny" --out night >stdout 2>stderr || code=$?
  expect_code 3
  expect_text stderr 'another cartstorm is writing into night'
  expect_valid_night night tiny
}

folder_that_cannot_be_made_is_an_infrastructure_fault() {
  echo "a file" >night
  run_program run "$tiny" --out night/below
  expect_code 3
  expect_text stderr 'cannot create the folder night/below'
}

# A limit on file sizes fails writes in the middle, as a full disk does.
full_disk_is_an_infrastructure_fault() {
  code=0
  (ulimit -f 4 && "$program" run "$tiny" --trace all --out night >stdout 2>stderr) || code=$?
  expect_code 3
  expect_text stderr 'night/tiny/trace.db'
}

full_stdout_is_an_infrastructure_fault() {
  code=0
  "$program" explain >/dev/full 2>stderr || code=$?
  expect_code 3
  expect_text stderr 'cannot write the results'
}

closed_stdout_is_noticed_and_ends_in_no_file() {
  code=0
  "$program" run "$tiny" --out night >&- 2>stderr || code=$?
  expect_code 3
  expect_text stderr 'cannot write the results'
  expect_valid_night night tiny
  expect_no_text night/.cartstorm-run 'pass'
}

empty_output_folder_is_refused() {
  run_program run "$tiny" --out ''
  expect_code 2
  expect_text stderr '--out: expected a folder, found ""'
  expect_nothing_at out
}

reader_that_leaves_does_not_stop_the_night() {
  "$program" run "$tiny" --seeds 3 --out night 2>stderr | head -n 1 >stdout
  expect_valid_night night tiny-seed-3
}

interrupted_night_leaves_valid_files() {
  "$program" run "$tiny" --seeds 100000 --jobs 1 --out night >stdout 2>stderr &
  local night=$!
  # The second run is under way as soon as the first has its summary.
  until [[ -s night/tiny-seed-1/summary.json ]]; do
    kill -0 "$night" || fail "the night ended early"
    sleep 0.02
  done
  kill -INT "$night"
  code=0
  wait "$night" || code=$?
  expect_code 130
  expect_valid_night night tiny-seed-1
  expect_text stderr 'of 100000 runs were not started'
  expect_text night/night.json '"exit_code": 130'
  expect_equal 100000 "$(grep -c '<testsuite ' night/junit.xml)" "number of runs in junit.xml"
  expect_text night/junit.xml '<skipped message="not started: '
}

pipe_gets_no_escape_codes() {
  run_program run "$tiny"
  expect_no_text stdout $'\e'
  expect_no_text stderr $'\e'
  run_program run "$tiny" --color always
  expect_text stdout $'\e'
}

terminal_gets_color_and_a_clean_end() {
  script -qec "'$program' run '$tiny' --seeds 2" /dev/null >stdout </dev/null
  expect_text stdout $'\e'
  code=0
  NO_COLOR=1 script -qec "'$program' run '$tiny' 2>/dev/null" /dev/null >stdout </dev/null
  expect_no_text stdout $'\e'
}

hash_depends_on_the_seed_alone() {
  run_program run "$tiny" --seed 3 --jobs 1 --out first
  run_program run "$tiny" --seed 3 --jobs 1 --out again --trace all
  run_program run "$tiny" --seed 4 --jobs 1 --out other
  expect_same_hash first again
  [[ $(hash_of first) != "$(hash_of other)" ]] || fail "two seeds, one hash"
}

hash_is_the_same_with_any_number_of_jobs() {
  run_program run "$tiny" --seeds 4 --jobs 1 --out one
  run_program run "$tiny" --seeds 4 --jobs 2 --out two
  expect_equal 4 "$(hash_of one | sort -u | wc -l)" "number of hashes"
  expect_equal "$(hash_of one)" "$(hash_of two)" "hashes with two jobs"
}

hash_is_the_same_in_another_folder() {
  run_program run "$tiny" --out first
  mkdir -p "far away/from here"
  cp -r scenarios "far away/from here"
  (cd "far away/from here" && LC_ALL=C TZ=Asia/Tokyo run_program run "$tiny" --out second)
  expect_same_hash first "far away/from here/second"
}

hash_is_the_same_on_another_date() {
  run_program run "$tiny" --out first
  faketime '2031-02-28 23:59:58' "$program" run "$tiny" --out second >stdout 2>stderr
  expect_same_hash first second
}

# All shipped smoke scenarios: they pass, fit their limits, and give the same hashes in another
# process, folder, date, number of jobs and (where the build of clang is there) compiler.
smoke_scenarios_pass_and_repeat() {
  run_program run "$root/scenarios/smoke" --out first --jobs 2 --quiet
  expect_code 0
  hashes_of first >first.txt
  expect_equal "$(find "$root/scenarios/smoke" -name '*.yaml' | wc -l)" "$(wc -l <first.txt)" \
    "number of runs"
  local file
  for file in first/*/trace.db; do
    (($(stat -c %s "$file") < 30 * 1024 * 1024)) || fail "$file is 30 MiB or larger"
  done
  mkdir elsewhere
  local other=${other_program:-$program}
  (cd elsewhere && faketime '2031-02-03 04:05:06' "$other" run "$root/scenarios/smoke" \
    --out second --jobs 1 --quiet >../stdout 2>../stderr) || fail "the second night did not pass"
  hashes_of elsewhere/second >second.txt
  diff first.txt second.txt >stdout || fail "the hashes differ"
}

# A good release must not be held by chance.
healthy_completes_for_twenty_seeds() {
  run_program run "$root/scenarios/smoke/healthy.yaml" --seeds 20 --jobs 2 --out night --quiet
  expect_code 0
  expect_equal 20 "$(hashes_of night | sort -u -k 2 | wc -l)" "number of different hashes"
}

hash_is_the_same_with_another_compiler() {
  [[ -x $other_program ]] || fail "there is no program built by clang: $other_program"
  run_program run "$tiny" --out first
  "$other_program" run "$tiny" --out second >stdout 2>stderr
  "$program" version >stdout
  "$other_program" version >>stdout
  expect_text stdout 'g\+\+'
  expect_text stdout 'clang'
  expect_same_hash first second
}

repeat_command_repeats() {
  mkdir "my scenarios"
  mv scenarios/* "my scenarios"
  CARTSTORM_FRONT_DOOR=$program run_program run "my scenarios/tiny.yaml" --seed 9 --out first
  expect_code 0
  local repeat
  repeat=$(sqlite3 :memory: "select json_extract(cast(readfile('first/night.json') as text),
                                                 '$.runs[0].repeat')")
  eval "$repeat --out second" >stdout 2>stderr
  expect_same_hash first second
}

doctor_answers_in_json() {
  code=0
  "$root/cartstorm" doctor --json >stdout 2>stderr || code=$?
  expect_code 0
  expect_json stdout
}

# doctor on a machine that lacks some packages and has some commands.
doctor_takes_a_command_only_for_the_package_that_it_stands_for() {
  mkdir bin
  local tool
  for tool in awk bash cat df dirname grep head nproc readlink sed tr; do
    ln -s "$(command -v "$tool")" bin
  done
  cat >bin/dpkg-query <<'FAKE'
#!/usr/bin/env bash
for name in "${@:3}"; do [[ " $LACKS " == *" $name "* ]] || echo "installed $name"; done
FAKE
  printf '#!/usr/bin/env bash\n' >bin/node
  cp bin/node bin/mosquitto
  chmod +x bin/dpkg-query bin/node bin/mosquitto
  export LACKS="npm nodejs mosquitto"
  PATH=$PWD/bin "$root/cartstorm" doctor >stdout 2>stderr
  expect_text stdout '^ok +nodejs '
  expect_text stdout '^MISSING \(test\) +npm '
  expect_text stdout '^apt-get install --no-install-recommends mosquitto npm $'
  PATH=$PWD/bin "$root/cartstorm" doctor --json >stdout 2>stderr
  expect_equal "mosquitto npm" "$(sqlite3 :memory: "select group_concat(name, ' ') from
    (select json_extract(value, '$.name') name from json_each(readfile('stdout'), '$.packages')
     where not json_extract(value, '$.is_installed') order by name)")" "what is missing"
  code=0
  LACKS=libboost1.81-dev PATH=$PWD/bin "$root/cartstorm" doctor >stdout 2>stderr || code=$?
  expect_code 3
  expect_text stdout '^MISSING \(run\) +libboost1.81-dev '
}

"$case"
echo "passed: $case"

#!/usr/bin/env bash
# The endpoint as its operator sees it: how it starts, why it does not, and how it ends. What its
# clients see is in tests/peers.
# Usage: endpoint_cases.sh PROGRAM CASE
set -euo pipefail
program=$1 case=$2
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=tests/frontdoor/harness.sh
source "$here/harness.sh"
folder=$(mktemp -d)
broker=
trap '[[ -z $broker ]] || kill -9 "$broker" 2>/dev/null; rm -rf -- "$folder"' EXIT
cd "$folder"
free=(--mqtts-port 0 --http-port 0 --admin-port 0)

# given_endpoint OPTION...: runs on the folder "lab"; its first words are in "addresses".
given_endpoint() {
  : >addresses  # not what an earlier one said
  "$program" broker --data lab "${free[@]}" "$@" >addresses 2>log &
  broker=$!
  until grep -q '}$' addresses; do
    kill -0 "$broker" || fail "the endpoint did not start: $(cat log)"
    sleep 0.02
  done
}

# expect_refusal CODE TEXT ARGUMENT...
expect_refusal() {
  local wanted=$1 text=$2
  shift 2
  run_program "$@"
  expect_code "$wanted"
  expect_text stderr "$text"
}

endpoint_prints_where_it_is_and_ends_on_request() {
  local signal
  for signal in TERM INT HUP; do
    given_endpoint --json --mqtt-port 0 --https-port 0
    expect_json addresses
    cmp -s <(tr -d ' ' <addresses) lab/addresses.json || fail "addresses.json differs"
    kill -"$signal" "$broker"
    code=0
    wait "$broker" || code=$?
    expect_code 0
  done
  broker=
}

endpoint_tells_its_operator_what_to_paste() {
  "$program" broker --data lab "${free[@]}" >stdout 2>stderr &
  broker=$!
  until grep -q 'boto3.client' stdout; do
    kill -0 "$broker" || fail "the endpoint did not start"
    sleep 0.02
  done
  expect_text stdout 'cartstorm keys device --data lab'
  expect_text stdout 'mosquitto_pub -h localhost -p [0-9]+ --cafile lab/tls/ca.cert.pem'
  # Keys are in files that only their owner can read, and never on a screen.
  expect_equal 600 "$(stat -c %a lab/secrets.json)" "mode of secrets.json"
  expect_equal 600 "$(stat -c %a lab/tls/ca.key.pem)" "mode of the CA's key"
  local secret
  for secret in admin_token secret_key; do
    secret=$(sqlite3 :memory: "select json_extract(readfile('lab/secrets.json'), '$.$secret')")
    ! grep -qF -- "$secret" stdout stderr || fail "a secret is printed"
  done
}

endpoint_that_cannot_start_says_why() {
  given_endpoint --json
  local port
  port=$(sqlite3 :memory: "select json_extract(readfile('addresses'), '$.http')")
  expect_refusal 3 "cannot listen on $port: Address already in use" broker --data other \
    --mqtts-port 0 --admin-port 0 --http-port "${port##*:}"
  expect_refusal 3 'lab/endpoint.db: another endpoint uses this' broker --data lab "${free[@]}"
  kill "$broker"
  wait "$broker"
  broker=
  echo "{" >lab/secrets.json
  expect_refusal 3 'lab/secrets.json: is damaged' broker --data lab "${free[@]}"
  rm -r lab/secrets.json lab/endpoint.db*
  head -c 5000 /dev/urandom >lab/endpoint.db
  expect_refusal 3 'lab/endpoint.db: file is not a database' broker --data lab "${free[@]}"
  expect_refusal 3 'addresses: Not a directory' broker --data addresses "${free[@]}"
}

endpoint_options_that_make_no_sense_are_refused() {
  expect_refusal 2 '--data is required' broker
  expect_refusal 2 'expected an IP address such as 127.0.0.1, found "300.1.1.1"' broker \
    --data third --address 300.1.1.1
  expect_refusal 2 'expected names or addresses .* found "lab,a b"' broker --data fourth \
    --host 'lab,a b'
  expect_refusal 2 'expected a region such as us-east-1' broker --data fifth --region 'mars 1'
  [[ ! -e third && ! -e fourth && ! -e fifth ]] || fail "a refused start made its folder"
  expect_refusal 2 '--mqtts-port: expected a whole number from 0 to 65535' broker --data lab \
    --mqtts-port 65536
  expect_refusal 2 'expected standard or aws, found "azure"' broker --data lab --profile azure
  expect_refusal 2 'expected kill or power, found "fire"' broker --data lab --outlive fire
  expect_refusal 2 'expected names or addresses' broker --data lab --host 'a,,b'
  expect_nothing_at lab
}

devices_get_certificates_of_the_endpoint() {
  expect_refusal 2 'there is no CA of an endpoint' keys device --data lab --name cart-1 -o cart-1
  given_endpoint --json
  local name
  for name in 'a b' 'a/b' "$(printf 'x%.0s' {1..65})"; do
    expect_refusal 2 'expected a (thing )?name' keys device --data lab --name "$name" -o bad
  done
  expect_nothing_at bad.key.pem
  run_program keys device --data lab --name cart-1 --days 30 -o cart-1
  expect_code 0
  expect_equal 600 "$(stat -c %a cart-1.key.pem)" "mode of the key"
  openssl verify -CAfile lab/tls/ca.cert.pem -purpose sslclient cart-1.cert.pem >stdout 2>stderr ||
    fail "openssl does not take the certificate"
  expect_refusal 2 'cart-1.key.pem: File exists' keys device --data lab --name cart-1 -o cart-1
}

commands_for_an_endpoint_say_when_there_is_none() {
  expect_refusal 2 'lab: no endpoint has run here' rollout status --data lab
  given_endpoint --json
  kill "$broker"
  wait "$broker"
  broker=
  expect_refusal 3 'lab: no endpoint answers, it has ended' rollout status --data lab
  expect_refusal 2 '--reason is required' rollout pause fw --data lab
}

endpoint_commands_have_help_with_an_example() {
  local command
  for command in broker "keys device" rollout "rollout create" "rollout status" \
    "rollout release" "rollout pause" "rollout resume" "rollout abort"; do
    # shellcheck disable=SC2086  # a group and its command are two words
    run_program $command --help
    expect_code 0
    expect_text stdout "^Example"
    expect_text stdout "  cartstorm $command"
  done
}

"$case"
echo "passed: $case"

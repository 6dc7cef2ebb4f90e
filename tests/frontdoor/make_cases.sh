#!/usr/bin/env bash
# Keys, images and patches, as QA and the lab make them.
# Usage: make_cases.sh PROGRAM CASE
set -euo pipefail
program=$1 case=$2
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=tests/frontdoor/harness.sh
source "$here/harness.sh"
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd "$folder"

given_signers() {
  local made
  for made in "ca --name Fleet -o lab/ca" "ca --name Other -o lab/other" \
    "signer --ca lab/ca --name Release -o lab/release" \
    "signer --ca lab/ca --name Plant --intermediate -o lab/plant" \
    "signer --ca lab/plant --name Line -o lab/line"; do
    # shellcheck disable=SC2086  # words of a command
    run_program keys $made
    expect_code 0
  done
}

# given_trailer FILE OPTION...
given_trailer() {
  local file=$1
  shift
  run_program image sign fw.bin --version 2.0.0 --security-version 2 --hardware 2,3 --layout 1 \
    --ca-cert lab/ca.cert.pem -o "$file" "$@"
}

given_image() {
  given_signers
  run_program image build --size 64KiB --seed 7 -o fw.bin
  expect_code 0
  given_trailer fw.trailer --signer lab/release --days 90
  expect_code 0
}

# expect_verdict CODE REASON OPTION...
expect_verdict() {
  local wanted=$1 reason=$2
  shift 2
  run_program image verify "$@"
  expect_code "$wanted"
  expect_text stdout "^reason +$reason\$"
}
# expect_refusal TEXT ARGUMENT...: the program says no, and why.
expect_refusal() {
  local text=$1
  shift
  run_program "$@"
  expect_code 2
  expect_text stderr "$text"
}
trusted=(fw.bin --trailer fw.trailer --ca lab/ca.cert.pem)

image_of_our_own_signer_is_accepted() {
  given_image
  expect_verdict 0 none "${trusted[@]}"
  expect_verdict 0 none "${trusted[@]}" --hardware 3 --layout 1 --running 1.9.0 --floor 2 \
    --slot 72KiB
  run_program image verify "${trusted[@]}" --json
  expect_code 0
  expect_json stdout
  run_program image verify "${trusted[@]}" --quiet
  expect_equal "" "$(cat stdout stderr)" "output"
}

image_of_a_signer_below_an_intermediate_is_accepted() {
  given_image
  given_trailer fw.trailer --signer lab/line --intermediate lab/plant --days 90
  expect_code 0
  expect_verdict 0 none "${trusted[@]}"
}

what_a_cart_refuses_has_its_reason() {
  given_image
  expect_verdict 1 untrusted_chain fw.bin --trailer fw.trailer --ca lab/other.cert.pem
  expect_text stdout 'a cart that lacks the named one asks for it and waits'
  expect_verdict 1 wrong_hardware "${trusted[@]}" --hardware 4
  expect_text stdout 'expected 2, 3, found 4'
  expect_verdict 1 wrong_layout "${trusted[@]}" --layout 2
  expect_verdict 1 expired "${trusted[@]}" --at 91d
  expect_verdict 1 not_yet_valid "${trusted[@]}" --at -1h
  expect_verdict 1 downgrade "${trusted[@]}" --running 2.0.1
  expect_verdict 1 older_security_version "${trusted[@]}" --floor 3
  expect_verdict 1 image_too_large "${trusted[@]}" --slot 64KiB
}

tampered_image_and_trailer_are_refused() {
  given_image
  printf 'X' | dd of=fw.bin bs=1 seek=1000 conv=notrunc 2>dd
  expect_verdict 1 digest_mismatch "${trusted[@]}"
  run_program image build --size 64KiB --seed 7 -o fw.bin
  printf '\x09' | dd of=fw.trailer bs=1 seek=8 conv=notrunc 2>dd
  expect_verdict 1 bad_signature "${trusted[@]}"
  printf '\x09' | dd of=fw.trailer bs=1 seek=90 conv=notrunc 2>dd
  expect_verdict 1 malformed_manifest "${trusted[@]}"
}

dates_of_signer_and_ca_count() {
  given_image
  run_program keys signer --ca lab/ca --name Brief --days 2 -o lab/brief
  given_trailer fw.trailer --signer lab/brief --days 90
  expect_code 0
  expect_verdict 1 signer_expired "${trusted[@]}" --at 3d
  run_program keys ca --name Old --days 1 --valid-from -9d -o lab/old
  run_program keys signer --ca lab/old --name Young -o lab/young
  expect_text stdout 'its issuer ends before it'
  run_program image sign fw.bin --version 2.0.0 --security-version 2 --hardware 0-4 --layout 1 \
    --ca-cert lab/old --signer lab/young --days 9 -o old.trailer
  expect_code 2
  expect_text stderr 'every cart would refuse it as anchor_expired'
  expect_nothing_at old.trailer
}

what_no_cart_takes_is_signed_only_by_force() {
  given_image
  given_trailer odd.trailer --signer lab/line --days 9
  expect_code 2
  expect_text stderr 'untrusted_chain'
  expect_nothing_at odd.trailer
  given_trailer odd.trailer --signer lab/line --days 9 --force
  expect_code 0
  expect_verdict 1 untrusted_chain fw.bin --trailer odd.trailer --ca lab/ca.cert.pem
  expect_text stdout '^why +issuer of the chain: expected .*Fleet, found .*Plant$'
  given_trailer odd.trailer --signer lab/ca --days 9 --force
  expect_verdict 1 wrong_key_use fw.bin --trailer odd.trailer --ca lab/ca.cert.pem
}

keys_are_private_and_never_overwritten() {
  given_signers
  expect_equal 600 "$(stat -c %a lab/ca.key.pem)" "mode of the key"
  cp lab/ca.key.pem before
  run_program keys ca --name Again -o lab/ca
  expect_code 2
  expect_text stderr 'lab/ca.key.pem exists and is never overwritten'
  run_program image build --size 1KiB -o lab/ca.key.pem
  expect_code 2
  cmp before lab/ca.key.pem || fail "the key was overwritten"
  # With one half there already, nothing of the other half stays.
  echo "mine" >lab/half.cert.pem
  run_program keys ca --name Half -o lab/half
  expect_code 2
  expect_nothing_at lab/half.key.pem
  expect_equal "" "$(find lab -name '.*')" "left-over drafts"
}

results_replace_their_own_kind_only() {
  given_image
  cp fw.trailer before.trailer
  cp fw.bin before.bin
  expect_refusal 'fw.trailer is a trailer .*an image does not replace it; choose another name' \
    image build --size 1KiB -o fw.trailer
  cp fw.bin other.bin
  given_trailer other.bin --signer lab/release --days 9
  expect_code 2
  expect_text stderr 'other.bin is raw bytes.*a trailer .* does not replace it'
  cmp before.bin other.bin || fail "the image was replaced"
  cmp before.trailer fw.trailer || fail "the trailer was replaced"
  given_trailer fw.trailer --signer lab/release --days 9
  expect_code 0
  run_program image build --size 1KiB -o fw.bin
  expect_code 0
}

no_command_prints_a_private_key() {
  given_image
  local secret
  secret=$(sed -n 2p lab/release.key.pem)
  cat stdout stderr >said
  for file in lab/release.key.pem lab/release.cert.pem fw.trailer; do
    run_program image inspect "$file"
    expect_code 0
    cat stdout stderr >>said
    run_program keys show "$file" --json
    cat stdout stderr >>said
  done
  expect_no_text said 'PRIVATE'
  ! grep -qF -- "$secret" said || fail "a private key was printed"
}

openssl_reads_what_we_make() {
  given_signers
  openssl verify -CAfile lab/ca.cert.pem -untrusted lab/plant.cert.pem lab/line.cert.pem >stdout
  expect_text stdout 'lab/line.cert.pem: OK'
  openssl pkey -in lab/line.key.pem -pubout >of_key
  openssl x509 -in lab/line.cert.pem -pubkey -noout >of_certificate
  cmp of_key of_certificate || fail "key and certificate differ"
}

patch_makes_the_target() {
  given_image
  run_program image build --size 68KiB --seed 7 -o next.bin
  run_program image delta fw.bin next.bin --base-version 2.0.0 --target-version 2.1.0 -o up.patch
  expect_code 0
  expect_text stdout '^share +[67]\.[0-9]% of the full image'
  expect_text stdout '^verified +yes'
  run_program image inspect up.patch --json
  expect_json stdout
  run_program image document fw.trailer --url https://x/fw --delta up.patch --delta-url https://x/up
  expect_code 2
  expect_text stderr 'makes another image than the trailer describes'
}

patch_of_little_use_says_so() {
  given_image
  run_program image delta fw.bin fw.bin --base-version 2.0.0 --target-version 2.1.0 -o up.patch
  expect_code 0
  expect_no_text stdout '^note'
  run_program image build --size 1KiB --seed 8 -o other.bin
  run_program image delta fw.bin other.bin --base-version 2.0.0 --target-version 1.9.0 -o up.patch
  expect_code 0
  expect_text stdout '^note +carts on 2.0.0 refuse the older 1.9.0 as a downgrade; '
  expect_text stdout 'the patch is no smaller than the image \(1024 bytes\): offer the image$'
}

document_is_ready_to_paste() {
  given_image
  run_program image build --size 60KiB --seed 7 -o old.bin
  run_program image delta old.bin fw.bin --base-version 1.9.0 --target-version 2.0.0 -o up.patch
  run_program image document fw.trailer --delta up.patch --delta-url https://x/up \
    --url "\${aws:iot:s3-presigned-url-v2:https://s3.us-east-1.amazonaws.com/firmware/2.0.0.bin}"
  expect_code 0
  expect_json stdout
  expect_text stdout '"version":"2.0.0","size":65536,"sha256":"[0-9a-f]{64}"'
  expect_text stdout "\"delta\":\{\"base\":\"$(sha256sum old.bin | cut -d ' ' -f 1)\""
}

files_of_the_wrong_kind_are_named() {
  given_image
  : >empty
  head -c 300 fw.trailer >short.trailer
  printf '\x7fELF and so on' >app.elf
  printf ':10000000000102030405060708090A0B0C0D0E0F88\n' >app.hex
  expect_refusal "empty is empty, expected an image" \
    image verify empty --trailer fw.trailer --ca lab/ca
  expect_refusal "short.trailer is a trailer of [0-9]+ bytes, found 300" \
    image verify fw.bin --trailer short.trailer --ca lab/ca
  expect_refusal "fw.bin is raw bytes.*expected a trailer" \
    image verify fw.bin --trailer fw.bin --ca lab/ca
  expect_refusal "expected a CA" image verify fw.bin --trailer fw.trailer --ca lab/release
  expect_refusal "app.elf is an ELF program.*objcopy" image build --from app.elf -o new.bin
  expect_refusal "app.hex is a HEX text" image build --from app.hex -o new.bin
  run_program image inspect fw.bin
  expect_code 0
  expect_text stdout '^kind +raw bytes$'
  expect_text stdout '^note +marked as nothing that cartstorm makes'
  printf 'CTFLASH1' >part.flash
  expect_refusal "part.flash is the flash of a cart, expected an image" image inspect part.flash
  expect_refusal "lab is a folder" image inspect lab
  expect_refusal "cannot read none.bin: No such file" image inspect none.bin
  expect_refusal "fw.bin is read by this command" image delta fw.bin fw.bin --base-version 1.0.0 \
    --target-version 1.0.0 -o fw.bin
  expect_nothing_at new.bin
}

mistyped_commands_get_a_suggestion() {
  expect_refusal 'unknown command "vreify" \(did you mean "verify"\?\)' image vreify
  expect_refusal 'unknown option "--nmae" \(did you mean "--name"\?\)' keys ca --nmae x -o y
  expect_refusal '--hardware: expected hardware revisions' image sign fw.bin --hardware 2,32
  expect_refusal 'Usage: cartstorm keys' keys
}

# A limit on file sizes fails writes in the middle, as a full disk does.
full_disk_leaves_nothing_half_written() {
  given_image
  code=0
  (ulimit -f 4 && "$program" image build --size 64KiB -o new.bin >stdout 2>stderr) || code=$?
  expect_code 3
  expect_text stderr 'cannot write new.bin'
  expect_equal "" "$(find . -name 'new.bin' -o -name '.*.[0-9]*')" "what is left"
}

"$case"
echo "passed: $case"

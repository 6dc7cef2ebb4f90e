#!/usr/bin/env bash
# check_tidy.sh finds what is planted, says it once, and looks again at what changed and no more.
# Usage: check_tidy_test.sh CLANG-TIDY ROOT-OF-THE-REPOSITORY
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
clang_tidy=$1 check=$2/tests/lint/check_tidy.sh tree=$folder/tree
mkdir -p "$tree/sim" "$tree/build/release"
cp "$2/.clang-tidy" "$tree"
cd "$tree"

# As CMake writes them.
write_commands() {
  local name separator='['
  for name in first second; do
    printf '%s\n{\n  "directory": "%s",\n' "$separator" "$tree/build/release"
    printf '  "command": "/usr/bin/g++ %s -c %s",\n' "$*" "$tree/sim/$name.cpp"
    printf '  "file": "%s"\n}' "$tree/sim/$name.cpp"
    separator=,
  done
  printf '\n]\n'
}

# expect CODE CLOSING-LINE: what the next run must end with.
expect() {
  local code=0
  "$check" "$clang_tidy" "$tree" "$tree/build/release" "$tree/build/tidy" sim/ \
    >"$folder/stdout" 2>"$folder/stderr" || code=$?
  [[ $code == "$1" && $(tail -n 1 "$folder/stdout") == "clang-tidy: $2" ]] && return
  printf 'FAILED: expected exit code %s and "clang-tidy: %s", found %s and:\n' "$1" "$2" "$code"
  cat "$folder/stdout" "$folder/stderr"
  exit 1
}

printf 'inline int half(int n) { return n / 2; }\n' >sim/half.hpp
printf '#include "half.hpp"\nint first(int n) { return half(n); }\n' >sim/first.cpp
printf '#include "half.hpp"\nint second(int n) { return half(n); }\n' >sim/second.cpp
write_commands -std=c++20 >build/release/compile_commands.json
expect 0 '2 files, 2 looked at, 0 findings'
expect 0 '2 files, 0 looked at, 0 findings'

cp sim/half.hpp sound.hpp
printf 'int half(int n) { return n / 2; }\n' >sim/half.hpp
expect 1 '2 files, 2 looked at, 1 findings'
grep -q '^sim/half.hpp:1:5: error: .* \[misc-definitions-in-headers\]$' "$folder/stdout"
expect 1 '2 files, 2 looked at, 1 findings'

cp sound.hpp sim/half.hpp
expect 0 '2 files, 2 looked at, 0 findings'
printf '#include "half.hpp"\nint second(int n) { return half(n) + 1; }\n' >sim/second.cpp
expect 0 '2 files, 1 looked at, 0 findings'
write_commands -std=c++20 -DOTHER >build/release/compile_commands.json
expect 0 '2 files, 2 looked at, 0 findings'
echo '# another rule' >>.clang-tidy
expect 0 '2 files, 2 looked at, 0 findings'

# A source that cannot be read, or a tool that breaks, has found nothing and proven nothing.
mv sim/half.hpp sim/gone.hpp
expect 1 '2 files, 2 looked at, 2 findings'
mv sim/gone.hpp sim/half.hpp
# shellcheck disable=SC2016  # the planted tool expands it
printf '#!/bin/sh\n[ "$1" = --version ] || exit 139\n' >"$folder/crashes"
chmod +x "$folder/crashes"
clang_tidy=$folder/crashes
expect 1 '2 files, 2 looked at, 2 findings'
echo '[]' >build/release/compile_commands.json
expect 1 'no sources to look at'

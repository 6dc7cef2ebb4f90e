#!/usr/bin/env bash
# Fails if a source file is not as clang-format would write it, or if there are no source files.
# Usage: check_format.sh CLANG-FORMAT ROOT-OF-THE-REPOSITORY
set -euo pipefail
cd "$2"
mapfile -d '' files < <(find device-model broker-mock reports sim bench tests \
  \( -name '*.cpp' -o -name '*.hpp' \) -print0)
echo "${#files[@]} files"
((${#files[@]} > 0))
printf '%s\0' "${files[@]}" | xargs -0 -n 40 -P 2 "$1" --dry-run -Werror

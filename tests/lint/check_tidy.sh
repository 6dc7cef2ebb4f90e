#!/usr/bin/env bash
# Fails if clang-tidy finds anything in a source that the build compiles, or if there are no such
# sources. A source without findings is looked at again only when something has changed that
# clang-tidy read for it: the first run takes minutes, the next ones seconds.
# Usage: check_tidy.sh CLANG-TIDY ROOT-OF-THE-REPOSITORY BUILD-FOLDER CACHE-FOLDER [PREFIX]...
set -euo pipefail
export clang_tidy=$1 root=$2 build=$3 cache=$4 rules
shift 4

# Sources of ours, relative to the root; with prefixes only those that begin with one of them.
sources() {
  local file prefix
  sed -n "s|^ *\"file\": \"$root/\(.*\)\".*|\1|p" "$build/compile_commands.json" |
    while read -r file; do
      [[ $file != build/* ]] || continue
      for prefix in "${@:-}"; do
        [[ $file != "$prefix"* ]] || printf '%s\n' "$file"
      done
    done | sort -u
}

# What all verdicts depend on.
print_rules() {
  "$clang_tidy" --version
  find "$root" -name build -prune -o -name .clang-tidy -print0 | sort -z | xargs -0 cat
  cat "$0"
}

# The files that clang-tidy read for a source, one per line; the system's headers are not listed.
files_read() { sed -e 's/^[^ ]*: //' -e 's/\\$//' "$cache/$1.d" | xargs -r printf '%s\n'; }

# fingerprint SOURCE: a hash of all that decides what clang-tidy says about it.
fingerprint() {
  {
    printf '%s\n' "$rules"
    grep -F -B 1 "\"file\": \"$root/$1\"" "$build/compile_commands.json"
    files_read "$1" | xargs -d '\n' sha256sum
  } 2>&1 | sha256sum
}

is_known_as_clean() {
  [[ -f $cache/$1.clean && $(<"$cache/$1.clean") == "$(fingerprint "$1")" ]]
}

# A file that somebody changed meanwhile was seen in nobody knows which state.
remember_as_clean() {
  local changed
  changed=$(files_read "$1" | xargs -d '\n' -I{} find {} -newer "$cache/$1.begun")
  [[ -n $changed ]] || fingerprint "$1" >"$cache/$1.clean"
}

# look_at SOURCE: prints @known, or @looked and the findings. Those of two processes must not mix,
# hence the lock.
look_at() {
  local kept="$cache/$1" code=0
  if is_known_as_clean "$1"; then
    echo @known
    return
  fi
  mkdir -p "${kept%/*}"
  rm -f "$kept.clean"
  : >"$kept.begun"
  "$clang_tidy" -p "$build" --quiet "--extra-arg=-Wp,-MMD,$kept.d" "$root/$1" \
    >"$kept.findings" 2>"$kept.stderr" </dev/null || code=$?
  if ((code == 0)); then
    remember_as_clean "$1"
  elif [[ ! -s $kept.findings ]]; then
    { echo "$1:1:1: error: clang-tidy failed ($code)" && cat "$kept.stderr"; } >"$kept.findings"
  fi
  { echo @looked && cat "$kept.findings"; } | flock "$cache" cat
  rm -f "$kept".{begun,findings,stderr}
  ((code == 0))
}
export -f look_at is_known_as_clean remember_as_clean fingerprint files_read

# show_progress DONE TOTAL: on a terminal; DONE is empty to erase the line.
show_progress() {
  [[ -t 2 && ${TERM:-dumb} != dumb ]] || return 0
  printf '\r\e[K%s' "${1:+clang-tidy: $1 of $2 files}" >&2
}

# show TOTAL: the findings as they come, each once although many sources see the same header.
show() {
  local line known=0 looked=0 findings=0 is_news=no
  local -A seen=()
  while IFS= read -r line; do
    case $line in
      @known) ((++known)) && show_progress "$((known + looked))" "$1" && continue ;;
      @looked) ((++looked)) && show_progress "$((known + looked))" "$1" && continue ;;
    esac
    line=${line#"$root/"}
    if [[ $line =~ ^[^\ ]+:[0-9]+:[0-9]+:\ (error|warning): ]]; then
      is_news=${seen[$line]:-yes}
      seen[$line]=no
      [[ $is_news == no ]] || ((++findings))
    fi
    [[ $is_news == no ]] || printf '%s\n' "${line/,-warnings-as-errors]/]}"
  done
  show_progress '' "$1"
  echo "clang-tidy: $1 files, $looked looked at, $findings findings"
}

mapfile -t files < <(sources "$@")
if ((${#files[@]} == 0)); then
  echo "clang-tidy: no sources to look at"
  exit 1
fi
mkdir -p "$cache"
rules=$(print_rules | sha256sum)
# shellcheck disable=SC2016  # the inner bash expands it
printf '%s\n' "${files[@]}" |
  xargs -d '\n' -n 1 -P "$(nproc)" bash -euo pipefail -c 'look_at "$1"' look_at |
  show "${#files[@]}" || exit 1

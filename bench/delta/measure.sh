#!/bin/sh
# Builds pairs of Cortex-M3 images and prints how large their patches are: ours beside bsdiff,
# xdelta3 and the full image.
#   measure.sh <repository> <scratch folder> <make_delta>
# An image is the cart's code and all of newlib with its mathematics, linked at one address.
# Exit code 3: a peer or a compiler is missing; nothing is skipped.
set -eu
home=$1
scratch=$2
make_delta=$3
compiler=arm-none-eabi-g++

for tool in bsdiff xdelta3 "$compiler" patch gzip; do
  if ! command -v "$tool" >/dev/null; then
    echo "measure.sh: $tool is missing; './cartstorm test' installs what is needed" >&2
    exit 3
  fi
done

rm -rf "$scratch"
mkdir -p "$scratch/include"
cp /usr/include/jsmn.h "$scratch/include/"
flags="-std=c++20 -mcpu=cortex-m3 -mthumb -fno-exceptions -fno-rtti -fno-threadsafe-statics -w"

# compile FOLDER TREE OPTIMISATION [source name...]: objects of the cart's code
compile() {
  folder=$scratch/$1 tree=$2 level=$3
  shift 3
  mkdir -p "$folder"
  [ $# -gt 0 ] || set -- $(cd "$tree/device-model/src" && ls ./*.cpp)
  for source in "$@"; do
    # shellcheck disable=SC2086  # one word per flag is what we want
    "$compiler" $flags "$level" -isystem "$scratch/include" -I "$tree/device-model/include" \
      -c "$tree/device-model/src/$source" -o "$folder/$(basename "$source" .cpp).o" 2>/dev/null
  done
}

# image NAME OBJECT-FOLDER RELEASE-FLAGS LIBRARY
image() {
  # shellcheck disable=SC2086
  "$compiler" $flags -Os $3 -c "$home/bench/delta/release.cpp" -o "$scratch/$1.release.o"
  library=$("$compiler" -mcpu=cortex-m3 -mthumb -print-file-name="$4")
  mathematics=$("$compiler" -mcpu=cortex-m3 -mthumb -print-file-name=libm.a)
  # The library's system calls have no kernel here, and nothing runs: only the bytes matter.
  "$compiler" -mcpu=cortex-m3 -mthumb -nostdlib -Wl,-Ttext=0x08000000 -Wl,-e,0x08000001 \
    "$scratch/$1.release.o" "$scratch/$2"/*.o -Wl,--whole-archive "$library" \
    "$mathematics" -Wl,--no-whole-archive -lgcc -Wl,-z,muldefs -Wl,--unresolved-symbols=ignore-all \
    -o "$scratch/$1.elf" 2>/dev/null
  arm-none-eabi-objcopy -O binary -R .data -R .bss "$scratch/$1.elf" "$scratch/$1.bin"
}

bytes() { wc -c <"$1"; }

# row TITLE BASE TARGET
row() {
  base=$scratch/$2 target=$scratch/$3
  ours=$("$make_delta" "$base" "$target" "$scratch/patch.cpt")
  bsdiff "$base" "$target" "$scratch/patch.bsdiff"
  xdelta3 -D -f -9 -S lzma -e -s "$base" "$target" "$scratch/patch.xdelta"
  awk -v title="$1" -v full="$(bytes "$target")" -v ours="$ours" \
    -v bsdiff="$(bytes "$scratch/patch.bsdiff")" -v xdelta="$(bytes "$scratch/patch.xdelta")" '
    BEGIN {
      split(ours, mine, " ")
      printf "| %-38s | %7d | %7d | %5.1f %% | %7d | %.2f | %7d | %.2f | %4d |\n", title, full,
        mine[1], 100 * (1 - mine[1] / full), bsdiff, mine[1] / bsdiff, xdelta, mine[1] / xdelta,
        mine[2]
    }'
}

base_flags='-DOTA_RELEASE="1.8.0"'
next_flags='-DOTA_RELEASE="2.0.0"'
early_flags="$next_flags -DOTA_NEW_FUNCTION"

compile base "$home" -Os
image base base "$base_flags" libc.a
image renamed base "$next_flags" libc.a
image early base "$early_flags" libc.a

# The bugs that the checks must find, as small changes in functions all over the cart.
mkdir -p "$scratch/fixes.tree"
cp -R "$home/device-model" "$scratch/fixes.tree/"
for change in $(grep -l '^+++ b/device-model/src' "$home"/tests/planted/patches/*.patch); do
  patch -s -f -p1 -d "$scratch/fixes.tree" <"$change" >/dev/null 2>&1 || true
done
compile fixes "$scratch/fixes.tree" -Os
image fixes fixes "$early_flags" libc.a

cp -R "$scratch/base" "$scratch/minor"
compile minor "$home" -O2 json.cpp offer.cpp select_slot.cpp turn_download.cpp wire_read.cpp
image minor minor "$early_flags" libc.a

image major minor "$early_flags" libc_nano.a
gzip -9 -n -c "$scratch/base.bin" >"$scratch/base.gz"
gzip -9 -n -c "$scratch/early.bin" >"$scratch/early.gz"

printf '%s' '| from 1.8.0 to | full | patch | saved | bsdiff | ours / bsdiff '
echo '| xdelta3 | ours / xdelta3 | ms |'
echo "|---|---|---|---|---|---|---|---|---|"
row "another version text" base.bin renamed.bin
row "a function inserted at the begin" base.bin early.bin
row "that and small fixes all over the cart" base.bin fixes.bin
row "that and five sources built with -O2" base.bin minor.bin
row "that and another C library (nano)" base.bin major.bin
row "compressed images" base.gz early.gz

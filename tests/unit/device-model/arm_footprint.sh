#!/bin/sh
# Compiles every source of the portable library for a bare-metal Cortex-M3 and judges what comes
# out: which symbols it needs, whether it keeps static data, how much flash and stack it takes.
#   arm_footprint.sh <device-model folder> <scratch folder> [arm-none-eabi-g++]
set -eu
model=$1
scratch=$2
compiler=${3:-arm-none-eabi-g++}
prefix=${compiler%g++}

text_budget=40960   # bytes without crypto
patch_budget=1536   # bytes of them for the decoder of delta patches, without its header
frame_budget=2560   # bytes, largest single function
# Memory functions, the compiler's own runtime, and abort of a variant that holds nothing.
allowed='^(mem(cpy|move|set|cmp|chr)|strlen|__aeabi_.*|__(u?div|clz|ctz|ashl|lshr|mul).*|abort)$'

rm -rf "$scratch"
mkdir -p "$scratch/include"
# The tokenizer is one portable header; the host's own headers must not come with it.
cp /usr/include/jsmn.h "$scratch/include/"

for source in "$model"/src/*.cpp; do
  name=$(basename "$source" .cpp)
  "$compiler" -std=c++20 -Os -mcpu=cortex-m3 -mthumb -fno-exceptions -fno-rtti \
    -fno-threadsafe-statics -fno-unwind-tables -fno-asynchronous-unwind-tables \
    -ffunction-sections -fdata-sections -fstack-usage -Wno-psabi \
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Werror \
    -isystem "$scratch/include" -I "$model/include" -c "$source" -o "$scratch/$name.o"
done
"${prefix}ld" -r -o "$scratch/ota.o" "$scratch"/*.o

fail=0
unknown=$("${prefix}nm" -u "$scratch/ota.o" | awk '{print $2}' | grep -Ev "$allowed" || true)
if [ -n "$unknown" ]; then
  echo "undefined symbols that no bare-metal board has:"
  echo "$unknown"
  fail=1
fi
set -- $("${prefix}size" "$scratch/ota.o" | tail -1)
text=$1 data=$2 bss=$3
echo "text $text of $text_budget bytes, data $data, bss $bss"
if [ "$data" -ne 0 ] || [ "$bss" -ne 0 ]; then
  echo "mutable statics: data $data, bss $bss, expected none"
  fail=1
fi
if [ "$text" -gt "$text_budget" ]; then
  echo "text is $text bytes, budget $text_budget"
  fail=1
fi
patch=$("${prefix}size" "$scratch/patch_decoder.o" | awk 'NR == 2 {print $1}')
echo "patch decoder $patch of $patch_budget bytes"
if [ "$patch" -gt "$patch_budget" ]; then
  echo "the patch decoder is $patch bytes, budget $patch_budget"
  fail=1
fi
echo "largest stack frames in bytes:"
cat "$scratch"/*.su | awk -F '\t' '{print $2, $1}' | sort -rn | head -5
largest=$(cat "$scratch"/*.su | awk -F '\t' '{print $2}' | sort -rn | head -1)
if [ "$largest" -gt "$frame_budget" ]; then
  echo "a function takes $largest bytes of stack, budget $frame_budget"
  fail=1
fi
exit $fail

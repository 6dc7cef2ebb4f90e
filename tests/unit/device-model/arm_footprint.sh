#!/bin/sh
# Compiles every source of the portable library for a bare-metal Cortex-M3, links it as a board
# would, prints what it takes and holds it against the budgets.
#   arm_footprint.sh <device-model folder> <scratch folder> [arm-none-eabi-g++]
set -eu
model=$1
scratch=$2
compiler=${3:-arm-none-eabi-g++}
prefix=${compiler%g++}
here=$(cd "$(dirname "$0")" && pwd)

both_budget=38600   # bytes of text: agent and bootloader, unused sections dropped
lto_budget=35500    # the same, optimized as a whole
boot_budget=6500    # the bootloader alone, likewise
patch_budget=1536   # bytes of them for the decoder of delta patches, without its header
stack_budget=5120   # bytes below Agent::step or select_slot, without the port
# Memory functions, the compiler's own runtime, and abort of a variant that holds nothing.
allowed='^(mem(cpy|move|set|cmp|chr)|strlen|__aeabi_.*|__(u?div|clz|ctz|ashl|lshr|mul).*|abort)$'

rm -rf "$scratch"
mkdir -p "$scratch/include" "$scratch/plain" "$scratch/lto"
# The tokenizer is one portable header; the host's own headers must not come with it.
cp /usr/include/jsmn.h "$scratch/include/"

# What a board calls, and nothing else. Its runtime is newlib's and counted on its own.
cat > "$scratch/board.cpp" <<'END'
#include "ota/agent.hpp"
#include "ota/boot.hpp"
extern "C" {
#ifdef WITH_AGENT
void board_step(ota::Agent& agent, ota::Uptime now, const ota::Event& event,
                ota::Hardware& hardware, const ota::Tuning& tuning, ota::Commands& out) {
  agent.step(now, event, hardware, tuning, out);
}
std::uint64_t board_deadline(const ota::Agent& agent) { return agent.deadline().ms; }
#endif
ota::Status board_boot(ota::Hardware& hardware, ota::ResetCause cause, ota::BootDecision& out) {
  return ota::select_slot(hardware, cause, out);
}
void abort() {
  for (;;) {
  }
}
}
END

# Each array is as large as the type that it is named after.
cat > "$scratch/sizes.cpp" <<'END'
#include "ota/agent.hpp"
#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/job_context.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"
#define SIZE(type) char type[sizeof(ota::type)];
namespace ram {
SIZE(Agent) SIZE(JobContext) SIZE(Commands) SIZE(Event) SIZE(BootRecord) SIZE(Journal)
SIZE(Counters) SIZE(TrustStore) SIZE(RecordFrame)
}
END

flags="-std=c++20 -Os -mcpu=cortex-m3 -mthumb -fno-exceptions -fno-rtti -fno-threadsafe-statics
  -fno-unwind-tables -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -Wno-psabi
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Werror
  -isystem $scratch/include -I $model/include"
compile() { "$compiler" $flags "$@"; }
link() {  # <image> <first object> [flag]...: keeps what the roots need
  image=$1 board=$2
  shift 2
  "$compiler" $flags "$@" -nostartfiles --specs=nano.specs -Wl,--gc-sections -Wl,-e,board_boot \
    -Wl,-u,board_step -Wl,-u,board_deadline "$board" $objects -o "$image"
}

for source in "$model"/src/*.cpp; do
  name=$(basename "$source" .cpp)
  compile -fcallgraph-info=su -fstack-usage -c "$source" -o "$scratch/plain/$name.o"
  compile -flto -c "$source" -o "$scratch/lto/$name.o"
done
compile -c "$scratch/sizes.cpp" -o "$scratch/sizes.o"
for kind in plain lto; do
  flag=-fno-lto
  if [ $kind = lto ]; then flag=-flto=auto; fi
  compile $flag -c "$scratch/board.cpp" -o "$scratch/boot_$kind.o"
  compile $flag -DWITH_AGENT -c "$scratch/board.cpp" -o "$scratch/both_$kind.o"
  objects=$(echo "$scratch/$kind"/*.o)
  for image in boot both; do
    link "$scratch/$image.$kind" "$scratch/${image}_$kind.o" $flag \
      "-Wl,-Map,$scratch/$image.$kind.map"
  done
done
"${prefix}ld" -r -o "$scratch/ota.o" "$scratch"/plain/*.o

fail=0
over() {  # <what> <bytes> <budget>
  if [ "$2" -gt "$3" ]; then
    echo "$1: $2 bytes, budget $3"
    fail=1
  fi
}
# Bytes of text per object that a map lists, the runtime as one.
per_object() {
  awk '
    function take(size, file) {
      if (size == "0x0" || size == "0x00000000") return
      name = file
      if (name ~ /\/plain\//) sub(/.*\/plain\//, "", name); else name = "runtime"
      sub(/\.o$/, "", name)
      print name, size
    }
    /^\.text|^\.rodata/ { inside = 1 }
    /^\.ARM|^\.data|^\.init_array|^\.persistent/ { inside = 0 }
    !inside { next }
    /^ \.(text|rodata)/ && NF == 1 { pending = 1; next }
    pending && NF == 3 { take($2, $3) }
    { pending = 0 }
    /^ \.(text|rodata)/ && NF == 4 { take($3, $4) }
  ' "$1" | while read -r name size; do echo "$name $((size))"; done |
    awk '{ sum[$1] += $2 } END { for (n in sum) print n, sum[n] }' | sort
}
text_of() { "${prefix}size" "$1" | awk 'NR == 2 {print $1}'; }

unknown=$("${prefix}nm" -u "$scratch/ota.o" | awk '{print $2}' | grep -Ev "$allowed" || true)
if [ -n "$unknown" ]; then
  echo "undefined symbols that no bare-metal board has:"
  echo "$unknown"
  fail=1
fi

per_object "$scratch/boot.plain.map" > "$scratch/boot.txt"
per_object "$scratch/both.plain.map" > "$scratch/both.txt"
echo "bytes of text per source: agent and bootloader, bootloader alone"
awk 'NR == FNR { boot[$1] = $2; next } { printf "  %-16s %6d %6d\n", $1, $2, boot[$1] }' \
  "$scratch/boot.txt" "$scratch/both.txt"
both=$(text_of "$scratch/both.plain") boot=$(text_of "$scratch/boot.plain")
both_lto=$(text_of "$scratch/both.lto") boot_lto=$(text_of "$scratch/boot.lto")
echo "total              $both $boot, with -flto $both_lto $boot_lto"
over "text of agent and bootloader" "$both" "$both_budget"
over "text of agent and bootloader with -flto" "$both_lto" "$lto_budget"
over "text of the bootloader with -flto" "$boot_lto" "$boot_budget"
over "text of the patch decoder" "$(text_of "$scratch/plain/patch_decoder.o")" "$patch_budget"

set -- $("${prefix}size" "$scratch/ota.o" | tail -1)
echo "all objects: text $1, data $2, bss $3"
over "mutable statics" $(($2 + $3)) 0

echo "deepest stack in bytes, the port not counted"
step=$("${prefix}nm" "$scratch/ota.o" | awk '$3 ~ /^_ZN3ota5Agent4step/ {print $3}')
boot=$("${prefix}nm" "$scratch/ota.o" | awk '$3 ~ /^_ZN3ota11select_slot/ {print $3}')
cat "$scratch"/plain/*.ci |
  awk -v roots="$step $boot" -f "$here/arm_stack.awk" > "$scratch/stack.txt"
sed 's/^/  /' "$scratch/stack.txt"
over "stack" "$(sort -rn "$scratch/stack.txt" | awk 'NR == 1 {print $1}')" "$stack_budget"
if grep -E '^(recursion|unbounded)' "$scratch/stack.txt"; then fail=1; fi

echo "bytes of RAM per object of a type"
"${prefix}nm" -S --size-sort "$scratch/sizes.o" | while read -r _ size _ name; do
  echo "  $(echo "$name" | sed 's/_ZN3ram[0-9]*\(.*\)E/\1/') $((0x$size))"
done
exit $fail

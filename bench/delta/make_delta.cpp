#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "ota/host/delta.hpp"

// make_delta BASE TARGET PATCH: writes the patch, applies it with the cart's decoder, and prints
// "BYTES MILLISECONDS".
namespace {

using Octets = std::vector<std::byte>;

Octets read(const char* path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    fmt::print(stderr, "usage: make_delta BASE TARGET PATCH\n");
    return 2;
  }
  const Octets base = read(arguments[1]);
  const Octets target = read(arguments[2]);
  const auto begin = std::chrono::steady_clock::now();
  const auto patch = ota::host::make_patch(base, target, {});
  const auto took = std::chrono::steady_clock::now() - begin;
  if (!patch || ota::host::apply_patch(base, *patch) != target) {
    fmt::print(stderr, "make_delta: no patch from {} to {}\n", arguments[1], arguments[2]);
    return 1;
  }
  std::ofstream file{arguments[3], std::ios::binary};
  file.write(reinterpret_cast<const char*>(patch->data()),
             static_cast<std::streamsize>(patch->size()));
  fmt::print("{} {}\n", patch->size(),
             std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  return file.flush() ? 0 : 1;
}

#include "sim/explore/device_code.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "cartstorm_build.hpp"  // written by sim/cli/cli.cmake
#include "sim/explore/device_code_table.hpp"
#include "sim/explore/key.hpp"

namespace cartstorm::sim::explore {

namespace {

std::uint64_t identity_of(std::span<const std::byte> bytes) {
  KeyWriter writer;
  writer.bytes(bytes);
  return writer.finish().low;
}

std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::vector<std::byte> bytes;
  for (char c = 0; in.get(c);) {
    bytes.push_back(static_cast<std::byte>(c));
  }
  return bytes;
}

}  // namespace

const DeviceCode& linked_device_code() {
  static const DeviceCode code = [] {
    DeviceCode linked = device_code_of_this_build();
    linked.identity = identity_of(std::as_bytes(std::span{std::string_view{CARTSTORM_COMMIT}}));
    return linked;
  }();
  return code;
}

std::unique_ptr<LoadedDeviceCode> LoadedDeviceCode::load(const std::filesystem::path& file,
                                                         std::string& problem) {
  // A bare name would be looked for among the system's libraries.
  void* handle = dlopen(std::filesystem::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    problem = dlerror();
    return nullptr;
  }
  using Table = const DeviceCode* (*)();
  const auto table = reinterpret_cast<Table>(dlsym(handle, device_code_symbol));
  if (table == nullptr) {
    problem = file.string() + " is no variant of the device model: it lacks " + device_code_symbol;
    dlclose(handle);
    return nullptr;
  }
  DeviceCode code = *table();
  if (!std::ranges::equal(code.sizes, linked_device_code().sizes)) {
    problem = file.string() +
              " was built from other headers than this program; build both from the same sources";
    dlclose(handle);
    return nullptr;
  }
  code.identity = identity_of(bytes_of(file));
  return std::unique_ptr<LoadedDeviceCode>{new LoadedDeviceCode{handle, code}};
}

LoadedDeviceCode::~LoadedDeviceCode() { dlclose(handle_); }

}  // namespace cartstorm::sim::explore

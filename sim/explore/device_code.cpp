#include "sim/explore/device_code.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <iterator>

#include "sim/explore/device_code_table.hpp"

namespace cartstorm::sim::explore {

const DeviceCode& linked_device_code() {
  static const DeviceCode code = device_code_of_this_build();
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
  const DeviceCode& code = *table();
  if (!std::ranges::equal(code.sizes, linked_device_code().sizes)) {
    problem = file.string() +
              " was built from other headers than this program; build both from the same sources";
    dlclose(handle);
    return nullptr;
  }
  return std::unique_ptr<LoadedDeviceCode>{new LoadedDeviceCode{handle, code}};
}

LoadedDeviceCode::~LoadedDeviceCode() { dlclose(handle_); }

}  // namespace cartstorm::sim::explore

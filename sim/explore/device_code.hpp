#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "ota/agent.hpp"
#include "ota/boot.hpp"
#include "ota/provision.hpp"

namespace cartstorm::sim::explore {

/// The entry points of the device model that an exploration calls: of the one that is linked in, or
/// of a variant of it that was loaded from a shared object. Everything below them (records, JSON,
/// patches) is the variant's own.
struct DeviceCode {
  void (*step)(ota::Agent&, ota::Uptime, const ota::Event&, ota::Hardware&, const ota::Tuning&,
               ota::Commands&);
  ota::Uptime (*deadline)(const ota::Agent&);
  ota::Status (*select_slot)(ota::Hardware&, ota::ResetCause, ota::BootDecision&);
  ota::Status (*provision)(ota::Hardware&, const ota::FactoryState&);
  /// Writes every record again as if it had been written `first_sequence` times before, in a life
  /// with updates in it.
  ota::Status (*age)(ota::Hardware&, std::uint64_t first_sequence);

  /// Sizes of everything that crosses the border. A variant that differs was built from other
  /// headers and must not be called.
  std::size_t sizes[8];

  /// Tells builds apart in addresses: of a loaded variant its bytes, of the linked one its commit.
  std::uint64_t identity = 0;
};

/// The device model of this program.
const DeviceCode& linked_device_code();

/// A variant in a shared object, for as long as the object lives.
class LoadedDeviceCode {
 public:
  /// `problem` says why there is none: no such file, not a variant, or built from other headers.
  static std::unique_ptr<LoadedDeviceCode> load(const std::filesystem::path&, std::string& problem);
  ~LoadedDeviceCode();
  LoadedDeviceCode(const LoadedDeviceCode&) = delete;
  LoadedDeviceCode& operator=(const LoadedDeviceCode&) = delete;

  const DeviceCode& code() const { return code_; }

 private:
  LoadedDeviceCode(void* handle, const DeviceCode& code) : handle_(handle), code_(code) {}

  void* handle_;
  DeviceCode code_;
};

}  // namespace cartstorm::sim::explore

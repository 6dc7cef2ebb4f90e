#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ota/host/signing.hpp"
#include "ota/manifest.hpp"
#include "ota/provision.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// One version as it is built, signed and run in this world.
struct FirmwareImage {
  std::string name;  ///< old, new
  const Image* spec = nullptr;
  std::vector<std::byte> content;
  ota::Digest digest{};
  std::array<std::byte, ota::manifest_bytes> manifest{};
  ota::AnchorId anchor{};
};

/// Everything that is signed or verified in a run. Keys derive from the seed (HKDF-SHA256), image
/// bytes from seed and version: nothing is stored anywhere, and the same seed gives the same world.
class ImageSet {
 public:
  ImageSet(const Scenario&, std::uint64_t seed);

  const FirmwareImage& old_image() const { return images_[0]; }
  const FirmwareImage& new_image() const { return images_[1]; }
  const std::array<FirmwareImage, 2>& all() const { return images_; }
  /// By name (`ca-current`), in alphabetical order.
  const std::map<std::string, ota::Anchor>& anchors() const { return anchors_; }

 private:
  void build(FirmwareImage&, const Scenario&, std::uint64_t seed);

  std::map<std::string, ota::Anchor> anchors_;
  std::map<std::string, ota::host::PrivateKey> keys_;
  std::array<FirmwareImage, 2> images_;
};

/// Layout id of every simulated cart: one slot geometry, one boot record format.
inline constexpr std::uint32_t simulated_layout = 1;

}  // namespace cartstorm::sim

#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ota/host/certificates.hpp"
#include "ota/trailer.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// One version as it is built, signed and run in this world.
struct FirmwareImage {
  std::string name;  ///< older, old, new, newer
  const Image* spec = nullptr;
  std::vector<std::byte> content;
  ota::Digest digest{};
  std::vector<std::byte> trailer;  ///< manifest and chain, as carts have them behind the image
  std::vector<std::byte> padded_trailer;  ///< to whole program units
  ota::AnchorId anchor{};
  std::vector<std::byte> patch;  ///< from the old image; empty: none is offered
};

/// A CA of this world, and the signer below it.
struct Authority {
  ota::host::CertificateBytes certificate;
  ota::Anchor anchor;
  std::int64_t not_before_s = 0;  ///< of the certificate, seconds since 1970
  ota::host::PrivateKey signer_key{};
  ota::host::CertificateBytes signer;
};

/// Everything that is signed or verified in a run. Keys and serials derive from the seed
/// (HKDF-SHA256), the dates of certificates from the scenario's epoch, image bytes from seed and
/// version: nothing is stored anywhere, and the same seed gives the same world.
class ImageSet {
 public:
  /// `program_unit` and `sector_size` are those of the flash of every cart. CAs that sign no image
  /// are made too, if they are named.
  ImageSet(const Scenario&, std::uint64_t seed, std::uint32_t program_unit,
           std::uint32_t sector_size = 4096, const std::vector<std::string>& more_authorities = {});

  const FirmwareImage& old_image() const { return images_[0]; }
  const FirmwareImage& new_image() const { return images_[1]; }
  /// What a rollout brings that supersedes that of the new image: the new image, unless there is a
  /// newer one.
  const FirmwareImage& newest_image() const { return images_[newest_]; }
  /// What some carts come with instead of the old image; nullptr: all come with that.
  const FirmwareImage* older_image() const {
    return images_.size() > newest_ + 1 ? &images_.back() : nullptr;
  }
  /// Old and new, and those there are of newer and older, in this order.
  const std::vector<FirmwareImage>& all() const { return images_; }
  /// By name (`ca-current`), in alphabetical order.
  const std::map<std::string, Authority>& authorities() const { return authorities_; }

 private:
  void add_patch(std::uint32_t sector_size);
  void build(FirmwareImage&, const Scenario&, std::uint64_t seed, std::uint32_t program_unit,
             std::uint32_t sector_size);

  std::map<std::string, Authority> authorities_;
  std::vector<FirmwareImage> images_;
  std::size_t newest_ = 1;
};

/// Layout id of every simulated cart: one slot geometry, one boot record format.
inline constexpr std::uint32_t simulated_layout = 1;

}  // namespace cartstorm::sim

#pragma once
#include <algorithm>
#include <vector>

#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// Learns from `cart` and `image` records which version the fleet came from and which one the
/// rollout brings. The first image is the base; where a cart comes before it, what that cart has.
/// The rollout brings the latest image: images that some carts came with stand before it, and one
/// that only a newer rollout brings comes when that rollout is asked for.
class Releases {
 public:
  void see(const Cart& cart) { first_is(cart.version); }
  void see(const Image& image) {
    first_is(image.version);
    images_.push_back(image);
  }

  bool has_base() const { return has_base_; }
  Version base() const { return base_; }
  /// nullptr until its image record was seen.
  const Image* target() const {
    const auto latest = std::find_if(images_.rbegin(), images_.rend(),
                                     [this](const Image& image) { return image.version != base_; });
    return latest == images_.rend() ? nullptr : &*latest;
  }
  /// Whether carts may run it that have yet to get the target, beside the base: they came with it,
  /// or an earlier rollout brought it.
  bool is_earlier(Version version) const {
    const Image* const latest = target();
    return version != base_ && latest != nullptr && version != latest->version &&
           find(version) != nullptr;
  }
  const Image* find(Version version) const {
    for (const Image& image : images_) {
      if (image.version == version) {
        return &image;
      }
    }
    return nullptr;
  }

 private:
  void first_is(Version version) {
    if (!has_base_) {
      base_ = version;
      has_base_ = true;
    }
  }

  std::vector<Image> images_;
  Version base_{};
  bool has_base_ = false;
};

}  // namespace cartstorm::report

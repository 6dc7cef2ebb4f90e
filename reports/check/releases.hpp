#pragma once
#include <vector>

#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// Learns from `cart` and `image` records which version the fleet came from and which one the
/// rollout brings: the image that no cart had at the start.
class Releases {
 public:
  void see(const Cart& cart) {
    if (!has_base_) {
      base_ = cart.version;
      has_base_ = true;
    }
  }
  void see(const Image& image) { images_.push_back(image); }

  bool has_base() const { return has_base_; }
  Version base() const { return base_; }
  /// nullptr until its image record was seen.
  const Image* target() const {
    for (const Image& image : images_) {
      if (image.version != base_) {
        return &image;
      }
    }
    return nullptr;
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
  std::vector<Image> images_;
  Version base_{};
  bool has_base_ = false;
};

}  // namespace cartstorm::report

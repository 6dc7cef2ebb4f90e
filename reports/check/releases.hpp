#pragma once
#include <algorithm>
#include <vector>

#include "reports/trace/record.hpp"

namespace cartstorm::report {

/// Learns from `cart` and `image` records which version the fleet came from and which one the
/// rollout brings: the latest image that no cart had at the start. The record of an image that only
/// a newer rollout brings comes when that rollout is asked for.
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
    const auto latest = std::find_if(images_.rbegin(), images_.rend(),
                                     [this](const Image& image) { return image.version != base_; });
    return latest == images_.rend() ? nullptr : &*latest;
  }
  /// Whether a rollout brought it before the one that brings the target.
  bool is_superseded(Version version) const {
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
  std::vector<Image> images_;
  Version base_{};
  bool has_base_ = false;
};

}  // namespace cartstorm::report

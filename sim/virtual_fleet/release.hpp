#pragma once
#include <string>
#include <string_view>

#include "broker-mock/cloud/cloud.hpp"
#include "sim/virtual_fleet/images.hpp"

/// How the images of a world come into the cloud: objects, CAs, and what a rollout says of them.
namespace cartstorm::sim {

/// Puts images, the patch and the CAs into a fresh cloud. `images` must outlive it.
void stock(const ImageSet& images, broker::Cloud&);

/// Somebody uploads the old image under the name of the new one.
void swap_artifact(const ImageSet& images, broker::Cloud&);

/// A rollout of the new image under this name; plan, gates and quirks are the caller's.
broker::RolloutSpec release_of(const ImageSet& images, std::string name);
/// The same of one of the images.
broker::RolloutSpec release_of(const ImageSet& images, const FirmwareImage&, std::string name);

/// The image to whose object this address leads.
const FirmwareImage& image_at(const ImageSet& images, std::string_view url);

}  // namespace cartstorm::sim

#include "ota/patch.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/make/keys.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/cli/make/recognise.hpp"

namespace cartstorm::cli {

Outcome<Facts> perform(const InspectFile& wish, ota::UnixTime now) {
  const auto content = read_bytes(wish.file, std::size_t{2} * ota::patch_largest_image,
                                  "an image, a trailer, a patch or a certificate");
  if (!content) return content.problem();
  const FileKind kind = recognise(*content);
  if (is_credential(kind)) return perform(ShowKey{wish.file}, now);
  if (kind == FileKind::trailer) {
    const auto trailer = read_trailer(wish.file);
    if (!trailer) return trailer.problem();
    return facts_of_trailer(*trailer);
  }
  if (kind == FileKind::patch) {
    ota::PatchHeader header;
    const auto patch = read_patch(wish.file, header);
    if (!patch) return patch.problem();
    return facts_of(header);
  }
  if (kind != FileKind::raw_bytes) {
    return Problem{wish.file + " is " + describe(kind) +
                   ", expected an image, a trailer, a patch or a certificate"};
  }
  return facts_of_raw_bytes(*content);
}

}  // namespace cartstorm::cli

#include <fmt/format.h>

#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/kernel/draw.hpp"

namespace cartstorm::cli {
namespace {

/// The same seed gives the same bytes everywhere, and a longer image begins like a shorter one.
FileBytes make_payload(std::uint64_t seed, std::uint32_t size) {
  FileBytes payload(size);
  for (std::size_t i = 0; i < payload.size(); i += 8) {
    const std::uint64_t bits = sim::draw(seed, 0, sim::Purpose::image_content, i);
    for (std::size_t k = 0; k < 8 && i + k < payload.size(); ++k) {
      payload[i + k] = static_cast<std::byte>(bits >> (8 * k));
    }
  }
  // As the stack pointer at the head of a real image; never the head of another kind of file.
  payload[0] = std::byte{0};
  return payload;
}

}  // namespace

Outcome<Facts> perform(const BuildImage& wish, ota::UnixTime) {
  if ((wish.size == 0) == wish.from.empty()) {
    return Problem{"expected either --size, to make an image, or --from, to take one"};
  }
  Outcome<FileBytes> image = wish.size > 0 ? Outcome<FileBytes>{make_payload(wish.seed, wish.size)}
                                           : read_image(wish.from);
  if (!image) return image.problem();
  ResultFile result{wish.out, FileKind::raw_bytes};
  if (wish.size == 0) result.inputs.emplace_back(wish.from);
  const auto written = write_result(result, *image);
  if (!written) return written.problem();
  Facts facts = facts_of_image(*image);
  facts.text("file", wish.out);
  return facts;
}

}  // namespace cartstorm::cli

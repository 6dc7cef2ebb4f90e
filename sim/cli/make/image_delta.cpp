#include <fmt/format.h>

#include "ota/host/delta.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/make/made_files.hpp"

namespace cartstorm::cli {
namespace {

/// What makes a patch that can be written one that is of little use; empty if nothing does.
std::string why_of_little_use(const MakeDelta& wish, std::size_t patch, std::size_t target) {
  std::string note;
  if (wish.target_version < wish.base_version) {
    note = fmt::format("carts on {} refuse the older {} as a downgrade",
                       version_text(wish.base_version), version_text(wish.target_version));
  }
  if (patch >= target) {
    note += fmt::format("{}the patch is no smaller than the image ({} bytes): offer the image",
                        note.empty() ? "" : "; ", target);
  }
  return note;
}

}  // namespace

Outcome<Facts> perform(const MakeDelta& wish, ota::UnixTime) {
  const auto base = read_image(wish.base);
  if (!base) return base.problem();
  const auto target = read_image(wish.target);
  if (!target) return target.problem();
  const auto patch =
      ota::host::make_patch(*base, *target, {wish.sector, wish.base_version, wish.target_version});
  if (!patch) return Problem{"these images cannot be the ends of a patch"};
  const auto made = ota::host::apply_patch(*base, *patch);
  if (!made || *made != *target) {
    return Problem{"internal fault: the patch does not make the target; nothing was written",
                   exit_infrastructure};
  }
  const auto written = write_result({wish.out, FileKind::patch, {wish.base, wish.target}}, *patch);
  if (!written) return written.problem();
  const std::uint64_t tenths = (patch->size() * 1'000 + target->size() / 2) / target->size();
  const std::string share = fmt::format("{}.{}", tenths / 10, tenths % 10);
  Facts facts;
  facts.text("kind", "patch").number("bytes", patch->size());
  facts.both("share", share + "% of the full image", fmt::format("\"{}%\"", share));
  facts.both("verified", "yes, by the decoder of the carts", "true");
  const std::string note = why_of_little_use(wish, patch->size(), target->size());
  if (!note.empty()) facts.text("note", note);
  facts.text("file", wish.out);
  return facts;
}

}  // namespace cartstorm::cli

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

Type<std::vector<ImageQuirk>> quirks_type() {
  return list_of(
      "quirks", one_of<ImageQuirk>("image quirk",
                                   {{"local_clock_validity", ImageQuirk::local_clock_validity},
                                    {"retry_without_backoff", ImageQuirk::retry_without_backoff},
                                    {"no_anchor_channel", ImageQuirk::no_anchor_channel},
                                    {"local_clock_self_test", ImageQuirk::local_clock_self_test}}));
}

/// Empty is all of them, and says nothing in the canonical form.
Type<std::vector<std::uint32_t>> hardware_revisions() {
  auto type = list_of("hardware revisions", count_between(0, 31));
  type.show = [show = type.show](const std::vector<std::uint32_t>& revisions) {
    return revisions.empty() ? Json(nullptr) : show(revisions);
  };
  return type;
}

/// Zero gets its own answer: it is a wish, not a typing error.
Type<double> error_rate() {
  Type<double> type = positive_number();
  type.read = [inner = type](const Node& node, double& rate, Reader& reader) {
    const auto number =
        node.kind == Node::Kind::scalar ? parse_number(node.text) : std::optional<double>{};
    if (!number || *number > 0) return inner.read(node, rate, reader);
    reader.complain(node.place, "expected a number above 0 in " + reader.here() +
                                    ": a fleet without errors proves nothing about the halt rule");
  };
  return type;
}

const Mapping<Image>& validity_definition() {
  static const Mapping<Image> definition = [] {
    Mapping<Image> keys("validity", "When the image may be installed, by the server's time.");
    keys.inherited()
        .key("from", offset(), &Image::valid_from_us, "Issued, relative to the rollout start.")
        .key("until", offset(), &Image::valid_until_us, "Expires, relative to the rollout start.");
    return keys;
  }();
  return definition;
}

}  // namespace

const Mapping<Image>& image_definition() {
  static const Mapping<Image> definition = [] {
    Mapping<Image> keys("image", "A firmware image.");
    keys.inherited()
        .required("version", version(), &Image::version, "MAJOR.MINOR.PATCH.")
        .key("size", size_in_bytes(), &Image::size, "Bytes of the image, at most 1MiB.")
        .key("errors_per_hour", error_rate(), &Image::errors_per_hour,
             "Error episodes per powered hour and cart.")
        .key("quirks", quirks_type(), &Image::quirks,
             "Historical bugs of this image: local_clock_validity (judges issued and expires by "
             "the cart's own clock), retry_without_backoff (tries the same job again at once), "
             "no_anchor_channel (neither asks for trust anchors nor takes them), "
             "local_clock_self_test (fails while the clock is off by over an hour).")
        .key(
            "valid", validity_definition().type(), [](auto& image) -> auto& { return image; },
            "When the image may be installed, by the server's time: from (default -7d) and until "
            "(default 365d), relative to the rollout start.")
        .key("security_version", count_between(1, 1'000'000), &Image::security_version,
             "Anti-rollback counter; a cart refuses one below its floor.")
        .key("signed_by", anchor_name(), &Image::signed_by,
             "Trust anchor that verifies the image; its key derives from the seed.")
        .key("anchor_until", optional_of(offset()), &Image::anchor_until_us,
             "When that trust anchor ends, relative to the rollout start; left out: in 20 years.")
        .key("hardware", hardware_revisions(), &Image::hardware,
             "Hardware revisions that the image is signed for; left out: all of them.")
        .key("changes", optional_of(positive_share()), &Image::changes,
             "Of the new image: makes it from the old one by changing this share of its 4 KiB "
             "sectors, and offers carts the patch. Left out: another image, fetched whole.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim

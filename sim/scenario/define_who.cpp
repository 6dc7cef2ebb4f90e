#include "sim/scenario/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

const Mapping<Who>& who_definition() {
  static const Mapping<Who> definition = [] {
    Mapping<Who> keys("who", "Selects carts: all that match every key given.");
    keys.key("share", optional_of(positive_share()), &Who::share,
             "Share of the matching carts, drawn from the seed per fault and cart.")
        .key("region", word(), &Who::region, "Region of the profile.")
        .key("use", word(), &Who::use, "Use of the profile.")
        .key("profile", word(), &Who::profile, "Name of the profile.")
        .key("sensor", word(), &Who::sensor, "A sensor of the profile.")
        .key("tier", word(), &Who::tier, "Update tier of the profile.");
    return keys;
  }();
  return definition;
}

const Mapping<report::CartSelector>& selector_definition() {
  using report::CartSelector;
  static const Mapping<CartSelector> definition = [] {
    Mapping<CartSelector> keys("expected_carts", "Carts that an expectation speaks of.");
    keys.key("region", word(), &CartSelector::region, "Region of the profile.")
        .key("use", word(), &CartSelector::use, "Use of the profile.")
        .key("profile", word(), &CartSelector::profile, "Name of the profile.")
        .key("tier", word(), &CartSelector::tier, "Update tier of the profile.")
        .key("stage", word(), &CartSelector::stage, "Stage of the rollout that chose the cart.");
    return keys;
  }();
  return definition;
}

namespace {

/// A scalar is `short_form`, anything else a mapping.
Json either(Json short_form, Json mapping) {
  return {{"anyOf", boost::json::array{std::move(short_form), std::move(mapping)}}};
}

bool has_no_condition(const Who& who) {
  return who.region.empty() && who.use.empty() && who.profile.empty() && who.sensor.empty() &&
         who.tier.empty();
}

}  // namespace

Type<Who> who_type() {
  Type<Who> type;
  type.read = [](const Node& node, Who& who, Reader& reader) {
    if (node.kind == Node::Kind::scalar) {
      optional_of(positive_share()).read(node, who.share, reader);
    } else {
      who_definition().read(node, who, reader);
    }
  };
  type.show = [](const Who& who) -> Json {
    if (!has_no_condition(who)) return who_definition().show(who);
    return who.share ? Json(share_text(*who.share)) : Json(nullptr);
  };
  type.schema = [](SchemaDefs& defs) {
    return either(positive_share().schema(defs), who_definition().schema(defs));
  };
  return type;
}

Type<report::CartSelector> selector_type() {
  Type<report::CartSelector> type = selector_definition().type();
  type.show = [](const report::CartSelector& who) -> Json {
    Json shown = selector_definition().show(who);
    return shown.as_object().empty() ? Json(nullptr) : shown;
  };
  return type;
}

Type<report::Bound> bound_type() {
  return scalar<report::Bound>(
      "a share such as 100% or a count such as 3",
      [](std::string_view text) -> std::optional<report::Bound> {
        if (const auto share = parse_share(text)) return report::Bound{*share, true};
        const auto count = parse_count(text);
        if (!count || *count > largest_fleet) return std::nullopt;
        return report::Bound{static_cast<double>(*count), false};
      },
      [](const report::Bound& bound) -> Json {
        if (bound.is_share) return Json(share_text(bound.value));
        return Json(static_cast<std::uint64_t>(bound.value));
      },
      either({{"type", "string"}, {"pattern", "^[0-9]+(\\.[0-9]+)?%$"}},
             {{"type", "integer"}, {"minimum", 0}}));
}

}  // namespace cartstorm::sim

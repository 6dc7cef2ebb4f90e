#include <fmt/format.h>

#include <algorithm>

#include "sim/explore/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim::explore {
namespace {

/// Becomes part of every address, between two slashes.
Type<std::string> story_name() {
  return scalar<std::string>(
      "a word of a-z, 0-9 and _",
      [](std::string_view text) -> std::optional<std::string> {
        const bool is_good = !text.empty() && std::ranges::all_of(text, [](char c) {
          return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        });
        // Whoever reads the address would take it for a bad sector.
        return is_good && !text.starts_with("sector") ? std::optional<std::string>(text)
                                                      : std::nullopt;
      },
      [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); },
      {{"type", "string"}, {"pattern", "^[a-z0-9_]+$"}});
}

/// States into which an agent comes on its way. A cart that starts, or that lost both slots, is no
/// place for a story to turn: the first is passed before anything can happen, the second must never
/// be seen.
std::vector<Choice<ota::State>> turning_points() {
  std::vector<Choice<ota::State>> all;
  for (std::size_t n = 0; n < ota::state_count; ++n) {
    const auto state = static_cast<ota::State>(n);
    if (state == ota::State::starting || state == ota::State::recovery) continue;
    all.push_back({ota::name(state), state});
  }
  return all;
}

/// `cancel: downloading`: the key says what happens, its value when.
Type<Incident> incident_type(Happening what) {
  const Type<ota::State> state = one_of<ota::State>("state", turning_points());
  Type<Incident> type;
  type.read = [what, state](const Node& node, Incident& incident, Reader& reader) {
    incident.what = what;
    state.read(node, incident.at, reader);
  };
  type.show = [what, state](const Incident& incident) {
    return incident.what == what ? state.show(incident.at) : Json(nullptr);
  };
  type.schema = state.schema;
  return type;
}

/// Nothing that happens is not written.
Type<Incident> happens_type() {
  Type<Incident> type = incident_definition().type();
  type.show = [show = type.show](const Incident& incident) {
    return incident.what == Happening::nothing ? Json(nullptr) : show(incident);
  };
  return type;
}

/// Largest number that every reader of JSON takes for a whole number of 64 bits.
constexpr std::uint64_t most_sequence = 0x7fff'ffff'ffff'ffffU;

constexpr std::uint32_t most_retries = 10;  // that Jobs takes in one configuration

Type<std::uint64_t> sequence() {
  return scalar<std::uint64_t>(
      "a whole number from 1 below 2^63",
      [](std::string_view text) {
        const auto value = parse_count(text);
        return value && *value > 0 && *value <= most_sequence ? value : std::nullopt;
      },
      [](const std::uint64_t& value) { return Json(value); },
      {{"type", "integer"}, {"minimum", 1}, {"maximum", most_sequence}});
}

}  // namespace

const Mapping<Incident>& incident_definition() {
  static const Mapping<Incident> definition = [] {
    Mapping<Incident> keys("happens",
                           "One thing that happens once, when the agent comes into a "
                           "state. Exactly one of these keys.");
    const auto self = [](auto& incident) -> auto& { return incident; };
    const auto add = [&](Happening what, const char* doc) {
      keys.key(name(what), incident_type(what), self, doc);
    };
    add(Happening::cancel, "The job is cancelled in the cloud and the cart is told.");
    add(Happening::opt_out, "The owner no longer wants updates.");
    add(Happening::cancel_before_answer,
        "The job is cancelled before the cloud hears what the cart says as it comes into the "
        "state.");
    add(Happening::opt_out_before_answer,
        "The owner no longer wants updates, before an answer to what the cart says as it comes "
        "into the state.");
    add(Happening::redeliver, "The cloud says the pending job again.");
    add(Happening::install_ca, "Another CA arrives.");
    add(Happening::remove_ca, "The cloud takes the cart's only CA away; the cart must keep it.");
    add(Happening::rotate_ca,
        "Another CA arrives, and the one that signed both images is taken away.");
    add(Happening::low_supply, "The supply sinks below the floor until the next pause.");
    add(Happening::lose_link, "The connection is lost until the next pause.");
    add(Happening::lose_link_until_rollback,
        "The connection is lost before the cloud hears what the cart says as it comes into the "
        "state, until the probation is over. Only with crashes_after_confirm.");
    keys.rule([](const Node& node, const Incident&, Reader& reader) {
      if (node.members.size() == 1) return;
      reader.complain(node.place, fmt::format("expected one thing that happens in {}, found {}",
                                              reader.here(), node.members.size()));
    });
    return keys;
  }();
  return definition;
}

const Mapping<Story>& story_definition() {
  static const Mapping<Story> definition = [] {
    Mapping<Story> keys("story", "One life of the cart, which is cut everywhere.");
    keys.required("story", story_name(), &Story::name,
                  "Name, part of every address. Unique in its file.")
        .key("fate", one_of<Fate>("fate", choices<Fate>(fate_count)), &Story::fate,
             "What the new image does: good, crashes (at every boot, before any of our code), "
             "fails_self_test, crashes_after_confirm (at every rest, until the probation is "
             "spent).")
        .key("delivery", one_of<Delivery>("delivery", choices<Delivery>(delivery_count)),
             &Story::delivery, "full (the whole image) or patch (what differs).")
        .key("happens", happens_type(), &Story::incident,
             "What else happens, once: `{cancel: downloading}`.")
        .key("first_sequence", sequence(), &Story::first_sequence,
             "Sequence of the first records: aged flash starts high.")
        .key("retries", count_between(0, most_retries), &Story::retries,
             "How often the cloud wants the update made again: at once after FAILED, as Jobs does "
             "if the job is configured so, and by another job of the same version after a rollback "
             "of what had SUCCEEDED.");
    keys.rule([](const Node& node, const Story& story, Reader& reader) {
      if (story.incident.what != Happening::lose_link_until_rollback ||
          story.fate == Fate::crashes_after_confirm) {
        return;
      }
      const Node* happens = node.find("happens");
      reader.complain(happens != nullptr ? happens->place : node.place,
                      fmt::format("expected fate crashes_after_confirm beside "
                                  "lose_link_until_rollback in {}, found {}",
                                  reader.here(), name(story.fate)));
    });
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim::explore

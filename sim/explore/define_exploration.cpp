#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/explore/definitions.hpp"
#include "sim/explore/exploration_file.hpp"

namespace cartstorm::sim::explore {
namespace {

/// A list that says nothing twice.
template <typename Enum>
Type<std::vector<Enum>> set_of(const std::string& noun, std::vector<Choice<Enum>> words) {
  Type<std::vector<Enum>> type = list_of(noun, one_of<Enum>(noun, std::move(words)));
  type.read = [inner = type.read](const Node& node, std::vector<Enum>& values, Reader& reader) {
    inner(node, values, reader);
    std::set<std::string> seen;
    for (std::size_t n = 0; n < node.items.size(); ++n) {
      const Node& item = node.items[n];
      if (seen.insert(item.text).second || item.kind != Node::Kind::scalar) continue;
      const auto step = reader.into_item(n);
      reader.complain(item.place, fmt::format("{} is there twice", item.text));
    }
  };
  return type;
}

Type<std::vector<Tear>> tears_type() {
  const auto list = set_of<Tear>("tear", choices<Tear>(tear_count));
  Type<std::vector<Tear>> type;
  type.read = [list](const Node& node, std::vector<Tear>& tears, Reader& reader) {
    if (node.kind == Node::Kind::sequence && !node.items.empty()) {
      return list.read(node, tears, reader);
    }
    if (node.kind == Node::Kind::scalar && node.text == "every") {
      tears = every_tear();
    } else if (node.kind == Node::Kind::scalar && node.text == "common") {
      tears = common_tears();
    } else {
      reader.expected("every, common or a list of tears", node);
    }
  };
  type.show = [list](const std::vector<Tear>& tears) -> Json {
    if (tears.empty()) return nullptr;
    if (tears == every_tear()) return "every";
    if (tears == common_tears()) return "common";
    return list.show(tears);
  };
  type.schema = [list](SchemaDefs& defs) -> Json {
    Json tears = list.schema(defs);
    tears.as_object()["minItems"] = 1;
    tears.as_object()["uniqueItems"] = true;
    return {{"anyOf", boost::json::array{{{"enum", {"every", "common"}}}, tears}}};
  };
  return type;
}

Type<std::vector<Story>> stories_type() {
  Type<std::vector<Story>> type = list_of("stories", story_definition().type());
  type.read = [inner = type.read](const Node& node, std::vector<Story>& stories, Reader& reader) {
    if (node.kind == Node::Kind::sequence && node.items.empty()) {
      return reader.complain(node.place, "expected at least one story in " + reader.here());
    }
    inner(node, stories, reader);
  };
  return type;
}

constexpr std::uint32_t deepest = 3;

}  // namespace

const Mapping<Search>& search_definition() {
  static const Mapping<Search> definition = [] {
    Mapping<Search> keys("search", "What is done to every story, and where it ends.");
    keys.key("depth", count_between(1, deepest), &Search::depth, "Cuts on one path, at most.")
        .key("tears", tears_type(), &Search::tears,
             "What the first two cuts may leave: every, common (before, after, half, "
             "all_but_last, all_zero, bit_mix), or a list. Left out: every. With unreadable (parts "
             "with ECC) what was touched fails every read until it is erased.")
        .key("deep_tears", tears_type(), &Search::deep_tears,
             "The same for the third cut, which falls on records only. Left out: common.")
        .key("faults", set_of<OpFault>("fault", choices<OpFault>(op_fault_count, 1)),
             &Search::faults,
             "One of them, at every operation, before the first cut: write_lost (acknowledged, "
             "never done), misdirected (done to the next sector), disturb (a bit beside it fell), "
             "error (reported as failed, half done).")
        .key("bad_sectors", set_of<BadSector>("bad sector", choices<BadSector>(bad_sector_count)),
             &Search::bad_sectors,
             "Every sector in turn is bad from the start in each of these ways: program_error, "
             "erase_error, read_error, program_noop, erase_noop, stuck_low, stuck_high (a bit of "
             "every 64 bytes always reads 0, or 1, and nobody says so).");
    return keys;
  }();
  return definition;
}

const Mapping<Exploration>& exploration_definition() {
  static const Mapping<Exploration> definition = [] {
    Mapping<Exploration> keys("exploration",
                              "What one cart goes through, and everywhere it may lose its supply.");
    keys.required("exploration", word(), &Exploration::name,
                  "Name of the exploration and of its file.")
        .required("why", sentence(), &Exploration::why, "What this exploration is there to show.")
        .key("tags", list_of("tags", word()), &Exploration::tags, "For `list --tag`.")
        .key("flash", part_definition().type(), &Exploration::part, "The flash part.")
        .key("images", images_definition().type(), &Exploration::images, "The two images.")
        .key("cart", policy_definition().type(), &Exploration::tuning, "The cart's policy.")
        .required("stories", stories_type(), &Exploration::stories,
                  "What is cut: one life of the cart each.")
        .key("search", search_definition().type(), &Exploration::search, "How far it is searched.");
    return keys;
  }();
  return definition;
}

std::string read_tears(std::string_view text, std::vector<Tear>& out) {
  out.clear();
  if (text == "every") out = every_tear();
  if (text == "common") out = common_tears();
  if (!out.empty()) return "";
  std::vector<std::string> known{"every", "common"};
  for (const Tear tear : every_tear()) known.emplace_back(name(tear));
  while (true) {
    const std::string word{text.substr(0, text.find(','))};
    Tear tear{};
    if (!tear_named(word, tear)) {
      const std::string near = closest(word, known);
      const std::string hint = near.empty() ? ", expected every, common or some of " + listed(known)
                                            : fmt::format(" (did you mean \"{}\"?)", near);
      return fmt::format("unknown tear \"{}\"{}", word, hint);
    }
    if (std::ranges::find(out, tear) == out.end()) out.push_back(tear);
    if (word.size() == text.size()) return "";
    text.remove_prefix(word.size() + 1);
  }
}

}  // namespace cartstorm::sim::explore

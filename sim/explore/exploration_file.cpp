#include "sim/explore/exploration_file.hpp"

#include <fmt/format.h>

#include <map>

#include "ota/host/crypto.hpp"
#include "ota/trailer.hpp"
#include "sim/explore/definitions.hpp"
#include "sim/scenario/parse_yaml.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace cartstorm::sim::explore {
namespace {

/// A report names the exploration; whoever replays an address must find the file.
void validate_name(const Node& root, const Exploration& exploration,
                   const std::filesystem::path& path, Reader& reader) {
  const std::string stem = path.stem().string();
  if (!reader.is_sound("exploration") || exploration.name == stem || exploration.name.empty()) {
    return;
  }
  reader.complain(place_of(root, "exploration"),
                  fmt::format("exploration {} stands in a file named {}, expected the same name",
                              exploration.name, stem));
}

void validate_images(const Node& root, const Exploration& exploration, Reader& reader) {
  if (!reader.is_sound("flash") || !reader.is_sound("images.size")) return;
  const ota::FlashGeometry& geometry = exploration.part.geometry;
  // A slot of one small sector has no room for its trailer at all.
  const bool has_room = geometry.slot_size > ota::trailer_capacity + geometry.sector_size;
  const std::uint32_t room = has_room ? ota::image_capacity(geometry) : 0;
  if (exploration.images.size <= room) return;
  const bool is_written = root.find("images") != nullptr;
  reader.complain(
      place_of(root, is_written ? "images.size" : "flash"),
      fmt::format("an image of {} does not fit into a slot of {}, which keeps {} for the trailer",
                  size_text(exploration.images.size), size_text(geometry.slot_size),
                  size_text(geometry.slot_size - room)));
}

void validate_stories(const Node& root, const Exploration& exploration, Reader& reader) {
  if (!reader.is_sound("stories")) return;
  std::map<std::string, std::size_t> seen;
  for (std::size_t n = 0; n < exploration.stories.size(); ++n) {
    const std::string& name = exploration.stories[n].name;
    const auto [first, is_new] = seen.emplace(name, n);
    if (is_new) continue;
    reader.complain(
        place_of(root, fmt::format("stories[{}].story", n)),
        fmt::format("story {} is there twice, first as stories[{}]", name, first->second));
  }
}

/// Bits that decide where an address leads; texts for people are left out.
Exploration without_words(Exploration exploration) {
  exploration.why.clear();
  exploration.tags.clear();
  return exploration;
}

}  // namespace

void validate(const Node& root, const Exploration& exploration, Reader& reader) {
  validate_images(root, exploration, reader);
  validate_stories(root, exploration, reader);
}

LoadedExploration load_exploration(const std::filesystem::path& path) {
  LoadedExploration loaded;
  Exploration& exploration = loaded.exploration;
  exploration.search.tears = every_tear();
  exploration.search.deep_tears = common_tears();
  Sources sources;
  Complaints complaints(sources);
  ReadText read = read_text(path);
  const auto file = sources.add(path.string(), std::move(read.text));
  if (!read.error.empty()) {
    complaints.add({file, 0, 0}, read.error);
  } else if (const auto root = parse_yaml(sources, file, complaints)) {
    Reader reader(complaints, "the exploration");
    exploration_definition().read(*root, exploration, reader);
    validate_name(*root, exploration, path, reader);
    validate(*root, exploration, reader);
  }
  if (complaints.is_empty()) exploration.digest = digest_of(exploration);
  loaded.diagnostics = complaints.take();
  return loaded;
}

std::string canonical_text(const Exploration& exploration) {
  return json_text(exploration_definition().show(exploration));
}

std::string digest_of(const Exploration& exploration) {
  const std::string text = canonical_text(without_words(exploration));
  ota::host::OpensslCrypto crypto;
  ota::DigestState state;
  ota::Digest digest{};
  crypto.digest_begin(state);
  crypto.digest_bytes(state, std::as_bytes(std::span(text)));
  crypto.digest_end(state, digest);
  std::string digits;
  for (std::size_t n = 0; n < 8; ++n) {
    digits += fmt::format("{:02x}", std::to_integer<unsigned>(digest[n]));
  }
  return digits;
}

std::string exploration_schema() {
  SchemaDefs defs;
  Json body = exploration_definition().own_schema(defs);
  return json_text(schema_document("cartstorm exploration", std::move(body), std::move(defs)));
}

std::string exploration_vocabulary() {
  std::string text = "\n## Explorations\n\nFiles that begin with `exploration:`.\n\n";
  const auto add = [&](const char* name, const auto& mapping) {
    text += vocabulary_section(name, mapping.doc(), mapping.rows());
  };
  add("exploration: (top level)", exploration_definition());
  add("flash", part_definition());
  add("images (of an exploration)", images_definition());
  add("cart", policy_definition());
  add("stories[]", story_definition());
  add("stories[].happens", incident_definition());
  add("search", search_definition());
  text.pop_back();  // the last table ends the document
  return text;
}

}  // namespace cartstorm::sim::explore

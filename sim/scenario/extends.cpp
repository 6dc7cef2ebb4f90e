#include "sim/scenario/extends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/parse_yaml.hpp"

namespace cartstorm::sim {

namespace {

namespace fs = std::filesystem;

/// More generations than this are a scenario that nobody can read.
constexpr std::size_t max_generations = 8;  // besides the scenario itself

struct Chain {
  std::vector<std::string> files;  ///< identities of the files being read
  std::vector<std::string> names;
};

std::string identity(const fs::path& path) {
  std::error_code error;
  const auto canonical = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal().string() : canonical.string();
}

Node merged(Node base, const Node& over) {
  const bool both_map = base.kind == Node::Kind::mapping && over.kind == Node::Kind::mapping;
  if (!both_map) return over;
  base.place = over.place;
  for (const Member& member : over.members) {
    const auto same = std::find_if(base.members.begin(), base.members.end(),
                                   [&](const Member& known) { return known.key == member.key; });
    if (same == base.members.end()) {
      base.members.push_back(member);
    } else {
      same->value = merged(std::move(same->value), member.value);
      same->place = member.place;
    }
  }
  return base;
}

std::optional<Node> read_chain(const fs::path& path, const Place* asked_at, Chain& chain,
                               Sources& sources, Complaints& complaints);

/// The base that `node` names, if it names one that can be read.
std::optional<Node> read_base(const Node& extends, const fs::path& from, Chain& chain,
                              Sources& sources, Complaints& complaints) {
  if (extends.kind != Node::Kind::scalar || extends.text.empty()) {
    complaints.add(extends.place,
                   "expected a file such as other.yaml in extends, found " + describe(extends));
    return std::nullopt;
  }
  const fs::path base = (from.parent_path() / extends.text).lexically_normal();
  if (std::find(chain.files.begin(), chain.files.end(), identity(base)) != chain.files.end()) {
    std::string circle;
    for (const auto& name : chain.names) circle += name + " -> ";
    complaints.add(extends.place, "extends in a circle: " + circle + base.string());
    return std::nullopt;
  }
  if (chain.files.size() > max_generations) {
    complaints.add(extends.place, "extends more than 8 generations of files");
    return std::nullopt;
  }
  return read_chain(base, &extends.place, chain, sources, complaints);
}

std::optional<Node> read_chain(const fs::path& path, const Place* asked_at, Chain& chain,
                               Sources& sources, Complaints& complaints) {
  ReadText read = read_text(path);
  const auto file = sources.add(path.string(), std::move(read.text));
  if (!read.error.empty()) {
    const auto message = asked_at == nullptr ? read.error : path.string() + ": " + read.error;
    complaints.add(asked_at == nullptr ? Place{file, 0, 0} : *asked_at, message);
    return std::nullopt;
  }
  auto root = parse_yaml(sources, file, complaints);
  if (!root) return std::nullopt;
  const Node* extends = root->find("extends");
  if (extends == nullptr) return root;
  chain.files.push_back(identity(path));
  chain.names.push_back(path.string());
  auto base = read_base(*extends, path, chain, sources, complaints);
  if (!base) return std::nullopt;
  return merged(std::move(*base), *root);
}

}  // namespace

std::optional<Node> read_with_bases(const std::filesystem::path& path, Sources& sources,
                                    Complaints& complaints) {
  Chain chain;
  return read_chain(path, nullptr, chain, sources, complaints);
}

}  // namespace cartstorm::sim

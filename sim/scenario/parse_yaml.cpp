#include "sim/scenario/parse_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>
#include <utility>

#include "sim/scenario/text_rules.hpp"

namespace cartstorm::sim {

namespace {

constexpr std::size_t max_depth = 32;
/// An alias of an alias of an alias can make a small file expand to gigabytes.
constexpr std::size_t max_values = 50'000;

struct Refused {
  Place place;
  std::string message;
};

/// Builds the tree from the parser's events. The parser's own tree would drop duplicate keys.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::uint32_t file) : file_(file) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({Node::Kind::null, place(mark), {}, {}, {}}, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchored_.find(anchor);
    if (known == anchored_.end()) throw Refused{place(mark), "an alias inside its own anchor"};
    Node copy = known->second;
    values_ += sizes_[anchor];
    add(std::move(copy), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& text) override {
    add({Node::Kind::scalar, place(mark), text, {}, {}}, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open({Node::Kind::sequence, place(mark), {}, {}, {}}, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open({Node::Kind::mapping, place(mark), {}, {}, {}}, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::size_t values_before;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void open(Node node, YAML::anchor_t anchor) {
    if (open_.size() == max_depth) throw Refused{node.place, "nested deeper than 32 levels"};
    open_.push_back({std::move(node), anchor, values_, false, {}, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) sizes_[done.anchor] = values_ - done.values_before + 1;
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (++values_ > max_values) throw Refused{node.place, "expands to more than 50,000 values"};
    if (anchor != 0) {
      sizes_.try_emplace(anchor, 1);
      anchored_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      take_key(parent, node);
    } else {
      parent.node.members.push_back({parent.key, parent.key_place, std::move(node)});
      parent.has_key = false;
    }
  }

  static void take_key(Open& parent, const Node& node) {
    const bool is_word = node.kind == Node::Kind::scalar && !node.text.empty();
    if (!is_word) throw Refused{node.place, "expected a word as key, found " + describe(node)};
    parent.key = node.text;
    parent.key_place = node.place;
    parent.has_key = true;
  }

  std::uint32_t file_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  std::map<YAML::anchor_t, std::size_t> sizes_;
  std::size_t values_ = 0;
};

void refuse_duplicates(const Node& node, const std::string& path, Complaints& complaints) {
  std::map<std::string_view, int> lines;
  for (const Member& member : node.members) {
    const auto [first, is_new] = lines.try_emplace(member.key, member.place.line);
    if (!is_new) {
      const std::string in = path.empty() ? "" : " in " + path;
      complaints.add(member.place, fmt::format("duplicate key \"{}\"{}, first given in line {}",
                                               member.key, in, first->second));
    }
    refuse_duplicates(member.value, path.empty() ? member.key : path + "." + member.key,
                      complaints);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    refuse_duplicates(node.items[i], fmt::format("{}[{}]", path, i), complaints);
  }
}

/// What the parser says of the mistakes that people make most, and what it means.
std::string explained(const std::string& message) {
  if (message == "end of map not found") return message + " (is this line indented differently?)";
  if (message == "end of sequence not found") return message + " (is a dash missing here?)";
  if (message == "end of sequence flow not found") return message + " (is a ] missing?)";
  if (message == "end of map flow not found") return message + " (is a } missing?)";
  if (message == "illegal map value") return message + " (a text with a colon needs quotes)";
  return message;
}

std::optional<Node> parse(std::istringstream& in, std::uint32_t file, Complaints& complaints) {
  Builder builder(file);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) {
      complaints.add({file, 0, 0}, "is empty, expected a mapping");
      return std::nullopt;
    }
    Node root = builder.take();
    Builder second(file);
    if (parser.HandleNextDocument(second)) {
      complaints.add(second.take().place, "expected one document, found a second one");
    }
    return root;
  } catch (const Refused& refused) {
    complaints.add(refused.place, refused.message);
  } catch (const YAML::Exception& error) {
    const bool has_place = !error.mark.is_null();
    const Place place =
        has_place ? Place{file, error.mark.line + 1, error.mark.column + 1} : Place{file, 0, 0};
    complaints.add(place, "not valid YAML: " + explained(error.msg));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Node> parse_yaml(const Sources& sources, std::uint32_t file, Complaints& complaints) {
  if (!is_plain_text(sources, file, complaints)) return std::nullopt;
  std::istringstream in(sources.text(file));
  auto root = parse(in, file, complaints);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::mapping) {
    complaints.add(root->place, "expected a mapping, found " + describe(*root));
    return std::nullopt;
  }
  refuse_duplicates(*root, {}, complaints);
  return root;
}

}  // namespace cartstorm::sim

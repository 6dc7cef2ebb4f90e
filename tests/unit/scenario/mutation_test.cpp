#include <cstdint>
#include <fstream>
#include <sstream>

#include "tests/unit/scenario/scratch_folder.hpp"

/// Whatever bytes a file holds, loading ends with a scenario or with complaints that have a place.
namespace cartstorm::sim {
namespace {

/// splitmix64: the same mutations on every machine.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t limit) {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>((z ^ (z >> 31U)) % limit);
  }

 private:
  std::uint64_t state_;
};

/// Bytes that mean something to YAML, and some that mean nothing.
constexpr std::string_view bytes = "{}[],:&*!|>'\"%@`#-?~ \n\t\r\\<=.0x9aZ_\x80\xC3\xFF\x01";

std::string mutated(std::string text, Draws& draws) {
  for (std::size_t edits = 1 + draws.below(4); edits > 0; --edits) {
    const std::size_t at = draws.below(text.size());
    const std::size_t length = 1 + draws.below(12);
    switch (draws.below(5)) {
      case 0:
        text[at] = bytes[draws.below(bytes.size())];
        break;
      case 1:
        text.insert(at, 1, bytes[draws.below(bytes.size())]);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(draws.below(text.size()), length));
        break;
      default:
        text.resize(at + 1);
    }
    if (text.empty()) text = "a";
  }
  return text;
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class MutatedScenario : public ScratchFolder {
 protected:
  MutatedScenario() {
    const std::filesystem::path shipped = CARTSTORM_SOURCE_DIR "/scenarios";
    std::filesystem::copy(shipped, path("all"), std::filesystem::copy_options::recursive);
  }

  void try_bytes(const std::string& name, const std::string& text) const {
    write(name, text);
    const Loaded loaded = load("all/smoke/healthy.yaml");
    for (const auto& diagnostic : loaded.diagnostics) {
      EXPECT_FALSE(diagnostic.where.file.empty());
      EXPECT_FALSE(diagnostic.message.empty());
      EXPECT_GE(diagnostic.where.line, 0);
      EXPECT_EQ(to_text(diagnostic, false).back(), '\n');
    }
    if (loaded.diagnostics.empty()) {
      EXPECT_NE(loaded.scenario.digest, 0U);
    }
  }
};

TEST_F(MutatedScenario, LoadsOrComplains) {
  constexpr std::uint64_t seed = 2026;
  Draws draws(seed);
  const Found found = find_scenarios({path("all/smoke")});
  ASSERT_FALSE(found.files.empty());
  std::vector<std::string> originals;
  for (const auto& file : found.files) originals.push_back(text_of(file));
  for (int i = 0; i < 1500; ++i) {
    const std::string& original = originals[draws.below(originals.size())];
    SCOPED_TRACE("seed " + std::to_string(seed) + ", mutation " + std::to_string(i));
    try_bytes("all/smoke/healthy.yaml", mutated(original, draws));
    if (HasFailure()) return;
  }
}

TEST_F(MutatedScenario, LoadsOrComplainsAboutItsTable) {
  constexpr std::uint64_t seed = 712;
  Draws draws(seed);
  const std::string original = text_of(path("all/profiles/deployed_ten.yaml"));
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", mutation " + std::to_string(i));
    try_bytes("all/profiles/deployed_ten.yaml", mutated(original, draws));
    if (HasFailure()) return;
  }
}

TEST_F(MutatedScenario, RandomBytesAreRefused) {
  Draws draws(4);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (std::size_t n = draws.below(200); n > 0; --n) text += bytes[draws.below(bytes.size())];
    write("x.yaml", text);
    EXPECT_FALSE(load("x.yaml").diagnostics.empty()) << "seed 4, text " << i;
  }
}

}  // namespace
}  // namespace cartstorm::sim

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "sim/explore/address.hpp"
#include "sim/scenario/suggest.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr std::size_t fingerprint_digits = 8;
constexpr const char* example = "a place such as downloading/journal#3:program:cut=after";

std::vector<std::string> regions() {
  std::vector<std::string> words;
  for (std::size_t n = 0; n < ota::region_count; ++n) {
    words.emplace_back(region_name(static_cast<ota::Region>(n)));
  }
  return words;
}

std::vector<std::string> phases() {
  std::vector<std::string> words;
  for (std::size_t n = 0; n < ota::state_count; ++n) {
    words.emplace_back(ota::name(static_cast<ota::State>(n)));
  }
  words.emplace_back("booting");
  return words;
}

std::vector<std::string> faults() {
  std::vector<std::string> words;
  for (std::size_t n = 1; n < op_fault_count; ++n) {
    words.emplace_back(name(static_cast<OpFault>(n)));
  }
  return words;
}

std::vector<std::string> bad_modes() {
  std::vector<std::string> words;
  for (std::size_t n = 0; n < bad_sector_count; ++n) {
    words.emplace_back(name(static_cast<BadSector>(n)));
  }
  return words;
}

/// Tears by the word that stands before them, so that each has one spelling.
std::vector<std::string> tears(std::string_view key) {
  if (key == "cut") return {name(Tear::before), name(Tear::after)};
  if (key == "reset") return {name(Tear::watchdog)};
  std::vector<std::string> words;
  for (std::size_t n = 0; n < tear_count; ++n) {
    const auto tear = static_cast<Tear>(n);
    if (tear == Tear::before || tear == Tear::after || tear == Tear::watchdog) continue;
    words.emplace_back(name(tear));
  }
  return words;
}

bool is_name(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

/// Reads a token from left to right. After the first problem every step does nothing.
class Parser {
 public:
  explicit Parser(std::string_view token) : token_(token) {}

  std::optional<Token> read() {
    Token read;
    read_fingerprint(read);
    read.address.exploration = take_name("the name of an exploration");
    expect('/', "the name of a story");
    read.address.story = take_name("the name of a story");
    expect_place();
    read_bad_sector(read.address);
    while (goes_on()) read_point(read);
    // Said last, so that problems are told from left to right.
    if (problem_.empty()) problem_ = wrong_fingerprint_;
    if (!problem_.empty()) return std::nullopt;
    return read;
  }
  const std::string& problem() const { return problem_; }

 private:
  bool goes_on() const { return problem_.empty() && at_ < end_; }
  std::string_view rest() const { return token_.substr(at_, end_ - at_); }

  void fail(const std::string& what, std::size_t place) {
    if (problem_.empty()) problem_ = fmt::format("at character {}: {}", place + 1, what);
  }
  void fail(const std::string& what) { fail(what, at_); }

  std::string found() const { return at_ == end_ ? "the end" : fmt::format("\"{}\"", token_[at_]); }

  void expect(char sign, const char* before) {
    if (!problem_.empty()) return;
    if (at_ == end_ || token_[at_] != sign) {
      return fail(fmt::format("expected {} and {}, found {}", sign, before, found()));
    }
    ++at_;
  }

  /// Whatever follows the story follows a slash, and something follows a slash.
  void expect_place() {
    if (!goes_on()) return;
    expect('/', example);
    if (problem_.empty() && at_ == end_) fail(fmt::format("expected {}, found the end", example));
  }

  /// Up to the next sign of the grammar.
  std::string_view take_word() {
    const std::string_view left = rest();
    const std::string_view word = left.substr(0, left.find_first_of("/#:=+@"));
    at_ += word.size();
    return word;
  }

  std::string take_name(const char* what) {
    if (!problem_.empty()) return {};
    const std::size_t from = at_;
    const std::string word{take_word()};
    if (!is_name(word)) {
      fail(fmt::format("expected {} of a-z, 0-9 and _, found \"{}\"", what, word), from);
    }
    return word;
  }

  /// Position of the next word among `known`.
  std::size_t take_choice(const char* noun, const std::vector<std::string>& known) {
    if (!problem_.empty()) return 0;
    const std::size_t from = at_;
    const std::string word{take_word()};
    const auto same = std::ranges::find(known, word);
    if (same != known.end()) return static_cast<std::size_t>(same - known.begin());
    const std::string near = closest(word, known);
    const std::string hint = near.empty() ? ", expected one of " + listed(known)
                                          : fmt::format(" (did you mean \"{}\"?)", near);
    fail(fmt::format("unknown {} \"{}\"{}", noun, word, hint), from);
    return 0;
  }

  std::uint32_t take_number(const char* what, std::uint32_t least) {
    if (!problem_.empty()) return 0;
    const std::size_t from = at_;
    const std::string_view word = take_word();
    const char* end = word.data() + word.size();
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc{} || stop != end || number < least || has_leading_zero(word) ||
        number == ExploredFlash::no_operation) {
      fail(fmt::format("expected {}, found \"{}\"", what, word), from);
    }
    return number;
  }

  /// One place has one address.
  static bool has_leading_zero(std::string_view word) { return word.size() > 1 && word[0] == '0'; }

  void read_fingerprint(Token& token) {
    end_ = token_.size();
    const std::size_t mark = token_.find('@');
    if (mark == std::string_view::npos) return;
    end_ = mark;
    token.is_exact = true;
    is_exact_ = true;
    token.fingerprint = token_.substr(mark + 1);
    const bool is_hex = std::ranges::all_of(
        token.fingerprint, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (is_hex && token.fingerprint.size() == fingerprint_digits) return;
    wrong_fingerprint_ =
        fmt::format("at character {}: expected {} digits of 0-9 and a-f, found \"{}\"", mark + 2,
                    fingerprint_digits, token.fingerprint);
  }

  void read_bad_sector(Address& address) {
    constexpr std::string_view mark = "sector";
    if (!goes_on() || !rest().starts_with(mark)) return;
    at_ += mark.size();
    address.bad_sector = take_number("the number of a sector", 0);
    expect('=', "what is wrong with the sector");
    address.bad_mode = static_cast<BadSector>(take_choice("bad sector", bad_modes()));
    expect_place();
  }

  void read_point(Token& token) {
    Point point;
    if (is_exact_) {
      read_operation(point);
    } else {
      read_spot(point.spot);
    }
    expect(':', "what happened, such as torn=half");
    read_happened(point);
    token.address.points.push_back(point);
    if (!goes_on()) return;
    expect('+', "the next place");
    if (problem_.empty() && at_ == end_) fail("expected the next place, found the end");
  }

  void read_operation(Point& point) {
    constexpr std::string_view mark = "op";
    if (!rest().starts_with(mark)) {
      return fail("expected an operation such as op7 in an exact address, found \"" +
                  std::string(take_word()) + "\"");
    }
    at_ += mark.size();
    point.operation = take_number("the number of an operation", 0);
  }

  void read_spot(Spot& spot) {
    const std::string_view left = rest();
    if (left.starts_with("op") && left.size() > 2 && left[2] >= '0' && left[2] <= '9') {
      return fail("an exact address ends with @ and 8 digits of 0-9 and a-f");
    }
    const std::size_t phase = take_choice("phase", phases());
    spot.is_booting = phase == ota::state_count;
    if (!spot.is_booting) spot.phase = static_cast<ota::State>(phase);
    expect('/', "a region");
    spot.region = static_cast<ota::Region>(take_choice("region", regions()));
    expect('#', "which operation of the region it is");
    spot.nth = take_number("which operation of the region it is, from 1", 1);
    expect(':', "program or erase");
    spot.kind = static_cast<FlashOp>(
        take_choice("operation", {name(FlashOp::program), name(FlashOp::erase)}));
  }

  void read_happened(Point& point) {
    static const std::vector<std::string> keys{"cut", "torn", "reset", "fault"};
    const std::string key = keys[take_choice("event", keys)];
    const std::size_t place = at_ + 1;
    expect('=', "how");
    if (key == "fault") {
      point.fault = static_cast<OpFault>(take_choice("fault", faults()) + 1);
      return;
    }
    const auto known = tears(key);
    const std::string& word = known[take_choice("tear", known)];
    tear_named(word, point.tear);
    const bool is_possible = point.spot.kind == FlashOp::program || applies_to_erase(point.tear);
    if (!is_exact_ && !is_possible) fail("an erase cannot be torn as " + word, place);
  }

  std::string_view token_;
  std::size_t at_ = 0, end_ = 0;
  bool is_exact_ = false;
  std::string problem_;
  std::string wrong_fingerprint_;
};

}  // namespace

std::optional<Token> parse_token(const std::string& text, std::string& problem) {
  Parser parser{text};
  auto token = parser.read();
  problem = parser.problem();
  return token;
}

}  // namespace cartstorm::sim::explore

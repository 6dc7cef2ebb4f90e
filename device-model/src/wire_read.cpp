#include <algorithm>
#include <array>

#include "json.hpp"
#include "wire.hpp"

namespace ota {
namespace {

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

struct Leaf {
  std::string_view text;
  Downlink meaning;
};
constexpr Leaf cart_leaves[] = {{"/rollback/ack", Downlink::rollback_ack},
                                {"/ca/install", Downlink::ca_install},
                                {"/ca/remove", Downlink::ca_remove}};
constexpr Leaf jobs_leaves[] = {{"notify-next", Downlink::notify_next},
                                {"$next/get/accepted", Downlink::describe_accepted},
                                {"$next/get/rejected", Downlink::describe_rejected}};
constexpr Leaf update_leaves[] = {{"/update/accepted", Downlink::update_accepted},
                                  {"/update/rejected", Downlink::update_rejected}};

Downlink look_up(std::span<const Leaf> leaves, std::string_view text) {
  for (const Leaf& leaf : leaves) {
    if (leaf.text == text) {
      return leaf.meaning;
    }
  }
  return Downlink::unknown;
}

Downlink classify_jobs(std::string_view rest, std::string_view& job) {
  const Downlink found = look_up(jobs_leaves, rest);
  const std::size_t slash = place_of(rest, '/');
  if (found != Downlink::unknown || slash == std::string_view::npos) {
    return found;
  }
  job = slice(rest, 0, slash);
  rest.remove_prefix(slash);
  return look_up(update_leaves, rest);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Values of the characters from '+' to 'z', -1 for those that are no digits of base64.
constexpr std::array<std::int8_t, 80> base64_digits = [] {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 80> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<std::size_t>(digits[i] - '+')] = static_cast<std::int8_t>(i);
  }
  return values;
}();

int base64_digit(char c) {
  const auto at = static_cast<std::size_t>(static_cast<unsigned char>(c) - unsigned{'+'});
  return at < base64_digits.size() ? base64_digits[at] : -1;
}

/// Reads one number up to `largest` and the separator behind it, if any.
bool read_part(std::string_view& text, char separator, std::uint32_t largest, std::uint32_t& out) {
  const std::size_t end = std::min(place_of(text, separator), text.size());
  const std::string_view digits = slice(text, 0, end);
  if (digits.empty() || digits.size() > 5 || (digits.size() > 1 && digits[0] == '0')) {
    return false;
  }
  out = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') {
      return false;
    }
    out = out * 10 + static_cast<std::uint32_t>(c - '0');
  }
  text.remove_prefix(std::min(text.size(), end + 1));
  return out <= largest;
}

}  // namespace

Downlink classify(std::string_view topic, std::string_view thing, std::string_view& job) {
  if (skip(topic, "$aws/things/")) {
    const bool is_ours = skip(topic, thing) && skip(topic, "/jobs/");
    return is_ours ? classify_jobs(topic, job) : Downlink::unknown;
  }
  const bool is_ours = skip(topic, "carts/") && skip(topic, thing);
  return is_ours ? look_up(cart_leaves, topic) : Downlink::unknown;
}

bool read_anchor_removal(std::string_view payload, AnchorId& out) {
  JsonReader json;
  std::string_view id;
  return json.parse(payload) == JsonReader::Verdict::ok &&
         json.string(JsonReader::root, "anchor", id) && json.is_sound() &&
         parse_hex64(id, out.value);
}

bool read_anchor_install(Crypto& crypto, std::string_view payload, Anchor& out) {
  JsonReader json;
  std::string_view id, text;
  AnchorId named;
  std::byte certificate[ca_certificate_capacity];
  if (json.parse(payload) != JsonReader::Verdict::ok ||
      !json.string(JsonReader::root, "anchor", id) ||
      !json.string(JsonReader::root, "certificate", text) || !json.is_sound() ||
      !parse_hex64(id, named.value) || base64_size(text) > sizeof certificate) {
    return false;
  }
  const MutableBytes whole{certificate, base64_size(text)};
  return parse_base64(text, whole) && read_anchor(crypto, whole, out) == Status::ok &&
         out.id == named;
}

bool parse_hex(std::string_view text, MutableBytes out) {
  if (text.size() != 2 * out.size()) {
    return false;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<std::byte>(high << 4 | low);
  }
  return true;
}

bool parse_hex64(std::string_view text, std::uint64_t& out) {
  std::byte bytes[8];
  if (!parse_hex(text, bytes)) {
    return false;
  }
  out = 0;
  for (const std::byte b : bytes) {
    out = out << 8 | std::to_integer<std::uint64_t>(b);
  }
  return true;
}

bool parse_version(std::string_view text, Version& out) {
  std::uint32_t major = 0, minor = 0, patch = 0;
  if (std::ranges::count(text, '.') != 2 || !read_part(text, '.', 65535, major) ||
      !read_part(text, '.', 255, minor) || !read_part(text, '.', 255, patch)) {
    return false;
  }
  out.value = major << 16 | minor << 8 | patch;
  return true;
}

std::size_t base64_size(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) {
    return 0;
  }
  const std::size_t padding = text[text.size() - 1] != '='   ? 0
                              : text[text.size() - 2] != '=' ? 1
                                                             : 2;
  return text.size() / 4 * 3 - padding;
}

bool parse_base64(std::string_view text, MutableBytes out) {
  if (text.size() != (out.size() + 2) / 3 * 4) {
    return false;
  }
  const std::size_t padding = (3 - out.size() % 3) % 3;
  std::uint32_t bits = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const int digit = is_padding ? (text[i] == '=' ? 0 : -1) : base64_digit(text[i]);
    if (digit < 0) {
      return false;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if (i % 4 == 3) {
      for (int shift = 16; shift >= 0 && at < out.size(); shift -= 8) {
        out[at++] = static_cast<std::byte>(bits >> shift);
      }
    }
  }
  return true;
}

bool is_job_id(std::string_view text) {
  return !text.empty() && text.size() <= Journal::job_capacity &&
         std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '_' || c == '-';
         });
}

}  // namespace ota

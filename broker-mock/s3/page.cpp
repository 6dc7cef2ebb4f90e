#include "broker-mock/s3/page.hpp"

#include <algorithm>

#include "broker-mock/http/crypto.hpp"

namespace cartstorm::broker::s3 {
namespace {

using Objects = std::map<std::string, Object, std::less<>>;

/// The group that a key falls into; empty: none.
std::string_view group_of(std::string_view key, const PageRequest& request) {
  if (request.delimiter.empty()) return {};
  const std::size_t at = key.find(request.delimiter, request.prefix.size());
  if (at == std::string_view::npos) return {};
  return key.substr(0, at + request.delimiter.size());
}

Objects::const_iterator behind_group(const Objects& objects, std::string_view group) {
  const std::string next = behind_all(group);
  return next.empty() ? objects.end() : objects.lower_bound(next);
}

Objects::const_iterator first_of(const Objects& objects, const PageRequest& request) {
  if (request.after.empty() || request.after < request.prefix) {
    return objects.lower_bound(request.prefix);
  }
  const bool is_group = request.is_after_entry && request.after.starts_with(request.prefix) &&
                        group_of(request.after, request) == request.after;
  return is_group ? behind_group(objects, request.after) : objects.upper_bound(request.after);
}

}  // namespace

std::string behind_all(std::string_view front) {
  std::string next{front};
  while (next.ends_with('\xff')) next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

Page page_of(const Objects& objects, const PageRequest& request) {
  Page page;
  if (request.limit == 0) return page;
  for (auto at = first_of(objects, request);
       at != objects.end() && at->first.starts_with(request.prefix);) {
    if (page.objects.size() + page.groups.size() == request.limit) {
      page.is_truncated = true;
      break;
    }
    const std::string_view group = group_of(at->first, request);
    if (group.empty()) {
      page.objects.emplace_back(at->first, &at->second);
      page.last = at->first;
      ++at;
    } else {
      page.last = page.groups.emplace_back(group);
      at = behind_group(objects, page.last);
    }
  }
  return page;
}

std::string token_of(std::string_view last) {
  return http::base64(http::bytes_of("1" + std::string{last}));
}

std::optional<std::string> parse_token(std::string_view token) {
  auto text = http::from_base64(token);
  if (!text || !text->starts_with('1')) return std::nullopt;
  text->erase(0, 1);
  return text;
}

}  // namespace cartstorm::broker::s3

#include "broker-mock/http/key_ring.hpp"

#include <algorithm>

namespace cartstorm::broker::http {
namespace {

/// Five services, and yesterday's URLs beside today's.
constexpr std::size_t max_derived = 12;

}  // namespace

void KeyRing::add(std::string_view access_key, AccessKey key) {
  entries_.insert_or_assign(std::string{access_key}, Entry{std::move(key), {}, 0});
}

void KeyRing::remove(std::string_view access_key) {
  const auto found = entries_.find(access_key);
  if (found != entries_.end()) entries_.erase(found);
}

const AccessKey* KeyRing::find(std::string_view access_key) const {
  const auto found = entries_.find(access_key);
  return found == entries_.end() ? nullptr : &found->second.key;
}

Sha256 KeyRing::signing_key(std::string_view access_key, const SigningScope& scope) {
  Entry& entry = entries_.find(access_key)->second;
  std::string text = scope.text();
  const auto known = std::ranges::find(entry.derived, text, &Derived::scope);
  if (known != entry.derived.end()) return known->key;
  Derived fresh{std::move(text), http::signing_key(entry.key.secret, scope)};
  const Sha256 key = fresh.key;
  if (entry.derived.size() < max_derived) {
    entry.derived.push_back(std::move(fresh));
  } else {
    entry.derived[entry.next++ % max_derived] = std::move(fresh);
  }
  return key;
}

}  // namespace cartstorm::broker::http

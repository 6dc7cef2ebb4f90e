#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace cartstorm::broker::rollout {

/// Where a controller writes what it must not forget: small keyed records. Each call is one commit
/// and durable when it returns; a call that a crash cuts off has happened as a whole or not at all.
class Store {
 public:
  using Visit = std::function<void(std::string_view key, std::string_view value)>;

  virtual ~Store() = default;
  /// Adds or replaces.
  virtual void put(std::string_view key, std::string_view value) = 0;
  /// An unknown key is no error: a repetition after a crash must not be one.
  virtual void erase(std::string_view key) = 0;
  /// Visits all records whose key begins with `prefix`, in the order of their keys.
  virtual void scan(std::string_view prefix, const Visit& visit) const = 0;
};

/// Lives as long as the object: for virtual time, where a kill ends the controller and not the
/// process.
class MemoryStore final : public Store {
 public:
  void put(std::string_view key, std::string_view value) override {
    records_.insert_or_assign(std::string{key}, std::string{value});
  }
  void erase(std::string_view key) override {
    if (const auto found = records_.find(key); found != records_.end()) records_.erase(found);
  }
  void scan(std::string_view prefix, const Visit& visit) const override {
    for (auto at = records_.lower_bound(prefix); at != records_.end(); ++at) {
      if (!at->first.starts_with(prefix)) return;
      visit(at->first, at->second);
    }
  }

 private:
  std::map<std::string, std::string, std::less<>> records_;
};

}  // namespace cartstorm::broker::rollout

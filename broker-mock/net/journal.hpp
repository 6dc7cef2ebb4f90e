#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "broker-mock/net/database.hpp"
#include "broker-mock/net/input.hpp"

namespace cartstorm::broker::net {

/// All inputs of the cloud in the order in which they happened. An input is added before the cloud
/// hears of it and durable before any answer to it leaves (Loop).
class Journal {
 public:
  static const char* schema();
  explicit Journal(Database& database);

  /// Whose past this is. The first one to ask is it; an empty text, or what is different.
  std::string claim(std::string_view identity);
  void add(const Input& input);
  /// Everything there is, oldest first. The texts live during the call.
  void replay(const std::function<void(const Input&)>& visit);
  std::uint64_t size() const { return size_; }
  /// Of the newest input; long ago if there is none.
  ServerTime latest() const { return latest_; }

 private:
  Database::Statement add_, read_, read_identity_, keep_identity_;
  std::uint64_t size_ = 0;
  ServerTime latest_{INT64_MIN};
};

}  // namespace cartstorm::broker::net

#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::broker::net {

/// Reads one JSON object member by member. The first thing that is wrong is kept, with its place
/// (`plan.stages[1].soak`); everything after it is left alone. A member that nobody asked for is
/// wrong too.
class JsonMembers {
 public:
  /// `problem` is shared by all objects of one document; `place` is empty for the outermost.
  JsonMembers(const boost::json::value& value, std::string place, std::string& problem);
  ~JsonMembers();
  JsonMembers(const JsonMembers&) = delete;
  JsonMembers& operator=(const JsonMembers&) = delete;

  bool has(std::string_view key);
  void text(std::string_view key, std::string& value);
  void flag(std::string_view key, bool& value);
  void number(std::string_view key, double& value, double least, double most);
  void number(std::string_view key, std::optional<double>& value, double least, double most);
  void whole(std::string_view key, std::uint32_t& value, std::uint32_t least, std::uint32_t most);
  void whole(std::string_view key, std::uint64_t& value);
  void whole(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most);
  /// `90s`, `30m`, `24h`, `7d`
  void duration(std::string_view key, std::int64_t& milliseconds);
  void texts(std::string_view key, std::vector<std::string>& values);
  void numbers(std::string_view key, std::vector<double>& values);
  void require(std::string_view key);
  /// Null if it is not there or something is wrong already.
  const boost::json::value* find(std::string_view key);
  std::string place_of(std::string_view key) const;
  void refuse(std::string_view key, std::string_view what);

 private:
  bool is_sound() const { return problem_.empty(); }
  const boost::json::object* object_ = nullptr;
  std::string place_;
  std::string& problem_;
  std::vector<std::string> asked_;
};

/// Empty if it is none.
std::optional<std::int64_t> parse_duration_ms(std::string_view text);

}  // namespace cartstorm::broker::net

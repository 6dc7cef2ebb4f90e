#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/http/uri.hpp"
#include "broker-mock/iot/reader.hpp"

namespace cartstorm::broker::iot {

/// One page of a list: how many, and after which key.
struct Page {
  std::size_t size = 250;
  std::string after;  ///< empty: from the beginning
};

/// A token that only the same list takes back.
std::string page_token(std::string_view list, std::string_view key);
/// Empty for a token of another list or none at all.
std::optional<std::string> parse_page_token(std::string_view list, std::string_view token);

/// One call after routing: the names in its path, its query, its body. What is wrong with any of
/// them is kept and asked for once.
class Call {
 public:
  Call(std::vector<std::string> names, http::QueryPairs query, boost::json::object body,
       ServerTime now)
      : names_{std::move(names)}, query_{std::move(query)}, body_{std::move(body)}, now_{now} {}

  /// The n-th variable segment of the path, decoded.
  const std::string& name(std::size_t n) const { return names_[n]; }
  Reader body() { return {body_, error_}; }

  const std::string* query(std::string_view name) const;
  std::string query_text(std::string_view name) const {
    const std::string* const found = query(name);
    return found == nullptr ? std::string{} : *found;
  }
  std::optional<std::int64_t> query_whole(std::string_view name, std::int64_t min,
                                          std::int64_t max);
  bool query_flag(std::string_view name);
  /// `maxResults` of 1..250 and `nextToken`.
  Page page(std::string_view list);
  void fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }
  const std::string& error() const { return error_; }

  ServerTime now() const { return now_; }

 private:
  std::vector<std::string> names_;
  http::QueryPairs query_;
  boost::json::object body_;
  ServerTime now_;
  std::string error_;
};

}  // namespace cartstorm::broker::iot

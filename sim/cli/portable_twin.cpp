#include "sim/cli/portable_twin.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <functional>
#include <vector>

#include "sim/scenario/source.hpp"

namespace cartstorm::cli {
namespace {

namespace fs = std::filesystem;

/// Enough for what a person remembers having seen.
constexpr std::size_t most_runs = 50;

/// Newest first: their names are dates.
std::vector<fs::path> earlier_runs() {
  std::vector<fs::path> runs;
  std::error_code error;
  for (fs::directory_iterator entry("out", error), end; !error && entry != end;
       entry.increment(error)) {
    runs.push_back(entry->path());
  }
  std::ranges::sort(runs, std::greater<>{});
  if (runs.size() > most_runs) runs.resize(most_runs);
  return runs;
}

const boost::json::value* member(const boost::json::value& of, const char* key) {
  return of.is_object() ? of.get_object().if_contains(key) : nullptr;
}

std::string text(const boost::json::value& of, const char* key) {
  const auto* value = member(of, key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::string twin_in(const fs::path& file, const std::string& exact) {
  const sim::ReadText read = sim::read_text(file);
  boost::json::error_code error;
  const auto record = boost::json::parse(read.text, error);
  const auto* violations = error ? nullptr : member(record, "violations");
  if (violations == nullptr || !violations->is_array()) return "";
  for (const auto& violation : violations->get_array()) {
    if (text(violation, "exact") == exact) return text(violation, "token");
  }
  return "";
}

}  // namespace

std::string portable_twin(const std::string& exact) {
  for (const fs::path& run : earlier_runs()) {
    const std::string twin = twin_in(run / "exploration.json", exact);
    if (!twin.empty()) return twin;
  }
  return "";
}

}  // namespace cartstorm::cli

#include "reports/trace/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <type_traits>
#include <utility>

namespace cartstorm::report {
namespace {

constexpr std::string_view time_columns =
    "seq, time_us, printf('%sd%d %02d:%02d:%02d', CASE WHEN time_us < 0 THEN '-' ELSE '' END, "
    "abs(time_us) / 86400000000, abs(time_us) / 3600000000 % 24, abs(time_us) / 60000000 % 60, "
    "abs(time_us) / 1000000 % 60) AS at";

/// Identifiers and digests are read in hexadecimal.
bool is_hex(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{
      "digest", "scenario_digest", "requires_ca", "ca_id", "occurrence", "key", "episode"};
  for (const std::string_view hex : names) {
    if (name == hex) return true;
  }
  return false;
}

struct ColumnList {
  std::vector<Column> columns;

  template <class T>
  void operator()(std::string_view name, const T&) {
    if constexpr (std::is_same_v<T, TextId>) {
      columns.push_back({name, ColumnType::text, {}});
    } else if constexpr (std::is_same_v<T, Version>) {
      columns.push_back({name, ColumnType::version, {}});
    } else if constexpr (requires { words_of(T{}); }) {
      columns.push_back({name, ColumnType::word, words_of(T{})});
    } else {
      columns.push_back({name, is_hex(name) ? ColumnType::hex : ColumnType::integer, {}});
    }
  }
};

template <std::size_t kind>
std::vector<Column> list_columns() {
  ColumnList list;
  std::variant_alternative_t<kind, Payload>{}.fields(list);
  return std::move(list.columns);
}

template <std::size_t... kinds>
std::vector<Column> pick_columns(std::size_t kind, std::index_sequence<kinds...>) {
  using Maker = std::vector<Column> (*)();
  constexpr std::array<Maker, sizeof...(kinds)> makers{&list_columns<kinds>...};
  return makers[kind]();
}

std::string readable(const Column& column) {
  switch (column.type) {
    case ColumnType::integer:
      return fmt::format("\"{}\"", column.name);
    case ColumnType::text:
      return fmt::format("(SELECT text FROM texts WHERE id = \"{0}\") AS \"{0}\"", column.name);
    case ColumnType::version:
      return fmt::format(
          "printf('%d.%d.%d', \"{0}\" >> 16, \"{0}\" >> 8 & 255, \"{0}\" & 255) AS \"{0}\"",
          column.name);
    case ColumnType::hex:
      return fmt::format("printf('%016x', \"{0}\") AS \"{0}\"", column.name);
    case ColumnType::word:
      break;
  }
  std::string cases = fmt::format("CASE \"{}\"", column.name);
  for (std::size_t value = 0; value < column.words.size(); ++value) {
    cases += fmt::format(" WHEN {} THEN '{}'", value, column.words[value]);
  }
  return fmt::format("{} END AS \"{}\"", cases, column.name);
}

std::string table_and_view(std::size_t kind) {
  std::string plain;
  std::string shown;
  for (const Column& column : columns_of(kind)) {
    plain += fmt::format(", \"{}\" INTEGER", column.name);
    shown += ", " + readable(column);
  }
  return fmt::format(
      "CREATE TABLE \"{0}\" (seq INTEGER PRIMARY KEY, time_us INTEGER{1});\n"
      "CREATE VIEW \"{2}\" AS SELECT {3}{4} FROM \"{0}\";\n",
      raw_table(kind), plain, kind_names[kind], time_columns, shown);
}

std::string one_line(std::size_t kind) {
  std::string what;
  std::string_view cart = "NULL";
  for (const Column& column : columns_of(kind)) {
    if (column.name == "cart") {
      cart = "cart";
    } else {
      what += fmt::format("{}'{}=' || ifnull(\"{}\", '?')", what.empty() ? "" : " || ' ' || ",
                          column.name, column.name);
    }
  }
  return fmt::format(
      "SELECT seq, time_us, at, '{0}' AS kind, {1} AS cart, {2} AS what FROM \"{0}\"",
      kind_names[kind], cart, what.empty() ? "''" : what);
}

}  // namespace

std::vector<Column> columns_of(std::size_t kind) {
  return pick_columns(kind, std::make_index_sequence<kind_count>{});
}

std::string raw_table(std::size_t kind) { return fmt::format("raw_{}", kind_names[kind]); }

std::string create_tables() {
  std::string sql =
      "CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT);\n"
      "CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT);\n"
      "CREATE TABLE thinning (kind TEXT PRIMARY KEY, seen INTEGER, stored INTEGER);\n"
      "CREATE TABLE seen_per_hour (hour INTEGER, kind TEXT, rows INTEGER);\n"
      "CREATE TABLE verdict (id TEXT PRIMARY KEY, verdict TEXT, premises INTEGER, "
      "violations INTEGER, first_seq INTEGER, message TEXT);\n";
  std::string line;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if (kind == kind_of<Run>()) {
      continue;  // there is one; its fields are rows of table `run`
    }
    sql += table_and_view(kind);
    line += (line.empty() ? "" : " UNION ALL ") + one_line(kind);
  }
  return sql + "CREATE VIEW record AS " + line + ";\n";
}

}  // namespace cartstorm::report

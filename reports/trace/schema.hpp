#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/trace/kinds.hpp"

/// The tables and views of trace.db, made from the fields() of the records.
namespace cartstorm::report {

enum class ColumnType : std::uint8_t { integer, text, version, hex, word };
struct Column {
  std::string_view name;
  ColumnType type = ColumnType::integer;
  std::span<const std::string_view> words;  ///< of a word column
};
/// Columns of a kind, in the order of its fields.
std::vector<Column> columns_of(std::size_t kind);

/// Table `raw_<kind>` holds numbers only and is small; view `<kind>` shows words, texts, versions
/// and a readable time; view `record` is the one line of time over all kinds.
std::string create_tables();
std::string raw_table(std::size_t kind);

}  // namespace cartstorm::report

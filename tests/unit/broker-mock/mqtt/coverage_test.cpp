#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

struct Section {
  std::string_view section, numbers;
};
/// A statement that no row of a table can show.
struct Elsewhere {
  std::string_view statement, where;
};

constexpr std::string_view client = "binds clients";
constexpr std::string_view application = "application_test.cpp: needs an application that refuses";
constexpr std::string_view limits = "limits_test.cpp: needs a lower limit";
constexpr std::string_view stream = "stream_test.cpp: packets in any pieces";
constexpr std::string_view web_socket = "binds listeners that offer WebSocket";
constexpr std::string_view transport = "the listener's: TCP and TLS";
constexpr std::string_view supported = "binds servers that leave something out which is there";
constexpr std::string_view never_sent = "the server never sends this property";
constexpr std::string_view no_auth = "the server serves no authentication method: it sends no AUTH";
constexpr std::string_view no_such_error = "the core has no error that goes away by itself";
constexpr std::string_view no_bridge = "the server opens no connections";
constexpr std::string_view whole = "shown by clients of others that work with it";

constexpr Section statements_v3[] = {
    {"1.5.3", "1 2 3"},
    {"2.2.2", "1 2"},
    {"2.3.1", "1 2 3 4 5 6 7"},
    {"3.1.0", "1 2"},
    {"3.1.2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24"},
    {"3.1.3", "1 2 3 4 5 6 7 8 9 10 11"},
    {"3.1.4", "1 2 3 4 5"},
    {"3.2.0", "1"},
    {"3.2.2", "1 2 3 4 5 6"},
    {"3.3.1", "1 2 3 4 5 6 7 8 9 10 11 12"},
    {"3.3.2", "1 2 3"},
    {"3.3.4", "1"},
    {"3.3.5", "1 2"},
    {"3.6.1", "1"},
    {"3.8.1", "1"},
    {"3.8.3", "1 2 3 4"},
    {"3.8.4", "1 2 3 4 5 6"},
    {"3.9.3", "1 2"},
    {"3.10.1", "1"},
    {"3.10.3", "1 2"},
    {"3.10.4", "1 2 3 4 5 6"},
    {"3.12.4", "1"},
    {"3.14.1", "1"},
    {"3.14.4", "1 2 3"},
    {"4.1.0", "1 2"},
    {"4.3.1", "1"},
    {"4.3.2", "1 2"},
    {"4.3.3", "1 2"},
    {"4.4.0", "1"},
    {"4.5.0", "1 2"},
    {"4.6.0", "1 2 3 4 5 6"},
    {"4.7.1", "1 2 3"},
    {"4.7.2", "1"},
    {"4.7.3", "1 2 3 4"},
    {"4.8.0", "1 2"},
    {"6.0.0", "1 2 3 4"},
    {"7.0.0", "1 2"},
    {"7.1.1", "1"},
    {"7.1.2", "1"},
};
constexpr Elsewhere statements_v3_elsewhere[] = {
    {"2.3.1-2", client},        {"2.3.1-3", client},     {"3.1.2-23", client},
    {"3.3.5-2", application},   {"3.8.3-2", supported},  {"3.9.3-2", application},
    {"3.14.4-1", client},       {"3.14.4-2", client},    {"4.5.0-2", client},
    {"4.6.0-2", client},        {"4.6.0-3", client},     {"4.6.0-4", client},
    {"4.8.0-2", no_such_error}, {"6.0.0-1", web_socket}, {"6.0.0-2", stream},
    {"6.0.0-3", client},        {"6.0.0-4", web_socket}, {"7.0.0-1", no_bridge},
    {"7.0.0-2", whole},         {"7.1.1-1", transport},  {"7.1.2-1", client},
};

constexpr Section statements_v5[] = {
    {"1.5.4", "1 2 3"},
    {"1.5.5", "1"},
    {"1.5.7", "1"},
    {"2.1.3", "1"},
    {"2.2.1", "2 3 4 5 6"},
    {"2.2.2", "1"},
    {"3.1.0", "1 2"},
    {"3.1.2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30"},
    {"3.1.3", "1 2 3 4 5 6 7 8 9 10 11 12"},
    {"3.1.4", "1 2 3 4 5 6"},
    {"3.2.0", "1 2"},
    {"3.2.2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"},
    {"3.3.1", "1 2 3 4 5 6 7 8 9 10 11 12 13"},
    {"3.3.2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"},
    {"3.3.4", "1 2 3 4 5 6 7 8 9 10"},
    {"3.4.2", "1 2 3"},
    {"3.5.2", "1 2 3"},
    {"3.6.1", "1"},
    {"3.6.2", "1 2 3"},
    {"3.7.2", "1 2 3"},
    {"3.8.1", "1"},
    {"3.8.3", "1 2 3 4 5"},
    {"3.8.4", "1 2 3 4 5 6 7 8"},
    {"3.9.2", "1 2"},
    {"3.9.3", "1 2"},
    {"3.10.1", "1"},
    {"3.10.3", "1 2"},
    {"3.10.4", "1 2 3 4 5 6"},
    {"3.11.2", "1 2"},
    {"3.11.3", "1 2"},
    {"3.12.4", "1"},
    {"3.14.0", "1"},
    {"3.14.1", "1"},
    {"3.14.2", "1 2 3 4"},
    {"3.14.4", "1 2 3"},
    {"3.15.1", "1"},
    {"3.15.2", "1 2 3"},
    {"4.1.0", "1 2"},
    {"4.2.0", "1"},
    {"4.3.1", "1"},
    {"4.3.2", "1 2 3 4 5"},
    {"4.3.3", "1 2 3 4 5 6 7 8 9 10 11 12 13"},
    {"4.4.0", "1 2"},
    {"4.5.0", "1 2"},
    {"4.6.0", "1 2 3 4 5 6"},
    {"4.7.0", "1"},
    {"4.7.1", "1 2"},
    {"4.7.2", "1"},
    {"4.7.3", "1 2 3 4"},
    {"4.8.2", "1 2 3 4 5 6"},
    {"4.9.0", "1 2 3"},
    {"4.12.0", "1 2 3 4 5 6 7"},
    {"4.12.1", "1 2"},
    {"4.13.1", "1"},
    {"4.13.2", "1"},
    {"6.0.0", "1 2 3 4"},
};
constexpr Elsewhere statements_v5_elsewhere[] = {
    {"3.1.2-20", client},     {"3.1.2-21", client},     {"3.1.2-29", application},
    {"3.1.2-30", client},     {"3.2.2-4", client},      {"3.2.2-5", client},
    {"3.2.2-13", supported},  {"3.2.2-14", client},     {"3.2.2-18", client},
    {"3.2.2-20", never_sent}, {"3.3.2-10", client},     {"3.3.4-7", limits},
    {"3.3.4-8", client},      {"3.4.2-2", application}, {"3.4.2-3", never_sent},
    {"3.5.2-2", application}, {"3.5.2-3", never_sent},  {"3.6.2-2", never_sent},
    {"3.6.2-3", never_sent},  {"3.7.2-2", never_sent},  {"3.7.2-3", never_sent},
    {"3.9.2-1", never_sent},  {"3.9.2-2", never_sent},  {"3.11.2-1", never_sent},
    {"3.11.2-2", never_sent}, {"3.14.2-4", never_sent}, {"3.15.2-1", no_auth},
    {"3.15.2-2", no_auth},    {"3.15.2-3", no_auth},    {"4.2.0-1", transport},
    {"4.3.3-9", application}, {"4.5.0-2", client},      {"4.6.0-1", client},
    {"4.6.0-2", client},      {"4.6.0-3", client},      {"4.6.0-4", client},
    {"4.12.0-2", no_auth},    {"4.12.0-3", client},     {"4.12.0-4", no_auth},
    {"4.12.0-5", no_auth},    {"4.12.1-1", client},     {"6.0.0-1", web_socket},
    {"6.0.0-2", stream},      {"6.0.0-3", client},      {"6.0.0-4", web_socket},
};

std::set<std::string> split(std::string_view words) {
  std::set<std::string> all;
  std::string word;
  for (const char c : std::string{words} + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      all.insert(std::exchange(word, ""));
    }
  }
  return all;
}

void check(std::span<const Section> sections, std::span<const Elsewhere> elsewhere,
           const std::vector<std::span<const Row>>& tables, std::size_t total) {
  std::set<std::string> statements, cited, excused;
  for (const Section& section : sections) {
    for (const std::string& number : split(section.numbers)) {
      statements.insert(std::string{section.section} + "-" + number);
    }
  }
  EXPECT_EQ(statements.size(), total);
  for (const auto& rows : tables) {
    for (const Row& row : rows) cited.merge(split(row.statements));
  }
  for (const Elsewhere& each : elsewhere) {
    EXPECT_NE(each.where, "");
    excused.insert(std::string{each.statement});
  }
  for (const std::string& each : statements) {
    EXPECT_TRUE(cited.contains(each) || excused.contains(each)) << each << " is not accounted for";
    EXPECT_FALSE(cited.contains(each) && excused.contains(each)) << each << " is shown by a row";
  }
  for (const std::string& each : cited) {
    EXPECT_TRUE(statements.contains(each)) << "no such statement: " << each;
  }
  for (const std::string& each : excused) {
    EXPECT_TRUE(statements.contains(each)) << "no such statement: " << each;
  }
}

TEST(MqttCoverage, EveryStatementOf311IsAccountedFor) {
  check(statements_v3, statements_v3_elsewhere,
        {connect_rows_v3(), publish_rows_v3(), subscribe_rows_v3()}, 141);
}

TEST(MqttCoverage, EveryStatementOf5IsAccountedFor) {
  check(statements_v5, statements_v5_elsewhere,
        {connect_rows_v5(), session_rows_v5(), publish_rows_v5(), quality_rows_v5(),
         subscribe_rows_v5(), aws_rows_v5()},
        251);
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing

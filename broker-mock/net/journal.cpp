#include "broker-mock/net/journal.hpp"

#include <algorithm>

namespace cartstorm::broker::net {

const char* Journal::schema() {
  return "CREATE TABLE IF NOT EXISTS inputs("
         "seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, "
         "thing BLOB NOT NULL, name BLOB NOT NULL, body BLOB NOT NULL);"
         "CREATE TABLE IF NOT EXISTS identity(text BLOB NOT NULL)";
}

Journal::Journal(Database& database)
    : add_{database, "INSERT INTO inputs(at_ms, kind, thing, name, body) VALUES(?, ?, ?, ?, ?)"},
      read_{database, "SELECT at_ms, kind, thing, name, body FROM inputs ORDER BY seq"},
      read_identity_{database, "SELECT text FROM identity"},
      keep_identity_{database, "INSERT INTO identity(text) VALUES(?)"} {}

std::string Journal::claim(std::string_view identity) {
  std::string kept;
  while (read_identity_.step()) kept = read_identity_.blob(0);
  if (kept.empty()) keep_identity_.bind(identity).run();
  if (kept.empty() || kept == identity) return {};
  return kept;
}

void Journal::add(const Input& input) {
  add_.bind(input.at.unix_ms)
      .bind(static_cast<std::int64_t>(input.kind))
      .bind(input.thing)
      .bind(input.name)
      .bind(input.body)
      .run();
  ++size_;
}

void Journal::replay(const std::function<void(const Input&)>& visit) {
  while (read_.step()) {
    visit({static_cast<Input::Kind>(read_.number(1)), ServerTime{read_.number(0)}, read_.blob(2),
           read_.blob(3), read_.blob(4)});
    latest_ = std::max(latest_, ServerTime{read_.number(0)});
    ++size_;
  }
}

}  // namespace cartstorm::broker::net

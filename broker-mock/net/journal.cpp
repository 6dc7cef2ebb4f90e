#include "broker-mock/net/journal.hpp"

#include <algorithm>

namespace cartstorm::broker::net {

const char* Journal::schema() {
  return "CREATE TABLE IF NOT EXISTS inputs("
         "seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, "
         "thing BLOB NOT NULL, name BLOB NOT NULL, body BLOB NOT NULL)";
}

Journal::Journal(Database& database)
    : add_{database, "INSERT INTO inputs(at_ms, kind, thing, name, body) VALUES(?, ?, ?, ?, ?)"},
      read_{database, "SELECT at_ms, kind, thing, name, body FROM inputs ORDER BY seq"} {}

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

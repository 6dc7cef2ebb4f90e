#include "broker-mock/net/mqtt_records.hpp"

namespace cartstorm::broker::net {

const char* MqttRecords::schema() {
  return "CREATE TABLE IF NOT EXISTS mqtt(key BLOB PRIMARY KEY, value BLOB NOT NULL) "
         "WITHOUT ROWID";
}

MqttRecords::MqttRecords(Database& database)
    : put_{database,
           "INSERT INTO mqtt(key, value) VALUES(?, ?) "
           "ON CONFLICT(key) DO UPDATE SET value = excluded.value"},
      erase_{database, "DELETE FROM mqtt WHERE key = ?"},
      scan_{database, "SELECT key, value FROM mqtt WHERE key >= ? ORDER BY key"} {}

void MqttRecords::put(std::string_view key, std::string_view value) {
  put_.bind(key).bind(value).run();
}

void MqttRecords::erase(std::string_view key) { erase_.bind(key).run(); }

void MqttRecords::scan(std::string_view prefix, const Visit& visit) const {
  scan_.bind(prefix);
  bool is_inside = true;
  while (scan_.step()) {
    // The rest is read too, so that the statement is ready for the next scan.
    is_inside = is_inside && scan_.blob(0).starts_with(prefix);
    if (is_inside) visit(scan_.blob(0), scan_.blob(1));
  }
}

}  // namespace cartstorm::broker::net

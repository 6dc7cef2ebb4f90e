#pragma once
#include "broker-mock/mqtt/ports.hpp"
#include "broker-mock/net/database.hpp"

namespace cartstorm::broker::net {

/// Sessions, queued and retained messages in SQLite. Units end with the round's commit, which comes
/// after whole calls into the core only.
class MqttRecords final : public mqtt::Store {
 public:
  static const char* schema();
  explicit MqttRecords(Database& database);

  void put(std::string_view key, std::string_view value) override;
  void erase(std::string_view key) override;
  void seal() override {}
  void scan(std::string_view prefix, const Visit& visit) const override;

 private:
  Database::Statement put_, erase_;
  mutable Database::Statement scan_;
};

}  // namespace cartstorm::broker::net

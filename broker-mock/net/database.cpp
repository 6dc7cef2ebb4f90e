#include "broker-mock/net/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace cartstorm::broker::net {

Database::Database(const std::filesystem::path& file, Durability durability, const char* schema)
    : file_{file.string()} {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    note_problem();
    return;
  }
  // Another endpoint on the same folder is refused, not waited for.
  execute("PRAGMA locking_mode=EXCLUSIVE");
  execute("PRAGMA journal_mode=WAL");
  execute(durability == Durability::power_loss ? "PRAGMA synchronous=FULL"
                                               : "PRAGMA synchronous=NORMAL");
  execute(schema);
  // Takes the lock now, so that a second endpoint finds out when it starts.
  execute("BEGIN IMMEDIATE; COMMIT");
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::note_problem() {
  if (!problem_.empty()) return;
  const int code = sqlite3_errcode(handle_);
  const char* const text = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
  problem_ = code == SQLITE_BUSY ? fmt::format("{}: another endpoint uses this folder", file_)
                                 : fmt::format("{}: {}", file_, text);
}

bool Database::execute(const char* sql) {
  if (!problem_.empty()) return false;
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  note_problem();
  return false;
}

void Database::play_full(bool is_full) {
  // SQLite takes the present size for a limit that is below it.
  execute(is_full ? "PRAGMA max_page_count=1" : "PRAGMA max_page_count=4294967294");
}

bool Database::begin() {
  if (!is_dirty_) is_dirty_ = execute("BEGIN IMMEDIATE");
  return problem_.empty();
}

bool Database::commit() {
  if (!is_dirty_) return problem_.empty();
  is_dirty_ = false;
  return execute("COMMIT");
}

Database::Statement::Statement(Database& database, const char* sql) : database_{&database} {
  if (!database.problem_.empty()) return;
  if (sqlite3_prepare_v3(database.handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
      SQLITE_OK) {
    database.note_problem();
  }
}

Database::Statement::~Statement() { sqlite3_finalize(handle_); }

Database::Statement::Statement(Statement&& other) noexcept
    : database_{other.database_},
      handle_{std::exchange(other.handle_, nullptr)},
      next_{other.next_} {}

Database::Statement& Database::Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(handle_, other.handle_);
  std::swap(next_, other.next_);
  return *this;
}

Database::Statement& Database::Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(handle_, next_++, value);
  return *this;
}

Database::Statement& Database::Statement::bind(std::string_view blob) {
  // A null pointer would bind NULL instead of an empty blob.
  const char* const data = blob.data() == nullptr ? "" : blob.data();
  sqlite3_bind_blob64(handle_, next_++, data, blob.size(), SQLITE_STATIC);
  return *this;
}

void Database::Statement::reset() {
  sqlite3_reset(handle_);
  next_ = 1;
}

bool Database::Statement::run() {
  if (handle_ == nullptr || !database_->begin()) return false;
  const bool is_done = sqlite3_step(handle_) == SQLITE_DONE;
  if (!is_done) database_->note_problem();
  reset();
  return is_done;
}

bool Database::Statement::step() {
  if (handle_ == nullptr) return false;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->note_problem();
  reset();
  return false;
}

std::int64_t Database::Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Database::Statement::blob(int column) const {
  const void* const data = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view{static_cast<const char*>(data), size};
}

}  // namespace cartstorm::broker::net

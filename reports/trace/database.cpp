#include "reports/trace/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace cartstorm::report {

Insert::~Insert() { sqlite3_finalize(statement_); }

Insert::Insert(Insert&& other) noexcept
    : statement_{std::exchange(other.statement_, nullptr)}, next_{other.next_} {}

Insert& Insert::operator=(Insert&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(next_, other.next_);
  return *this;
}

void Insert::bind(std::int64_t value) { sqlite3_bind_int64(statement_, next_++, value); }

void Insert::bind(std::string_view text) {
  sqlite3_bind_text64(statement_, next_++, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

bool Insert::run() {
  next_ = 1;
  const bool is_written = sqlite3_step(statement_) == SQLITE_DONE;
  sqlite3_reset(statement_);
  return is_written;
}

Database::Database(const std::filesystem::path& path) : path_{path.string()} {
  for (const char* const suffix : {"", "-journal"}) {
    std::error_code ignored;  // what cannot be removed shows when the file is opened
    std::filesystem::remove(path_ + suffix, ignored);
  }
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    note_problem();
    return;
  }
  // A rollback journal, because a killed run must leave a file that opens; without one, a kill in
  // the middle of a commit leaves a torn file. No syncing: only a crash of the machine could hurt,
  // and the run can be repeated. No write-ahead log: it leaves files beside this one.
  run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE");
}

Database::~Database() { close(); }

bool Database::run(const std::string& sql) {
  if (is_usable() && sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    note_problem();
  }
  return is_usable();
}

Insert Database::insert_into(const std::string& table, std::size_t columns) {
  if (!is_usable()) {
    return Insert{};
  }
  std::string places = "?";
  for (std::size_t column = 1; column < columns; ++column) {
    places += ",?";
  }
  sqlite3_stmt* statement = nullptr;
  const std::string sql = fmt::format("INSERT INTO \"{}\" VALUES ({})", table, places);
  if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    note_problem();
  }
  return Insert{statement};
}

bool Database::run(Insert& insert) {
  if (is_usable() && !insert.run()) {
    note_problem();
  }
  return is_usable();
}

void Database::note_problem() {
  if (error_.empty()) {
    error_ = fmt::format("{}: {}", path_,
                         handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_));
  }
}

void Database::close() {
  sqlite3_close_v2(handle_);  // waits for statements that are still to be finalised
  handle_ = nullptr;
}

}  // namespace cartstorm::report

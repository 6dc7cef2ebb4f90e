#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace cartstorm::report {

/// One prepared insert. Values are bound in the order of the columns.
class Insert {
 public:
  Insert() = default;
  explicit Insert(sqlite3_stmt* statement) : statement_{statement} {}
  ~Insert();
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;
  Insert(Insert&& other) noexcept;
  Insert& operator=(Insert&& other) noexcept;

  void bind(std::int64_t);
  void bind(std::string_view);  ///< the text must live until run()
  /// True if the row was written. Ready for the next row afterwards.
  bool run();

 private:
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
};

/// A new SQLite file that is written once, from front to back. The first problem is kept in error()
/// and turns every later call into nothing: a full disk must not end a run.
class Database {
 public:
  explicit Database(const std::filesystem::path&);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  bool run(const std::string& sql);
  Insert insert_into(const std::string& table, std::size_t columns);
  bool run(Insert&);
  bool is_usable() const { return handle_ != nullptr && error_.empty(); }
  const std::string& error() const { return error_; }
  void close();

 private:
  void note_problem();

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::string error_;
};

}  // namespace cartstorm::report

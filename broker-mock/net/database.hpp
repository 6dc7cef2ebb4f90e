#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace cartstorm::broker::net {

/// What a commit must outlive.
enum class Durability : std::uint8_t {
  process_kill,  ///< WAL without a sync per commit: the kernel has it
  power_loss,    ///< every commit waits for the disk
};

/// One SQLite file. Writes between two commits are one transaction, opened by the first of them.
/// The first problem is kept in problem() and fails every later write and commit: what cannot be
/// kept must not be acknowledged.
class Database {
 public:
  /// One prepared statement; bind in the order of its question marks, then run or step.
  class Statement {
   public:
    Statement() = default;
    Statement(Database& database, const char* sql);
    ~Statement();
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;

    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view blob);  ///< must live until the statement has run
    /// Runs a statement that gives no rows.
    bool run();
    /// The next row; false at the end, and the statement is ready for new values.
    bool step();
    std::int64_t number(int column) const;
    std::string_view blob(int column) const;  ///< lives until the next step

   private:
    void reset();
    Database* database_ = nullptr;
    sqlite3_stmt* handle_ = nullptr;
    int next_ = 1;
  };

  /// Creates the file and, by `schema`, its tables if they are not there.
  Database(const std::filesystem::path& file, Durability durability, const char* schema);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  bool execute(const char* sql);
  /// Ends the transaction, if there is one. False: nothing of it is durable.
  bool commit();
  /// From now on the file does not grow, as on a full disk; or it does again.
  void play_full(bool is_full);
  bool is_dirty() const { return is_dirty_; }
  /// Empty as long as all went well; with the file's name.
  const std::string& problem() const { return problem_; }

 private:
  bool begin();
  void note_problem();

  std::string file_;
  sqlite3* handle_ = nullptr;
  std::string problem_;
  bool is_dirty_ = false;
};

}  // namespace cartstorm::broker::net

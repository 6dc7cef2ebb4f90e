#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "reports/trace/stream.hpp"

namespace cartstorm::report {

/// Which carts have their flash and message rows stored besides every notable record.
struct StoreSelection {
  std::vector<CartId> carts;
  bool all = false;
  double sample = 0.01;  ///< seeded share
  std::uint64_t seed = 0;
};

/// What a check said, as it is stored.
struct StoredVerdict {
  std::string_view id;
  CheckVerdict verdict = CheckVerdict::vacuous;
  std::uint64_t premises = 0, violations = 0, first_seq = 0;
  std::string_view message;  ///< of the first violation
};

/// Writes trace.db (SQLite): run facts, minute buckets, every notable record, and flash and message
/// rows of the selected, faulted and violating carts; of the latter two also their last rows
/// before. Thins storage only; checks see everything.
class Store final : public Sink {
 public:
  /// Creates the file. Throws nothing: problems show in error().
  Store(const std::filesystem::path&, const StoreSelection&, const TextTable&);
  ~Store() override;
  void on(const Record&) override;
  /// From now on the cart's flash and message rows are stored, and its last rows before as well.
  void flagged(CartId) override;
  void add(const StoredVerdict&);
  /// A fact of the run for table `run`; written by close().
  void note(std::string_view key, std::string_view value);
  /// Commits what was written; the file is valid from here on. Also after an interruption.
  void close();
  /// First problem (full disk, no permission) with its path, or empty.
  const std::string& error() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartstorm::report

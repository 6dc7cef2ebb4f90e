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
  double sample = 0.01;      ///< seeded share
  std::uint64_t seed = 0;
};

/// Writes trace.db (SQLite): run facts, minute buckets, every notable record, and flash and message
/// rows of the selected, faulted and violating carts. Thins storage only; checks see everything.
class Store final : public Sink {
 public:
  /// Creates the file. Throws nothing: problems show in error().
  Store(const std::filesystem::path&, const StoreSelection&, const TextTable&);
  ~Store() override;
  void on(const Record&) override;
  /// Commits what was written; the file is valid from here on. Also after an interruption.
  void close();
  /// First problem (full disk, no permission) with its path, or empty.
  const std::string& error() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartstorm::report

#pragma once
#include <memory>
#include <string>
#include <vector>

#include "images.hpp"
#include "ota/agent.hpp"
#include "ota/host/crypto.hpp"
#include "ota/host/ram_flash.hpp"
#include "ota/job_context.hpp"
#include "ota/observer.hpp"

namespace ota::test {

/// Writes every fact as one line, so that a test reads like the trace.
class Witness final : public Observer {
 public:
  void on(const fact::StateChanged&) override;
  void on(const fact::BootVerified&) override;
  void on(const fact::BootDecided&) override;
  void on(const fact::Confirmed&) override;
  void on(const fact::RolledBack&) override;
  void on(const fact::SlotWrite&) override;
  void on(const fact::ManifestJudged&) override;
  void on(const fact::JobUpdateSent&) override;
  void on(const fact::RollbackSent&) override;
  void on(const fact::RollbackCleared&) override;
  void on(const fact::AnchorChanged&) override;
  void on(const fact::Quarantined&) override;

  std::vector<std::string> lines;
  std::size_t count(std::string_view start) const;
};

/// The hardware of one cart. What stands in `flash` survives; the job memory does not.
class Board final : Power, Watchdog, Random, JobMemory {
 public:
  explicit Board(FlashGeometry geometry = small_part);

  Hardware hardware();
  Status provision_with(const Image& image);
  /// Everything but flash is forgotten, as at a reset.
  void reset();

  host::RamFlash flash;
  host::OpensslCrypto crypto;
  Witness witness;
  Flash* watched_flash = nullptr;         ///< stands before `flash`, if it is set
  Observer* watching_observer = nullptr;  ///< stands in for `witness`, if it is set
  Identity identity{"cart-00042", 3, layout_id, "standard"};
  bool has_power = true;
  bool lends_memory = true;
  std::uint64_t random_draws = 0;

 private:
  bool is_above_floor() override { return has_power; }
  void feed() override {}
  std::uint64_t next() override;
  JobContext* current() override { return context_.get(); }
  JobContext* open() override;
  void close() override { context_.reset(); }

  std::unique_ptr<JobContext> context_;
};

}  // namespace ota::test

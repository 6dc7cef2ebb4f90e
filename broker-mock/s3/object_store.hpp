#pragma once
#include <functional>
#include <span>

#include "broker-mock/s3/inventory.hpp"

namespace cartstorm::broker::s3 {

/// Where an inventory survives a restart.
class ObjectStore {
 public:
  /// Keeps all of `changes` or none. True once they are durable: the answer to the client leaves
  /// after that. False: nothing was kept, and the client is told to try again.
  [[nodiscard]] virtual bool commit(std::span<const Change> changes) = 0;
  /// Tells what makes the inventory that was last durable, in an order in which it can be applied.
  virtual void load(const std::function<void(const Change&)>& tell) = 0;

 protected:
  ~ObjectStore() = default;
};

/// Survives the service, not the process: for tests and for endpoints that need no more.
class MemoryObjectStore final : public ObjectStore {
 public:
  [[nodiscard]] bool commit(std::span<const Change> changes) override {
    for (const Change& change : changes) kept_.apply(change);
    return true;
  }
  void load(const std::function<void(const Change&)>& tell) override { kept_.each(tell); }

 private:
  Inventory kept_;
};

}  // namespace cartstorm::broker::s3

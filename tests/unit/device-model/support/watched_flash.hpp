#pragma once
#include "ota/host/ram_flash.hpp"

namespace ota::test {

/// Hears of every call of a flash after it was made.
class FlashWatcher {
 public:
  virtual void on_read(Region, std::uint32_t offset, std::uint32_t size) = 0;
  virtual void on_change(Region, std::uint32_t offset, std::uint32_t size, bool is_erase,
                         Status) = 0;

 protected:
  ~FlashWatcher() = default;
};

/// Passes every call on to a flash, tells a watcher, and counts what comes after the supply was
/// lost.
class WatchedFlash final : public Flash {
 public:
  WatchedFlash(host::RamFlash& flash, FlashWatcher& watcher) : flash_(flash), watcher_(watcher) {}

  FlashGeometry geometry() const override { return flash_.geometry(); }
  Status read(Region region, std::uint32_t offset, MutableBytes out) override {
    const bool was_powered = count();
    const Status status = flash_.read(region, offset, out);
    if (was_powered && status == Status::ok) {
      watcher_.on_read(region, offset, static_cast<std::uint32_t>(out.size()));
    }
    return status;
  }
  Status program(Region region, std::uint32_t offset, Bytes content) override {
    const bool was_powered = count();
    const Status status = flash_.program(region, offset, content);
    if (was_powered) {
      watcher_.on_change(region, offset, static_cast<std::uint32_t>(content.size()), false, status);
    }
    return status;
  }
  Status erase(Region region, std::uint32_t offset) override {
    const bool was_powered = count();
    const Status status = flash_.erase(region, offset);
    if (was_powered) {
      watcher_.on_change(region, offset, geometry().sector_size, true, status);
    }
    return status;
  }

  std::uint32_t calls = 0;
  std::uint32_t calls_without_power = 0;

 private:
  bool count() {
    ++calls;
    calls_without_power += flash_.is_powered() ? 0 : 1;
    return flash_.is_powered();
  }

  host::RamFlash& flash_;
  FlashWatcher& watcher_;
};

/// The content of a flash, readable whatever happens to its supply.
class FlashContent final : public Flash {
 public:
  explicit FlashContent(const host::RamFlash& flash) : flash_(flash) {}

  FlashGeometry geometry() const override { return flash_.geometry(); }
  Status read(Region region, std::uint32_t offset, MutableBytes out) override {
    const Bytes content = flash_.content(region).subspan(offset, out.size());
    std::copy(content.begin(), content.end(), out.begin());
    return Status::ok;
  }
  Status program(Region, std::uint32_t, Bytes) override { return Status::io_error; }
  Status erase(Region, std::uint32_t) override { return Status::io_error; }

 private:
  const host::RamFlash& flash_;
};

}  // namespace ota::test

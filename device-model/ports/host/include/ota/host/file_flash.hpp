#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ota/hardware.hpp"

namespace ota::host {

/// Flash in a file, with the rules of RamFlash: erase sets, program clears, a unit is programmed
/// once per erase, and a call that breaks a rule is counted and has no effect. The content, and
/// which units are programmed, outlive the process.
///
///   0     magic        8 bytes  "CTFLASH1"
///   8     program_unit u32      the geometry; all numbers little-endian
///   12    sector_size  u32
///   16    slot_size    u32
///   20    crc          u32      CRC-32 over every byte before it
///   24    0xff up to 4096
///   4096  cells of slot_a, slot_b, boot_record, journal, counters, trust
///         one byte per program unit, in the same order: 0 = erased, 1 = programmed or torn
class FileFlash final : public Flash {
 public:
  /// What an ok of program and erase has survived.
  enum class Durability : std::uint8_t {
    process,  ///< the end of this process, however it ends: written, not synced
    host,     ///< the supply of the host too: fdatasync after every single write
  };
  enum class Opening : std::uint8_t {
    ok,
    impossible_geometry,  ///< no part is like that; no file was touched
    foreign,              ///< the file is none of ours; it was not touched
    other_geometry,       ///< it is one of ours, for another part
    truncated,            ///< it is one of ours and too short, or empty
    in_use,               ///< another process has it open
    io_error,             ///< the system refused; errno says why
  };

  FileFlash() = default;
  ~FileFlash() { close(); }
  FileFlash(const FileFlash&) = delete;
  FileFlash& operator=(const FileFlash&) = delete;

  /// Opens the file, or makes one that is erased everywhere if there is none. Before this, and
  /// after anything but ok, every call is io_error.
  Opening open(const std::string& path, FlashGeometry, Durability = Durability::process);
  void close();

  FlashGeometry geometry() const override { return geometry_; }
  /// As Flash says; power_lost is never returned, the host's supply takes the process with it.
  Status read(Region, std::uint32_t offset, MutableBytes out) override;
  Status program(Region, std::uint32_t offset, Bytes content) override;
  Status erase(Region, std::uint32_t offset) override;

  /// Rules broken by the caller.
  std::uint32_t defects() const { return defects_; }

 private:
  Opening open_existing(const std::string& path);
  Opening judge_head();
  bool load_marks();
  bool is_in(Region, std::uint32_t offset, std::size_t size) const;
  bool put(std::uint64_t at, Bytes content) const;
  bool put_marks(Region, std::uint32_t offset, std::size_t size, std::byte mark);
  Status refuse();

  FlashGeometry geometry_{};
  Durability durability_ = Durability::process;
  int file_ = -1;
  std::vector<std::byte> marks_;  ///< as at the end of the file
  std::uint32_t defects_ = 0;
};

/// What the opening of a file found, in words.
const char* describe(FileFlash::Opening);

}  // namespace ota::host

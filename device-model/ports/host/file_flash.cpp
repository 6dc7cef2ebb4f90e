#include "ota/host/file_flash.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>

#include "ota/bytes.hpp"
#include "ota/record.hpp"

namespace ota::host {
namespace {

using Opening = FileFlash::Opening;

constexpr std::byte erased{0xff};
constexpr std::byte unmarked{0}, marked{1};
constexpr std::size_t head_bytes = 24;
constexpr std::uint64_t cells_at = 4096;
constexpr char magic[] = {'C', 'T', 'F', 'L', 'A', 'S', 'H', '1'};
using Head = std::array<std::byte, head_bytes>;

bool is_possible(const FlashGeometry& g) {
  return std::has_single_bit(g.program_unit) && g.program_unit <= 256 && g.sector_size >= 1024 &&
         g.sector_size <= 128 * 1024 && g.sector_size % g.program_unit == 0 &&
         g.slot_size >= 2 * g.sector_size && g.slot_size % g.sector_size == 0;
}

std::uint32_t size_of(const FlashGeometry& g, Region region) {
  return region <= Region::slot_b ? g.slot_size : 2 * g.sector_size;
}

/// Bytes of all regions that stand before this one; with `region_count`, of all.
std::uint64_t bytes_before(const FlashGeometry& g, std::size_t region) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < region; ++i) {
    sum += size_of(g, static_cast<Region>(i));
  }
  return sum;
}

std::uint64_t mark_of(const FlashGeometry& g, Region region, std::uint32_t offset) {
  return (bytes_before(g, static_cast<std::size_t>(region)) + offset) / g.program_unit;
}

std::uint64_t file_size(const FlashGeometry& g) {
  const std::uint64_t cells = bytes_before(g, region_count);
  return cells_at + cells + cells / g.program_unit;
}

Head head_of(const FlashGeometry& g) {
  Head head;
  ByteWriter out{head};
  out.bytes(std::as_bytes(std::span{magic}));
  out.u32(g.program_unit);
  out.u32(g.sector_size);
  out.u32(g.slot_size);
  out.u32(crc32(0, Bytes{head}.first(out.written())));
  return head;
}

bool write_at(int file, std::uint64_t at, Bytes content) {
  while (!content.empty()) {
    const ssize_t done = ::pwrite(file, content.data(), content.size(), static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return false;
    }
    content = content.subspan(static_cast<std::size_t>(done));
    at += static_cast<std::uint64_t>(done);
  }
  return true;
}

/// All of `out`, or false, also at the end of the file.
bool read_at(int file, std::uint64_t at, MutableBytes out) {
  while (!out.empty()) {
    const ssize_t done = ::pread(file, out.data(), out.size(), static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return false;
    }
    out = out.subspan(static_cast<std::size_t>(done));
    at += static_cast<std::uint64_t>(done);
  }
  return true;
}

bool write_blank(int file, const FlashGeometry& geometry) {
  const std::uint64_t cells_end = cells_at + bytes_before(geometry, region_count);
  std::array<std::byte, 4096> blank;
  blank.fill(erased);
  for (std::uint64_t at = 0; at < cells_end; at += blank.size()) {
    const std::uint64_t size = std::min<std::uint64_t>(blank.size(), cells_end - at);
    if (!write_at(file, at, Bytes{blank}.first(static_cast<std::size_t>(size)))) {
      return false;
    }
  }
  // The marks are zeros, as the file grows by them.
  return write_at(file, 0, head_of(geometry)) &&
         ::ftruncate(file, static_cast<off_t>(file_size(geometry))) == 0 && ::fsync(file) == 0;
}

/// Under another name first: a file that bears its own name is whole, whatever happens meanwhile.
bool create(const std::string& path, const FlashGeometry& geometry) {
  const std::string unfinished = path + ".new";
  const int file = ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    return false;
  }
  const bool is_written = write_blank(file, geometry);
  ::close(file);
  if (is_written && std::rename(unfinished.c_str(), path.c_str()) == 0) {
    return true;
  }
  const int reason = errno;
  ::unlink(unfinished.c_str());
  errno = reason;
  return false;
}

/// Kept until the file is closed. Two processes with one part would be two carts in one body.
bool take_lock(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(file, F_SETLK, &lock) == 0;
}

}  // namespace

Opening FileFlash::open(const std::string& path, FlashGeometry geometry, Durability durability) {
  close();
  if (!is_possible(geometry)) {
    return Opening::impossible_geometry;
  }
  geometry_ = geometry;
  durability_ = durability;
  defects_ = 0;
  Opening opening = open_existing(path);
  if (opening == Opening::io_error && errno == ENOENT && create(path, geometry)) {
    opening = open_existing(path);
  }
  if (opening != Opening::ok) {
    const int reason = errno;
    close();
    errno = reason;
  }
  return opening;
}

Opening FileFlash::open_existing(const std::string& path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) {
    return Opening::io_error;
  }
  if (!take_lock(file_)) {
    return errno == EACCES || errno == EAGAIN ? Opening::in_use : Opening::io_error;
  }
  const Opening opening = judge_head();
  if (opening != Opening::ok) {
    return opening;
  }
  return load_marks() ? Opening::ok : Opening::io_error;
}

Opening FileFlash::judge_head() {
  struct stat facts {};
  if (::fstat(file_, &facts) != 0) {
    return Opening::io_error;
  }
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  Head found{};
  const std::size_t readable = std::min<std::size_t>(size, found.size());
  if (!read_at(file_, 0, MutableBytes{found}.first(readable))) {
    return Opening::io_error;
  }
  const Bytes start = std::as_bytes(std::span{magic});
  const std::size_t comparable = std::min(readable, start.size());
  if (!equal(Bytes{found}.first(comparable), start.first(comparable))) {
    return Opening::foreign;
  }
  if (readable < found.size()) {
    return Opening::truncated;
  }
  ByteReader in{Bytes{found}.subspan(start.size())};
  FlashGeometry geometry{};
  geometry.program_unit = in.u32();
  geometry.sector_size = in.u32();
  geometry.slot_size = in.u32();
  if (found != head_of(geometry) || !is_possible(geometry)) {
    return Opening::foreign;
  }
  if (found != head_of(geometry_)) {
    return Opening::other_geometry;
  }
  return size < file_size(geometry) ? Opening::truncated : Opening::ok;
}

bool FileFlash::load_marks() {
  const std::uint64_t cells = bytes_before(geometry_, region_count);
  marks_.resize(static_cast<std::size_t>(cells / geometry_.program_unit));
  return read_at(file_, cells_at + cells, marks_);
}

void FileFlash::close() {
  if (file_ >= 0) {
    ::close(file_);
  }
  file_ = -1;
  marks_.clear();
}

bool FileFlash::is_in(Region region, std::uint32_t offset, std::size_t size) const {
  const std::uint32_t capacity = size_of(geometry_, region);
  return offset <= capacity && size <= capacity - offset;
}

Status FileFlash::refuse() {
  ++defects_;
  return Status::out_of_range;
}

bool FileFlash::put(std::uint64_t at, Bytes content) const {
  return write_at(file_, at, content) &&
         (durability_ == Durability::process || ::fdatasync(file_) == 0);
}

bool FileFlash::put_marks(Region region, std::uint32_t offset, std::size_t size, std::byte mark) {
  const std::uint64_t first = mark_of(geometry_, region, offset);
  const MutableBytes touched =
      MutableBytes{marks_}.subspan(static_cast<std::size_t>(first), size / geometry_.program_unit);
  std::ranges::fill(touched, mark);
  return put(cells_at + bytes_before(geometry_, region_count) + first, touched);
}

Status FileFlash::read(Region region, std::uint32_t offset, MutableBytes out) {
  if (file_ < 0) {
    return Status::io_error;
  }
  if (!is_in(region, offset, out.size())) {
    return refuse();
  }
  const std::uint64_t at =
      cells_at + bytes_before(geometry_, static_cast<std::size_t>(region)) + offset;
  return read_at(file_, at, out) ? Status::ok : Status::io_error;
}

/// The marks go first: what is torn by the end of the process counts as programmed.
Status FileFlash::program(Region region, std::uint32_t offset, Bytes content) {
  if (file_ < 0) {
    return Status::io_error;
  }
  const std::uint32_t unit = geometry_.program_unit;
  if (!is_in(region, offset, content.size()) || offset % unit != 0 || content.size() % unit != 0) {
    return refuse();
  }
  const auto first = static_cast<std::size_t>(mark_of(geometry_, region, offset));
  const Bytes touched = Bytes{marks_}.subspan(first, content.size() / unit);
  if (std::ranges::any_of(touched, [](std::byte mark) { return mark != unmarked; })) {
    return refuse();
  }
  const std::uint64_t at =
      cells_at + bytes_before(geometry_, static_cast<std::size_t>(region)) + offset;
  const bool is_done = put_marks(region, offset, content.size(), marked) && put(at, content);
  return is_done ? Status::ok : Status::io_error;
}

/// Marked until every cell is erased: a sector that was torn on the way is not blank.
Status FileFlash::erase(Region region, std::uint32_t offset) {
  if (file_ < 0) {
    return Status::io_error;
  }
  const std::uint32_t size = geometry_.sector_size;
  if (offset % size != 0 || !is_in(region, offset, size)) {
    return refuse();
  }
  const std::uint64_t at =
      cells_at + bytes_before(geometry_, static_cast<std::size_t>(region)) + offset;
  const std::vector<std::byte> blank(size, erased);
  const bool is_done = put_marks(region, offset, size, marked) && put(at, blank) &&
                       put_marks(region, offset, size, unmarked);
  return is_done ? Status::ok : Status::io_error;
}

const char* describe(Opening opening) {
  switch (opening) {
    case Opening::ok:
      return "open";
    case Opening::impossible_geometry:
      return "no flash part has this geometry";
    case Opening::foreign:
      return "the file is no flash of a cart";
    case Opening::other_geometry:
      return "the file is the flash of another part";
    case Opening::truncated:
      return "the file is shorter than its geometry says";
    case Opening::in_use:
      return "another process has the file open";
    case Opening::io_error:
      return "the system refused to read or write the file";
  }
  return "unknown";
}

}  // namespace ota::host

#include "broker-mock/s3/record.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr char format = 1;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>((value >> shift) & 0xff));
    }
  }
  void time(ServerTime value) { number(static_cast<std::uint64_t>(value.unix_ms)); }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  void fields(const http::Fields& value) {
    number(value.size());
    for (const auto& [name, text_of_it] : value) {
      text(name);
      text(text_of_it);
    }
  }
  void checksum(const std::optional<Checksum>& value) {
    number(value ? 1 : 0);
    if (!value) return;
    number(static_cast<std::uint64_t>(value->algorithm));
    text(value->value);
    number(value->is_composite ? 1 : 0);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_{format};
};

/// Past the end, and past a value that cannot be, everything is empty and `is_whole` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {
    is_good_ = rest_.starts_with(format);
    if (is_good_) rest_.remove_prefix(1);
  }
  std::uint64_t number() {
    if (rest_.size() < 8) return fail();
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    }
    rest_.remove_prefix(8);
    return value;
  }
  std::uint64_t number_below(std::uint64_t limit) {
    const std::uint64_t value = number();
    return value < limit ? value : fail();
  }
  /// A length or a count: never more than there are bytes behind it.
  std::uint64_t count() {
    const std::uint64_t value = number();
    return value <= rest_.size() ? value : fail();
  }
  ServerTime time() { return {static_cast<std::int64_t>(number())}; }
  std::string text() {
    const std::uint64_t size = count();
    std::string value{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return value;
  }
  http::Fields fields() {
    http::Fields value;
    for (std::uint64_t left = count(); left > 0 && is_good_; --left) {
      std::string name = text();
      value.push_back({std::move(name), text()});
    }
    return value;
  }
  std::optional<Checksum> checksum() {
    if (number_below(2) == 0) return std::nullopt;
    Checksum value;
    value.algorithm = static_cast<Algorithm>(number_below(all_algorithms.size()));
    value.value = text();
    value.is_composite = number_below(2) == 1;
    return value;
  }
  bool is_whole() const { return is_good_ && rest_.empty(); }

 private:
  std::uint64_t fail() {
    is_good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool is_good_ = false;
};

}  // namespace

std::string to_record(const Object& object) {
  Writer writer;
  writer.text(object.etag);
  writer.time(object.modified);
  writer.text(object.content_type);
  writer.fields(object.headers);
  writer.checksum(object.checksum);
  writer.number(object.part_ends.size());
  for (const std::uint64_t end : object.part_ends) writer.number(end);
  return writer.take();
}

std::string to_record(const Part& part) {
  Writer writer;
  writer.text(part.md5);
  writer.time(part.modified);
  writer.checksum(part.checksum);
  return writer.take();
}

std::string to_record(const Upload& upload) {
  Writer writer;
  writer.text(upload.id);
  writer.text(upload.bucket);
  writer.text(upload.key);
  writer.time(upload.started);
  writer.text(upload.content_type);
  writer.fields(upload.headers);
  writer.number(upload.algorithm ? static_cast<std::uint64_t>(*upload.algorithm) + 1 : 0);
  writer.number(upload.is_composite ? 1 : 0);
  return writer.take();
}

std::optional<Object> parse_object(std::string_view record, Content content) {
  Reader reader{record};
  Object object;
  object.etag = reader.text();
  object.modified = reader.time();
  object.content_type = reader.text();
  object.headers = reader.fields();
  object.checksum = reader.checksum();
  std::uint64_t end = 0;
  for (std::uint64_t left = reader.count(); left > 0; --left) {
    const std::uint64_t next = reader.number();
    if (next < end || next > content.size()) return std::nullopt;
    object.part_ends.push_back(end = next);
  }
  // Ranges are cut by these: they must be those of this content.
  if (!object.part_ends.empty() && end != content.size()) return std::nullopt;
  if (!reader.is_whole()) return std::nullopt;
  object.content = std::move(content);
  return object;
}

std::optional<Part> parse_part(std::string_view record, Content content) {
  Reader reader{record};
  Part part;
  part.md5 = reader.text();
  part.modified = reader.time();
  part.checksum = reader.checksum();
  if (!reader.is_whole() || part.md5.size() != 16) return std::nullopt;
  part.content = std::move(content);
  return part;
}

std::optional<Upload> parse_upload(std::string_view record) {
  Reader reader{record};
  Upload upload;
  upload.id = reader.text();
  upload.bucket = reader.text();
  upload.key = reader.text();
  upload.started = reader.time();
  upload.content_type = reader.text();
  upload.headers = reader.fields();
  if (const auto number = reader.number_below(all_algorithms.size() + 1)) {
    upload.algorithm = static_cast<Algorithm>(number - 1);
  }
  upload.is_composite = reader.number_below(2) == 1;
  if (!reader.is_whole()) return std::nullopt;
  return upload;
}

}  // namespace cartstorm::broker::s3

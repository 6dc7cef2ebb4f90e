#include "sim/cli/make/recognise.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "sim/cli/make/pem.hpp"

namespace cartstorm::cli {
namespace {

using namespace std::string_view_literals;

bool are_hex_digits(std::string_view text, std::size_t count) {
  return text.size() >= count && std::all_of(text.begin(), text.begin() + std::ptrdiff_t(count),
                                             [](unsigned char c) { return std::isxdigit(c) != 0; });
}

bool is_hex_text(std::string_view text) {
  const bool is_intel = text.starts_with(':') && are_hex_digits(text.substr(1), 10);
  const bool is_motorola = text.starts_with("S0") && are_hex_digits(text.substr(2), 8);
  return is_intel || is_motorola;
}

/// PEM may have remarks before its first line of dashes.
FileKind kind_of_pem(std::string_view text) {
  const std::string label = pem_label(text);
  if (label.ends_with("PRIVATE KEY")) return FileKind::private_key;
  return label == "CERTIFICATE" ? FileKind::certificate : FileKind::other_pem;
}

}  // namespace

FileKind recognise(ota::Bytes bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (text.starts_with("CSM1")) return FileKind::trailer;
  if (text.starts_with("CPT1")) return FileKind::patch;
  if (text.starts_with("CTFLASH1")) return FileKind::flash;
  if (text.starts_with("SQLite format 3\0"sv)) return FileKind::database;
  if (text.starts_with("\x7f"
                       "ELF"))
    return FileKind::elf;
  if (text.starts_with("\x1f\x8b\x08"sv) || text.starts_with("PK\x03\x04"sv)) {
    return FileKind::archive;
  }
  if (text.starts_with("<svg")) return FileKind::picture;
  if (is_hex_text(text)) return FileKind::hex_text;
  const bool is_small = bytes.size() <= certificate_file_limit;
  if (!is_small && !text.starts_with("-----BEGIN ")) return FileKind::raw_bytes;
  if (!pem_label(text).empty()) return kind_of_pem(text);
  return is_der_certificate(bytes) ? FileKind::certificate : FileKind::raw_bytes;
}

const char* describe(FileKind kind) {
  switch (kind) {
    case FileKind::raw_bytes:
      return "raw bytes, marked as nothing that cartstorm makes";
    case FileKind::trailer:
      return "a trailer (manifest and chain)";
    case FileKind::patch:
      return "a delta patch";
    case FileKind::flash:
      return "the flash of a cart";
    case FileKind::database:
      return "an SQLite database, as the trace.db of a run is (read it with sqlite3)";
    case FileKind::certificate:
      return "a certificate";
    case FileKind::private_key:
      return "a private key";
    case FileKind::other_pem:
      return "PEM, neither a certificate nor a private key";
    case FileKind::elf:
      return "an ELF program (make raw bytes of it: objcopy -O binary)";
    case FileKind::hex_text:
      return "a HEX text (make raw bytes of it: objcopy -I ihex or srec -O binary)";
    case FileKind::archive:
      return "an archive (unpack it first)";
    case FileKind::picture:
      return "an SVG picture";
  }
  return "unknown";
}

const char* describe_made(FileKind kind) {
  return kind == FileKind::raw_bytes ? "an image" : describe(kind);
}

}  // namespace cartstorm::cli

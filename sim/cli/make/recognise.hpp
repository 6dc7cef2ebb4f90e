#pragma once
#include <cstdint>

#include "ota/types.hpp"

namespace cartstorm::cli {

/// What the bytes of a file are, going by how they begin.
enum class FileKind : std::uint8_t {
  raw_bytes,  ///< nothing known; an image bears no mark, so it is this too
  trailer,    ///< manifest and chain
  patch,
  flash,        ///< of a cart: ports/host, FileFlash
  database,     ///< SQLite
  certificate,  ///< PEM or DER
  private_key,  ///< PEM
  other_pem,
  elf,
  hex_text,  ///< Intel HEX or Motorola S-records
  archive,   ///< gzip or zip
  picture,   ///< SVG, as cartstorm draws it
};
FileKind recognise(ota::Bytes);

/// `a certificate`: to end a sentence with.
const char* describe(FileKind);

/// `an image`: what a command makes whose results are of this kind.
const char* describe_made(FileKind);

/// True for what must not be overwritten by accident.
constexpr bool is_credential(FileKind kind) {
  return kind == FileKind::certificate || kind == FileKind::private_key ||
         kind == FileKind::other_pem;
}

/// Largest file in which a key or a certificate is looked for, in bytes.
inline constexpr std::size_t certificate_file_limit = 64 * 1024;

}  // namespace cartstorm::cli

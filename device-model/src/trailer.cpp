#include "ota/trailer.hpp"

#include "ota/bytes.hpp"

namespace ota {

std::size_t trailer_size(std::span<const std::byte, trailer_head_bytes> head) {
  const std::size_t chain = ByteReader{head.subspan<manifest_bytes>()}.u16();
  return chain == 0 || chain > chain_capacity ? 0 : trailer_head_bytes + chain;
}

bool is_trailer(Bytes bytes) {
  return bytes.size() > trailer_head_bytes &&
         trailer_size(bytes.first<trailer_head_bytes>()) == bytes.size();
}

}  // namespace ota

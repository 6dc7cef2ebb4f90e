#pragma once
#include <string>
#include <vector>

#include "ota/types.hpp"

namespace ota::fuzz {

/// One file of the corpus of one target.
struct Seed {
  std::string target;
  std::string name;
  std::string content;
};

/// Seeds of the targets that read JSON, and of the whole cart.
std::vector<Seed> text_seeds();
/// Seeds of the targets that read bytes.
std::vector<Seed> byte_seeds();
/// Seeds of the targets of the broker.
std::vector<Seed> mqtt_seeds();
/// Seeds of the targets that read what HTTP clients send to the cloud.
std::vector<Seed> http_seeds();

/// Seeds of the targets that read HTTP calls.
std::vector<Seed> call_seeds();
/// Seeds of the targets of the endpoint.
std::vector<Seed> endpoint_seeds();

inline std::string text_of_bytes(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Little-endian, as Input reads it.
inline std::string number(std::uint64_t value, unsigned size) {
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += static_cast<char>(value >> (8 * i));
  }
  return text;
}

}  // namespace ota::fuzz

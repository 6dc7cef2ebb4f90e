#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "sim/cli/make/values.hpp"

/// What the commands of the groups `keys` and `image` are asked for.
namespace cartstorm::cli {

struct NewCa {
  std::string name;  ///< common name
  std::uint64_t days = 3650;
  TimeWish valid_from;
  std::string out;  ///< OUT.key.pem and OUT.cert.pem
};
struct NewSigner {
  std::string name;
  std::uint64_t days = 365;
  TimeWish valid_from;
  std::string out;
  std::string issuer;            ///< ISSUER.key.pem and ISSUER.cert.pem: a CA or an intermediate
  bool is_intermediate = false;  ///< make an intermediate instead of a signer
};
/// For TLS: what a device, or a tool, shows to an endpoint.
struct NewDevice {
  std::string name;  ///< thing name
  std::string data;  ///< folder of the endpoint, with its CA
  std::uint64_t days = 3650;
  TimeWish valid_from;
  std::string out;
};
struct ShowKey {
  std::string file;
};
using KeysArguments = std::variant<NewCa, NewSigner, NewDevice, ShowKey>;

struct BuildImage {
  std::uint32_t size = 0;  ///< bytes; 0: `from` has the bytes
  std::uint64_t seed = 1;
  std::string from;
  std::string out;
};
struct SignImage {
  std::string image;
  ota::Version version{};
  std::uint64_t security_version = 0;
  std::uint32_t hardware_mask = 0;
  std::uint64_t layout = 0;
  TimeWish valid_from;
  std::optional<TimeWish> valid_until;
  std::uint64_t days = 0;  ///< instead of valid_until, counted from valid_from
  std::string signer;      ///< SIGNER.key.pem and SIGNER.cert.pem
  std::string intermediate;
  std::string ca;
  std::string out;
  bool is_forced = false;  ///< write it although every cart would refuse it
};
struct PrintDocument {
  std::string trailer;
  std::string url;
  std::string patch;
  std::string patch_url;
};
struct InspectFile {
  std::string file;
};
struct VerifyImage {
  std::string image;
  std::string trailer;
  std::string ca;
  TimeWish at;
  std::optional<std::uint64_t> hardware;
  std::optional<std::uint64_t> layout;
  std::uint32_t slot = 0;  ///< bytes; 0: the size of the slot is not judged
  std::uint32_t sector = 4096;
  ota::Version running{};
  std::uint64_t floor = 0;
};
struct MakeDelta {
  std::string base;
  std::string target;
  ota::Version base_version{};
  ota::Version target_version{};
  std::uint32_t sector = 4096;
  std::string out;
};
using ImageArguments =
    std::variant<BuildImage, SignImage, PrintDocument, InspectFile, VerifyImage, MakeDelta>;

}  // namespace cartstorm::cli

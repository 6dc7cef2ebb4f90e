#pragma once
#include <string_view>

#include "ota/boot_record.hpp"
#include "ota/command.hpp"
#include "ota/journal.hpp"
#include "ota/manifest.hpp"
#include "ota/trust.hpp"

// Writing and reading of WIRE.md and of the device side of AWS IoT Jobs.
namespace ota {

/// Writes text into memory of the caller; remembers when something did not fit.
class TextWriter {
 public:
  explicit TextWriter(std::span<char> out) : out_(out) {}

  TextWriter& text(std::string_view content);
  TextWriter& decimal(std::uint32_t value);
  TextWriter& hex64(std::uint64_t value);  ///< 16 lower-case digits
  TextWriter& version(Version value);
  std::size_t size() const { return size_; }
  bool fits() const { return fits_; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

/// One Jobs update.
struct JobUpdate {
  std::string_view job;
  std::string_view status;
  std::uint32_t execution;
  std::uint32_t expected_version;
  std::uint64_t token;
};

struct Heartbeat {
  Version version;
  Slot slot;
  std::string_view state;
  std::uint32_t security_version;
};

void publish_heartbeat(Commands&, std::string_view thing, const Heartbeat&, const TrustStore&);
void publish_describe(Commands&, std::string_view thing, std::uint64_t token, bool with_document);
void publish_progress(Commands&, std::string_view thing, const JobUpdate&, std::string_view state,
                      std::uint32_t percent);
void publish_final(Commands&, std::string_view thing, const JobUpdate&, Reason, Version);
void publish_rollback(Commands&, std::string_view thing, const PendingRollback&, Version running);
void publish_anchor_request(Commands&, std::string_view thing, AnchorId);
void publish_anchor_ack(Commands&, std::string_view thing, const TrustStore&);
void publish_consent(Commands&, std::string_view thing, std::string_view tier, bool is_opted_in);

/// What a downlink topic is about.
enum class Downlink : std::uint8_t {
  unknown,
  notify_next,
  describe_accepted,
  describe_rejected,
  update_accepted,
  update_rejected,
  rollback_ack,
  ca_install,
  ca_remove,
};
/// `job` is set for the update replies.
Downlink classify(std::string_view topic, std::string_view thing, std::string_view& job);

/// Anchor id of a ca/remove message. False: malformed.
bool read_anchor_removal(std::string_view payload, AnchorId& out);
/// Reads the certificate of a ca/install message. False: malformed, no CA, or not the one it names.
bool read_anchor_install(Crypto&, std::string_view payload, Anchor& out);

bool parse_hex(std::string_view text, MutableBytes out);  ///< lower case, exactly twice the size
bool parse_hex64(std::string_view text, std::uint64_t& out);
bool parse_version(std::string_view text, Version& out);
/// Bytes that a text in base64 stands for, going by its length and padding alone; 0 for a length
/// that no such text has.
std::size_t base64_size(std::string_view text);
/// Standard alphabet with padding; exactly out.size() bytes or nothing.
bool parse_base64(std::string_view text, MutableBytes out);
/// A legal job id: [a-zA-Z0-9_-]{1,64}.
bool is_job_id(std::string_view text);

}  // namespace ota

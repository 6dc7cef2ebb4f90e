#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "images.hpp"

namespace ota::test {

struct Message {
  std::string topic;
  std::string payload;
};

/// One pending execution as the cloud sees it.
struct Execution {
  std::string job;
  std::uint32_t number = 1;
  std::uint32_t version = 1;
  std::string status = "QUEUED";
  std::string document;

  bool is_pending() const { return status == "QUEUED" || status == "IN_PROGRESS"; }
};

/// Payload of a ca/install message as WIRE.md section 6 has it.
std::string install_of(AnchorId id, const host::CertificateBytes& certificate);
std::string install_of(const host::PrivateKey& ca);

/// Just enough of AWS IoT Jobs and of our own services for one cart, written from the reference
/// and WIRE.md, by hand and in text, so that nothing of the cart's code judges itself.
class MiniCloud {
 public:
  /// Offers an image. The returned execution stays valid.
  Execution& offer(const std::string& job, const Image& image);
  std::string document_for(const Image& image) const;
  std::string notification() const;

  /// What the cloud answers to one uplink, in order.
  std::vector<Message> answer(const std::string& topic, const std::string& payload);

  std::deque<Execution> executions;
  std::int64_t now_s = 1'750'000'000;
  std::map<std::string, int> rollbacks;  ///< by occurrence: times heard
  std::vector<std::string> rollback_payloads;
  std::vector<std::string> heartbeats;
  std::vector<Message> other_uplinks;
  std::optional<Message> answer_to_anchor_request;
  std::vector<Message> updates;  ///< Jobs updates, answered or not
  std::string last_token;        ///< of the newest Jobs request
  std::string patch_base;        ///< SHA-256 in hex; documents offer a patch from it
  bool acknowledges_rollbacks = true;
  bool answers_updates = true;
  int replies_to_drop = 0;       ///< of Jobs requests
  std::string reject_next_with;  ///< code for the next Jobs request

 private:
  std::vector<Message> describe(const std::string& topic, const std::string& payload);
  std::vector<Message> update(const std::string& topic, const std::string& payload,
                              const std::string& job);
  Execution* next();
  std::string execution_text(const Execution&) const;
};

/// The text of a member, without quotes; empty if it is not there.
std::string member(const std::string& json, const std::string& key);

}  // namespace ota::test

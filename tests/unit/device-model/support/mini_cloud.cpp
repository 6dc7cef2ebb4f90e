#include "mini_cloud.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ota::test {
namespace {

const std::string prefix = "$aws/things/cart-00042/jobs/";

}  // namespace

std::string member(const std::string& json, const std::string& key) {
  const std::string start = "\"" + key + "\":";
  std::size_t at = json.find(start);
  if (at == std::string::npos) {
    return {};
  }
  at += start.size();
  const bool is_text = json[at] == '"';
  const std::size_t from = is_text ? at + 1 : at;
  return json.substr(from, json.find_first_of(is_text ? "\"" : ",}", from) - from);
}

std::string install_of(AnchorId id, const host::CertificateBytes& certificate) {
  return fmt::format(R"({{"anchor":"{:016x}","certificate":"{}"}})", id.value, base64(certificate));
}

std::string install_of(const host::PrivateKey& ca) {
  return install_of(anchor_of(ca).id, ca_certificate(ca));
}

std::string MiniCloud::document_for(const Image& image) const {
  Manifest manifest;
  if (decode(image.manifest(), manifest) != Status::ok) {
    return "{}";
  }
  const std::string delta =
      patch_base.empty()
          ? ""
          : fmt::format(R"(,"delta":{{"base":"{}","url":"https://s3.us-east-1.amazonaws.com)"
                        R"(/patches/x.patch?X-Amz-Signature=01"}})",
                        patch_base);
  return fmt::format(R"({{"operation":"firmware_update","version":"{}","size":{},)"
                     R"("sha256":"{}","url":"https://s3.us-east-1.amazonaws.com/firmware/x.bin)"
                     R"(?X-Amz-Signature=00","manifest":"{}","chain":"{}"{}}})",
                     text_of(manifest.version), manifest.image_size, hex(manifest.image_digest),
                     base64(image.manifest()), base64(image.chain()), delta);
}

Execution& MiniCloud::offer(const std::string& job, const Image& image) {
  executions.push_back({job, 1, 1, "QUEUED", document_for(image)});
  return executions.back();
}

Execution* MiniCloud::next() {
  for (const char* status : {"IN_PROGRESS", "QUEUED"}) {
    const auto found = std::ranges::find(executions, status, &Execution::status);
    if (found != executions.end()) {
      return &*found;
    }
  }
  return nullptr;
}

std::string MiniCloud::execution_text(const Execution& e) const {
  return fmt::format(R"("execution":{{"jobId":"{}","thingName":"cart-00042","status":"{}",)"
                     R"("queuedAt":1,"lastUpdatedAt":2,"versionNumber":{},)"
                     R"("executionNumber":{},"jobDocument":{}}})",
                     e.job, e.status, e.version, e.number, e.document);
}

std::string MiniCloud::notification() const {
  const auto found = std::ranges::find_if(executions, &Execution::is_pending);
  return found == executions.end()
             ? fmt::format(R"({{"timestamp":{}}})", now_s)
             : fmt::format(R"({{"timestamp":{},{}}})", now_s, execution_text(*found));
}

std::vector<Message> MiniCloud::answer(const std::string& topic, const std::string& payload) {
  if (topic.starts_with(prefix)) {
    const std::string rest = topic.substr(prefix.size());
    last_token = member(payload, "clientToken");
    if (rest != "$next/get") {
      updates.push_back({topic, payload});
      if (!answers_updates) {
        return {};
      }
    }
    if (replies_to_drop > 0) {
      --replies_to_drop;
      return {};
    }
    if (!reject_next_with.empty()) {
      const std::string code = std::exchange(reject_next_with, {});
      return {{topic + "/rejected", fmt::format(R"({{"code":"{}","clientToken":"{}"}})", code,
                                                member(payload, "clientToken"))}};
    }
    return rest == "$next/get" ? describe(topic, payload)
                               : update(topic, payload, rest.substr(0, rest.find('/')));
  }
  if (topic == "carts/cart-00042/rollback") {
    const std::string occurrence = member(payload, "occurrence");
    rollback_payloads.push_back(payload);
    ++rollbacks[occurrence];
    return acknowledges_rollbacks
               ? std::vector<Message>{{topic + "/ack",
                                       fmt::format(R"({{"occurrence":"{}"}})", occurrence)}}
               : std::vector<Message>{};
  }
  if (topic == "carts/cart-00042/heartbeat") {
    heartbeats.push_back(payload);
    return {};
  }
  other_uplinks.push_back({topic, payload});
  if (topic == "carts/cart-00042/ca/request" && answer_to_anchor_request) {
    return {*answer_to_anchor_request};
  }
  return {};
}

std::vector<Message> MiniCloud::describe(const std::string& topic, const std::string& payload) {
  const Execution* e = next();
  std::string body =
      fmt::format(R"({{"clientToken":"{}","timestamp":{})", member(payload, "clientToken"), now_s);
  if (e != nullptr && member(payload, "includeJobDocument") == "false") {
    body += fmt::format(
        R"(,"execution":{{"jobId":"{}","status":"{}","versionNumber":{},"executionNumber":{}}})",
        e->job, e->status, e->version, e->number);
  } else if (e != nullptr) {
    body += "," + execution_text(*e);
  }
  return {{topic + "/accepted", body + "}"}};
}

std::vector<Message> MiniCloud::update(const std::string& topic, const std::string& payload,
                                       const std::string& job) {
  const std::string token = member(payload, "clientToken");
  const std::string number = member(payload, "executionNumber");
  const auto e = std::ranges::find_if(executions, [&](const Execution& candidate) {
    return candidate.job == job && std::to_string(candidate.number) == number;
  });
  const auto refuse = [&](const char* code, const std::string& state) {
    return std::vector<Message>{
        {topic + "/rejected", fmt::format(R"({{"code":"{}","message":"m","timestamp":{},)"
                                          R"("clientToken":"{}"{}}})",
                                          code, now_s, token, state)}};
  };
  if (e == executions.end()) {
    return refuse("ResourceNotFound", "");
  }
  const std::string state = fmt::format(R"(,"executionState":{{"status":"{}","versionNumber":{}}})",
                                        e->status, e->version);
  if (member(payload, "expectedVersion") != std::to_string(e->version)) {
    return refuse("VersionMismatch", state);
  }
  if (!e->is_pending()) {
    return refuse("InvalidStateTransition", state);
  }
  e->status = member(payload, "status");
  ++e->version;
  if (!e->is_pending()) {
    other_uplinks.push_back({topic, payload});
  }
  return {
      {topic + "/accepted", fmt::format(R"({{"clientToken":"{}","timestamp":{}}})", token, now_s)}};
}

}  // namespace ota::test

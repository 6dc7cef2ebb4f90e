#include "broker-mock/rollout/job_document.hpp"

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker::rollout {

std::string job_document(const RolloutSpec& spec, std::string_view region) {
  const std::string url = "${aws:iot:s3-presigned-url-v2:https://s3." + std::string{region} +
                          ".amazonaws.com/" + spec.bucket + "/" + spec.key + "}";
  std::string out = "{";
  append_member(out, "operation", "firmware_update");
  append_member(out, "version", std::string_view{to_text(spec.version)});
  append_member(out, "size", static_cast<std::int64_t>(spec.size));
  append_member(out, "sha256", std::string_view{spec.sha256_hex});
  append_member(out, "url", std::string_view{url});
  append_member(out, "manifest", std::string_view{spec.manifest_base64});
  append_member(out, "chain", std::string_view{spec.chain_base64});
  out.push_back('}');
  return out;
}

}  // namespace cartstorm::broker::rollout

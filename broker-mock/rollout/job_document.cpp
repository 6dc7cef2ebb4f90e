#include "broker-mock/rollout/job_document.hpp"

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker::rollout {

namespace {

std::string placeholder(std::string_view region, const std::string& bucket,
                        const std::string& key) {
  return "${aws:iot:s3-presigned-url-v2:https://s3." + std::string{region} + ".amazonaws.com/" +
         bucket + "/" + key + "}";
}

}  // namespace

std::string job_document(const RolloutSpec& spec, std::string_view region) {
  const std::string url = placeholder(region, spec.bucket, spec.key);
  std::string out = "{";
  append_member(out, "operation", "firmware_update");
  append_member(out, "version", std::string_view{to_text(spec.version)});
  append_member(out, "size", static_cast<std::int64_t>(spec.size));
  append_member(out, "sha256", std::string_view{spec.sha256_hex});
  append_member(out, "url", std::string_view{url});
  append_member(out, "manifest", std::string_view{spec.manifest_base64});
  append_member(out, "chain", std::string_view{spec.chain_base64});
  if (!spec.patch_key.empty()) {
    const std::string patch_url = placeholder(region, spec.bucket, spec.patch_key);
    out.append(",\"delta\":{");
    append_member(out, "base", std::string_view{spec.patch_base_sha256_hex});
    append_member(out, "url", std::string_view{patch_url});
    out.push_back('}');
  }
  out.push_back('}');
  return out;
}

}  // namespace cartstorm::broker::rollout

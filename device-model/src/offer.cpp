#include "offer.hpp"

#include <algorithm>

#include "ota/bytes.hpp"
#include "ota/job_context.hpp"
#include "wire.hpp"

namespace ota {
namespace {

bool is_visible(char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x7f; }

/// True if `url` could be one: nothing but visible ASCII, also behind its JSON escapes. An escaped
/// line break would otherwise write headers of its own into the HTTP request.
bool is_url(std::string_view url) {
  for (std::size_t at = 0; at < url.size();) {
    char c = url[at];
    std::size_t size = 1;
    if (c == '\\' && at + 1 < url.size()) {
      size = url[at + 1] == 'u' ? 6 : 2;
      if (size > url.size() - at || unescape_json(slice(url, at, size), &c, 1) != 1) {
        return false;
      }
    }
    if (!is_visible(c)) {
      return false;
    }
    at += size;
  }
  return !url.empty();
}

struct Document {
  std::string_view operation, version, sha256, url, manifest, chain, patch_url, patch_base;
  std::uint64_t size = 0;
};

bool read_document(JsonReader& json, int node, Document& out) {
  const bool is_whole =
      json.string(node, "operation", out.operation) && json.string(node, "version", out.version) &&
      json.number(node, "size", out.size) && json.string(node, "sha256", out.sha256) &&
      json.string(node, "url", out.url) && json.string(node, "manifest", out.manifest) &&
      json.string(node, "chain", out.chain);
  const int delta = json.object(node, "delta");
  const bool has_delta = json.string(delta, "base", out.patch_base) &&
                         json.string(delta, "url", out.patch_url) && is_url(out.patch_url);
  if (delta != JsonReader::absent && !has_delta) {
    return false;
  }
  return is_whole && json.is_sound() && out.operation == "firmware_update" && is_url(out.url);
}

/// The document repeats three fields of the manifest so that people can read them.
bool repeats(const Document& document, Version version, const Digest& digest,
             const Manifest& manifest) {
  return version == manifest.version && document.size == manifest.image_size &&
         digest == manifest.image_digest;
}

/// Digest of the trailer that the document makes. The chain is decoded in small pieces, because
/// there is no memory yet to keep it in. False: it is not base64.
bool digest_of_trailer(Crypto& crypto, const Offer& offer, std::size_t chain_size, Digest& out) {
  constexpr std::size_t piece_text = 64, piece_bytes = 48;
  std::byte piece[piece_bytes];
  ByteWriter{piece}.u16(static_cast<std::uint16_t>(chain_size));
  DigestState state;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, offer.manifest_bytes);
  crypto.digest_bytes(state, Bytes{piece, 2});
  for (std::size_t at = 0; chain_size > 0; at += piece_text) {
    const std::size_t size = std::min(chain_size, piece_bytes);
    const std::string_view text =
        slice(offer.chain, at, std::min(piece_text, offer.chain.size() - at));
    if (!parse_base64(text, MutableBytes{piece, size})) {
      return false;
    }
    crypto.digest_bytes(state, Bytes{piece, size});
    chain_size -= size;
  }
  crypto.digest_end(state, out);
  return true;
}

Reason read_document_fault(JsonReader& json, int node, Crypto& crypto, Offer& offer) {
  Document document;
  Version version;
  Digest digest;
  if (!read_document(json, node, document) || !parse_version(document.version, version) ||
      !parse_hex(document.sha256, digest)) {
    return Reason::malformed_document;
  }
  if (unescape_json(document.url, nullptr, JobContext::url_capacity) == 0) {
    return Reason::document_too_large;
  }
  // A patch that cannot be used is none; the image can.
  const bool has_patch = !document.patch_url.empty() &&
                         unescape_json(document.patch_url, nullptr, JobContext::url_capacity) > 0 &&
                         parse_hex(document.patch_base, offer.patch_base);
  offer.patch_url = has_patch ? document.patch_url : std::string_view{};
  if (!parse_base64(document.manifest, offer.manifest_bytes) ||
      decode(offer.manifest_bytes, offer.manifest) != Status::ok) {
    return Reason::malformed_manifest;
  }
  offer.url = document.url;
  offer.chain = document.chain;
  const std::size_t chain_size = base64_size(document.chain);
  if (chain_size > chain_capacity) {
    return Reason::document_too_large;
  }
  if (chain_size == 0 || !digest_of_trailer(crypto, offer, chain_size, offer.trailer_digest)) {
    return Reason::malformed_document;
  }
  return repeats(document, version, digest, offer.manifest) ? Reason::none
                                                            : Reason::document_mismatch;
}

}  // namespace

bool read_offer(JsonReader& json, Crypto& crypto, Reason refusal, Offer& offer) {
  offer = {};
  const int execution = json.object(JsonReader::root, "execution");
  std::string_view job;
  if (execution == JsonReader::absent || json.is_empty(execution)) {
    return json.is_sound();  // absent or, as some write it, empty: nothing is pending
  }
  if (!json.string(execution, "jobId", job)) {
    return false;
  }
  std::uint64_t number = 0, version = 0;
  if (!is_job_id(job) || !json.number(execution, "executionNumber", number) ||
      !json.number(execution, "versionNumber", version) || number > 0xffffffff ||
      version > 0xffffffff || !json.is_sound()) {
    return false;
  }
  offer.is_present = true;
  offer.job = job;
  offer.execution = static_cast<std::uint32_t>(number);
  offer.version_number = static_cast<std::uint32_t>(version);
  offer.fault = refusal;
  if (refusal == Reason::none) {
    offer.fault = read_document_fault(json, json.object(execution, "jobDocument"), crypto, offer);
  }
  return true;
}

}  // namespace ota

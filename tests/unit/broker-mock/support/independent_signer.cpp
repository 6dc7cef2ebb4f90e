#include "tests/unit/broker-mock/support/independent_signer.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cctype>

namespace cartstorm::broker::test {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(std::string_view raw) {
  std::string text;
  for (const char c : raw) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char out[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(), out,
       &size);
  return {reinterpret_cast<const char*>(out), size};
}

std::string escaped(std::string_view text, bool keeps_slash) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~' ||
                          (c == '/' && keeps_slash);
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
    i += 2;
  }
  return out;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Sorted by name, then value: `a=` comes before `a-b=`.
std::string sorted_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    pairs.emplace_back(escaped(unescaped(pair.substr(0, equals)), false),
                       escaped(unescaped(value), false));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& [name, value] : pairs) {
    text += (text.empty() ? "" : "&") + name + "=" + value;
  }
  return text;
}

std::string trailer_line(std::string_view trailer) { return fmt::format("{}\r\n", trailer); }

}  // namespace

std::string sha256_text(std::string_view text) {
  unsigned char out[32];
  SHA256(bytes(text), text.size(), out);
  return hex({reinterpret_cast<const char*>(out), sizeof out});
}

std::string signature_in(const http::Request& request) {
  const std::string& value = *http::find(request.fields, "authorization");
  return value.substr(value.size() - 64);
}

std::string IndependentSigner::scope() const {
  return fmt::format("{}/{}/{}/aws4_request", amz_date.substr(0, 8), region, service);
}

std::string IndependentSigner::signature_of(std::string_view string_to_sign) const {
  const std::string day = hmac("AWS4" + secret, amz_date.substr(0, 8));
  const std::string key = hmac(hmac(hmac(day, region), service), "aws4_request");
  return hex(hmac(key, string_to_sign));
}

std::string IndependentSigner::canonical(const http::Request& request, std::string_view query,
                                         const std::vector<std::string>& names,
                                         std::string_view payload) const {
  const std::string path = request.target.substr(0, request.target.find('?'));
  std::string text = request.method + "\n";
  text += service == "s3" ? escaped(unescaped(path), true) : escaped(path, true);
  text += fmt::format("\n{}\n", sorted_query(query));
  for (const std::string& name : names) {
    text += fmt::format("{}:{}\n", name, *http::find(request.fields, name));
  }
  return text + fmt::format("\n{}\n{}", fmt::join(names, ";"), payload);
}

http::Request IndependentSigner::sign(http::Request request, std::string_view payload) const {
  const std::string digest = payload.empty() ? sha256_text(request.body) : std::string{payload};
  request.fields.push_back({"X-Amz-Date", amz_date});
  if (service == "s3" || !payload.empty()) {
    request.fields.push_back({"X-Amz-Content-SHA256", digest});
  }
  if (!token.empty()) request.fields.push_back({"X-Amz-Security-Token", token});
  std::vector<std::string> names;
  for (const auto& field : request.fields) {
    if (lower(field.name) != "range") names.push_back(lower(field.name));
  }
  std::sort(names.begin(), names.end());
  const std::size_t mark = request.target.find('?');
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", amz_date, scope(),
                                          sha256_text(canonical(request, query, names, digest)));
  request.fields.push_back(
      {"Authorization",
       fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}", access_key,
                   scope(), fmt::join(names, ";"), signature_of(to_sign))});
  return request;
}

http::Request IndependentSigner::presign(http::Request request, std::uint32_t expires_s) const {
  const std::size_t mark = request.target.find('?');
  std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1) + "&";
  query += fmt::format(
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders=host",
      escaped(access_key + "/" + scope(), false), amz_date, expires_s);
  if (!token.empty()) query += "&X-Amz-Security-Token=" + escaped(token, false);
  const std::string payload = service == "s3" ? "UNSIGNED-PAYLOAD" : sha256_text(request.body);
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", amz_date, scope(),
                  sha256_text(canonical(request, query, {"host"}, payload)));
  request.target = fmt::format("{}?{}&X-Amz-Signature={}", request.target.substr(0, mark), query,
                               signature_of(to_sign));
  return request;
}

std::string IndependentSigner::signed_chunks(const std::vector<std::string>& chunks,
                                             std::string signature,
                                             std::string_view trailer) const {
  std::string body;
  const auto sign_next = [&](std::string_view kind, std::string_view digests) {
    signature = signature_of(fmt::format("AWS4-HMAC-SHA256-{}\n{}\n{}\n{}\n{}", kind, amz_date,
                                         scope(), signature, digests));
  };
  const auto add = [&](std::string_view chunk) {
    sign_next("PAYLOAD", sha256_text("") + "\n" + sha256_text(chunk));
    body += fmt::format("{:x};chunk-signature={}\r\n{}", chunk.size(), signature, chunk);
    if (!chunk.empty()) body += "\r\n";
  };
  for (const std::string& chunk : chunks) add(chunk);
  add("");
  if (!trailer.empty()) {
    sign_next("TRAILER", sha256_text(fmt::format("{}\n", trailer)));
    body += trailer_line(trailer) + trailer_line("x-amz-trailer-signature:" + signature);
  }
  return body + "\r\n";
}

std::string unsigned_chunks(const std::vector<std::string>& chunks, std::string_view trailer) {
  std::string body;
  for (const std::string& chunk : chunks) {
    body += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  }
  body += "0\r\n";
  if (!trailer.empty()) body += trailer_line(trailer);
  return body + "\r\n";
}

}  // namespace cartstorm::broker::test

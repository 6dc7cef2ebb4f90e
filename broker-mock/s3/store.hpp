#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker-mock/cloud/messages.hpp"
#include "broker-mock/s3/inventory.hpp"
#include "broker-mock/s3/verify.hpp"

namespace cartstorm::broker::s3 {

/// Objects behind presigned GET and HEAD, as the simulator's carts ask for them. Bodies are views
/// into the stored objects: a download of a fleet copies nothing.
class Store {
 public:
  Store(http::Signer& signer, std::uint64_t seed) : verifier_{signer}, seed_{seed} {}

  /// Adds or replaces. `content` must outlive the store.
  void put(std::string_view bucket, std::string_view key, std::span<const std::byte> content);
  /// What is not there is no error.
  void remove(std::string_view bucket, std::string_view key) {
    inventory_.apply(ObjectGone{std::string{bucket}, std::string{key}});
  }
  /// What is known of an object's content; empty if there is none.
  struct About {
    std::uint64_t size = 0;
    std::string sha256_hex;
    std::string etag;  ///< with its quotes
  };
  std::optional<About> about(std::string_view bucket, std::string_view key) const;

  /// The content of an object; empty if there is none.
  std::optional<std::span<const std::byte>> content(std::string_view bucket,
                                                    std::string_view key) const;

  /// Answers one request. An error text lives until the next call.
  HttpResponse handle(const HttpRequest& request, ServerTime now);

  /// The same objects, for the REST front of an endpoint.
  Inventory& inventory() { return inventory_; }

 private:
  HttpResponse refuse(const Error& error, bool has_body);
  HttpResponse serve(const Object& object, const HttpRequest& request);

  Verifier verifier_;
  std::uint64_t seed_;
  std::uint64_t refusals_ = 0;
  Inventory inventory_;
  std::string error_text_;
};

}  // namespace cartstorm::broker::s3

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/authenticate.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/s3/chaos.hpp"
#include "broker-mock/s3/desk.hpp"
#include "broker-mock/s3/error.hpp"

namespace cartstorm::broker::s3 {

/// S3 over HTTP for unmodified clients (boto3, the JavaScript SDK, aws-crt): buckets, objects,
/// listings, multipart uploads, checksums, conditions, ranges, presigned GET, HEAD and PUT, in path
/// and virtual-host style (reference section 3, points 34 to 48). What is changed is durable before
/// the answer leaves. Requests that S3 knows and this does not get 501 NotImplemented.
class Service {
 public:
  /// Adds what `durable` has kept to `inventory`. All four must outlive the service; the inventory
  /// may be shared with a Store. `authenticator` knows the keys and the region.
  Service(ServiceConfig config, http::Authenticator& authenticator, Inventory& inventory,
          ObjectStore& durable);

  /// Answers one whole request. Pass it by move: a body then becomes the object without a copy.
  http::Response handle(http::Request request, ServerTime now);

  void set_chaos(const Chaos& chaos) { chaos_ = chaos; }
  const Chaos& chaos() const { return chaos_; }

 private:
  http::Response answer(http::Request& request, ServerTime now);
  Answer perform(http::Request& request, http::Authentic& caller, ServerTime now);
  http::Response word(const Error& error, bool is_head);
  bool strikes(std::uint16_t per_mille);
  void spoil_body(http::Response& response);

  Desk desk_;
  http::Authenticator& authenticator_;
  Chaos chaos_;
  std::uint64_t answers_ = 0, draws_ = 0;
};

}  // namespace cartstorm::broker::s3

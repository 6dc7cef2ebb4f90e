#include "broker-mock/http/aws_chunked.hpp"

#include "http_requests.hpp"
#include "kit.hpp"

// A body in aws-chunked framing: what comes out fits the limit and means the same when it is framed
// again. With signatures, only what was signed comes out.
namespace ota::fuzz {
namespace {

using cartstorm::broker::http::ChunkSigning;
using cartstorm::broker::http::SigningScope;
using cartstorm::broker::http::unchunk;
using cartstorm::broker::http::Unchunked;

void check_signed(std::string_view framed, bool has_trailer) {
  const cartstorm::broker::test::IndependentSigner signer;
  const SigningScope scope{signer.amz_date, signer.region};
  const ChunkSigning signing{cartstorm::broker::http::signing_key(signer.secret, scope), scope,
                             chunks_follow};
  const Unchunked found = unchunk(framed, signing, has_trailer, 1'000);
  if (found.fault != Unchunked::Fault::none) return;
  require(found.body == chunked_body, "only signed chunks come out");
}

}  // namespace

void run(Bytes bytes) {
  Input input{bytes};
  const bool has_trailer = input.u8() % 2 == 1;
  const std::size_t limit = input.u16();
  const std::string_view framed = text_of(input.rest());
  check_signed(framed, has_trailer);
  const Unchunked found = unchunk(framed, std::nullopt, has_trailer, limit);
  require(found.body.size() <= limit && found.body.size() <= framed.size(),
          "nothing comes out that did not go in");
  if (found.fault != Unchunked::Fault::none) {
    require(found.body.empty(), "half a body is no body");
    return;
  }
  require(has_trailer || found.trailers.empty(), "trailers come where they are expected");
  std::vector<std::string> chunks;
  for (std::size_t at = 0; at < found.body.size(); at += 7) {
    chunks.push_back(found.body.substr(at, 7));
  }
  const Unchunked again = unchunk(cartstorm::broker::test::unsigned_chunks(chunks, ""),
                                  std::nullopt, has_trailer, limit);
  require(again.fault == Unchunked::Fault::none && again.body == found.body,
          "another chunking means the same");
}

}  // namespace ota::fuzz

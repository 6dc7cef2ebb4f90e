#include "seeds.hpp"
#include "tests/unit/broker-net/support/wire_ca.hpp"

// What comes in at the endpoint's ports: bytes of HTTP connections, and lists of what operators
// ask for.
namespace ota::fuzz {
namespace {

void add_streams(std::vector<Seed>& seeds) {
  const std::string target = "http_connection";
  const auto way = [](unsigned piece, bool is_signed) {
    return number((piece - 1) << 2U | (is_signed ? 2U : 0U), 1);
  };
  const std::string host = "Host: 127.0.0.1:9000\r\n";
  const auto add = [&](const char* name, const std::string& bytes) {
    seeds.push_back({target, name, way(7, true) + bytes});
  };
  const std::string get = "GET /fleet/fw.bin HTTP/1.1\r\n" + host;
  add("get", get + "\r\n");
  add("range", get + "Range: bytes=2-5\r\nIf-Match: *\r\n\r\n");
  add("head", "HEAD /fleet/fw.bin HTTP/1.1\r\n" + host + "\r\n");
  add("pipelined", get + "\r\n" + get + "\r\nDELETE /fleet/fw.bin HTTP/1.1\r\n" + host + "\r\n");
  add("http_1_0", "GET /fleet HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  add("put", "PUT /fleet/a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello");
  add("expect",
      "PUT /fleet/a HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
  add("chunked", "PUT /fleet/a HTTP/1.1\r\n" + host +
                     "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n");
  add("bad_chunk",
      "PUT /fleet/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n");
  add("two_framings",
      "PUT /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0");
  add("foreign_coding", "PUT /a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc");
  add("two_lengths", "PUT /a HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
  add("negative_length", "PUT /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n");
  add("huge_length", "PUT /a HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n");
  add("large_for_nobody", "PUT /a HTTP/1.1\r\nContent-Length: 257\r\n\r\n" + std::string(257, 'x'));
  add("long_head", "GET / HTTP/1.1\r\nA: " + std::string(2000, 'a') + "\r\n\r\n");
  add("folded", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n");
  add("bare_line_feed", "GET / HTTP/1.1\nA: b\n\n");
  add("split_answer",
      "GET /fleet/fw.bin?response-content-type=a%0D%0AX%3A%20y HTTP/1.1\r\n" + host + "\r\n");
  add("not_utf8", "GET /fleet/%FF\xff HTTP/1.1\r\nA: \xfe\r\n\r\n");
  add("tls", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11});
  seeds.push_back({target, "byte_by_byte", way(1, false) + get + "\r\n"});
}

constexpr const char* create =
    "rollout/create {\"name\":\"fw-2\",\"version\":\"2.0.0\",\"base\":\"1.8.0\",\"image\":{"
    "\"bucket\":\"firmware\",\"key\":\"2.0.0.bin\"},\"manifest\":\"AA==\",\"chain\":\"AA==\","
    "\"person\":\"ann\",\"plan\":{\"stages\":[{\"name\":\"canary\",\"carts\":1,\"soak\":\"1h\"},{"
    "\"name\":\"all\",\"percent\":100,\"soak\":\"1h\"}],\"rules\":{\"ratio\":{\"min_expected\":90},"
    "\"devices\":{\"tolerate\":0.01},\"sprt\":\"off\"},\"on_hold\":\"cancel_queued\",\"window\":"
    "\"01:00-05:00\"}}\n";
constexpr const char* steer =
    "rollout/pause {\"rollout\":\"fw-2\",\"person\":\"ann\",\"reason\":\"lunch\"}\n"
    "rollout/resume "
    "{\"rollout\":\"fw-2\",\"person\":\"ann\",\"reason\":\"\\u0000\\n\\ud83d\\ude00\"}"
    "\nt 9000\n"
    "rollout/release {\"rollout\":\"fw-2\",\"hold\":1,\"person\":\"ann\",\"reason\":\"fine\"}\n"
    "rollout/abort {\"rollout\":\"fw-2\",\"person\":\"ann\",\"reason\":\"bad\"}\n";

void add_lists(std::vector<Seed>& seeds) {
  const std::string target = "admin";
  seeds.push_back({target, "rollout", std::string{create} + "t 60\n" + steer});
  seeds.push_back(
      {target, "standard",
       "rollout/create {\"name\":\"r\",\"version\":\"2.0.0\",\"base\":\"1.8.0\","
       "\"image\":{\"bucket\":\"firmware\",\"key\":\"2.0.0.bin\"},\"manifest\":\"AA==\","
       "\"chain\":\"AA==\",\"plan\":\"standard\"}\nt 90000\n"});
  seeds.push_back(
      {target, "anchors",
       std::string{"anchor/add {\"anchor\":\"dfb04d579da4d455\",\"certificate\":\""} +
           cartstorm::broker::net::wire_ca +
           "\",\"not_before_s\":1,\"not_after_s\":2}\n"
           "anchor/install {\"anchor\":\"dfb04d579da4d455\",\"things\":[\"cart-0\",\"cart-1\"],"
           "\"person\":\"a\",\"reason\":\"r\"}\n"
           "anchor/remove {\"anchor\":\"dfb04d579da4d455\",\"things\":[\"cart-0\",\"cart-9\"],"
           "\"person\":\"a\",\"reason\":\"r\"}\n"});
  seeds.push_back({target, "controller",
                   std::string{create} +
                       "controller/kill \nrollout/pause {\"rollout\":\"fw-2\",\"person\":\"a\","
                       "\"reason\":\"r\"}\ncontroller/restart \ncontroller/restart {}\n"
                       "quotas {\"jobs_reads_per_s\":1,\"control_calls_per_s\":1000001}\n"
                       "job/cancel {\"job\":\"fw-2-canary\",\"force\":true,\"person\":\"a\","
                       "\"reason\":\"r\"}\n"});
  seeds.push_back(
      {target, "chaos",
       "chaos {\"mqtt\":{\"latency_ms\":200,\"bytes_per_second\":9223372036854775807},\"packets\":{"
       "\"late_puback\":1},\"control\":{\"throttled\":1000},\"s3\":{\"length_error\":-5,"
       "\"kept_per_mille\":0},\"certificate\":\"unknown_ca\",\"backlog\":5,\"disk_full\":true}\n"
       "chaos {\"mqtt\":{\"latency_ms\":-1}}\nchaos {\"s3\":{\"slow_down\":1e3}}\nchaos [}\n"
       "chaos {\"s3\":{\"slwo_down\":3}}\n"});
  seeds.push_back(
      {target, "mistyped",
       "rollout/paus {}\nrollout/pause {\"rolout\":\"a\"}\nrollout/pause \"\xff\"\n"
       "rollout/pause {\"rollout\":\"\\u0000\",\"person\":\"\",\"reason\":7}\n"
       "anchor/add {\"anchor\":\"AA\"}\nrollout/create {\"plan\":{\"stages\":[[]]}}\n"});
  std::string deep = "rollout/create ";
  for (int i = 0; i < 200; ++i) deep += "{\"plan\":[";
  seeds.push_back({target, "deep", deep + "\n"});
}

}  // namespace

std::vector<Seed> endpoint_seeds() {
  std::vector<Seed> seeds;
  add_streams(seeds);
  add_lists(seeds);
  return seeds;
}

}  // namespace ota::fuzz

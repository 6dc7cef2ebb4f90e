#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <memory>

#include "broker-mock/net/certificates.hpp"
#include "tests/unit/broker-net/support/aws_request.hpp"
#include "tests/unit/broker-net/support/client.hpp"
#include "tests/unit/broker-net/support/running_endpoint.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;
using testing::Not;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

/// CONNECT of MQTT 3.1.1, client id `c`, clean; and the CONNACK that accepts it.
const std::string connect_packet{
    "\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01"
    "c",
    15};
const std::string connack{"\x20\x02\x00\x00", 4};

struct EndpointTls : testing::Test {
  TemporaryFolder folder;
  RunningEndpoint endpoint{test_options(folder.path())};

  std::filesystem::path ca() const { return folder.path() / "tls" / "ca"; }

  /// A client's key and certificate, by `issuer`.
  std::filesystem::path make_client(const std::string& name, const std::filesystem::path& issuer) {
    CertificateWish wish;
    wish.common_name = name;
    wish.days = 3650;
    wish.valid_from_unix_s = 1'750'000'000;
    const auto path = folder.path() / name;
    EXPECT_EQ(make_certificate(wish, issuer, path), "");
    return path;
  }
  Context context(const std::filesystem::path& client = {}) {
    Context made{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_locations(made.get(), certificate_files(ca()).certificate.c_str(), nullptr);
    if (!client.empty()) {
      const CertificateFiles files = certificate_files(client);
      EXPECT_EQ(
          SSL_CTX_use_certificate_file(made.get(), files.certificate.c_str(), SSL_FILETYPE_PEM), 1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey_file(made.get(), files.key.c_str(), SSL_FILETYPE_PEM), 1);
    }
    return made;
  }
  /// What the MQTT side answers to CONNECT over TLS; empty: nothing.
  std::string connect(SSL_CTX* with, const char* host = "localhost") {
    Client client{endpoint.addresses().mqtts};
    if (!client.start_tls(with, host).empty()) return {};
    client.send(connect_packet);
    return client.read(4);
  }
};

TEST_F(EndpointTls, TakesACertificateOfItsOwnCa) {
  const Context good = context(make_client("cart-1", ca()));
  EXPECT_EQ(connect(good.get()), connack);
  EXPECT_EQ(connect(good.get(), "127.0.0.1"), connack);
  EXPECT_EQ(connect(good.get(), "somebody.example"), "");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SSL_CTX_set_min_proto_version(good.get(), version);
    SSL_CTX_set_max_proto_version(good.get(), version);
    EXPECT_EQ(connect(good.get()), connack) << version;
  }
  SSL_CTX_set_min_proto_version(good.get(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(good.get(), TLS1_1_VERSION);
  EXPECT_EQ(connect(good.get()), "");
}

TEST_F(EndpointTls, RefusesWhoeverHasNoCertificateAndSaysWhy) {
  const Context bare = context();
  EXPECT_EQ(connect(bare.get()), "");
  EXPECT_TRUE(endpoint.logs("peer did not return a certificate"));
}

TEST_F(EndpointTls, RefusesACertificateOfAnotherCaAndSaysWhy) {
  CertificateWish wish{CertificateWish::Use::ca, "another CA", {}, 3650, 1'750'000'000};
  const auto other = folder.path() / "other";
  ASSERT_EQ(make_certificate(wish, {}, other), "");
  const Context stranger = context(make_client("cart-2", other));
  EXPECT_EQ(connect(stranger.get()), "");
  EXPECT_TRUE(endpoint.logs("certificate verify failed"));
}

TEST_F(EndpointTls, RefusesAnExpiredCertificateAndSaysWhy) {
  CertificateWish wish;
  wish.common_name = "cart-3";
  wish.days = 10;
  wish.valid_from_unix_s = 1'750'000'000;
  ASSERT_EQ(make_certificate(wish, ca(), folder.path() / "cart-3"), "");
  const Context late = context(folder.path() / "cart-3");
  EXPECT_EQ(connect(late.get()), "");
  EXPECT_TRUE(endpoint.logs("certificate has expired"));
}

TEST_F(EndpointTls, GivesNobodyTheNameOfAnotherThing) {
  // The client id `c` of our CONNECT is free, until a thing has that name.
  const Context other = context(make_client("cart-1", ca()));
  EXPECT_EQ(connect(other.get()), connack);
  ASSERT_EQ(
      call_aws(endpoint.addresses().http, folder.path(), {"POST", "/things/c", "{}", "iot"}).status,
      200);
  EXPECT_EQ(connect(other.get()), (std::string{"\x20\x02\x00\x05", 4}));
  const Context itself = context(make_client("c", ca()));
  EXPECT_EQ(connect(itself.get()), connack);
}

TEST_F(EndpointTls, LogsRefusedHandshakesOfHttpsToo) {
  Client plain{endpoint.addresses().https};
  plain.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(endpoint.logs("handshake: http request"));
}

TEST_F(EndpointTls, SelectsTheProtocolOfAwsClients) {
  const Context good = context(make_client("cart-1", ca()));
  constexpr unsigned char offered[] = "\x07unknown\x0ex-amzn-mqtt-ca";
  SSL_CTX_set_alpn_protos(good.get(), offered, sizeof offered - 1);
  Client client{endpoint.addresses().mqtts};
  ASSERT_EQ(client.start_tls(good.get(), "localhost"), "");
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client.ssl(), &name, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(name), size), "x-amzn-mqtt-ca");
  constexpr unsigned char strange[] = "\x07unknown";
  SSL_CTX_set_alpn_protos(good.get(), strange, sizeof strange - 1);
  EXPECT_EQ(connect(good.get()), connack) << "a name that nobody knows is no reason to refuse";
}

TEST_F(EndpointTls, ResumesSessions) {
  const Context good = context(make_client("cart-1", ca()));
  SSL_CTX_set_session_cache_mode(good.get(), SSL_SESS_CACHE_CLIENT);
  Client first{endpoint.addresses().mqtts};
  ASSERT_EQ(first.start_tls(good.get(), "localhost"), "");
  first.send(connect_packet);
  ASSERT_EQ(first.read(4), connack);  // the ticket has come with it
  SSL_SESSION* const session = SSL_get1_session(first.ssl());
  Client second{endpoint.addresses().mqtts};
  ASSERT_EQ(second.start_tls(good.get(), "localhost", session), "");
  EXPECT_EQ(SSL_session_reused(second.ssl()), 1);
  second.send(connect_packet);
  EXPECT_EQ(second.read(4), connack);
  SSL_SESSION_free(session);
}

TEST_F(EndpointTls, ShowsACertificateThatIsNoGoodWhenAskedTo) {
  const std::string bearer = bearer_of(folder.path());
  const Context good = context(make_client("cart-1", ca()));
  const auto set = [&](const char* which) {
    const std::string body = std::string{"{\"certificate\":\""} + which + "\"}";
    ASSERT_EQ(ask(endpoint.addresses().admin, "POST", "/chaos", body, bearer).status, 200);
  };
  const auto problem = [&] {
    Client client{endpoint.addresses().mqtts};
    client.start_tls(good.get(), "localhost");
    return std::string{X509_verify_cert_error_string(SSL_get_verify_result(client.ssl()))};
  };
  set("expired");
  EXPECT_EQ(problem(), "certificate has expired");
  set("wrong_name");
  EXPECT_EQ(problem(), "hostname mismatch");
  set("unknown_ca");
  EXPECT_EQ(problem(), "unable to get local issuer certificate");
  set("valid");
  EXPECT_EQ(problem(), "ok");
}

TEST(Certificates, FitTheNamesAndTimesThatTheyWereMadeFor) {
  const TemporaryFolder folder;
  constexpr std::int64_t from = 1'750'000'000;
  CertificateWish wish{CertificateWish::Use::server, "lab", {"lab", "10.0.0.5"}, 30, from};
  const auto name = folder.path() / "server";
  EXPECT_FALSE(fits(name, {"lab"}, from));
  ASSERT_EQ(make_certificate(wish, {}, name), "");
  EXPECT_TRUE(fits(name, {"lab", "10.0.0.5"}, from));
  EXPECT_FALSE(fits(name, {"lab", "other"}, from));
  EXPECT_FALSE(fits(name, {"10.0.0.6"}, from));
  EXPECT_FALSE(fits(name, {"lab"}, from + 30 * 86'400)) << "it ends";
}

TEST_F(EndpointTls, MakesANewCertificateForANewName) {
  EXPECT_EQ(endpoint.stop(), "");
  EndpointOptions options = test_options(folder.path());
  options.hosts = {"lab.example", "127.0.0.1"};
  const RunningEndpoint again{options};
  EXPECT_TRUE(again.logs("made a new one"));
  const Context good = context(make_client("cart-1", ca()));
  Client client{again.addresses().mqtts};
  EXPECT_EQ(client.start_tls(good.get(), "lab.example"), "");
}

TEST(Certificates, AreNeverReplacedAndKeysAreForTheirOwnerAlone) {
  const TemporaryFolder folder;
  CertificateWish wish{CertificateWish::Use::ca, "a CA", {}, 30, 1'750'000'000};
  const auto name = folder.path() / "ca";
  ASSERT_EQ(make_certificate(wish, {}, name), "");
  EXPECT_THAT(make_certificate(wish, {}, name), HasSubstr("File exists"));
  const auto mode = std::filesystem::status(certificate_files(name).key).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  wish.common_name = std::string(65, 'x');
  EXPECT_THAT(make_certificate(wish, {}, folder.path() / "long"), HasSubstr("1 to 64 bytes"));
  wish.common_name = "x";
  EXPECT_THAT(make_certificate(wish, folder.path() / "nobody", folder.path() / "y"),
              HasSubstr("no readable certificate"));
  EXPECT_FALSE(std::filesystem::exists(certificate_files(folder.path() / "y").key));
}

}  // namespace
}  // namespace cartstorm::broker::net

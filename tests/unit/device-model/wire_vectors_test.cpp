#include <gmock/gmock.h>

#include "device-model/src/offer.hpp"
#include "device-model/src/wire.hpp"
#include "ota/judge.hpp"
#include "support/board.hpp"

// The payloads and topics of WIRE.md sections 2 to 7, byte for byte.
namespace ota::test {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view thing = "cart-00042";

struct Sent {
  std::string topic;
  std::string payload;
  bool operator==(const Sent&) const = default;
};

template <typename Publisher>
std::vector<Sent> sent_by(Publisher&& publisher) {
  Commands out;
  publisher(out);
  EXPECT_FALSE(out.has_overflowed());
  std::vector<Sent> result;
  for (const Command& command : out) {
    const auto& publish = std::get<command::Publish>(command);
    EXPECT_EQ(publish.qos, 1);
    result.push_back(
        {std::string{publish.topic},
         {reinterpret_cast<const char*>(publish.payload.data()), publish.payload.size()}});
  }
  return result;
}

TrustStore trust_with(std::initializer_list<std::uint64_t> newest_first) {
  TrustStore trust;
  for (const std::uint64_t id : newest_first) {
    trust.anchors[trust.installed++].id = {id};
  }
  trust.known = trust.installed;
  return trust;
}

TEST(WireVectors, Rollback) {
  const PendingRollback rollback{true, RollbackReason::attempts_spent, v2, v1, {0xa1}, 7};
  EXPECT_THAT(
      sent_by([&](Commands& out) { publish_rollback(out, thing, rollback, v1); }),
      ElementsAre(Sent{"carts/cart-00042/rollback",
                       R"({"occurrence":"00000000000000a1","target":"2.0.0","running":"1.8.0",)"
                       R"("reason":"attempts_spent","attempt":"0000000000000007"})"}));
}

TEST(WireVectors, Heartbeat) {
  const TrustStore trust = trust_with({0x6b1f0c2ad9e35587, 0x0011223344556677});
  EXPECT_THAT(sent_by([&](Commands& out) {
                publish_heartbeat(out, thing, {v1, Slot::a, "idle", 3}, trust);
              }),
              ElementsAre(Sent{"carts/cart-00042/heartbeat",
                               R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,)"
                               R"("anchors":["6b1f0c2ad9e35587","0011223344556677"]})"}));
}

TEST(WireVectors, AnchorRequestAndAcknowledgement) {
  EXPECT_THAT(
      sent_by([&](Commands& out) { publish_anchor_request(out, thing, {0x6b1f0c2ad9e35587}); }),
      ElementsAre(Sent{"carts/cart-00042/ca/request", R"({"anchor":"6b1f0c2ad9e35587"})"}));
  EXPECT_THAT(sent_by([&](Commands& out) {
                publish_anchor_ack(out, thing, trust_with({0x6b1f0c2ad9e35587}));
              }),
              ElementsAre(Sent{"carts/cart-00042/ca/ack", R"({"anchors":["6b1f0c2ad9e35587"]})"}));
}

TEST(WireVectors, AcknowledgementWithoutAnchors) {
  EXPECT_THAT(sent_by([&](Commands& out) { publish_anchor_ack(out, thing, TrustStore{}); }),
              ElementsAre(Sent{"carts/cart-00042/ca/ack", R"({"anchors":[]})"}));
}

TEST(WireVectors, Consent) {
  EXPECT_THAT(
      sent_by([&](Commands& out) { publish_consent(out, thing, "standard", true); }),
      ElementsAre(Sent{"carts/cart-00042/consent", R"({"tier":"standard","updates":"opted_in"})"}));
}

TEST(WireVectors, JobsRequests) {
  EXPECT_THAT(sent_by([&](Commands& out) { publish_describe(out, thing, 0x1f, true); }),
              ElementsAre(Sent{"$aws/things/cart-00042/jobs/$next/get",
                               R"({"includeJobDocument":true,"clientToken":"000000000000001f"})"}));
  const JobUpdate progress{"fw-2-0-0", "IN_PROGRESS", 1, 4, 0x2f};
  EXPECT_THAT(
      sent_by([&](Commands& out) { publish_progress(out, thing, progress, "downloading", 25); }),
      ElementsAre(Sent{"$aws/things/cart-00042/jobs/fw-2-0-0/update",
                       R"({"status":"IN_PROGRESS","expectedVersion":4,"executionNumber":1,)"
                       R"("statusDetails":{"state":"downloading","progress":"25"},)"
                       R"("clientToken":"000000000000002f"})"}));
}

TEST(WireVectors, FinalStatuses) {
  const JobUpdate good{"fw-2-0-0", "SUCCEEDED", 1, 5, 1};
  EXPECT_THAT(sent_by([&](Commands& out) { publish_final(out, thing, good, Reason::none, v2); }),
              ElementsAre(Sent{
                  "$aws/things/cart-00042/jobs/fw-2-0-0/update",
                  R"({"status":"SUCCEEDED","expectedVersion":5,"executionNumber":1,)"
                  R"("statusDetails":{"version":"2.0.0"},"clientToken":"0000000000000001"})"}));
  const JobUpdate bad{"fw-2-0-0", "REJECTED", 1, 5, 1};
  EXPECT_THAT(
      sent_by([&](Commands& out) { publish_final(out, thing, bad, Reason::quarantined, v2); }),
      ElementsAre(Sent{"$aws/things/cart-00042/jobs/fw-2-0-0/update",
                       R"({"status":"REJECTED","expectedVersion":5,"executionNumber":1,)"
                       R"("statusDetails":{"reason":"quarantined"},)"
                       R"("clientToken":"0000000000000001"})"}));
}

constexpr std::string_view ca_text =
    "MIIBUzCB+6ADAgECAhBCQkJCQkJCQkJCQkJCQkJCMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBGNhLTEwHhcNMjAw"
    "OTEzMTIyNjQwWhcNMzMwNTE4MDMzMzIwWjAPMQ0wCwYDVQQDDARjYS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD"
    "QgAEnt57DGDGW0NBPYLGSav3Ed9XIbwIEVjOf45GPjy+aBLIX9tmUD3PDAK+6a4PEiWT88/ELs50f56a2CPEv5cG"
    "E6M5MDcwEgYDVR0TAQH/BAgwBgEB/wIBATAOBgNVHQ8BAf8EBAMCAgQwEQYDVR0OBAoECN+wTVedpNRVMAoGCCqG"
    "SM49BAMCA0cAMEQCIHTzXMvySYyarPM+eSxb5oXh5RADRiHtilSC6z8u2L45AiBCDKP8WW1SKqndTwvN/P20/hGh"
    "YVCfKMQmcnN3VJkSfw==";
constexpr std::string_view signer_text =
    "MIIBWTCCAQCgAwIBAgIQQkJCQkJCQkJCQkJCQkJCQjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARjYS0xMB4XDTIz"
    "MTExNDIyMTMyMFoXDTI3MDExNTA4MDAwMFowETEPMA0GA1UEAwwGc2lnbmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0D"
    "AQcDQgAE9+JW3cjm4zjDzbfix2tduh8YRkp40hm4BgaecPaS0VB+rlc2Ix3hGOgMe+ScXZweV+wHqok9o1uADkEX"
    "60w3YKM8MDowDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQMMAoGCCsGAQUFBwMDMBMGA1UdIwQMMAqACN+wTVedpNRV"
    "MAoGCCqGSM49BAMCA0cAMEQCICCVWSa/22RMa2cKP2JwtG92URAF3gIDTVXojaebOd22AiAdoph9Qh/zZTWX8hdb"
    "ZJFLsgZp+9+dsimhr5UhqtCRBA==";
constexpr std::string_view manifest_text =
    "Q1NNMQEAgAAAAAIAAQAAAEv1Ei80RVTFO94uu4zSt+PRYArWMcOFpdfM4jx3hUWaAPFTZQAAAAAA0klrAAAAAAIA"
    "AAAIAAAABwAAAAAAAADfsE1XnaTUVQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABKSxr7"
    "Im7a+dNUZgRVbypcEa96XrP2+JXtXKhwVaZrFyel1wA8pzxAtT/z6E/Oyj3OwmuIdhiIO1GGkbwgTjjD";

TEST(WireVectors, TheCaIsReadFromItsInstallMessage) {
  host::OpensslCrypto crypto;
  Anchor anchor;
  const std::string install =
      R"({"anchor":"dfb04d579da4d455","certificate":")" + std::string{ca_text} + R"("})";
  ASSERT_TRUE(read_anchor_install(crypto, install, anchor));
  EXPECT_EQ(anchor.id.value, 0xdfb04d579da4d455u);
  EXPECT_EQ(anchor.not_after, UnixTime{2'000'000'000});
  EXPECT_EQ(base64_size(ca_text), 343u);
}

TEST(WireVectors, TheChainLeadsToTheCaAndItsSignerSignedTheManifest) {
  host::OpensslCrypto crypto;
  Anchor anchor;
  ASSERT_TRUE(read_anchor_install(
      crypto, R"({"anchor":"dfb04d579da4d455","certificate":")" + std::string{ca_text} + R"("})",
      anchor));
  std::vector<std::byte> trailer(194 + 349);
  ASSERT_TRUE(parse_base64(manifest_text, MutableBytes{trailer}.first(192)));
  trailer[192] = std::byte{0x5d};
  trailer[193] = std::byte{0x01};
  ASSERT_TRUE(parse_base64(signer_text, MutableBytes{trailer}.subspan(194)));
  EXPECT_EQ(hex(host::sha256(trailer)),
            "1eb2bf95f2994bd96763da097cad790916ce197874731bbc72d5f40d9e378b1f");
  Manifest manifest;
  ASSERT_EQ(decode(manifest_of(trailer), manifest), Status::ok);
  EXPECT_EQ(judge_trust(manifest, trailer, anchor, crypto, {1'700'000'000}), Reason::none);
  EXPECT_EQ(judge_trust(manifest, trailer, anchor, crypto, {1'800'000'000}), Reason::expired);
}

TEST(WireVectors, TheRemovalNamesTheAnchor) {
  AnchorId anchor;
  EXPECT_TRUE(read_anchor_removal(R"({"anchor":"6b1f0c2ad9e35587"})", anchor));
  EXPECT_EQ(anchor.value, 0x6b1f0c2ad9e35587u);
}

TEST(WireTopics, AreToldApartAndForeignOnesAreUnknown) {
  const auto kind = [](std::string_view topic) {
    std::string_view job;
    return classify(topic, thing, job);
  };
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/notify-next"), Downlink::notify_next);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/$next/get/accepted"), Downlink::describe_accepted);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/$next/get/rejected"), Downlink::describe_rejected);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/a/update/accepted"), Downlink::update_accepted);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/a/update/rejected"), Downlink::update_rejected);
  EXPECT_EQ(kind("carts/cart-00042/rollback/ack"), Downlink::rollback_ack);
  EXPECT_EQ(kind("carts/cart-00042/ca/install"), Downlink::ca_install);
  EXPECT_EQ(kind("carts/cart-00042/ca/remove"), Downlink::ca_remove);
  EXPECT_EQ(kind("carts/cart-00043/ca/install"), Downlink::unknown);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/notify"), Downlink::unknown);
  EXPECT_EQ(kind("$aws/things/cart-00042/jobs/a/get/accepted"), Downlink::unknown);
  EXPECT_EQ(kind("$aws/things/cart-000421/jobs/notify-next"), Downlink::unknown);
  EXPECT_EQ(kind(""), Downlink::unknown);
}

TEST(WireTexts, VersionsAreReadAndWrittenAsPacked) {
  Version version;
  EXPECT_TRUE(parse_version("1.8.0", version));
  EXPECT_EQ(version.value, 0x00010800u);
  EXPECT_TRUE(parse_version("65535.255.255", version));
  EXPECT_EQ(version.value, 0xffffffffu);
  for (const char* wrong : {"", "1.8", "1.8.0.0", "65536.0.0", "1.256.0", "1.8.256", "01.8.0",
                            "1..0", "a.b.c", "1.8.0 ", "-1.0.0", "1.8.", "123456.0.0"}) {
    EXPECT_FALSE(parse_version(wrong, version)) << wrong;
  }
}

TEST(WireTexts, HexIsLowerCaseAndExact) {
  std::uint64_t value = 0;
  EXPECT_TRUE(parse_hex64("00000000000000a1", value));
  EXPECT_EQ(value, 0xa1u);
  for (const char* wrong :
       {"", "a1", "00000000000000A1", "0000000000000000a1", "000000000000000g"}) {
    EXPECT_FALSE(parse_hex64(wrong, value)) << wrong;
  }
}

TEST(WireTexts, Base64IsExact) {
  std::byte four[4];
  EXPECT_TRUE(parse_base64("/+8BAg==", four));
  EXPECT_THAT(four, ElementsAre(std::byte{0xff}, std::byte{0xef}, std::byte{1}, std::byte{2}));
  for (const char* wrong : {"", "/+8BAg", "/+8BAgM=", "/+8B*g==", "/+8BAg==AAAA", "/+8BA==="}) {
    EXPECT_FALSE(parse_base64(wrong, four)) << wrong;
  }
}

TEST(WireTexts, Base64TellsItsSizeByItsPadding) {
  EXPECT_EQ(base64_size("AAAA"), 3u);
  EXPECT_EQ(base64_size("AAA="), 2u);
  EXPECT_EQ(base64_size("AA=="), 1u);
  EXPECT_EQ(base64_size(""), 0u);
  EXPECT_EQ(base64_size("AAA"), 0u);
}

TEST(WireTexts, AMessageThatDoesNotFitIsAnOverflowAndNotSent) {
  Commands out;
  const std::string long_thing(1600, 'x');
  publish_consent(out, long_thing, "standard", true);
  EXPECT_TRUE(out.has_overflowed());
  EXPECT_EQ(out.size(), 0u);
}

}  // namespace
}  // namespace ota::test

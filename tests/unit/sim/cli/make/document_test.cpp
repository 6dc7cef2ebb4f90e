#include <gmock/gmock.h>

#include <filesystem>

#include "device-model/src/offer.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trailer.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/make/keys.hpp"

namespace cartstorm::cli {
namespace {

namespace fs = std::filesystem;

// The document is written here and read by the cart's own code.
struct SignedImage : ::testing::Test {
  SignedImage() {
    std::string made = (fs::temp_directory_path() / "document.XXXXXX").string();
    folder = mkdtemp(made.data());
    const ota::UnixTime now{1'800'000'000};
    NewCa ca{"Fleet", 3650, {}, file("ca")};
    NewSigner signer;
    signer.name = "Release";
    signer.issuer = file("ca");
    signer.out = file("release");
    SignImage wish;
    wish.image = file("fw.bin");
    wish.version = {0x20000};
    wish.hardware_mask = 4;
    wish.days = 9;
    wish.signer = file("release");
    wish.ca = file("ca");
    wish.out = file("fw.trailer");
    EXPECT_TRUE(perform(ca, now));
    EXPECT_TRUE(perform(signer, now));
    EXPECT_TRUE(perform(BuildImage{5'000, 7, "", file("fw.bin")}, now));
    EXPECT_TRUE(perform(wish, now));
  }
  ~SignedImage() override { fs::remove_all(folder); }
  std::string file(const char* name) const { return (folder / name).string(); }

  fs::path folder;
};

TEST_F(SignedImage, DocumentIsReadByTheCart) {
  const auto document = print_document({file("fw.trailer"), "https://x/fw", "", ""});
  ASSERT_TRUE(document);
  const std::string reply =
      R"({"execution":{"jobId":"j","executionNumber":1,"versionNumber":1,"jobDocument":)" +
      *document + "}}";
  ota::JsonReader json;
  ASSERT_EQ(json.parse(reply), ota::JsonReader::Verdict::ok);
  ota::host::OpensslCrypto crypto;
  ota::Offer offer;
  ASSERT_TRUE(ota::read_offer(json, crypto, ota::Reason::none, offer));
  EXPECT_EQ(offer.fault, ota::Reason::none) << name(offer.fault);
  EXPECT_EQ(offer.manifest.version.value, 0x20000u);
  EXPECT_EQ(offer.manifest.image_size, 5'000u);
  EXPECT_EQ(offer.trailer_digest, ota::host::sha256(*read_trailer(file("fw.trailer"))));
}

TEST_F(SignedImage, EveryFlippedByteOfTheTrailerIsRefused) {
  const auto whole = read_trailer(file("fw.trailer"));
  ASSERT_TRUE(whole);
  VerifyImage wish;
  wish.image = file("fw.bin");
  wish.trailer = file("odd.trailer");
  wish.ca = file("ca");
  for (std::size_t i = 0; i < whole->size(); i += 3) {
    FileBytes odd = *whole;
    odd[i] ^= std::byte{0x10};
    FILE* out = std::fopen(wish.trailer.c_str(), "wb");
    ASSERT_EQ(std::fwrite(odd.data(), 1, odd.size(), out), odd.size());
    std::fclose(out);
    const auto verdict = perform(wish, {1'800'000'000});
    EXPECT_FALSE(verdict && verdict->reason == ota::Reason::none) << i;
    EXPECT_TRUE(perform(InspectFile{wish.trailer}, {}) || !verdict) << i;
  }
}

}  // namespace
}  // namespace cartstorm::cli

#include "sim/cli/make/made_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "sim/cli/files.hpp"
#include "sim/cli/make/image_files.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

using ::testing::HasSubstr;

class EmptyFolder : public ::testing::Test {
 protected:
  EmptyFolder() {
    std::string made = (fs::temp_directory_path() / "made_files.XXXXXX").string();
    folder_ = mkdtemp(made.data());
  }
  ~EmptyFolder() override { fs::remove_all(folder_); }

  fs::path put(const char* name, const std::string& text) {
    std::ofstream{folder_ / name, std::ios::binary} << text;
    return folder_ / name;
  }
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
  }

  fs::path folder_;
};

TEST_F(EmptyFolder, ReadingIsBounded) {
  const fs::path file = put("five", "12345");
  EXPECT_EQ(read_bytes(file, 5, "a file")->size(), 5u);
  EXPECT_THAT(read_bytes(file, 4, "a file").problem().text, HasSubstr("at most 4 bytes"));
}

TEST_F(EmptyFolder, WhatIsNoFileWithContentIsNamed) {
  EXPECT_THAT(read_bytes(folder_, 9, "an image").problem().text,
              HasSubstr("is a folder, expected an image"));
  EXPECT_THAT(read_bytes(put("empty", ""), 9, "an image").problem().text, HasSubstr("is empty"));
  EXPECT_THAT(read_bytes(folder_ / "none", 9, "an image").problem().text,
              HasSubstr("No such file"));
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(read_bytes(folder_ / "pipe", 9, "an image").problem().text,
              HasSubstr("is no regular file"));
}

TEST_F(EmptyFolder, NewFileHasItsModeAndReplacesNothing) {
  const fs::path file = folder_ / "key";
  EXPECT_EQ(write_new_file(file, "first", 0600), "");
  EXPECT_THAT(write_new_file(file, "second", 0600), HasSubstr("File exists"));
  struct stat facts {};
  ASSERT_EQ(stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_bytes(file, 9, "a file")->size(), 5u);
  EXPECT_EQ(count(), 1u);
}

TEST_F(EmptyFolder, NewFileDoesNotFollowALink) {
  fs::create_symlink(folder_ / "elsewhere", folder_ / "name.key.pem");
  EXPECT_THAT(write_new_file(folder_ / "name.key.pem", "secret", 0600), HasSubstr("File exists"));
  EXPECT_FALSE(write_pair(folder_ / "name", "secret", "c"));
  EXPECT_FALSE(fs::exists(folder_ / "elsewhere"));
  EXPECT_EQ(count(), 1u);
}

TEST_F(EmptyFolder, PairIsWrittenWholeOrNotAtAll) {
  put("half.cert.pem", "mine");
  EXPECT_EQ(write_pair(folder_ / "half", "k", "c").problem().exit_code, exit_usage);
  EXPECT_EQ(count(), 1u);
  EXPECT_TRUE(write_pair(folder_ / "below" / "whole", "k", "c"));
  EXPECT_TRUE(fs::exists(folder_ / "below" / "whole.key.pem"));
}

TEST_F(EmptyFolder, ResultsReplaceResultsOnly) {
  const fs::path input = put("in.bin", "image");
  const fs::path key = put("a.key.pem",
                           "-----BEG"
                           "IN EC PRIVATE KEY-----\n");
  const std::vector<std::byte> content(3);
  const FileKind image = FileKind::raw_bytes;
  EXPECT_TRUE(write_result({folder_ / "out.bin", image, {input}}, content));
  EXPECT_TRUE(write_result({folder_ / "out.bin", image, {input}}, content));
  EXPECT_THAT(write_result({input, image, {input}}, content).problem().text,
              HasSubstr("is read by"));
  EXPECT_THAT(write_result({key, image}, content).problem().text, HasSubstr("never overwritten"));
  EXPECT_THAT(write_result({folder_, image}, content).problem().text, HasSubstr("no regular file"));
}

TEST_F(EmptyFolder, ResultsReplaceTheirOwnKindOnly) {
  const std::pair<FileKind, fs::path> kinds[] = {{FileKind::raw_bytes, put("image", "image")},
                                                 {FileKind::trailer, put("trailer", "CSM1")},
                                                 {FileKind::patch, put("patch", "CPT1")},
                                                 {FileKind::picture, put("picture", "<svg/>")}};
  for (const auto& [made, ignored] : kinds) {
    for (const auto& [found, path] : kinds) {
      const std::string problem = why_not_written({path, made});
      EXPECT_EQ(problem.empty(), made == found) << problem;
    }
    EXPECT_EQ(why_not_written({put("empty", ""), made}), "");
    EXPECT_EQ(why_not_written({folder_ / "none", made}), "");
  }
  EXPECT_THAT(why_not_written({folder_ / "trailer", FileKind::raw_bytes}),
              HasSubstr("is a trailer (manifest and chain), and an image does not replace it; "
                        "choose another name or remove it first"));
}

TEST_F(EmptyFolder, ResultsReplaceNoLinkAndNoLargeBundle) {
  put("there", "");
  fs::create_symlink(folder_ / "there", folder_ / "link");
  fs::create_symlink(folder_ / "nowhere", folder_ / "dangling");
  EXPECT_THAT(why_not_written({folder_ / "link"}), HasSubstr("is a link and is not replaced"));
  EXPECT_THAT(why_not_written({folder_ / "dangling"}), HasSubstr("is a link"));
  const std::string bundle = "-----BEGIN CERTIFICATE-----\n" + std::string(70'000, 'A');
  EXPECT_THAT(why_not_written({put("all.pem", bundle)}), HasSubstr("is a certificate"));
}

TEST_F(EmptyFolder, DamagedTrailersAndPatchesAreTold) {
  ota::PatchHeader header;
  EXPECT_THAT(read_trailer(put("t", "CSM1").string()).problem().text, HasSubstr("ends early"));
  EXPECT_THAT(read_trailer(put("t", "CSM1" + std::string(300, '\0')).string()).problem().text,
              HasSubstr("impossible length"));
  EXPECT_THAT(read_patch(put("p", "CPT1").string(), header).problem().text,
              HasSubstr("its header is damaged"));
  EXPECT_THAT(read_image(put("t", "CSM1").string()).problem().text,
              HasSubstr("is a trailer (manifest and chain), expected the raw bytes of an image"));
}

}  // namespace
}  // namespace cartstorm::cli

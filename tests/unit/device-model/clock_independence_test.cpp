#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/idle_cart.hpp"

// D13: a verdict follows from manifest, keys, floors and the server's answer. The cart has no wall
// clock to be wrong: no interface of its hardware offers one, and no line of its code names one.
// The whole fleet with skewed clocks is tested in tests/unit/sim/virtual_fleet/clock_skew_test.cpp.
namespace ota::test {
namespace {

/// Everything of device-model that may run on a board, comments left out.
std::vector<std::pair<std::string, std::string>> sources() {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> all;
  for (const char* folder : {"/device-model/include", "/device-model/src"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(CARTSTORM_SOURCE_DIR + std::string{folder})) {
      if (!entry.is_regular_file()) {
        continue;
      }
      std::ifstream in{entry.path()};
      std::string text, line;
      while (std::getline(in, line)) {
        text += line.substr(0, line.find("//")) + "\n";
      }
      all.emplace_back(entry.path().filename().string(), text);
    }
  }
  return all;
}

TEST(ClockIndependence, NoLineOfTheCartNamesAClock) {
  const auto all = sources();
  ASSERT_GT(all.size(), 40u);
  for (const auto& [file, text] : all) {
    for (const char* word :
         {"chrono", "system_clock", "gettimeofday", "clock_gettime", "time(nullptr", "<ctime>",
          "<time.h>", "localtime", "gmtime", "mktime"}) {
      EXPECT_EQ(text.find(word), std::string::npos) << file << " names " << word;
    }
  }
}

// The one place where time enters from outside is the caller's uptime. Two carts whose uptime
// starts elsewhere differ in nothing that they decide.
TEST(ClockIndependence, HardwareOffersNoUnixTime) {
  for (const auto& [file, text] : sources()) {
    if (file == "hardware.hpp" || file == "event.hpp" || file == "command.hpp") {
      EXPECT_EQ(text.find("UnixTime"), std::string::npos) << file;
    }
  }
}

std::vector<std::string> verdicts_with(std::int64_t server_s, std::uint64_t uptime_ms) {
  World world;
  const Image image = good_image(v2);
  world.cloud.now_s = server_s;
  world.cloud.offer("fw", image);
  world.store.object = image.bytes;
  world.now.ms = uptime_ms;
  world.link = false;
  world.boot();
  world.now.ms = uptime_ms;
  world.link = true;
  world.deliver(event::LinkUp{});
  world.run();
  std::vector<std::string> verdicts;
  for (const std::string& line : world.board.witness.lines) {
    if (line.starts_with("manifest")) {
      verdicts.push_back(line);
    }
  }
  return verdicts;
}

TEST(ClockIndependence, UptimeDecidesNothing) {
  const std::pair<std::int64_t, const char*> rows[] = {
      {1'699'999'999, "manifest reject not_yet_valid"},
      {1'700'000'000, "manifest accept none"},
      {1'799'999'999, "manifest accept none"},
      {1'800'000'000, "manifest reject expired"},
  };
  for (const auto& [server_s, verdict] : rows) {
    for (const std::uint64_t uptime_ms :
         {0ull, 43'200'000ull, 1'024ull * 7 * 86'400'000, 2'147'483'648'000ull}) {
      EXPECT_THAT(verdicts_with(server_s, uptime_ms), ::testing::ElementsAre(verdict));
    }
  }
}

}  // namespace
}  // namespace ota::test

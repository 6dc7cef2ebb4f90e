#include "seeds.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

// Writes FOLDER/<target>/<name> for every seed, the same bytes every time. Keys and certificates
// are those of the unit tests.
int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::remove_all(folder);
  for (const auto& seeds :
       {ota::fuzz::text_seeds(), ota::fuzz::byte_seeds(), ota::fuzz::mqtt_seeds(),
        ota::fuzz::http_seeds(), ota::fuzz::call_seeds(), ota::fuzz::endpoint_seeds()}) {
    for (const ota::fuzz::Seed& seed : seeds) {
      std::filesystem::create_directories(folder / seed.target);
      std::ofstream out(folder / seed.target / seed.name, std::ios::binary);
      out << seed.content;
      if (!out.flush()) {
        std::fprintf(stderr, "cannot write %s/%s\n", seed.target.c_str(), seed.name.c_str());
        return 1;
      }
    }
  }
  return 0;
}

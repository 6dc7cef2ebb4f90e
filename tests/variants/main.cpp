#include <fmt/format.h>

#include "builder.hpp"
#include "defect.hpp"
#include "process.hpp"
using namespace cartstorm::variants;
int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  Builder builder{read_how_to_build(fs::path(CARTSTORM_VARIANTS_BUILD) / "how_to_build.txt"), CARTSTORM_SOURCE_DIR, fs::path(CARTSTORM_VARIANTS_BUILD) / "scratch"};
  for (const auto& d : read_defects(argv[1])) {
    Variant v{builder.fresh_folder()};
    builder.build(d.patch, argc > 2, v);
    fmt::print("{} {} {}\n", int(v.verdict), d.name, v.problem);
  }
}

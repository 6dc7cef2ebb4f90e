#pragma once
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

namespace cartstorm::variants {

/// How the build makes the device model, as CMake wrote it down.
struct HowToBuild {
  std::vector<std::string> compile;  ///< launcher, compiler and flags
  std::vector<std::string> link;
  std::string patch;
  std::vector<std::filesystem::path> objects;  ///< of the device model as it is
  std::string explorer, unit_tests;            ///< programs
  std::string baseline;                        ///< file name that `unit_tests` loads
};

/// `how_to_build.txt` of a build folder.
HowToBuild read_how_to_build(const std::filesystem::path& file);

enum class BuildVerdict : std::uint8_t {
  built,
  same_code,         ///< the compiler makes the same of it: nothing can tell the difference
  does_not_apply,    ///< the patch fits no file of the device model
  does_not_compile,  ///< or does not link
  interrupted,
};

/// A patched device model, and the folder that it stands in until it is destroyed.
class Variant {
 public:
  explicit Variant(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~Variant();
  Variant(const Variant&) = delete;
  Variant& operator=(const Variant&) = delete;

  BuildVerdict verdict = BuildVerdict::interrupted;
  std::string problem;  ///< one line: why it is not built

  const std::filesystem::path& folder() const { return folder_; }
  /// The shared object that exports the table of entry points and nothing else.
  std::filesystem::path for_explorer() const { return folder_ / "variant.so"; }
  /// The folder to find first: holds a device model under the name that the unit tests load.
  std::filesystem::path for_unit_tests() const { return folder_ / "library"; }

 private:
  std::filesystem::path folder_;
};

/// Makes variants. May be used by several threads at once.
class Builder {
 public:
  /// Scratch folders are made below `scratch`; `root` holds the sources.
  Builder(HowToBuild, std::filesystem::path root, std::filesystem::path scratch);

  /// Applies `patch` to a copy of the device model and builds it; an empty patch leaves it as it
  /// is. `wants_unit_tests`: also for_unit_tests().
  void build(const std::string& patch, bool wants_unit_tests, Variant& out);

  /// A folder that no other variant uses.
  std::filesystem::path fresh_folder();
  /// Whether `patch` applies; does not compile.
  bool applies(const std::string& patch, Variant& out) const;

  const HowToBuild& how() const { return how_; }

 private:
  struct Plan;
  bool apply(const std::string& patch, Variant& out) const;
  std::vector<Plan> plans(const std::string& patch, const Variant& out) const;
  bool compile(const Plan&, Variant& out) const;
  bool is_same_code(const std::vector<Plan>&, const Variant& out) const;
  bool link(const std::vector<Plan>&, bool wants_unit_tests, Variant& out) const;

  HowToBuild how_;
  std::filesystem::path root_, scratch_;
  std::atomic<unsigned> count_{0};
};

}  // namespace cartstorm::variants

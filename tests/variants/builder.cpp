#include "builder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "defect.hpp"
#include "process.hpp"

namespace cartstorm::variants {
namespace fs = std::filesystem;
namespace {

constexpr const char* model = "device-model";
constexpr const char* exporter = "tests/variants/export_table.cpp";
constexpr const char* exporter_name = "table";

/// The line of a compiler's output that says what is wrong.
std::string first_error(const Ended& ended) {
  const std::string& text = ended.err.empty() ? ended.out : ended.err;
  std::size_t at = text.find("error: ");
  if (at == std::string::npos) at = text.find("mold: ");
  if (at == std::string::npos) at = text.find("FAILED at");
  if (at == std::string::npos) at = 0;
  const std::size_t begin =
      text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

bool is_header(const std::string& file) { return file.ends_with(".hpp"); }

/// The quoted includes of a file, as file names: those of the device model are unique.
std::set<std::string> includes_of(const fs::path& file) {
  std::set<std::string> names;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::size_t begin = line.find('"');
    if (!line.starts_with("#include \"") || begin == std::string::npos) continue;
    const std::string path = line.substr(begin + 1, line.rfind('"') - begin - 1);
    names.insert(fs::path(path).filename().string());
  }
  return names;
}

/// File names of all that sees one of `changed`, headers that include headers included.
std::set<std::string> who_sees(const std::vector<fs::path>& files, std::set<std::string> changed) {
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (const fs::path& file : files) {
      const std::set<std::string> includes = includes_of(file);
      const bool sees = std::ranges::any_of(
          includes, [&](const std::string& name) { return changed.contains(name); });
      has_grown |= sees && changed.insert(file.filename().string()).second;
    }
  }
  return changed;
}

}  // namespace

/// One source that is compiled for a variant.
struct Builder::Plan {
  std::string source;  ///< from the root, as in an object's path
  fs::path file;       ///< to compile
  fs::path object;     ///< to make; an empty file name: the source is gone
};

HowToBuild read_how_to_build(const fs::path& file) {
  HowToBuild how;
  std::vector<std::string> flags;
  std::string launcher, compiler, line;
  std::ifstream in(file);
  while (std::getline(in, line)) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string key = line.substr(0, blank);
    const std::string value = blank == line.size() ? "" : line.substr(blank + 1);
    if (value.empty()) continue;
    if (key == "launcher") launcher = value;
    if (key == "compiler") compiler = value;
    if (key == "patch") how.patch = value;
    if (key == "flag") flags.push_back(value);
    if (key == "link") how.link.push_back(value);
    if (key == "object") how.objects.emplace_back(value);
    if (key == "explorer") how.explorer = value;
    if (key == "unit_tests") how.unit_tests = value;
    if (key == "baseline") how.baseline = value;
  }
  if (!launcher.empty()) how.compile.push_back(launcher);
  how.compile.push_back(compiler);
  how.link.insert(how.link.begin(), compiler);
  how.compile.insert(how.compile.end(), flags.begin(), flags.end());
  return how;
}

Variant::~Variant() {
  std::error_code ignored;  // a folder that cannot be removed is found by the next clean build
  fs::remove_all(folder_, ignored);
}

Builder::Builder(HowToBuild how, fs::path root, fs::path scratch)
    : how_(std::move(how)), root_(std::move(root)), scratch_(std::move(scratch)) {}

fs::path Builder::fresh_folder() {
  return scratch_ / (std::to_string(getpid()) + "-" + std::to_string(count_++));
}

/// People make diffs in the repository, in the device model's folder, and without prefixes.
bool Builder::apply(const std::string& patch, Variant& out) const {
  out.verdict = BuildVerdict::does_not_apply;
  const fs::path copy = out.folder() / model;
  fs::create_directories(copy);
  for (const char* part : {"src", "include"}) {
    fs::copy(root_ / model / part, copy / part, fs::copy_options::recursive);
  }
  if (patch.empty()) return true;
  const fs::path file = out.folder() / "the.patch";
  std::ofstream(file, std::ios::binary) << patch;
  struct Way {
    const char* strip;
    fs::path folder;
  };
  const std::array<Way, 4> ways{
      Way{"-p1", out.folder()}, {"-p1", copy}, {"-p0", out.folder()}, {"-p0", copy}};
  for (const Way& way : ways) {
    const std::vector<std::string> command = {how_.patch, "--batch", "--forward",
                                              "--fuzz=2", way.strip, "--input=" + file.string()};
    std::vector<std::string> rehearsal = command;
    rehearsal.emplace_back("--dry-run");
    const Ended tried = run(rehearsal, way.folder);
    if (tried.is_ok()) return run(command, way.folder).is_ok();
    if (out.problem.empty()) out.problem = first_error(tried);
  }
  // What the first way says is what most people need to read.
  return false;
}

bool Builder::applies(const std::string& patch, Variant& out) const { return apply(patch, out); }

/// What has to be compiled: the touched sources and those that see a touched header. The table says
/// how large everything is, so it sees them all.
std::vector<Builder::Plan> Builder::plans(const std::string& patch, const Variant& out) const {
  std::set<std::string> changed;
  for (const std::string& file : touched_files(patch)) {
    changed.insert(fs::path(file).filename().string());
  }
  if (std::ranges::any_of(changed, is_header)) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(out.folder() / model)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    changed = who_sees(files, changed);
  }
  std::vector<Plan> found{{exporter_name, root_ / exporter, out.folder() / "table.o"}};
  for (const std::string& name : changed) {
    if (!name.ends_with(".cpp")) continue;
    const fs::path file = out.folder() / model / "src" / name;
    found.push_back({"device-model/src/" + name, file,
                     fs::exists(file) ? out.folder() / (name + ".o") : fs::path{}});
  }
  return found;
}

/// In the scratch folder and with paths relative to it, so that the compiler cache knows the same
/// text again wherever it stands.
bool Builder::compile(const Plan& plan, Variant& out) const {
  if (plan.object.empty()) return true;
  std::vector<std::string> command = how_.compile;
  const fs::path file = plan.file.is_relative() ? plan.file : fs::relative(plan.file, out.folder());
  for (const std::string& word :
       {std::string("-Idevice-model/include"), "-I" + root_.string(), std::string("-c"),
        file.string(), std::string("-o"), plan.object.filename().string()}) {
    command.push_back(word);
  }
  const Ended ended = run(command, out.folder());
  if (!ended.is_ok()) {
    out.verdict = BuildVerdict::does_not_compile;
    out.problem = first_error(ended);
  }
  return ended.is_ok();
}

/// Compilers remove what makes no difference: then there is nothing to find.
bool Builder::is_same_code(const std::vector<Plan>& plans, const Variant& out) const {
  return std::ranges::all_of(plans, [&](const Plan& plan) {
    if (plan.source == exporter_name) return true;
    const std::string ending = plan.source + ".o";
    const auto original = std::ranges::find_if(
        how_.objects, [&](const fs::path& object) { return object.string().ends_with(ending); });
    return original != how_.objects.end() && !plan.object.empty() &&
           read_text(*original) == read_text(out.folder() / plan.object.filename());
  });
}

bool Builder::link(const std::vector<Plan>& plans, bool wants_unit_tests, Variant& out) const {
  std::vector<std::string> objects;
  std::string table;
  for (const fs::path& object : how_.objects) {
    const bool is_replaced = std::ranges::any_of(plans, [&](const Plan& plan) {
      return object.string().ends_with("/" + plan.source + ".o");
    });
    if (!is_replaced) objects.push_back(object.string());
  }
  for (const Plan& plan : plans) {
    if (plan.source == exporter_name) {
      table = plan.object.filename().string();
    } else if (!plan.object.empty()) {
      objects.push_back(plan.object.filename().string());
    }
  }
  const auto link_to = [&](const fs::path& so, std::vector<std::string> more) {
    std::vector<std::string> command = how_.link;
    more.insert(more.end(), {"-shared", "-o", so.string()});
    command.insert(command.end(), more.begin(), more.end());
    command.insert(command.end(), objects.begin(), objects.end());
    const Ended ended = run(command, out.folder());
    if (!ended.is_ok()) {
      out.verdict = BuildVerdict::does_not_compile;
      out.problem = first_error(ended);
    }
    return ended.is_ok();
  };
  const std::string script = (root_ / "tests/variants/export_table.map").string();
  if (!link_to(out.for_explorer(),
               {"-Wl,--version-script=" + script, "-Wl,-Bsymbolic", "-Wl,-z,defs", table})) {
    return false;
  }
  if (!wants_unit_tests) return true;
  fs::create_directories(out.for_unit_tests());
  return link_to(out.for_unit_tests() / how_.baseline, {"-Wl,-soname=" + how_.baseline});
}

void Builder::build(const std::string& patch, bool wants_unit_tests, Variant& out) {
  if (!apply(patch, out)) {
    if (is_ending()) out.verdict = BuildVerdict::interrupted;
    return;
  }
  out.problem.clear();
  const std::vector<Plan> to_compile = plans(patch, out);
  const bool is_compiled =
      std::ranges::all_of(to_compile, [&](const Plan& plan) { return compile(plan, out); });
  if (is_compiled && !patch.empty() && is_same_code(to_compile, out)) {
    out.verdict = BuildVerdict::same_code;
  } else if (is_compiled && link(to_compile, wants_unit_tests, out)) {
    out.verdict = BuildVerdict::built;
  }
  if (is_ending()) out.verdict = BuildVerdict::interrupted;
}

}  // namespace cartstorm::variants

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

#include "bench/endpoint/loads.hpp"
#include "bench/endpoint/report.hpp"

/// `cartstorm broker` beside Mosquitto, under one load generator, in one run.
namespace cartstorm::endpoint_bench {
namespace {

constexpr int exit_failed = 1, exit_usage = 2, exit_missing = 3;

constexpr std::string_view usage =
    "usage: endpoint_bench --cartstorm FILE --backlog FILE [options]\n"
    "  --cartstorm FILE  the program; --backlog FILE  the object to preload into Mosquitto\n"
    "  --quick           small numbers: seconds, and figures that mean little\n"
    "  --smoke           smaller still: does every message arrive? No figure is looked at\n"
    "  --runs N          medians of so many (default 3)\n"
    "  --only A,B        of connects, idle, fan-in, trips, storm, crowd\n"
    "  --json FILE       the figures with every sample\n";

struct Options {
  Places places;
  Sizes sizes;
  int runs = 3;
  bool is_smoke = false;
  std::set<std::string> only;
  std::string json;
};

constexpr Sizes quick{200, 400, 100, 10'000, 100, 500, 1'000};
constexpr Sizes smoke{20, 20, 20, 400, 20, 20, 20, 10};

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    words.emplace(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

bool read_value(std::string_view key, std::string_view value, Options& options) {
  if (key == "--cartstorm") {
    options.places.cartstorm = value;
  } else if (key == "--backlog") {
    options.places.long_backlog = value;
  } else if (key == "--json") {
    options.json = value;
  } else if (key == "--only") {
    options.only = words_of(value);
    const auto known = words_of("connects,idle,fan-in,trips,storm,crowd");
    return std::includes(known.begin(), known.end(), options.only.begin(), options.only.end());
  } else if (key == "--runs") {
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), options.runs);
    return error == std::errc{} && end == value.data() + value.size() && options.runs > 0;
  } else {
    return false;
  }
  return true;
}

bool read_options(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--quick") {
      options.sizes = quick;
    } else if (word == "--smoke") {
      options.sizes = smoke;
      options.is_smoke = true;
      options.runs = 1;
    } else if (i + 1 >= argc || !read_value(word, argv[++i], options)) {
      return false;
    }
  }
  return !options.places.cartstorm.empty() && !options.places.long_backlog.empty();
}

/// A folder of our own that goes with us.
class Scratch {
 public:
  Scratch() {
    std::string pattern = std::filesystem::temp_directory_path() / "endpoint_bench.XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Both sides of `clients` connections, and what else a process has open. Children inherit it.
std::string raise_descriptor_limit(std::uint32_t clients) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur >= clients + 100
             ? std::string{}
             : fmt::format("{} descriptors are allowed, too few for {} clients", limit.rlim_cur,
                           clients);
}

class Run {
 public:
  Run(const Options& options, SSL_CTX* tls) : options_{options}, tls_{tls} {}

  std::string all() {
    using Load = std::string (*)(const Stage&, Samples&);
    const std::pair<const char*, Load> loads[] = {{"connects", load_connects},
                                                  {"idle", load_idle},
                                                  {"fan-in", load_fan_in},
                                                  {"storm", load_storm}};
    for (int run = 0; run < options_.runs; ++run) {
      for (const auto& [name, load] : loads) {
        if (std::string problem = each(name, load); !problem.empty()) return problem;
      }
      if (std::string problem = trips(); !problem.empty()) return problem;
    }
    return each("crowd", load_crowd);
  }
  const Report& report() const { return report_; }

 private:
  bool is_wanted(const std::string& name) const {
    return options_.only.empty() || options_.only.contains(name);
  }

  /// A fresh broker each, one after the other.
  std::string each(const char* name, std::string (*load)(const Stage&, Samples&)) {
    if (!is_wanted(name)) return {};
    for (const Kind kind : both) {
      Broker broker{kind};
      if (std::string problem = broker.start(options_.places); !problem.empty()) return problem;
      Samples samples;
      std::string problem = load({broker, tls_, options_.sizes}, samples);
      if (!problem.empty()) return problem;
      report_.add(kind, samples);
      fmt::print(stderr, "{} of {}\n", name, name_of(kind));
    }
    return {};
  }

  std::string trips() {
    if (!is_wanted("trips")) return {};
    const OneProcessor together;
    Broker ours{Kind::cartstorm};
    Broker theirs{Kind::mosquitto};
    std::string problem = ours.start(options_.places);
    if (problem.empty()) problem = theirs.start(options_.places);
    if (!problem.empty()) return problem;
    std::vector<Samples> samples(2);
    problem =
        load_round_trips({{ours, tls_, options_.sizes}, {theirs, tls_, options_.sizes}}, samples);
    report_.add(Kind::cartstorm, samples[0]);
    report_.add(Kind::mosquitto, samples[1]);
    return problem;
  }

  const Options& options_;
  SSL_CTX* tls_;
  Report report_;
};

int run(Options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const Scratch scratch;
  options.places.folder = scratch.folder();
  std::string problem = raise_descriptor_limit(options.sizes.crowd);
  if (problem.empty()) problem = make_certificates(scratch.folder());
  ClientContext tls;
  if (problem.empty()) tls = make_client_context(scratch.folder() / "tls", problem);
  if (!problem.empty()) {
    fmt::print(stderr, "endpoint_bench: {}\n", problem);
    return exit_failed;
  }
  Run all{options, tls.get()};
  problem = all.all();
  if (!options.is_smoke) fmt::print("{}", all.report().table());
  if (!options.json.empty()) std::ofstream{options.json} << all.report().json();
  if (problem.empty()) return 0;
  fmt::print(stderr, "endpoint_bench: {}\n", problem);
  return exit_failed;
}

bool has_mosquitto() { return std::system("command -v mosquitto >/dev/null 2>&1") == 0; }

}  // namespace
}  // namespace cartstorm::endpoint_bench

int main(int argc, char** argv) {
  using namespace cartstorm::endpoint_bench;
  Options options;
  if (!read_options(argc, argv, options)) {
    fmt::print(stderr, "{}", usage);
    return exit_usage;
  }
  if (!has_mosquitto()) {
    fmt::print(stderr, "endpoint_bench: mosquitto is missing; './cartstorm test' installs it\n");
    return exit_missing;
  }
  return run(options);
}

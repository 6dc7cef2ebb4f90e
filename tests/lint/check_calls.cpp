#include <algorithm>
#include <array>

#include "rules.hpp"
#include "words.hpp"

namespace cartstorm::lint {
namespace {

// Folders that talk to people or to real sockets; only they may know what time it is here.
constexpr std::array may_read_the_clock = {"sim/cli", "broker-mock/net", "bench"};

constexpr std::array clock_calls = {"time",   "gettimeofday", "clock_gettime", "localtime",
                                    "gmtime", "clock",        "rand",          "srand",
                                    "random", "drand48",      "usleep",        "sleep"};
constexpr std::array clock_words = {"random_device", "sleep_for", "sleep_until"};

// Everything whose result becomes an event, a verdict or a hash.
constexpr std::array deciding = {"device-model",  "broker-mock",  "sim/kernel",
                                 "sim/hardware",  "sim/fleet",    "sim/virtual_fleet",
                                 "sim/network",   "sim/faults",   "sim/explore",
                                 "reports/trace", "reports/check"};

// libm may differ in the last bit between libraries. sqrt, floor, ceil, llround and fabs are exact
// by IEEE 754 and are not listed.
constexpr std::array inexact_calls = {"exp",   "exp2",  "expm1", "log",    "log2",   "log10",
                                      "log1p", "pow",   "sin",   "cos",    "tan",    "asin",
                                      "acos",  "atan",  "atan2", "sinh",   "cosh",   "tanh",
                                      "cbrt",  "hypot", "erf",   "lgamma", "tgamma", "erfc"};
constexpr std::array distribution_words = {"mt19937",
                                           "mt19937_64",
                                           "default_random_engine",
                                           "uniform_int_distribution",
                                           "uniform_real_distribution",
                                           "normal_distribution",
                                           "exponential_distribution",
                                           "poisson_distribution",
                                           "binomial_distribution",
                                           "bernoulli_distribution"};

template <class Folders>
bool is_in(const Folders& folders, const File& file) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return is_below(file.path, folder); });
}

template <class Calls, class Words>
std::string first_of(const std::string& code, const Calls& called, const Words& words) {
  for (const char* name : called) {
    if (calls(code, name)) return name;
  }
  for (const char* word : words) {
    if (has_word(code, word)) return word;
  }
  return "";
}

}  // namespace

void check_host_clock(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    if (is_in(may_read_the_clock, file)) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const bool has_now = file.code[i].find("_clock::now") != std::string::npos;
      const std::string name = has_now ? "now" : first_of(file.code[i], clock_calls, clock_words);
      if (name.empty()) continue;
      findings.push_back({file.path, i + 1, "host_clock",
                          name + ": only sim/cli, broker-mock/net and bench may ask this machine"});
    }
  }
}

void check_decisions(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    if (!is_in(deciding, file)) continue;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      const std::string name = first_of(file.code[i], inexact_calls, distribution_words);
      if (name.empty()) continue;
      findings.push_back({file.path, i + 1, "decision",
                          name + ": its result may differ between libraries, and this decides"});
    }
  }
}

}  // namespace cartstorm::lint

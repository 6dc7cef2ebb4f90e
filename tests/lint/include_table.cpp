#include "include_table.hpp"

#include <algorithm>

namespace cartstorm::lint {
namespace {

using Names = std::vector<std::string_view>;

// The cart runs without an operating system, without a heap and without a maths library, so it
// names what it needs instead of what it must not have.
const Names on_the_cart = {"algorithm",   "array",   "bit",         "climits",  "compare",
                           "concepts",    "cstddef", "cstdint",     "cstring",  "initializer_list",
                           "iterator",    "limits",  "new",         "optional", "span",
                           "string_view", "tuple",   "type_traits", "utility",  "variant",
                           "jsmn.h"};

// Cores are pumped by whoever owns sockets, threads and clocks.
const Names of_the_outside = {
    "boost/asio/", "boost/asio.hpp", "boost/beast/",      "boost/beast.hpp", "sys/",   "netinet/",
    "arpa/",       "unistd.h",       "pthread.h",         "thread",          "mutex",  "future",
    "fstream",     "filesystem",     "iostream",          "ctime",           "time.h", "random",
    "cmath",       "math.h",         "condition_variable"};

// A wrong libm or a different standard library must not change a night's result.
const Names of_undecided_results = {"random", "cmath",       "math.h",         "ctime",
                                    "time.h", "boost/asio/", "boost/asio.hpp", "boost/beast/"};

Names with(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

const Names cart = {"device-model/include", "device-model/src"};
const Names cores = {"broker-mock/base",    "broker-mock/cloud",     "broker-mock/jobs",
                     "broker-mock/rollout", "broker-mock/telemetry", "broker-mock/device_services",
                     "broker-mock/s3",      "broker-mock/mqtt",      "broker-mock/http",
                     "broker-mock/iot"};
// The words that all of the cloud shares; the rest of cloud/ puts the parts together.
const Names vocabulary = {"broker-mock/base", "broker-mock/cloud/facts.hpp",
                          "broker-mock/cloud/anchor_certificate.hpp", "broker-mock/cloud/thing.hpp",
                          "broker-mock/cloud/messages.hpp"};
const Names world = {"sim/kernel", "sim/hardware", "sim/scenario",     "sim/fleet",
                     "sim/faults", "sim/network",  "sim/virtual_fleet"};
const Names everything = {"device-model", "broker-mock", "reports", "sim"};

Room core(std::string_view folder, const Names& may) {
  return {folder, with(with(vocabulary, {folder}), may), {}, of_the_outside};
}

std::vector<Room> ground_floor() {
  return {
      {"device-model", cart, on_the_cart, {}},
      {"device-model/ports", {"device-model"}, {}, {"random", "ctime", "time.h"}},
      core("broker-mock/base", {}),
      core("broker-mock/jobs", {}),
      core("broker-mock/telemetry", {}),
      core("broker-mock/device_services", {}),
      core("broker-mock/s3", {"broker-mock/http"}),
      core("broker-mock/mqtt", {}),
      core("broker-mock/http", {}),
      core("broker-mock/iot", {"broker-mock/http", "broker-mock/jobs"}),
      core("broker-mock/rollout",
           {"broker-mock/jobs", "broker-mock/telemetry", "broker-mock/device_services"}),
      core("broker-mock/cloud", cores),
      {"broker-mock/trace",
       {"broker-mock/trace", "broker-mock/cloud/facts.hpp", "reports/trace"},
       {},
       of_the_outside},
      {"broker-mock/net",
       with(cores, {"broker-mock/net", "broker-mock/trace", "reports/trace"}),
       {},
       {}},
      {"reports/trace", {"reports/trace"}, {}, of_undecided_results},
      {"reports/check", {"reports/trace", "reports/check"}, {}, of_undecided_results},
      {"reports/render", {"reports"}, {}, of_undecided_results},
  };
}

std::vector<Room> upper_floor() {
  const Names fleet = with(cart, {"sim/kernel", "sim/hardware", "sim/scenario", "sim/fleet",
                                  "sim/faults", "reports/trace"});
  const Names meeting = with(with(with(cart, world), cores),
                             {"device-model/ports/host/include", "broker-mock/trace", "reports"});
  return {
      {"sim/kernel", {"sim/kernel"}, {}, of_undecided_results},
      {"sim/scenario", {"sim/scenario", "reports/check/expectation.hpp"}, {}, {"random", "ctime"}},
      {"sim/hardware", with(cart, {"sim/hardware", "sim/kernel"}), {}, of_undecided_results},
      {"sim/fleet", fleet, {}, of_undecided_results},
      {"sim/faults", fleet, {}, of_undecided_results},
      {"sim/network", meeting, {}, of_undecided_results},
      {"sim/virtual_fleet", meeting, {}, of_undecided_results},
      {"sim/explore", with(meeting, {"sim/explore"}), {}, of_undecided_results},
      // Odds decide no event, so they may use a maths library.
      {"sim/odds", with(meeting, {"sim/odds"}), {}, {"random", "ctime", "time.h"}},
      {"sim/cli", everything, {}, {"random", "boost/asio/", "boost/beast/"}},
      {"bench", with(everything, {"bench"}), {}, {"random"}},
      {"tests", with(everything, {"tests", "bench"}), {}, {"random"}},
  };
}

}  // namespace

const std::vector<Room>& rooms() {
  static const std::vector<Room> all = [] {
    std::vector<Room> floors = ground_floor();
    const std::vector<Room> upper = upper_floor();
    floors.insert(floors.end(), upper.begin(), upper.end());
    return floors;
  }();
  return all;
}

const std::vector<std::string_view>& include_roots() {
  static const Names roots = {"", "device-model/include/", "device-model/src/",
                              "device-model/ports/host/include/"};
  return roots;
}

bool is_generated(std::string_view include) { return include == "cartstorm_build.hpp"; }

}  // namespace cartstorm::lint

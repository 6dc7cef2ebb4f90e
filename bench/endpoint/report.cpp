#include "bench/endpoint/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartstorm::endpoint_bench {
namespace {

enum class Asked : char { at_most, at_least, zero, nothing };

struct Row {
  std::string_view name, title, unit;
  Asked asked;
  double bound;  ///< of cartstorm / mosquitto; of zero: of cartstorm alone
};

constexpr Row rows[] = {
    {"connect_full", "CPU per TLS connect, full", "ms", Asked::at_most, 1.1},
    {"connect_resumed", "CPU per TLS connect, resumed", "ms", Asked::at_most, 1.1},
    {"idle_memory", "memory per idle TLS connection", "KiB", Asked::at_most, 1.0},
    {"idle_cpu", "CPU of idle TLS connections", "% of a core", Asked::nothing, 0},
    {"fan_in_plain", "fan-in, TCP", "msg/CPU s", Asked::at_least, 1.0},
    {"fan_in_plain_wall", "fan-in, TCP, this machine now", "msg/s", Asked::nothing, 0},
    {"fan_in_tls", "fan-in, TLS", "msg/CPU s", Asked::at_least, 1.0},
    {"fan_in_tls_wall", "fan-in, TLS, this machine now", "msg/s", Asked::nothing, 0},
    {"puback_plain", "PUBACK p50, TCP", "us", Asked::at_most, 1.1},
    {"response_plain", "request/response p50, TCP", "us", Asked::at_most, 1.1},
    {"puback_tls", "PUBACK p50, TLS", "us", Asked::at_most, 1.1},
    {"response_tls", "request/response p50, TLS", "us", Asked::at_most, 1.1},
    {"storm_full", "storm to the last CONNACK, full", "s", Asked::at_most, 1.0},
    {"storm_full_cpu", "CPU per TLS connect in it", "ms", Asked::nothing, 0},
    {"storm_resumed", "storm to the last CONNACK, resumed", "s", Asked::at_most, 1.0},
    {"storm_resumed_cpu", "CPU per TLS connect in it", "ms", Asked::nothing, 0},
    {"storm_overflows", "accept-queue overflows", "", Asked::zero, 0},
    {"crowd_connected", "TLS carts connected, no error", "", Asked::at_least, 1.0},
    {"crowd_memory", "resident memory with all of them", "MiB", Asked::nothing, 0},
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double median_of(const std::vector<Sample>& samples, double Sample::*member) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.*member);
  return median(std::move(values));
}

struct Line {
  const Row* row;
  double ours, theirs, ratio, our_generator_us, their_generator_us;
  bool holds;
};

Line line_of(const Row& row, const std::vector<Sample>& ours, const std::vector<Sample>& theirs) {
  Line line{&row,
            median_of(ours, &Sample::value),
            median_of(theirs, &Sample::value),
            0,
            1e6 * median_of(ours, &Sample::generator_s),
            1e6 * median_of(theirs, &Sample::generator_s),
            true};
  line.ratio = line.theirs > 0 ? line.ours / line.theirs : 0;
  switch (row.asked) {
    case Asked::at_most:
      line.holds = line.ratio <= row.bound;
      break;
    case Asked::at_least:
      line.holds = line.ratio >= row.bound;
      break;
    case Asked::zero:
      // The worst of all runs, not the middle one.
      line.holds = std::all_of(ours.begin(), ours.end(),
                               [](const Sample& sample) { return sample.value <= 0; });
      break;
    case Asked::nothing:
      break;
  }
  return line;
}

std::string asked_of(const Row& row) {
  switch (row.asked) {
    case Asked::at_most:
      return fmt::format("<= {:.1f}", row.bound);
    case Asked::at_least:
      return fmt::format(">= {:.1f}", row.bound);
    case Asked::zero:
      return "0";
    case Asked::nothing:
      return "";
  }
  return "";
}

std::string number(double value) {
  return value >= 1'000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

template <class Use>
void each_line(const std::map<std::string, std::vector<Sample>> (&all)[2], Use use) {
  for (const Row& row : rows) {
    const auto ours = all[0].find(std::string{row.name});
    const auto theirs = all[1].find(std::string{row.name});
    if (ours == all[0].end() || theirs == all[1].end()) continue;
    use(line_of(row, ours->second, theirs->second), ours->second, theirs->second);
  }
}

std::string list(const std::vector<Sample>& samples) {
  std::string text;
  for (const Sample& sample : samples) {
    text += fmt::format("{}{:.6g}", text.empty() ? "" : ",", sample.value);
  }
  return text;
}

}  // namespace

void Report::add(Kind kind, const Samples& samples) {
  auto& mine = all_[kind == Kind::cartstorm ? 0 : 1];
  for (const auto& [name, sample] : samples) mine[name].push_back(sample);
}

std::string Report::table() const {
  std::string text =
      "| | unit | cartstorm | mosquitto | ratio | asked | | generator CPU us: cartstorm | "
      "mosquitto "
      "|\n|---|---|---|---|---|---|---|---|---|\n";
  each_line(all_, [&](const Line& line, const auto&, const auto&) {
    const Row& row = *line.row;
    const bool has_generator = line.our_generator_us > 0;
    text += fmt::format("| {} | {} | {} | {} | {:.2f} | {} | {} | {} | {} |\n", row.title, row.unit,
                        number(line.ours), number(line.theirs), line.ratio, asked_of(row),
                        row.asked == Asked::nothing ? ""
                        : line.holds                ? "holds"
                                                    : "MISSED",
                        has_generator ? number(line.our_generator_us) : "",
                        has_generator ? number(line.their_generator_us) : "");
  });
  return text;
}

std::string Report::json() const {
  std::string text = "{\"rows\":[";
  bool is_first = true;
  each_line(all_, [&](const Line& line, const auto& ours, const auto& theirs) {
    text += fmt::format(
        "{}\n{{\"name\":\"{}\",\"unit\":\"{}\",\"cartstorm\":{:.6g},\"mosquitto\":{:.6g},"
        "\"ratio\":{:.4f},\"asked\":\"{}\",\"holds\":{},\"generator_us\":[{:.4g},{:.4g}],"
        "\"samples\":[[{}],[{}]]}}",
        is_first ? "" : ",", line.row->name, line.row->unit, line.ours, line.theirs, line.ratio,
        asked_of(*line.row), line.holds, line.our_generator_us, line.their_generator_us, list(ours),
        list(theirs));
    is_first = false;
  });
  return text + "\n]}\n";
}

}  // namespace cartstorm::endpoint_bench

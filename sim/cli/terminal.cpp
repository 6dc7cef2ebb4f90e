#include "sim/cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace cartstorm::cli {
namespace {
bool results_lost = false;

void note_loss() {
  if (errno != EPIPE) results_lost = true;
}
}  // namespace

bool is_terminal(Output output) {
  return isatty(output == Output::results ? STDOUT_FILENO : STDERR_FILENO) == 1;
}

bool use_color(Output output, ColorWish wish) {
  if (wish != ColorWish::automatic) return wish == ColorWish::always;
  const char* forbidden = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  if (forbidden != nullptr && *forbidden != '\0') return false;
  if (kind == nullptr || std::string_view(kind) == "dumb") return false;
  return is_terminal(output);
}

std::size_t columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_loss();
  if (std::fflush(stdout) != 0) note_loss();
}

void complain(std::string_view text) { fmt::print(stderr, "cartstorm: {}\n", text); }

bool results_arrived() { return !results_lost; }

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace cartstorm::cli

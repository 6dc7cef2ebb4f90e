#include <chrono>

#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/keys.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

/// The one place where these commands ask what time it is.
ota::UnixTime now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(since_1970).count()};
}

int complain_of(const Problem& problem) {
  complain(problem.text);
  return problem.exit_code;
}

int show(const Facts& facts, const Style& style) {
  print(style.json ? facts.json() + "\n" : facts.shown());
  return exit_pass;
}

int show_made(const Outcome<Facts>& made, const Style& style) {
  if (!made) return complain_of(made.problem());
  return style.quiet && !style.json ? exit_pass : show(*made, style);
}

int show_verdict(const Outcome<Verdict>& verdict, const Style& style) {
  if (!verdict) return complain_of(verdict.problem());
  const bool is_accepted = verdict->reason == ota::Reason::none;
  const int code = is_accepted ? exit_pass : exit_failed;
  if (style.quiet && !style.json && is_accepted) return code;
  const bool is_colored = !style.json && use_color(Output::results, style.color);
  if (is_colored) print(is_accepted ? "\033[32m" : "\033[31m");
  show(verdict->facts, style);
  if (is_colored) print("\033[0m");
  return code;
}

struct Perform {
  const Style& style;

  template <class Wish>
  int operator()(const Wish& wish) const {
    return show_made(perform(wish, now()), style);
  }
  // Whoever asks what a file is wants the answer, quiet or not.
  int operator()(const ShowKey& wish) const { return answer(perform(wish, now())); }
  int operator()(const InspectFile& wish) const { return answer(perform(wish, now())); }
  int operator()(const VerifyImage& wish) const {
    return show_verdict(perform(wish, now()), style);
  }
  int operator()(const PrintDocument& wish) const {
    const auto document = print_document(wish);
    if (!document) return complain_of(document.problem());
    print(*document);
    return exit_pass;
  }

  int answer(const Outcome<Facts>& facts) const {
    return facts ? show(*facts, style) : complain_of(facts.problem());
  }
};

}  // namespace

int keys_command(const KeysArguments& arguments, const Style& style) {
  return std::visit(Perform{style}, arguments);
}

int image_command(const ImageArguments& arguments, const Style& style) {
  return std::visit(Perform{style}, arguments);
}

}  // namespace cartstorm::cli

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "broker-mock/net/admin_client.hpp"
#include "sim/cli/cloud/rollout_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

namespace net = broker::net;

constexpr std::size_t largest_request = 1U << 20U;

/// A release names its person: the user's own name is a good guess.
std::string person_of(const RolloutArguments& wish) {
  if (!wish.person.empty()) return wish.person;
  if (const char* user = std::getenv("USER"); user != nullptr && *user != '\0') return user;
  const passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? std::string{"unknown"} : std::string{entry->pw_name};
}

std::string body_of(const RolloutArguments& wish) {
  return fmt::format("{{\"rollout\":{},{}\"person\":{},\"reason\":{}}}", json_text(wish.name),
                     wish.verb == "release" ? fmt::format("\"hold\":{},", wish.hold) : "",
                     json_text(person_of(wish)), json_text(wish.reason));
}

int say_refusal(const net::AdminReply& reply) {
  complain(net::error_of(reply));
  if (!reply.problem.empty() || reply.status == 503) return exit_infrastructure;
  return reply.status == 409 ? exit_failed : exit_usage;
}

int show_status(const RolloutArguments& wish, const net::AdminAccess& access, const Style& style) {
  const net::AdminReply reply = net::ask_admin(access, "GET", "/status", "");
  if (reply.status != 200) return say_refusal(reply);
  boost::system::error_code error;
  const boost::json::value status = boost::json::parse(reply.body, error);
  if (error || !status.is_object()) {
    complain("what answers is no endpoint of this version");
    return exit_infrastructure;
  }
  const boost::json::array rollouts = rollouts_of(status.get_object(), wish.name);
  if (!wish.name.empty() && rollouts.empty()) {
    complain(fmt::format("there is no rollout {}", wish.name));
    return exit_failed;
  }
  const bool in_color = use_color(Output::results, style.color);
  print(style.json ? rollouts_json(rollouts)
                   : rollouts_text(status.get_object(), rollouts, in_color));
  return exit_pass;
}

int create(const RolloutArguments& wish, const net::AdminAccess& access, const Style& style) {
  std::error_code ignored;
  if (std::filesystem::is_directory(wish.file, ignored)) {
    complain(fmt::format("{}: is a folder; expected a rollout in JSON", wish.file));
    return exit_usage;
  }
  std::ifstream in{wish.file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in && text.empty()) {
    complain(fmt::format("{}: cannot be read", wish.file));
    return exit_usage;
  }
  if (text.size() > largest_request) {
    complain(fmt::format("{}: larger than 1 MiB; expected a rollout in JSON", wish.file));
    return exit_usage;
  }
  const net::AdminReply reply = net::ask_admin(access, "POST", "/rollout/create", text);
  if (reply.status != 200) {
    if (reply.status == 400) {
      complain(fmt::format("{}: {}", wish.file, net::error_of(reply)));
      return exit_usage;
    }
    return say_refusal(reply);
  }
  if (style.json) print("{}\n");
  if (!style.json && !style.quiet) print("created; cartstorm rollout status shows it\n");
  return exit_pass;
}

}  // namespace

int rollout_command(const RolloutArguments& given, const Style& style) {
  RolloutArguments wish = given;
  if (wish.data.empty()) wish.data = "endpoint";
  net::AdminAccess access;
  if (const std::string problem = net::find_admin(wish.data, access); !problem.empty()) {
    complain(problem);
    return access.token.empty() ? exit_usage : exit_infrastructure;
  }
  if (wish.verb == "status") return show_status(wish, access, style);
  if (wish.verb == "create") return create(wish, access, style);
  const net::AdminReply reply =
      net::ask_admin(access, "POST", "/rollout/" + wish.verb, body_of(wish));
  if (reply.status != 200) return say_refusal(reply);
  if (style.json) print("{}\n");
  if (!style.json && !style.quiet) print(fmt::format("{}: {} done\n", wish.name, wish.verb));
  return exit_pass;
}

}  // namespace cartstorm::cli

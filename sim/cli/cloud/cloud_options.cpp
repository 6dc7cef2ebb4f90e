#include "sim/cli/cloud/cloud_options.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "sim/cli/make/option_readers.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::uint64_t last_port = 65'535;
constexpr std::string_view lower_case = "abcdefghijklmnopqrstuvwxyz0123456789-";

bool is_address(const std::string& typed) {
  in6_addr any{};
  return inet_pton(AF_INET, typed.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, typed.c_str(), &any) == 1;
}

bool is_host(const std::string& typed) {
  const auto is_of_a_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
  };
  return is_address(typed) ||
         (!typed.empty() && std::all_of(typed.begin(), typed.end(), is_of_a_name));
}

std::string read_address(const std::string& typed, std::string& address) {
  address = typed;
  return is_address(typed) ? std::string{}
                           : "expected an IP address such as 127.0.0.1, found \"" + typed + "\"";
}

std::string read_region(const std::string& typed, std::string& region) {
  region = typed;
  const bool is_name = !typed.empty() && typed.find_first_not_of(lower_case) == std::string::npos;
  return is_name ? std::string{} : "expected a region such as us-east-1, found \"" + typed + "\"";
}

OptionSpec port_option(const char* name, const char* what, std::uint64_t& port) {
  return {name, "PORT", what, false, reads_number(0, last_port, port)};
}
OptionSpec port_option(const char* name, const char* what, std::optional<std::uint64_t>& port) {
  return {name, "PORT", what, false, reads_number(0, last_port, port)};
}

OptionSpec host_option(BrokerArguments& wish) {
  return {"--host", "NAME", "this machine's names, with commas; the first goes into URLs", false,
          [&wish](const std::string& typed) {
            std::size_t begin = 0;
            for (std::size_t comma = 0; comma != std::string::npos; begin = comma + 1) {
              comma = typed.find(',', begin);
              std::string host = typed.substr(begin, comma - begin);
              if (!is_host(host)) {
                return "expected names or addresses with commas between them, found \"" + typed +
                       "\"";
              }
              wish.hosts.push_back(std::move(host));
            }
            return std::string{};
          }};
}

OptionSpec profile_option(BrokerArguments& wish) {
  return {"--profile", "NAME", "standard: all of MQTT (default); aws: only what AWS IoT allows",
          false, [&wish](const std::string& typed) {
            wish.is_aws = typed == "aws";
            return typed == "aws" || typed == "standard"
                       ? std::string{}
                       : "expected standard or aws, found \"" + typed + "\"";
          }};
}

OptionSpec outlive_option(BrokerArguments& wish) {
  return {"--outlive", "WHAT",
          "kill (default): acknowledged is safe from kill -9; power: and a power cut", false,
          [&wish](const std::string& typed) {
            wish.outlives_power_loss = typed == "power";
            return typed == "power" || typed == "kill"
                       ? std::string{}
                       : "expected kill or power, found \"" + typed + "\"";
          }};
}

/// Options of whoever asks a running endpoint.
std::vector<OptionSpec> with_data(RolloutArguments& wish, std::vector<OptionSpec> more) {
  more.push_back({"--data", "DIR", "folder of the running endpoint (default: endpoint)", false,
                  reads(read_text, wish.data)});
  return more;
}

std::vector<OptionSpec> of_person(RolloutArguments& wish, std::vector<OptionSpec> more) {
  more.push_back(
      {"--reason", "TEXT", "why; it goes into the record", true, reads(read_text, wish.reason)});
  more.push_back({"--person", "NAME", "who decides (default: the user's name)", false,
                  reads(read_text, wish.person)});
  return with_data(wish, std::move(more));
}

OptionSpec name_option(RolloutArguments& wish, bool is_required) {
  return {"rollout", "NAME", is_required ? "its name" : "its name (default: all)", is_required,
          reads(read_text, wish.name)};
}

}  // namespace

CommandSpec broker_spec(BrokerArguments& wish) {
  return {
      "broker",
      "serve AWS IoT Jobs, MQTT and S3 to carts, boards and unmodified AWS clients",
      {{"--data", "DIR", "folder of everything that survives a restart; made if missing", true,
        reads(read_text, wish.data)},
       {"--address", "IP", "where to listen (default 127.0.0.1; 0.0.0.0 for boards)", false,
        reads(read_address, wish.address)},
       host_option(wish),
       port_option("--mqtts-port", "MQTT over mutual TLS (default 8883)", wish.mqtts_port),
       port_option("--mqtt-port", "plain MQTT (default: off)", wish.mqtt_port),
       port_option("--http-port", "S3, Jobs control and data plane (default 9000)", wish.http_port),
       port_option("--https-port", "the same over TLS (default: off)", wish.https_port),
       port_option("--admin-port", "status page, metrics, admin API (default 9001)",
                   wish.admin_port),
       {"--admin-address", "IP", "where the admin API listens (default 127.0.0.1)", false,
        reads(read_address, wish.admin_address)},
       {"--region", "NAME", "AWS region to be (default us-east-1)", false,
        reads(read_region, wish.region)},
       profile_option(wish),
       outlive_option(wish)},
      "\nPort 0 is any free one. Ctrl-C ends it; nothing that was acknowledged is lost.\n"
      "\nExamples:\n"
      "  cartstorm broker --data endpoint\n"
      "  cartstorm broker --data lab --address 0.0.0.0 --host lab.example,10.0.0.5\n"
      "  cartstorm keys device --data endpoint --name cart-0001 -o cart-0001"};
}

GroupSpec rollout_group(RolloutArguments& wish) {
  return {
      "rollout",
      "see and steer the rollouts of a running endpoint",
      "\nExamples:\n"
      "  cartstorm rollout status\n"
      "  cartstorm rollout release fw-2-0-0 --hold 1 --reason \"sensor lot 7 excluded\"",
      {{"create", "start a rollout as a JSON file says",
        with_data(wish, {{"file", "FILE", "JSON, as below", true, reads(read_text, wish.file)}}),
        "\nFILE: manifest and chain are what `cartstorm image document` prints; the image is an\n"
        "object of the endpoint's S3; a plan may also be an object with stages and rules\n"
        "(broker-mock/net/README.md).\n"
        "  {\"name\": \"fw-2-0-0\", \"version\": \"2.0.0\", \"base\": \"1.8.0\",\n"
        "   \"image\": {\"bucket\": \"firmware\", \"key\": \"2.0.0.bin\"},\n"
        "   \"manifest\": \"...\", \"chain\": \"...\", \"plan\": \"standard\", \"person\": "
        "\"ann\"}\n"
        "\nExample:\n  cartstorm rollout create fw-2-0-0.json --data lab"},
       {"status", "what every stage is doing, and why", with_data(wish, {name_option(wish, false)}),
        "\nExample:\n  cartstorm rollout status --data lab --json"},
       {"release", "end a hold, once",
        of_person(wish, {name_option(wish, true),
                         {"--hold", "N", "number of the hold, as status shows it", true,
                          reads_number(1, UINT32_MAX, wish.hold)}}),
        "\nExample:\n  cartstorm rollout release fw-2-0-0 --hold 1 --reason \"known sensor\""},
       {"pause", "start and complete no stage until somebody resumes",
        of_person(wish, {name_option(wish, true)}),
        "\nExample:\n  cartstorm rollout pause fw-2-0-0 --reason \"weekend\""},
       {"resume", "go on after a pause", of_person(wish, {name_option(wish, true)}),
        "\nExample:\n  cartstorm rollout resume fw-2-0-0 --reason \"monday\""},
       {"abort", "end a rollout; what is queued is cancelled",
        of_person(wish, {name_option(wish, true)}),
        "\nExample:\n  cartstorm rollout abort fw-2-0-0 --reason \"bricks in the lab\""}}};
}

}  // namespace cartstorm::cli

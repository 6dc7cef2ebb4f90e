#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <ctime>

#include "broker-mock/net/endpoint.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

namespace net = broker::net;

net::EndpointOptions options_of(const BrokerArguments& wish) {
  const auto port = [](std::uint64_t number) { return static_cast<std::uint16_t>(number); };
  const auto maybe = [&](const std::optional<std::uint64_t>& number) {
    return number ? std::optional{port(*number)} : std::nullopt;
  };
  net::EndpointOptions options;
  options.data = wish.data;
  options.address = wish.address;
  options.admin_address = wish.admin_address;
  options.hosts = wish.hosts;
  options.mqtts_port = port(wish.mqtts_port);
  options.mqtt_port = maybe(wish.mqtt_port);
  options.http_port = port(wish.http_port);
  options.https_port = maybe(wish.https_port);
  options.admin_port = port(wish.admin_port);
  options.region = wish.region;
  options.profile = wish.is_aws ? broker::mqtt::Profile::aws : broker::mqtt::Profile::standard;
  options.durability =
      wish.outlives_power_loss ? net::Durability::power_loss : net::Durability::process_kill;
  return options;
}

std::string stamp() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string port_of(const std::string& where) { return where.substr(where.rfind(':') + 1); }

std::string addresses_json(const net::Endpoint& endpoint) {
  const net::Addresses& at = endpoint.addresses();
  return fmt::format(
      "{{\"mqtts\": {}, \"mqtt\": {}, \"http\": {}, \"https\": {}, \"admin\": {}}}\n",
      json_text(at.mqtts), json_text(at.mqtt), json_text(at.http), json_text(at.https),
      json_text(at.admin));
}

/// So that a shell takes it for one word.
std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{"/._-+:@%"}.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return quoted + "'";
}

/// What a person pastes into other windows.
std::string welcome(const net::Endpoint& endpoint) {
  const net::Addresses& at = endpoint.addresses();
  const net::EndpointOptions& options = endpoint.options();
  const std::string host = endpoint.host();
  const std::string data = shell_word(options.data.string());
  std::string text = fmt::format(
      "MQTT over mutual TLS   {}\n{}S3, Jobs control and data plane   http://{}\n{}"
      "status page, metrics, admin API   http://{}/\n",
      at.mqtts, at.mqtt.empty() ? "" : fmt::format("MQTT, plain   {}\n", at.mqtt), at.http,
      at.https.empty() ? "" : fmt::format("the same over TLS   https://{}\n", at.https), at.admin);
  text += fmt::format(
      "\na client's certificate:\n"
      "  cartstorm keys device --data {0} --name cart-0001 -o cart-0001\n"
      "mosquitto_pub:\n"
      "  mosquitto_pub -h {1} -p {2} --cafile {0}/tls/ca.cert.pem --cert cart-0001.cert.pem \\\n"
      "    --key cart-0001.key.pem -i cart-0001 -q 1 -t carts/cart-0001/heartbeat \\\n"
      "    -m "
      "'{{\"version\":\"1.0.0\",\"slot\":\"a\",\"state\":\"idle\",\"secver\":1,\"anchors\":[]}}'\n"
      "AWS device SDK (aws-iot-device-sdk-v2):\n"
      "  AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath('{1}',\n"
      "    'cart-0001.cert.pem', 'cart-0001.key.pem').withPort({2})\n"
      "    .withCertificateAuthorityFromPath(undefined, '{5}/tls/ca.cert.pem')\n"
      "boto3 (also for iot-data, iot-jobs-data and s3):\n"
      "  export AWS_DEFAULT_REGION={4}\n"
      "  export AWS_ACCESS_KEY_ID=$(sed 's/.*\"access_key\":\"\\([^\"]*\\).*/\\1/' "
      "{0}/secrets.json)\n"
      "  export AWS_SECRET_ACCESS_KEY=$(sed 's/.*\"secret_key\":\"\\([^\"]*\\).*/\\1/' "
      "{0}/secrets.json)\n"
      "  boto3.client('iot', endpoint_url='http://{1}:{3}')\n",
      data, host, port_of(at.mqtts), port_of(at.http), options.region, options.data.string());
  return text;
}

}  // namespace

int broker_command(const BrokerArguments& wish, const Style& style) {
  net::Endpoint endpoint{options_of(wish), [](std::string_view where, std::string_view what) {
                           std::fprintf(stderr, "%s %.*s: %.*s\n", stamp().c_str(),
                                        static_cast<int>(where.size()), where.data(),
                                        static_cast<int>(what.size()), what.data());
                         }};
  if (const std::string problem = endpoint.start(); !problem.empty()) {
    complain(problem);
    return exit_infrastructure;
  }
  // Whoever reads the addresses may ask it to end at once.
  endpoint.heed_signals();
  if (style.json) {
    print(addresses_json(endpoint));
  } else if (!style.quiet) {
    print(welcome(endpoint));
  }
  std::fflush(stdout);
  if (const std::string problem = endpoint.run(); !problem.empty()) {
    complain(problem + "; stopped, so that nothing is acknowledged that cannot be kept");
    return exit_infrastructure;
  }
  if (!style.quiet) complain("stopped; nothing that was acknowledged is lost");
  return exit_pass;
}

}  // namespace cartstorm::cli

// Paho's C++ client as a device. `paho_peer DUTY [ARGUMENT]...`; paho.py says when and looks at the
// other side. Addresses and certificates come from the environment that run_peer.py describes.
#include <mqtt/async_client.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

namespace {

namespace json = boost::json;

constexpr int at_least_once = 1;
/// Bounds a hang, and nothing else.
constexpr std::chrono::seconds patience{120};
/// Paho refuses to have more than this under way.
constexpr int most_buffered = 2000;

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error{std::string{name}.append(" is not set")};
  return value;
}

void expect(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{what};
}

/// paho.py waits for these lines.
void say(const std::string& line) { std::cout << line << std::endl; }

/// One connection over mutual TLS.
class Device {
 public:
  Device(const std::string& id, int version, bool is_persistent)
      : client_{"ssl://" + setting("CARTSTORM_MQTTS_HOST") + ":" + setting("CARTSTORM_MQTTS_PORT"),
                id, mqtt::create_options{version, most_buffered}} {
    mqtt::ssl_options tls;
    tls.set_trust_store(setting("CARTSTORM_CA"));
    tls.set_key_store(setting("CARTSTORM_CERT"));
    tls.set_private_key(setting("CARTSTORM_KEY"));
    tls.set_verify(true);
    tls.set_enable_server_cert_auth(true);
    options_.set_mqtt_version(version);
    options_.set_ssl(tls);
    options_.set_automatic_reconnect(1, 1);
    if (version >= MQTTVERSION_5) {
      options_.set_clean_start(!is_persistent);
      mqtt::properties properties;
      if (is_persistent) properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, 3600});
      options_.set_properties(properties);
    } else {
      options_.set_clean_session(!is_persistent);
    }
    client_.start_consuming();
  }

  /// Whether the broker knew the session.
  bool connect() {
    const auto token = client_.connect(options_);
    expect(token->wait_for(patience), "no CONNACK");
    return token->get_connect_response().is_session_present();
  }

  void subscribe(const std::string& filter) {
    expect(client_.subscribe(filter, at_least_once)->wait_for(patience), "no SUBACK");
  }

  mqtt::delivery_token_ptr publish(const std::string& topic, const std::string& payload) {
    return client_.publish(topic, payload, at_least_once, false);
  }

  mqtt::const_message_ptr next() {
    const auto message = client_.try_consume_message_for(patience);
    expect(message != nullptr, "no message, or the connection is lost");
    return message;
  }

  void disconnect() { expect(client_.disconnect()->wait_for(patience), "no end"); }
  mqtt::async_client& client() { return client_; }

 private:
  mqtt::async_client client_;
  mqtt::connect_options options_;
};

void expect_numbers(Device& device, int first, int end) {
  for (int number = first; number < end; ++number) {
    const std::string found = device.next()->to_string();
    expect(found == std::to_string(number),
           "expected " + std::to_string(number) + ", found " + found);
  }
}

/// A thousand messages on their way at once; they come back in order, each acknowledged.
void order(const std::string& id, int version) {
  Device device{id, version, false};
  expect(!device.connect(), "a session where none can be");
  device.subscribe("order/#");
  constexpr int count = 1000;
  std::vector<mqtt::delivery_token_ptr> tokens;
  for (int number = 0; number < count; ++number) {
    tokens.push_back(device.publish("order/x", std::to_string(number)));
  }
  expect_numbers(device, 0, count);
  for (const auto& token : tokens) expect(token->wait_for(patience), "no PUBACK");
  device.disconnect();
}

/// Paho comes back by itself; what was sent meanwhile waits in its session.
void reconnect(const std::string& id, int version) {
  Device device{id, version, true};
  device.connect();
  device.subscribe("back/#");
  device.client().set_connection_lost_handler([](const std::string&) { say("lost"); });
  device.client().set_connected_handler([](const std::string&) { say("back"); });
  say("ready");
  // While the connection is away the queue gives nothing, and says so.
  for (int number = 0; number < 20;) {
    const auto message = device.client().try_consume_message_for(patience);
    if (message == nullptr) continue;
    expect(message->to_string() == std::to_string(number), "found " + message->to_string());
    ++number;
  }
  device.disconnect();
}

void leave_session(const std::string& id, int version) {
  Device device{id, version, true};
  expect(!device.connect(), "a session where none can be");
  device.subscribe("queue/#");
  device.disconnect();
}

void find_session(const std::string& id, int version) {
  Device device{id, version, true};
  expect(device.connect(), "the session is gone");
  expect_numbers(device, 0, 100);
  device.disconnect();
}

/// A request of Jobs by hand: its reply comes to whoever asked, subscribed or not.
json::object ask(Device& device, const std::string& thing, const std::string& call,
                 json::object request) {
  const std::string topic = "$aws/things/" + thing + "/jobs/" + call;
  request["clientToken"] = call;
  device.publish(topic, json::serialize(request));
  for (;;) {
    const auto message = device.next();
    if (message->get_topic() == topic + "/rejected") {
      throw std::runtime_error{call + ": " + message->to_string()};
    }
    if (message->get_topic() != topic + "/accepted") continue;
    json::object reply = json::parse(message->to_string()).as_object();
    expect(reply.at("clientToken").as_string() == call, call + ": another token");
    return reply;
  }
}

void job(const std::string& id, int version) {
  const std::string thing = setting("CARTSTORM_THING");
  Device device{id, version, false};
  device.connect();
  device.subscribe("$aws/things/" + thing + "/jobs/notify-next");
  json::object started = ask(device, thing, "start-next", {{"statusDetails", {{"step", "one"}}}});
  const json::object& execution = started.at("execution").as_object();
  const std::string name{execution.at("jobId").as_string()};
  expect(execution.at("jobDocument").at("operation").as_string() == "reboot", "another document");
  expect(execution.at("versionNumber").as_int64() == 2, "another version");
  ask(device, thing, name + "/update",
      {{"status", "SUCCEEDED"}, {"expectedVersion", "2"}, {"statusDetails", {{"by", "paho"}}}});
  device.disconnect();
}

using Duty = void (*)(const std::string& id, int version);

Duty duty_of(const std::string& name) {
  if (name == "order") return order;
  if (name == "reconnect") return reconnect;
  if (name == "leave-session") return leave_session;
  if (name == "find-session") return find_session;
  if (name == "job") return job;
  throw std::runtime_error{"unknown duty"};
}

}  // namespace

int main(int count, char** words) {
  const std::span<char*> arguments{words, static_cast<std::size_t>(count)};
  try {
    if (arguments.size() != 4) throw std::runtime_error{"expected DUTY CLIENT-ID 4|5"};
    const int version = arguments[3][0] == '5' ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    duty_of(arguments[1])(arguments[2], version);
  } catch (const std::exception& problem) {
    say("FAILED: " + std::string{problem.what()});
    return 1;
  }
  return 0;
}

#include <span>

#include "seeds.hpp"
#include "tests/unit/broker-mock/mqtt/notation.hpp"

namespace ota::fuzz {
namespace {

using cartstorm::broker::mqtt::testing::bytes_of;

constexpr const char* packets_v3[] = {
    "10 [ <MQTT> 04 c6 00 3c <a> <t/w> <gone> <user> <secret> ]",
    "82 [ 00 01 <t/#> 02 <$share/g/t/a> 01 ]",
    "33 [ <t/a> 00 02 'hi' ]",
    "34 [ <t/b> 00 03 'hi' ]",
    "62 02 00 03 40 02 00 01 50 02 00 02 70 02 00 02 c0 00",
    "a2 [ 00 04 <t/#> <z> ]",
    "e0 00",
};
constexpr const char* packets_v5[] = {
    "10 [ <MQTT> 05 26 00 3c [ 11 00 00 00 09 21 00 02 22 00 02 ] <b> [ 18 00 00 00 05 ] <w> <x> ]",
    "82 [ 00 01 [ 0b 05 ] <t/#> 0a <$share/g/t/a> 01 <t/+> 15 ]",
    "33 [ <t/a> 00 02 [ 26 <k> <v> 02 00 00 00 05 26 <k> <w> ] 'hi' ]",
    "34 [ <t/b> 00 03 [ 23 00 01 08 <r> 09 <id> ] 'hi' ] 30 [ <> [ 23 00 01 ] 'hi' ]",
    "62 [ 00 03 00 ] 40 [ 00 01 80 [ 1f <no> ] ] 50 02 00 02 70 [ 00 02 92 ] c0 00",
    "a2 [ 00 04 [ 26 <k> <v> ] <t/#> <z> ]",
    "e0 [ 04 [ 11 00 00 00 05 ] ]",
    "f0 [ 18 [ 15 <method> ] ]",
};

/// As happenings of mqtt_broker: bytes on one of its links.
std::string on_link(unsigned link, const std::string& bytes) {
  return number(link * 16 + 9, 1) + number(bytes.size(), 1) + bytes;
}

void add_life(std::vector<Seed>& seeds, const std::string& name,
              std::span<const char* const> life) {
  std::string stream, alone, together;
  for (const char* packet : life) {
    const std::string bytes = bytes_of(packet);
    stream += bytes;
    alone += on_link(0, bytes);
    together += on_link(0, bytes) + number(16 + 7, 1) +
                on_link(1, bytes_of("82 [ 00 09 <#> 01 ]")) + number(4, 1) + number(2, 1) +
                number(0, 1);
  }
  seeds.push_back({"mqtt_codec", name, stream});
  seeds.push_back({"mqtt_codec", name + "_truncated", stream.substr(0, stream.size() - 3)});
  seeds.push_back({"mqtt_broker", name, alone});
  seeds.push_back({"mqtt_broker", name + "_killed", alone + number(3, 1) + alone});
  seeds.push_back({"mqtt_broker", name + "_beside_another", together});
  seeds.push_back(
      {"mqtt_broker", name + "_later", together + number(1, 1) + number(600, 2) + alone});
}

}  // namespace

std::vector<Seed> mqtt_seeds() {
  std::vector<Seed> seeds;
  add_life(seeds, "v3", packets_v3);
  add_life(seeds, "v5", packets_v5);
  seeds.push_back({"mqtt_codec", "oversized", bytes_of("30 ff ff ff 7f")});
  seeds.push_back({"mqtt_codec", "endless_length", bytes_of("30 ff ff ff ff 01")});
  seeds.push_back({"mqtt_codec", "not_utf8", bytes_of("30 [ 00 03 ed a0 80 'hi' ]")});
  seeds.push_back(
      {"mqtt_topic", "all", "a/b/c\na/b/c\na/+/c\n+/+/+\n#\na/#\na/b/c/#\na/b\n+\n$share/g/a"});
  seeds.push_back({"mqtt_topic", "dollar", "$aws/things\n#\n+/things\n$aws/#\n$aws/+"});
  seeds.push_back({"mqtt_topic", "empty_levels", "//\n+/+/+\n//#\n//\n/+\na//b"});
  seeds.push_back({"mqtt_topic", "not_filters", "a\na#\n#/a\na+/b\n+a\n\n$share//a\n$share/+/a"});
  seeds.push_back({"mqtt_topic", "deep", std::string(900, '/') + "\n" + std::string(900, '/')});
  return seeds;
}

}  // namespace ota::fuzz

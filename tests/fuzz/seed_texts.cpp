#include <fmt/format.h>

#include "ota/host/crypto.hpp"
#include "seeds.hpp"
#include "tests/unit/device-model/support/mini_cloud.hpp"

namespace ota::fuzz {
namespace {

using test::good_image;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  while (times-- > 0) {
    text += piece;
  }
  return text;
}

/// A good text and the ways in which a bad one differs from it.
void add_variants(std::vector<Seed>& seeds, const std::string& target, const std::string& good) {
  const std::string body = good.substr(1);
  seeds.push_back({target, "good", good});
  seeds.push_back({target, "truncated", good.substr(0, good.size() / 2)});
  seeds.push_back({target, "one_byte_short", good.substr(0, good.size() - 1)});
  seeds.push_back({target, "oversized", "{\"pad\":\"" + std::string(17'000, 'x') + "\"," + body});
  seeds.push_back({target, "long_but_fits", "{" + std::string(9'000, ' ') + body});
  seeds.push_back({target, "many_members", "{" + repeated("\"a\":1,", 150) + body});
  seeds.push_back(
      {target, "deep_arrays", "{\"a\":" + repeated("[", 40) + repeated("]", 40) + "," + body});
  seeds.push_back({target, "deeper_than_fits",
                   "{\"a\":" + repeated("[", 500) + repeated("]", 500) + "," + body});
  seeds.push_back({target, "deep_objects",
                   "{\"x\":" + repeated("{\"a\":", 30) + "1" + repeated("}", 30) + "," + body});
  seeds.push_back({target, "every_key_twice", good.substr(0, good.size() - 1) + "," + body});
  seeds.push_back({target, "not_utf8", "{\"a\":\"\xc0\xaf\xff\"," + body});
  seeds.push_back({target, "surrogate", "{\"a\":\"\xed\xa0\x80\"," + body});
  seeds.push_back({target, "half_a_character", "{\"a\":\"\xe2\x82\"," + body});
  seeds.push_back({target, "utf8", "{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x97\"," + body});
  seeds.push_back({target, "zero_byte", good + std::string(1, '\0')});
  seeds.push_back({target, "empty", ""});
  seeds.push_back({target, "empty_object", "{}"});
}

std::string with_url(std::string document, const std::string& url) {
  const std::size_t at = document.find("https://");
  return document.replace(at, document.find('"', at) - at, url);
}

void add_documents(std::vector<Seed>& seeds) {
  test::MiniCloud cloud;
  const std::string target = "job_document";
  const std::string plain = cloud.document_for(good_image(test::v2));
  add_variants(seeds, target, plain);
  seeds.push_back({target, "older", cloud.document_for(good_image(test::v1))});
  seeds.push_back({target, "escaped_url", with_url(plain, "https:\\/\\/a\\u0041/b")});
  seeds.push_back({target, "url_with_lines", with_url(plain, "https://a/\\r\\nHost:b")});
  seeds.push_back({target, "url_too_long", with_url(plain, "https://" + std::string(2'100, 'u'))});
  cloud.patch_base = test::hex(host::sha256(good_image(test::v1).bytes));
  seeds.push_back({target, "with_patch", cloud.document_for(good_image(test::v2))});
  cloud.patch_base = "00";
  seeds.push_back({target, "with_bad_patch", cloud.document_for(good_image(test::v2))});
}

void add_messages(std::vector<Seed>& seeds) {
  test::MiniCloud cloud;
  cloud.offer("fw-2-0-0", good_image(test::v2));
  add_variants(seeds, "json", cloud.notification());
  seeds.push_back(
      {"json", "kinds", R"({"a":-1.5e+3,"b":[true,false,null,[],{}],"n":0,"":"\u00e9"})"});
  seeds.push_back({"json", "words", R"({"a":trux,"b":01,"n":1.,"url":nul})"});
  add_variants(seeds, "ca_install", test::install_of(test::new_key()));
  seeds.push_back(
      {"ca_install", "other_id", test::install_of({7}, test::ca_certificate(test::new_key()))});
  seeds.push_back({"ca_install", "no_ca",
                   test::install_of(test::anchor_of(test::new_key()).id,
                                    test::signer_certificate(test::new_key()))});
  seeds.push_back({"ca_install", "too_long",
                   test::install_of({7}, host::CertificateBytes(2'000, std::byte{0x30}))});
}

/// Happenings of the target `agent`, by their place in its list.
std::string happening(unsigned kind, const std::string& arguments = "") {
  return number(kind, 1) + arguments;
}
std::string progress(unsigned events) { return happening(0, number(events - 1, 1)); }
std::string message(unsigned topic, const std::string& payload) {
  return happening(1, number(topic, 1) + number(payload.size(), 2) + payload);
}
std::string reply(unsigned topic, const std::string& members) {
  return happening(2, number(topic, 1) + number(members.size(), 2) + members);
}
const std::string reset = happening(17, number(0, 1));

void add_life(std::vector<Seed>& seeds, const std::string& name, const std::string& happenings) {
  seeds.push_back({"agent", name, number(0, 1) + happenings});
  seeds.push_back({"agent", name + "_by_patch", number(1, 1) + happenings});
}

std::string whole_update() {
  std::string events;
  for (int i = 0; i < 6; ++i) {
    events += progress(32);
  }
  return events;
}

void add_lives(std::vector<Seed>& seeds) {
  const std::string whole = whole_update();
  std::string cuts;
  for (int i = 0; i < 6; ++i) {
    cuts += progress(10) + happening(16, number(3, 1) + number(20, 1));
  }
  add_life(seeds, "update", whole);
  add_life(seeds, "cuts", cuts + whole);
  add_life(seeds, "resets", progress(5) + reset + progress(20) + reset + whole);
  add_life(seeds, "watchdog", whole + happening(17, number(2, 1)) + happening(17, number(3, 1)));
  add_life(seeds, "weak", happening(21, number(1, 1)) + whole + whole);
  add_life(seeds, "self_test", happening(21, number(0, 1)) + whole + happening(4));
  add_life(seeds, "store",
           progress(8) + happening(5, number(0x93, 1) + number(700, 2) + number(4, 1) + "\"x\"") +
               whole);
  add_life(
      seeds, "expired",
      happening(8, number(4, 1) + number(5, 4) + number(19, 2) + "Request has expired") + whole);
  add_life(seeds, "link",
           progress(9) + happening(12, number(0, 1)) + happening(4) + happening(12, number(1, 1)) +
               whole);
  add_life(seeds, "consent",
           progress(9) + happening(14, number(0, 1)) + happening(14, number(3, 1)) + progress(30));
  add_life(seeds, "supply",
           progress(9) + happening(13, number(0, 1)) + happening(4) + happening(13, number(1, 1)) +
               whole);
  add_life(seeds, "other_job", progress(15) + happening(20, number(3, 1)) + whole);
  add_life(seeds, "refusals",
           happening(22, number(1, 1)) + progress(10) + happening(22, number(2, 1)) + progress(30));
}

void add_talks(std::vector<Seed>& seeds) {
  test::MiniCloud cloud;
  cloud.offer("fw-2-0-0", good_image(test::v2));
  const std::string note = cloud.notification();
  add_life(seeds, "install",
           message(6, test::install_of(test::new_key())) +
               message(7, fmt::format(R"({{"anchor":"{:016x}"}})",
                                      test::anchor_of(test::factory_key()).id.value)) +
               whole_update());
  add_life(seeds, "replies",
           progress(1) + reply(1, note.substr(1, note.size() - 2)) +
               reply(3, R"("timestamp":1750000000)") + progress(30));
  add_life(seeds, "mismatch",
           progress(2) +
               reply(4, R"("code":"VersionMismatch","executionState":{"versionNumber":7})") +
               progress(30));
  add_life(
      seeds, "noise",
      message(0, "{}") + message(1, std::string(600, '{')) + message(5, "\xff\xfe") + progress(9));
}

}  // namespace

std::vector<Seed> text_seeds() {
  std::vector<Seed> seeds;
  add_documents(seeds);
  add_messages(seeds);
  add_lives(seeds);
  add_talks(seeds);
  return seeds;
}

}  // namespace ota::fuzz

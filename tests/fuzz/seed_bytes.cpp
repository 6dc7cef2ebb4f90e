#include "ota/host/delta.hpp"
#include "ota/record.hpp"
#include "seeds.hpp"
#include "tests/unit/device-model/support/images.hpp"

namespace ota::fuzz {
namespace {

using test::good_image;

/// Good bytes, cut short and too long.
void add_sizes(std::vector<Seed>& seeds, const std::string& target, const std::string& name,
               const std::string& good) {
  seeds.push_back({target, name, good});
  seeds.push_back({target, name + "_truncated", good.substr(0, good.size() - 1)});
  seeds.push_back({target, name + "_half", good.substr(0, good.size() / 2)});
  seeds.push_back({target, name + "_oversized", good + std::string(2'000, '\x30')});
}

void add_trust(std::vector<Seed>& seeds) {
  const host::PrivateKey ca = test::factory_key();
  const host::Issuer issuer{test::ca_name(ca), ca};
  const test::Image image = good_image(test::v2);
  add_sizes(seeds, "manifest", "good", text_of_bytes(image.manifest()));
  seeds.push_back({"manifest", "empty", ""});
  add_sizes(seeds, "chain", "trailer", text_of_bytes(image.trailer));
  add_sizes(seeds, "chain", "signer", text_of_bytes(image.chain()));
  add_sizes(seeds, "chain", "ca", text_of_bytes(test::ca_certificate(ca)));
  std::string two;
  for (const host::CertificateBytes& certificate : test::chain_of_two(ca)) {
    two += text_of_bytes(certificate);
  }
  add_sizes(seeds, "chain", "two", two);
  const host::CertificateFields fields =
      test::fields_named("signer", test::signer_from_s, test::signer_until_s);
  const PublicKey key = host::public_key_of(test::signer_key(ca));
  seeds.push_back(
      {"chain", "wrong_use",
       text_of_bytes(host::issue(fields, key, issuer, {{"keyUsage", "critical,keyCertSign"}}))});
  seeds.push_back(
      {"chain", "unknown_extension",
       text_of_bytes(host::issue(fields, key, issuer, {{"1.2.3.4", "critical,DER:0500"}}))});
  seeds.push_back({"chain", "deep", std::string(1'000, '\x30')});
}

/// What feeding_of() of the target reads before the records.
std::string patch_head(unsigned kind, std::size_t base, std::size_t target) {
  return number(kind, 1) + number(6, 1) + number(40, 1) + number(base - 1, 2) +
         number(target - 1, 2) + number(0, 3);
}

/// The vector of DELTA.md, section 4.
void add_patches(std::vector<Seed>& seeds) {
  const std::string first = "\xce" + std::string(1, '\0') + "\xd0\xee\xcf\x21\xe9\x11\x86";
  const std::string vector = first + "\xe7\x05\xc1\xb0\x02\x4d\x12\x32\x5d";
  add_sizes(seeds, "patch", "vector", patch_head(0, 300, 260) + vector);
  std::vector<std::byte> base(3'000), target;
  for (std::size_t i = 0; i < base.size(); ++i) {
    base[i] = static_cast<std::byte>(i & 0xff);  // as test::counting
  }
  target = base;
  target.insert(target.begin() + 500, 21, std::byte{0x77});
  for (std::size_t at = 900; at < target.size(); at += 130) {
    target[at] ^= std::byte{0x13};
  }
  const auto patch = host::make_patch(base, target, {512, test::v1, test::v2});
  const std::string text = text_of_bytes(*patch);
  add_sizes(seeds, "patch", "header", text.substr(0, patch_header_bytes));
  add_sizes(seeds, "patch", "made",
            patch_head(2, base.size(), target.size()) + text.substr(patch_header_bytes));
}

std::string plant(unsigned region, unsigned kind, unsigned offset, const std::string& content,
                  const std::string& more = "") {
  return number(region, 1) + number(kind, 1) + number(offset, 2) + number(content.size(), 1) +
         content + more;
}

void add_records(std::vector<Seed>& seeds) {
  const auto add = [&](const std::string& name, const std::string& plants) {
    for (const unsigned events : {0u, 12u, 40u, 75u, 120u}) {
      seeds.push_back({"records", name + "_after_" + std::to_string(events),
                       number(events & 1, 1) + number(events, 1) + plants});
    }
  };
  const std::string all_set(190, '\xff');
  std::string blank, zeros, absurd;
  for (unsigned region = 0; region < 4; ++region) {
    blank += plant(region, 2, 0, "") + plant(region, 2, 1024, "");
    zeros += plant(region, 0, 0, std::string(200, '\0')) +
             plant(region, 0, 1024, std::string(200, '\0'));
    absurd += plant(region, 3, 0, all_set, number(0, 2) + number(1, 1));
  }
  add("nothing", "");
  add("blank", blank);
  add("zeros", zeros);
  add("absurd", absurd);
  for (unsigned region = 0; region < 4; ++region) {
    const std::string name = std::string(1, static_cast<char>('0' + region));
    add("only_blank_" + name, plant(region, 2, 0, "") + plant(region, 2, 1024, ""));
    add("absurd_" + name, plant(region, 3, 0, all_set, number(8, 2) + number(1, 1)));
    add("rotten_" + name, plant(region, 1, 30, "") + plant(region, 1, 1024 + 30, ""));
    add("last_sequence_" + name,
        plant(region, 3, 0, "", number(0, 2) + number(0, 1) + number(~std::uint64_t{1}, 8)));
  }
}

std::string window(unsigned from, unsigned until, unsigned days, int offset, unsigned summer,
                   std::uint64_t t, unsigned length) {
  return number(from, 2) + number(until, 2) + number(days, 1) +
         number(static_cast<unsigned>(offset + 12 * 60), 2) + number(summer, 1) + number(2, 1) +
         number(4, 1) + number(0, 1) + number(120, 2) + number(9, 1) + number(4, 1) + number(0, 1) +
         number(180, 2) + number(t, 4) + number(length, 2);
}

void add_windows(std::vector<Seed>& seeds) {
  seeds.push_back({"maintenance", "night", window(120, 300, 0x7f, 60, 2, 1'750'000'000, 600)});
  seeds.push_back(
      {"maintenance", "over_midnight", window(1320, 240, 0x3e, -300, 2, 1'743'000'000, 600)});
  seeds.push_back({"maintenance", "never", window(120, 300, 0, 0, 0, 1'750'000'000, 600)});
  seeds.push_back({"maintenance", "always", window(0, 0, 0x7f, 840, 0, 0xffffffff, 600)});
  seeds.push_back({"maintenance", "short", window(120, 121, 0x01, 0, 2, 0, 0)});
  seeds.push_back({"maintenance", "long", window(0, 1439, 0x40, 0, 2, 1'600'000'000, 7'000)});
}

}  // namespace

std::vector<Seed> byte_seeds() {
  std::vector<Seed> seeds;
  add_trust(seeds);
  add_patches(seeds);
  add_records(seeds);
  add_windows(seeds);
  return seeds;
}

}  // namespace ota::fuzz

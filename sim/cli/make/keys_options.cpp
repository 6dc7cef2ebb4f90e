#include "sim/cli/make/make_options.hpp"
#include "sim/cli/make/option_readers.hpp"

namespace cartstorm::cli {
namespace {

OptionSpec out_option(std::string& out) {
  return {"--out,-o", "NAME", "write NAME.key.pem (mode 0600) and NAME.cert.pem", true,
          reads(read_text, out)};
}

CommandSpec ca_command(NewCa& wish) {
  return {"ca",
          "make the key and the certificate of a CA",
          {{"--name", "TEXT", "its common name", true, reads(read_name, wish.name)},
           days_option("how long it is valid (default 3650)", wish.days),
           valid_from_option(wish.valid_from),
           out_option(wish.out)},
          "\nFiles that exist are never overwritten.\n\nExample:\n"
          "  cartstorm keys ca --name \"Fleet CA 2026\" --days 3650 -o lab/ca"};
}

CommandSpec signer_command(NewSigner& wish) {
  return {"signer",
          "make the key and the certificate of a signer, or of an intermediate",
          {{"--ca", "NAME", "who issues it: NAME.key.pem and NAME.cert.pem of a CA or intermediate",
            true, reads(read_text, wish.issuer)},
           {"--name", "TEXT", "its common name", true, reads(read_name, wish.name)},
           {"--intermediate", "", "make an intermediate, which issues signers", false,
            sets(wish.is_intermediate)},
           days_option("how long it is valid (default 365)", wish.days),
           valid_from_option(wish.valid_from),
           out_option(wish.out)},
          "\nFiles that exist are never overwritten.\n\nExamples:\n"
          "  cartstorm keys signer --ca lab/ca --name \"Release 2026\" -o lab/release\n"
          "  cartstorm keys signer --ca lab/ca --name \"Plant 1\" --intermediate -o lab/plant\n"
          "  cartstorm keys signer --ca lab/plant --name \"Line 3\" --days 30 -o lab/line"};
}

CommandSpec device_command(NewDevice& wish) {
  return {"device",
          "make the key and the certificate with which a device connects to an endpoint",
          {{"--data", "DIR", "folder of the endpoint, whose CA issues it", true,
            reads(read_text, wish.data)},
           {"--name", "THING", "its thing name", true, reads(read_name, wish.name)},
           days_option("how long it is valid (default 3650)", wish.days),
           valid_from_option(wish.valid_from),
           out_option(wish.out)},
          "\nFiles that exist are never overwritten.\n\nExample:\n"
          "  cartstorm keys device --data endpoint --name cart-0001 -o cart-0001"};
}

CommandSpec show_command(ShowKey& wish) {
  return {"show",
          "say what a key or a certificate is; a private key is never printed",
          {{"file", "FILE", "PEM or DER", true, reads(read_text, wish.file)}},
          "\nExamples:\n"
          "  cartstorm keys show lab/ca.cert.pem\n"
          "  cartstorm keys show lab/release.key.pem --json"};
}

}  // namespace

GroupSpec keys_group(KeysWishes& wishes) {
  return {"keys",
          "make CAs, signers, certificates of devices, and their keys",
          "\nExample:\n  cartstorm keys ca --name \"Fleet CA 2026\" -o lab/ca",
          {ca_command(wishes.ca), signer_command(wishes.signer), device_command(wishes.device),
           show_command(wishes.show)}};
}

KeysArguments chosen(const KeysWishes& wishes, const std::string& command) {
  if (command == "ca") return wishes.ca;
  if (command == "signer") return wishes.signer;
  if (command == "device") return wishes.device;
  return wishes.show;
}

}  // namespace cartstorm::cli

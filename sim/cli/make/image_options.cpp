#include "sim/cli/make/make_options.hpp"
#include "sim/cli/make/option_readers.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::uint64_t most_u32 = UINT32_MAX;

OptionSpec file_argument(const char* name, const char* what, std::string& out) {
  return {name, "FILE", what, true, reads(read_text, out)};
}
OptionSpec out_option(const char* what, std::string& out) {
  return {"--out,-o", "FILE", what, true, reads(read_text, out)};
}

CommandSpec build_command(BuildImage& wish) {
  return {"build",
          "make an image for tests, or take and check a binary",
          {{"--size", "SIZE", "make one of this size: 512KiB", false, reads(read_size, wish.size)},
           {"--seed", "N", "of its content (default 1); a longer one begins like a shorter one",
            false, reads_number(0, UINT64_MAX, wish.seed)},
           {"--from", "FILE", "take this binary", false, reads(read_text, wish.from)},
           out_option("write the image to this file", wish.out)},
          "\nExamples:\n"
          "  cartstorm image build --size 512KiB --seed 7 -o fw.bin\n"
          "  cartstorm image build --from firmware/app.bin -o fw.bin"};
}

std::vector<OptionSpec> sign_dates(SignImage& wish) {
  return {valid_from_option(wish.valid_from),
          {"--valid-until", "TIME", "end: 2027-01-01, 90d, ...", false,
           [&wish](const std::string& typed) {
             TimeWish until;
             std::string problem = read_time(typed, until);
             if (problem.empty()) wish.valid_until = until;
             return problem;
           }},
          days_option("end, in days after --valid-from", wish.days)};
}

CommandSpec sign_command(SignImage& wish) {
  CommandSpec spec{
      "sign",
      "write the trailer of an image: manifest and chain, as on flash",
      {file_argument("image", "the image", wish.image),
       {"--version", "X.Y.Z", "its version", true, reads(read_version, wish.version)},
       {"--security-version", "N", "anti-rollback counter", true,
        reads_number(0, most_u32, wish.security_version)},
       {"--hardware", "LIST", "revisions that it runs on: 2,3 or 0-4", true,
        reads(read_hardware, wish.hardware_mask)},
       {"--layout", "N", "layout that it was built for", true,
        reads_number(0, most_u32, wish.layout)},
       {"--signer", "NAME", "who signs: NAME.key.pem and NAME.cert.pem", true,
        reads(read_text, wish.signer)},
       {"--intermediate", "NAME", "who issued the signer, if not the CA: NAME.cert.pem", false,
        reads(read_text, wish.intermediate)},
       {"--ca-cert", "FILE", "certificate of the CA", true, reads(read_text, wish.ca)},
       {"--force", "", "write also what every cart would refuse, to test that", false,
        sets(wish.is_forced)},
       out_option("write the trailer to this file", wish.out)},
      "\nExamples:\n"
      "  cartstorm image sign fw.bin --version 2.0.0 --security-version 2 --hardware 2,3 \\\n"
      "      --layout 1 --days 90 --signer lab/release --ca-cert lab/ca.cert.pem -o fw.trailer\n"
      "  cartstorm image sign fw.bin --version 2.0.0 --security-version 2 --hardware 0-4 \\\n"
      "      --layout 1 --valid-from -10d --valid-until -1d --signer lab/line \\\n"
      "      --intermediate lab/plant --ca-cert lab/ca.cert.pem -o expired.trailer"};
  for (OptionSpec& option : sign_dates(wish)) spec.options.push_back(std::move(option));
  return spec;
}

CommandSpec document_command(PrintDocument& wish) {
  return {"document",
          "print the AWS IoT job document of a signed image",
          {file_argument("trailer", "as image sign wrote it", wish.trailer),
           {"--url", "URL", "where the image is: presigned, or the placeholder of AWS", true,
            reads(read_url, wish.url)},
           {"--delta", "FILE", "offer this patch too", false, reads(read_text, wish.patch)},
           {"--delta-url", "URL", "where the patch is", false, reads(read_url, wish.patch_url)}},
          "\nExample:\n"
          "  cartstorm image document fw.trailer --url \\\n"
          "      '${aws:iot:s3-presigned-url-v2:"
          "https://s3.us-east-1.amazonaws.com/firmware/2.0.0.bin}'"};
}

CommandSpec inspect_command(InspectFile& wish) {
  return {"inspect",
          "say what a file is: trailer, patch, key, certificate or raw bytes",
          {file_argument("file", "any of these", wish.file)},
          "\nExamples:\n"
          "  cartstorm image inspect fw.trailer\n"
          "  cartstorm image inspect 1.9.0-2.0.0.patch --json"};
}

CommandSpec verify_command(VerifyImage& wish) {
  return {"verify",
          "judge an image as a cart does, by the cart's own code",
          {file_argument("image", "the image", wish.image),
           {"--trailer", "FILE", "its trailer", true, reads(read_text, wish.trailer)},
           {"--ca", "FILE", "certificate of the CA that the cart trusts", true,
            reads(read_text, wish.ca)},
           {"--at", "TIME", "time of the cloud when it is judged (default: now)", false,
            reads(read_time, wish.at)},
           {"--hardware", "N", "revision of the cart (default: one that it is for)", false,
            reads_number(0, 31, wish.hardware)},
           {"--layout", "N", "layout of the cart (default: the one that it is for)", false,
            reads_number(0, most_u32, wish.layout)},
           {"--running", "X.Y.Z", "version on the cart (default: any)", false,
            reads(read_version, wish.running)},
           {"--floor", "N", "least security version that the cart takes (default 0)", false,
            reads_number(0, most_u32, wish.floor)},
           {"--slot", "SIZE", "slot of the cart (default: one that it fits)", false,
            reads(read_size, wish.slot)},
           {"--sector", "SIZE", "erase sector of the cart (default 4KiB)", false,
            reads(read_sector, wish.sector)}},
          "\nExit codes: 0 accepted, 1 refused, 2 command line or a file wrong.\n\nExamples:\n"
          "  cartstorm image verify fw.bin --trailer fw.trailer --ca lab/ca.cert.pem\n"
          "  cartstorm image verify fw.bin --trailer fw.trailer --ca lab/ca.cert.pem \\\n"
          "      --at 2027-01-01 --hardware 2 --layout 1 --running 1.9.0 --floor 1 --slot 1MiB"};
}

CommandSpec delta_command(MakeDelta& wish) {
  return {"delta",
          "make the patch from one image to another",
          {file_argument("base", "the image that carts run", wish.base),
           file_argument("target", "the image that they shall run", wish.target),
           {"--base-version", "X.Y.Z", "version of the base", true,
            reads(read_version, wish.base_version)},
           {"--target-version", "X.Y.Z", "version of the target", true,
            reads(read_version, wish.target_version)},
           {"--sector", "SIZE", "output of a record; divides the carts' sectors (default 4KiB)",
            false, reads(read_sector, wish.sector)},
           out_option("write the patch to this file", wish.out)},
          "\nExample:\n"
          "  cartstorm image delta 1.9.0.bin 2.0.0.bin --base-version 1.9.0 \\\n"
          "      --target-version 2.0.0 -o 1.9.0-2.0.0.patch"};
}

}  // namespace

GroupSpec image_group(ImageWishes& wishes) {
  return {"image",
          "make, sign, inspect and verify images and patches",
          "\nExample:\n  cartstorm image build --size 512KiB -o fw.bin",
          {build_command(wishes.build), sign_command(wishes.sign),
           document_command(wishes.document), inspect_command(wishes.inspect),
           verify_command(wishes.verify), delta_command(wishes.delta)}};
}

ImageArguments chosen(const ImageWishes& wishes, const std::string& command) {
  if (command == "build") return wishes.build;
  if (command == "sign") return wishes.sign;
  if (command == "document") return wishes.document;
  if (command == "inspect") return wishes.inspect;
  if (command == "verify") return wishes.verify;
  return wishes.delta;
}

}  // namespace cartstorm::cli

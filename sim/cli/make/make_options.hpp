#pragma once
#include "sim/cli/make/command_spec.hpp"
#include "sim/cli/make/make_arguments.hpp"

namespace cartstorm::cli {

/// Where the options of every command of a group are read to.
struct KeysWishes {
  NewCa ca;
  NewSigner signer;
  NewDevice device;
  ShowKey show;
};
struct ImageWishes {
  BuildImage build;
  SignImage sign;
  PrintDocument document;
  InspectFile inspect;
  VerifyImage verify;
  MakeDelta delta;
};

/// The commands, reading into `wishes`, which must live as long as they do.
GroupSpec keys_group(KeysWishes& wishes);
GroupSpec image_group(ImageWishes& wishes);

/// What `command` of the group was asked for.
KeysArguments chosen(const KeysWishes&, const std::string& command);
ImageArguments chosen(const ImageWishes&, const std::string& command);

}  // namespace cartstorm::cli

#include "sim/scenario/define_fault.hpp"

namespace cartstorm::sim {

namespace {

Mapping<GoesSilent> goes_silent() {
  Mapping<GoesSilent> keys("goes_silent",
                           "Carts are never heard of again after something happened to them on the "
                           "new image; also not in the quiet phase.");
  const auto after = one_of<SilenceAfter>("after", {{"rolled_back", SilenceAfter::rolled_back},
                                                    {"boot_crash", SilenceAfter::boot_crash},
                                                    {"confirm", SilenceAfter::confirm}});
  keys.discriminator("fault", "goes_silent")
      .key("who", who_type(), &GoesSilent::who, "Carts that may fall silent; absent: all.")
      .required("after", after, &GoesSilent::after,
                "What silences them: rolled_back, boot_crash (a panic of the image) or confirm.")
      .key("wait", duration(), &GoesSilent::wait_us, "Time between that and the silence.");
  return keys;
}

Mapping<BootCrash> boot_crash() {
  Mapping<BootCrash> keys("boot_crash", "An image panics at every boot.");
  keys.discriminator("fault", "boot_crash")
      .key("who", who_type(), &BootCrash::who, "Carts on which it panics; absent: all.")
      .key("image", image_name(), &BootCrash::image, "Image that panics: old or new.")
      .key("after", duration(), &BootCrash::after_us, "Time between the jump and the panic.");
  return keys;
}

Mapping<CrashAfterConfirm> crash_after_confirm() {
  Mapping<CrashAfterConfirm> keys("crash_after_confirm",
                                  "An image panics some time after it was confirmed, and again "
                                  "after every boot, until the cart falls back.");
  keys.discriminator("fault", "crash_after_confirm")
      .key("who", who_type(), &CrashAfterConfirm::who, "Carts on which it panics; absent: all.")
      .key("image", image_name(), &CrashAfterConfirm::image, "Image that panics: old or new.")
      .required("after", positive_duration(), &CrashAfterConfirm::after_us,
                "Time between the confirm and the first panic.")
      .key("again", positive_duration(), &CrashAfterConfirm::again_us,
           "Time between a later boot and its panic.");
  return keys;
}

Mapping<Reflashed> reflashed() {
  Mapping<Reflashed> keys("reflashed",
                          "A workshop puts an image and the factory's trust anchors on carts, and "
                          "nobody tells the cloud.");
  keys.discriminator("fault", "reflashed")
      .key("who", who_type(), &Reflashed::who, "Carts that were in the workshop; absent: all.")
      .key("image", image_name(), &Reflashed::image, "Image that they have afterwards: old or new.")
      .key("without", anchor_name(), &Reflashed::without,
           "Name of a trust anchor that the workshop lacks.")
      .required("at", duration(), &Reflashed::at_us, "Time since the rollout start.");
  return keys;
}

Mapping<OptedOut> opted_out() {
  Mapping<OptedOut> keys("opted_out", "Customers refuse updates.");
  keys.discriminator("fault", "opted_out")
      .key("who", who_type(), &OptedOut::who, "Carts whose customers refuse; absent: all.")
      .required("at", offset(), &OptedOut::at_us, "Time since the rollout start; -1h is before it.")
      .key("until", optional_of(duration()), &OptedOut::until_us,
           "When they change their mind; absent: never.");
  return keys;
}

}  // namespace

std::vector<Alternative<Fault>> cart_fault_kinds() {
  return {kind_of(boot_crash()), kind_of(goes_silent()), kind_of(crash_after_confirm()),
          kind_of(reflashed()), kind_of(opted_out())};
}

}  // namespace cartstorm::sim

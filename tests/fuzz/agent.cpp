#include <algorithm>
#include <iterator>

#include "watched.hpp"

// The whole cart against an input that is a list of happenings: messages of any content, a cloud
// and a store that misbehave, cuts of the link and of the supply, all mixed with ordinary progress.
namespace ota::fuzz {
namespace {

constexpr int most_happenings = 60;

constexpr const char* topics[] = {"$aws/things/cart-00042/jobs/notify-next",
                                  "$aws/things/cart-00042/jobs/$next/get/accepted",
                                  "$aws/things/cart-00042/jobs/$next/get/rejected",
                                  "$aws/things/cart-00042/jobs/fw-2-0-0/update/accepted",
                                  "$aws/things/cart-00042/jobs/fw-2-0-0/update/rejected",
                                  "carts/cart-00042/rollback/ack",
                                  "carts/cart-00042/ca/install",
                                  "carts/cart-00042/ca/remove"};

void receive(Watched& cart, std::string_view topic, std::string_view payload) {
  // Copies, so that a sanitizer sees the first byte behind the message.
  const std::string copied_topic{topic};
  const std::vector<char> copied(payload.begin(), payload.end());
  cart.deliver(event::Received{copied_topic, std::as_bytes(std::span{copied})});
}

void message(Watched& cart, Input& input) {
  const char* topic = topics[input.u8() % std::size(topics)];
  receive(cart, topic, text_of(input.bytes(input.u16())));
}

void message_of_any_topic(Watched& cart, Input& input) {
  const Bytes topic = input.bytes(input.u8());
  receive(cart, text_of(topic), text_of(input.bytes(input.u8())));
}

/// With the token that the cart waits for, so that the rest of the message counts.
void reply(Watched& cart, Input& input) {
  const char* topic = topics[input.u8() % std::size(topics)];
  std::string payload = "{\"clientToken\":\"" + cart.world.cloud.last_token + "\",";
  payload += text_of(input.bytes(input.u16()));
  receive(cart, topic, payload + "}");
}

void progress(Watched& cart, Input& input) { cart.advance(input.u8() % 32 + 1); }
void wait(Watched& cart, Input&) { cart.reach_deadlines(); }

void spoil_document(Watched& cart, Input& input) {
  std::string& document = cart.world.cloud.executions.back().document;
  const std::size_t at = input.u16() % (document.size() + 1);
  document.replace(at, std::min<std::size_t>(input.u8() % 16, document.size() - at),
                   text_of(input.bytes(input.u8() % 32)));
}

void spoil_object(Watched& cart, Input& input) {
  std::vector<std::byte>& object =
      (input.u8() & 1) != 0 ? cart.world.store.object : cart.world.store.patch;
  const std::size_t at = input.u16() % object.size();
  object[at] ^= static_cast<std::byte>(input.u8());
}

void spoil_store(Watched& cart, Input& input) {
  test::Store& store = cart.world.store;
  const std::uint8_t kind = input.u8();
  store.piece = 1u + (kind & 0x0f) * 300u;
  store.ignores_range = (kind & 0x10) != 0;
  store.is_endless = (kind & 0x20) != 0;
  store.goes_silent = (kind & 0x40) != 0;
  store.cut_body_after = (kind & 0x80) != 0 ? input.u16() : 0xffffffff;
  store.etag = text_of(input.bytes(input.u8()));
}

void answer_with_status(Watched& cart, Input& input) {
  constexpr std::uint16_t statuses[] = {0, 200, 206, 400, 403, 404, 412, 416, 429, 500, 503};
  test::Store& store = cart.world.store;
  const std::uint8_t choice = input.u8();
  store.statuses.push_back(choice < std::size(statuses) ? statuses[choice] : input.u16());
  store.retry_after_s = input.u32();
  store.error_body = text_of(input.bytes(input.u16() % 1024));
}

void http_head(Watched& cart, Input& input) {
  event::HttpHead head{};
  head.status = input.u16() % 600;
  head.range_first = input.u32();
  head.total_size = input.u32();
  head.retry_after_s = input.u32();
  const std::string etag{text_of(input.bytes(input.u8()))};
  head.etag = etag;
  cart.deliver(head);
}

void http_body(Watched& cart, Input& input) {
  const Bytes piece = input.bytes(1 + input.u16() % 4096u);
  const std::vector<std::byte> copied(piece.begin(), piece.end());
  if (!copied.empty()) {
    cart.deliver(event::HttpBody{copied});
  }
}

void http_end(Watched& cart, Input& input) {
  cart.deliver(event::HttpEnded{(input.u8() & 1) != 0});
}

void link(Watched& cart, Input& input) {
  cart.world.link = (input.u8() & 1) != 0;
  if (cart.world.link) {
    cart.deliver(event::LinkUp{});
  } else {
    cart.deliver(event::LinkDown{});
  }
}

void supply(Watched& cart, Input& input) {
  cart.world.board.has_power = (input.u8() & 1) != 0;
  cart.deliver(event::PowerChanged{});
}

void consent(Watched& cart, Input& input) {
  const std::uint8_t choice = input.u8();
  cart.deliver(event::ConsentChanged{(choice & 1) != 0, (choice & 2) != 0});
}

void self_test(Watched& cart, Input& input) {
  cart.deliver(event::SelfTestFinished{(input.u8() & 1) != 0});
}

void uncalled_continue(Watched& cart, Input&) { cart.deliver(event::Continue{}); }

void cut(Watched& cart, Input& input) {
  host::RamFlash& flash = cart.world.board.flash;
  const host::CutShape shape = host::cut_shapes[input.u8() % std::size(host::cut_shapes)];
  flash.cut_at(flash.operations() + input.u8(), shape);
}

void reset(Watched& cart, Input& input) { cart.boot(static_cast<ResetCause>(input.u8() % 6)); }

void lend(Watched& cart, Input& input) { cart.world.board.lends_memory = (input.u8() & 1) != 0; }

void other_job(Watched& cart, Input& input) {
  const std::uint8_t choice = input.u8();
  if ((choice & 1) != 0) {
    cart.world.cloud.executions.back().status = "CANCELED";
  }
  const test::Image image = (choice & 2) != 0 ? test::good_image(test::v3) : new_image();
  cart.world.store.object = image.bytes;
  cart.world.cloud.offer((choice & 4) != 0 ? "fw-2-0-0" : "other", image);
  receive(cart, topics[0], cart.world.cloud.notification());
}

/// An image that hangs in its trial is given up; one that began to after it was confirmed for good
/// would be nobody's fault.
void weak_image(Watched& cart, Input& input) {
  if ((input.u8() & 1) == 0) {
    cart.world.self_test_fails.insert(test::v2.value);
  } else if (cart.world.agent.running_version() != test::v2) {
    cart.world.crashes.insert(test::v2.value);
  }
}

void cloud_says_no(Watched& cart, Input& input) {
  constexpr const char* codes[] = {"RequestThrottled", "VersionMismatch",        "ResourceNotFound",
                                   "InternalError",    "InvalidStateTransition", "x"};
  cart.world.cloud.reject_next_with = codes[input.u8() % std::size(codes)];
}

void cloud_is_silent(Watched& cart, Input& input) {
  const std::uint8_t choice = input.u8();
  cart.world.cloud.replies_to_drop = choice % 8;
  cart.world.cloud.answers_updates = (choice & 16) == 0;
  cart.world.cloud.acknowledges_rollbacks = (choice & 32) == 0;
}

void (*const happenings[])(Watched&, Input&) = {progress,
                                                message,
                                                reply,
                                                message_of_any_topic,
                                                wait,
                                                spoil_store,
                                                spoil_object,
                                                http_head,
                                                answer_with_status,
                                                spoil_document,
                                                http_body,
                                                http_end,
                                                link,
                                                supply,
                                                consent,
                                                self_test,
                                                cut,
                                                reset,
                                                uncalled_continue,
                                                lend,
                                                other_job,
                                                weak_image,
                                                cloud_says_no,
                                                cloud_is_silent};

}  // namespace

void run(Bytes bytes) {
  Input input{bytes};
  Watched cart;
  if ((input.u8() & 1) != 0) {
    cart.world.cloud.patch_base = test::hex(host::sha256(test::good_image(test::v1).bytes));
  }
  cart.world.cloud.offer("fw-2-0-0", new_image());
  cart.boot(ResetCause::power_on);
  for (int i = 0; i < most_happenings && !input.is_empty(); ++i) {
    happenings[input.u8() % std::size(happenings)](cart, input);
  }
  cart.reach_deadlines();
  cart.boot(ResetCause::power_on);
}

}  // namespace ota::fuzz

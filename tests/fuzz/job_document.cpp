#include <algorithm>

#include "json_grammar.hpp"
#include "watched.hpp"

// A job document of which every byte may be hostile, through the whole cart: either it is the one
// that we signed for, or the job ends with a reason, or the cart waits for a CA. The slot that runs
// is not touched in any case.
namespace ota::fuzz {
namespace {

constexpr int events = 250;

std::string status_of(const Watched& cart) { return cart.world.cloud.executions.back().status; }

bool names_a_reason(const std::string& report) {
  const std::string reason = test::member(report, "reason");
  for (std::size_t i = 1; i < reason_count; ++i) {
    if (reason == name(static_cast<Reason>(i))) {
      return true;
    }
  }
  return false;
}

/// Whether the cloud may have sent it: a document that is no JSON never reaches a cart, and one
/// that runs into its neighbours would be another message.
bool is_document(std::string_view text) {
  constexpr int deepest = 100;
  return is_json_object(text, deepest);
}

void judge_end(Watched& cart) {
  const std::string status = status_of(cart);
  if (status == "SUCCEEDED") {
    require(test::member(cart.final_report, "version") ==
                test::text_of(cart.world.agent.running_version()),
            "success means that it runs");
  } else if (status == "FAILED" || status == "REJECTED") {
    require(names_a_reason(cart.final_report), "a refused job is told why");
    require(cart.world.agent.running_version() == test::v1, "a refused image does not run");
  } else {
    require(cart.world.agent.state() == State::precheck, "what is open waits for a CA");
  }
}

}  // namespace

void run(Bytes input) {
  Watched cart;
  cart.world.cloud.executions.push_back({"fw-2-0-0", 1, 1, "QUEUED", std::string{text_of(input)}});
  cart.world.cloud.patch_base = test::hex(host::sha256(test::good_image(test::v1).bytes));
  cart.boot(ResetCause::power_on);
  const auto is_over = [&] {
    return std::ranges::none_of(cart.world.cloud.executions, &test::Execution::is_pending);
  };
  for (int i = 0; i < events && !is_over() && cart.advance(); ++i) {
  }
  if (is_document(text_of(input))) {
    judge_end(cart);
  }
  cart.boot(ResetCause::power_on);
}

}  // namespace ota::fuzz

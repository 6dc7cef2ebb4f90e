#include "sim/explore/machine.hpp"

/// What of a path decides its future, field by field. What is left out, and why, stands in the
/// README.
namespace cartstorm::sim::explore {
namespace {

// The key of a boot has its cause for a domain.
constexpr std::uint64_t domain_of_steps = 256;
constexpr std::uint64_t domain_of_rests = 257;

template <typename Value>
std::uint8_t small(Value value) {
  return static_cast<std::uint8_t>(value);
}

std::uint64_t left(ota::Uptime time, ota::Uptime now) {
  return time == ota::never ? 0 : time <= now ? 1 : 2 + (time.ms - now.ms);
}

// A field more must come into the key, or be argued away.
static_assert(sizeof(ota::AgentMemory) == 136);

/// `version_number` is the cloud's: the cart's copy of it is right or behind, whatever it is.
void write(KeyWriter& out, const ota::AgentMemory& m, ota::Uptime now,
           std::uint32_t version_number) {
  out.numbers({small(m.state), small(m.slot), small(m.request), small(m.http), small(m.work),
               small(m.self_test), small(m.give_up), small(m.refusal)});
  out.numbers({small(m.is_in_recovery), small(m.is_linked), small(m.is_opted_in),
               small(m.may_restart), small(m.is_consent_unsent), small(m.has_checked_in),
               small(m.is_on_probation), small(m.is_rollback_pending)});
  out.numbers({small(m.has_waited), small(m.must_ask_again), small(m.is_leaving), m.request_tries,
               m.wait_tries, m.expired_tries, m.rollback_tries, m.quarters_reported});
  out.numbers(
      {small(m.has_begun), small(m.is_reply_malformed), m.malformed_replies, m.refused_updates});
  out.number(std::uint64_t{m.version.value} << 32 | m.security_version);
  out.number(m.expected_version == 0 ? 0 : std::uint64_t{version_number} - m.expected_version + 1);
  out.number(std::uint64_t{m.image_size} << 32 | m.position);
  out.number(std::uint64_t{m.erased_to} << 32 | m.watermark);
  out.number(m.token);
  out.number(static_cast<std::uint64_t>(m.server_time.s));
  for (const ota::Uptime time :
       {m.reply_by, m.body_by, m.retry_at, m.power_wait_ends, m.heartbeat_at, m.rollback_at,
        m.confirm_by, m.check_in_counts_at}) {
    out.number(left(time, now));
  }
}

void write(KeyWriter& out, const ota::JobContext& context) {
  const auto text = [](const char* from, std::size_t size) {
    return std::as_bytes(std::span{from, size});
  };
  out.bytes(text(context.url, context.url_size));
  out.bytes(text(context.etag, context.etag_size));
  out.bytes({context.trailer, context.trailer_size});
  out.bytes({context.body, context.body_size});
  out.numbers({small(context.is_patching)});
  if (context.is_patching) {
    out.bytes(context.undecoded());
    out.bytes(std::as_bytes(std::span{&context.patch, 1}));
    out.bytes(std::as_bytes(std::span{&context.patch_place, 1}));
    out.bytes(std::as_bytes(std::span{&context.decoder, 1}));
  }
  out.key(key_of(context.digest));
}

/// What was broken first decides what a path is counted as, whatever comes.
std::uint8_t code_of(const Violation& violation) {
  return violation ? static_cast<std::uint8_t>(1 + small(violation.promise)) : std::uint8_t{0};
}

}  // namespace

/// Everything that a cut at one operation leaves as it was, however it tears.
Key Machine::rest_of_boot_key(const Survivor& survivor) {
  const std::uint64_t newest = lab_.lens.newest_sequence(survivor.flash);
  KeyWriter out{domain_of_rests};
  lab_.cloud.encode(survivor.cloud, out, newest);
  survivor.promises.encode(out, newest);
  out.numbers({small(survivor.has_happened), small(survivor.is_opted_in),
               small(survivor.is_damaged), small(survivor.is_last_cycle), survivor.crashes,
               code_of(survivor.promises.violation()), code_of(survivor.wear.violation())});
  out.number(lab_.lens.boot(survivor.flash).record.attempt - survivor.armed_attempt);
  return out.finish();
}

Key Machine::boot_key(const Survivor& survivor, const Key& rest) {
  KeyWriter out{small(survivor.cause)};
  out.key(rest);
  out.key(survivor.flash.slots_key(lab_.pool));
  out.key(lab_.lens.key(survivor.flash));
  return out.finish();
}

Key Machine::boot_key(const Survivor& survivor) {
  return boot_key(survivor, rest_of_boot_key(survivor));
}

Key Machine::key_of_cut(const Operation& op, Tear tear) {
  const Survivor& cut = survivor_of_cut(op, tear);
  if (op.region == ota::Region::boot_record) {
    return boot_key(cut);
  }
  if (!rest_of_cut_) {
    rest_of_cut_ = rest_of_boot_key(cut);
  }
  return boot_key(cut, *rest_of_cut_);
}

Key Machine::key() {
  const Running& r = running_;
  const ota::JobContext* context = r.context.current();
  KeyWriter out{domain_of_steps};
  out.key(boot_key(survivor_));
  out.numbers({small(r.must_boot), small(r.has_power), small(r.is_linked), small(r.is_testing),
               small(context != nullptr), r.draws, small(r.decision.slot), small(r.decision.reason),
               small(r.request.is_open), code_of(rule_broken_)});
  out.number(r.decision.version.value);
  const auto* job = lab_.cloud.view(survivor_.cloud).newest();
  const std::uint32_t version_number = job == nullptr ? 0 : job->version_number;
  write(out, r.agent.memory(), r.now, version_number);
  if (context != nullptr) {
    write(out, *context);
  }
  if (r.request.is_open) {
    out.numbers({small(r.request.is_update), small(r.request.is_final)});
    out.number(r.request.execution);
    out.bytes(std::as_bytes(std::span{r.request.token}));
  }
  const std::uint64_t newest = lab_.lens.newest_sequence(survivor_.flash);
  for (std::uint32_t i = 0; i < r.due.size(); ++i) {
    const Due& due = r.due.at(i);
    out.number(small(due.what));
    if (due.what == Due::What::message) {
      const CloudMessage& message = lab_.cloud.message(due.argument);
      out.key(message.rest);
      out.number(message.version_number == 0 ? 0 : version_number - message.version_number + 1);
      out.number(message.occurrence == 0 ? 0 : newest - message.occurrence + 1);
    } else if (due.what == Due::What::http_head || due.what == Due::What::http_piece) {
      out.number(due.argument == r.http.number ? 1 : 0);
    }
  }
  if (r.http.is_open) {
    out.number(std::uint64_t{r.http.answer} << 32 | r.http.given);
    out.number(r.http.asked);
  }
  if (lab_.story.incident.what == Happening::redeliver && !survivor_.has_happened) {
    out.number(r.last_described == 0 ? 0 : 1);
  }
  return out.finish();
}

}  // namespace cartstorm::sim::explore

#include "sim/explore/machine.hpp"

/// What of a path decides its future, field by field. What is left out, and why, stands in the
/// README.
namespace cartstorm::sim::explore {
namespace {

constexpr std::uint64_t domain_of_steps = 256;
constexpr std::uint64_t domain_of_rests = 257;
constexpr std::uint64_t domain_of_boots = 258;
constexpr std::uint64_t domain_of_parts = 259;

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

void write(KeyWriter& out, const Violation& violation) {
  out.number(code_of(violation));
  out.number(reinterpret_cast<std::uintptr_t>(violation.what));  // texts of the program
  out.number(violation.value);
}

// Every field, as it is; a field more must come in.
static_assert(std::has_unique_object_representations_v<ota::AgentMemory>);
static_assert(sizeof(Running) == 616 && sizeof(ota::BootDecision) == 56);

void write_exactly(KeyWriter& out, const Running& r) {
  out.numbers({small(r.is_booting), small(r.has_power), small(r.is_linked), small(r.is_testing),
               r.draws, small(r.request.is_open), small(r.http.is_open)});
  out.number(r.now.ms);
  const ota::BootDecision& decision = r.decision;
  out.numbers({small(decision.slot), small(decision.reason), small(decision.note),
               decision.attempts_left_before, decision.attempts_left_after});
  out.number(decision.version.value);
  out.bytes(decision.image_digest);
  out.number(decision.record_sequence);
  out.bytes(std::as_bytes(std::span{&r.agent.memory(), 1}));
  out.number(std::uint64_t{r.due.size()} << 32 | r.last_described);
  for (std::uint32_t i = 0; i < r.due.size(); ++i) {
    out.number(std::uint64_t{r.due.at(i).argument} << 32 | small(r.due.at(i).what));
  }
  if (r.request.is_open) {
    out.numbers({small(r.request.is_update), small(r.request.is_final)});
    out.number(r.request.execution);
    out.bytes(std::as_bytes(std::span{r.request.token}));
    out.bytes(std::as_bytes(std::span{r.request.job}));
  }
  out.number(r.http.number);
  if (r.http.is_open) {
    out.number(std::uint64_t{r.http.answer} << 32 | r.http.given);
    out.number(r.http.asked);
  }
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
               code_of(survivor.promises.violation())});
  out.number(lab_.lens.boot(survivor.flash).record.attempt - survivor.armed_attempt);
  return out.finish();
}

Key Machine::records_key(const FlashState& flash) {
  Key key = lab_.lens.key(flash);
  key ^= flash.weak_records_key(lab_.pool);
  return key;
}

/// With the slots and what is looked at as a maximum of the path.
Key Machine::whole_key(std::uint64_t domain, const Key& core, const Survivor& survivor) {
  KeyWriter out{domain};
  out.key(core);
  out.key(survivor.flash.slots_key(lab_.pool));
  out.number(code_of(survivor.wear.violation()));
  return out.finish();
}

Key Machine::boot_key(const Survivor& survivor, const Key& rest) {
  KeyWriter core{small(survivor.cause)};
  core.key(rest);
  core.key(records_key(survivor.flash));
  return whole_key(domain_of_boots, core.finish(), survivor);
}

Key Machine::boot_key(const Survivor& survivor) {
  return boot_key(survivor, rest_of_boot_key(survivor));
}

/// However an operation on a dead sector is torn, nobody will know.
Key Machine::key_of_cut(const Operation& op, Tear tear) {
  if (!has_begun_cuts_) {
    begin_cuts(op);
  }
  const std::uint32_t sector = lab_.exploration.part.sector_of(op.region, op.offset);
  std::optional<Key>& of_dead = keys_of_dead_cut_[tear == Tear::watchdog ? 1 : 0];
  if (of_dead) {
    return *of_dead;
  }
  const Survivor& cut = survivor_of_cut(op, tear);
  if (op.region == ota::Region::boot_record) {
    return boot_key(cut);
  }
  if (!rest_of_cut_) {
    rest_of_cut_ = rest_of_boot_key(cut);
  }
  const Key key = boot_key(cut, *rest_of_cut_);
  if (cut.flash.is_dead(sector)) {
    of_dead = key;
  }
  return key;
}

Key Machine::key() {
  if (may_remember()) {
    locate();
    return whole_key(domain_of_steps, memo_->head(*at_).key, survivor_);
  }
  recall();
  return whole_key(domain_of_steps, core_key(), survivor_);
}

/// All of a path's state but its slots and its wear.
Key Machine::core_key() {
  const Running& r = running_;
  KeyWriter out{small(survivor_.cause)};
  out.key(rest_of_boot_key(survivor_));
  out.key(records_key(survivor_.flash));
  out.numbers({small(r.must_boot), code_of(rule_broken_)});
  if (!r.must_boot) {
    write_running(out);
  }
  return out.finish();
}

void Machine::write_running(KeyWriter& out) {
  const Running& r = running_;
  const ota::JobContext* context = context_.current();
  out.numbers({small(r.has_power), small(r.is_linked), small(r.is_testing),
               small(context != nullptr), r.draws, small(r.decision.slot), small(r.decision.reason),
               small(r.request.is_open)});
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
  write_due(out, version_number);
  if (r.http.is_open) {
    out.number(std::uint64_t{r.http.answer} << 32 | r.http.given);
    out.number(r.http.asked);
  }
  if (lab_.story.incident.what == Happening::redeliver && !survivor_.has_happened) {
    out.number(r.last_described == 0 ? 0 : 1);
  }
}

void Machine::write_due(KeyWriter& out, std::uint32_t version_number) {
  const std::uint64_t newest = lab_.lens.newest_sequence(survivor_.flash);
  for (std::uint32_t i = 0; i < running_.due.size(); ++i) {
    const Due& due = running_.due.at(i);
    out.number(small(due.what));
    if (due.what == Due::What::message) {
      const CloudMessage& message = lab_.cloud.message(due.argument);
      out.key(message.rest);
      out.number(message.version_number == 0 ? 0 : version_number - message.version_number + 1);
      out.number(message.occurrence == 0 ? 0 : newest - message.occurrence + 1);
    } else if (due.what == Due::What::http_head || due.what == Due::What::http_piece) {
      out.number(due.argument == running_.http.number ? 1 : 0);
    }
  }
}

// Of parts as they are: equal ones do the very same, to every number that is written.

Key Machine::exact_key(const Lasting& lasting) {
  KeyWriter out{domain_of_parts};
  out.number(lasting.cloud);
  lasting.promises.encode_exactly(out);
  out.numbers({small(lasting.cause), small(lasting.has_happened), small(lasting.is_opted_in),
               small(lasting.is_damaged), small(lasting.is_last_cycle), lasting.crashes});
  out.number(lasting.armed_attempt);
  return out.finish();
}

Key Machine::exact_key(const Running& running, const Violation& rule_broken) {
  KeyWriter out{domain_of_parts};
  write(out, rule_broken);
  out.number(std::uint64_t{running.waits} << 1 | small(running.must_boot));
  if (!running.must_boot) {
    write_exactly(out, running);
  }
  return out.finish();
}

Key Machine::exact_key(const Records& records) {
  KeyWriter out{domain_of_parts};
  for (const ContentId content : records.contents) {
    out.number(static_cast<std::uint64_t>(content));
  }
  for (const WeakCells& cells : records.weak) {
    out.number(std::uint64_t{cells.sector} << 9 | std::uint64_t{cells.is_unreadable} << 8 |
               cells.reads_left);
    out.number(std::uint64_t{cells.first} << 32 | cells.last);
    out.number(static_cast<std::uint64_t>(cells.then));
  }
  return out.finish();
}

}  // namespace cartstorm::sim::explore

#include "storm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ota/trust.hpp"

// What the checker is told. What happens is in storm_faults.cpp.
namespace ota::test {
namespace {

constexpr std::uint32_t trailer_at = 14 * 1024;
constexpr std::uint32_t sector = 1024;

std::uint32_t u32_at(Bytes bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

/// A copy of the boot record as the README draws it: magic, format, length, sequence, body, CRC.
bool is_whole(Bytes copy) {
  constexpr std::size_t length = 16 + 190 + 4;
  return u32_at(copy, 0) == 0x31424f43 && u32_at(copy, 4) == (length << 16 | 1) &&
         u32_at(copy, length - 4) == crc32(0, copy.first(length - 4));
}

std::uint64_t sequence_of(Bytes copy) {
  return u32_at(copy, 8) | std::uint64_t{u32_at(copy, 12)} << 32;
}

}  // namespace

Storm::Storm()
    : judge(world.tuning, world.board.flash.geometry()), flash_(world.board.flash, *this) {
  world.board.watched_flash = &flash_;
  world.board.watching_observer = this;
  world.bystander = this;
  world.tuning.journal_every_bytes = 1024;
  see_record();
}

void Storm::on_read(Region region, std::uint32_t offset, std::uint32_t size) {
  judge.on(seen::FlashRead{region, offset, size});
}

void Storm::on_change(Region region, std::uint32_t offset, std::uint32_t size, bool is_erase,
                      Status status) {
  judge.on(seen::FlashChange{region, offset, size, is_erase, status, is_booting_,
                             world.board.has_power});
  if (region == Region::boot_record) {
    see_record();
  }
  if (status == Status::power_lost) {
    operations_at_loss_ = world.board.flash.operations();
  }
  if (status == Status::power_lost || ++changes_ % 16 == 0) {
    fork();
  }
}

void Storm::fork() { judge.on(seen::ColdStart{can_boot(world.board.flash)}); }

bool Storm::can_boot(host::RamFlash flash) {
  fork_.flash = std::move(flash);
  fork_.flash.cut_at(~std::uint64_t{0}, host::CutShape::before);
  fork_.flash.restore_power();
  fork_.witness.lines.clear();
  Hardware hardware = fork_.hardware();
  BootDecision decision;
  const Status status = select_slot(hardware, ResetCause::power_on, decision);
  return status == Status::ok && decision.reason != BootReason::recovery;
}

void Storm::see_record() {
  const Bytes region = world.board.flash.content(Region::boot_record);
  const Bytes copies[] = {region.first(sector), region.subspan(sector)};
  judge.on(seen::Copies{int{is_whole(copies[0])} + int{is_whole(copies[1])}});
  FlashContent content{world.board.flash};
  BootRecord record;
  RecordPlace place;
  if (load(content, record, place, RecordCare::both) != Status::ok || sequence_ == place.sequence) {
    return;
  }
  sequence_ = place.sequence;
  if (record.trial != Trial::none) {
    Journal journal;
    RecordPlace journal_place;
    const Slot slot = slot_of(record.trial);
    see_content(slot);
    if (!is_booting_ && load(content, journal, journal_place) == Status::ok &&
        record.attempts_left == world.tuning.trial_attempts) {
      judge.on(seen::Arming{journal.job_id(), journal.execution, journal.version, slot,
                            journal.image_size, trailer_at, 300});
    }
  }
  judge.on(seen::Record{record});
}

void Storm::see_content(Slot slot) {
  const Bytes content = world.board.flash.content(region_of(slot));
  seen::SlotContent seen{slot, {}, {}, 0, false};
  Manifest manifest;
  if (decode(content.subspan(trailer_at, manifest_bytes), manifest) == Status::ok &&
      manifest.image_size <= trailer_at) {
    seen.digest = host::sha256(content.first(manifest.image_size));
    seen.version = manifest.version;
    seen.security_version = manifest.security_version;
    seen.is_as_signed = seen.digest == manifest.image_digest && (manifest.hardware_mask & 8) != 0 &&
                        manifest.layout == layout_id && manifest.flags == 0;
  }
  judge.on(seen);
}

void Storm::on(const fact::BootVerified& f) {
  see_content(f.slot);
  judge.on(f);
}

void Storm::on(const fact::BootDecided& f) {
  const Bytes region = world.board.flash.content(Region::boot_record);
  const bool is_second = is_whole(region.subspan(sector)) &&
                         sequence_of(region.subspan(sector)) == f.decision.record_sequence;
  judge.on(seen::RestsOn{std::uint8_t{is_second}});
  const auto changes = static_cast<std::uint32_t>(changes_ - changes_at_boot_);
  judge.on(seen::BootWork{flash_.calls - calls_at_boot_ - changes, changes});
  judge.on(f);
}

/// An image that started once may crash in its probation, and that is struck for itself. One that
/// crashes at every boot after it is beyond what any update code can promise.
void Storm::on(const fact::Confirmed& f) {
  world.crashes.erase(f.version.value);
  judge.on(f);
}

void Storm::on(const fact::AnchorChanged& f) {
  FlashContent content{world.board.flash};
  TrustStore trust;
  RecordPlace place;
  if (load(content, trust, place) == Status::ok) {
    judge.on(seen::Trust{trust.installed});
  }
  judge.on(f);
}

void Storm::before_boot(ResetCause cause) {
  judge.set_time(world.elapsed_ms + world.now.ms);
  see_loss(0);
  is_booting_ = true;
  request_.reset();
  calls_at_boot_ = flash_.calls;
  changes_at_boot_ = changes_;
  flash_.calls_without_power = 0;
  judge.on(seen::Reset{cause});
}

void Storm::before_event(const Event& event) {
  is_booting_ = false;
  judge.set_time(world.elapsed_ms + world.now.ms);
  if (!world.board.has_power) {
    judge.on(seen::LowSupply{});
  }
  if (const auto* test = std::get_if<event::SelfTestFinished>(&event)) {
    judge.on(seen::SelfTest{test->passed});
  } else if (const auto* message = std::get_if<event::Received>(&event)) {
    see_message(*message);
  } else if (std::holds_alternative<event::LinkDown>(event) ||
             (std::holds_alternative<event::DeadlineReached>(event) && request_ &&
              world.now.ms >= request_->sent_ms + world.tuning.reply_timeout_ms)) {
    request_.reset();
  }
}

/// Only an answer that carries the token of the open request is one.
void Storm::see_message(const event::Received& message) {
  const std::string payload{reinterpret_cast<const char*>(message.payload.data()),
                            message.payload.size()};
  if (message.topic.ends_with("/rollback/ack")) {
    judge.on(seen::RollbackAcked{{std::stoull(member(payload, "occurrence"), nullptr, 16)}});
    return;
  }
  const bool is_accepted = message.topic.ends_with("/accepted");
  if (!request_ || (!is_accepted && !message.topic.ends_with("/rejected")) ||
      member(payload, "clientToken") != request_->token ||
      (message.topic.find("/update/") != std::string_view::npos) != request_->is_update) {
    return;
  }
  const Request request = *request_;
  request_.reset();
  const auto number = [&](const char* key) {
    const std::string text = member(payload, key);
    return text.empty() ? 0 : std::stoll(text);
  };
  if (request.is_update) {
    const std::string code = member(payload, "code");
    judge.on(seen::UpdateAnswered{request.job,
                                  request.execution,
                                  request.status != "IN_PROGRESS",
                                  code.empty()                ? seen::Answer::accepted
                                  : code == "VersionMismatch" ? seen::Answer::conflict
                                                              : seen::Answer::refused,
                                  static_cast<std::uint32_t>(number("versionNumber")),
                                  {number("timestamp")}});
  } else if (is_accepted) {
    const std::string job = member(payload, "jobId");
    judge.on(
        seen::Described{!job.empty(), job, static_cast<std::uint32_t>(number("executionNumber"))});
  }
}

/// What was done with the hardware since the supply failed, by the agent or the bootloader.
void Storm::see_loss(std::size_t commands) {
  if (!world.board.flash.is_powered()) {
    const std::uint64_t effects = world.board.flash.operations() - operations_at_loss_;
    judge.on(
        seen::AfterLoss{flash_.calls_without_power, static_cast<std::uint32_t>(effects), commands});
  }
}

void Storm::after_event(const Commands& commands) {
  see_loss(commands.size());
  for (const Command& command : commands) {
    if (std::holds_alternative<command::Reboot>(command)) {
      request_.reset();
      judge.on(seen::RebootAsked{world.agent.state() == State::armed, world.board.has_power});
    }
  }
}

void Storm::on_uplink(const Message& message) {
  judge.on(seen::Uplink{message.topic, message.payload});
  const std::string token = member(message.payload, "clientToken");
  if (!token.empty()) {
    const std::string number = member(message.payload, "executionNumber");
    const std::size_t from = message.topic.find("/jobs/") + 6;
    request_ = Request{token,
                       message.topic.substr(from, message.topic.find('/', from) - from),
                       member(message.payload, "status"),
                       number.empty() ? 0u : static_cast<std::uint32_t>(std::stoul(number)),
                       world.now.ms,
                       message.topic.ends_with("/update")};
    if (throttle_ > 0) {
      --throttle_;
      world.cloud.reject_next_with = "RequestThrottled";
    }
  }
  if (message.topic.ends_with("/ca/request")) {
    lacked_a_ca_ = true;
    if (installs_on_request_) {
      for (const auto& key : {factory_key(), new_key()}) {
        world.send({"carts/cart-00042/ca/install", install_of(key)});
      }
    }
  }
}

bool Storm::takes(const Message& message) {
  past_.push_back(message);
  if (past_.size() > 30) {
    past_.pop_front();
  }
  if (lose_ > 0) {
    --lose_;
    return true;
  }
  if (hold_ > 0) {
    --hold_;
    held_.push_back(message);
    return true;
  }
  if (double_ > 0) {
    --double_;
    world.send(message);
  }
  return false;
}

}  // namespace ota::test

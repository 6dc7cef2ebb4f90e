#include "reports/check/fleet.hpp"

#include <algorithm>

#include "reports/check/check_of.hpp"

namespace cartstorm::report {
namespace {

template <class... Kinds>
struct KindList {
  static constexpr std::uint64_t mask = mask_of<Kinds...>();
  static void hand(Fleet& fleet, const Record& record) { hand_out<Fleet, Kinds...>(fleet, record); }
};
using Wanted = KindList<MetricRx, BootDecide, Jump, JobRx, ManifestVerdict, Confirm, Rollback, Run,
                        Cart, Image, Stage, Target, HaltEval, Operator, Fault>;

std::uint32_t bit(auto word) { return 1U << static_cast<unsigned>(word); }

}  // namespace

std::uint64_t Fleet::kinds() const { return Wanted::mask; }
void Fleet::on(const Record& record) {
  latest_us_ = record.time_us;
  Wanted::hand(*this, record);
}

CartFacts& Fleet::cart(CartId id) {
  const auto place = static_cast<std::size_t>(id);
  if (place >= carts_.size()) {
    carts_.resize(place + 1);
  }
  return carts_[place];
}

std::optional<Version> Fleet::target() const {
  const Image* const image = releases_.target();
  return image == nullptr ? std::nullopt : std::optional{image->version};
}

bool Fleet::is_target(Version version) const { return target() == version; }

bool Fleet::was_brought(Version version) const {
  return is_target(version) || std::ranges::find(brought_, version) != brought_.end();
}

bool Fleet::is_in_stage(const CartFacts& facts, std::string_view name) const {
  return std::any_of(stages_.begin(), stages_.end(), [&](const StageFacts& stage) {
    return stage.name == name &&
           (stage.number == facts.stage ||
            std::any_of(facts.earlier.begin(), facts.earlier.end(),
                        [&](const EarlierStage& left) { return left.stage == stage.number; }));
  });
}

bool Fleet::matches(const CartFacts& facts, const CartSelector& who) const {
  const auto is = [this](const std::string& wanted, TextId text) {
    return wanted.empty() || texts_.text(text) == wanted;
  };
  return facts.is_known && is(who.region, facts.region) && is(who.use, facts.use) &&
         is(who.profile, facts.profile) && is(who.tier, facts.tier) &&
         (who.stage.empty() || is_in_stage(facts, who.stage));
}

void Fleet::see(const Record&, const Run& row) { driver_ = row.driver; }

void Fleet::see(const Record&, const Cart& row) {
  releases_.see(row);
  CartFacts& facts = cart(row.cart);
  facts.thing = row.thing;
  facts.profile = row.profile;
  facts.region = row.region;
  facts.use = row.use;
  facts.tier = row.tier;
  facts.confirmed = row.version;
  facts.is_known = true;
}

void Fleet::see(const Record&, const Image& row) { releases_.see(row); }

void Fleet::see(const Record&, const BootDecide& row) {
  if (row.reason == BootReason::recovery) {
    cart(row.cart).is_in_recovery = true;
  }
}

void Fleet::see(const Record&, const Jump& row) { cart(row.cart).is_in_recovery = false; }

void Fleet::see(const Record&, const Confirm& row) {
  if (row.phase == Phase::durable) {
    cart(row.cart).confirmed = row.version;
  }
}

void Fleet::see(const Record&, const Rollback& row) {
  CartFacts& facts = cart(row.cart);
  facts.confirmed = row.to;
  if (was_brought(row.from)) {
    ++facts.rollbacks;
    facts.rollback_reasons |= bit(row.reason);
  }
}

void Fleet::see(const Record&, const ManifestVerdict& row) {
  // A document that says nothing readable has no version and was still an attempt at the target.
  if (row.version != base() || target() == row.version) {
    ++cart(row.cart).attempts;
  }
}

void Fleet::see(const Record&, const JobRx& row) {
  if (!row.accepted) {
    return;
  }
  CartFacts& facts = cart(row.cart);
  facts.execution = row.status;
  if (row.status == JobStatus::failed || row.status == JobStatus::rejected) {
    facts.has_ended_badly = true;
    facts.ended_badly_for |= bit(row.reason);
  }
}

void Fleet::see(const Record&, const MetricRx& row) {
  if (row.metric == MetricName::rollback && row.counted && was_brought(row.version)) {
    ++cart(row.cart).counted_rollbacks;
  }
}

void Fleet::see(const Record&, const Target& row) {
  CartFacts& facts = cart(row.cart);
  if (row.event != TargetEvent::queued) return;
  const Version brings = target().value_or(Version{});
  if (std::ranges::find(brought_, brings) == brought_.end()) brought_.push_back(brings);
  const std::uint32_t stage = number_of(row.stage);
  if (facts.stage == no_stage) {
    facts.stage = stage;
    facts.brings = brings;
  } else if (facts.stage / stages_per_rollout < stage / stages_per_rollout) {
    facts.earlier.push_back(
        {facts.stage, facts.confirmed, facts.rollbacks, facts.execution, facts.brings});
    facts.stage = stage;
    facts.brings = brings;
    facts.execution.reset();
  }
}

void Fleet::see(const Record&, const Operator& row) {
  if (texts_.text(row.action) == "release_refused") refusals_.emplace_back(texts_.text(row.reason));
}

void Fleet::see(const Record&, const Fault& row) {
  auto known = std::find_if(faults_.begin(), faults_.end(),
                            [&row](const FaultFacts& fault) { return fault.fault == row.fault; });
  if (known == faults_.end()) {
    known = faults_.insert(known, {row.fault, 0});
  }
  known->fired += row.event == FaultEvent::fire ? 1 : 0;
}

}  // namespace cartstorm::report

#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/rollout/archive.hpp"

/// What a rollout does once it has decided something. A decision is durable together with its acts
/// before the first of them happens; whoever comes back after a crash does them again from the
/// first on. Plain data, so that they can be written down.
namespace cartstorm::broker::rollout::act {

/// `number` is that of the fact, of several that of the first one.
struct TellOperator {
  std::uint64_t number = 0;
  std::string actor, action;
  std::uint32_t hold_id = 0;
  std::string reason;
};
struct TellStage {
  std::uint64_t number = 0;
  std::uint32_t stage = 0;
  fact::StageEvent event{};
  std::string actor, reason;
  std::uint32_t hold_id = 0, carts = 0;
};
/// The same of every cart of a list.
struct TellTargets {
  std::uint64_t number = 0;
  std::uint32_t stage = 0;
  std::uint32_t list = 0;
  fact::TargetEvent event{};
  std::string reason;
};
/// Jobs are named by their place among the rollout's own, foreign ones by their id.
struct CreateJob {
  std::uint32_t job = 0;
};
struct CancelQueued {
  std::uint32_t job = 0;
};
/// What nobody started of the carts of a list.
struct CancelEach {
  std::uint32_t list = 0;
};
/// Takes from an older rollout's job whatever is still open.
struct CancelOpen {
  std::string job_id;
};
/// Sends the needed anchor to whoever lacks it.
struct Distribute {};

template <class Archive>
void fields(Archive& archive, TellOperator& act) {
  archive(act.number, act.actor, act.action, act.hold_id, act.reason);
}
template <class Archive>
void fields(Archive& archive, TellStage& act) {
  archive(act.number, act.stage, act.event, act.actor, act.reason, act.hold_id, act.carts);
}
template <class Archive>
void fields(Archive& archive, TellTargets& act) {
  archive(act.number, act.stage, act.list, act.event, act.reason);
}
template <class Archive>
void fields(Archive& archive, CreateJob& act) {
  archive(act.job);
}
template <class Archive>
void fields(Archive& archive, CancelQueued& act) {
  archive(act.job);
}
template <class Archive>
void fields(Archive& archive, CancelEach& act) {
  archive(act.list);
}
template <class Archive>
void fields(Archive& archive, CancelOpen& act) {
  archive(act.job_id);
}
template <class Archive>
void fields(Archive&, Distribute&) {}

}  // namespace cartstorm::broker::rollout::act

namespace cartstorm::broker::rollout {

struct Act {
  std::variant<act::TellOperator, act::TellStage, act::TellTargets, act::CreateJob,
               act::CancelQueued, act::CancelEach, act::CancelOpen, act::Distribute>
      is;
};

inline void fields(RecordWriter& writer, Act& act) {
  std::size_t kind = act.is.index();
  writer(kind);
  std::visit([&writer](auto& is) { writer(is); }, act.is);
}

inline void fields(RecordReader& reader, Act& act) {
  using Kinds = decltype(act.is);
  std::size_t kind = std::variant_npos;
  reader(kind);
  const auto read_if = [&]<std::size_t index>(std::integral_constant<std::size_t, index>) {
    if (kind == index) reader(act.is.emplace<index>());
  };
  if (kind >= std::variant_size_v<Kinds>) return reader.refuse();
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    (read_if(std::integral_constant<std::size_t, index>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Kinds>>{});
}

}  // namespace cartstorm::broker::rollout

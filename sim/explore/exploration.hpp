#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ota/agent.hpp"
#include "sim/explore/flash.hpp"
#include "sim/explore/part.hpp"

/// The typed form of an exploration file: what one cart goes through, and where it may be cut.
namespace cartstorm::sim::explore {

/// What the new image does when it runs.
enum class Fate : std::uint8_t {
  good,
  crashes,  ///< at every boot, before any of our code
  fails_self_test,
  crashes_after_confirm,  ///< at every rest once it was confirmed, until the probation is spent
};
inline constexpr std::size_t fate_count = 4;
const char* name(Fate);

enum class Delivery : std::uint8_t { full, patch };
inline constexpr std::size_t delivery_count = 2;
const char* name(Delivery);

/// What else happens, once, when the agent comes into a state.
enum class Happening : std::uint8_t {
  nothing,
  cancel,      ///< the job is cancelled in the cloud and the cart is told
  opt_out,     ///< the owner no longer wants updates
  redeliver,   ///< the cloud says the pending job again
  install_ca,  ///< another CA arrives
  remove_ca,   ///< the cloud takes its only CA away, which a cart must not let happen
  rotate_ca,   ///< another CA arrives, and the one that signed everything is taken away
  low_supply,  ///< the supply sinks below the floor and comes back at the next pause
  lose_link,   ///< the connection is lost and comes back at the next pause
  /// The connection is lost before the cloud hears what the cart says in that step, and comes back
  /// when the probation is over.
  lose_link_until_rollback,
  // Before the cloud hears what the cart says in that step: between a question and its answer.
  cancel_before_answer,
  opt_out_before_answer,
};
inline constexpr std::size_t happening_count = 12;
constexpr bool comes_before_answer(Happening what) {
  return what == Happening::cancel_before_answer || what == Happening::opt_out_before_answer ||
         what == Happening::lose_link_until_rollback;
}
const char* name(Happening);

struct Incident {
  Happening what = Happening::nothing;
  ota::State at = ota::State::idle;
};

/// One story that is cut everywhere.
struct Story {
  std::string name;  ///< unique in its file: part of every address
  Fate fate = Fate::good;
  Delivery delivery = Delivery::full;
  Incident incident;
  std::uint64_t first_sequence = 1;  ///< of every record: aged flash starts high
  /// How often the cloud wants the update made again: Jobs itself at once after FAILED, a person
  /// after a rollback of what had SUCCEEDED.
  std::uint32_t retries = 0;
};

/// How a story must end when nothing is cut; of one in which something else happens, any good end
/// will do.
enum class Outcome : std::uint8_t;
bool may_end_as(const Story&, Outcome);

struct Images {
  std::uint32_t size = 200 * 1024;  ///< bytes, of both
  double changes = 0.2;             ///< share of the sectors that differ, when a patch is delivered
};

/// A bound of what is searched.
struct Search {
  std::uint32_t depth = 1;             ///< cuts on one path, at most
  std::vector<Tear> tears;             ///< that the first two cuts may take
  std::vector<Tear> deep_tears;        ///< of cuts beyond the second; they fall on records only
  std::vector<OpFault> faults;         ///< one of them, at every operation, before the first cut
  std::vector<BadSector> bad_sectors;  ///< every sector, one at a time, from the start
};

struct Exploration {
  std::string name;
  std::string why;
  std::vector<std::string> tags;
  Part part{{256, 4096, 256 * 1024}, 256};
  Images images;
  ota::Tuning tuning;  ///< the cart's policy
  std::vector<Story> stories;
  Search search;
  std::string digest;  ///< hexadecimal, of everything above but `why` and `tags`
};

/// Every tear, in the order of the enumeration.
std::vector<Tear> every_tear();
/// {before, after, half, all_but_last, all_zero, bit_mix}: what bricks carts most often.
std::vector<Tear> common_tears();

}  // namespace cartstorm::sim::explore

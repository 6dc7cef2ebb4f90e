#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"
#include "broker-mock/iot/registry.hpp"
#include "broker-mock/iot/settings.hpp"
#include "broker-mock/iot/tags.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::iot {

/// Reads an object of the store, for `documentSource`. Implemented above this folder.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  /// Empty if there is no such object; at most `max_bytes` of a larger one.
  virtual std::optional<std::string> read(const jobs::ObjectPlace& place,
                                          std::size_t max_bytes) const = 0;
};

/// What the operations work on.
struct Surroundings {
  const ControlSettings& settings;
  Things& things;
  jobs::Engine& engine;
  Registry& registry;
  Tags& tags;
  const ObjectReader& objects;
};

/// The control plane `iot`: jobs, executions, things, thing groups, tags, endpoints. A function of
/// the sequence of calls: no clock, no chance.
class ControlPlane {
 public:
  ControlPlane(ControlSettings settings, Things& things, jobs::Engine& engine, Registry& registry,
               const ObjectReader& objects)
      : settings_{std::move(settings)}, around_{settings_, things, engine,
                                                registry,  tags_,  objects} {}
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;

  /// Answers one authenticated call. Never throws; whatever is wrong is an exception of the model.
  http::Response handle(const http::Request& request, ServerTime now);

  void set_calls_per_s(std::uint32_t limit) { settings_.calls_per_s = limit; }
  std::uint32_t calls_per_s() const { return settings_.calls_per_s; }

 private:
  struct Tally {
    std::int64_t second = INT64_MIN;
    std::uint32_t calls = 0;
  };
  bool is_throttled(std::size_t operation, ServerTime now);

  ControlSettings settings_;
  Tags tags_;
  Surroundings around_;
  std::map<std::size_t, Tally> tallies_;
};

}  // namespace cartstorm::broker::iot

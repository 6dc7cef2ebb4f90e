#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/iot/control_plane.hpp"
#include "broker-mock/iot/reader.hpp"
#include "broker-mock/jobs/settings.hpp"

/// Job configurations as CreateJob and UpdateJob give them, held to the limits of the service model
/// and of reference section 2.2. What is wrong is left in the reader.
namespace cartstorm::broker::iot {

struct UrlConfig {
  std::optional<std::string> role_arn;
  std::optional<std::uint32_t> expires_s;
};
UrlConfig read_url_config(Reader& body);
std::optional<jobs::RolloutRate> read_rate(Reader& body);
std::optional<std::vector<jobs::AbortCriterion>> read_aborts(Reader& body);
std::optional<std::uint32_t> read_timeout(Reader& body);
std::optional<std::vector<jobs::RetryCriterion>> read_retries(Reader& body);
std::optional<jobs::Schedule> read_schedule(Reader& body, const ControlSettings& settings,
                                            ServerTime now);

/// `YYYY-MM-DD HH:MM`, or the same with `T`, seconds and `Z`; UTC. Empty for anything else.
std::optional<ServerTime> parse_schedule_time(std::string_view text);

/// `[\p{Upper}\p{Digit}_]{1,128}`, of which ASCII is taken.
bool is_reason_code(std::string_view text);

/// Things and groups that ARNs name.
struct Targets {
  std::vector<ThingId> things;
  std::vector<jobs::GroupNumber> groups;
  std::vector<std::string> arns;  ///< once each
};
/// The refusal if one of them is no target or does not exist.
std::optional<http::Response> read_targets(const Surroundings& around, Reader& body,
                                           Targets& targets);

}  // namespace cartstorm::broker::iot

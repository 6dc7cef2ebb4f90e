#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/jobs/job.hpp"

namespace cartstorm::broker::jobs {

/// What a topic below `$aws/things/{thing}/jobs/` asks for.
enum class Api : std::uint8_t {
  get_pending,
  start_next,
  describe,
  update,
  unknown,       ///< answered with InvalidTopic
  not_a_request  ///< a topic that only the service publishes to
};
struct Route {
  Api api = Api::unknown;
  std::string_view job_id;  ///< `$next` for the front of the queue
};
/// `suffix` is what follows `jobs/`. Thing-level topics win over jobs with such an id.
Route parse_topic(std::string_view suffix);

/// One member of a request: a wrong type is told apart from absence, so that it can be refused in
/// the order of the service's checks.
template <class T>
struct Member {
  enum class Is : std::uint8_t { absent, given, wrong } is = Is::absent;
  T value{};
  bool is_given() const { return is == Is::given; }
  bool is_wrong() const { return is == Is::wrong; }
};

struct Request {
  Member<std::string> client_token;
  Member<std::string> status;
  Member<StatusDetails> details;
  std::string details_error;  ///< why `details` is wrong
  Member<std::int64_t> execution_number;
  Member<std::int64_t> expected_version;  ///< a number or a decimal string
  Member<std::int64_t> step_timeout_min;
  Member<bool> include_document;
  Member<bool> include_state;
};

/// False if `payload` is not a JSON object. An empty payload is `{}`.
bool parse_request(std::string_view payload, const Knobs& knobs, Request& request);

}  // namespace cartstorm::broker::jobs

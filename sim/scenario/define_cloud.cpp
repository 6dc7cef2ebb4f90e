#include "sim/scenario/definitions.hpp"

namespace cartstorm::sim {

const Mapping<Quotas>& quotas_definition() {
  static const Mapping<Quotas> definition = [] {
    Mapping<Quotas> keys("quotas", "Calls a second of each operation that the account may make.");
    const auto calls = optional_of(count_between(1, 1'000'000));
    keys.key("jobs_reads_per_s", calls, &Quotas::jobs_reads_per_s,
             "Carts that ask for their job; what is more is throttled. Absent: all are answered.")
        .key("jobs_writes_per_s", calls, &Quotas::jobs_writes_per_s,
             "Carts that update their execution; what is more is throttled, and "
             "rate_limits_respected is broken. Absent: all are answered, and the check takes 200, "
             "or a tenth of the targeted carts, for granted.")
        .key("control_calls_per_s", calls, &Quotas::control_calls_per_s,
             "Jobs that the rollout creates; with more rate_limits_respected is broken. Absent: "
             "the check takes 10 for granted.");
    return keys;
  }();
  return definition;
}

const Mapping<CloudAccount>& cloud_definition() {
  static const Mapping<CloudAccount> definition = [] {
    Mapping<CloudAccount> keys("cloud", "The account in which the rollout runs.");
    keys.key("quotas", shown_unless({}, quotas_definition().type()), &CloudAccount::quotas,
             "What the account may be asked a second; a share of AWS's own quotas where other "
             "products live in the same account.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim

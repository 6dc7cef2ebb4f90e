#pragma once
#include "broker-mock/telemetry/exposure.hpp"

/// Exact comparison of two Poisson rates (Przyborowski and Wilenski 1940, halt-rule.md 3.4). Given
/// n = x + y errors in both arms, those of the new arm are Bin(n, q) with
/// q = r E_new / (r E_new + E_old) if the rate ratio is r, whatever the rates are: a disturbance
/// that hits both arms cancels. Both arms need exposure. Relative error about 1e-12.
namespace cartstorm::broker::rollout {

/// P(Bin(n, q) >= x): the chance of a new arm that looks at least as bad under this ratio.
double chance_of_more(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                      double ratio);
/// P(Bin(n, q) <= x): the chance of a new arm that looks at least as good under this ratio.
double chance_of_fewer(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                       double ratio);

/// Whether chance_of_more() is at most alpha, without the sum where its first term says no.
bool is_chance_of_more_within(double alpha, const telemetry::Counts& new_arm,
                              const telemetry::Counts& old_arm, double ratio);

/// Whether the ratio is below `ratio` with confidence 1 - alpha: the exact upper bound
/// (Clopper and Pearson 1934). With a large old arm this is Garwood's bound on x below `ratio`
/// times what the old version's rate lets expect (halt-rule.md 3.9).
bool is_certified_below(double ratio, double alpha, const telemetry::Counts& new_arm,
                        const telemetry::Counts& old_arm);

}  // namespace cartstorm::broker::rollout

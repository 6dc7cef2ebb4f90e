#pragma once

namespace cartstorm::broker {

/// Logarithm and exponential in plain IEEE double arithmetic: the last digit of libm's differs
/// between libraries, and one digit decides whether a rollout is held. Relative error below 1e-15
/// of ln and ln1p; of e_to below 1e-15 times (1 + |x|).
double ln(double x);    ///< x > 0; of 0 minus infinity, below 0 not a number
double ln1p(double u);  ///< ln(1 + u) without losing a small u; u > -1
double e_to(double x);  ///< infinity above 709.78, 0 below -745.13

/// ln(exp(a) + exp(b)) without either.
double ln_sum(double a, double b);

/// ln n! minus Stirling's n ln n - n + ln(2 pi n) / 2, for a whole n >= 1.
double stirling_error(double n);

/// x ln(x / m) + m - x for x >= 0 and m > 0, without the cancellation near x = m (Loader 2000).
/// The log-likelihood that x lacks under mean m.
double deviance(double x, double m);

inline constexpr double ln_two_pi = 1.8378770664093454836;

}  // namespace cartstorm::broker

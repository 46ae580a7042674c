// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/lanes.hpp"

namespace leadtime::kernels {

/// A number that several are divided by, each quotient exactly as `/` rounds it: packs
/// divide once, for the reciprocal, and take five multiplications for each quotient where
/// processors take ten cycles and more for another division.
///
/// Valid:   divisors of magnitude 2^-100 to 2^100; what is divided is 0 or of such a
///          magnitude, and so is the quotient.
/// Error:   none (make dev compares each quotient with `/`). The first correction leaves
///          less than one ulp; with the correctly rounded reciprocal, the exact remainder
///          and one rounding the second gives the quotient's own rounding.
/// Source:  P. Markstein, IBM J. Res. Dev. 34 (1990) 111, theorem on division.
template <class Real>
class Divisor {
  public:
    LEADTIME_FUNCTION explicit Divisor(Real divisor)
        : divisor_(divisor)
        , reciprocal_(broadcast<Real>(1.0f) / divisor) {}

    LEADTIME_FUNCTION Real reciprocal() const { return reciprocal_; }

    LEADTIME_FUNCTION Real quotient(Real a) const {
        if constexpr (Lanes<Real>::width == 1) {
            return a / divisor_;
        } else {
            Real const near = a * reciprocal_;
            Real const nearer = fused(fused(-divisor_, near, a), reciprocal_, near);
            Real const exact = fused(fused(-divisor_, nearer, a), reciprocal_, nearer);
            LEADTIME_EXPECT(!any_lane(exact != a / divisor_));
            return exact;
        }
    }

  private:
    Real divisor_;
    Real reciprocal_;
};

template <class Real>
LEADTIME_FUNCTION Real operator/(Real a, Divisor<Real> const& b) {
    return b.quotient(a);
}

}  // namespace leadtime::kernels

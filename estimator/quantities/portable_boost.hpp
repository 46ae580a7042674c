// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Include this before any header of Boost.Math. Its functions then call ours
/// (portable_math.hpp) where they would call the C library's, so that a quantile has
/// the same bits wherever the program runs. `tests/style/check_libm.sh` looks at what
/// the objects call.
///
/// Every source that instantiates Boost.Math in the library has to go through here: two
/// versions of one template in a program would be one too many.

#include "estimator/quantities/portable_math.hpp"

#include <boost/math/tools/config.hpp>
#include <cmath>

#undef BOOST_HAS_LOG1P
#undef BOOST_HAS_EXPM1
#undef BOOST_MATH_STD_USING_CORE
#define BOOST_MATH_STD_USING_CORE                                                      \
    using std::abs;                                                                    \
    using std::ceil;                                                                   \
    using std::fabs;                                                                   \
    using std::floor;                                                                  \
    using std::fmod;                                                                   \
    using std::frexp;                                                                  \
    using std::ldexp;                                                                  \
    using std::modf;                                                                   \
    using std::sqrt;                                                                   \
    using leadtime::estimator::portable::acos;                                         \
    using leadtime::estimator::portable::asin;                                         \
    using leadtime::estimator::portable::atan;                                         \
    using leadtime::estimator::portable::atan2;                                        \
    using leadtime::estimator::portable::cos;                                          \
    using leadtime::estimator::portable::cosh;                                         \
    using leadtime::estimator::portable::exp;                                          \
    using leadtime::estimator::portable::log;                                          \
    using leadtime::estimator::portable::log10;                                        \
    using leadtime::estimator::portable::pow;                                          \
    using leadtime::estimator::portable::sin;                                          \
    using leadtime::estimator::portable::sinh;                                         \
    using leadtime::estimator::portable::tan;                                          \
    using leadtime::estimator::portable::tanh;

#include <boost/math/policies/policy.hpp>

namespace leadtime::estimator {

/// No long double: the same digits on every machine. No exceptions: what cannot be
/// computed is infinite or not a number, and is looked at by the caller. Series end.
using BoostPolicy = boost::math::policies::policy<
    boost::math::policies::promote_double<false>,
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::underflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::rounding_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
    boost::math::policies::max_series_iterations<20000>>;

}  // namespace leadtime::estimator

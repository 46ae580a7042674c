// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The month, the unit of time: a twelfth of the Julian year of 8,766 h.
namespace leadtime::kernels {

inline constexpr float hours_per_month = 730.5f;  // 8,766 h / 12: the Julian year
inline constexpr float seconds_per_month = hours_per_month * 3600.0f;  // exact

}  // namespace leadtime::kernels

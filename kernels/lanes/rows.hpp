// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/lanes.hpp"

#include <cstddef>

namespace leadtime::kernels {

/// A block of rows, one float per sample in each; `first` points at this lane's (or
/// pack's) place in row 0. On the host a row holds one tile of samples; on a device one
/// value per thread, so that neighbouring threads touch neighbouring addresses.
struct Rows {
    float* first = nullptr;
    std::ptrdiff_t stride = 0;

    LEADTIME_FUNCTION float* at(int row) const {
        LEADTIME_EXPECT(row >= 0);  // -1 is a row that nobody made
        return first + row * stride;
    }

    template <class Real>
    LEADTIME_FUNCTION Real get(int row) const {
        return load<Real>(at(row));
    }
    template <class Real>
    LEADTIME_FUNCTION void set(int row, Real value) const {
        store(at(row), value);
    }
    /// The value in row `base + offset` where the offset differs by lane.
    template <class Real>
    LEADTIME_FUNCTION Real get_by_lane(int base,
                                       typename Lanes<Real>::Int offset) const {
        auto const index =
            offset * static_cast<std::int32_t>(stride) + lane_number<Real>();
        return gather(at(base), index);
    }
    /// The same rows, `lanes` samples further on.
    LEADTIME_FUNCTION Rows shifted(int lanes) const { return {first + lanes, stride}; }
};

/// Calls f once for each sample (or pack) of a tile.
template <class Real, class Function>
LEADTIME_FUNCTION void for_lanes(Rows rows, int lanes, Function const& f) {
    for (int lane = 0; lane < lanes; lane += Lanes<Real>::width) {
        f(rows.shifted(lane));
    }
}

}  // namespace leadtime::kernels

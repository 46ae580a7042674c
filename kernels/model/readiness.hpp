// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/channel.hpp"

/// From when on a pool's ecosystem can train (docs/model.md 3).
namespace leadtime::kernels {

/// Share of the month that ends at `end` (months from the start) in which the pool could
/// train if its software came as planned: what a buyer knows beforehand.
template <class Real>
LEADTIME_FUNCTION Real planned_readiness(PoolPlan const& pool, Rows rows, Real end) {
    if (!pool.gated) {
        return broadcast<Real>(1.0f);
    }
    return clamp_fraction(end - rows.get<Real>(pool.software_ready)
                          - not_negative(rows.get<Real>(pool.port_delay)));
}

/// Share of the step in which it can train: 0 before it is ready.
template <class Real>
LEADTIME_FUNCTION Real readiness(PoolPlan const& pool, Rows rows, int step) {
    if (!pool.gated) {
        return broadcast<Real>(1.0f);
    }
    Real const retry = select(rows.get<Real>(pool.abort) > broadcast<Real>(0.5f),
                              not_negative(rows.get<Real>(pool.retry_delay)),
                              broadcast<Real>(0.0f));
    Real const ready = rows.get<Real>(pool.software_ready)
                       + not_negative(rows.get<Real>(pool.port_delay)) + retry;
    return clamp_fraction(broadcast<Real>(static_cast<float>(step + 1)) - ready);
}

}  // namespace leadtime::kernels

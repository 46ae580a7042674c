// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/device_threads.hpp"

namespace leadtime::estimator {

/// Threads of a block, and blocks that a multiprocessor is to hold at once: so a thread
/// gets 65,536 / (threads * blocks) registers at most, on every architecture since sm_80
/// (CUDA C++ Programming Guide, compute capabilities).
struct LaunchShape {
    int threads;
    int blocks;
};

template <class Thread>
inline constexpr LaunchShape launch_shape{};
/// The whole model: at most 170 registers, without spills (tests/cuda/check_kernels.py).
template <>
inline constexpr LaunchShape launch_shape<kernels::SampleThread>{128, 3};
template <>
inline constexpr LaunchShape launch_shape<kernels::BinThread>{128, 8};

}  // namespace leadtime::estimator

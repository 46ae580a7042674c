// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/control.hpp"
#include "estimator/engine/device_memory.hpp"
#include "estimator/engine/sample_set.hpp"
#include "estimator/engine/statistics.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace leadtime::estimator {

/// Batches in flight on a device: one is computed while another is waited for.
inline constexpr std::size_t device_slots = 2;

/// One device's share of a run: the plan, batches of samples in flight, and what they
/// counted since it was last collected. Memory that lacks makes batches smaller. Every
/// call throws RunError where the device fails.
class DeviceBatches {
  public:
    DeviceBatches(UsedDevice device, Plan const& plan, std::uint64_t seed);
    ~DeviceBatches();
    DeviceBatches(DeviceBatches const&) = delete;
    DeviceBatches& operator=(DeviceBatches const&) = delete;

    /// Gets ready to bin on the axes of these statistics. Throws: Interrupted.
    void start_counting(Statistics const& statistics, Control const& control);

    /// Whether a slot has nothing under way.
    bool is_free(std::size_t slot);
    /// Waits for a slot. Throws: Interrupted.
    void wait(std::size_t slot, Control const& control);

    /// Starts samples from the place `begin` on in a free slot; gives how many.
    int start(std::size_t slot, SampleSet const& samples, std::uint64_t begin);
    /// Whether the counts hold that many more. Where not, collect() first.
    bool has_room(SampleSet::Total const& more) const;
    /// Bins the batch that was just started in a slot, [begin, begin + count).
    void
    bin(std::size_t slot, SampleSet const& samples, std::uint64_t begin, int count);
    /// Waits for all slots and adds what was counted. Throws: Interrupted.
    void collect(Statistics& statistics, Control const& control);
    /// Counts from 0 again, when nothing is under way.
    void clear_counts();

    /// Copies an output of a slot's batch; it is there once the slot is free.
    void copy(std::size_t slot, int output, std::span<float> to);

    int samples_per_batch() const { return capacity_; }

  private:
    struct Slot {
        DeviceStream stream;
        DeviceMemory workspace;
        DeviceMemory outputs;
        DeviceMemory numbers;         ///< of a list
        DeviceMemory multiplicities;  ///< of a list
        int count = 0;                ///< samples under way
        std::chrono::steady_clock::time_point start;
    };

    template <class T>
    DeviceMemory upload(std::span<T const> values);
    void check(DeviceAnswer const& answer) const;
    void make_slots(std::uint64_t wanted);
    void release_slots();
    void adapt(Slot const& slot);

    UsedDevice device_;
    std::uint64_t seed_;
    std::array<Slot, device_slots> slots_;
    DeviceMemory plan_;
    kernels::Plan view_;
    std::uint64_t asked_ = 0;  ///< samples that slots were last made for
    int capacity_ = 0;         ///< samples that a slot holds
    int limit_ = 0;            ///< samples of the next batch: it should not take long

    DeviceMemory axes_;
    DeviceMemory rows_;
    DeviceMemory counts_;
    DeviceMemory moments_;
    int axis_count_ = 0;
    std::size_t count_count_ = 0;
    SampleSet::Total counted_;  ///< since the last collect()
};

}  // namespace leadtime::estimator

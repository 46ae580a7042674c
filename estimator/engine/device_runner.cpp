// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runner.hpp"

#include "estimator/engine/all_threads.hpp"
#include "kernels/lanes/contracts.hpp"
#include "kernels/model/device_threads.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using Space = Kokkos::DefaultExecutionSpace;
using Memory = Space::memory_space;
template <class T>
using Array = Kokkos::View<T*, Kokkos::LayoutRight, Memory>;

constexpr bool is_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible;
constexpr int slots = 2;  // batches in flight
constexpr std::uint64_t most_counted = 0xffffffff;
// What batches may take: a part of any accelerator's memory, little of a host's.
constexpr std::size_t memory_bytes = is_host ? 64u << 20 : 4ull << 30;

template <class T>
Array<T> copy_to_device(std::string const& label, std::span<T const> values) {
    Array<T> array(Kokkos::view_alloc(Kokkos::WithoutInitializing, label),
                   values.size());
    Kokkos::deep_copy(array,
                      Kokkos::View<T const*,
                                   Kokkos::LayoutRight,
                                   Kokkos::HostSpace,
                                   Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
                          values.data(), values.size()));
    return array;
}

template <class T>
std::vector<T> copy_to_host(Array<T> const& array) {
    std::vector<T> values(array.extent(0));
    Kokkos::deep_copy(Kokkos::View<T*,
                                   Kokkos::LayoutRight,
                                   Kokkos::HostSpace,
                                   Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
                          values.data(), values.size()),
                      array);
    return values;
}

/// The plan's arrays in one piece of device memory.
class DevicePlan {
  public:
    explicit DevicePlan(Plan const& plan) {
        std::vector<std::byte> bytes;
        plan.view([&](void const* array, std::size_t size) {
            bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
            auto const* const first = static_cast<std::byte const*>(array);
            bytes.insert(bytes.end(), first, first + size);
            return array;
        });
        memory_ = copy_to_device<std::byte>("leadtime::DevicePlan", bytes);
        std::size_t next = 0;
        view_ = plan.view([&](void const*, std::size_t size) -> void const* {
            next = (next + alignment - 1) / alignment * alignment;
            void const* const place = memory_.data() + next;
            next += size;
            return place;
        });
    }
    kernels::Plan const& view() const { return view_; }

  private:
    static constexpr std::size_t alignment = 64;
    Array<std::byte> memory_;
    kernels::Plan view_;
};

/// One batch in flight: a stream, and the columns of its samples.
struct Slot {
    Space space;
    Array<float> workspace;
    Array<float> outputs;
    Array<std::uint64_t> numbers;  ///< of a list, made when one comes
    Array<std::uint32_t> multiplicities;
};

std::array<Space, slots> instances() {
    if constexpr (is_host) {
        return {Space(), Space()};
    } else {
        auto const parts = Kokkos::Experimental::partition_space(Space(), 1, 1);
        return {parts[0], parts[1]};
    }
}

/// Samples of a batch: as many as the device runs at once (Kokkos picks the block size
/// for the most occupancy), within the memory and within 32-bit numbers of places.
int samples_per_batch(kernels::Plan const& plan) {
    constexpr std::size_t group = kernels::samples_per_group;
    std::size_t const rows = static_cast<std::size_t>(plan.workspace_rows)
                             + static_cast<std::size_t>(plan.output_rows) + 1;
    std::size_t const at_once =
        std::max<std::size_t>(static_cast<std::size_t>(Space().concurrency()) / slots,
                              is_host ? 1024 : group);
    std::size_t const fitting = memory_bytes / (slots * rows * sizeof(float));
    std::size_t const most = std::min({at_once, fitting, 0x7fffffffu / rows});
    return static_cast<int>(std::max<std::size_t>(most / group, 1) * group);
}

}  // namespace

bool has_device() {
    return !is_host;
}

class DeviceRunner::Device {
  public:
    Device(Plan const& plan, std::uint64_t seed)
        : plan_(plan)
        , seed_(seed)
        , samples_(samples_per_batch(plan_.view())) {
        auto const spaces = instances();
        for (std::size_t i = 0; i < slots; ++i) {
            slots_[i] = {spaces[i],
                         columns("leadtime::workspace", plan_.view().workspace_rows),
                         columns("leadtime::outputs", plan_.view().output_rows),
                         {},
                         {}};
        }
    }

    void start(Statistics const& statistics) {
        axes_ = copy_to_device<kernels::Axis>("leadtime::axes", statistics.axes);
        rows_ = copy_to_device<int>("leadtime::rows", statistics.rows);
        counts_ = Array<std::uint32_t>("leadtime::counts", statistics.counts.size());
        std::vector<kernels::SharedMoments> const none(statistics.axes.size());
        moments_ = copy_to_device<kernels::SharedMoments>("leadtime::moments", none);
    }

    /// Starts a batch from the sample at `begin` on in a slot, once that is free, and
    /// bins it; gives its end.
    std::uint64_t start_binned(std::size_t slot_index,
                               SampleSet const& samples,
                               std::uint64_t begin,
                               std::uint64_t end) {
        Slot const& slot = slots_[slot_index];
        int const count = start_samples(slot_index, samples, begin, end);
        auto const multiplicities = samples.multiplicities();
        if (!multiplicities.empty()) {
            copy_list(slot,
                      slot.multiplicities,
                      multiplicities.subspan(begin, static_cast<std::size_t>(count)));
        }
        kernels::BinThread const bin{
            axes_.data(),
            rows_.data(),
            slot.outputs.data(),
            counts_.data(),
            moments_.data(),
            samples_,
            0,
            count,
            multiplicities.empty() ? nullptr : slot.multiplicities.data()};
        Kokkos::parallel_for(
            "leadtime::bin",
            Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(
                slot.space,
                0,
                kernels::BinThread::threads_for(static_cast<int>(axes_.extent(0)),
                                                count)),
            bin);
        return begin + static_cast<std::uint64_t>(count);
    }

    /// Starts a batch from the sample at `begin` on in a slot, once that is free; gives
    /// how many samples it has.
    int start_samples(std::size_t slot_index,
                      SampleSet const& samples,
                      std::uint64_t begin,
                      std::uint64_t end) {
        Slot& slot = slots_[slot_index];
        slot.space.fence("leadtime: the slot's last batch has been read");
        int const count = static_cast<int>(
            std::min<std::uint64_t>(end - begin, static_cast<std::uint64_t>(samples_)));
        if (samples.is_list()) {
            make_lists(slot);
            copy_list(
                slot,
                slot.numbers,
                samples.numbers().subspan(begin, static_cast<std::size_t>(count)));
        }
        kernels::SampleThread const sample{
            plan_.view(),
            slot.workspace.data(),
            slot.outputs.data(),
            samples_,
            seed_,
            samples.is_list() ? kernels::SampleNumbers(slot.numbers.data())
                              : kernels::SampleNumbers(samples.number(begin))};
        Kokkos::parallel_for(
            "leadtime::sample",
            Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(slot.space, 0, count),
            sample);
        return count;
    }

    /// Copies an output of the batch that a slot has run, once it is there.
    void copy(std::size_t slot_index, int output, std::span<float> to) const {
        Slot const& slot = slots_[slot_index];
        std::size_t const first =
            static_cast<std::size_t>(output) * static_cast<std::size_t>(samples_);
        Kokkos::View<float*,
                     Kokkos::LayoutRight,
                     Kokkos::HostSpace,
                     Kokkos::MemoryTraits<Kokkos::Unmanaged>> const host(to.data(),
                                                                         to.size());
        Kokkos::deep_copy(
            slot.space,
            host,
            Kokkos::subview(slot.outputs, std::pair(first, first + to.size())));
    }

    void wait(std::size_t slot_index) const {
        slots_[slot_index].space.fence("leadtime: outputs are read next");
    }

    /// Waits for all batches and adds their integers.
    void finish(Statistics& statistics) const {
        for (Slot const& slot : slots_) {
            slot.space.fence("leadtime: all batches are binned before they are read");
        }
        auto const counts = copy_to_host(counts_);
        for (std::size_t i = 0; i < counts.size(); ++i) {
            statistics.counts[i] += counts[i];
        }
        auto const moments = copy_to_host(moments_);
        for (std::size_t i = 0; i < moments.size(); ++i) {
            kernels::merge(statistics.moments[i], kernels::moments_of(moments[i]));
        }
    }

    int samples() const { return samples_; }
    int output_rows() const { return plan_.view().output_rows; }

  private:
    void make_lists(Slot& slot) const {
        if (slot.numbers.extent(0) == 0) {
            auto const n = static_cast<std::size_t>(samples_);
            slot.numbers = Array<std::uint64_t>("leadtime::numbers", n);
            slot.multiplicities = Array<std::uint32_t>("leadtime::multiplicities", n);
        }
    }

    template <class T>
    static void
    copy_list(Slot const& slot, Array<T> const& to, std::span<T const> values) {
        Kokkos::View<T const*,
                     Kokkos::LayoutRight,
                     Kokkos::HostSpace,
                     Kokkos::MemoryTraits<Kokkos::Unmanaged>> const host(values.data(),
                                                                         values.size());
        Kokkos::deep_copy(slot.space,
                          Kokkos::subview(to, std::pair(std::size_t{0}, values.size())),
                          host);
    }

    Array<float> columns(std::string const& label, int rows) const {
        return Array<float>(Kokkos::view_alloc(Kokkos::WithoutInitializing, label),
                            static_cast<std::size_t>(rows)
                                * static_cast<std::size_t>(samples_));
    }

    DevicePlan plan_;
    std::uint64_t seed_ = 0;
    int samples_ = 0;
    std::array<Slot, slots> slots_;
    Array<kernels::Axis> axes_;
    Array<int> rows_;
    Array<std::uint32_t> counts_;
    Array<kernels::SharedMoments> moments_;
};

DeviceRunner::DeviceRunner(Plan const& plan, std::uint64_t seed)
    : device_(std::make_unique<Device>(plan, seed)) {}

DeviceRunner::~DeviceRunner() = default;

void DeviceRunner::add(SampleSet const& samples,
                       Statistics& statistics,
                       Control const& control) {
    for (std::uint64_t begin = 0; begin < samples.size();) {
        begin = add_some(samples, begin, statistics, control);
    }
}

/// Counts on the device hold 2^32 - 1: as many of the samples from the one at `begin` on
/// as surely fit.
std::uint64_t DeviceRunner::add_some(SampleSet const& samples,
                                     std::uint64_t begin,
                                     Statistics& statistics,
                                     Control const& control) {
    std::uint64_t const most = samples.multiplicities().empty()
                                   ? most_counted
                                   : most_counted / kernels::largest_multiplicity;
    std::uint64_t const end = begin + std::min(samples.size() - begin, most);
    statistics.begin_adding(samples.total(begin, end));
    device_->start(statistics);
    std::size_t slot = 0;
    while (begin < end) {
        control.throw_if_stopped();
        begin = device_->start_binned(slot, samples, begin, end);
        slot = (slot + 1) % slots;
        control.report(begin, samples.size());
    }
    device_->finish(statistics);
    return end;
}

void DeviceRunner::gather(SampleSet const& samples,
                          std::span<int const> outputs,
                          std::span<float> values,
                          Control const& control) {
    LEADTIME_EXPECT(values.size() == outputs.size() * samples.size());
    for (std::uint64_t begin = 0; begin < samples.size();) {
        control.throw_if_stopped();
        auto const count = static_cast<std::size_t>(
            device_->start_samples(0, samples, begin, samples.size()));
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            device_->copy(
                0, outputs[i], values.subspan(i * samples.size() + begin, count));
        }
        device_->wait(0);
        begin += count;
        control.report(begin, samples.size());
    }
}

void DeviceRunner::visit(SampleSet const& samples, Visitor const& f) {
    if (samples.size() > batch_samples) {
        throw std::length_error("DeviceRunner::visit: more samples than a batch holds");
    }
    std::size_t const count = samples.size();
    auto const rows = static_cast<std::size_t>(device_->output_rows());
    std::vector<int> outputs(rows);
    std::iota(outputs.begin(), outputs.end(), 0);
    std::vector<float> values(rows * count);
    gather(samples, outputs, values);
    on_all_threads("leadtime::visit_outputs", rows, [&](std::size_t output) {
        f(static_cast<int>(output), {values.data() + output * count, count});
    });
}

std::string DeviceRunner::description() const {
    return fmt::format("{}{}, {} samples in flight, 1 at a time",
                       Space::name(),
                       is_host ? " as a device" : "",
                       slots * device_->samples());
}

}  // namespace leadtime::estimator

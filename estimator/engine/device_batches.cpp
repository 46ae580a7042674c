// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_batches.hpp"

#include "estimator/engine/errors.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using std::chrono::steady_clock;

constexpr int group = kernels::samples_per_group;
constexpr std::size_t alignment = 64;  // of the plan's arrays
/// Counts on a device are 32-bit.
constexpr std::uint64_t most_counted = std::numeric_limits<std::uint32_t>::max();

// Batches are as long as pays, and so short that Ctrl-C is answered within a second
// with two of them in flight.
constexpr std::chrono::milliseconds short_batch{50};
constexpr std::chrono::milliseconds long_batch{200};
constexpr std::chrono::milliseconds patience{400};  // with batches that were given up
constexpr std::chrono::microseconds nap{100};

int whole_groups(std::uint64_t samples) {
    return static_cast<int>(std::max<std::uint64_t>(samples / group, 1)) * group;
}

/// The plan's arrays in one piece, and `view` of them from an address on.
std::vector<std::byte> in_one_piece(Plan const& plan) {
    std::vector<std::byte> bytes;
    plan.view([&](void const* array, std::size_t size) {
        bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
        auto const* const first = static_cast<std::byte const*>(array);
        bytes.insert(bytes.end(), first, first + size);
        return array;
    });
    return bytes;
}

kernels::Plan view_of(Plan const& plan, std::byte const* memory) {
    std::size_t next = 0;
    return plan.view([&](void const*, std::size_t size) -> void const* {
        next = (next + alignment - 1) / alignment * alignment;
        void const* const place = memory + next;
        next += size;
        return place;
    });
}

}  // namespace

void check(UsedDevice const& device, DeviceAnswer const& answer) {
    if (answer.status == DeviceStatus::out_of_memory) {
        throw OutOfDeviceMemory();
    }
    if (answer.status == DeviceStatus::failed || answer.status == DeviceStatus::none) {
        throw RunError(fmt::format(
            "{} failed while it ran samples: {}", device.label, answer.text));
    }
}

void DeviceBatches::check(DeviceAnswer const& answer) const {
    estimator::check(device_, answer);
}

DeviceBatches::DeviceBatches(UsedDevice device, Plan const& plan, std::uint64_t seed)
    : device_(std::move(device))
    , seed_(seed) {
    for (Slot& slot : slots_) {
        DeviceStream stream{device_.number, nullptr};
        check(device_.runtime->open(stream));
        slot.stream = stream;
    }
    auto const bytes = in_one_piece(plan);
    try {
        plan_ = upload<std::byte>(bytes);
    } catch (OutOfDeviceMemory const&) {
        throw RunError(device_.label + " has no memory left for the plan");
    }
    view_ = view_of(plan, plan_.as<std::byte>());
}

/// What was given up may still run; a device that hangs must not keep the program.
DeviceBatches::~DeviceBatches() {
    auto const last = steady_clock::now() + patience;
    bool is_busy = true;
    while (is_busy && steady_clock::now() < last) {
        is_busy = std::ranges::any_of(slots_, [&](Slot const& slot) {
            return device_.runtime->state(slot.stream).status == DeviceStatus::busy;
        });
        if (is_busy) {
            std::this_thread::sleep_for(nap);
        }
    }
    for (Slot& slot : slots_) {
        if (!is_busy) {
            device_.runtime->close(slot.stream);
            continue;
        }
        for (auto* const memory :
             {&slot.workspace, &slot.outputs, &slot.numbers, &slot.multiplicities}) {
            memory->leak();
        }
    }
    if (is_busy) {
        for (auto* const memory : {&plan_, &axes_, &rows_, &counts_, &moments_}) {
            memory->leak();
        }
    }
}

template <class T>
DeviceMemory DeviceBatches::upload(std::span<T const> values) {
    DeviceMemory memory(device_, values.size_bytes());
    check(device_.runtime->to_device(
        slots_[0].stream, memory.as<T>(), values.data(), values.size_bytes()));
    wait(0, {});
    return memory;
}

void DeviceBatches::start_counting(Statistics const& statistics,
                                   Control const& control) {
    for (std::size_t slot = 0; slot < device_slots; ++slot) {
        wait(slot, control);  // for what a run that was stopped left
    }
    auto const make = [&] {
        axes_ = upload<kernels::Axis>(statistics.axes);
        rows_ = upload<int>(statistics.rows);
        counts_ =
            DeviceMemory(device_, statistics.counts.size() * sizeof(std::uint32_t));
        moments_ = DeviceMemory(
            device_, statistics.axes.size() * sizeof(kernels::SharedMoments));
    };
    try {
        try {
            make();
        } catch (OutOfDeviceMemory const&) {
            release_slots();  // they find less next time
            make();
        }
    } catch (OutOfDeviceMemory const&) {
        throw RunError(fmt::format("{} has no memory left for the counts of {} outputs",
                                   device_.label,
                                   statistics.axes.size()));
    }
    axis_count_ = static_cast<int>(statistics.axes.size());
    count_count_ = statistics.counts.size();
    clear_counts();
}

void DeviceBatches::clear_counts() {
    auto& runtime = *device_.runtime;
    std::vector<std::uint32_t> const zeros(count_count_);
    std::vector<kernels::SharedMoments> const none(
        static_cast<std::size_t>(axis_count_));
    check(runtime.to_device(slots_[0].stream,
                            counts_.as<std::uint32_t>(),
                            zeros.data(),
                            zeros.size() * sizeof(std::uint32_t)));
    check(runtime.to_device(slots_[0].stream,
                            moments_.as<kernels::SharedMoments>(),
                            none.data(),
                            none.size() * sizeof(kernels::SharedMoments)));
    wait(0, {});  // other streams find them cleared
    counted_ = {};
}

void DeviceBatches::release_slots() {
    for (Slot& slot : slots_) {
        slot.workspace = {};
        slot.outputs = {};
        slot.numbers = {};
        slot.multiplicities = {};
    }
    capacity_ = 0;
    asked_ = 0;
}

/// Slots for so many samples in all, or as many as the device runs and holds. Half of
/// them where the memory that was promised is not there: others may use the device.
void DeviceBatches::make_slots(std::uint64_t wanted) {
    std::uint64_t const at_once =
        2 * static_cast<std::uint64_t>(std::max(device_.threads_at_once, 1));
    std::uint64_t const most = std::min(wanted + group - 1, at_once);
    if (most <= asked_) {
        return;
    }
    release_slots();
    asked_ = most;
    std::size_t const rows = static_cast<std::size_t>(view_.workspace_rows)
                             + static_cast<std::size_t>(view_.output_rows) + 3;
    std::size_t bytes = 0;
    check(device_.runtime->room(device_.number, bytes));
    std::uint64_t const fitting = bytes / (device_slots * rows * sizeof(float));
    // Places within a workspace are 32-bit numbers (Rows::get_by_lane).
    std::uint64_t const countable =
        0x7fffffffu / (static_cast<std::uint64_t>(view_.workspace_rows) + 1);
    for (int n = whole_groups(std::min({most, fitting, countable}));; n /= 2) {
        n = whole_groups(static_cast<std::uint64_t>(n));
        auto const samples = static_cast<std::size_t>(n);
        try {
            for (Slot& slot : slots_) {
                auto const columns = [&](int count) {
                    return DeviceMemory(device_,
                                        samples * static_cast<std::size_t>(count)
                                            * sizeof(float));
                };
                slot.workspace = columns(view_.workspace_rows);
                slot.outputs = columns(view_.output_rows);
                slot.numbers = DeviceMemory(device_, samples * sizeof(std::uint64_t));
                slot.multiplicities =
                    DeviceMemory(device_, samples * sizeof(std::uint32_t));
            }
            capacity_ = n;
            break;
        } catch (OutOfDeviceMemory const&) {
            release_slots();
            asked_ = most;
            if (n == group) {
                throw RunError(fmt::format("{} has no memory left for {} samples",
                                           device_.label,
                                           group * device_slots));
            }
        }
    }
    // The first batches tell how long one takes.
    limit_ = whole_groups(static_cast<std::uint64_t>(capacity_) / 8);
}

/// After a batch: how many samples the next one may have.
void DeviceBatches::adapt(Slot const& slot) {
    auto const took = steady_clock::now() - slot.start;
    if (took > long_batch) {
        limit_ = whole_groups(static_cast<std::uint64_t>(slot.count) / 2);
    } else if (took < short_batch && slot.count >= limit_) {
        limit_ = std::min(2 * limit_, capacity_);
    }
}

bool DeviceBatches::is_free(std::size_t index) {
    Slot& slot = slots_[index];
    auto const state = device_.runtime->state(slot.stream);
    if (state.status == DeviceStatus::busy) {
        return false;
    }
    check(state);
    if (slot.count > 0) {
        adapt(slot);
        slot.count = 0;
    }
    return true;
}

void DeviceBatches::wait(std::size_t slot, Control const& control) {
    while (!is_free(slot)) {
        control.throw_if_stopped();
        std::this_thread::sleep_for(nap);
    }
}

int DeviceBatches::start(std::size_t index,
                         SampleSet const& samples,
                         std::uint64_t begin) {
    make_slots(samples.size());
    Slot& slot = slots_[index];
    std::uint64_t count =
        std::min(samples.size() - begin, static_cast<std::uint64_t>(limit_));
    while (samples.total(begin, begin + count).samples > most_counted) {
        count /= 2;
    }
    auto const n = static_cast<std::size_t>(count);
    auto& runtime = *device_.runtime;
    if (samples.is_list()) {
        check(runtime.to_device(slot.stream,
                                slot.numbers.as<std::uint64_t>(),
                                samples.numbers().data() + begin,
                                n * sizeof(std::uint64_t)));
    }
    slot.start = steady_clock::now();
    slot.count = static_cast<int>(count);
    check(runtime.run(
        slot.stream,
        kernels::SampleThread{
            view_,
            slot.workspace.as<float>(),
            slot.outputs.as<float>(),
            capacity_,
            seed_,
            samples.is_list()
                ? kernels::SampleNumbers(slot.numbers.as<std::uint64_t const>())
                : kernels::SampleNumbers(samples.number(begin))},
        slot.count));
    return slot.count;
}

bool DeviceBatches::has_room(SampleSet::Total const& more) const {
    return counted_.samples + more.samples <= most_counted;
}

void DeviceBatches::bin(std::size_t index,
                        SampleSet const& samples,
                        std::uint64_t begin,
                        int count) {
    Slot& slot = slots_[index];
    slot.count = count;  // a wait in between took it for done
    auto const multiplicities = samples.multiplicities();
    if (!multiplicities.empty()) {
        check(device_.runtime->to_device(slot.stream,
                                         slot.multiplicities.as<std::uint32_t>(),
                                         multiplicities.data() + begin,
                                         static_cast<std::size_t>(count)
                                             * sizeof(std::uint32_t)));
    }
    check(device_.runtime->run(
        slot.stream,
        kernels::BinThread{axes_.as<kernels::Axis const>(),
                           rows_.as<int const>(),
                           slot.outputs.as<float const>(),
                           counts_.as<std::uint32_t>(),
                           moments_.as<kernels::SharedMoments>(),
                           capacity_,
                           0,
                           count,
                           multiplicities.empty()
                               ? nullptr
                               : slot.multiplicities.as<std::uint32_t const>()},
        kernels::BinThread::threads_for(axis_count_, count)));
    auto const more = samples.total(begin, begin + static_cast<std::uint64_t>(count));
    counted_.samples += more.samples;
    counted_.squares += more.squares;
}

void DeviceBatches::collect(Statistics& statistics, Control const& control) {
    for (std::size_t slot = 0; slot < device_slots; ++slot) {
        wait(slot, control);
    }
    if (counted_.samples == 0) {
        return;
    }
    auto& runtime = *device_.runtime;
    std::vector<std::uint32_t> counts(count_count_);
    std::vector<kernels::SharedMoments> moments(static_cast<std::size_t>(axis_count_));
    check(runtime.to_host(slots_[0].stream,
                          counts.data(),
                          counts_.as<std::uint32_t const>(),
                          counts.size() * sizeof(std::uint32_t)));
    check(runtime.to_host(slots_[0].stream,
                          moments.data(),
                          moments_.as<kernels::SharedMoments const>(),
                          moments.size() * sizeof(kernels::SharedMoments)));
    wait(0, {});
    statistics.begin_adding(counted_);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        statistics.counts[i] += counts[i];
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        kernels::merge(statistics.moments[i], kernels::moments_of(moments[i]));
    }
}

void DeviceBatches::copy(std::size_t index, int output, std::span<float> to) {
    Slot const& slot = slots_[index];
    check(device_.runtime->to_host(slot.stream,
                                   to.data(),
                                   slot.outputs.as<float const>()
                                       + static_cast<std::size_t>(output)
                                             * static_cast<std::size_t>(capacity_),
                                   to.size_bytes()));
}

}  // namespace leadtime::estimator

// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/device_runner.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/device_batches.hpp"
#include "kernels/lanes/contracts.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace leadtime::estimator {
namespace {

/// Outputs that visit() has on the host at a time: 4 MB for a batch of samples.
constexpr std::size_t visited_outputs = 1024;

std::string name_of(std::vector<UsedDevice> const& devices) {
    return devices.size() == 1
               ? devices[0].label
               : fmt::format("{} to {}", devices.front().label, devices.back().label);
}

}  // namespace

DeviceRunner::DeviceRunner(std::vector<UsedDevice> const& devices,
                           Plan const& plan,
                           std::uint64_t seed)
    : name_(name_of(devices)) {
    for (UsedDevice const& device : devices) {
        devices_.push_back(std::make_unique<DeviceBatches>(device, plan, seed));
    }
    for (std::size_t slot = 0; slot < device_slots; ++slot) {
        for (auto const& device : devices_) {
            places_.push_back({device.get(), slot});
        }
    }
}

DeviceRunner::~DeviceRunner() = default;

/// The next place whose batch is done; what it ran is handed on.
template <class Done>
DeviceRunner::Place& DeviceRunner::free_place(Control const& control,
                                              Done const& done) {
    while (true) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            Place& place = places_[next_];
            next_ = (next_ + 1) % places_.size();
            if (place.device->is_free(place.slot)) {
                if (place.count > 0) {
                    done(place);
                    place.count = 0;
                }
                return place;
            }
        }
        control.throw_if_stopped();
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

/// Deals samples out: start(place, begin) gives how many it started from there on, and
/// done(place) is called once for each batch.
template <class Start, class Done>
void DeviceRunner::run(SampleSet const& samples,
                       Control const& control,
                       Start const& start,
                       Done const& done) {
    for (Place& place : places_) {
        place.count = 0;  // of a run that was stopped
    }
    control.in_pieces(samples.size(), [&](std::uint64_t begin) {
        Place& place = free_place(control, done);
        place.count = start(place, begin);
        place.begin = begin;
        return begin + static_cast<std::uint64_t>(place.count);
    });
    for (Place& place : places_) {
        if (place.count > 0) {
            place.device->wait(place.slot, control);
            done(place);
            place.count = 0;
        }
    }
}

void DeviceRunner::add(SampleSet const& samples,
                       Statistics& statistics,
                       Control const& control) {
    for (auto const& device : devices_) {
        device->start_counting(statistics, control);
    }
    run(
        samples,
        control,
        [&](Place const& place, std::uint64_t begin) {
            int const count = place.device->start(place.slot, samples, begin);
            auto const end = begin + static_cast<std::uint64_t>(count);
            if (!place.device->has_room(samples.total(begin, end))) {
                place.device->collect(statistics, control);
                place.device->clear_counts();
            }
            place.device->bin(place.slot, samples, begin, count);
            return count;
        },
        [](Place const&) {});
    for (auto const& device : devices_) {
        device->collect(statistics, control);
    }
}

void DeviceRunner::gather(SampleSet const& samples,
                          std::span<int const> outputs,
                          std::span<float> values,
                          Control const& control) {
    LEADTIME_EXPECT(values.size() == outputs.size() * samples.size());
    run(
        samples,
        control,
        [&](Place const& place, std::uint64_t begin) {
            return place.device->start(place.slot, samples, begin);
        },
        [&](Place const& place) {
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                place.device->copy(
                    place.slot,
                    outputs[i],
                    values.subspan(i * samples.size() + place.begin,
                                   static_cast<std::size_t>(place.count)));
            }
            place.device->wait(place.slot, control);
        });
}

void DeviceRunner::visit(SampleSet const& samples,
                         std::span<int const> outputs,
                         Visitor const& f) {
    if (samples.size() > batch_samples) {
        throw std::length_error("DeviceRunner::visit: more samples than a batch holds");
    }
    std::size_t const count = samples.size();
    std::vector<float> values;
    for (std::size_t first = 0; first < outputs.size(); first += visited_outputs) {
        auto const some =
            outputs.subspan(first, std::min(visited_outputs, outputs.size() - first));
        values.resize(some.size() * count);
        gather(samples, some, values);
        on_all_threads("leadtime::visit_outputs", some.size(), [&](std::size_t i) {
            f(first + i, {values.data() + i * count, count});
        });
    }
}

std::string DeviceRunner::description() const {
    int const samples = std::accumulate(
        devices_.begin(), devices_.end(), 0, [](int sum, auto const& device) {
            return sum + device->samples_per_batch();
        });
    return fmt::format("{}, {} samples in flight, 1 at a time",
                       name_,
                       static_cast<int>(device_slots) * samples);
}

}  // namespace leadtime::estimator

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/device_runtime.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace leadtime::tests {

/// Devices that are this thread: kernels run at once, and what real devices do wrong is
/// done on demand.
class FakeDevices final : public estimator::DeviceRuntime {
  public:
    using Answer = estimator::DeviceAnswer;
    using Status = estimator::DeviceStatus;

    explicit FakeDevices(int devices)
        : batches_(static_cast<std::size_t>(devices))
        , used_bytes_(static_cast<std::size_t>(devices))
        , most_used_(static_cast<std::size_t>(devices)) {}

    FakeDevices(FakeDevices const&) = delete;
    FakeDevices& operator=(FakeDevices const&) = delete;
    ~FakeDevices() override {
        for (auto const& [memory, bytes] : memories_) {
            delete[] static_cast<std::byte*>(memory);
        }
        for (bool const* const stream : streams_) {
            delete stream;
        }
    }

    Answer find_answer;  ///< of find(), where it is not ok
    int threads_at_once = 256;
    std::size_t promised_bytes = std::size_t{1} << 40;  ///< what room() says
    std::size_t memory_bytes = std::size_t{1} << 40;    ///< what there is, by device
    int batches_until_failure = -1;                     ///< -1: never
    std::chrono::milliseconds batch_time{0};
    bool is_idle = false;     ///< batches take no time, and compute nothing
    bool is_endless = false;  ///< batches never end

    /// Sizes of the batches that a device ran.
    std::vector<int> const& batches(std::size_t device) const {
        return batches_[device];
    }
    /// Bytes that a device has given out, at most.
    std::size_t most_used(std::size_t device) const { return most_used_[device]; }
    /// Memory and streams that were not given back.
    std::size_t leaks() const { return memories_.size() + streams_.size(); }

    std::string name() const override { return "fake"; }
    Answer find(std::vector<estimator::DeviceDescription>& devices) override {
        devices.clear();
        if (find_answer.status == Status::ok) {
            devices.assign(batches_.size(),
                           {"Fake GPU", "sm_0", 12'000'000'000, threads_at_once});
        }
        return find_answer;
    }
    Answer room(int, std::size_t& bytes) override {
        bytes = promised_bytes;
        return {};
    }
    Answer allocate(int device, std::size_t bytes, void*& memory) override {
        std::size_t& used = used_bytes_[static_cast<std::size_t>(device)];
        if (used + bytes > memory_bytes) {
            return {Status::out_of_memory, "out of memory"};
        }
        used += bytes;
        most_used_[static_cast<std::size_t>(device)] =
            std::max(most_used_[static_cast<std::size_t>(device)], used);
        memory = new std::byte[bytes];
        std::memset(memory, 0xca, bytes);  // nobody may count on zeros
        memories_[memory] = bytes;
        return {};
    }
    void release(int device, void* memory) noexcept override {
        auto const found = memories_.find(memory);
        used_bytes_[static_cast<std::size_t>(device)] -= found->second;
        memories_.erase(found);
        delete[] static_cast<std::byte*>(memory);
    }
    Answer open(estimator::DeviceStream& stream) override {
        stream.handle = *streams_.insert(new bool(false)).first;  // busy or not
        return {};
    }
    void close(estimator::DeviceStream const& stream) noexcept override {
        auto* const own = static_cast<bool*>(stream.handle);
        streams_.erase(own);
        delete own;
    }
    Answer to_device(estimator::DeviceStream const&,
                     void* to,
                     void const* from,
                     std::size_t bytes) override {
        return copy(to, from, bytes);
    }
    Answer to_host(estimator::DeviceStream const&,
                   void* to,
                   void const* from,
                   std::size_t bytes) override {
        return copy(to, from, bytes);
    }
    Answer run(estimator::DeviceStream const& stream,
               kernels::SampleThread const& thread,
               std::int64_t count) override;
    Answer run(estimator::DeviceStream const& stream,
               kernels::BinThread const& thread,
               std::int64_t count) override;
    Answer state(estimator::DeviceStream const& stream) override {
        if (is_lost_) {
            return lost();
        }
        return {*static_cast<bool*>(stream.handle) && is_endless ? Status::busy
                                                                 : Status::ok,
                {}};
    }

  private:
    static Answer lost() { return {Status::failed, "unspecified launch failure"}; }
    Answer copy(void* to, void const* from, std::size_t bytes) const {
        if (is_lost_) {
            return lost();
        }
        std::memcpy(to, from, bytes);
        return {};
    }

    std::vector<std::vector<int>> batches_;
    std::vector<std::size_t> used_bytes_;
    std::vector<std::size_t> most_used_;
    std::map<void*, std::size_t> memories_;
    std::set<bool*> streams_;
    bool is_lost_ = false;
};

}  // namespace leadtime::tests

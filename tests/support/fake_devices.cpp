// SPDX-License-Identifier: Apache-2.0
// Alone, as the whole model is compiled into it.
#include "tests/support/fake_devices.hpp"

namespace leadtime::tests {

FakeDevices::Answer FakeDevices::run(estimator::DeviceStream const& stream,
                                     kernels::SampleThread const& thread,
                                     std::int64_t count) {
    if (batches_until_failure == 0) {
        is_lost_ = true;
        return lost();
    }
    --batches_until_failure;
    batches_[static_cast<std::size_t>(stream.device)].push_back(
        static_cast<int>(count));
    for (std::int64_t i = 0; i < count && !is_idle; ++i) {
        thread(static_cast<int>(i));
    }
    std::this_thread::sleep_for(batch_time);
    *static_cast<bool*>(stream.handle) = is_endless;
    return {};
}

FakeDevices::Answer FakeDevices::run(estimator::DeviceStream const&,
                                     kernels::BinThread const& thread,
                                     std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        thread(i);
    }
    return {};
}

}  // namespace leadtime::tests

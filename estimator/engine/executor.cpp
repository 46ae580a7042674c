// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/executor.hpp"

#include "estimator/engine/device_runner.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/host_runner.hpp"

#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

class HostExecutor final : public Executor {
  public:
    using Executor::Executor;
    Backend backend() const override { return Backend::host; }
    std::unique_ptr<SampleRunner> runner(Model const& model,
                                         std::uint64_t seed) const override {
        return std::make_unique<HostRunner>(model.shared_plan(), seed, host_kernels());
    }
};

class DeviceExecutor final : public Executor {
  public:
    using Executor::Executor;
    Backend backend() const override { return Backend::device; }
    std::unique_ptr<SampleRunner> runner(Model const& model,
                                         std::uint64_t seed) const override {
        return std::make_unique<DeviceRunner>(model.shared_plan(), seed);
    }
};

}  // namespace

Backend find_backend(std::string_view name) {
    if (name == "device" || (name.empty() && has_device())) {
        return Backend::device;
    }
    if (name.empty() || name == "host") {
        return Backend::host;
    }
    throw RunError(fmt::format(
        "the backend \"{}\" is not known (it may be host or device)", name));
}

std::unique_ptr<Executor> make_executor(ExecutorOptions const& options) {
    TileKernels const& kernels = find_kernels(options.instruction_set);
    if (find_backend(options.backend) == Backend::device) {
        return std::make_unique<DeviceExecutor>(kernels);
    }
    return std::make_unique<HostExecutor>(kernels);
}

}  // namespace leadtime::estimator

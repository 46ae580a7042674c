// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/executor.hpp"

#include "estimator/engine/device_memory.hpp"
#include "estimator/engine/device_runner.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/host_runner.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace leadtime::estimator {
namespace {

/// A path that still looks for its policy would buy by its list, and nobody would know.
Model const& with_policies(Model const& model) {
    auto const paths = model.undecided_paths();
    if (!paths.empty()) {
        throw RunError(fmt::format("{} buys by order = \"best\", and nobody has looked "
                                   "for its policy (with_found_policies)",
                                   model.scenario().paths[paths.front()].name));
    }
    return model;
}

class HostExecutor final : public Executor {
  public:
    using Executor::Executor;
    Backend backend() const override { return Backend::host; }
    std::unique_ptr<SampleRunner> runner(Model const& model,
                                         std::uint64_t seed) const override {
        return pilot_runner(model, seed);
    }
};

class DeviceExecutor final : public Executor {
  public:
    DeviceExecutor(TileKernels const& kernels,
                   Backend backend,
                   std::vector<UsedDevice> devices)
        : Executor(kernels)
        , backend_(backend)
        , devices_(std::move(devices)) {}
    Backend backend() const override { return backend_; }
    std::unique_ptr<SampleRunner> runner(Model const& model,
                                         std::uint64_t seed) const override {
        return std::make_unique<DeviceRunner>(
            devices_, with_policies(model).plan(), seed);
    }

  private:
    Backend backend_;
    std::vector<UsedDevice> devices_;
};

constexpr std::string_view of_cuda = "cuda:";

/// N of `cuda:N`, and 0 of `cuda`.
std::optional<int> gpu_number(std::string_view name) {
    if (name == "cuda") {
        return 0;
    }
    if (!name.starts_with(of_cuda)) {
        return std::nullopt;
    }
    name.remove_prefix(of_cuda.size());
    int number = 0;
    auto const* const end = name.data() + name.size();
    auto const [stop, error] = std::from_chars(name.data(), end, number);
    return error == std::errc{} && stop == end && number >= 0 ? std::optional(number)
                                                              : std::nullopt;
}

UsedDevice use_gpu(DeviceRuntime& gpus,
                   std::vector<DeviceDescription> const& found,
                   std::size_t number) {
    return {&gpus,
            static_cast<int>(number),
            fmt::format("{}{} ({})", of_cuda, number, found[number].name),
            found[number].threads_at_once};
}

/// The GPUs that a name asks for. Throws: RunError.
std::vector<UsedDevice> use_gpus(DeviceRuntime& gpus, std::string_view name) {
    std::vector<DeviceDescription> found;
    auto const answer = gpus.find(found);
    if (answer.status != DeviceStatus::ok) {
        throw RunError(
            fmt::format("no GPU can be used (--device {}): {}", name, answer.text));
    }
    std::vector<UsedDevice> used;
    if (auto const number = gpu_number(name)) {
        if (static_cast<std::size_t>(*number) >= found.size()) {
            throw RunError(fmt::format("there is no {} (the GPUs here are cuda:0 to "
                                       "cuda:{}; see leadtime devices)",
                                       name,
                                       found.size() - 1));
        }
        return {use_gpu(gpus, found, static_cast<std::size_t>(*number))};
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        used.push_back(use_gpu(gpus, found, i));
    }
    return used;
}

std::unique_ptr<Executor> use_kokkos(TileKernels const& kernels) {
    auto& runtime = kokkos_runtime();
    std::vector<DeviceDescription> found;
    if (auto const answer = runtime.find(found); answer.status != DeviceStatus::ok) {
        throw RunError("Kokkos' device cannot be used: " + answer.text);
    }
    return std::make_unique<DeviceExecutor>(
        kernels,
        Backend::kokkos,
        std::vector{UsedDevice{&runtime, 0, runtime.name(), found[0].threads_at_once}});
}

}  // namespace

std::unique_ptr<SampleRunner> Executor::pilot_runner(Model const& model,
                                                     std::uint64_t seed) const {
    return std::make_unique<HostRunner>(
        with_policies(model).shared_plan(), seed, host_kernels());
}

bool is_device_name(std::string_view name) {
    return name == "host" || name == "kokkos" || name == "all" || gpu_number(name);
}

std::unique_ptr<Executor> make_executor(ExecutorOptions const& options,
                                        DeviceRuntime& gpus) {
    TileKernels const& kernels = find_kernels(options.instruction_set);
    std::string const& name = options.device;
    if (name == "host") {
        return std::make_unique<HostExecutor>(kernels);
    }
    if (name == "kokkos") {
        return use_kokkos(kernels);
    }
    if (name.empty()) {
        std::vector<DeviceDescription> found;
        auto const answer = gpus.find(found);
        if (answer.status != DeviceStatus::ok) {
            return std::make_unique<HostExecutor>(
                kernels,
                answer.status == DeviceStatus::none
                    ? std::string()
                    : "samples run on the host, as no GPU can be used: " + answer.text);
        }
        return std::make_unique<DeviceExecutor>(
            kernels, Backend::cuda, std::vector{use_gpu(gpus, found, 0)});
    }
    if (!is_device_name(name)) {
        throw RunError(fmt::format("the device \"{}\" is not known (it may be host, "
                                   "kokkos, cuda, cuda:N or all)",
                                   name));
    }
    return std::make_unique<DeviceExecutor>(
        kernels, Backend::cuda, use_gpus(gpus, name));
}

DeviceList list_devices(DeviceRuntime& gpus) {
    TileKernels const& kernels = best_kernels();
    DeviceList list;
    list.devices = {
        {"host", Kokkos::DefaultHostExecutionSpace::name(), kernels.name, 0},
        {"kokkos", kokkos_runtime().name(), {}, 0}};
    std::vector<DeviceDescription> found;
    auto const answer = gpus.find(found);
    if (answer.status != DeviceStatus::ok) {
        list.without_gpu = answer.text;
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        list.devices.push_back({fmt::format("{}{}", of_cuda, i),
                                found[i].name,
                                found[i].architecture,
                                found[i].memory_bytes});
    }
    return list;
}

}  // namespace leadtime::estimator

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/backtest_command.hpp"
#include "estimator/cli/cluster_command.hpp"
#include "estimator/cli/legality_command.hpp"
#include "estimator/cli/report_command.hpp"
#include "estimator/study/sensitivity/sensitivity.hpp"
#include "estimator/study/sweep.hpp"
#include "estimator/study/until.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace leadtime::estimator {

/// More would overrun the thread pool of Kokkos (OpenMPTraits::MAX_THREAD_COUNT).
inline constexpr int max_threads = 512;

/// A command line, read and checked. Each command uses its own part.
struct Arguments {
    std::string command = "run";
    std::string scenario = "baseline";   ///< file, or the name of a built-in one
    std::vector<std::string> scenarios;  ///< compare: the base first
    std::vector<std::string> events;     ///< resilience: NAME or NAME=DATE
    std::uint64_t samples = 100'000;
    std::uint64_t seed = 1;
    std::vector<std::string> overrides;  ///< each `KEY=VALUE` of --set
    std::optional<std::string> output_directory;
    std::optional<std::string> profiles_dir;
    std::optional<int> threads;
    std::string device;                      ///< of --device, as ExecutorOptions has it
    std::optional<std::string> accelerator;  ///< profiles NAME
    bool json = false;
    bool quiet = false;
    bool keys = false;
    bool toml = false;
    LegalityOptions legality;
    ClusterOptions cluster;
    BacktestOptions backtest;
    ReportOptions report;
    SensitivityOptions sensitivity;
    SweepOptions sweep;
    Sampler sampler = Sampler::philox;
    std::vector<std::string> outputs;         ///< of run; none: all
    std::vector<std::string> until;           ///< goals, for read_goal()
    std::vector<std::string> keep;            ///< of --keep-samples
    std::optional<QuantileLevels> quantiles;  ///< in place of the scenario's
    bool strict = false;
};

/// The command line is wrong; what() is a sentence for the user, without "error:".
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A number of samples and the like: `100000`, `100k`, `1e6`. Throws: UsageError.
std::uint64_t read_count(std::string const& option,
                         std::string const& text,
                         std::uint64_t least,
                         std::uint64_t most = most_kept_samples);

/// The levels of `--quantiles`: `0.05,0.5,p99.9`, in any order. Throws: UsageError.
QuantileLevels read_quantiles(std::string const& text);

/// Reads a command line. A text is the answer to --help or --version, for stdout.
/// Throws: UsageError.
std::variant<Arguments, std::string> parse_command_line(int argc,
                                                        char const* const* argv);

/// What `leadtime` says without arguments.
std::string general_help();

}  // namespace leadtime::estimator

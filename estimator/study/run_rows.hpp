// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/run_options.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The two ways in which samples become the rows of a result.
namespace leadtime::estimator {

/// What is run: a model (with qmc, of Sobol points), and so many samples of it.
struct Run {
    Model const& model;
    Executor const& executor;
    RunOptions const& options;
    std::uint64_t samples = 0;  ///< with qmc, of whole replicates
};

struct RunRows {
    std::vector<Row> rows;  ///< by path, then metric, then step
    std::vector<KeptSamples> kept;
    std::string backend;
};

/// Whether all samples of so many outputs are few enough to be kept until the end and
/// sorted: at most 65,536, and 192 MiB of them.
bool is_exact(std::uint64_t outputs, std::uint64_t samples);

/// The same of a run, by all the outputs that the plan has, however few of them are
/// asked for: so an output has the same bits among few and among all, on any machine
/// and device.
inline bool is_exact(Plan const& plan, std::uint64_t samples) {
    return is_exact(plan.outputs.size(), samples);
}

/// Keeps all samples. Throws: BadValueError, Interrupted.
RunRows exact_run(Run const& run);

/// Counts samples in bins, laid out from a pilot, in memory that does not grow with
/// their number; runs them once more where a bin is wider than promised. Throws:
/// BadValueError, Interrupted.
RunRows binned_run(Run const& run);

/// By place in a result: which of these output rows, of which a plan has all paths of a
/// step first, stands there.
std::vector<std::size_t> places_in_result(Plan const& plan, std::span<int const> rows);

/// Values of an output in base units, by sample, as a result keeps them: in its unit.
KeptSamples kept_samples(SelectedOutput const& output, std::span<float const> values);

}  // namespace leadtime::estimator

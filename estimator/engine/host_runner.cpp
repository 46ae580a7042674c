// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/host_runner.hpp"

#include "estimator/engine/all_threads.hpp"
#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/philox.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace leadtime::estimator {
namespace {

using Space = Kokkos::DefaultHostExecutionSpace;
using Floats = Kokkos::View<float*, Kokkos::LayoutRight, Space>;

constexpr int tile_lanes = kernels::samples_per_group;

Floats uninitialised(std::string const& label, std::size_t count) {
    return Floats(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), count);
}

/// Runs tiles of 64 samples, each thread in a workspace of its own; outputs go to
/// [tile][output row][sample].
struct TileRunner {
    kernels::Plan plan;
    TileKernels kernels;
    std::uint64_t seed = 0;
    std::uint64_t first_sample = 0;          ///< of tile 0, a multiple of 64
    std::uint64_t const* numbers = nullptr;  ///< by tile and lane, where it is a list
    Floats workspaces;
    Floats outputs;
    Kokkos::Experimental::UniqueToken<Space> threads;

    std::size_t work_size() const {
        return static_cast<std::size_t>(plan.workspace_rows) * tile_lanes;
    }
    std::size_t output_size() const {
        return static_cast<std::size_t>(plan.output_rows) * tile_lanes;
    }

    void operator()(int tile) const {
        auto const thread = threads.acquire();
        kernels.run_tile(
            plan,
            workspaces.data() + work_size() * static_cast<std::size_t>(thread),
            outputs.data() + output_size() * static_cast<std::size_t>(tile),
            seed,
            samples_of(tile));
        threads.release(thread);
    }

    /// A list's tile that is a whole Philox group runs as one: the same bits, sooner.
    kernels::SampleNumbers samples_of(int tile) const {
        std::size_t const first = static_cast<std::size_t>(tile) * tile_lanes;
        if (numbers == nullptr) {
            return first_sample + first;
        }
        std::uint64_t const* const own = numbers + first;
        bool const is_group = own[0] % tile_lanes == 0
                              && own[tile_lanes - 1] == own[0] + (tile_lanes - 1);
        return is_group ? kernels::SampleNumbers(own[0]) : kernels::SampleNumbers(own);
    }
};

/// The samples of a batch that were asked for: all lanes, but in the first and last
/// tile.
struct BatchShape {
    int tiles = 0;
    int first_lane = 0;  ///< in the first tile
    int end_lane = 0;    ///< in the last tile

    int begin(int tile) const { return tile == 0 ? first_lane : 0; }
    int end(int tile) const { return tile == tiles - 1 ? end_lane : tile_lanes; }
    int samples() const { return (tiles - 1) * tile_lanes + end_lane - first_lane; }
};

/// Bins one output of all tiles: its counts stay in cache, and no two threads share
/// any.
struct OutputBinner {
    TileKernels kernels;
    kernels::Axis const* axes = nullptr;
    int const* rows = nullptr;  ///< by axis
    std::uint32_t* counts = nullptr;
    kernels::Moments* moments = nullptr;
    Floats outputs;
    std::size_t output_rows = 0;
    BatchShape shape;
    std::uint32_t const* multiplicities = nullptr;  ///< by sample of the batch

    void operator()(int axis) const {
        if (multiplicities != nullptr) {
            add_multiples(axis);
            return;
        }
        // All tiles at once where they are whole, else one by one at both ends.
        int tile = 0;
        if (shape.begin(0) != 0 || shape.end(0) != tile_lanes) {
            add(axis, tile++, 1);
        }
        bool const last_is_whole = shape.end_lane == tile_lanes;
        int const whole = shape.tiles - tile - (last_is_whole ? 0 : 1);
        if (whole > 0) {
            add(axis, tile, whole);
            tile += whole;
        }
        if (tile < shape.tiles) {
            add(axis, tile, 1);
        }
    }

    /// A list begins with its batch.
    void add_multiples(int axis) const {
        for (int tile = 0; tile < shape.tiles; ++tile) {
            std::size_t const row = static_cast<std::size_t>(tile) * output_rows
                                    + static_cast<std::size_t>(rows[axis]);
            kernels::bin_multiples(axes[axis],
                                   outputs.data() + row * tile_lanes,
                                   multiplicities
                                       + static_cast<std::size_t>(tile) * tile_lanes,
                                   shape.end(tile),
                                   counts,
                                   moments[axis]);
        }
    }

    void add(int axis, int tile, int tiles) const {
        std::size_t const row = static_cast<std::size_t>(tile) * output_rows
                                + static_cast<std::size_t>(rows[axis]);
        int const begin = shape.begin(tile);
        kernels.bin_rows(axes[axis],
                         outputs.data() + row * tile_lanes + begin,
                         tiles,
                         static_cast<std::ptrdiff_t>(output_rows) * tile_lanes,
                         shape.end(tile) - begin,
                         counts,
                         moments[axis]);
    }
};

/// Tiles in flight: enough for all threads, few enough to stay near the cores.
int tiles_per_batch(std::size_t tile_bytes, int threads) {
    constexpr std::size_t cache_bytes = 8u << 20;
    std::size_t const most = 64u * static_cast<std::size_t>(threads);
    std::size_t const fitting = std::min(cache_bytes / tile_bytes, most);
    return std::max(
        {static_cast<int>(fitting), batch_samples / tile_lanes, 2 * threads});
}

}  // namespace

/// The buffers of a runner, and the launches on them.
class HostRunner::Buffers {
  public:
    Buffers(Plan const& plan, std::uint64_t seed, TileKernels const& kernels) {
        runner_.plan = plan.view();
        runner_.kernels = kernels;
        runner_.seed = seed;
        tiles_ = tiles_per_batch(
            std::max<std::size_t>(runner_.output_size() * sizeof(float), 1),
            Space().concurrency());
        runner_.outputs =
            uninitialised("leadtime::HostRunner::outputs",
                          runner_.output_size() * static_cast<std::size_t>(tiles_));
        runner_.workspaces = uninitialised(
            "leadtime::HostRunner::workspaces",
            runner_.work_size() * static_cast<std::size_t>(runner_.threads.size()));
    }

    /// Runs as many of the samples from place `begin` on as fit a batch, or takes those
    /// of the last batch where they begin there (a pilot is looked at and then counted);
    /// gives the end of these.
    std::uint64_t run(SampleSet const& samples, std::uint64_t begin) {
        if (samples.is_list()) {
            run_list(samples, begin);
        } else {
            SampleRange const range{samples.range().begin + begin, samples.range().end};
            if (range.begin == held_.begin && held_.begin < held_.end
                && held_.end <= range.end) {
                return begin + held_.size();
            }
            run_range(range);
        }
        on_free_threads("leadtime::run_tiles",
                        static_cast<std::size_t>(shape_.tiles),
                        [&](std::size_t tile) { runner_(static_cast<int>(tile)); });
        auto const count = static_cast<std::uint64_t>(shape_.samples());
        held_ = {};
        if (!samples.is_list()) {
            held_.begin = samples.range().begin + begin;
            held_.end = held_.begin + count;
        }
        return begin + count;
    }

    void forget() { held_ = {}; }

    void bin(Statistics& statistics,
             std::span<std::uint32_t const> multiplicities) const {
        OutputBinner const binner{runner_.kernels,
                                  statistics.axes.data(),
                                  statistics.rows.data(),
                                  statistics.counts.data(),
                                  statistics.moments.data(),
                                  runner_.outputs,
                                  static_cast<std::size_t>(runner_.plan.output_rows),
                                  shape_,
                                  multiplicities.empty() ? nullptr
                                                         : multiplicities.data()};
        // One by one, as outputs differ in cost: where one is 0 in all samples, say.
        on_free_threads("leadtime::bin_outputs",
                        statistics.axes.size(),
                        [&](std::size_t axis) { binner(static_cast<int>(axis)); });
    }

    void visit(std::span<int const> outputs, SampleRunner::Visitor const& f) const {
        on_all_threads("leadtime::visit_outputs", outputs.size(), [&](std::size_t i) {
            std::array<float, batch_samples> values;
            f(i, {values.data(), copy(outputs[i], values.data())});
        });
    }

    /// Copies some outputs of the last run to [place in outputs * count + offset +
    /// sample].
    void gather(std::span<int const> outputs,
                std::span<float> to,
                std::size_t count,
                std::size_t offset) const {
        on_all_threads("leadtime::gather_outputs", outputs.size(), [&](std::size_t i) {
            copy(outputs[i], to.data() + i * count + offset);
        });
    }

    TileKernels const& kernels() const { return runner_.kernels; }

  private:
    /// Copies an output of the last run; gives where it ends.
    float* copy(int output, float* to) const {
        auto const rows = static_cast<std::size_t>(runner_.plan.output_rows);
        for (int tile = 0; tile < shape_.tiles; ++tile) {
            float const* const from = runner_.outputs.data()
                                      + (static_cast<std::size_t>(tile) * rows
                                         + static_cast<std::size_t>(output))
                                            * tile_lanes;
            to = std::copy(from + shape_.begin(tile), from + shape_.end(tile), to);
        }
        return to;
    }

    void run_range(SampleRange range) {
        runner_.first_sample = range.begin / tile_lanes * tile_lanes;
        runner_.numbers = nullptr;
        std::uint64_t const used =
            std::min(range.end - runner_.first_sample, most_samples());
        shape_.tiles = static_cast<int>((used + tile_lanes - 1) / tile_lanes);
        shape_.first_lane = static_cast<int>(range.begin - runner_.first_sample);
        shape_.end_lane = static_cast<int>(
            used - static_cast<std::uint64_t>(shape_.tiles - 1) * tile_lanes);
    }

    void run_list(SampleSet const& samples, std::uint64_t begin) {
        std::uint64_t const used = std::min(samples.size() - begin, most_samples());
        auto const own = samples.numbers().subspan(begin, used);
        numbers_.assign(own.begin(), own.end());
        shape_.tiles = static_cast<int>((used + tile_lanes - 1) / tile_lanes);
        shape_.first_lane = 0;
        shape_.end_lane = static_cast<int>(
            used - static_cast<std::uint64_t>(shape_.tiles - 1) * tile_lanes);
        // Lanes that are left over run the last sample once more; nobody reads them.
        numbers_.resize(static_cast<std::size_t>(shape_.tiles) * tile_lanes,
                        own.back());
        runner_.numbers = numbers_.data();
    }

    std::uint64_t most_samples() const {
        return static_cast<std::uint64_t>(tiles_) * tile_lanes;
    }

    TileRunner runner_;
    int tiles_ = 0;
    BatchShape shape_;
    SampleRange held_{};  ///< whose outputs are there; empty for a list
    std::vector<std::uint64_t> numbers_;
};

HostRunner::HostRunner(std::shared_ptr<Plan const> plan,
                       std::uint64_t seed,
                       TileKernels const& kernels)
    : plan_(std::move(plan))
    , buffers_(std::make_unique<Buffers>(*plan_, seed, kernels)) {}

HostRunner::~HostRunner() = default;

void HostRunner::visit(SampleSet const& samples,
                       std::span<int const> outputs,
                       Visitor const& f) {
    buffers_->forget();  // a part of them would not do
    if (samples.size() > batch_samples || buffers_->run(samples, 0) != samples.size()) {
        throw std::length_error("HostRunner::visit: more samples than a batch holds");
    }
    buffers_->visit(outputs, f);
}

void HostRunner::gather(SampleSet const& samples,
                        std::span<int const> outputs,
                        std::span<float> values,
                        Control const& control) {
    LEADTIME_EXPECT(values.size() == outputs.size() * samples.size());
    control.in_pieces(samples.size(), [&](std::uint64_t begin) {
        std::uint64_t const end = buffers_->run(samples, begin);
        buffers_->gather(outputs, values, samples.size(), begin);
        return end;
    });
}

void HostRunner::add(SampleSet const& samples,
                     Statistics& statistics,
                     Control const& control) {
    control.in_pieces(samples.size(), [&](std::uint64_t begin) {
        std::uint64_t const end = buffers_->run(samples, begin);
        statistics.begin_adding(samples.total(begin, end));
        auto const all = samples.multiplicities();
        buffers_->bin(statistics, all.empty() ? all : all.subspan(begin, end - begin));
        return end;
    });
}

std::string HostRunner::description() const {
    int const threads = Space().concurrency();
    return fmt::format("{}, {} thread{}, {}, {} at a time",
                       Space::name(),
                       threads,
                       threads == 1 ? "" : "s",
                       buffers_->kernels().name,
                       buffers_->kernels().lanes);
}

}  // namespace leadtime::estimator

// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/host_runner.hpp"

#include "estimator/engine/all_threads.hpp"
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
    std::uint64_t first_sample = 0;  ///< of tile 0, a multiple of 64
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
            first_sample + static_cast<std::uint64_t>(tile) * tile_lanes);
        threads.release(thread);
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

    void operator()(int axis) const {
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

/// Gathers one output of all tiles and hands it on.
struct OutputVisitor {
    SampleRunner::Visitor const* f = nullptr;
    Floats outputs;
    std::size_t output_rows = 0;
    BatchShape shape;

    void operator()(int output) const {
        std::array<float, batch_samples> values;
        std::size_t count = 0;
        for (int tile = 0; tile < shape.tiles; ++tile) {
            std::size_t const row = static_cast<std::size_t>(tile) * output_rows
                                    + static_cast<std::size_t>(output);
            for (int lane = shape.begin(tile); lane < shape.end(tile); ++lane) {
                values[count++] =
                    outputs[row * tile_lanes + static_cast<std::size_t>(lane)];
            }
        }
        (*f)(output, {values.data(), count});
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

    /// Runs as much of [begin, end) as fits a batch; gives the end of that.
    std::uint64_t run(std::uint64_t begin, std::uint64_t end) {
        runner_.first_sample = begin / tile_lanes * tile_lanes;
        std::uint64_t const capacity =
            runner_.first_sample + static_cast<std::uint64_t>(tiles_) * tile_lanes;
        end = std::min(end, capacity);
        std::uint64_t const used = end - runner_.first_sample;
        shape_.tiles = static_cast<int>((used + tile_lanes - 1) / tile_lanes);
        shape_.first_lane = static_cast<int>(begin - runner_.first_sample);
        shape_.end_lane = static_cast<int>(
            used - static_cast<std::uint64_t>(shape_.tiles - 1) * tile_lanes);
        Kokkos::parallel_for(
            "leadtime::run_tiles",
            Kokkos::RangePolicy<Space, Kokkos::Schedule<Kokkos::Dynamic>>(0,
                                                                          shape_.tiles)
                .set_chunk_size(1),
            runner_);
        Space().fence("leadtime: outputs of a batch are complete before they are read");
        return end;
    }

    void bin(Statistics& statistics) const {
        OutputBinner const binner{runner_.kernels,
                                  statistics.axes.data(),
                                  statistics.rows.data(),
                                  statistics.counts.data(),
                                  statistics.moments.data(),
                                  runner_.outputs,
                                  static_cast<std::size_t>(runner_.plan.output_rows),
                                  shape_};
        // One by one, as outputs differ in cost: where one is 0 in all samples, say.
        Kokkos::parallel_for(
            "leadtime::bin_outputs",
            Kokkos::RangePolicy<Space, Kokkos::Schedule<Kokkos::Dynamic>>(
                0, static_cast<int>(statistics.axes.size()))
                .set_chunk_size(1),
            binner);
        Space().fence("leadtime: a batch is binned before its buffer is used again");
    }

    void visit(SampleRunner::Visitor const& f) const {
        OutputVisitor const visitor{&f,
                                    runner_.outputs,
                                    static_cast<std::size_t>(runner_.plan.output_rows),
                                    shape_};
        Kokkos::parallel_for("leadtime::visit_outputs",
                             Kokkos::RangePolicy<Space>(0, runner_.plan.output_rows),
                             visitor);
        Space().fence("leadtime: what the visitors wrote is read next");
    }

    /// Copies some outputs of the last run to [place in outputs * count + offset +
    /// sample].
    void gather(std::span<int const> outputs,
                std::span<float> to,
                std::size_t count,
                std::size_t offset) const {
        auto const rows = static_cast<std::size_t>(runner_.plan.output_rows);
        on_all_threads("leadtime::gather_outputs", outputs.size(), [&](std::size_t i) {
            float* place = to.data() + i * count + offset;
            for (int tile = 0; tile < shape_.tiles; ++tile) {
                float const* const from = runner_.outputs.data()
                                          + (static_cast<std::size_t>(tile) * rows
                                             + static_cast<std::size_t>(outputs[i]))
                                                * tile_lanes;
                place = std::copy(
                    from + shape_.begin(tile), from + shape_.end(tile), place);
            }
        });
    }

    TileKernels const& kernels() const { return runner_.kernels; }

  private:
    TileRunner runner_;
    int tiles_ = 0;
    BatchShape shape_;
};

HostRunner::HostRunner(std::shared_ptr<Plan const> plan,
                       std::uint64_t seed,
                       TileKernels const& kernels)
    : plan_(std::move(plan))
    , buffers_(std::make_unique<Buffers>(*plan_, seed, kernels)) {}

HostRunner::~HostRunner() = default;

void HostRunner::visit(SampleRange range, Visitor const& f) {
    if (range.size() > batch_samples
        || buffers_->run(range.begin, range.end) != range.end) {
        throw std::length_error("HostRunner::visit: more samples than a batch holds");
    }
    buffers_->visit(f);
}

void HostRunner::gather(SampleRange range,
                        std::span<int const> outputs,
                        std::span<float> values,
                        Control const& control) {
    for (std::uint64_t begin = range.begin; begin < range.end;) {
        control.throw_if_stopped();
        std::uint64_t const end = buffers_->run(begin, range.end);
        buffers_->gather(outputs, values, range.size(), begin - range.begin);
        begin = end;
        control.report(begin - range.begin, range.size());
    }
}

void HostRunner::add(SampleRange range,
                     Statistics& statistics,
                     Control const& control) {
    for (std::uint64_t begin = range.begin; begin < range.end;) {
        control.throw_if_stopped();
        std::uint64_t const end = buffers_->run(begin, range.end);
        buffers_->bin(statistics);
        statistics.samples += end - begin;
        begin = end;
        control.report(begin - range.begin, range.size());
    }
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

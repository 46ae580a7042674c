// SPDX-License-Identifier: Apache-2.0
#include "estimator/launch.hpp"

#include "kernels/sample_tile.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

using Space = Kokkos::DefaultHostExecutionSpace;
using Floats = Kokkos::View<float*, Kokkos::LayoutRight, Space>;

constexpr int tile_lanes = kernels::samples_per_group;
using Lanes = kernels::Pack<8>;

/// Runs tiles of 64 samples, each thread in a workspace of its own; outputs go to
/// [tile][output row][sample].
struct TileRunner {
    kernels::Plan plan;
    std::uint64_t seed = 0;
    std::uint64_t first_sample = 0;  ///< of tile 0, a multiple of 64
    LaneMode mode = LaneMode::packs;
    Floats workspaces;
    Floats outputs;
    Kokkos::Experimental::UniqueToken<Space> threads;

    void operator()(int tile) const {
        auto const thread = threads.acquire();
        std::size_t const work_size =
            static_cast<std::size_t>(plan.workspace_rows) * tile_lanes;
        std::size_t const output_size =
            static_cast<std::size_t>(plan.output_rows) * tile_lanes;
        kernels::Tile const place{
            {workspaces.data() + work_size * static_cast<std::size_t>(thread), tile_lanes},
            {outputs.data() + output_size * static_cast<std::size_t>(tile), tile_lanes},
            tile_lanes};
        std::uint64_t const first =
            first_sample + static_cast<std::uint64_t>(tile) * tile_lanes;
        if (mode == LaneMode::packs) {
            kernels::run_tile<Lanes>(plan, place, seed, first);
        } else {
            kernels::run_tile<float>(plan, place, seed, first);
        }
        threads.release(thread);
    }
};

/// Bins one output of all tiles: its counts stay in cache, and no two threads share any.
struct OutputBinner {
    kernels::Axis const* axes = nullptr;
    std::uint32_t* counts = nullptr;
    kernels::Moments* moments = nullptr;
    Floats outputs;
    int output_rows = 0;
    int tiles = 0;
    int first_lane = 0;  ///< of the first tile that is asked for
    int end_lane = 0;    ///< of the last tile

    void operator()(int output) const {
        for (int tile = 0; tile < tiles; ++tile) {
            int const begin = tile == 0 ? first_lane : 0;
            int const end = tile == tiles - 1 ? end_lane : tile_lanes;
            std::size_t const row =
                static_cast<std::size_t>(tile) * static_cast<std::size_t>(output_rows)
                + static_cast<std::size_t>(output);
            kernels::bin_values<Lanes>(
                axes[output],
                outputs.data() + row * tile_lanes + begin,
                end - begin,
                counts,
                moments[output]);
        }
    }
};

/// Buffers for a batch of tiles, and the launches on them.
class Batch {
  public:
    Batch(Plan const& plan, std::uint64_t seed, LaneMode mode, std::uint64_t samples)
        : plan_(plan.view()), seed_(seed), mode_(mode) {
        constexpr std::size_t cache_bytes = 8u << 20;  // keep a batch near the cores
        std::size_t const tile_bytes =
            static_cast<std::size_t>(plan_.output_rows) * tile_lanes * sizeof(float);
        int const threads = Space().concurrency();
        int const fitting = static_cast<int>(std::min<std::size_t>(
            cache_bytes / std::max<std::size_t>(tile_bytes, 1), 64u * unsigned(threads)));
        int const wanted = std::max({fitting, 16, 2 * threads});
        std::uint64_t const needed = samples / tile_lanes + 2;
        tiles_ = static_cast<int>(std::min<std::uint64_t>(std::uint64_t(wanted), needed));
        auto const floats = [](std::string const& label, std::size_t count) {
            return Floats(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), count);
        };
        runner_.plan = plan_;
        runner_.seed = seed_;
        runner_.mode = mode_;
        runner_.outputs = floats(
            "leadtime::batch::outputs",
            tile_bytes / sizeof(float) * static_cast<std::size_t>(tiles_));
        runner_.workspaces = floats(
            "leadtime::batch::workspaces",
            static_cast<std::size_t>(plan_.workspace_rows) * tile_lanes
                * static_cast<std::size_t>(runner_.threads.size()));
    }

    /// Runs the tiles of samples [begin, end) that fit; gives the end of those.
    std::uint64_t run(std::uint64_t begin, std::uint64_t end) {
        runner_.first_sample = begin / tile_lanes * tile_lanes;
        std::uint64_t const capacity =
            runner_.first_sample + static_cast<std::uint64_t>(tiles_) * tile_lanes;
        end = std::min(end, capacity);
        used_tiles_ = static_cast<int>(
            (end - runner_.first_sample + tile_lanes - 1) / tile_lanes);
        first_lane_ = static_cast<int>(begin - runner_.first_sample);
        end_lane_ = static_cast<int>(
            end - runner_.first_sample
            - static_cast<std::uint64_t>(used_tiles_ - 1) * tile_lanes);
        Kokkos::parallel_for(
            "leadtime::run_tiles",
            Kokkos::RangePolicy<Space, Kokkos::Schedule<Kokkos::Dynamic>>(0, used_tiles_)
                .set_chunk_size(1),
            runner_);
        Space().fence("leadtime: outputs of a batch are complete before they are read");
        return end;
    }

    void bin(Statistics& statistics) const {
        OutputBinner binner;
        binner.axes = statistics.axes.data();
        binner.counts = statistics.counts.data();
        binner.moments = statistics.moments.data();
        binner.outputs = runner_.outputs;
        binner.output_rows = plan_.output_rows;
        binner.tiles = used_tiles_;
        binner.first_lane = first_lane_;
        binner.end_lane = end_lane_;
        Kokkos::parallel_for(
            "leadtime::bin_outputs",
            Kokkos::RangePolicy<Space>(0, plan_.output_rows),
            binner);
        Space().fence("leadtime: a batch is binned before its buffer is used again");
    }

    /// Copies the samples of the last run into [output row * count + offset + sample].
    void copy(std::vector<float>& to, std::uint64_t count, std::uint64_t offset) const {
        for (int tile = 0; tile < used_tiles_; ++tile) {
            int const begin = tile == 0 ? first_lane_ : 0;
            int const end = tile == used_tiles_ - 1 ? end_lane_ : tile_lanes;
            for (int row = 0; row < plan_.output_rows; ++row) {
                float const* const from =
                    runner_.outputs.data()
                    + (static_cast<std::size_t>(tile)
                           * static_cast<std::size_t>(plan_.output_rows)
                       + static_cast<std::size_t>(row))
                          * tile_lanes;
                std::copy(
                    from + begin,
                    from + end,
                    to.begin()
                        + static_cast<std::ptrdiff_t>(
                            static_cast<std::uint64_t>(row) * count + offset));
            }
            offset += static_cast<std::uint64_t>(end - begin);
        }
    }

  private:
    kernels::Plan plan_;
    std::uint64_t seed_;
    LaneMode mode_;
    TileRunner runner_;
    int tiles_ = 0;
    int used_tiles_ = 0;
    int first_lane_ = 0;
    int end_lane_ = 0;
};

}  // namespace

std::vector<float>
run_samples(Plan const& plan, std::uint64_t seed, SampleRange range, LaneMode mode) {
    std::uint64_t const count = range.end - range.begin;
    std::vector<float> values(plan.outputs.size() * count);
    if (count == 0 || plan.outputs.empty()) {
        return values;
    }
    Batch batch(plan, seed, mode, count);
    for (std::uint64_t begin = range.begin; begin < range.end;) {
        std::uint64_t const end = batch.run(begin, range.end);
        batch.copy(values, count, begin - range.begin);
        begin = end;
    }
    return values;
}

void run_range(
    Plan const& plan,
    std::uint64_t seed,
    SampleRange range,
    Statistics& statistics,
    RunOptions const& options,
    LaneMode mode) {
    Batch batch(plan, seed, mode, range.end - range.begin);
    for (std::uint64_t begin = range.begin; begin < range.end;) {
        if (options.stop != nullptr && options.stop->load()) {
            throw Interrupted();
        }
        std::uint64_t const end = batch.run(begin, range.end);
        batch.bin(statistics);
        statistics.samples += end - begin;
        begin = end;
        if (options.progress) {
            options.progress(begin - range.begin, range.end - range.begin);
        }
    }
}

std::string backend_description() {
    return fmt::format(
        "{}, {} threads, packs of {}",
        Space::name(),
        Space().concurrency(),
        kernels::Lanes<Lanes>::width);
}

}  // namespace leadtime::estimator

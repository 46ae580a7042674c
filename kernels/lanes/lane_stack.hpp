// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/lanes.hpp"

#include <type_traits>

/// Samples that leave their packs, to go on in full packs later. Host only.
namespace leadtime::kernels {

/// Lanes of a pack.
struct TakenLanes {
    std::uint32_t bits;
    int count;
};

#ifdef LEADTIME_HAVE_PACKS

template <int W>
LEADTIME_FUNCTION TakenLanes taken_lanes(IntPack<W> mask) {
    std::uint32_t bits = 0;
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        auto const lanes = reinterpret_cast<__m512i>(mask.v);
        bits = _mm512_test_epi32_mask(lanes, lanes);
        return {bits, __builtin_popcount(bits)};
    }
#    endif
    for (int i = 0; i < W; ++i) {
        bits |= static_cast<std::uint32_t>(mask.v[i] & 1) << i;
    }
    return {bits, __builtin_popcount(bits)};
}

/// Stores some lanes side by side from `to` on, and anything behind them, up to W values
/// in all.
template <int W>
LEADTIME_FUNCTION void store_taken(float* to, Pack<W> a, TakenLanes taken) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        _mm512_storeu_ps(to,
                         _mm512_maskz_compress_ps(static_cast<__mmask16>(taken.bits),
                                                  reinterpret_cast<__m512>(a.v)));
        return;
    }
#    endif
    alignas(64) float all[W];
    store(all, a);
    for (std::uint32_t bits = taken.bits; bits != 0; bits &= bits - 1) {
        *to++ = all[__builtin_ctz(bits)];
    }
}

#endif

/// The lanes of some `State`, which is nothing but values of a lane each.
template <class Real, class State>
class LaneStack {
    static constexpr int width = Lanes<Real>::width;
    static constexpr int rows = sizeof(State) / sizeof(Real);
    static_assert(sizeof(State) % sizeof(Real) == 0);
    static_assert(std::is_trivially_copyable_v<State>);

  public:
    LEADTIME_FUNCTION int size() const { return size_; }

    /// Fewer than a pack must be there.
    LEADTIME_FUNCTION void push(State const& state, TakenLanes taken) {
        LEADTIME_EXPECT(size_ < width);
        auto const* const from = reinterpret_cast<char const*>(&state);
        for (int row = 0; row < rows; ++row) {
            Real value;
            memcpy(&value, from + row * sizeof value, sizeof value);
            store_taken(lanes_[row] + size_, value, taken);
        }
        size_ += taken.count;
    }

    /// The newest lanes, at most a pack of them; the last one fills it. Gives their
    /// number.
    LEADTIME_FUNCTION int pop(State& state) {
        int const count = size_ < width ? size_ : width;
        LEADTIME_EXPECT(count > 0);
        size_ -= count;
        auto* const to = reinterpret_cast<char*>(&state);
        for (int row = 0; row < rows; ++row) {
            float* const own = lanes_[row] + size_;
            for (int lane = count; lane < width; ++lane) {
                own[lane] = own[count - 1];
            }
            memcpy(to + row * sizeof(Real), own, sizeof(Real));
        }
        return count;
    }

  private:
    alignas(64) float lanes_[rows][2 * width];
    int size_ = 0;
};

}  // namespace leadtime::kernels

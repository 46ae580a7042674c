// SPDX-License-Identifier: Apache-2.0
#include "kernels/model/rotation.hpp"

#include "kernels/lanes/philox.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

using namespace leadtime::kernels;

namespace {

constexpr int scores = 37;
constexpr int first_row = 3;
constexpr int lanes = 16;

float drawn(int i, int j) {
    auto const word = random_word(
        5, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j), 0u);
    return 4.0f * (static_cast<float>(word) * 0x1p-32f - 0.5f);
}

/// Reflections of random vectors, the last over a few scores only.
struct Reflections {
    std::vector<Reflection> list;
    std::vector<ScoreTerm> terms;

    Reflections() {
        for (int i = 0; i < 5; ++i) {
            int const step = i == 4 ? 9 : 1;
            double squares = 0.0;
            for (int j = i; j < scores; j += step) {
                squares += static_cast<double>(drawn(i, j)) * drawn(i, j);
            }
            Reflection own{static_cast<int>(terms.size()), 0};
            for (int j = i; j < scores; j += step) {
                terms.push_back(
                    {j, static_cast<float>(drawn(i, j) * std::sqrt(2.0 / squares))});
                ++own.term_count;
            }
            list.push_back(own);
        }
    }

    Plan plan() const {
        Plan plan;
        plan.scratch_scores = first_row;
        plan.reflections = list.data();
        plan.counts.reflections = static_cast<int>(list.size());
        plan.reflection_terms = terms.data();
        return plan;
    }
};

std::vector<float> drawn_rows() {
    std::vector<float> values(static_cast<std::size_t>((first_row + scores) * lanes));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = drawn(100, static_cast<int>(i));
    }
    return values;
}

}  // namespace

TEST_CASE("rotation: agrees with dense matrices in double precision",
          "[kernels][rotation]") {
    Reflections const reflections;
    auto values = drawn_rows();
    auto const before = values;
    for_lanes<float>({values.data(), lanes}, lanes, [&](Rows rows) {
        rotate_scores<float>(reflections.plan(), rows);
    });
    for (int lane = 0; lane < lanes; ++lane) {
        auto const at = [&](int score) {
            return static_cast<std::size_t>((first_row + score) * lanes + lane);
        };
        double x[scores];
        double length = 0.0;
        for (int i = 0; i < scores; ++i) {
            x[i] = before[at(i)];
            length += x[i] * x[i];
        }
        for (Reflection const& reflection : reflections.list) {
            double w[scores] = {};
            for (int t = 0; t < reflection.term_count; ++t) {
                auto const& term =
                    reflections
                        .terms[static_cast<std::size_t>(reflection.first_term + t)];
                w[term.score] = term.weight;
            }
            double y[scores];
            for (int i = 0; i < scores; ++i) {
                y[i] = 0.0;
                for (int j = 0; j < scores; ++j) {
                    y[i] += ((i == j ? 1.0 : 0.0) - w[i] * w[j]) * x[j];
                }
            }
            std::copy(y, y + scores, x);
        }
        double turned = 0.0;
        double moved = 0.0;
        for (int i = 0; i < scores; ++i) {
            CHECK(std::abs(values[at(i)] - x[i]) < 5e-6);
            turned += static_cast<double>(values[at(i)]) * values[at(i)];
            moved += std::abs(values[at(i)] - before[at(i)]);
        }
        CHECK(std::abs(turned / length - 1.0) < 2e-6);  // orthogonal
        CHECK(moved > 1.0);
    }
    // Rows that hold no scores are left alone.
    CHECK(std::equal(values.begin(),
                     values.begin() + std::ptrdiff_t{first_row} * lanes,
                     before.begin()));
}

#ifdef LEADTIME_HAVE_PACKS
TEST_CASE("rotation: packs have the bits of single lanes", "[kernels][rotation]") {
    Reflections const reflections;
    auto const turned = [&]<class Real>(Real) {
        auto values = drawn_rows();
        for_lanes<Real>({values.data(), lanes}, lanes, [&](Rows rows) {
            rotate_scores<Real>(reflections.plan(), rows);
        });
        return values;
    };
    CHECK(turned(0.0f) == turned(Pack<8>{}));
}
#endif

TEST_CASE("rotation: without reflections nothing changes", "[kernels][rotation]") {
    auto values = drawn_rows();
    auto const before = values;
    rotate_scores<float>(Plan{}, {values.data(), lanes});
    CHECK(values == before);
}

// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "kernels/model/draw.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

// What the kernel makes of a quantile function stays within the distribution's support,
// for every word that the generator may give.

using namespace leadtime;

namespace {

estimator::Scenario read(std::string const& value, std::string const& unit) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(
        fmt::format("[scenario]\nname = \"support\"\nstart = \"2024-01\"\nend = "
                    "\"2024-01\"\n[quantity.x]\nunit = \"{}\"\nvalue = {}\nsource = "
                    "\"assumption\"\n[output]\nquantities = [\"x\"]\n",
                    unit,
                    value),
        "support.toml",
        profiles);
}

/// The ends of the random words, where the score is largest, and others evenly.
std::vector<float> scores() {
    std::vector<float> result;
    auto const add = [&](std::uint32_t word) {
        result.push_back(kernels::normal_score<float>(static_cast<std::int32_t>(word)));
    };
    for (std::uint32_t i = 0; i < 4096; ++i) {
        add(i);
        add(0xffffffffU - i);
        add(i * 1048573U);
    }
    for (int i = -6400; i <= 6400; ++i) {
        result.push_back(static_cast<float>(i) / 1000.0f);
    }
    // Sums of correlated scores may be larger.
    for (float const z : {-30.0f, -9.0f, -6.5f, 6.5f, 9.0f, 30.0f}) {
        result.push_back(z);
    }
    while (result.size() % 8 != 0) {
        result.push_back(0.0f);
    }
    return result;
}

template <class Real>
std::vector<float> draw(estimator::Plan const& plan, std::vector<float> const& z) {
    auto const view = plan.view();
    auto const stride = static_cast<std::ptrdiff_t>(z.size());
    std::vector<float> rows(static_cast<std::size_t>(plan.workspace_rows) * z.size());
    kernels::Rows const all{rows.data(), stride};
    std::copy(z.begin(), z.end(), all.at(plan.scratch_scores));
    for (std::ptrdiff_t i = 0; i < stride; i += kernels::Lanes<Real>::width) {
        kernels::draw_value<Real>(
            view, plan.value_draws.at(0), all.shifted(static_cast<int>(i)));
    }
    float const* const out = all.at(plan.value_draws.at(0).row);
    return {out, out + stride};
}

struct Case {
    std::string value;
    double low;
    double high;
};

}  // namespace

TEST_CASE("support: no draw leaves it, whatever the parameters", "[estimator][draws]") {
    std::vector<Case> cases;
    auto const add = [&](double low, double high, std::string const& value) {
        cases.push_back({value, low, high});
    };
    double const none = HUGE_VAL;
    for (auto const* shape :
         {"0.001", "0.003", "0.01", "0.1", "1", "7", "1e4", "1e7"}) {
        add(0,
            none,
            fmt::format("{{ dist = \"gamma\", shape = {}, scale = 3 }}", shape));
        add(0,
            none,
            fmt::format(
                "{{ dist = \"gamma\", shape = {}, scale = 3, zero_probability = 0.3 "
                "}}",
                shape));
        for (auto const* other : {"0.001", "0.02", "0.7", "3", "1e5"}) {
            add(0,
                1,
                fmt::format(
                    "{{ dist = \"beta\", alpha = {}, beta = {} }}", shape, other));
            add(-0.3,
                0.1,
                fmt::format(
                    "{{ dist = \"beta\", alpha = {}, beta = {}, min = -0.3, max = 0.1 "
                    "}}",
                    shape,
                    other));
        }
    }
    for (auto const* mode : {"0.1", "0.100001", "0.2", "0.7"}) {
        add(0.1,
            0.7,
            fmt::format("{{ dist = \"triangular\", min = 0.1, mode = {}, max = 0.7 }}",
                        mode));
        for (auto const* lambda : {"0.01", "4", "1000", "1e6"}) {
            add(0.1,
                0.7,
                fmt::format(
                    "{{ dist = \"pert\", min = 0.1, mode = {}, max = 0.7, lambda = {} "
                    "}}",
                    mode,
                    lambda));
        }
    }
    for (auto const& [low, high] : {std::pair(0.1, 0.7),
                                    std::pair(-0.7, -0.1),
                                    std::pair(1e-30, 1e30),
                                    std::pair(0.3, 0.3000001),
                                    std::pair(1e6, 1e6 + 1)}) {
        if (low > 0) {
            add(low,
                high,
                fmt::format("{{ dist = \"loguniform\", min = {:.17g}, max = {:.17g} }}",
                            low,
                            high));
        }
        add(low,
            high,
            fmt::format(
                "{{ dist = \"uniform\", min = {:.17g}, max = {:.17g} }}", low, high));
        for (auto const* base :
             {"dist = \"normal\", mean = 0, sd = 1",
              "dist = \"lognormal\", median = 0.4, sigma = 5",
              "dist = \"student_t\", df = 0.5, location = 0, scale = 1"}) {
            if (high < 1 && (low > 0 || base[8] != 'l')) {
                add(low,
                    high,
                    fmt::format(
                        "{{ {}, truncate = [{:.17g}, {:.17g}] }}", base, low, high));
            }
        }
    }
    add(0, none, "{ value = \"0.001 to 1k\", zero_probability = 0.999 }");
    add(0,
        none,
        "{ dist = \"split_lognormal\", median = 1, sigma_below = 9, sigma_above = 2 }");
    auto const z = scores();
    for (auto const& [value, low, high] : cases) {
        for (auto const& [unit, scale] : {std::pair("1", 1.0), std::pair("%", 0.01)}) {
            auto const plan = estimator::compile(read(value, unit));
            auto const drawn = draw<float>(plan, z);
            auto const [least, most] = std::minmax_element(drawn.begin(), drawn.end());
            CAPTURE(value, unit, *least, *most);
            CHECK(*least >= static_cast<float>(low * scale));
            CHECK(*most <= static_cast<float>(high * scale));
            CHECK(std::none_of(
                drawn.begin(), drawn.end(), [](float x) { return std::isnan(x); }));
            CHECK(draw<kernels::Pack<8>>(plan, z) == drawn);
        }
    }
}

TEST_CASE("support: no draw falls into a gap", "[estimator][draws]") {
    auto const z = scores();
    auto const drawn = [&](std::string const& value) {
        return draw<float>(estimator::compile(read(value, "1")), z);
    };
    for (float const x :
         drawn("{ dist = \"uniform\", min = 5.1, max = 10, zero_probability = "
               "0.37 }")) {
        CHECK((x == 0.0f || (x >= 5.1f && x <= 10.0f)));
    }
    for (float const x : drawn("{ dist = \"mixture\", components = [{ dist = "
                               "\"uniform\", min = 0, max = 0.1 }, "
                               "{ dist = \"beta\", alpha = 0.02, beta = 0.3, min = "
                               "10.1, max = 11.7 }, 5], "
                               "weights = [1, 2, 0.3] }")) {
        CHECK(((x >= 0.0f && x <= 0.1f) || x == 5.0f || (x >= 10.1f && x <= 11.7f)));
    }
    for (float const x : drawn("{ dist = \"empirical\", values = [0.1, 0.3, 0.7] }")) {
        CHECK((x == 0.1f || x == 0.3f || x == 0.7f));
    }
}

TEST_CASE("support: knots joined by logarithms keep it too", "[estimator][draws]") {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    auto const plan = estimator::compile(estimator::read_scenario_text(
        "[scenario]\nname = \"support\"\nstart = \"2024-01\"\nend = \"2024-02\"\n"
        "[quantity.x]\nat = { 2024-01 = { dist = \"loguniform\", min = 0.1, max = 0.7 "
        "}, "
        "2024-02 = 1 }\ninterpolate = \"log\"\nsource = \"assumption\"\n"
        "[output]\nquantities = [\"x\"]\n",
        "support.toml",
        profiles));
    for (float const x : draw<float>(plan, scores())) {
        CHECK(x >= std::log(0.1f));
        CHECK(x <= std::nextafter(std::log(0.7f), 1.0f));
    }
}

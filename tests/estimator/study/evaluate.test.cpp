// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/evaluate.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "kernels/lanes/normal.hpp"

#include "tests/support/random_scenario.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Matchers::Message;
using tests::same_bits;

namespace {

constexpr std::uint64_t seed = 7;

Model minimal() {
    return Model(ScenarioSource(tests::source_path("scenarios/minimal.toml")).read());
}

Model model_of(std::string const& text) {
    return Model(read_scenario_text(text, "given.toml", ProfileLibrary::load()));
}

std::vector<int> some_outputs(Model const& model) {
    std::vector<int> rows;
    for (std::size_t i = 0; i < model.outputs().size(); i += 7) {
        rows.push_back(static_cast<int>(i));
    }
    return rows;
}

UniformTable table_of(std::vector<double> const& values, std::size_t inputs) {
    return {
        values.data(), values.size() / inputs, static_cast<std::ptrdiff_t>(inputs), 1};
}

std::vector<double> uniforms_of(Model const& model,
                                std::span<ModelInput const> inputs,
                                std::uint64_t first,
                                std::size_t samples) {
    std::vector<double> values(inputs.size() * samples);
    draw_uniforms(model, inputs, seed, first, values);
    return values;
}

/// A quantity x of its own, and y = 2 x, reported as numbers.
char const* const normal_text = R"toml(
[scenario]
name = "given"
start = "2025-01"
end = "2025-02"
[quantity.x]
unit = "1"
value = { dist = "normal", mean = 0, sd = 1 }
source = "a test"
confidence = "high"
[quantity.w]
unit = "1"
value = { dist = "normal", mean = 0, sd = 1 }
source = "a test"
confidence = "high"
[quantity.y]
unit = "1"
formula = "2 * x"
[[correlation]]
quantities = ["x", "w"]
rank = 0.5
[output]
quantities = ["x", "y", "w"]
)toml";

}  // namespace

TEST_CASE("evaluate: uniform numbers of Philox give the bits of a run",
          "[estimator][study][evaluate]") {
    std::vector<Model> models{minimal()};
    for (std::uint64_t number = 1; number <= 3; ++number) {
        models.push_back(model_of(tests::random_scenario_toml(number)));
    }
    for (Model const& model : models) {
        auto const inputs = model_inputs(model);
        REQUIRE(inputs.size() == model.plan().score_draws.size());
        auto const outputs = some_outputs(model);
        for (std::size_t const samples : {1u, 63u, 64u, 65u, 200u}) {
            auto const expected =
                keep_samples(tests::executor(), model, seed, samples, outputs);
            auto const all = uniforms_of(model, inputs, 0, samples);
            CHECK(same_bits(evaluate(tests::executor(),
                                     model,
                                     inputs,
                                     table_of(all, inputs.size()),
                                     outputs,
                                     seed,
                                     0),
                            expected));
            // some given, the others drawn
            auto const few = std::span(inputs).first(inputs.size() / 2 + 1);
            auto const part = uniforms_of(model, few, 0, samples);
            CHECK(same_bits(evaluate(tests::executor(),
                                     model,
                                     few,
                                     table_of(part, few.size()),
                                     outputs,
                                     seed,
                                     0),
                            expected));
        }
    }
}

TEST_CASE("evaluate: any stretch of samples has its own numbers, on any executor",
          "[estimator][study][evaluate][device]") {
    Model const model = minimal();
    auto const inputs = model_inputs(model);
    auto const outputs = some_outputs(model);
    auto const all = keep_samples(tests::executor(), model, seed, 400, outputs);
    for (char const* const device : {"host", "kokkos"}) {
        for (char const* const lanes : {"single", "v3", ""}) {
            auto const executor = make_executor({device, lanes});
            auto const uniforms = uniforms_of(model, inputs, 77, 323);
            auto const given = evaluate(*executor,
                                        model,
                                        inputs,
                                        table_of(uniforms, inputs.size()),
                                        outputs,
                                        seed,
                                        77);
            auto const drawn =
                evaluate(*executor, model, {}, {nullptr, 323, 0, 0}, outputs, seed, 77);
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                auto const expected = std::span(all).subspan(i * 400 + 77, 323);
                auto const of = [&](std::vector<float> const& values) {
                    return std::span(values).subspan(i * 323, 323);
                };
                CHECK(same_bits(of(given), expected));
                CHECK(same_bits(of(drawn), expected));
            }
        }
    }
}

TEST_CASE("evaluate: more samples than are laid out at once, and columns as they lie",
          "[estimator][study][evaluate]") {
    Model const model = model_of(normal_text);
    std::vector<std::string> const names{"x"};
    auto const inputs = find_inputs(model, names);
    constexpr std::size_t samples = 40'001;
    std::vector<double> values(2 * samples);  // a column beside another
    for (std::size_t s = 0; s < samples; ++s) {
        values[samples + s] = (static_cast<double>(s) + 0.5) / samples;
    }
    std::vector<std::string> const wanted{"x", "y", "w"};
    auto const outputs = rows_of(model.find(wanted));
    auto const made = evaluate(tests::executor(),
                               model,
                               inputs,
                               {values.data() + samples, samples, 1, 2},
                               outputs,
                               seed,
                               0);
    double sum_xw = 0.0;
    for (std::size_t s = 0; s < samples; ++s) {
        double const z = normal_score(values[samples + s], 1.0 - values[samples + s]);
        double const x = static_cast<double>(made[s]);
        REQUIRE(std::abs(x - z) < 3e-6 * std::max(1.0, std::abs(z)));
        REQUIRE(made[samples + s] == 2.0f * made[s]);
        sum_xw += x * static_cast<double>(made[2 * samples + s]);
    }
    // The correlation comes after: Pearson's is 2 sin(pi/6 * 0.5); its standard error
    // is below 1 / sqrt(samples).
    CHECK(std::abs(sum_xw / samples - 2.0 * std::sin(std::acos(-1.0) / 12.0))
          < 6.0 * 1.2 / std::sqrt(static_cast<double>(samples)));
}

TEST_CASE("evaluate: words and uniform numbers are each other's", "[evaluate]") {
    for (std::uint32_t const word :
         {0u, 1u, 2u, 3u, 0x12345678u, 0x7fffffffu, 0x80000000u, 0xfffffffeu, ~0u}) {
        double const uniform = uniform_of_word(word);
        CHECK(uniform > 0.0);
        CHECK(uniform < 1.0);
        CHECK(word_of_uniform(uniform) == word);
        auto const score =
            kernels::normal_score<float>(static_cast<std::int32_t>(word));
        CHECK((uniform < 0.5 ? score <= 0.0f : score >= 0.0f));
    }
    CHECK(word_of_uniform(0.5) == 0xfffffffeu);
    CHECK(word_of_uniform(std::numeric_limits<double>::denorm_min()) == 0);
    CHECK(word_of_uniform(std::nextafter(1.0, 0.0)) == 1);
}

TEST_CASE("evaluate: 0, 1 and what is no number are refused", "[evaluate]") {
    Model const model = model_of(normal_text);
    auto const inputs = model_inputs(model);
    std::vector<int> const outputs{0};
    auto const with = [&](double bad) {
        std::vector<double> values(inputs.size() * 3, 0.25);
        values[inputs.size() * 2 + 1] = bad;
        return evaluate(tests::executor(),
                        model,
                        inputs,
                        table_of(values, inputs.size()),
                        outputs,
                        seed,
                        0);
    };
    CHECK_NOTHROW(with(0.75));
    for (auto const& [bad, text] : std::vector<std::pair<double, std::string>>{
             {0.0, "0"},
             {1.0, "1"},
             {-0.5, "-0.5"},
             {std::numeric_limits<double>::infinity(), "inf"},
             {std::numeric_limits<double>::quiet_NaN(), "nan"}}) {
        CHECK_THROWS_MATCHES(
            with(bad),
            RunError,
            Message("the uniform number of input \"" + inputs[1].name + "\" is " + text
                    + " in sample 2: it must lie between 0 and 1, and be neither "
                      "(scramble or shift points that contain 0)"));
    }
}

TEST_CASE("evaluate: a series without a month is asked for as a whole",
          "[estimator][engine][evaluate]") {
    Model const model = minimal();
    std::vector<std::string> const texts{"lag", "controlled.run_flop@2025-06"};
    auto const found = model.find_series(texts);
    auto const steps = static_cast<std::size_t>(model.scenario().steps);
    REQUIRE(found.size() % steps == 1);
    for (std::size_t i = 0; i + 1 < found.size(); ++i) {  // one path, then the next
        CHECK(found[i].info.metric == "lag_months");
        CHECK(found[i].info.step == static_cast<int>(i % steps));
        CHECK(found[i].info.path == found[i / steps * steps].info.path);
    }
    CHECK(found.back().name == "controlled.run_flop@2025-06");
    std::vector<std::string> const unknown{"lagg"};
    CHECK_THROWS_MATCHES(
        model.find_series(unknown),
        RunError,
        Message("there is no output \"lagg\": no path and no quantity of "
                "that name has it"));
}

TEST_CASE("evaluate: inputs are found by name, once", "[evaluate]") {
    Model const model = model_of(normal_text);
    std::vector<std::string> names{"w", "x"};
    auto const found = find_inputs(model, names);
    CHECK(found[0].name == "w");
    CHECK(found[1].name == "x");
    names = {"initial_budge"};
    CHECK_THROWS_MATCHES(find_inputs(minimal(), names),
                         RunError,
                         Message("there is no drawn input \"initial_budge\": did you "
                                 "mean \"initial_budget\"?"));
    names = {"y"};  // a formula
    CHECK_THROWS_MATCHES(
        find_inputs(model, names), RunError, Message("there is no drawn input \"y\""));
    names = {"x", "x"};
    CHECK_THROWS_MATCHES(
        find_inputs(model, names), RunError, Message("the input \"x\" is given twice"));
}

// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/environment.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/// Golden hashes: the bits of a result, one hash for each metric of each path. A change
/// of one is a change of what users get: it needs a reason in the commit message and a
/// line under "Results" in CHANGELOG.md. To write them anew:
///
///     LEADTIME_UPDATE_GOLDEN=1 build/release/leadtime_tests "[golden]"
using namespace leadtime;

namespace {

/// FNV-1a, 64 bits (RFC 9923).
class Hash {
  public:
    void add(std::uint64_t word) {
        for (int byte = 0; byte < 8; ++byte) {
            value_ = (value_ ^ (word >> (8 * byte) & 255u)) * 1099511628211u;
        }
    }
    void add(double x) { add(std::bit_cast<std::uint64_t>(x)); }
    std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 14695981039346656037u;
};

/// One line for each metric: its hash, path ("-" for quantities) and name. All that a
/// row reports of its samples is in the hash.
std::string golden_text(estimator::Result const& result) {
    std::vector<std::pair<std::string, Hash>> metrics;
    for (estimator::Row const& row : result.rows) {
        std::string const name =
            fmt::format("{} {}", row.path.empty() ? "-" : row.path, row.metric);
        if (metrics.empty() || metrics.back().first != name) {
            metrics.emplace_back(name, Hash());
        }
        Hash& hash = metrics.back().second;
        hash.add(static_cast<std::uint64_t>(row.step + 1));
        for (double const x : {row.mean,
                               row.mean_standard_error,
                               row.standard_deviation,
                               row.minimum,
                               row.maximum,
                               row.share_below,
                               row.share_above}) {
            hash.add(x);
        }
        for (std::size_t q = 0; q < row.quantiles.size(); ++q) {
            hash.add(row.quantiles[q]);
            hash.add(row.quantile_standard_errors[q]);
        }
    }
    std::string text;
    for (auto const& [name, hash] : metrics) {
        text += fmt::format("{:016x} {}\n", hash.value(), name);
    }
    return text;
}

std::string run(std::string const& scenario, std::uint64_t samples, bool is_exact) {
    estimator::RunOptions options;
    options.samples = samples;
    options.seed = 1;
    options.always_binned = !is_exact;
    return golden_text(tests::estimate(
        estimator::read_scenario(scenario, hwprofiles::ProfileLibrary::load()),
        options));
}

std::string read(std::string const& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// The lines of one text that the other lacks: what moved.
std::string lines_missing_in(std::string const& text, std::string const& other) {
    std::istringstream lines(text);
    std::string missing;
    for (std::string line; std::getline(lines, line);) {
        if (other.find(line + "\n") == std::string::npos) {
            missing += line + "\n";
        }
    }
    return missing;
}

void check_golden(std::string const& scenario,
                  std::string const& name,
                  std::uint64_t samples,
                  bool is_exact) {
    CAPTURE(is_exact);
    std::string const file = tests::source_path("tests/data/golden/" + name
                                                + (is_exact ? ".exact" : "") + ".txt");
    std::string const now = run(scenario, samples, is_exact);
    if (std::getenv("LEADTIME_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file) << now;
    }
    std::string const golden = read(file);
    INFO("changed, now:\n"
         << lines_missing_in(now, golden) << "golden:\n"
         << lines_missing_in(golden, now));
    INFO("a change of results is a line in CHANGELOG.md; to accept it:\n"
         "  LEADTIME_UPDATE_GOLDEN=1 build/release/leadtime_tests \"[golden]\"");
    CHECK(now == golden);
    for (char const* const isa : {"single", "v3"}) {
        tests::EnvironmentVariable const chosen("LEADTIME_ISA", isa);
        CAPTURE(isa);
        CHECK(run(scenario, samples, is_exact) == now);
    }
}

/// Both ways of a run: samples sorted, and counted in bins. `samples`: no multiple of
/// 64.
void check_golden(std::string const& scenario,
                  std::string const& name,
                  std::uint64_t samples) {
    check_golden(scenario, name, samples, true);
    check_golden(scenario, name, samples, false);
}

}  // namespace

TEST_CASE("golden: minimal has the recorded bits, one sample at a time or many",
          "[estimator][golden]") {
    check_golden(tests::source_path("scenarios/minimal.toml"), "minimal", 5000);
}

TEST_CASE("golden: catchup30 has the recorded bits, one sample at a time or many",
          "[estimator][golden]") {
    check_golden(
        tests::source_path("scenarios/reproduce/catchup30.toml"), "catchup30", 5000);
}

TEST_CASE("golden: the baseline has the recorded bits, one sample at a time or many",
          "[estimator][golden]") {
    check_golden("baseline", "baseline", 1500);
}

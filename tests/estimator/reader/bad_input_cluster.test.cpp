// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace {

using namespace leadtime::estimator;

/// Both accelerators left to the cluster model; what a profile lacks is given.
std::string const no_mfu = with(with(two_paths,
                                     "mfu = 0.4\ngoodput = 0.9\n",
                                     "memory = 80\nmemory_bandwidth = 3350\n"
                                     "scale_up_bandwidth = 450\n"),
                                "mfu = 0.25\ngoodput = 0.8\n",
                                "memory = 128\nmemory_bandwidth = 3200\n"
                                "scale_up_bandwidth = 392\n");

TEST_CASE("bad input: mistakes about clusters and jobs are named at their place",
          "[estimator][scenario][bad_input][cluster][host]") {
    // an ecosystem that is not there
    CHECK(
        errors_of(with(no_mfu, "memory = 128", "ecosystem = \"ascent\"\nmemory = 128"))
        == "x.toml:22:1: error: unknown ecosystem \"ascent\" (there is no "
           "[ecosystem.ascent])\n"
           " 22 | [accelerator.ascend_910c]\n"
           "    | ^~~~~~~~~~~~~~~~~~~~~~~~~ did you mean \"ascend\"?");
    // a key of the job
    CHECK(errors_of(no_mfu + "\n[job]\ntokens_per_parm = 100\n")
          == "x.toml:91:1: error: unknown key \"tokens_per_parm\" (allowed here: "
             "batch_ratio, confidence, critical_batch, critical_batch_exponent, "
             "experts_active, hidden_bubble, moe, note, remote_domains, "
             "sequence_tokens, source, sparsity, tokens_per_param)\n"
             " 91 | tokens_per_parm = 100\n"
             "    | ^~~~~~~~~~~~~~~ did you mean \"tokens_per_param\"?");
    // a job out of range
    CHECK(errors_of(no_mfu + "\n[job]\nsparsity = 0.5\n")
          == "x.toml:91:12: error: \"sparsity\" must be at least 1 (found 0.5)\n"
             " 91 | sparsity = 0.5\n"
             "    |            ^~~");
    // a share above 1
    CHECK(errors_of(no_mfu + "\n[cluster]\nhidden_data = 1.5\n")
          == "x.toml:91:15: error: \"hidden_data\" must be at most 1 (found 1.5)\n"
             " 91 | hidden_data = 1.5\n"
             "    |               ^~~");
    // a unit that does not fit
    CHECK(errors_of(no_mfu
                    + "\n[ecosystem.ascend]\nmtbf = { value = 3, unit = \"chips\" }\n")
          == "x.toml:91:28: error: \"mtbf\" cannot be in chips (it needs h)\n"
             " 91 | mtbf = { value = 3, unit = \"chips\" }\n"
             "    |                            ^~~~~~~");
}

TEST_CASE("scenario: tables of the cluster model that nobody needs bring a warning",
          "[estimator][scenario][cluster][host]") {
    auto const scenario =
        read_text(two_paths + "\n[cluster]\nhidden_data = 0.9\n[job]\nsparsity = 10\n");
    std::string all;
    for (auto const& warning : scenario.warnings) {
        all += format_warning(warning) + "\n";
    }
    CHECK(all.ends_with("x.toml:88:1: warning: [cluster] is never used (no path has an "
                        "accelerator that needs it)\n"
                        " 88 | [cluster]\n"
                        "    | ^~~~~~~~~\n"
                        "x.toml:90:1: warning: [job] is never used (no path has an "
                        "accelerator that needs it)\n"
                        " 90 | [job]\n"
                        "    | ^~~~~\n"));
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference.hpp"

#include "tests/support/scenario_builder.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>

namespace leadtime::tests {

namespace {

using Catch::Approx;
using estimator::Channel;
using estimator::ChannelKind;
using estimator::Op;
using estimator::Path;

}  // namespace

TEST_CASE("reference: policy may react to last month's lag", "[support]") {
    ScenarioBuilder builder(4);
    for (std::string const path_name : {"lead", "follow"}) {
        Path path = builder.path(path_name);
        Channel channel = builder.channel("buy", ChannelKind::purchase);
        if (path_name == "follow") {
            // Buys nothing in the first month, then half the budget's worth.
            channel.inputs[estimator::ChannelInput::share] = {
                builder.formula(formula_call(
                    Op::if_,
                    {formula_call(
                         Op::greater,
                         {formula_call(Op::previous, {formula_name("path.follow.lag")}),
                          formula_number(0)}),
                     formula_number(0.5),
                     formula_call(Op::greater,
                                  {formula_name("month"), formula_number(0.5)})})),
                0.0};
        }
        path.channels.push_back(channel);
        builder.scenario.paths.push_back(path);
    }
    builder.scenario.milestones = {1e23};
    builder.scenario.outputs = {
        builder.formula(formula_name("path.follow.lag")),
        builder.formula(
            formula_call(Op::crossing,
                         {formula_name("path.lead.run_chips"), formula_number(75.0)}))};
    auto const rows = reference_sample(builder.scenario, 1, 0);
    std::string const lag =
        builder.scenario.quantities[builder.scenario.outputs[0]].name;
    // Leader: 40, 80, 120, 160 chips. Follower: month 0 none, so lag "before the
    // record" gives 0; month 1 all of 2e6 limited by supply 40 chips, which the leader
    // had at 0.
    CHECK(reference_value(rows, "follow", "channel.buy", 0) == 0.0);
    CHECK(reference_value(rows, "", lag, 0) == 0.0);
    CHECK(reference_value(rows, "follow", "channel.buy", 1) == Approx(40.0));
    CHECK(reference_value(rows, "", lag, 1) == 1.0);
    CHECK(reference_value(rows, "follow", "lag_months", 1) == unbounded);
    std::string const when =
        builder.scenario.quantities[builder.scenario.outputs[1]].name;
    CHECK(reference_value(rows, "", when, -1)
          == Approx(std::log(75.0 / 40.0) / std::log(2.0)));
}

}  // namespace leadtime::tests

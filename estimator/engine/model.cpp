// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/model.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace leadtime::estimator {

namespace {

std::shared_ptr<std::vector<int> const> every_row(Plan const& plan) {
    auto rows = std::make_shared<std::vector<int>>(plan.outputs.size());
    std::iota(rows->begin(), rows->end(), 0);
    return rows;
}

}  // namespace

Model::Model(Scenario scenario)
    : scenario_(std::make_shared<Scenario const>(std::move(scenario)))
    , whole_(std::make_shared<Plan const>(compile(*scenario_)))
    , plan_(whole_)
    , rows_(every_row(*whole_)) {}

Model::Model(Model const& other,
             std::shared_ptr<Plan const> whole,
             std::shared_ptr<Plan const> plan,
             std::shared_ptr<Rows const> rows)
    : scenario_(other.scenario_)
    , whole_(std::move(whole))
    , plan_(std::move(plan))
    , rows_(std::move(rows)) {}

Model Model::with_outputs(std::span<std::string const> texts) const {
    Scenario extended = estimator::with_outputs(*scenario_, texts);
    return extended.outputs.size() == scenario_->outputs.size()
               ? *this
               : Model(std::move(extended));
}

Model Model::only(std::span<int const> outputs) const {
    auto rows = std::make_shared<Rows>(outputs.begin(), outputs.end());
    std::ranges::sort(*rows);
    rows->erase(std::ranges::unique(*rows).begin(), rows->end());
    return {*this,
            whole_,
            std::make_shared<Plan const>(restrict_plan(*whole_, outputs)),
            std::move(rows)};
}

Model Model::whole() const {
    return {*this, whole_, whole_, every_row(*whole_)};
}

Model Model::with_plan(Plan plan) const {
    auto own = std::make_shared<Plan const>(std::move(plan));
    return {*this, own, own, rows_};
}

}  // namespace leadtime::estimator

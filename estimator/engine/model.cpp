// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/model.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"

#include <utility>

namespace leadtime::estimator {

Model::Model(Scenario scenario)
    : scenario_(std::make_shared<Scenario const>(std::move(scenario)))
    , plan_(std::make_shared<Plan const>(compile(*scenario_))) {}

Model::Model(std::shared_ptr<Scenario const> scenario, std::shared_ptr<Plan const> plan)
    : scenario_(std::move(scenario))
    , plan_(std::move(plan)) {}

Model Model::with_outputs(std::span<std::string const> texts) const {
    Scenario extended = estimator::with_outputs(*scenario_, texts);
    return extended.outputs.size() == scenario_->outputs.size()
               ? *this
               : Model(std::move(extended));
}

Model Model::only(std::span<int const> outputs) const {
    return with_plan(restrict_plan(*plan_, outputs));
}

Model Model::with_plan(Plan plan) const {
    return {scenario_, std::make_shared<Plan const>(std::move(plan))};
}

}  // namespace leadtime::estimator

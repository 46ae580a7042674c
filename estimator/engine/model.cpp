// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/model.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

namespace leadtime::estimator {

namespace {

std::shared_ptr<std::vector<int> const> every_row(Plan const& plan) {
    auto rows = std::make_shared<std::vector<int>>(plan.outputs.size());
    std::iota(rows->begin(), rows->end(), 0);
    return rows;
}

using Name = std::tuple<std::string, std::string, int>;

Name name_of(OutputInfo const& output) {
    return {output.path, output.metric, output.step};
}

}  // namespace

Model::Model(Scenario scenario)
    : scenario_(std::make_shared<Scenario const>(std::move(scenario)))
    , whole_(std::make_shared<Plan const>(compile(*scenario_)))
    , plan_(whole_)
    , rows_(every_row(*whole_))
    , policy_memo_(std::make_shared<PolicyMemo>()) {}

Model::Model(Model const& other,
             std::shared_ptr<Plan const> whole,
             std::shared_ptr<Plan const> plan,
             std::shared_ptr<Rows const> rows)
    : scenario_(other.scenario_)
    , whole_(std::move(whole))
    , plan_(std::move(plan))
    , rows_(std::move(rows))
    , policy_memo_(other.policy_memo_) {}

Model Model::with_outputs(std::span<std::string const> texts) const {
    Scenario extended = estimator::with_outputs(*scenario_, texts);
    Model all = extended.outputs.size() == scenario_->outputs.size()
                    ? whole()
                    : Model(std::move(extended));
    all.policy_memo_ = policy_memo_;
    if (rows_->size() == whole_->outputs.size()) {
        return all;
    }
    std::vector<int> rows = rows_of(all.find(texts));
    std::map<Name, int> known;
    for (std::size_t i = 0; i < all.outputs().size(); ++i) {
        known.emplace(name_of(all.outputs()[i]), static_cast<int>(i));
    }
    for (int const row : *rows_) {  // they may have other numbers there
        rows.push_back(known.at(name_of(outputs()[static_cast<std::size_t>(row)])));
    }
    return all.only(rows);
}

Model Model::only(std::span<int const> outputs) const {
    auto rows = std::make_shared<Rows>(outputs.begin(), outputs.end());
    std::ranges::sort(*rows);
    rows->erase(std::unique(rows->begin(), rows->end()), rows->end());
    return {*this,
            whole_,
            std::make_shared<Plan const>(restrict_plan(*whole_, outputs)),
            std::move(rows)};
}

Model Model::whole() const {
    return {*this, whole_, whole_, every_row(*whole_)};
}

std::vector<std::size_t> Model::undecided_paths() const {
    std::vector<std::size_t> paths;
    for (std::size_t p = 0; p < scenario_->paths.size(); ++p) {
        if (!scenario_->paths[p].policy && plan_->paths[p].end_step > 0) {
            paths.push_back(p);
        }
    }
    return paths;
}

Model Model::with_plan(Plan plan) const {
    auto own = std::make_shared<Plan const>(std::move(plan));
    return {*this, own, own, rows_};
}

}  // namespace leadtime::estimator

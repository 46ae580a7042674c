// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_command.hpp"

#include "estimator/cli/cluster_json.hpp"
#include "estimator/cli/cluster_table.hpp"
#include "estimator/output/frontier_figure.hpp"

namespace leadtime::estimator {

namespace {

/// Points of each accelerator, by days.
std::vector<FrontierCurve> curves_of(std::vector<FrontierPoint> const& points,
                                     ClusterQuestion const& asked) {
    auto const per_line = asked.others.size() + 1;
    std::vector<FrontierCurve> curves(per_line);
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto& curve = curves[i % per_line];
        auto const& [machine, days, flop] = points[i];
        curve.name = machine->id + ", " + machine->precision;
        curve.days.push_back(days);
        curve.low.push_back(flop.range ? flop.range->low : flop.point);
        curve.median.push_back(flop.centre());
        curve.high.push_back(flop.range ? flop.range->high : flop.point);
    }
    return curves;
}

}  // namespace

int run_cluster(ClusterOptions const& options, std::ostream& out) {
    auto asked = read_cluster_question(options);
    if (asked.is_sweep) {
        asked.samples = 0;  // a curve at the medians
    }
    if (!asked.frontier_days.empty()) {
        auto const points = cluster_frontier(asked);
        if (options.figures) {
            write_frontier_figure(
                curves_of(points, asked), equal_words(asked), *options.figures);
        }
        if (options.json) {
            out << json_document(asked, points).dump(2) << '\n';
        } else {
            write_frontier(points, asked, out);
        }
        return 0;
    }
    std::vector<ClusterAnswer> answers;
    for (auto const count : asked.counts) {
        answers.push_back(answer_cluster(asked, count));
    }
    if (answers.empty()) {  // it is sought, or follows from money or power
        answers.push_back(answer_cluster(asked, asked.task.question.chips));
    }
    std::vector<ClusterRival> rivals;
    for (auto const& machine : asked.others) {
        rivals.push_back(answer_rival(asked, answers.front(), machine));
    }
    if (options.json) {
        out << json_document(asked, answers, rivals).dump(2) << '\n';
    } else if (asked.is_sweep) {
        write_sweep(answers, asked, out);
    } else {
        write_answer(answers.front(), asked, out);
        if (!rivals.empty()) {
            write_side_by_side(answers.front(), rivals, asked, out);
        }
    }
    return 0;
}

}  // namespace leadtime::estimator

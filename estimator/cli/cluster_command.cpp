// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_command.hpp"

#include "estimator/cli/cluster_json.hpp"
#include "estimator/cli/cluster_table.hpp"
#include "estimator/output/frontier_figure.hpp"

namespace leadtime::estimator {

namespace {

/// Curves of all accelerators, from points that are ordered by days.
Frontier frontier_of(std::vector<FrontierPoint> const& points,
                     ClusterQuestion const& asked) {
    Frontier frontier;
    frontier.days = asked.frontier_days;
    frontier.caption = equal_words(asked);
    frontier.seed = asked.seed;
    frontier.curves.resize(asked.others.size() + 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto& curve = frontier.curves[i % frontier.curves.size()];
        curve.name = points[i].machine->short_name();
        curve.flop.push_back(points[i].samples);
    }
    return frontier;
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
            write_frontier_figure(frontier_of(points, asked), *options.figures);
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

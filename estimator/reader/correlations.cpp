// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/correlations.hpp"

#include "estimator/quantities/rank_correlation.hpp"
#include "estimator/reader/correlation_advice.hpp"

#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

constexpr text::NumberRange rank_range{.min = -1, .max = 1};

/// The matrix of one number for all pairs, or as written; nothing when wrong
/// (reported).
std::optional<Matrix> read_rank(text::TableReader& table, std::size_t n) {
    auto const* node = table.required("rank");
    if (node == nullptr) {
        return std::nullopt;
    }
    Matrix rank(n * n, 1.0);
    auto const* rows = node->as_array();
    if (rows == nullptr) {
        auto const all = table.check_number(*node, "rank", rank_range);
        for (std::size_t i = 0; all && i < n * n; ++i) {
            rank[i] = i % (n + 1) == 0 ? 1.0 : *all;
        }
        return all ? std::optional(rank) : std::nullopt;
    }
    auto const shape = [&](toml::node const& at) {
        table.fail(at, fmt::format("\"rank\" must be a {0} by {0} matrix", n));
        return std::nullopt;
    };
    if (rows->size() != n) {
        return shape(*node);
    }
    for (std::size_t i = 0; i < n; ++i) {
        auto const* row = (*rows)[i].as_array();
        if (row == nullptr || row->size() != n) {
            return shape((*rows)[i]);
        }
        for (std::size_t j = 0; j < n; ++j) {
            auto const value = table.check_number((*row)[j], "rank", rank_range);
            if (!value) {
                return std::nullopt;
            }
            rank[i * n + j] = *value;
            if (i == j && *value != 1.0) {
                table.fail((*row)[j], "the diagonal of \"rank\" must be 1");
                return std::nullopt;
            }
            if (j < i && rank[j * n + i] != *value) {
                table.fail((*row)[j],
                           "\"rank\" is not symmetric",
                           fmt::format("{} here, {} across the diagonal",
                                       *value,
                                       rank[j * n + i]));
                return std::nullopt;
            }
        }
    }
    return rank;
}

/// Reads one group; `taken` holds the quantities of groups before.
class GroupReader {
  public:
    GroupReader(ReaderState& state,
                text::TableReader& table,
                std::set<QuantityIndex>& taken)
        : state_(state)
        , table_(table)
        , taken_(taken) {}

    void read() {
        read_provenance(table_);
        auto const* node = table_.required("quantities");
        auto const names = table_.optional_strings("quantities");
        if (node == nullptr || !names) {
            table_.raw("rank");
            table_.finish();
            return;
        }
        for (std::size_t i = 0; i < names->size(); ++i) {
            auto const* array = node->as_array();
            add_member((*names)[i], array != nullptr ? (*array)[i] : *node);
        }
        if (names->size() < 2) {
            table_.fail(*node, "a correlation needs at least two quantities");
        }
        constexpr std::size_t most_members = 200;
        if (names->size() > most_members) {
            table_.fail(
                *node,
                fmt::format("a correlation may have {} quantities", most_members),
                fmt::format("found {}", names->size()));
            table_.raw("rank");
            table_.finish();
            return;
        }
        auto const rank = read_rank(table_, names->size());
        table_.finish();
        if (!rank || names->size() < 2 || group_.quantities.size() != names->size()) {
            return;
        }
        group_.rank = *rank;
        group_.place = table_.place_of(*node);
        if (find_normal(*names) && check_definite(*names)) {
            state_.scenario.correlations.push_back(std::move(group_));
        }
    }

  private:
    ReaderState& state_;
    text::TableReader& table_;
    std::set<QuantityIndex>& taken_;
    Correlation group_;
    std::map<std::pair<std::size_t, std::size_t>, RankLink> links_;

    void add_member(std::string const& name, toml::node const& node) {
        auto const found = state_.names.find(name);
        if (found == state_.names.end()) {
            std::vector<std::string> known;
            for (auto const& [other, index] : state_.names) {
                known.push_back(other);
            }
            table_.fail(node,
                        fmt::format("unknown quantity \"{}\"", name),
                        {},
                        text::did_you_mean(name, known));
            return;
        }
        if (state_.scenario.quantities[found->second].kind == QuantityKind::formula) {
            table_.fail(node,
                        fmt::format("\"{}\" is a formula", name),
                        "only distributions and series can be correlated",
                        "correlate what the formula reads");
            return;
        }
        if (!taken_.insert(found->second).second) {
            table_.fail(node,
                        fmt::format("\"{}\" is correlated twice", name),
                        "a quantity belongs to one group");
            return;
        }
        group_.quantities.push_back(found->second);
    }

    /// The distribution whose ties count: of a series its first that is uncertain.
    Distribution const& distribution_of(QuantityIndex index) const {
        Quantity const& quantity = state_.scenario.quantities[index];
        if (quantity.kind == QuantityKind::series) {
            for (auto const& knot : quantity.knots) {
                if (!knot.value.is_fixed()) {
                    return knot.value;
                }
            }
        }
        return quantity.value;
    }

    RankLink const& link(std::size_t i, std::size_t j) {
        auto const known = links_.find({i, j});
        return known != links_.end()
                   ? known->second
                   : links_
                         .emplace(std::pair(i, j),
                                  RankLink(distribution_of(group_.quantities[i]),
                                           distribution_of(group_.quantities[j])))
                         .first->second;
    }

    bool find_normal(std::vector<std::string> const& names) {
        std::size_t const n = names.size();
        group_.normal.assign(n * n, 1.0);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = i + 1; j < n; ++j) {
                double const rank = group_.rank[i * n + j];
                auto const normal = link(i, j).normal_for(rank);
                if (!normal) {
                    refuse_ties(names[i], names[j], rank, link(i, j));
                    return false;
                }
                group_.normal[i * n + j] = group_.normal[j * n + i] = *normal;
            }
        }
        return true;
    }

    void refuse_ties(std::string const& a,
                     std::string const& b,
                     double rank,
                     RankLink const& between) {
        double const sign = rank < 0 ? -1.0 : 1.0;
        double const most =
            sign * std::floor(std::abs(between.rank_of(sign)) * 1000) / 1000;
        table_.fail(
            *table_.raw("rank"),
            fmt::format("{} and {} cannot have a rank correlation of {}", a, b, rank),
            "equal values share their ranks",
            fmt::format("at {} {} can be reached", sign < 0 ? "least" : "most", most));
    }

    bool check_definite(std::vector<std::string> const& names) {
        if (is_positive_definite(group_.normal, names.size())) {
            return true;
        }
        auto const normal_of = [this](std::size_t i, std::size_t j, double rank) {
            return link(i, j).normal_for(rank).value_or(rank < 0 ? -1.0 : 1.0);
        };
        auto const& node = *table_.raw("rank");
        auto advice = advise(group_.rank, names, normal_of, !node.is_array());
        table_.fail(node,
                    std::move(advice.problem),
                    std::move(advice.reason),
                    std::move(advice.suggestion));
        return false;
    }
};

}  // namespace

void read_correlations(ReaderState& state, text::TableReader& root) {
    std::set<QuantityIndex> taken;
    for (auto& table : root.children("correlation")) {
        GroupReader(state, table, taken).read();
    }
}

}  // namespace leadtime::estimator::detail

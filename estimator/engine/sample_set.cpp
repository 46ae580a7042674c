// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/sample_set.hpp"

#include "kernels/statistics/bins.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace leadtime::estimator {

SampleSet::SampleSet(std::vector<std::uint64_t> numbers,
                     std::vector<std::uint32_t> multiplicities)
    : is_list_(true)
    , numbers_(std::move(numbers))
    , multiplicities_(std::move(multiplicities)) {
    if (std::ranges::adjacent_find(numbers_, std::ranges::greater_equal())
        != numbers_.end()) {
        throw std::invalid_argument("SampleSet: sample numbers ascend");
    }
    if (!multiplicities_.empty() && multiplicities_.size() != numbers_.size()) {
        throw std::invalid_argument("SampleSet: a multiplicity for each number");
    }
    if (std::ranges::any_of(multiplicities_, [](std::uint32_t times) {
            return times < 1 || times > kernels::largest_multiplicity;
        })) {
        throw std::invalid_argument("SampleSet: multiplicities are 1 to 1048575");
    }
}

SampleSet::Total SampleSet::total(std::uint64_t begin, std::uint64_t end) const {
    if (multiplicities_.empty()) {
        return {end - begin, end - begin};
    }
    Total total;
    for (std::uint64_t i = begin; i < end; ++i) {
        std::uint64_t const times = multiplicities_[i];
        total.samples += times;
        total.squares += times * times;
    }
    return total;
}

SampleSet SampleSet::part(std::uint64_t begin, std::uint64_t end) const {
    if (!is_list_) {
        return SampleRange{range_.begin + begin, range_.begin + end};
    }
    SampleSet part(
        std::vector<std::uint64_t>(numbers_.data() + begin, numbers_.data() + end));
    if (!multiplicities_.empty()) {
        part.multiplicities_.assign(multiplicities_.data() + begin,
                                    multiplicities_.data() + end);
    }
    return part;
}

}  // namespace leadtime::estimator

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// A stretch of sample numbers, end not included.
struct SampleRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t size() const { return end - begin; }
};

/// Which samples are run: a range, or a list of their numbers, each with the number of
/// times that it counts (what is left of a range once it was weighed and resampled). A
/// list of [a, b), each once, gives the bits of the range.
class SampleSet {
  public:
    SampleSet(SampleRange range)
        : range_(range) {}
    SampleSet(std::uint64_t begin, std::uint64_t end)
        : SampleSet(SampleRange{begin, end}) {}
    /// Numbers ascend. Multiplicities are 1 to kernels::largest_multiplicity, one for
    /// each number; without any, all are 1. Throws: std::invalid_argument.
    explicit SampleSet(std::vector<std::uint64_t> numbers,
                       std::vector<std::uint32_t> multiplicities = {});

    /// Samples that are run.
    std::uint64_t size() const { return is_list_ ? numbers_.size() : range_.size(); }
    std::uint64_t number(std::uint64_t place) const {
        return is_list_ ? numbers_[place] : range_.begin + place;
    }
    bool is_list() const { return is_list_; }
    std::span<std::uint64_t const> numbers() const { return numbers_; }
    /// Empty where every sample counts once.
    std::span<std::uint32_t const> multiplicities() const { return multiplicities_; }
    SampleRange range() const { return range_; }

    /// Sum of the multiplicities of the samples at [begin, end), and of their squares.
    struct Total {
        std::uint64_t samples = 0;
        std::uint64_t squares = 0;
    };
    Total total(std::uint64_t begin, std::uint64_t end) const;
    Total total() const { return total(0, size()); }

    /// The samples at [begin, end).
    SampleSet part(std::uint64_t begin, std::uint64_t end) const;

  private:
    bool is_list_ = false;
    SampleRange range_;
    std::vector<std::uint64_t> numbers_;
    std::vector<std::uint32_t> multiplicities_;
};

}  // namespace leadtime::estimator

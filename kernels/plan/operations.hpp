// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

/// The operations of formulas and the instructions they become: one table. Names and
/// calls that formulas may use, units, what is remembered and the code are read from it;
/// the code's case stands in kernels/model/interpreter.hpp.
namespace leadtime::kernels {

/// What a node of a formula does.
enum class Op : int {
    number,  ///< a number, or a month
    name,    ///< a quantity, `month`, `year`, or `path.NAME.METRIC`
    neg,
    add,
    sub,
    mul,
    div,
    less,  ///< comparisons and logic give 1 or 0
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    logical_not,
    min,
    max,
    exp,
    log,
    log10,
    sqrt,
    abs,
    sin,         ///< of radians
    clip,        ///< clip(x, lo, hi)
    if_,         ///< if(c, a, b): a where c > 0.5
    at,          ///< at(x, "2025-06"): the value of a series in that month, a scalar
    cumsum,      ///< running sum over steps, this step included
    integral,    ///< running sum of x * step length in months
    accumulate,  ///< accumulate(x, retain): a_t = retain_t * a_{t-1} + x_t, a_{-1} = 0
    delay,  ///< delay(x, months): x that long ago, linear between steps, 0 before start
    crossing,  ///< crossing(x, threshold): months from start of the first crossing
    previous,  ///< previous(x): x one step ago, 0 in the first step
    since,     ///< since(date): share of the step that lies after the date
    legal,     ///< legal(accelerator, rule): the reader puts what the rule says here
    charge,    ///< charge(accelerator, rule): the same, the charge on the price
    pow,
    /// Share of the step in which an event by hazard is active (docs/model.md 1b):
    /// arguments hazard, duration, noise; `number` 1: it may come again. Not callable.
    hazard_event,
    /// Number of the state of a Markov chain: arguments noise, then the hazards from
    /// each state to each other, row by row; `number` is the first state. Not callable.
    regime,
    count
};

/// What an instruction does with rows.
enum class Code : int {
    copy,
    negate,
    add,
    subtract,
    multiply,
    divide,
    power,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    logical_not,
    minimum,
    maximum,
    exponential,
    logarithm,
    logarithm10,
    square_root,
    absolute,
    sine,
    clip,           ///< a clipped to b .. c
    choose,         ///< a > 0.5 ? b : c
    series_step,    ///< row a + knot of the step
    series_linear,  ///< between rows a + knot and a + knot + 1
    series_log,     ///< exp of the same; the rows hold logarithms
    sum,            ///< state s += a
    accumulate,     ///< state s = b * s + a
    previous,       ///< state
    save,           ///< state = a, at the end of the step
    capture,        ///< state = a in step `parameter`; gives the state
    delay,     ///< a, b months ago; state: a row of zeros, then history, a row a month
    crossing,  ///< a reaches b; state: four rows that crossing_month reads
    crossing_month,  ///< of the crossing whose state is in rows a on
    /// Share of the month in which an event by hazard a, of duration b, is active; c is
    /// uniform noise. State: begin and end of its last time; parameter 1: may come
    /// again.
    hazard_event,
    /// Number of a Markov chain's state (the state), of `parameter` many: a is the
    /// first of n (n - 1) rows of hazards by (from, to), b uniform noise.
    regime,
    /// `out` is not a number once a is no finite one: the watch on what paths read.
    watch
};

/// What is asked of the units of the arguments, and the result's.
enum class UnitRule {
    number,      ///< none, or time for a month
    name,        ///< that of what is named
    same,        ///< that of the one argument
    pair,        ///< both the same, and the result's
    comparison,  ///< both the same; the result is a plain number
    product,
    quotient,
    power,      ///< the exponent is a plain number, written as one where units matter
    condition,  ///< plain numbers in and out
    transcendental,  ///< a plain number in and out
    root,            ///< the square root of the argument's
    clip,            ///< all three the same
    choose,          ///< a condition, then two of the same
    first,           ///< that of the first argument
    time_integral,   ///< that of the argument times time
    accumulate,      ///< the first's; the second is a plain number
    delay,           ///< the first's; the second is a time
    since,           ///< a date; a plain number out
    crossing,        ///< both the same; a time out
    checked_by_key   ///< a plain number; the arguments are inputs
};

/// How a value depends on the months before.
enum class Memory {
    none,    ///< not by itself
    kept,    ///< a state is carried from step to step; the value is known in each step
    result,  ///< known once, at the end of a sample
    lookup   ///< at(): a scalar, or a result where its argument has a memory
};

/// A row of the table of operations.
struct Operation {
    Op op;
    std::string_view name;   ///< of the function; empty: not callable
    std::size_t arity = 0;   ///< arguments; of min and max the least, of regime none
    std::string_view usage;  ///< an example of a call
    UnitRule unit;
    /// The instruction on the arguments' rows; with Memory::kept and no more than this,
    /// its state is one row that begins as 0. None: it becomes others, or none at all.
    std::optional<Code> code;
    Memory memory = Memory::none;
    /// Whether quantities may bear the name too: a common word that came later.
    bool is_common_word = false;
};

inline constexpr std::size_t operation_count = static_cast<std::size_t>(Op::count);

/// In the order of Op; functions are listed to people in this order.
inline constexpr auto operation_table = std::to_array<Operation>({
    {Op::number, "", 0, "", UnitRule::number, {}},
    {Op::name, "", 0, "", UnitRule::name, {}},
    {Op::neg, "", 1, "", UnitRule::same, Code::negate},
    {Op::add, "", 2, "", UnitRule::pair, Code::add},
    {Op::sub, "", 2, "", UnitRule::pair, Code::subtract},
    {Op::mul, "", 2, "", UnitRule::product, Code::multiply},
    {Op::div, "", 2, "", UnitRule::quotient, Code::divide},
    {Op::less, "", 2, "", UnitRule::comparison, Code::less},
    {Op::less_equal, "", 2, "", UnitRule::comparison, Code::less_equal},
    {Op::greater, "", 2, "", UnitRule::comparison, Code::greater},
    {Op::greater_equal, "", 2, "", UnitRule::comparison, Code::greater_equal},
    {Op::equal, "", 2, "", UnitRule::comparison, Code::equal},
    {Op::not_equal, "", 2, "", UnitRule::comparison, Code::not_equal},
    {Op::logical_and, "", 2, "", UnitRule::condition, Code::logical_and},
    {Op::logical_or, "", 2, "", UnitRule::condition, Code::logical_or},
    {Op::logical_not, "", 1, "", UnitRule::condition, Code::logical_not},
    {Op::min, "min", 2, "min(a, b)", UnitRule::pair, Code::minimum},
    {Op::max, "max", 2, "max(a, b)", UnitRule::pair, Code::maximum},
    {Op::exp, "exp", 1, "exp(x)", UnitRule::transcendental, Code::exponential},
    {Op::log, "log", 1, "log(x)", UnitRule::transcendental, Code::logarithm},
    {Op::log10, "log10", 1, "log10(x)", UnitRule::transcendental, Code::logarithm10},
    {Op::sqrt, "sqrt", 1, "sqrt(x)", UnitRule::root, Code::square_root},
    {Op::abs, "abs", 1, "abs(x)", UnitRule::same, Code::absolute},
    {Op::sin, "sin", 1, "sin(x)", UnitRule::transcendental, Code::sine},
    {Op::clip, "clip", 3, "clip(x, lo, hi)", UnitRule::clip, Code::clip},
    {Op::if_, "if", 3, "if(condition, a, b)", UnitRule::choose, Code::choose},
    {Op::at, "at", 2, "at(x, '2025-06')", UnitRule::first, {}, Memory::lookup},
    {Op::cumsum, "cumsum", 1, "cumsum(x)", UnitRule::first, Code::sum, Memory::kept},
    {Op::integral,  // a month's value times one month
     "integral",
     1,
     "integral(x)",
     UnitRule::time_integral,
     Code::sum,
     Memory::kept},
    {Op::accumulate,
     "accumulate",
     2,
     "accumulate(x, retain)",
     UnitRule::accumulate,
     Code::accumulate,
     Memory::kept},
    {Op::delay,
     "delay",
     2,
     "delay(x, months)",
     UnitRule::delay,
     Code::delay,
     Memory::kept},
    {Op::crossing,
     "crossing",
     2,
     "crossing(x, threshold)",
     UnitRule::crossing,
     Code::crossing,
     Memory::result},
    {Op::previous,
     "previous",
     1,
     "previous(x)",
     UnitRule::first,
     Code::previous,
     Memory::kept},
    {Op::since, "since", 1, "since(date)", UnitRule::since, {}, Memory::none, true},
    {Op::legal,
     "legal",
     2,
     "legal(h20, bis_2023)",
     UnitRule::checked_by_key,
     {},
     Memory::none,
     true},
    {Op::charge,
     "charge",
     2,
     "charge(h200_sxm, bis_2026)",
     UnitRule::checked_by_key,
     {},
     Memory::none,
     true},
    {Op::pow, "pow", 2, "pow(x, exponent)", UnitRule::power, Code::power},
    {Op::hazard_event,
     "",
     3,
     "",
     UnitRule::checked_by_key,
     Code::hazard_event,
     Memory::kept},
    {Op::regime, "", 0, "", UnitRule::checked_by_key, Code::regime, Memory::kept},
});

/// The row of an operation.
constexpr Operation const& operation_of(Op op) {
    return operation_table[static_cast<std::size_t>(op)];
}

/// The first operation that becomes an instruction of this code, or null.
constexpr Operation const* operation_of(Code code) {
    for (auto const& operation : operation_table) {
        if (operation.code == code) {
            return &operation;
        }
    }
    return nullptr;
}

namespace detail {

/// Whether the table has each operation once, in order, and what it may be called by.
constexpr bool is_whole_table() {
    for (std::size_t i = 0; i < operation_table.size(); ++i) {
        auto const& operation = operation_table[i];
        if (static_cast<std::size_t>(operation.op) != i
            || operation.name.empty() != operation.usage.empty()
            || !operation.usage.starts_with(operation.name)) {
            return false;
        }
        for (std::size_t k = 0; k < i; ++k) {
            if (!operation.name.empty() && operation.name == operation_table[k].name) {
                return false;
            }
        }
    }
    return operation_table.size() == operation_count;
}

}  // namespace detail

static_assert(detail::is_whole_table(), "an operation lacks its row above");

}  // namespace leadtime::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The library in one header. Nothing behind it prints, writes a file, reads the
/// environment or handles signals (but for Kokkos and OpenMP, which read theirs).
///
///     leadtime::Runtime const runtime;                      // threads
///     auto const executor = leadtime::make_executor();      // where samples run
///     leadtime::ScenarioSource const source("baseline");    // text, read and checked
///     leadtime::Model const model(source.read());           // compiled
///     auto const result = leadtime::estimate(model, *executor, {});
///
/// Studies take Models and an Executor and give plain data; RunOptions::control stops
/// and reports. Same model, seed and samples: same bits on any executor. Errors:
/// text::ConfigError (a scenario, with every place), RunError (what was asked for),
/// BadValueError (an output, its month and sample), Interrupted.

#include "estimator/engine/errors.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/model_inputs.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/run_options.hpp"
#include "estimator/engine/runtime.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/reader/scenario_source.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/compare.hpp"
#include "estimator/study/estimate.hpp"
#include "estimator/study/evaluate.hpp"
#include "estimator/study/sensitivity/sensitivity.hpp"
#include "estimator/study/sweep.hpp"
#include "estimator/study/until.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/config_error.hpp"

namespace leadtime {

// Text to model.
using estimator::Model;
using estimator::model_inputs;
using estimator::ModelInput;
using estimator::read_scenario;
using estimator::read_scenario_text;
using estimator::Scenario;
using estimator::ScenarioSource;
using estimator::SelectedOutput;
using hwprofiles::ProfileLibrary;
using text::ConfigError;

// Where samples run.
using estimator::Backend;
using estimator::Control;
using estimator::Executor;
using estimator::ExecutorOptions;
using estimator::make_executor;
using estimator::RunOptions;
using estimator::Runtime;
using estimator::Sampler;
using estimator::SampleRange;
using estimator::SampleSet;

// Studies, and what they give.
using estimator::analyse_sensitivity;
using estimator::compare_models;
using estimator::compared_outputs;
using estimator::draw_uniforms;
using estimator::estimate;
using estimator::estimate_until;
using estimator::evaluate;
using estimator::find_inputs;
using estimator::keep_samples;
using estimator::OutputFilter;
using estimator::PairedResult;
using estimator::PairedRow;
using estimator::PrecisionGoal;
using estimator::quantile_levels;
using estimator::read_goal;
using estimator::Result;
using estimator::Row;
using estimator::SensitivityOptions;
using estimator::SensitivityResult;
using estimator::Sweep;
using estimator::SweepOptions;
using estimator::SweptCell;
using estimator::UniformTable;
using estimator::UntilResult;
using estimator::with_found_policies;
using estimator::with_shared_policies;
using estimator::year_end_steps;

// Errors.
using estimator::BadValueError;
using estimator::Interrupted;
using estimator::RunError;

}  // namespace leadtime

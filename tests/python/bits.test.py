#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python package has the bits of the program, on every study."""
import concurrent.futures
import csv
import json
import multiprocessing
import pathlib
import tempfile
import threading
import unittest

import support

support.need("numpy", "pandas", "xarray", "netCDF4")

import numpy
import xarray

import leadtime as lt

baseline = ["baseline", "--set", "quantity.remote_access_law.value=1"]
overrides = {"quantity.remote_access_law.value": 1}


def same(a, b):
    """The same numbers, nan where the other is."""
    return numpy.array_equal(numpy.asarray(a), numpy.asarray(b), equal_nan=True)


def sample_part(first):
    """A stretch of samples, in a process of its own."""
    return lt.scenario(support.minimal).sample("lag", 500, sample0=first)


def run_model(model):
    return model.run(500, outputs="lag")


class Runs(unittest.TestCase):
    def written(self, *words):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        support.run_program("run", *words, "--quiet", "--out", folder.name + "/r")
        return pathlib.Path(folder.name, "r")

    def check_summary(self, folder, result):
        with open(folder / "summary.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        frame = result.to_pandas()
        months = frame["month"].dt.strftime("%Y-%m").fillna("")
        found = {(path, metric, month, name): value
                 for name in result.statistics
                 for path, metric, month, value in zip(frame["path"], frame["metric"], months,
                                                       frame[name])}
        for row in rows:
            value = found.pop((row["path"], row["metric"], row["month"], row["statistic"]))
            self.assertTrue(same(float(row["value"]), value), (row, value))
        # what the file leaves out because it says nothing
        silent = {"share_below": 0.0, "share_above": 0.0, "tail_index": numpy.inf}
        for key, value in found.items():
            self.assertEqual(value, silent[key[-1]], key)

    def check_run(self, folder, result):
        self.check_summary(folder, result)
        with xarray.open_dataset(folder / "result.nc") as file:
            made = result.to_xarray()
            for name, variable in made.variables.items():
                if name.startswith(("input", "path")):
                    continue
                self.assertEqual(variable.dims, file[name].dims, name)
                if name in file.dims:
                    self.assertEqual(set(variable.values), set(file[name].values), name)
                    continue
                other = file[name].sel({dim: made[dim] for dim in variable.dims})
                self.assertTrue(same(variable.values, other.values)
                                if variable.dtype.kind == "f"
                                else list(variable.values) == list(other.values), name)
            left_out = {"path_description", "scenario_text"}
            self.assertEqual(set(made.variables), set(file.variables) - left_out)
            self.assertEqual(set(made.dims) - {"input"}, set(file.dims) - {"input"})
            self.assertEqual(list(made["path"].values), list(file["path"].values))
            for name in ("title", "scenario_hash", "seed", "samples", "quantiles",
                         "reference_path", "start_month", "months_per_step"):
                self.assertEqual(made.attrs[name], file.attrs[name])

    def test_few_samples_are_sorted(self):
        folder = self.written(support.minimal, "--samples", 2000, "--seed", 5)
        result = lt.scenario(support.minimal).run(2000, seed=5)
        self.assertEqual(result.quantile_source, "sorted samples")
        self.check_run(folder, result)

    def test_many_samples_are_binned(self):
        folder = self.written(support.minimal, "--samples", 100_000)
        result = lt.scenario(support.minimal).run(100_000)
        self.assertEqual(result.quantile_source, "bins")
        self.check_run(folder, result)

    def test_the_baseline_with_a_key_changed(self):
        folder = self.written(*baseline, "--samples", 300)
        self.check_run(folder, lt.scenario("baseline", set=overrides).run(300))

    def test_qmc_and_levels_of_ones_own(self):
        folder = self.written(support.minimal, "--samples", 1024, "--sampler", "qmc",
                              "--quantiles", "0.001,0.5,0.9")
        result = lt.scenario(support.minimal, quantiles=[0.001, 0.5, 0.9]).run(
            1024, sampler="qmc")
        self.assertEqual(result.levels, [0.001, 0.5, 0.9])
        self.check_summary(folder, result)

    def test_some_outputs_are_those_of_all(self):
        model = lt.scenario(support.minimal)
        whole = model.run(2000)
        some = model.run(2000, outputs=["lag", "controlled.run_flop@2025-06"])
        number = {row: i for i, row in enumerate(whole.rows)}
        places = [number[row] for row in some.rows]
        self.assertTrue(same(whole.values[places], some.values))
        self.assertEqual(len(some.rows), 72 + 1)

    def test_kept_samples(self):
        folder = self.written(support.minimal, "--samples", 700, "--keep-samples",
                              "lag@2026-12")
        result = lt.scenario(support.minimal).run(700, keep="lag@2026-12")
        with xarray.open_dataset(folder / "result.nc") as file:
            name = str(file["kept"].values[0])
            self.assertTrue(same(file["sample_value"].values[0], result.kept()[name]))
        sampled = lt.scenario(support.minimal).sample("lag@2026-12", 700)
        self.assertTrue(same(sampled[name], result.kept()[name]))
        self.assertEqual(sampled[name].attrs["units"], "month")


class Samples(unittest.TestCase):
    def test_evaluate_with_drawn_uniforms_is_sample(self):
        for model, outputs in ((lt.scenario(support.minimal), ["lag", "run_flop@2026-12"]),
                               (lt.scenario("baseline", set=overrides),
                                ["cn_restricted.lag", "cost_of_controls"])):
            drawn = model.sample(outputs, 300, seed=9, sample0=70)
            made = model.evaluate(model.uniforms(300, seed=9, sample0=70), outputs=outputs,
                                  seed=9, sample0=70)
            self.assertTrue(made.identical(drawn))
            few = list(model.inputs.index[[2, 0]])
            part = model.uniforms(300, seed=9, sample0=70, inputs=few)
            self.assertTrue(numpy.array_equal(
                part[:, 1], model.uniforms(300, seed=9, sample0=70)[:, 0]))
            for u in (part, numpy.asfortranarray(part), part[::-1][::-1].tolist()):
                made = model.evaluate(u, inputs=few, outputs=outputs, seed=9, sample0=70)
                self.assertTrue(made.identical(drawn))

    def test_samples_are_not_copied(self):
        values = lt.scenario(support.minimal).sample("lag", 4000)["controlled.lag_months"]
        self.assertFalse(values.values.flags.owndata)
        self.assertEqual((values.dims, values.dtype), (("sample", "month"), "float32"))

    def test_stretches_merge(self):
        whole = lt.scenario(support.minimal).sample("lag", 1500)
        spawn = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
            parts = list(pool.map(sample_part, (1000, 0, 500)))
            results = list(pool.map(run_model, [lt.scenario(support.minimal)] * 2))
        self.assertTrue(lt.merge(parts).identical(whole))
        self.assertEqual(results[0], lt.scenario(support.minimal).run(500, outputs="lag"))
        self.assertEqual(results[0], results[1])
        with self.assertRaises(lt.RunError) as raised:
            lt.merge(parts[:2])
        self.assertEqual(str(raised.exception), "the parts do not follow each other: one "
                         "ends with sample 499, the next begins with 1000")

    def test_results_of_some_outputs_merge(self):
        model = lt.scenario(support.minimal)
        parts = [model.run(800, outputs=name, keep="lag@2026-12")
                 for name in ("lag", "run_flop", "lag")]
        whole = model.run(800, outputs=["lag", "run_flop"], keep="lag@2026-12")
        merged = lt.merge(parts)
        self.assertEqual(set(merged.rows), set(whole.rows))
        for row, values in zip(merged.rows, merged.values):
            self.assertTrue(same(values, whole.values[whole.rows.index(row)]))
        self.assertTrue(merged.kept().identical(whole.kept().assign_attrs(
            merged.kept().attrs)))
        with self.assertRaises(lt.RunError) as raised:
            lt.merge([parts[0], model.run(800, seed=2, outputs="lag")])
        self.assertEqual(str(raised.exception), "the parts have different seed: 1 and 2")

    def test_what_is_asked_for_without_names(self):
        model = lt.scenario(support.minimal)
        drawn = model.sample(samples=40)
        self.assertEqual(list(drawn), ["controlled.lag_months"])
        self.assertTrue(model.evaluate(model.uniforms(40)).identical(drawn))
        months = model.sample(["lag@2026-12", "lag@2027-12", "lag"], 40)
        self.assertEqual([(name, dict(months[name].sizes)) for name in months], [
            ("controlled.lag_months@2026-12", {"sample": 40}),
            ("controlled.lag_months@2027-12", {"sample": 40}),
            ("controlled.lag_months", {"sample": 40, "month": 72})])
        text = {"scenario": {"name": "n", "start": "2025-01", "end": "2025-02"},
                "quantity": {"a": {"unit": "1", "value": "1 to 2"}},
                "output": {"quantities": ["a"]}}
        self.assertEqual(list(lt.scenario(text).sample(samples=40)), ["a"])

    def test_joblib(self):
        support.need("joblib")
        import joblib

        whole = lt.scenario(support.minimal).sample("lag", 1000)
        parts = joblib.Parallel(n_jobs=2)(
            joblib.delayed(lt.Model.sample)(lt.scenario(support.minimal), "lag", 500, sample0=i)
            for i in (0, 500))
        self.assertTrue(lt.merge(parts).identical(whole))

    def test_two_threads_at_once(self):
        models = [lt.scenario(support.minimal, set={"quantity.initial_budget.value": text})
                  for text in ("1B to 2B", "3B to 4B")]
        expected = [model.run(20_000, outputs="lag") for model in models]
        found = [None] * 6
        def work(i):
            found[i] = models[i % 2].run(20_000, outputs="lag")
        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(found))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for i, result in enumerate(found):
            self.assertEqual(result, expected[i % 2])


class Studies(unittest.TestCase):
    def without_time(self, document):
        return {key: value for key, value in document.items()
                if key not in ("wall_time_s", "backend", "leadtime")}

    def test_sensitivity(self):
        words = ["--output", "lag@2026-12", "--samples", 3000, "--tornado", 1024,
                 "--pick-freeze", 1024]
        expected = json.loads(support.run_program(
            "sensitivity", support.minimal, *words, "--json", "--quiet"))
        made = lt.scenario(support.minimal).sensitivity(
            "lag@2026-12", samples=3000, tornado=1024, pick_freeze=1024)
        self.assertEqual(self.without_time(made.data), self.without_time(expected))
        frame = made.to_pandas()
        entry = expected["outputs"][0]["pick_freeze"][0]
        row = frame[(frame["method"] == "pick_freeze") & (frame["input"] == entry["group"])
                    & (frame["statistic"] == "total")]
        self.assertEqual((row["value"].item(), row["se"].item()),
                         (entry["total"], entry["total_se"]))

    def test_compare(self):
        names = ["baseline", "full_closure"]
        expected = json.loads(support.run_program(
            "compare", *names, "--samples", 3000, "--json", "--quiet"))
        made = lt.compare(names, samples=3000)
        self.assertEqual(self.without_time(made.data), self.without_time(expected))
        some = lt.compare(names, ["cn_restricted.lag"], samples=3000).to_pandas()
        whole = made.to_pandas()
        row = ("full_closure", "cn_restricted", "lag_months", "2030-12", "month")
        self.assertTrue(same(some.loc[row], whole.loc[row].reindex(some.columns)))
        self.assertEqual(len(some), 108)

    def test_sweep(self):
        vary = {"quantity.initial_budget.value": ["1B", "2B"],
                "quantity.tightening.value": ["2025-01", "2027-01"]}
        for samples in (400, 70_000):  # the program sorts any number of them
            with tempfile.TemporaryDirectory() as folder:
                support.run_program(
                    "sweep", support.minimal, "--output", "lag@2026-12", "--samples", samples,
                    *(word for key, values in vary.items()
                      for word in ("--vary", f"{key}={','.join(values)}")),
                    "--quiet", "--out", folder + "/s")
                with open(folder + "/s/sweep.csv", newline="", encoding="utf-8") as file:
                    expected = [(int(row["cell"]), row["statistic"], float(row["value"]))
                                for row in csv.DictReader(file)]
            made = lt.sweep(support.minimal, vary, outputs="lag@2026-12", samples=samples)
            self.assertGreater(len(expected), 4 * 16)
            for cell, name, value in expected:
                result = made.cells[cell][1]
                self.assertTrue(same(
                    result.values[0, result.statistics.index(name)], value), (cell, name))
        whole = made.to_xarray()["value"]
        self.assertEqual(whole.dims[:2], made.keys)
        self.assertTrue(same(whole.values[1, 1], made.cells[-1][1].to_xarray()["value"]))
        self.assertEqual(len(made.to_pandas()), 4)

    def test_cluster_profiles_and_rules(self):
        expected = support.run_program(
            "cluster", "--accelerator", "ascend_910c", "--count", 16384, "--model",
            "llama3_405b", "--power-price", "0.1", "--vs", "h20,h100", "--json")
        self.assertEqual(json.loads(expected), lt.cluster(
            accelerator="ascend_910c", count=16_384, model="llama3_405b", power_price=0.1,
            vs=["h20", "h100"], dense=False))
        profiles = json.loads(support.run_program("profiles", "--json"))["profiles"]
        frame = lt.profiles()
        self.assertEqual(list(frame.index), [profile["id"] for profile in profiles])
        for profile in profiles:
            fact = profile["facts"]["peak_flop_per_s.bf16"]
            self.assertTrue(same(frame.loc[profile["id"], "peak_flop_per_s.bf16"],
                                 numpy.nan if fact is None else fact["value"]))
        rule = json.loads(support.run_program("legality", "--rule", "bis_2023", "--json"))
        rule = rule["rules"][0]
        frame = lt.legality("bis_2023")
        for chip in rule["chips"]:
            self.assertEqual(frame.loc["bis_2023", chip["id"]]["verdict"], chip["verdict"])


if __name__ == "__main__":
    support.main()

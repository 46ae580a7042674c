#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a user of the Python package sees: errors, Ctrl-C, pickles, pages, memory."""
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import support

support.need("numpy", "pandas", "xarray")

import numpy

import leadtime as lt


def text_of(function, error=lt.RunError):
    try:
        function()
    except error as raised:
        return str(raised)
    raise AssertionError(f"no {error.__name__}")


class Errors(unittest.TestCase):
    def test_a_scenario_with_every_mistake(self):
        text = '[scenario]\nname = 1\nstart = "2025-01"\n[quantity.x]\nvalue = "1 to"\n'
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "wrong.toml")
            path.write_text(text)
            shown = subprocess.run([support.program, "check", str(path)],
                                   capture_output=True, text=True).stderr.rstrip("\n")
            with self.assertRaises(lt.ScenarioError) as raised:
                lt.scenario(path)
        self.assertEqual(str(raised.exception), shown)
        issues = raised.exception.issues
        self.assertGreater(len(issues), 2)
        self.assertEqual("\n".join(issue.shown for issue in issues), shown)
        first = next(issue for issue in issues if issue.line == 2)
        self.assertEqual((first.file, first.column), (str(path), 8))
        self.assertEqual(first.text, '"name" must be a string (found 1)')
        again = pickle.loads(pickle.dumps(raised.exception))
        self.assertEqual((str(again), again.issues), (shown, issues))

    def test_an_override_and_its_suggestion(self):
        with self.assertRaises(lt.ScenarioError) as raised:
            lt.scenario("baseline", set={"quantity.remote_acces_law.value": 1})
        issue, = raised.exception.issues
        self.assertEqual(issue.file, "--set quantity.remote_acces_law.value=1")
        self.assertEqual(issue.suggestion, 'did you mean "remote_access_law"?')

    def test_sentences(self):
        model = lt.scenario(support.minimal)
        result = model.run(100, outputs="lag")
        u = numpy.full((3, 19), 0.5)
        for bad in (0.0, 1.0, numpy.nan):
            u[2, 0] = bad
            self.assertEqual(
                text_of(lambda: model.evaluate(u)),
                f'the uniform number of input "initial_budget" is {bad:g} in sample 2: it '
                "must lie between 0 and 1, and be neither (scramble or shift points that "
                "contain 0)")
        for function, text in (
                (lambda: model.run(0),
                 "samples is 0: it is a whole number from 1 to 281474976710656"),
                (lambda: model.run(seed=-1),
                 "-1 is no seed or sample number: it is a whole number from 0 to "
                 "18446744073709551615"),
                (lambda: model.run(10, outputs="lagg"),
                 'there is no output "lagg": no path and no quantity of that name has it'),
                (lambda: model.run(10, sampler="sobol"),
                 'the sampler "sobol" is not known (it may be philox or qmc)'),
                (lambda: model.run(10, until="lag"),
                 'until "lag": three parts are needed (write OUTPUT:STATISTIC:PRECISION, '
                 "such as lag@2030-12:p50:0.5%)"),
                (lambda: model.run(10, device="gpu"),
                 'the device "gpu" is not known (it may be host, kokkos, cuda, cuda:N or '
                 "all)"),
                (lambda: model.evaluate([[0.5, 0.5]]),
                 "u has the shape (1, 2), but 19 inputs need (samples, 19)"),
                (lambda: model.uniforms(10, inputs=["initial_budge"]),
                 'there is no drawn input "initial_budge": did you mean "initial_budget"?'),
                (lambda: lt.scenario("baseline", set=["x"]),
                 'set has "x" without a value: write "KEY=VALUE"'),
                (lambda: lt.scenario("baseline", quantiles=[1.5]),
                 "quantiles: 1.5 is no quantile level (a level lies between 0 and 1, 1e-9 "
                 "away from both)"),
                (lambda: result.find("lag_month"),
                 'the result has no output "lag_month": did you mean "lag_months"?'),
                (lambda: lt.compare([model]),
                 "a comparison needs two models or more"),
                (lambda: lt.sweep(model, {}),
                 "a sweep needs keys with a list of values each"),
                (lambda: lt.merge([]), "there is nothing to merge"),
                (lambda: lt.cluster(acelerator="h100_sxm"),
                 'unknown option acelerator of "leadtime cluster"; did you mean '
                 '"accelerator"? (see leadtime cluster --help)'),
                (lambda: lt.cluster(accelerator="h100_sxm", count=1, model="llama3_405b",
                                    power_price="x"),
                 'power_price "x" is not a number (write 16384, 16k or 1e6)')):
            self.assertEqual(text_of(function), text)

    def test_a_sample_without_a_number(self):
        text = text_of(lambda: lt.scenario({
            "scenario": {"name": "n", "start": "2025-01", "end": "2025-02"},
            "quantity": {"a": {"unit": "1", "value": {"dist": "normal", "mean": 0, "sd": 1}},
                         "b": {"unit": "1", "formula": "sqrt(a)"}},
            "output": {"quantities": ["b"]}}).run(1000))
        self.assertRegex(text, r'^quantity "b" is not a number in sample \d+ ')


class Sessions(unittest.TestCase):
    def test_ctrl_c_leaves_the_session_usable(self):
        model = lt.scenario("baseline")
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        begin = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            model.run(100_000_000, outputs="lag")
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(model.run(200, outputs="lag").samples, 200)

    def test_progress_may_stop_a_run(self):
        class Enough(Exception):
            pass
        seen = []
        def show(done, total):
            seen.append((done, total))
            if done > 1000:
                raise Enough
        model = lt.scenario(support.minimal)
        with self.assertRaises(Enough):
            model.run(1_000_000_000, outputs="lag", progress=show)
        self.assertEqual(seen[-1][1], 1_000_000_000)
        self.assertEqual(model.run(200).samples, 200)

    def test_a_fork_after_first_use_says_what_to_do(self):
        code = ("import os, leadtime as lt; m = lt.scenario('baseline'); "
                "m.sample('lag@2030-12', 10); pid = os.fork()\n"
                "if pid == 0:\n"
                "    try: m.sample('lag@2030-12', 10)\n"
                "    except lt.RunError as error: print(error, flush=True)\n"
                "    os._exit(0)\n"
                "os.waitpid(pid, 0); m.sample('lag@2030-12', 10)")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.stdout, "this process was forked after leadtime had been used, "
                         "and its threads were not: start processes with "
                         'multiprocessing.get_context("spawn")\n')
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_fork_before_first_use_works(self):
        code = ("import os, leadtime as lt; m = lt.scenario('baseline')\n"
                "if os.fork() == 0: print(m.sample('lag@2030-12', 10).sizes['sample'], "
                "flush=True); os._exit(0)\n"
                "os.wait(); m.sample('lag@2030-12', 10)")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.stdout, done.stderr), ("10\n", ""))

    def test_the_environment_is_as_it_was(self):
        code = "import os; a = dict(os.environ); import leadtime; print(a == dict(os.environ))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout, "True\n", done.stderr)

    def test_import_loads_no_large_package(self):
        code = ("import sys, leadtime as lt; lt.scenario('baseline'); "
                "print([n for n in ('numpy', 'xarray', 'pandas', 'matplotlib') "
                "if n in sys.modules])")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout, "[]\n", done.stderr)

    def test_memory_stays_flat(self):
        def resident():
            pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
            return int(pages) * os.sysconf("SC_PAGESIZE")
        model = lt.scenario(support.minimal)
        def work(times):
            for _ in range(times):
                model.run(64, outputs="lag@2026-12")
                model.sample("lag", 64)
        work(100)
        before = resident()
        work(500)
        self.assertLess(resident() - before, 4_000_000)


    def test_python_ends_while_a_thread_runs(self):
        code = ("import threading, time, leadtime as lt; m = lt.scenario('baseline')\n"
                "threading.Thread(target=lambda: m.run(10**12), daemon=True).start()\n"
                "time.sleep(1)")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_examples_of_the_pages_run(self):
        support.need("matplotlib", "scipy")
        import matplotlib
        import re

        matplotlib.use("Agg")
        for name in ("README.md", "docs/python.md"):
            page = (support.source / name).read_text()
            names = {}
            blocks = [block for block in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
                      if "spawn" not in block]  # that needs processes of its own
            self.assertTrue(blocks, name)
            for block in blocks:
                exec(compile(block, name, "exec"), names)


class Objects(unittest.TestCase):
    def test_models_pickle_compare_and_hash(self):
        with tempfile.TemporaryDirectory() as folder:
            base, own = pathlib.Path(folder, "base.toml"), pathlib.Path(folder, "own.toml")
            base.write_text(pathlib.Path(support.minimal).read_text())
            own.write_text('[scenario]\nname = "own"\nextends = "base.toml"\n')
            models = [lt.scenario("baseline"), lt.scenario("full_closure"), lt.scenario(own),
                      lt.scenario(own.read_text().replace("base.toml", "baseline")),
                      lt.scenario("baseline", set={"quantity.remote_access_law.value": 1}),
                      lt.scenario("baseline", quantiles=[0.1, 0.5])]
            for model in models:
                again = pickle.loads(pickle.dumps(model))
                self.assertEqual((again, hash(again), again.hash, again.text),
                                 (model, hash(model), model.hash, model.text))
            self.assertEqual(len(set(models)), len(models))
            self.assertEqual(models[4], models[0].with_set(models[4].overrides))

    def test_results_pickle_compare_and_hash(self):
        model = lt.scenario(support.minimal)
        result = model.run(300, keep="lag@2026-12")
        again = pickle.loads(pickle.dumps(result))
        self.assertEqual((again, hash(again)), (result, hash(result)))
        self.assertTrue(again.to_xarray().identical(result.to_xarray()))
        self.assertTrue(again.kept().identical(result.kept()))
        self.assertNotEqual(result, model.run(300, seed=2))
        study = model.sensitivity("lag@2026-12", samples=1024, tornado=0)
        self.assertEqual(pickle.loads(pickle.dumps(study)), study)

    def test_a_dict_is_a_scenario(self):
        import tomllib

        with open(support.minimal, "rb") as file:
            model = lt.scenario(tomllib.load(file))
        expected = lt.scenario(support.minimal).run(300)
        self.assertTrue(numpy.array_equal(model.run(300).values, expected.values,
                                          equal_nan=True))

    def test_inputs_have_their_origin(self):
        inputs = lt.scenario("baseline").inputs
        self.assertEqual(list(inputs.columns), ["quantity", "knot", "distribution", "unit",
                                                "source", "confidence"])
        self.assertTrue(inputs.index.is_unique)
        row = inputs.loc["other_domestic_flow@2028-01"]
        self.assertEqual((row["quantity"], row["knot"]), ("other_domestic_flow", "2028-01"))
        self.assertGreater((inputs["source"].notna()).mean(), 0.9)

    def test_they_show_themselves(self):
        model = lt.scenario({
            "scenario": {"name": "a < b", "start": "2025-01", "end": "2025-12"},
            "quantity": {"x": {"unit": "1", "value": "1 to 2"},
                         "y": {"unit": "1", "formula": "cumsum(x)"}},
            "output": {"quantities": ["y"]}})
        self.assertIn("<b>a &lt; b</b>", model._repr_html_())
        page = model.run(100)._repr_html_()
        self.assertIn("<svg ", page)
        self.assertIn("<td>2025-12</td>", page)
        self.assertNotIn("a < b", page)
        import xml.etree.ElementTree as tree

        tree.fromstring(page[page.index("<svg"):])

    def test_stubs_name_what_the_engine_has(self):
        import ast

        from leadtime import _engine

        def names_of(body):
            nodes = [node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom))]
            for node in nodes:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    yield node.name
                elif isinstance(node, ast.AnnAssign):
                    yield node.target.id

        tree = ast.parse((support.source / "python/leadtime/_engine.pyi").read_text())
        model = next(node for node in tree.body if getattr(node, "name", "") == "Model")
        for body, thing in ((tree.body, _engine), (model.body, _engine.Model)):
            self.assertEqual(set(names_of(body)),
                             {name for name in dir(thing) if not name.startswith("_")})

    def test_fans(self):
        support.need("matplotlib")
        import matplotlib

        matplotlib.use("Agg")
        result = lt.scenario(support.minimal).run(500, outputs=["lag", "run_flop"])
        axes = result.plot.fan("run_flop")
        self.assertEqual(axes.get_yscale(), "log")
        self.assertEqual(axes.get_ylabel(), "run_flop, FLOP")
        self.assertEqual([line.get_label() for line in axes.get_lines()], result.paths)
        medians = result.series("controlled.run_flop")["p50"]
        line = axes.get_lines()[result.paths.index("controlled")]
        self.assertTrue(numpy.array_equal(line.get_ydata(), medians))
        self.assertIs(result.plot.fan("lag", ax=axes), axes)


if __name__ == "__main__":
    support.main()

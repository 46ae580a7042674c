#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// report.html of a sweep in a real browser: marks, selectors, downloads; nothing is
// requested, nothing is logged, the numbers are those of sweep.csv, texts stay texts.
//
// Usage: sweep.test.mjs PROGRAM SOURCE_ROOT [NAME...]
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openReport } from "../../tools/browser.mjs";
import {
  allDrawn,
  check,
  close,
  fieldsOf,
  folder,
  leadtime,
  marksOf,
  number,
  quiet,
  root,
  runTests,
} from "./support.mjs";

/** `leadtime sweep` into a folder. Returns: the folder. */
function sweep(scenario, samples, out, ...more) {
  const result = leadtime(
    "sweep",
    scenario,
    "--samples",
    samples,
    "--quiet",
    "--out",
    out,
    ...more,
  );
  if (result.status !== 0) throw new Error(`leadtime sweep failed: ${result.stderr}`);
  return join(folder, out);
}

/** cell|output|statistic -> text of the value, and the keys' texts of each cell. */
function cellsOf(result) {
  const numbers = new Map();
  const keys = new Map();
  const [head, ...lines] = readFileSync(join(result, "sweep.csv"), "utf8").split("\n").slice(0, -1);
  const n = fieldsOf(head).indexOf("path");
  for (const line of lines) {
    const fields = fieldsOf(line);
    const [path, metric, , month, statistic, value] = fields.slice(n);
    keys.set(fields[0], fields.slice(1, n));
    numbers.set(
      [fields[0], (path && path + ".") + metric + (month && "@" + month), statistic].join("|"),
      value,
    );
  }
  return { numbers, keys };
}

/** Every number in the table of cells is that of sweep.csv. Returns: how many there are. */
async function compareCells(page, numbers) {
  const cells = await page.$$eval("#cells-of-sweep [data-of]", (all) =>
    all.map((one) => [one.dataset.of, one.dataset.value]),
  );
  for (const [of, value] of cells) {
    check(
      numbers.has(of) && close(Number(value), number(numbers.get(of))),
      `${of} is ${value}`,
      `sweep.csv has ${numbers.get(of)}`,
    );
  }
  return cells.length;
}

/** The numbers of the page's data, all cells and outputs. */
async function compareData(page, numbers) {
  const data = JSON.parse(await page.$eval("#leadtime-data", (one) => one.textContent));
  let compared = 0;
  for (const one of data.outputs) {
    for (const statistic of [
      "mean",
      "mean_se",
      "sd",
      "p05",
      "p50",
      "p50_se",
      "p95",
      "share_below",
      "share_above",
    ]) {
      for (let cell = 0; cell < data.cells; ++cell) {
        const value =
          (Array.isArray(one[statistic]) ? one[statistic][cell] : one[statistic]) ?? NaN;
        const exact = number(numbers.get([cell, one.output, statistic].join("|")));
        check(
          close(value, exact),
          `cell ${cell}: ${statistic} of ${one.output} is ${value}`,
          exact,
        );
        ++compared;
      }
    }
  }
  return { data, compared };
}

const choose = async (page, label, value) => {
  await page.locator(`select[aria-label="${label}"]:visible`).first().selectOption(value);
};

const tests = {
  async "a sweep of two keys: heat map, lines, cells"() {
    const result = sweep(
      "baseline",
      400,
      "sweep2",
      "--vary",
      "quantity.remote_access_law.value=0,1",
      "--vary",
      "quantity.cn_training_share.value=0.1:0.9:3:log",
      "--output",
      "lag@2030-12",
      "--output",
      "run_flop@2028-12",
      "--set",
      "scenario.name=swept",
    );
    const { numbers, keys } = cellsOf(result);
    const report = await openReport(join(result, "report.html"));
    const { page } = report;
    await allDrawn(page);
    check((await page.textContent("h1")) === "swept", "another name", await page.textContent("h1"));
    for (const text of ["6 cells of 400 samples", "seed 1", "leadtime 0.1"])
      check((await page.textContent(".facts")).includes(text), `"${text}" is not at the top`);
    for (const text of [
      "quantity.remote_access_law.value",
      "quantity.cn_training_share.value",
      "scenario.name=swept",
      "grid",
    ]) {
      check((await page.textContent("#run")).includes(text), `"${text}" is not on the page`);
    }
    const { data, compared } = await compareData(page, numbers);
    check(
      compared === 6 * 9 * data.outputs.length && data.outputs.length === 5,
      "too few numbers were compared",
      compared,
    );
    check(data.keys[1].scale === "log", "0.1, 0.3, 0.9 are not geometric", data.keys[1].scale);
    check((await compareCells(page, numbers)) === 6 * 4 * 5, "the table has other cells");
    for (const [cell, texts] of keys) {
      const row = await page.$$eval(
        `#cells-of-sweep tbody tr:nth-child(${Number(cell) + 1}) > *`,
        (all) => all.slice(0, 3).map((one) => one.textContent),
      );
      check(row.join() === [cell, ...texts].join(), `the keys of cell ${cell}`, row);
    }

    // the map: a rectangle a cell, with its number
    const rectangles = () =>
      page.$$eval("#chart-map .plot svg .mark-rect.role-mark path", (all) =>
        all.map((one) => [one.getAttribute("fill"), getComputedStyle(one).fill]),
      );
    const printed = () =>
      page.$$eval("#chart-map .plot svg .mark-text.role-mark text", (all) =>
        all.map((one) => one.textContent),
      );
    check((await rectangles()).length === 6, "not six rectangles", (await rectangles()).length);
    check(
      new Set((await rectangles()).map(String)).size === 6,
      "cells share colours",
      await rectangles(),
    );
    const expected = (output, statistic, text) =>
      [0, 1, 2, 3, 4, 5]
        .map((cell) => text(Number(numbers.get(`${cell}|${output}|${statistic}`))))
        .sort()
        .join();
    check(
      (await printed()).sort().join() ===
        expected("cn_restricted.lag_months@2030-12", "p50", (x) => x.toFixed(1)),
      "other medians are printed",
      await printed(),
    );
    // each at its place: the first key across, the second upwards
    const places = await page.$$eval("#chart-map .plot svg .mark-text.role-mark text", (all) =>
      all
        .map((one) => {
          const box = one.getBoundingClientRect();
          return { x: box.x + box.width / 2, y: box.y, text: one.textContent };
        })
        .sort((a, b) => (Math.abs(a.y - b.y) > 4 ? a.y - b.y : a.x - b.x))
        .map((one) => one.text),
    );
    const inOrder = [2, 5, 1, 4, 0, 3].map((cell) =>
      Number(numbers.get(`${cell}|cn_restricted.lag_months@2030-12|p50`)).toFixed(1),
    );
    check(places.join() === inOrder.join(), `the map has ${places}`, inOrder);
    await choose(page, "Statistic", "p95");
    await page.waitForFunction(() =>
      document.querySelector("#chart-map .plot svg")?.textContent.includes("95 % quantile"),
    );
    check(
      (await printed()).sort().join() ===
        expected("cn_restricted.lag_months@2030-12", "p95", (x) => x.toFixed(1)),
      "other p95 are printed",
      await printed(),
    );
    await choose(
      page,
      "Output",
      String(data.outputs.findIndex((one) => one.output === "cn_restricted.run_flop@2028-12")),
    );
    await page.waitForFunction(() =>
      document.querySelector("#chart-map .plot svg")?.textContent.includes("run_flop"),
    );
    await choose(page, "Statistic", "p50");
    await page.waitForFunction(() =>
      /median of cn_restricted.run_flop/.test(
        document.querySelector("#chart-map .plot svg")?.textContent,
      ),
    );
    check(
      (await printed()).sort().join() ===
        expected("cn_restricted.run_flop@2028-12", "p50", (x) =>
          x.toExponential(1).replace("e+", "e"),
        ),
      "other FLOP are printed",
      await printed(),
    );
    // the lines follow the output, and show all paths; another key can be chosen
    const linesText = () => page.$eval("#chart-lines .plot svg", (svg) => svg.textContent);
    await page.waitForFunction(() =>
      document.querySelector("#chart-lines .plot svg")?.textContent.includes("run_flop@2028-12"),
    );
    for (const path of ["us_frontier", "cn_restricted", "cn_unrestricted"])
      check((await linesText()).includes(path), `${path} has no line`, await linesText());
    check(
      (await page.$$("#chart-lines .plot svg .mark-line.role-mark path")).length === 3,
      "not three lines",
    );
    check(
      !(await page.isVisible('#chart-lines select[aria-label="remote_access_law"]')),
      "the key on the axis can be held",
    );
    await choose(page, "over", "1");
    await page.waitForFunction(() =>
      document
        .querySelector("#chart-lines .about")
        .textContent.includes("Held: remote_access_law = 0."),
    );
    check(
      await page.isVisible('#chart-lines select[aria-label="remote_access_law"]'),
      "the other key cannot be held",
    );
    await choose(page, "remote_access_law", "1");
    await page.waitForFunction(() =>
      document
        .querySelector("#chart-lines .about")
        .textContent.includes("Held: remote_access_law = 1."),
    );

    // exact values under the pointer, with the Monte Carlo error
    await page.evaluate(() =>
      document.querySelector("#chart-map").scrollIntoView({ block: "center", behavior: "instant" }),
    );
    const place = await page
      .locator("#chart-map .plot svg .mark-rect.role-mark path")
      .first()
      .boundingBox();
    await page.mouse.move(place.x + 12, place.y + 12);
    await page.waitForSelector(".tooltip.shown", { timeout: 5000 });
    const tip = await page.textContent(".tooltip");
    check(
      /remote_access_law0cn_training_share0\.1median\d\.\d{4}e\d\d ±\d+\.\d%mean.*25–75 %.*5–95 %/.test(
        tip,
      ),
      "the tooltip has no exact value",
      tip,
    );

    // downloads; the CSV has all statistics of the cells in the picture
    for (const [action, start] of [
      ["svg", "<svg"],
      ["png", "\u0089PNG"],
      ["csv", "cell,quantity.remote_access_law.value,quantity.cn_training_share.value,path,metric"],
    ]) {
      const waiting = page.waitForEvent("download");
      await page.click(`#chart-map [data-action="${action}"]`);
      const download = await waiting;
      const content = readFileSync(await download.path());
      check(
        content.toString("latin1").startsWith(start),
        `${action} starts otherwise`,
        content.toString("latin1", 0, 80),
      );
      if (action !== "csv") continue;
      const [head, ...lines] = content.toString("utf8").trim().split("\n");
      check(lines.length === 6, "the CSV has other cells", lines.length);
      for (const line of lines) {
        const fields = line.split(",");
        check(
          close(
            Number(fields[head.split(",").indexOf("p50")]),
            Number(numbers.get(`${fields[0]}|cn_restricted.run_flop@2028-12|p50`)),
          ),
          "the CSV has another p50",
          line,
        );
      }
    }
    // sorted by the first median, and back
    await page.click('#cells-of-sweep button.sort:has-text("p50") >> nth=0');
    const medians = () =>
      page.$$eval('#cells-of-sweep [data-of$="cn_restricted.lag_months@2030-12|p50"]', (all) =>
        all.map((one) => Number(one.dataset.value)),
      );
    const ascending = await medians();
    check(
      ascending.length === 6 && ascending.every((x, i) => i === 0 || x >= ascending[i - 1]),
      "not sorted",
      ascending,
    );
    await page.click('#cells-of-sweep button.sort:has-text("p50") >> nth=0');
    check(
      (await medians()).join() === [...ascending].reverse().join(),
      "not sorted backwards",
      await medians(),
    );
    check(
      await page.$$eval("button, select, input", (all) =>
        all.every(
          (one) => one.getAttribute("aria-label") || one.textContent.trim() || one.closest("label"),
        ),
      ),
      "a control has no name",
    );
    quiet(report, "sweep of two keys");
    await report.close();
    // the same page again
    const again = leadtime("report", "sweep2", "-o", "again.html");
    check(
      again.status === 0 &&
        readFileSync(join(folder, "again.html"), "utf8") ===
          readFileSync(join(result, "report.html"), "utf8"),
      "report makes another page",
      again.stderr,
    );
  },

  async "sweeps of one key, of four, and of texts"() {
    const minimal = join(resolve(root), "scenarios/minimal.toml");
    const evil =
      "<img src=x onerror=window.hacked=1></script><script>window.hacked=2</script>\"'\u2028 & ${1}";
    const outputs = [
      "--output",
      "lag@2029-12",
      "--output",
      "milestone_month@1e26",
      "--output",
      "run_flop@2028-12",
    ];
    const cases = {
      line: ["--vary", "quantity.seized.value=0.1:0.9:4", ...outputs],
      texts: [
        "--vary",
        `scenario.name=${evil},plain`,
        "--vary",
        "quantity.h100_price.value=25k to 35k,50k to 60k",
        ...outputs,
      ],
      ordinal: ["--vary", `scenario.name=${evil},plain`, ...outputs],
      four: [
        "--vary",
        "quantity.seized.value=0:0.8:3",
        "--vary",
        "quantity.initial_budget.value=100M:10B:3:log",
        "--vary",
        "quantity.flow.value=1k,10k",
        "--vary",
        "quantity.h100_price.value=25k,30k",
        "--output",
        "lag@2029-12",
      ],
    };
    for (const [name, given] of Object.entries(cases)) {
      const result = sweep(minimal, 200, name, ...given);
      const { numbers } = cellsOf(result);
      for (const [width, dark] of [
        [1280, false],
        [390, true],
      ]) {
        const report = await openReport(join(result, "report.html"), { width, dark });
        const { page } = report;
        await allDrawn(page);
        const ids = await page.$$eval("[data-chart]", (all) => all.map((one) => one.dataset.chart));
        check(
          ids.join() ===
            {
              line: "lines-0,lines-1,lines-2",
              ordinal: "lines-0,lines-1,lines-2",
              texts: "map,lines",
              four: "map,lines",
            }[name],
          `${name} has other charts`,
          ids,
        );
        for (const id of ids)
          check(
            (await marksOf(page, id)) >= (name === "ordinal" ? 2 : 3),
            `${name}: chart ${id} has no marks`,
          );
        check((await compareCells(page, numbers)) >= 16, `${name}: the table is short`);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        check(overflow <= 0, `${name}: the page is ${overflow} px too wide at ${width} px`);
        const small = await page.$$eval(
          ".plot svg",
          (all) =>
            all.filter(
              (svg) => svg.getBoundingClientRect().width > svg.closest(".plot").clientWidth + 1,
            ).length,
        );
        check(small === 0, `${name}: ${small} charts are cut off at ${width} px`);
        check(
          (await page.evaluate(() => window.hacked)) === undefined &&
            (await page.$$("#app img, #app script")).length === 0,
          `${name}: a value became markup`,
        );
        if (name === "texts" || name === "ordinal") {
          const key = await page.textContent("#run .notes");
          check(
            key.includes("<img src=x onerror=window.hacked=1></script><script>"),
            "a hostile value is not shown as it is",
            key,
          );
          check(
            (await page.textContent(".plot svg")).includes("<img src=x"),
            "the axis has another value",
          );
        }
        if (name === "four" && !dark) {
          // two keys on the axes, the others held; choosing one twice swaps
          const about = () => page.textContent("#chart-map .about");
          check(
            /Held: flow = 1000, h100_price = 25k\./.test(await about()),
            "other keys are held",
            await about(),
          );
          const before = await page.$$eval("#chart-map .mark-text.role-mark text", (all) =>
            all.map((one) => one.textContent),
          );
          await choose(page, "flow", "1");
          await page.waitForFunction(() =>
            document.querySelector("#chart-map .about").textContent.includes("flow = 10k"),
          );
          await page.waitForFunction((old) => {
            const all = [...document.querySelectorAll("#chart-map .mark-text.role-mark text")].map(
              (one) => one.textContent,
            );
            return all.length === old.length && all.join() !== old.join();
          }, before);
          const after = await page.$$eval("#chart-map .mark-text.role-mark text", (all) =>
            all.map((one) => one.textContent),
          );
          const text = (cell) =>
            Number(numbers.get(`${cell}|controlled.lag_months@2029-12|p50`)).toFixed(1);
          const cellsWith = (flow) =>
            [0, 1, 2]
              .flatMap((i) => [0, 1, 2].map((j) => text(((i * 3 + j) * 2 + flow) * 2)))
              .sort()
              .join();
          check([...before].sort().join() === cellsWith(0), "other cells at flow = 1k", before);
          check([...after].sort().join() === cellsWith(1), "other cells at flow = 10k", after);
          await choose(page, "across", "1");
          await page.waitForFunction(
            () => document.querySelector('#chart-map select[aria-label="up"]').value === "0",
          );
          await choose(page, "up", "3");
          await page.waitForFunction(() =>
            document.querySelector("#chart-map .about").textContent.includes("Held: seized"),
          );
          await page.waitForFunction(
            () =>
              document.querySelectorAll("#chart-map .plot svg .mark-rect.role-mark path").length ===
              6,
          ); // three by two
        }
        if (name === "line" && !dark) {
          await page.evaluate(() =>
            document
              .querySelector("#chart-lines-0")
              .scrollIntoView({ block: "center", behavior: "instant" }),
          );
          const place = await page.locator("#chart-lines-0 .plot svg").boundingBox();
          await page.mouse.move(place.x + place.width * 0.6, place.y + place.height * 0.5);
          await page.mouse.move(place.x + place.width * 0.61, place.y + place.height * 0.5);
          await page.waitForSelector(".tooltip.shown", { timeout: 5000 });
          const tip = await page.textContent(".tooltip");
          check(
            /seized0\.\d+median\d+\.\d{3} ±\d\.\dmean.*5–95 %/.test(tip),
            "the tooltip has no exact value",
            tip,
          );
          check(
            (await page.textContent("#chart-lines-1 .plot svg")).match(/20\d\d-\d\d/),
            "milestones are no dates",
          );
        }
        await page.click(".theme");
        await page.waitForTimeout(200);
        await allDrawn(page);
        quiet(report, `${name}, ${width} px`);
        await report.close();
      }
    }
  },

  async "a Latin hypercube, and 5,000 cells"() {
    const minimal = join(resolve(root), "scenarios/minimal.toml");
    const hypercube = sweep(
      minimal,
      50,
      "hypercube",
      "--lhs",
      150,
      "--vary",
      "quantity.seized.value=0.1:0.9",
      "--vary",
      "quantity.flow.value=100:100k:log",
      "--output",
      "lag@2029-12",
      "--output",
      "run_flop@2028-12",
    );
    const { numbers } = cellsOf(hypercube);
    let report = await openReport(join(hypercube, "report.html"));
    await allDrawn(report.page);
    const ids = await report.page.$$eval("[data-chart]", (all) =>
      all.map((one) => one.dataset.chart),
    );
    check(ids.join() === "scatter-0,scatter-1", "other charts", ids);
    const dots = (id) =>
      report.page.$$eval(`#chart-${id} .plot svg .mark-symbol.role-mark path`, (all) => all.length);
    for (const id of ids) check((await dots(id)) === 150, `chart ${id} has ${await dots(id)} dots`);
    check(
      (await report.page.textContent("#chart-scatter-1 svg")).includes("10k"),
      "the axis of a log range has other ticks",
    );
    check(
      (await compareData(report.page, numbers)).compared === 150 * 9 * 3,
      "too few numbers were compared",
    );
    check((await compareCells(report.page, numbers)) === 100 * 4 * 3, "other cells at first");
    await report.page.click('[aria-label="Later rows"]');
    check(
      (await compareCells(report.page, numbers)) === 50 * 4 * 3,
      "other cells on the second page",
    );
    check(
      (await report.page.textContent("#cell-table .filters")).includes("101 to 150 of 150"),
      "the pages are not counted",
    );
    await choose(report.page, "Output", "2");
    await report.page.waitForFunction(() =>
      document.querySelector("#chart-scatter-0 svg")?.textContent.includes("controlled.run_flop"),
    );
    quiet(report, "hypercube");
    await report.close();

    // large ones: a finished folder, made from a small one by hand
    for (const [name, design] of [
      ["grid", "grid"],
      ["scatter", "latin hypercube"],
    ]) {
      const small = sweep(
        minimal,
        50,
        `large-${name}`,
        "--vary",
        "quantity.seized.value=0.1:0.9:2",
        "--vary",
        "quantity.flow.value=100,200",
        "--output",
        "lag@2029-12",
        "--output",
        "run_flop@2028-12",
      );
      const what = JSON.parse(readFileSync(join(small, "sweep.json"), "utf8"));
      const [head, ...lines] = readFileSync(join(small, "sweep.csv"), "utf8").trim().split("\n");
      const own = lines.slice(0, lines.length / 4).map((line) => line.slice(2));
      const n = [100, 50];
      what.design = design;
      what.cells = 5000;
      what.keys.forEach(
        (key, k) =>
          (key.values = Array.from({ length: design === "grid" ? n[k] : 5000 }, (_, i) =>
            String(((i * 7919) % 5003) / 5003),
          )),
      );
      writeFileSync(join(small, "sweep.json"), JSON.stringify(what));
      writeFileSync(
        join(small, "sweep.csv"),
        head +
          "\n" +
          Array.from({ length: 5000 }, (_, cell) =>
            own
              .map(
                (line) =>
                  `${cell},${line.replace(/[^,]*$/, (x) => (/^-?[0-9.e+]+$/.test(x) ? Number(x) * (1 + cell / 5000) : x))}\n`,
              )
              .join(""),
          ).join(""),
      );
      const made = leadtime("report", `large-${name}`);
      check(made.status === 0, "5,000 cells have no page", made.stderr);
      const file = join(small, "report.html");
      const times = [];
      for (let i = 0; i < 3; ++i) {
        report = await openReport(file);
        await report.page.waitForFunction(
          () => performance.getEntriesByName("leadtime-interactive").length > 0,
        );
        times.push(
          await report.page.evaluate(
            () => performance.getEntriesByName("leadtime-interactive")[0].startTime,
          ),
        );
        if (times[i] < 3000) break;
        await report.close();
      }
      await allDrawn(report.page);
      const drawn = await report.page.evaluate(() => performance.now());
      console.log(
        `5,000 cells, ${name}: ${(statSync(file).size / 1e6).toFixed(2)} MB, interactive after ${times.map((t) => t.toFixed(0)).join(", ")} ms, all drawn after ${drawn.toFixed(0)} ms`,
      );
      check(Math.min(...times) < 3000, "5,000 cells are slow", times.join(" "));
      const marks = await report.page.$$eval(
        name === "grid"
          ? "#chart-map .mark-rect.role-mark path"
          : "#chart-scatter-0 .mark-symbol.role-mark path",
        (all) => all.length,
      );
      check(marks === 5000, `${marks} of 5,000 cells are drawn`);
      quiet(report, `5,000 cells, ${name}`);
      await report.close();
    }
  },
};

await runTests(tests);

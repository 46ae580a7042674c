#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// report.html of a run in a real browser: every chart has marks, switches work, nothing
// is requested, nothing is logged, the numbers are those of summary.csv, texts stay texts.
//
// Usage: report.test.mjs PROGRAM SOURCE_ROOT [NAME...]
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

function run(scenario, samples, out, ...more) {
  const result = leadtime("run", scenario, "--samples", samples, "--quiet", "--out", out, ...more);
  if (result.status !== 0) throw new Error(`leadtime run failed: ${result.stderr}`);
  return join(folder, out);
}

/** path|metric|month|statistic -> text of the value. */
function summary(result) {
  const numbers = new Map();
  const lines = readFileSync(join(result, "summary.csv"), "utf8").split("\n").slice(1, -1);
  for (const line of lines) {
    const fields = fieldsOf(line);
    const [path, metric, , month, statistic, value] = fields;
    numbers.set([path, metric, month, statistic].join("|"), value);
  }
  return numbers;
}

/** Milliseconds until a page can be used. */
async function interactiveAfter(page) {
  await page.waitForFunction(
    () => performance.getEntriesByName("leadtime-interactive").length > 0,
    null,
    { timeout: 60_000 },
  );
  return page.evaluate(() => performance.getEntriesByName("leadtime-interactive")[0].startTime);
}

const tests = {
  async "names that objects of JavaScript have, and the largest numbers"() {
    const text = readFileSync(join(root, "scenarios/minimal.toml"), "utf8");
    const scenario = join(folder, "names.toml");
    writeFileSync(
      scenario,
      text
        .replaceAll("path.free", "path.__proto__")
        .replaceAll("path.controlled", "path.constructor")
        .replace('reference = "free"', 'reference = "__proto__"'),
    );
    const result = run(scenario, 300, "names");
    const file = join(result, "report.html");
    const plain = run(join(root, "scenarios/minimal.toml"), 300, "plain");
    const marks = async (name) => {
      const report = await openReport(name);
      await allDrawn(report.page);
      const ids = await report.page.$$eval("[data-chart]", (all) =>
        all.map((one) => one.dataset.chart),
      );
      const counts = Object.fromEntries(
        await Promise.all(ids.map(async (id) => [id, await marksOf(report.page, id)])),
      );
      quiet(report, name);
      await report.close();
      return counts;
    };
    const [own, other] = [await marks(file), await marks(join(plain, "report.html"))];
    check(
      JSON.stringify(own) === JSON.stringify(other),
      "other marks than with other names",
      JSON.stringify([own, other]),
    );

    // as a file of somebody else's may have them
    const largest = Number.MAX_VALUE;
    const html = readFileSync(file, "utf8");
    const begin = html.indexOf(">", html.indexOf('id="leadtime-data"')) + 1;
    const end = html.indexOf("</script>", begin);
    const data = JSON.parse(html.slice(begin, end));
    for (const one of [...data.series, ...data.scalars]) {
      for (const name of ["mean", "p05", "p25", "p50", "p75", "p95", "p50_se"]) {
        one[name] = one.metric === "lag_months" ? -largest : largest;
      }
      if (Array.isArray(one.p05)) one.p05 = one.p05.map(() => -largest);
    }
    data.sensitivity = {
      outputs: [
        {
          output: "toString",
          tornado: [
            { input: "__proto__", low: -largest, high: largest },
            { input: "constructor", low: -1, high: largest },
          ],
          sobol: [{ input: "__proto__", first: largest, first_se: largest, total: largest }],
        },
      ],
    };
    const huge = join(folder, "huge.html");
    writeFileSync(huge, html.slice(0, begin) + JSON.stringify(data) + html.slice(end));
    const report = await openReport(huge);
    await allDrawn(report.page);
    quiet(report, "huge");
    const broken = await report.page.$$eval(".plot svg", (all) =>
      all
        .filter((svg) => /NaN|Infinity/.test(svg.outerHTML))
        .map((svg) => svg.closest("[data-chart]").dataset.chart),
    );
    check(broken.length === 0, "coordinates that are no numbers", broken.join(" "));
    check((await report.page.$$(".failure")).length === 0, "the page fails");
    await report.close();
  },
  async "the baseline: charts, numbers, switches"() {
    const result = run("baseline", 3000, "baseline");
    const report = await openReport(join(result, "report.html"));
    const { page } = report;
    await allDrawn(page);
    const ids = await page.$$eval("[data-chart]", (all) => all.map((one) => one.dataset.chart));
    for (const id of ["run", "lag", "fleet", "money", "dates", "cost", "channels", "explore"]) {
      check(ids.includes(id), `there is no chart "${id}"`, ids.join(" "));
    }
    for (const id of ids) check((await marksOf(page, id)) > 2, `chart "${id}" has no marks`);

    // numbers in the tables, and what they are written as
    const numbers = summary(result);
    const cells = await page.$$eval("[data-of]", (all) =>
      all.map((one) => [one.dataset.of, one.dataset.value, one.textContent]),
    );
    check(cells.length > 300, "too few numbers in the tables", cells.length);
    for (const [of, value, text] of cells) {
      // shares are in summary.csv only where a metric has censored samples
      const exact = number(
        numbers.get(of) ?? (/\|share_(above|below)$/.test(of) ? "0" : "nothing"),
      );
      check(
        close(number(value === "Infinity" ? "inf" : value === "-Infinity" ? "-inf" : value), exact),
        `${of} is ${value}`,
        `summary.csv has ${numbers.get(of)}`,
      );
      const shown = text.match(/^-?[0-9.]+(e-?[0-9]+)?( [kMBT])?$/);
      if (shown && !/month@|parity/.test(of)) {
        const unit = { k: 1e3, M: 1e6, B: 1e9, T: 1e12 }[text.slice(-1)] ?? 1;
        const written = parseFloat(text) * unit;
        check(
          Math.abs(written - exact) <= 0.051 * Math.abs(exact) + 0.0501,
          `${of} is written ${text}`,
          exact,
        );
      }
    }
    // the table of the terminal says the same
    const terminal = readFileSync(join(result, "summary.csv"), "utf8");
    check(terminal.includes("cn_restricted,lag_months"), "summary.csv has no lag");

    // all numbers of the page's data, at seven digits
    const data = JSON.parse(await page.$eval("#leadtime-data", (one) => one.textContent));
    let compared = 0;
    for (const one of data.series) {
      const steps = one.steps ?? Array.from({ length: data.steps }, (_, step) => step);
      for (const statistic of ["mean", "p05", "p25", "p50", "p75", "p95", "p50_se"]) {
        for (let place = 0; place < steps.length; place += 7) {
          const month = data.start_month + (steps[place] + 1) * data.months_per_step - 1;
          const key = [
            one.path,
            one.metric,
            `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`,
            statistic,
          ].join("|");
          let value = Array.isArray(one[statistic]) ? one[statistic][place] : one[statistic];
          if (value === null) value = NaN;
          check(
            close(value, number(numbers.get(key) ?? "nan")),
            `${key} is ${value}`,
            numbers.get(key),
          );
          ++compared;
        }
      }
    }
    check(compared > 5000, "too few numbers were compared", compared);

    // switches
    const titleOf = (id) => page.$eval(`#chart-${id} .plot svg`, (svg) => svg.textContent);
    for (const [id, choice, expected] of [
      ["fleet", "TPP", "H100e by TPP"],
      ["fleet", "8-bit", "H100e by 8-bit rate"],
    ]) {
      await page.click(`#chart-${id} .segmented label:has-text("${choice}")`);
      await page.waitForFunction(
        ([i, e]) => document.querySelector(`#chart-${i} .plot svg`).textContent.includes(e),
        [id, expected],
      );
      check((await titleOf(id)).includes(expected), `the switch ${choice} of ${id} does nothing`);
      check((await marksOf(page, id)) > 2, `${id} is empty after ${choice}`);
    }
    for (const [id, label] of [
      ["money", "Which money"],
      ["dates", "What is reached"],
      ["cost", "Month of the run"],
      ["explore", "Metric"],
    ]) {
      const select = page.locator(`#chart-${id} select[aria-label="${label}"]`);
      const values = await select
        .locator("option")
        .evaluateAll((all) => all.map((one) => one.value));
      check(values.length > 1, `${id} has nothing to choose`);
      for (const value of id === "explore" ? values.filter((_value, i) => i % 9 === 0) : values) {
        await select.selectOption(value);
        await page.waitForTimeout(20);
        await page.waitForFunction(
          (i) => document.querySelector(`#chart-${i} .plot svg, #chart-${i} .plot .empty`),
          id,
        );
        check(
          (await marksOf(page, id)) > 0 || (await page.$(`#chart-${id} .empty`)),
          `${id} is broken with ${value}`,
        );
      }
    }
    await page.click('#chart-dates .segmented label:has-text("cumulative")');
    await page.waitForFunction(() =>
      document.querySelector("#chart-dates .plot svg").textContent.includes("reached by then"),
    );
    await page.click('#chart-channels .segmented label:has-text("share")');
    await page.waitForFunction(() =>
      document.querySelector("#chart-channels .plot svg").textContent.includes("100%"),
    );

    // a path can be hidden everywhere
    const before = await page.$$eval("#summary tr.section", (all) => all.length);
    await page.click('.paths label:has-text("cn_unrestricted")');
    check(
      (await page.$$eval("#summary tr.section", (all) => all.length)) === before - 1,
      "a hidden path stays in the table",
    );
    await page.waitForFunction(
      () => !document.querySelector("#chart-run .plot svg").textContent.includes("cn_unrestricted"),
    );
    await page.click('.paths label:has-text("cn_unrestricted")');
    await page.waitForFunction(() =>
      document.querySelector("#chart-run .plot svg").textContent.includes("cn_unrestricted"),
    );

    // sources, their filter, conflicts
    const visibleInputs = () =>
      page.$$eval("#inputs tbody tr", (all) => all.filter((one) => !one.hidden).length);
    const allInputs = await visibleInputs();
    check(allInputs > 50, "too few inputs", allInputs);
    await page.click('[data-filter="conflicts"]');
    const conflicts = await visibleInputs();
    check(conflicts > 5 && conflicts < allInputs, "conflicts cannot be filtered", conflicts);
    check(
      await page.$$eval("#inputs tbody tr:not([hidden]) .note", (all) =>
        all.every((one) => one.textContent.includes("CONFLICT")),
      ),
      "a note without a conflict",
    );
    await page.click('[data-filter="all"]');
    await page.fill('.filters input[type="search"]', "epoch");
    check(
      (await visibleInputs()) < allInputs && (await visibleInputs()) > 0,
      "search does nothing",
    );
    for (const text of ["seed", "3,000", data.scenario.hash]) {
      check((await page.textContent("#run")).includes(text), `"${text}" is not on the page`);
    }

    // exact values where the pointer is
    await page.evaluate(() =>
      document.querySelector("#chart-run").scrollIntoView({ block: "center", behavior: "instant" }),
    );
    const place = await page.locator("#chart-run .plot svg").boundingBox();
    await page.mouse.move(place.x + place.width * 0.6, place.y + place.height * 0.5);
    await page.mouse.move(place.x + place.width * 0.61, place.y + place.height * 0.5);
    await page.waitForSelector(".tooltip.shown", { timeout: 5000 });
    const tip = await page.textContent(".tooltip");
    check(
      /month20\d\d-\d\dmedian\d\.\d{4}e\d\d ±.*25–75 %\d\.\d{4}e\d\d … \d/.test(tip),
      "the tooltip has no exact value",
      tip,
    );

    // downloads
    for (const [action, start] of [
      ["svg", "<svg"],
      ["png", "\u0089PNG"],
      ["csv", "path,metric,unit,month,mean"],
    ]) {
      const waiting = page.waitForEvent("download");
      await page.click(`#chart-lag [data-action="${action}"]`);
      const download = await waiting;
      check(
        download.suggestedFilename() === `leadtime-lag.${action}`,
        `${action} has another name`,
        download.suggestedFilename(),
      );
      const content = readFileSync(await download.path());
      check(
        content.toString("latin1").startsWith(start),
        `${action} starts otherwise`,
        content.toString("latin1", 0, 60),
      );
      if (action === "csv") {
        const lines = content.toString("utf8").trim().split("\n");
        const columns = lines[0].split(",");
        for (const line of lines.slice(1)) {
          const fields = line.split(",");
          const key = [fields[0], fields[1], fields[3], "p50"].join("|");
          check(
            close(number(fields[columns.indexOf("p50")]), number(numbers.get(key))),
            `the CSV has another ${key}`,
            line,
          );
        }
        check(lines.length > 200, "the CSV is short", lines.length);
      }
    }
    await report.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click('#chart-run [data-action="spec"]');
    await page.waitForFunction(
      () => document.querySelector('#chart-run [data-action="spec"]').textContent === "Copied",
    );
    const spec = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    check(
      /vega-lite\/v6/.test(spec.$schema) && spec.data.values.length > 100,
      "the copied specification is odd",
      Object.keys(spec),
    );

    // the table under a chart; names and labels for those who listen
    await page.click("#chart-run details summary");
    await page.waitForSelector("#chart-run details table tbody tr"); // filled when the toggle is told
    check(
      (await page.$$("#chart-run details table tbody tr")).length > 100,
      "the chart's table is empty",
    );
    check(
      await page.$$eval("[data-chart] .plot", (all) =>
        all.every(
          (one) => one.getAttribute("role") === "img" && one.getAttribute("aria-label").length > 20,
        ),
      ),
      "a chart has no label",
    );
    check(
      await page.$$eval("button, select, input", (all) =>
        all.every(
          (one) => one.getAttribute("aria-label") || one.textContent.trim() || one.closest("label"),
        ),
      ),
      "a control has no name",
    );
    quiet(report, "baseline");
    await report.close();
  },

  async "one colour a path, in light and dark, wide and narrow"() {
    const result = run("baseline", 300, "colours");
    for (const [width, dark] of [
      [1280, false],
      [390, true],
    ]) {
      const report = await openReport(join(result, "report.html"), { width, dark });
      const { page } = report;
      await allDrawn(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(overflow <= 0, `the page is ${overflow} px too wide at ${width} px`);
      const small = await page.$$eval(
        ".plot svg",
        (all) =>
          all.filter(
            (svg) => svg.getBoundingClientRect().width > svg.closest(".plot").clientWidth + 1,
          ).length,
      );
      check(small === 0, `${small} charts are cut off at ${width} px`);
      // colours of the lines of every fan are those of the switches at the top
      const dots = await page.$$eval(".paths label .dot", (all) =>
        all.map((one) => getComputedStyle(one).backgroundColor),
      );
      check(new Set(dots).size === 3, "paths share a colour", dots.join(" "));
      for (const id of ["run", "fleet", "money", "power"]) {
        const lines = await page.$$eval(`#chart-${id} .plot svg .mark-line path`, (all) => [
          ...new Set(all.map((one) => getComputedStyle(one).stroke)),
        ]);
        check(
          JSON.stringify([...lines].sort()) === JSON.stringify([...dots].sort()),
          `chart ${id} has other colours`,
          `${lines} / ${dots}`,
        );
      }
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light =
        background
          .match(/\d+/g)
          .map(Number)
          .reduce((a, b) => a + b) > 384;
      check(light !== dark, `the page is ${light ? "light" : "dark"}`);
      await page.click(".theme");
      await page.waitForFunction(
        (old) => getComputedStyle(document.body).backgroundColor !== old,
        background,
      );
      await page.waitForTimeout(300);
      await allDrawn(page);
      quiet(report, `${width} px`);
      await report.close();
    }
  },

  async "hostile names are shown as text"() {
    const evil =
      "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>\"'`${1}\u2028 & ";
    const long = "n".repeat(10_000);
    const text =
      readFileSync(join(root, "scenarios/minimal.toml"), "utf8")
        .replace(/name = ".*"/, () => `name = ${JSON.stringify(evil + long)}`)
        .replace(/description = ".*"/, () => `description = ${JSON.stringify(evil)}`) +
      `\n[quantity.${long.slice(0, 2000)}]\nvalue = "1 to 2"\nsource = ${JSON.stringify(evil)}\nnote = ${JSON.stringify("CONFLICT " + evil + long)}\nconfidence = "low"\n` +
      `\n[output]\nquantities = ["${long.slice(0, 2000)}"]\n`;
    writeFileSync(
      join(folder, "evil.toml"),
      text.replace(/\n\[output\]\nquantities = \[[^\]]*\]\n(?=[\s\S]*\[output\])/, "\n"),
    );
    const result = run("evil.toml", 200, "evil");
    const report = await openReport(join(result, "report.html"));
    const { page } = report;
    await allDrawn(page);
    check((await page.evaluate(() => window.hacked)) === undefined, "a name ran as a script");
    check((await page.$$("#app img, #app script")).length === 0, "a name became an element");
    check(
      (await page.textContent("h1")).startsWith("</script><script>window.hacked=1</script>"),
      "the name is not shown as it is",
    );
    check(
      (await page.textContent("#inputs")).includes("<img src=x onerror=window.hacked=2>"),
      "the source is not shown as it is",
    );
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(overflow <= 0, `long names make the page ${overflow} px too wide`);
    quiet(report, "hostile");
    await report.close();
  },

  async "a result of 100 paths, of one month, and without paths"() {
    const minimal = readFileSync(join(root, "scenarios/minimal.toml"), "utf8");
    // the second path 99 times
    const path =
      minimal.match(
        /\n\[path\.(\w+)\][\s\S]*?(?=\n# |\n\[path\.|\n\[accelerator|\n\[milestones|\n\[output|\n\[quantity|\n\[\[|$)/g,
      ) ?? [];
    const [head] = path;
    const name = head.match(/\[path\.(\w+)\]/)[1];
    const whole = minimal.slice(minimal.indexOf(`[path.${name}]`));
    const blocks = whole.split(/\n(?=\[)/).filter((block) => block.startsWith(`[path.${name}`));
    let text = minimal;
    const have = new Set([...minimal.matchAll(/\[path\.(\w+)/g)].map((one) => one[1])).size;
    for (let i = have; i < 100; ++i)
      text +=
        "\n" +
        blocks.map((block) => block.replace(`[path.${name}`, `[path.copy_${i}`)).join("\n") +
        "\n";
    writeFileSync(join(folder, "many.toml"), text);
    const result = run("many.toml", 100, "many");
    const file = join(result, "report.html");
    // Against the baseline's page, as machines and what else they do differ.
    const baseline = join(run("baseline", 2000, "beside_many"), "report.html");
    const ratios = [];
    const times = [];
    for (let i = 0; i < 3 && !(Math.min(...ratios) < 4); ++i) {
      for (const one of [baseline, file]) {
        const opened = await openReport(one);
        times.push(await interactiveAfter(opened.page));
        await opened.close();
      }
      ratios.push(times.at(-1) / times.at(-2));
    }
    const report = await openReport(file);
    await interactiveAfter(report.page);
    const paths = await report.page.$$eval(".paths label", (all) => all.length);
    check(paths === 100, "not 100 paths", paths);
    console.log(
      `100 paths: ${(statSync(file).size / 1e6).toFixed(1)} MB, interactive after ${times.at(-1).toFixed(0)} ms, ${Math.min(...ratios).toFixed(1)} times the baseline's`,
    );
    check(
      Math.min(...ratios) < 4,
      "100 paths take 4 times as long as the baseline, or longer",
      times.join(" "),
    );
    await allDrawn(report.page);
    check(
      (await report.page.$$eval("#summary tr.section", (all) => all.length)) === 6,
      "more than six paths at first",
    );
    await report.page.click('.paths label:has-text("copy_99")');
    await report.page.waitForFunction(() =>
      document.querySelector("#chart-run .plot svg").textContent.includes("copy_99"),
    );
    quiet(report, "100 paths");
    await report.close();

    const end = minimal.match(/start = "(.*)"/)[1];
    writeFileSync(join(folder, "month.toml"), minimal.replace(/end = ".*"/, `end = "${end}"`));
    writeFileSync(
      join(folder, "quantities.toml"),
      '[scenario]\nstart = "2024-01"\nend = "2025-12"\n' +
        '[quantity.a]\nvalue = "1 to 3"\n[quantity.b]\nformula = "a * exp(0.1 * year - 202)"\n[output]\nquantities = ["a", "b"]\n',
    );
    for (const scenario of ["month", "quantities"]) {
      const one = await openReport(join(run(`${scenario}.toml`, 100, scenario), "report.html"));
      await allDrawn(one.page);
      const empty = await one.page.$$eval("[data-chart]", (all) =>
        all.filter((card) => card.dataset.drawn !== "yes").map((card) => card.id),
      );
      check(
        empty.length <= (scenario === "month" ? 3 : 0),
        `${scenario}: charts are empty`,
        empty.join(" "),
      );
      quiet(one, scenario);
      await one.close();
    }
  },

  async "sensitivities have their charts"() {
    const result = run("baseline", 100, "drivers");
    writeFileSync(
      join(folder, "s.json"),
      JSON.stringify({
        outputs: [
          {
            output: "path.cn_restricted.lag_months@2028-12",
            unit: "month",
            baseline: 51,
            tornado: [
              { input: "remote_access_law", low: 48, high: 66 },
              { input: "ascend_cards", low: 55, high: 47 },
            ],
            sobol: [
              {
                input: "remote_access_law",
                first: 0.4,
                first_se: 0.02,
                total: 0.5,
                total_se: 0.03,
              },
              { input: "ascend_cards", first: 0.1 },
            ],
          },
        ],
      }),
    );
    const made = leadtime(
      "report",
      "drivers",
      "-o",
      "drivers/with.html",
      "--sensitivity",
      "s.json",
    );
    check(made.status === 0, "report --sensitivity fails", made.stderr);
    const report = await openReport(join(result, "with.html"));
    await allDrawn(report.page);
    for (const id of ["tornado", "sobol"])
      check((await marksOf(report.page, id)) >= 3, `chart ${id} has no marks`);
    check(
      (await report.page.textContent("#chart-tornado svg")).includes("remote_access_law"),
      "no input is named",
    );
    quiet(report, "sensitivity");
    await report.close();
  },

  async "the size and the time of the baseline's page"() {
    const result = run("baseline", 2000, "timed");
    const file = join(result, "report.html");
    const { size } = statSync(file);
    check(size < 3e6, `the page has ${size} bytes, not below 3,000,000`);
    // The promise is 1.5 s on an idle machine; tests run beside others, so the best of
    // three must keep twice that.
    const times = [];
    for (let i = 0; i < 3; ++i) {
      const report = await openReport(file);
      times.push(await interactiveAfter(report.page));
      await report.close();
      if (times[i] < 1500) break;
    }
    console.log(
      `baseline: ${(size / 1e6).toFixed(2)} MB, interactive after ${times.map((t) => t.toFixed(0)).join(", ")} ms`,
    );
    check(Math.min(...times) < 3000, "the page is slow", times.join(" "));
  },
};

await runTests(tests);

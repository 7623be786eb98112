/** Changes of `proxies/`. */
import { changesOf } from "../change.ts";

const forms = ["proxies/closed-forms", "proxies/scores"];

export const proxies = [
  ...changesOf(
    "proxies/nwot",
    ["proxies/nwot", "proxies/scores"],
    [
      ["mode", 'mode: "train"', 'mode: "eval"'],
      ["omission", "if (holdsEqualPatterns(distances)) return Number.NEGATIVE_INFINITY;", ""],
    ],
  ),
  ...changesOf(
    "proxies/nwot-eval",
    ["proxies/nwot"],
    [["mode", '{ mode: "eval", onReLU', '{ mode: "minibatch", onReLU']],
  ),
  ...changesOf("proxies/snip", forms, []),
  ...changesOf("proxies/fisher", forms, [["constant", "(0.5 / batch)", "(1 / batch)"]]),
  ...changesOf("proxies/jacob-cov", forms, [["constant", "const K = 1e-5;", "const K = 1e-4;"]]),
  ...changesOf("proxies/epe-nas", forms, [
    ["off-by-one", "return classes > MANY_CLASSES ? total / images.length : total;", "return total;"],
    ["constant", "const MANY_CLASSES = 100;", "const MANY_CLASSES = 1000;"],
  ]),
  ...changesOf("proxies/zico", forms, [
    ["omission", "div(meanDim(abs(values), [0]), deviation)", "div(meanDim(values, [0]), deviation)"],
    ["omission", "return ratios === 0 ? total : total + Math.log(ratios);", "return total + Math.log(ratios);"],
  ]),
  ...changesOf("proxies/zen", ["proxies/zen"], [["default", "repeats = 32, batch = 16", "repeats = 16, batch = 16"]]),
  ...changesOf("proxies/az-nas/trainability", forms, [
    [
      "omission",
      "divScalar(matmul(transpose(rowsAfter, 0, 1), rowsBefore), batch * height * width)",
      "divScalar(matmul(transpose(rowsAfter, 0, 1), rowsBefore), batch)",
    ],
  ]),
  ...changesOf("proxies/az-nas/progressivity", forms, [
    ["direction", "Math.min(...values.slice(1)", "Math.max(...values.slice(1)"],
  ]),
  ...changesOf(
    "proxies/aggregate",
    ["proxies/aggregate"],
    [["omission", 'over === "linear" ? share : Math.log(share)', "share"]],
  ),
  ...changesOf(
    "proxies/rankings",
    ["proxies/rankings"],
    [["constant", 'members: ["synflow", "jacob_cov", "snip"],', 'members: ["synflow", "jacob_cov", "grasp"],']],
  ),
];

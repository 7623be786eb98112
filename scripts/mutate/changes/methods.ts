/** Changes of `methods/`, the recipes, and of what is guided by a proxy. */
import { changesOf } from "../change.ts";

const published = ["methods/published-settings"];

export const methods = [
  ...changesOf("methods/darts", published, [
    [
      "default",
      '"weights.nesterov": true, "weights.weightDecay": 5e-4',
      '"weights.nesterov": false, "weights.weightDecay": 5e-4',
    ],
  ]),
  ...changesOf("methods/lambda-darts", published, [
    ["default", '"architecture.learningRate": 1e-4,', '"architecture.learningRate": 3e-4,'],
    [
      "setting",
      '(singleCell(space) ? {} : { validationSampling: "epoch" })',
      '(singleCell(space) ? { validationSampling: "epoch" } : {})',
    ],
  ]),
  ...changesOf("methods/idarts", published, [
    ["setting", 'const sampling = { trainSampling: "independent" };', 'const sampling = { trainSampling: "epoch" };'],
    ["default", '"weights.learningRate": 0.01,', '"weights.learningRate": 0.025,'],
  ]),
  ...changesOf("methods/darts-pt", published, [
    ["setting", 'trainSampling: "independent" });', 'trainSampling: "epoch" });'],
    ["setting", 'relaxation: "uniform",', 'relaxation: "softmax",'],
  ]),
  ...changesOf("methods/sgas", published, [
    ["setting", "presets: { paper: { criterion: 2 }, small", "presets: { paper: { criterion: 1 }, small"],
    ["setting", 'paper: { criterion: 1, decideBy: "perturbation" },', "paper: { criterion: 1 },"],
  ]),
  ...changesOf("methods/sdarts", published, [
    ["omission", 'update: "first-order+adversarial"', 'update: "first-order"'],
  ]),
  ...changesOf("methods/presets", published, [
    ["default", "epochs: singleCell(space) ? 100 : 50", "epochs: singleCell(space) ? 50 : 100"],
  ]),
  ...changesOf(
    "guided/regularized-evolution",
    ["guided/evolution"],
    [
      ["off-by-one", "const oldest = fitness.length - alive;", "const oldest = 0;"],
      [
        "direction",
        "(fitness[member] as number) > (fitness[best] as number) ? member : best",
        "(fitness[member] as number) < (fitness[best] as number) ? member : best",
      ],
    ],
  ),
  ...changesOf(
    "guided/search",
    ["guided/search"],
    [
      [
        "direction",
        'values: distinct.map((i) => values[i] as number), best: "max"',
        'values: distinct.map((i) => values[i] as number), best: "min"',
      ],
      ["omission", "if (strategy.distinct && this.#known.has(key)) continue;", ""],
    ],
  ),
  ...changesOf(
    "guided/limits",
    ["guided/search"],
    [
      [
        "off-by-one",
        "parameters <= (maxParams ?? Number.POSITIVE_INFINITY)",
        "parameters < (maxParams ?? Number.POSITIVE_INFINITY)",
      ],
    ],
  ),
];

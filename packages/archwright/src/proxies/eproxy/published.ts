/** The published configurations, by space. */
import { type Configuration, type ConfigurationInput, configurationOf } from "./configuration.ts";

type Branches = ConfigurationInput["branches"];
type Targets = Branches[number]["targets"];

/** Branches with 1×1 heads and 3×3 barriers. */
const branches = (widths: readonly (readonly [P: number, Q: number])[], targets: Targets): Branches =>
  widths.map(([P, Q]) => ({ head: { channels: P }, barrier: { channels: Q }, targets }));

const features: Targets = [{ from: "features" }];
const thrice = (channels: number) => [channels, channels, channels].map((width) => [width, width] as const);

/** `config_nb101_mse_12e-1` */
const single = configurationOf({ branches: branches([[512, 64]], features) });
/** `config_nb201_mse_12e-1` */
const waves = configurationOf({ branches: branches(thrice(128), ["wave_h"]) });
/** The `tri` configurations of NDS. */
const triple = configurationOf({
  learningRate: 1,
  branches: branches(
    [256, 64, 64].map((width) => [width, width]),
    features,
  ),
});
const tripleOf = (channels: number, learningRate: number) =>
  configurationOf({ learningRate, branches: branches(thrice(channels), features) });

/** Plain Eproxy (eproxy-dps §3.2 as corrected by its review, §5.1), by the beginning of the space's name; the last is for all. */
const plain: readonly (readonly [prefix: string, Configuration])[] = [
  ["nasbench101", single],
  ["nasbench201", waves],
  ["transnasbench101", tripleOf(32, 1)],
  ["nds-resnet", tripleOf(128, 1.2)],
  ["nds-vanilla", tripleOf(128, 1.2)],
  ["nds-resnext-a", tripleOf(256, 1)],
  ["nds-resnext-b", tripleOf(128, 1)],
  ["", triple],
];

const H = { low: 0.375, high: 0.4875 };
const M = { low: 0.125, high: 0.35 };

type Stage = readonly [multiplier: number, targets: Targets];

/** - `stages`: shallow to deep, as GenNAS lists them; its channels are multiples of 64. */
const gennas = (stages: readonly Stage[], noise: Configuration["noise"]): Configuration =>
  configurationOf({
    learningRate: 0.1,
    iterations: 100,
    trainWeights: "halving",
    scored: "evaluation",
    noise,
    branches: stages.toReversed().map(([multiplier, targets]) => ({
      head: { form: "bn-conv", channels: 64 * multiplier },
      barrier: null,
      targets,
    })),
  });

/** GenNAS's found configurations (eproxy-dps §6.3) by the beginning of the space's name; the last, made by hand, is for all. */
const found: readonly (readonly [prefix: string, Configuration])[] = [
  [
    "nasbench101",
    gennas(
      [
        [1, [{ from: "sine", axes: 2, level: 1.1, low: 0.014, high: 0.023 }]],
        [
          0.75,
          [
            { from: "sine", axes: 1, level: 1.8, low: 0.288, high: 0.306 },
            { from: "sine", axes: 2, level: 2.9, low: 0.265, high: 0.421 },
            { from: "dots", blurred: true, level: 1.1, part: 0.578 },
            { from: "images", level: 2.4 },
          ],
        ],
        [
          0.25,
          [
            { from: "sine", axes: 1, level: 1.5, low: 0.103, high: 0.158, perImage: false },
            { from: "sine", axes: 2, level: 0.9, low: 0.086, high: 0.245, perImage: false },
            { from: "dots", blurred: true, level: 2.1, part: 0.4375, perImage: false },
            { from: "images", level: 2.2 },
          ],
        ],
      ],
      { kind: "uniform", level: 0.1 },
    ),
  ],
  ...["darts", "nds-darts"].map(
    (prefix) =>
      [
        prefix,
        gennas(
          [
            [
              1.25,
              [
                { from: "dots", blurred: true, level: 1.6, part: 0.5 },
                { from: "images", level: 1.3 },
              ],
            ],
            [
              0.5,
              [
                { from: "dots", level: 2.2, part: 0.719 },
                { from: "dots", blurred: true, level: 1, part: 0.609, perImage: false },
                { from: "images", level: 2.1 },
              ],
            ],
            [
              1.25,
              [
                { from: "dots", blurred: true, level: 1.7, part: 0.5625 },
                { from: "images", level: 0.5 },
              ],
            ],
          ],
          { kind: "gaussian", level: 0.2 },
        ),
      ] as const,
  ),
  [
    "nds-resnet",
    gennas(
      [
        [
          0.25,
          [
            { from: "sine", axes: 1, level: 1.1, low: 0.216, high: 0.384, perImage: false },
            { from: "dots", level: 0.5, part: 0.094, perImage: false },
          ],
        ],
        [
          0.25,
          [
            { from: "sine", axes: 2, level: 1.2, low: 0.056, high: 0.265 },
            { from: "dots", level: 2.9, part: 0.3125 },
            { from: "images", level: 2.3 },
          ],
        ],
        [
          0.5,
          [
            { from: "sine", axes: 2, level: 1.8, low: 0.261, high: 0.394 },
            { from: "dots", blurred: true, level: 2.1, part: 0.5, perImage: false },
          ],
        ],
      ],
      { kind: "gaussian", level: 0.9 },
    ),
  ],
  [
    "",
    gennas(
      [
        [
          1,
          [
            { from: "sine", axes: 1, ...H },
            { from: "sine", axes: 2, ...H },
            { from: "dots", part: 1 },
          ],
        ],
        [1, [{ from: "sine", axes: 1, ...H }, { from: "sine", axes: 2, ...M }, { from: "images" }]],
        [1, [{ from: "sine", axes: 1, ...H }, { from: "dots", part: 1 }, { from: "images" }]],
      ],
      null,
    ),
  ],
];

const of =
  (all: readonly (readonly [prefix: string, Configuration])[]) =>
  (space = ""): Configuration =>
    (all.find(([prefix]) => space.startsWith(prefix)) as (typeof all)[number])[1];

/** Plain Eproxy's configuration for the networks of a space. */
export const plainConfiguration = of(plain);

/** GenNAS's for the networks of a space. */
export const gennasConfiguration = of(found);

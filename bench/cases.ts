/** The cases that are compared, on our side. Each does the same work as the case of its name in stock/run.py. */
import { readFileSync } from "node:fs";
import { contiguous, Generator, randn, type Tensor, zeros } from "@archwright/torch";
import type { Mixture } from "../packages/archwright/src/networks/mixture.ts";
import { supernet } from "../packages/archwright/src/networks/network.ts";
import { nwotEval } from "../packages/archwright/src/proxies/nwot-eval.ts";
import { ScoringPool } from "../packages/archwright/src/runs/score/pool.ts";
import { findSpace } from "../packages/archwright/src/spaces/registry.ts";
import type { Space } from "../packages/archwright/src/spaces/space.ts";
import { alternatingStep } from "./train-step.ts";

export interface Case {
  readonly name: string;
  readonly title: string;
  /** How many architectures one run scores, where it scores some. */
  readonly architectures?: number;
  /** - `threads`: how many it may keep busy. */
  readonly make: (threads: number) => Promise<Running> | Running;
}

export interface Running {
  readonly run: () => Promise<void> | void;
  readonly dispose: () => Promise<void> | void;
}

const architectures = JSON.parse(
  readFileSync(new URL("stock/architectures.json", import.meta.url), "utf8"),
) as readonly string[];

const proxyCase = (name: string, title: string, proxies: readonly string[]): Case => ({
  name: `proxy-${name}`,
  title: `${title} of NAS-Bench-201 networks, built and scored one by one, batch 64`,
  architectures: architectures.length,
  make: (threads) => scoreNetworks(proxies, 64, threads),
});

export const cases: readonly Case[] = [
  {
    name: "darts-score",
    title: "one operation score (nwot_eval) of the DARTS supernet, 7 operations, C=16, 8 cells, batch 64",
    make: () => score(findSpace("darts-no-none"), 64, { cell: "normal", edge: 0, operation: "sep_conv_3x3" }),
  },
  {
    name: "nasbench201-score",
    title: "one operation score (nwot_eval) of the NAS-Bench-201 supernet, C=16, N=5, batch 256",
    make: () => score(findSpace("nasbench201"), 256, { cell: "cell", edge: 0, operation: "nor_conv_3x3" }),
  },
  {
    name: "darts-train-step",
    title:
      "one alternating step (weights, then α, first order) of the DARTS supernet, 8 operations, C=16, 8 cells, batch 32",
    make: () => train(findSpace("darts"), 32),
  },
  {
    name: "nasbench201-train-step",
    title: "one alternating step (weights, then α, first order) of the NAS-Bench-201 supernet, C=16, N=5, batch 64",
    make: () => train(findSpace("nasbench201"), 64),
  },
  proxyCase("nwot-eval", "nwot in evaluation mode", ["nwot_eval"]),
  proxyCase("nwot", "nwot", ["nwot"]),
  proxyCase("synflow", "synflow", ["synflow"]),
  proxyCase("gradients", "grad_norm, snip and fisher together", ["grad_norm", "snip", "fisher"]),
  proxyCase("grasp", "grasp", ["grasp"]),
  proxyCase("eproxy", "ten steps of Eproxy, on 16 of the images,", ["eproxy"]),
];

/** As `archwright score` does it: in processes of one thread each. The stock program uses the same threads within a network. */
async function scoreNetworks(proxies: readonly string[], size: number, threads: number): Promise<Running> {
  using noise = randn([size, 32, 32, 3], new Generator(2));
  const block = {
    images: noise.toTypedArray() as Float32Array,
    labels: Int32Array.from({ length: size }, (_, i) => i % 10),
    ...{ count: size, height: 32, width: 32 },
  };
  const task = {
    ...{ space: "nasbench201", network: "evaluation" as const, proxies, block },
    ...{ imageSize: 32, classes: 10, seed: 0, device: "cpu" },
  };
  const pool = await ScoringPool.start(task, threads);
  return {
    run: async () => {
      await Promise.all(architectures.map((text) => pool.score(text, () => false)));
    },
    dispose: () => pool[Symbol.asyncDispose](),
  };
}

function train(space: Space, batch: number): Running {
  const { step, dispose } = alternatingStep(space, batch);
  return { run: () => void step(), dispose };
}

interface Removed {
  readonly cell: string;
  readonly edge: number;
  readonly operation: string;
}

function score(space: Space, batch: number, removed: Removed): Running {
  const network = supernet(space, { classes: 10, seed: 0 });
  const scorer = nwotEval.prepare(network, { random: new Generator(1) });
  const images = channelsLastNoise([batch, 3, 32, 32]);
  const labels = zeros([batch], { dtype: "int64" });
  const mixture = uniformWithout(space, removed);
  return {
    run: () => void scorer.score({ images, labels }, [mixture]),
    dispose: () => {
      scorer[Symbol.dispose]();
      for (const owned of [network, images, labels]) owned.dispose();
    },
  };
}

function channelsLastNoise(shape: readonly number[]): Tensor {
  using drawn = randn(shape, new Generator(2));
  return contiguous(drawn, { memoryFormat: "channels_last" });
}

function uniformWithout(space: Space, removed: Removed): Mixture {
  const entries = space.cells.map(({ name, operations }) => {
    const values = operations.map((row, edge) =>
      row.map((op) =>
        name === removed.cell && edge === removed.edge && op === removed.operation ? 0 : 1 / row.length,
      ),
    );
    return [name, { values }] as const;
  });
  return Object.fromEntries(entries);
}

/** A cell with weights: all candidates of every edge (supernet), or only the chosen ones (discrete network). */
import { add, cat, type Generator, Module, mul, mulScalar, scope, select, type Tensor } from "@archwright/torch";
import { outputNodes } from "../spaces/cells.ts";
import type { Purpose } from "../spaces/layers.ts";
import type { CellBlock, CellGenotype, CellInput, CellTemplate, Choice, Space, SupernetSize } from "../spaces/space.ts";
import type { ForwardContext, Transform } from "./context.ts";
import { dropPath } from "./dropping.ts";
import { BatchNorm, Conv, FactorizedReduce, Identity, ReLU, Sequence, Zero } from "./layers.ts";
import type { CellMixture } from "./mixture.ts";
import { affine, buildOperation } from "./operation.ts";
import { PartialChannels } from "./partial-channels.ts";
import { TrainingCell, trainsFused } from "./training/training-cell.ts";

/** An operation in its place between two nodes. */
export interface Candidate {
  readonly source: number;
  readonly target: number;
  /** Row and column of its mixing weight; absent in a discrete network, where the weight is 1. */
  readonly position: { readonly edge: number; readonly operation: number } | undefined;
  readonly transform: Sequence;
}

/** What a cell is made from: the template's candidates, or a genotype's choices. */
export interface CellPlan {
  readonly space: Space;
  readonly template: CellTemplate;
  readonly block: CellBlock;
  /** The decided cell; absent in a supernet. */
  readonly genotype?: CellGenotype;
  readonly purpose: Purpose;
  /** @default all channels go through the operations, with batch norm behind pools */
  readonly form?: CellForm;
}

/** What a supernet's cells may leave out. */
export type CellForm = Pick<SupernetSize, "partial" | "poolNorm">;

export class Cell extends Module {
  readonly plan: CellPlan;
  readonly template: CellTemplate;
  /** Brings each input to the cell's channels. */
  readonly preprocess: readonly (Module & Transform)[];
  /** Operations by `target<-source:name`, the same names in a supernet and in the discrete networks it contains. */
  readonly operations = new Map<string, Sequence>();
  readonly candidates: readonly Candidate[];
  /** Nodes that make the output. */
  readonly outputs: readonly number[];
  /** Stride of edges that leave an input. */
  readonly stride: 1 | 2;
  /** Where operations see a part of the channels only. */
  readonly partial: PartialChannels | undefined;
  #training: TrainingCell | undefined;

  constructor(plan: CellPlan, generator: Generator) {
    super();
    const { space, template, block, genotype, purpose, form = {} } = plan;
    const { partial = 1, poolNorm } = form;
    this.plan = plan;
    this.template = template;
    this.stride = block.reduction ? 2 : 1;
    this.outputs = outputNodes(template, genotype?.concat);
    this.preprocess = block.inputs.map((input) => preprocessing(input, block.channels, purpose, generator));
    this.partial = partial === 1 ? undefined : new PartialChannels(template, block.channels, this.stride, partial);
    const channels = this.partial?.seenChannels ?? block.channels;
    this.candidates = placed(template, genotype).map(({ choice, position }) => {
      const { source, target, operation } = choice;
      const stride = source < template.inputs ? this.stride : 1;
      const build = space.operations[operation];
      if (build === undefined) throw new RangeError(`space ${space.name} has no operation ${operation}`);
      const transform = buildOperation(build, { channels, stride, purpose, poolNorm }, generator);
      this.operations.set(this.#name(choice), transform);
      return { source, target, position, transform };
    });
  }

  /** Cells may hold an operation twice between the same nodes (NASNet-like genotypes): later ones are numbered. */
  #name({ source, target, operation }: Choice): string {
    const name = `${target}<-${source}:${operation}`;
    for (let n = 1; ; n++) {
      const unique = n === 1 ? name : `${name}#${n}`;
      if (!this.operations.has(unique)) return unique;
    }
  }

  /**
   * - `inputs`: the outputs of the blocks that the skeleton names, [batch, channels, height, width] each.
   * - `mixture`: mixing weights; required in a supernet, ignored in a discrete network.
   */
  forward(inputs: readonly Tensor[], mixture: CellMixture | undefined, context: ForwardContext): Tensor {
    return scope(() => {
      const nodes = inputs.map((x, i) => (this.preprocess[i] as Transform).forward(x, context));
      const [first] = nodes as [Tensor];
      if (trainsFused(first, context)) this.#train(nodes, mixture, context);
      else this.#run(nodes, mixture, context);
      const outputs = this.outputs.map((node) => nodes[node] as Tensor);
      return outputs.length === 1 ? (outputs[0] as Tensor) : cat(outputs, { dim: 1 });
    });
  }

  /** Adds the values of the other nodes to those of the inputs. */
  #run(nodes: Tensor[], mixture: CellMixture | undefined, context: ForwardContext): void {
    const values = this.#values(nodes, mixture, context);
    for (let node = this.template.inputs; node < this.template.nodes; node++) {
      let sum: Tensor | undefined;
      for (const candidate of this.candidates) {
        if (candidate.target !== node) continue;
        const weight = weightOf(candidate, mixture);
        if (weight === 0) continue;
        if (candidate.transform.layers[0] instanceof Zero) continue;
        const source = values.seen(candidate.source);
        const before = sum;
        sum = scope(() => {
          const output = this.#weighted(candidate, source, mixture, weight, context);
          return before === undefined ? output : add(before, output);
        });
      }
      nodes.push(values.node(node, sum));
    }
  }

  /** The same by our training kernels. */
  #train(nodes: Tensor[], mixture: CellMixture | undefined, context: ForwardContext): void {
    this.#training ??= new TrainingCell(this);
    const values = this.#values(nodes, mixture, context);
    const pass = this.#training.pass(mixture, context);
    for (const source of nodes.keys()) pass.leave(source, values.seen(source));
    for (let node = this.template.inputs; node < this.template.nodes; node++) {
      nodes.push(values.node(node, pass.enter(node)));
      pass.leave(node, values.seen(node));
    }
    pass.finish();
  }

  /** Of the nodes as they are filled in: what operations see of them, and their values from the operations' sum. */
  #values(nodes: readonly Tensor[], mixture: CellMixture | undefined, context: ForwardContext): NodeValues {
    const { partial, template, stride } = this;
    if (partial === undefined) {
      return {
        seen: (node) => nodes[node] as Tensor,
        node: (_, sum) => sum ?? new Zero(stride).forward(nodes[0] as Tensor),
      };
    }
    const [seen, passed] = [new Map<number, Tensor>(), new Map<number, Tensor>()];
    const kept = (map: Map<number, Tensor>, node: number, make: () => Tensor): Tensor => {
      const value = map.get(node) ?? make();
      map.set(node, value);
      return value;
    };
    const standing = new Set(this.candidates.map(({ source, target }) => `${source} ${target}`));
    const edges = template.edges.flatMap(({ source, target }, edge) =>
      standing.has(`${source} ${target}`) ? [{ edge, source }] : [],
    );
    const past = (source: number): Tensor =>
      kept(passed, source, () => partial.passed(source, nodes[source] as Tensor, context));
    return {
      seen: (node) => kept(seen, node, () => partial.seen(nodes[node] as Tensor)),
      node: (target, sum) => {
        // They outlive the node: others read them too.
        for (const { edge, source } of edges) if (template.edges[edge]?.target === target) past(source);
        return partial.node(target, sum, past, { mixture, edges });
      },
    };
  }

  #weighted(
    candidate: Candidate,
    x: Tensor,
    mixture: CellMixture | undefined,
    weight: number,
    context: ForwardContext,
  ): Tensor {
    const output = dropPath(candidate.transform, candidate.transform.forward(x, context), context);
    const { position } = candidate;
    if (mixture?.tensor !== undefined && position !== undefined) {
      return mul(output, select(select(mixture.tensor, 0, position.edge), 0, position.operation));
    }
    return weight === 1 ? output : mulScalar(output, weight);
  }
}

interface NodeValues {
  readonly seen: (node: number) => Tensor;
  readonly node: (target: number, sum: Tensor | undefined) => Tensor;
}

/** The mixing weight of a candidate; 1 in a discrete network. */
export function weightOf(candidate: Candidate, mixture: CellMixture | undefined): number {
  if (candidate.position === undefined) return 1;
  const weight = mixture?.values[candidate.position.edge]?.[candidate.position.operation];
  if (weight === undefined) throw new RangeError("the mixture does not fit the supernet's cells");
  return weight;
}

interface Placed {
  readonly choice: Choice;
  readonly position: Candidate["position"];
}

function placed(template: CellTemplate, genotype: CellGenotype | undefined): Placed[] {
  if (genotype !== undefined) {
    // The sum over a node's inputs is taken in the supernet's order, so that both give the same bits.
    const rank = ({ source, target, operation }: Choice): number[] => {
      const edge = template.edges.findIndex((e) => e.source === source && e.target === target);
      return [edge, (template.operations[edge] ?? []).indexOf(operation)];
    };
    const choices = [...genotype.choices].sort((a, b) => compare(rank(a), rank(b)));
    return choices.map((choice) => ({ choice, position: undefined }));
  }
  return template.edges.flatMap(({ source, target }, edge) =>
    (template.operations[edge] ?? []).map((name, operation) => ({
      choice: { source, target, operation: name },
      position: { edge, operation },
    })),
  );
}

const compare = ([a = 0, b = 0]: number[], [c = 0, d = 0]: number[]): number => a - c || b - d;

function preprocessing(input: CellInput, channels: number, purpose: Purpose, generator: Generator): Module & Transform {
  switch (input.preprocess) {
    case "none":
      return new Identity();
    case "relu-conv-bn":
      return new Sequence([
        new ReLU(),
        new Conv({ inputs: input.channels, outputs: channels, kernel: 1 }, generator),
        new BatchNorm(channels, affine(purpose)),
      ]);
    case "factorized-reduce":
      return new FactorizedReduce(input.channels, channels, affine(purpose), generator);
  }
}

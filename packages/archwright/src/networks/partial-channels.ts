/**
 * Partial channels: the operations of a cell see the first of k parts of its channels, the others go past them, and a shuffle
 * brings all parts together (Xu et al., PC-DARTS, ICLR 2020; drnas, appendix A.3).
 */
import {
  add,
  cat,
  contiguous,
  mul,
  mulScalar,
  narrow,
  permute,
  reshape,
  scope,
  select,
  type Tensor,
  transpose,
  zeros,
  zerosLike,
} from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import type { Block, CellTemplate } from "../spaces/space.ts";
import type { ForwardContext } from "./context.ts";
import { Pool } from "./layers.ts";
import type { CellMixture } from "./mixture.ts";

/** Throws `ArchwrightError("usage")` unless the channels of every cell can be parted. */
export function requireParts(blocks: readonly Block[], parts: number): void {
  const odd = blocks.find((block) => block.kind === "cell" && block.channels % parts !== 0);
  if (odd === undefined) return;
  const { channels } = odd;
  throw new ArchwrightError(
    "usage",
    `partial=${parts} does not divide the ${channels} channels of a cell; choose --set partial or --set channels so that it does`,
    { details: { parts, channels } },
  );
}

/** An edge that is there: what goes past its operations enters its node. */
interface Passing {
  readonly edge: number;
  readonly source: number;
}

export class PartialChannels {
  readonly #template: CellTemplate;
  readonly #stride: 1 | 2;
  readonly #parts: number;
  readonly #channels: number;
  readonly #pool = new Pool("max", 2, 2, 0);

  /** - `stride`: of the edges that leave an input. */
  constructor(template: CellTemplate, channels: number, stride: 1 | 2, parts: number) {
    this.#template = template;
    this.#stride = stride;
    this.#parts = parts;
    this.#channels = channels;
  }

  /** Channels that operations see. */
  get seenChannels(): number {
    return this.#channels / this.#parts;
  }

  /** What operations see of a node's value. */
  seen(x: Tensor): Tensor {
    return contiguous(narrow(x, 1, 0, this.seenChannels), { memoryFormat: "channels_last" });
  }

  /** What goes past the operations that leave node `source`; its resolution is theirs. */
  passed(source: number, x: Tensor, context: ForwardContext): Tensor {
    return scope(() => {
      const rest = narrow(x, 1, this.seenChannels, this.#channels - this.seenChannels);
      return this.#strideOf(source) === 2 ? this.#pool.forward(rest, context) : rest;
    });
  }

  #strideOf = (source: number): 1 | 2 => (source < this.#template.inputs ? this.#stride : 1);

  /**
   * The value of node `target`, all channels.
   *
   * - `operated`: the sum of what its edges' operations give; undefined where that is nothing.
   * - `passed`: what goes past the operations that leave a node; tensors that live on.
   * - `edges`: those of a discrete cell; in a supernet all of the template, each with its weight.
   */
  node(
    target: number,
    operated: Tensor | undefined,
    passed: (source: number) => Tensor,
    { mixture, edges }: { readonly mixture: CellMixture | undefined; readonly edges: readonly Passing[] },
  ): Tensor {
    return scope(() => {
      const entering = edges.filter(({ edge }) => this.#template.edges[edge]?.target === target);
      const terms = entering.flatMap(({ edge, source }) => {
        const term = weighted(passed(source), edge, mixture);
        return term === undefined ? [] : [term];
      });
      const like = passed(entering[0]?.source ?? 0);
      const sum = terms.length === 0 ? zerosLike(like) : terms.reduce((total, term) => add(total, term));
      const own = operated ?? this.#blank(like);
      return this.#shuffled(cat([own, sum], { dim: 1 }));
    });
  }

  /** Zeros of as many channels as operations see, at the resolution of `like`. */
  #blank(like: Tensor): Tensor {
    const [batch = 0, , height = 0, width = 0] = like.shape;
    const blank = zeros([batch, this.seenChannels, height, width], { dtype: like.dtype, device: like.device });
    return contiguous(blank, { memoryFormat: "channels_last" });
  }

  /** Channel g·C/k + j goes to j·k + g (channel shuffle with k groups). */
  #shuffled(x: Tensor): Tensor {
    const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
    const parted = reshape(permute(x, [0, 2, 3, 1]), [batch, height, width, this.#parts, channels / this.#parts]);
    const mixed = reshape(transpose(parted, 3, 4), [batch, height, width, channels]);
    return permute(mixed, [0, 3, 1, 2]);
  }
}

/** What passes by on an edge, times its weight; undefined where that is nothing. */
function weighted(x: Tensor, edge: number, mixture: CellMixture | undefined): Tensor | undefined {
  if (mixture === undefined) return x;
  const { bypass, values } = mixture;
  if (bypass?.tensor !== undefined) return mul(x, select(bypass.tensor, 0, edge));
  const weight = bypass?.values[edge] ?? (values[edge]?.some((own) => own !== 0) ? 1 : 0);
  if (weight === 0) return undefined;
  return weight === 1 ? x : mulScalar(x, weight);
}

/** What is dropped at random in training: whole samples of an operation's output, and inputs of the classifier. */
import { bernoulli_, divScalar, empty, mul, type Tensor, to } from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import type { ForwardContext } from "./context.ts";
import { Identity, type Sequence } from "./layers.ts";

/** Drops whole samples of an operation's output and rescales the rest; the bare identity is exempt (space-darts §5). */
export function dropPath(transform: Sequence, output: Tensor, context: ForwardContext): Tensor {
  const { dropPath: probability = 0 } = context;
  if (transform.layers.every((layer) => layer instanceof Identity)) return output;
  return dropped(output, [output.shape[0] as number, 1, 1, 1], probability, "drop-path", context);
}

/** Drops each element and rescales the rest. `x`: [batch, features]. */
export const dropout = (x: Tensor, context: ForwardContext): Tensor =>
  dropped(x, x.shape, context.dropout ?? 0, "dropout", context);

/** `x` times a mask of `shape` that is 1/(1 − p) with probability 1 − p, else 0; in train mode. */
function dropped(
  x: Tensor,
  shape: readonly number[],
  probability: number,
  what: string,
  { mode, random }: ForwardContext,
): Tensor {
  if (probability === 0 || mode === "eval") return x;
  if (random === undefined) {
    throw new ArchwrightError("usage", `${what} needs a generator: pass \`random\` in the forward context`);
  }
  const keep = 1 - probability;
  const mask = bernoulli_(empty(shape), { p: keep, generator: random });
  return mul(divScalar(x, keep), to(mask, { device: x.device }));
}

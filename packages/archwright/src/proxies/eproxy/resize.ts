/** Feature maps at the size of the targets. */
import { call, operator, slice, type Tensor } from "@archwright/torch";
import { SIDE } from "./maps.ts";

const nearest = operator("aten::upsample_nearest2d");

/** 8×8 of the cells of [batch, channels, height, width], the nearest before each, as PyTorch's `nearest`. */
export function resized(x: Tensor): Tensor {
  const [, , height = 0, width = 0] = x.shape;
  if (height === SIDE && width === SIDE) return x;
  const whole = height % SIDE === 0 && width % SIDE === 0;
  if (!whole) return call(nearest, [x, [SIDE, SIDE]]) as Tensor;
  return slice(slice(x, { dim: 2, step: height / SIDE }), { dim: 3, step: width / SIDE });
}

/** A network with everything that is needed to use it: what its outputs mean, and what images it takes. */
import type { NetworkSize } from "../spaces/space.ts";
import type { FinalNetwork, FinalNetworkDescription } from "./final-network.ts";

/** What a model is, without its weights. */
export interface ModelDescription extends Omit<FinalNetworkDescription, "classes" | "size"> {
  readonly size?: NetworkSize | undefined;
  /** Class names in the order of the outputs. */
  readonly classes: readonly string[];
  /** Of (pixel/255 − mean)/std, for each of three channels. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface TrainedModel extends ModelDescription {
  readonly network: FinalNetwork;
}

/** The part of a description that says which network it is. */
export const networkDescription = ({ space, architecture, classes, imageSize, size }: ModelDescription) => ({
  space,
  architecture,
  classes: classes.length,
  imageSize,
  ...(size === undefined ? {} : { size }),
});

/** Seeded random generators for tensors. */
import { fromNative, TorchError } from "./errors.ts";
import { type NativeGenerator, native } from "./native.ts";
import { Tensor, tensor } from "./tensor.ts";

/**
 * A generator of random tensors (Mersenne Twister, libtorch's CPU generator). Draws are made on the CPU and moved to the
 * device, so one seed gives the same numbers on every device. Its whole state can be saved.
 */
export class Generator {
  /** @internal */
  readonly handle: NativeGenerator;

  /** `seed`: an integer of at least 0. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new TorchError("argument", `Generator: argument 'seed' must be an integer of at least 0, got ${seed}`, {
        operator: "Generator",
        argument: "seed",
      });
    }
    this.handle = native.createGenerator(seed);
  }

  /** The whole state, about 5 kB. */
  save(): Uint8Array {
    using state = new Tensor(native.generatorState(this.handle));
    return state.toTypedArray() as Uint8Array;
  }

  /** Continues from a state that `save` returned. */
  restore(state: Uint8Array): void {
    using held = tensor(state);
    try {
      native.setGeneratorState(this.handle, held.handle);
    } catch (error) {
      throw fromNative(error, "Generator.restore");
    }
  }
}

/** What a function throws, as data. */
import { TorchError } from "../../src/index.ts";

/** The TorchError that `body` throws; fails the test for anything else. */
export function thrown(body: () => unknown): TorchError {
  try {
    body();
  } catch (error) {
    if (error instanceof TorchError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

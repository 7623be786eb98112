/** Running ONNX files in onnxruntime. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { ArchwrightError } from "../../errors.ts";

/** Loaded when the first file is run: it is a large native library. */
const runtime = () => import("onnxruntime-node");

export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Float32 or uint8 values of the only input, and its shape; the outputs by name. */
  readonly run: (
    values: Float32Array | Uint8Array,
    shape: readonly number[],
  ) => Promise<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;
  readonly release: () => Promise<void>;
}

/** Throws `ArchwrightError("run")` for what is no ONNX model that the runtime takes. */
export async function openOnnx(model: Uint8Array, name: string): Promise<OnnxSession> {
  const { InferenceSession, Tensor: RuntimeTensor } = await runtime();
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(model, { executionProviders: ["cpu"], logSeverityLevel: 3 });
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new ArchwrightError("run", `onnxruntime cannot run ${name}: ${reason}`, { cause });
  }
  const [input] = session.inputNames;
  if (input === undefined || session.inputNames.length !== 1) {
    throw new ArchwrightError("run", `${name} has ${session.inputNames.length} inputs; an image classifier has one`);
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (values, shape) => {
      const feed =
        values instanceof Uint8Array
          ? new RuntimeTensor("uint8", values, shape)
          : new RuntimeTensor("float32", values, shape);
      const results = await session.run({ [input]: feed });
      return Object.fromEntries(
        Object.entries(results).map(([key, value]) => [
          key,
          { data: (value as Tensor).data as Float32Array, dims: (value as Tensor).dims },
        ]),
      );
    },
    release: () => session.release(),
  };
}

/**
 * A small web service around an exported model: POST an image, get its class.
 *
 *   npx archwright export runs/trained --format onnx --preprocess --out model.onnx
 *   npx node --conditions=archwright-source examples/serve/server.ts model.onnx runs/trained/model/model.json
 *   curl --data-binary @photo.jpg -H 'content-type: image/jpeg' http://localhost:8080/predict
 */
import fastify, { type FastifyInstance } from "fastify";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";

/** Largest image that is taken, in bytes. */
const LARGEST = 20 * 2 ** 20;

export interface ServedModel {
  /** Path of an ONNX file with its preprocessing inside. */
  readonly path: string;
  /** Class names in the order of the outputs: `classes` in the file's metadata, and in model.json. */
  readonly classes: readonly string[];
}

export async function server({ path, classes }: ServedModel): Promise<FastifyInstance> {
  const session = await InferenceSession.create(path);
  const [input] = session.inputMetadata;
  if (input?.isTensor !== true || input.name !== "pixels") {
    throw new Error(`${path} takes no pixels: export it with --preprocess`);
  }
  const size = Number(input.shape[1]);
  const app = fastify({ bodyLimit: LARGEST });
  app.addContentTypeParser(/^image\//, { parseAs: "buffer" }, (_, body, done) => done(null, body));

  app.post("/predict", async (request, reply) => {
    let pixels: Buffer;
    try {
      const image = sharp(request.body as Buffer)
        .autoOrient()
        .resize(size, size, { fit: "cover" });
      pixels = await image.flatten({ background: "black" }).toColourspace("srgb").raw().toBuffer();
    } catch {
      return reply.code(400).send({ error: "the body is no image that can be decoded" });
    }
    const images = new Tensor("uint8", new Uint8Array(pixels), [1, size, size, 3]);
    const { probabilities } = await session.run({ pixels: images });
    const ranked = Array.from(probabilities?.data as Float32Array, (probability, k) => ({
      class: classes[k],
      probability,
    }));
    return ranked.sort((a, b) => b.probability - a.probability);
  });
  app.addHook("onClose", () => session.release());
  return app;
}

if (import.meta.main) {
  const [path, model] = process.argv.slice(2);
  if (path === undefined || model === undefined) throw new Error("give model.onnx and model.json");
  const { readFile } = await import("node:fs/promises");
  const { classes } = JSON.parse(await readFile(model, "utf8")) as { classes: string[] };
  const app = await server({ path, classes });
  console.log(await app.listen({ port: 8080 }));
}

/** Reading and writing safetensors files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  add,
  type DType,
  decodeSafetensors,
  encodeSafetensors,
  permute,
  readSafetensors,
  scope,
  type Tensor,
  TorchError,
  tensor,
  writeSafetensors,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

/** A file built by hand: header text, then data. */
function file(header: unknown, data: number[] | Uint8Array = [], length?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const f32 = (shape: number[], begin: number, end: number) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

describe("the format", () => {
  test("a file built by hand is read", () => {
    scope(() => {
      // 1.5 is 0x3fc00000 and -2 is 0xc0000000 in IEEE 754 single precision; 7 as a 64-bit integer.
      const data = [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 7, 0, 0, 0, 0, 0, 0, 0];
      const header = {
        __metadata__: { format: "pt" },
        n: { dtype: "I64", shape: [], data_offsets: [8, 16] },
        x: f32([1, 2], 0, 8),
      };
      const { tensors, metadata } = decodeSafetensors(file(header, data));
      expect(metadata).toEqual({ format: "pt" });
      expect(tensors["x"]?.shape).toEqual([1, 2]);
      expect(tensors["x"]?.toArray()).toEqual([1.5, -2]);
      expect(tensors["n"]?.shape).toEqual([]);
      expect(tensors["n"]?.toTypedArray()).toEqual(BigInt64Array.of(7n));
    });
  });

  test("the bytes written are the format's", () => {
    scope(() => {
      const bytes = encodeSafetensors({ b: tensor(Uint8Array.of(1, 2)), a: tensor([1.5]) }, { k: "v" });
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(length % 8).toBe(0);
      expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
        __metadata__: { k: "v" },
        a: f32([1], 0, 4),
        b: { dtype: "U8", shape: [2], data_offsets: [4, 6] },
      });
      expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0xc0, 0x3f, 1, 2]);
    });
  });

  test("every element type comes back to the bit", () => {
    scope(() => {
      const dtypes: DType[] = [
        "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "bool",
      ]; // biome-ignore format: one line
      const tensors = Object.fromEntries(dtypes.map((dtype) => [dtype, tensor([1, 0, 1, 1, 0, 0], [2, 3], { dtype })]));
      const back = decodeSafetensors(encodeSafetensors(tensors)).tensors;
      expect(Object.keys(back).sort()).toEqual(dtypes.toSorted());
      for (const dtype of dtypes) {
        expect(back[dtype]?.dtype).toBe(dtype);
        expect(back[dtype]?.toTypedArray()).toEqual(tensors[dtype]?.toTypedArray());
      }
    });
  });

  test("a transposed tensor is written row-major", () => {
    scope(() => {
      const x = permute(tensor([1, 2, 3, 4, 5, 6], [2, 3]), [1, 0]);
      const { x: back } = decodeSafetensors(encodeSafetensors({ x })).tensors;
      expect(back?.shape).toEqual([3, 2]);
      expect(back?.toArray()).toEqual([1, 4, 2, 5, 3, 6]);
    });
  });

  test("tensors that share the file's memory survive it", () => {
    scope(() => {
      const read = () => decodeSafetensors(encodeSafetensors({ x: tensor([1, 2]) })).tensors["x"] as Tensor;
      const x = read();
      globalThis.gc?.();
      expect(add(x, x).toArray()).toEqual([2, 4]);
    });
  });

  test("any names, shapes, values and metadata come back", () => {
    const values = fc.array(fc.float({ noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== "__metadata__"),
          values,
        ),
        fc.dictionary(fc.string(), fc.string()),
        (content, metadata) =>
          scope(() => {
            const tensors = Object.fromEntries(Object.entries(content).map(([name, data]) => [name, tensor(data)]));
            const back = decodeSafetensors(encodeSafetensors(tensors, metadata));
            expect(Object.entries(back.metadata).sort()).toEqual(Object.entries(metadata).sort());
            expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(content).sort());
            for (const [name, data] of Object.entries(content)) {
              expect(
                Object.entries(back.tensors)
                  .find(([key]) => key === name)?.[1]
                  .toArray(),
              ).toEqual(data);
            }
          }),
      ),
    );
  });
});

describe("refusals", () => {
  const bad: [string, Uint8Array][] = [
    ["an empty file", new Uint8Array(0)],
    ["a header that is cut off", file({ x: f32([1], 0, 4) }, [], 1000)],
    ["a header larger than allowed", file("{}", [], 2 ** 40)],
    ["a header that is not JSON", file("{x}")],
    ["a header that does not start with {", file(" {}")],
    ["a header that is a list", file("[]")],
    ["bytes that are not UTF-8", Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d)],
    ["too little data", file({ x: f32([2], 0, 8) }, [0, 0, 0, 0])],
    ["data after the end", file({ x: f32([1], 0, 4) }, [0, 0, 0, 0, 0])],
    ["data without a tensor", file("{}", [0])],
    ["overlapping tensors", file({ x: f32([1], 0, 4), y: f32([1], 2, 6) }, [0, 0, 0, 0, 0, 0])],
    ["a gap", file({ x: f32([1], 0, 4), y: f32([1], 6, 10) }, new Uint8Array(10))],
    [
      "a tensor named twice",
      file(
        '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [0, 0],
      ),
    ],
    ["offsets that do not fit the shape", file({ x: f32([2], 0, 4) }, [0, 0, 0, 0])],
    ["offsets in reverse", file({ x: f32([1], 4, 0) }, [0, 0, 0, 0])],
    ["negative sizes", file({ x: f32([-1, -1], 0, 4) }, [0, 0, 0, 0])],
    ["a fractional size", file({ x: f32([0.5, 2], 0, 4) }, [0, 0, 0, 0])],
    ["a shape beyond any memory", file({ x: f32([2 ** 52, 2 ** 52, 0], 0, 0) })],
    ["three offsets", file({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4, 4] } }, [0, 0, 0, 0])],
    ["an unknown type", file({ x: { dtype: "F8_E4M3", shape: [1], data_offsets: [0, 1] } }, [0])],
    ["a type from a prototype", file({ x: { dtype: "constructor", shape: [1], data_offsets: [0, 1] } }, [0])],
    ["an unknown field", file({ x: { ...f32([1], 0, 4), extra: 1 } }, [0, 0, 0, 0])],
    ["metadata that is not text", file({ __metadata__: { a: 1 } })],
    ["booleans other than 0 and 1", file({ x: { dtype: "BOOL", shape: [1], data_offsets: [0, 1] } }, [2])],
  ];

  test.each(bad)("%s", (_, bytes) => {
    expect(thrown(() => decodeSafetensors(bytes)).code).toBe("format");
  });

  const attempt = (bytes: Uint8Array): void =>
    scope(() => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        if (!(error instanceof TorchError) || error.code !== "format") throw error;
      }
    });

  test("any bytes are read or refused, never worse", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt));
    fc.assert(fc.property(fc.json(), fc.uint8Array({ maxLength: 20 }), (json, data) => attempt(file(json, data))));
    const size = fc.oneof(fc.nat(4), fc.integer(), fc.double(), fc.constant(null));
    const entry = fc.record({
      dtype: fc.constantFrom("F32", "U8", "BOOL", "I64", "?"),
      shape: fc.array(size, { maxLength: 3 }),
      data_offsets: fc.array(size, { minLength: 1, maxLength: 3 }),
    });
    const header = fc.dictionary(fc.string({ maxLength: 3 }), entry, { maxKeys: 3 });
    fc.assert(fc.property(header, fc.uint8Array({ maxLength: 40 }), (h, data) => attempt(file(h, data))));
  });

  test("a good file with any one byte changed is read or refused", () => {
    const good = scope(() =>
      encodeSafetensors({ x: tensor([1, 2]), b: tensor([1, 0], [2], { dtype: "bool" }) }, { k: "v" }),
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = good.slice();
        bytes[at] = byte;
        attempt(bytes);
      }),
    );
  });
});

describe("files", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "safetensors-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("written whole, replaced, read back, with nothing left beside", () => {
    scope(() => {
      const path = join(folder, "a.safetensors");
      writeSafetensors(path, { x: tensor([1]) });
      writeSafetensors(path, { x: tensor([2]) }, { k: "v" });
      const { tensors, metadata } = readSafetensors(path);
      expect(tensors["x"]?.toArray()).toEqual([2]);
      expect(metadata).toEqual({ k: "v" });
      expect(readdirSync(folder)).toEqual(["a.safetensors"]);
      expect(readFileSync(path)).toEqual(Buffer.from(encodeSafetensors({ x: tensor([2]) }, { k: "v" })));
    });
  });

  test("a failed write leaves neither file nor remains", () => {
    scope(() => {
      expect(() => writeSafetensors(join(folder, "none", "a.safetensors"), { x: tensor([1]) })).toThrow("ENOENT");
    });
  });

  test("the error names the file", () => {
    const path = join(folder, "bad.safetensors");
    writeFileSync(path, "hello");
    expect(thrown(() => readSafetensors(path)).message).toContain(path);
  });
});

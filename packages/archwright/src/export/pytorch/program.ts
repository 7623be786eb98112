/** A trained model as a PyTorch program: one readable file that needs nothing but torch, and weights beside it. */
import type { TrainedModel } from "../../networks/trained-model.ts";
import type { ExportGraph, ExportNode } from "../graph.ts";
import { IMAGES } from "../graph.ts";

/** Weights by their name in the program. */
export interface ProgramWeight {
  readonly name: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

export interface PyTorchProgram {
  readonly text: string;
  readonly weights: readonly ProgramWeight[];
}

/**
 * Layers are grouped as the network is: stem, blocks, head. Batch norm is folded into the convolutions, so the program is
 * for prediction and for fine-tuning without it.
 */
export function pytorchProgram(model: TrainedModel, graph: ExportGraph): PyTorchProgram {
  const parts = grouped(graph.nodes);
  const weights = graph.nodes.flatMap(weightsOf);
  const text = `${heading(model)}
${parts.map((part) => partClass(part, graph.nodes)).join("\n\n\n")}


class Network(nn.Module):
    """[batch, 3, ${model.imageSize}, ${model.imageSize}] normalized images in, [batch, ${model.classes.length}] logits out."""

    def __init__(self):
        super().__init__()
${parts.map(({ name }) => `        self.${name} = ${className(name)}()`).join("\n")}

    def forward(self, images):
${wholeForward(parts, graph.nodes)}


${loading}
`;
  return { text, weights };
}

interface Part {
  readonly name: string;
  readonly nodes: readonly ExportNode[];
}

const partOf = ({ name }: ExportNode): string => name.slice(0, name.indexOf("/"));

/** Nodes of one place, in order. */
function grouped(nodes: readonly ExportNode[]): Part[] {
  return [...Map.groupBy(nodes, partOf)].map(([name, own]) => ({ name, nodes: own }));
}

const className = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replace("_", "");

/** Python names: of a node's layer or value. */
const variable = (name: string): string =>
  name === IMAGES ? IMAGES : name.slice(name.indexOf("/") + 1).replaceAll("-", "_");

/** A value's name where it is handed from one part to the next. */
const handed = (name: string): string =>
  name === IMAGES ? IMAGES : `${name.slice(0, name.indexOf("/"))}_${variable(name)}`;

/** What a part reads from others, and what others read of it. */
function interfaceOf(part: Part, nodes: readonly ExportNode[]): { inputs: string[]; outputs: string[] } {
  const own = new Set(part.nodes.map(({ name }) => name));
  const inputs = new Set(part.nodes.flatMap(({ inputs: read }) => read.filter((name) => !own.has(name))));
  const outputs = new Set(
    nodes.filter((node) => !own.has(node.name)).flatMap(({ inputs: read }) => read.filter((name) => own.has(name))),
  );
  const last = nodes.at(-1) as ExportNode;
  if (own.has(last.name)) outputs.add(last.name);
  return { inputs: [...inputs], outputs: [...outputs] };
}

function partClass(part: Part, nodes: readonly ExportNode[]): string {
  const { inputs, outputs } = interfaceOf(part, nodes);
  const own = new Set(part.nodes.map(({ name }) => name));
  const layers = part.nodes.flatMap((node) => {
    const layer = layerOf(node);
    return layer === undefined ? [] : [`        self.${variable(node.name)} = ${layer}`];
  });
  const read = (name: string): string => (own.has(name) ? variable(name) : handed(name));
  const steps = part.nodes.map((node) => `        ${variable(node.name)} = ${expression(node, node.inputs.map(read))}`);
  return `class ${className(part.name)}(nn.Module):
    def __init__(self):
        super().__init__()
${layers.length === 0 ? "        pass" : layers.join("\n")}

    def forward(self, ${inputs.map(handed).join(", ")}):
${steps.join("\n")}
        return ${outputs.map(variable).join(", ")}`;
}

function wholeForward(parts: readonly Part[], nodes: readonly ExportNode[]): string {
  const lines = parts.map((part) => {
    const { inputs, outputs } = interfaceOf(part, nodes);
    return `        ${outputs.map(handed).join(", ")} = self.${part.name}(${inputs.map(handed).join(", ")})`;
  });
  return [...lines, `        return ${handed((nodes.at(-1) as ExportNode).name)}`].join("\n");
}

/** The module of a node that has weights. */
function layerOf({ operation }: ExportNode): string | undefined {
  switch (operation.kind) {
    case "conv": {
      const { weight, bias, stride, padding, dilation, groups } = operation;
      const [outputs = 0, perGroup = 0, height = 0, width = 0] = weight.shape;
      const size = height === width ? `${height}` : `(${height}, ${width})`;
      const optional = [
        stride[0] === 1 && stride[1] === 1 ? "" : `, stride=${pair(stride)}`,
        padding[0] === 0 && padding[1] === 0 ? "" : `, padding=${pair(padding)}`,
        dilation === 1 ? "" : `, dilation=${dilation}`,
        groups === 1 ? "" : `, groups=${groups}`,
        bias === undefined ? ", bias=False" : "",
      ].join("");
      return `nn.Conv2d(${perGroup * groups}, ${outputs}, ${size}${optional})`;
    }
    case "affine":
      return `Affine(${operation.scale.length})`;
    case "linear":
      return `nn.Linear(${operation.weight.shape[1]}, ${operation.weight.shape[0]})`;
    default:
      return undefined;
  }
}

const pair = ([a, b]: readonly [number, number]): string => (a === b ? `${a}` : `(${a}, ${b})`);

function expression({ name, operation }: ExportNode, inputs: readonly string[]): string {
  const [x = ""] = inputs;
  switch (operation.kind) {
    case "conv":
    case "affine":
    case "linear":
      return `self.${variable(name)}(${x})`;
    case "relu":
      return operation.limit === undefined ? `F.relu(${x})` : `torch.clamp(${x}, 0, ${operation.limit})`;
    case "pool": {
      const { mode, kernel, stride, padding } = operation;
      return mode === "max"
        ? `F.max_pool2d(${x}, ${kernel}, stride=${stride}, padding=${padding})`
        : `F.avg_pool2d(${x}, ${kernel}, stride=${stride}, padding=${padding}, count_include_pad=False)`;
    }
    case "add":
      return inputs.join(" + ");
    case "concat":
      return `torch.cat([${inputs.join(", ")}], dim=1)`;
    case "first-channels":
      return `${x}[:, :${operation.channels}]`;
    case "crop":
      return `${x}[:, :, 1:, 1:]`;
    case "extend":
      return `F.pad(${x}, [0, 1, 0, 1])`;
    case "global-average":
      return `${x}.mean(dim=(2, 3))`;
  }
}

function weightsOf({ name, operation }: ExportNode): ProgramWeight[] {
  const own = (part: string, values: Float32Array, shape: readonly number[] = [values.length]): ProgramWeight => ({
    name: `${partOf({ name, operation, inputs: [] })}.${variable(name)}.${part}`,
    values,
    shape,
  });
  switch (operation.kind) {
    case "conv": {
      const { weight, bias } = operation;
      return [own("weight", weight.values, weight.shape), ...(bias === undefined ? [] : [own("bias", bias)])];
    }
    case "linear":
      return [own("weight", operation.weight.values, operation.weight.shape), own("bias", operation.bias)];
    case "affine":
      return [own("scale", Float32Array.from(operation.scale)), own("shift", Float32Array.from(operation.shift))];
    default:
      return [];
  }
}

/** Text in a Python string between double quotes. */
const quoted = (text: string): string => JSON.stringify(text);

const heading = ({ space, architecture, classes, mean, std, imageSize }: TrainedModel): string =>
  `"""An image classifier, exported by Archwright. It needs PyTorch, and weights.safetensors beside this file.

    python model.py IMAGE...      (with Pillow installed)

Space:        ${space.name}
Architecture: ${space.format(architecture).replaceAll("\\", "\\\\").replaceAll('"""', "'''")}
"""
import json
import math
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = [${classes.map(quoted).join(", ")}]
IMAGE_SIZE = ${imageSize}
MEAN = [${mean.join(", ")}]
STD = [${std.join(", ")}]


class Affine(nn.Module):
    """scale * x + shift for each channel: batch norm in evaluation mode."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return x * self.scale[:, None, None] + self.shift[:, None, None]

`;

const loading = `def read_safetensors(path):
    data = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)

    def tensor(entry):
        begin, _ = entry["data_offsets"]
        shape = entry["shape"]
        values = torch.frombuffer(bytearray(data), dtype=torch.float32, count=math.prod(shape), offset=8 + size + begin)
        return values.reshape(shape).clone()

    return {name: tensor(entry) for name, entry in header.items()}


def load(weights=Path(__file__).parent / "weights.safetensors"):
    network = Network()
    network.load_state_dict(read_safetensors(weights))
    return network.eval()


def preprocess(image):
    """A Pillow image as the network takes it: scaled to cover the square, cropped about its centre, normalized."""
    import numpy

    image = image.convert("RGB")
    scale = IMAGE_SIZE / min(image.size)
    image = image.resize([max(IMAGE_SIZE, round(side * scale)) for side in image.size])
    left, top = [(side - IMAGE_SIZE) // 2 for side in image.size]
    image = image.crop((left, top, left + IMAGE_SIZE, top + IMAGE_SIZE))
    pixels = torch.from_numpy(numpy.array(image)).permute(2, 0, 1).float() / 255
    return (pixels - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


if __name__ == "__main__":
    from PIL import Image

    network = load()
    for path in sys.argv[1:]:
        with torch.no_grad():
            probabilities = network(preprocess(Image.open(path))[None]).softmax(dim=1)[0]
        best = probabilities.argmax().item()
        print(f"{path}: {CLASSES[best]} ({100 * probabilities[best]:.1f} %)")`;

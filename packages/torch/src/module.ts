/** Modules: objects that hold parameters, buffers and other modules, with PyTorch's dotted names. */
import { noGrad } from "./autograd.ts";
import { call, operator } from "./dispatch.ts";
import { TorchError } from "./errors.ts";
import { copy_, to } from "./operators.generated.ts";
import { detachFromScope, scope } from "./scope.ts";
import { Tensor } from "./tensor.ts";

const parameterMarks = new WeakSet<Tensor>();
const bufferMarks = new WeakSet<Tensor>();
const isLeaf = operator("aten::is_leaf");
const setData = operator("aten::set_data");

/**
 * Marks a tensor as trainable: it requires gradients, lives until its module is disposed of, and is found by
 * {@link Module.namedParameters}. The tensor must not be the result of a recorded operation.
 */
export function parameter(tensor: Tensor): Tensor {
  if (call(isLeaf, [tensor]) !== true) {
    throw new TorchError("argument", "parameter: argument 'tensor' is the result of a recorded operation; detach it", {
      operator: "parameter",
      argument: "tensor",
    });
  }
  tensor.requiresGrad = true;
  parameterMarks.add(tensor);
  return owned(tensor);
}

/** Marks a tensor as part of a module's state that is not trained, such as a running mean. */
export function buffer(tensor: Tensor): Tensor {
  bufferMarks.add(tensor);
  return owned(tensor);
}

/** Of a module, which may be forgotten without having been disposed of. */
function owned(tensor: Tensor): Tensor {
  tensor.watch();
  return detachFromScope(tensor);
}

/**
 * Base of networks. Its parts are found by walking its own properties in the order they were assigned: tensors marked
 * by {@link parameter} or {@link buffer}, modules, and arrays and Maps of these. Private `#fields` are not seen.
 * A part that appears twice counts once, under its first name.
 *
 * @example
 * ```ts
 * class Linear extends Module {
 *   readonly weight: Tensor;
 *   constructor(inputs: number, outputs: number) {
 *     super();
 *     this.weight = parameter(zeros([outputs, inputs]));
 *   }
 * }
 * ```
 */
export abstract class Module implements Disposable {
  /** Trainable tensors by dotted name (`cells.0.conv.weight`), in the order of the properties. */
  namedParameters(prefix = ""): Map<string, Tensor> {
    return collect(this, prefix, parameterMarks);
  }

  /** Untrained state by dotted name. */
  namedBuffers(prefix = ""): Map<string, Tensor> {
    return collect(this, prefix, bufferMarks);
  }

  parameters(): Tensor[] {
    return [...this.namedParameters().values()];
  }

  /** This module and every module inside it, outermost first. */
  *modules(): Generator<Module> {
    for (const [, part] of walk(this, "", new Set())) if (part instanceof Module) yield part;
  }

  /** Switches gradients for all parameters on or off. */
  setTrainable(trainable: boolean): this {
    for (const tensor of this.parameters()) tensor.requiresGrad = trainable;
    return this;
  }

  /** Parameters and buffers by name: the tensors themselves, not copies. */
  state(): Record<string, Tensor> {
    return Object.fromEntries([...this.namedParameters(), ...this.namedBuffers()]);
  }

  /**
   * Copies values into the parameters and buffers, in place. Nothing is copied unless everything fits.
   *
   * - `strict`: refuse names that are missing or unexpected. @default true
   *
   * Throws a TorchError with code `argument` for wrong names, and always for a wrong shape or dtype.
   */
  load(state: Readonly<Record<string, Tensor>>, options: { strict?: boolean } = {}): void {
    const own = new Map(Object.entries(this.state()));
    const given = new Map(Object.entries(state));
    if (options.strict ?? true) {
      refuse(
        "missing",
        [...own.keys()].filter((name) => !given.has(name)),
      );
      refuse(
        "unexpected",
        [...given.keys()].filter((name) => !own.has(name)),
      );
    }
    const pairs = [...own].flatMap(([name, target]) => {
      const source = given.get(name);
      return source === undefined ? [] : [{ name, target, source }];
    });
    for (const { name, target, source } of pairs) requireFit(name, target, source);
    noGrad(() => {
      for (const { target, source } of pairs) copy_(target, source);
    });
  }

  /** Moves parameters and buffers to a device (`cpu`, `cuda`, `cuda:1`). The Tensor objects stay the same. */
  to(device: string): this {
    noGrad(() =>
      scope(() => {
        for (const tensor of Object.values(this.state())) {
          if (tensor.device !== device) call(setData, [tensor, to(tensor, { device })]);
        }
      }),
    );
    return this;
  }

  /** Frees all parameters and buffers. */
  dispose(): void {
    for (const tensor of Object.values(this.state())) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Every module and marked tensor under `value`, with its dotted name; each once. */
function* walk(value: unknown, name: string, seen: Set<unknown>): Generator<[string, Module | Tensor]> {
  if (value === null || typeof value !== "object" || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Tensor) {
    yield [name, value];
  } else if (value instanceof Module) {
    yield [name, value];
    for (const [key, part] of Object.entries(value)) yield* walk(part, join(name, key), seen);
  } else if (Array.isArray(value) || value instanceof Map) {
    for (const [key, part] of value.entries()) yield* walk(part, join(name, String(key)), seen);
  }
}

const join = (prefix: string, key: string): string => (prefix === "" ? key : `${prefix}.${key}`);

function collect(module: Module, prefix: string, marks: WeakSet<Tensor>): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  for (const [name, part] of walk(module, prefix, new Set())) {
    if (part instanceof Tensor && marks.has(part)) found.set(name, part);
  }
  return found;
}

function refuse(kind: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  throw new TorchError("argument", `load: ${kind} in the state: ${names.slice(0, 5).join(", ")}${more}`, {
    operator: "load",
    argument: names[0],
  });
}

function requireFit(name: string, target: Tensor, source: Tensor): void {
  const same = target.shape.length === source.shape.length && target.shape.every((size, i) => size === source.shape[i]);
  if (same && target.dtype === source.dtype) return;
  throw new TorchError(
    "argument",
    `load: "${name}" is ${source.dtype}[${source.shape}] in the state, the module has ${target.dtype}[${target.shape}]`,
    { operator: "load", argument: name },
  );
}

/** The one error of this package, told apart by `code`. */

export type TorchErrorCode =
  | "setup" // the addon is missing or does not load
  | "argument" // an argument has the wrong type, shape, dtype or device
  | "freed" // a tensor was used after it was freed
  | "operator" // libtorch refused the operation
  | "memory" // an allocation does not fit
  | "format"; // a file is not what it should be

/** The message names the operator and describes its tensor arguments; `operator` and `argument` hold them as data. */
export class TorchError extends Error {
  override readonly name = "TorchError";
  readonly code: TorchErrorCode;
  readonly operator: string | undefined;
  readonly argument: string | undefined;

  constructor(
    code: TorchErrorCode,
    message: string,
    options: { cause?: unknown; operator?: string | undefined; argument?: string | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.operator = options.operator;
    this.argument = options.argument;
  }
}

const codes: Readonly<Record<string, TorchErrorCode>> = {
  ARGUMENT: "argument",
  TORCH: "operator",
  OUT_OF_MEMORY: "memory",
};

/**
 * An error thrown by the addon as a {@link TorchError}; anything else unchanged. A refusal by libtorch counts as a wrong
 * argument where the message names one.
 */
export function fromNative(error: unknown, operator: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = codes[(error as Error & { code?: string }).code ?? ""];
  if (code === undefined) return error;
  const argument = /argument (?:#\d+ )?'([^']+)'/.exec(error.message)?.[1];
  const message = error.message.startsWith(`${operator}: `) ? error.message : `${operator}: ${error.message}`;
  const told = code === "operator" && argument !== undefined ? "argument" : code;
  return new TorchError(told, message, { cause: error, operator, argument });
}

/** Use of a tensor that was freed. */
export function freedError(operator: string, argument: string | undefined): TorchError {
  const which = argument === undefined ? "a tensor" : `argument '${argument}'`;
  return new TorchError("freed", `${operator}: ${which} was already freed (by its scope, \`using\`, or dispose())`, {
    operator,
    argument,
  });
}

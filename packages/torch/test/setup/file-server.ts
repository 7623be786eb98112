/** A local web server with one file, which can be told to misbehave as servers and networks do. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Behaviour {
  /** Answer every request with the whole file. */
  readonly ignoreRange?: boolean;
  /** Break the connection after so many bytes of an answer. */
  readonly cutAfter?: number;
  /** Send so many bytes of an answer, then nothing more. */
  readonly stallAfter?: number;
  /** Answer a range with the one that begins so many bytes later. */
  readonly shift?: number;
  readonly status?: number;
}

export interface FileServer {
  readonly url: string;
  readonly sha256: string;
  /** The Range header of each request so far. */
  readonly ranges: (string | undefined)[];
  behave(behaviour: Behaviour): void;
}

/** Serves `content` until the test ends. */
export async function serve(content: Uint8Array, first: Behaviour = {}): Promise<FileServer> {
  let behaviour = first;
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response, content, behaviour);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    sha256: createHash("sha256").update(content).digest("hex"),
    ranges,
    behave: (next) => {
      behaviour = next;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, content: Uint8Array, behaviour: Behaviour): void {
  if (behaviour.status !== undefined) {
    response.writeHead(behaviour.status).end("sorry");
    return;
  }
  const asked = behaviour.ignoreRange === true ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const start = Number(asked ?? 0) + (asked === undefined ? 0 : (behaviour.shift ?? 0));
  if (start >= content.length) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(start);
  response.writeHead(asked === undefined ? 200 : 206, {
    "content-length": body.length,
    ...(asked === undefined ? {} : { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  const limit = behaviour.cutAfter ?? behaviour.stallAfter;
  if (limit === undefined) response.end(body);
  else
    response.write(
      body.subarray(0, limit),
      () => behaviour.cutAfter !== undefined && setTimeout(() => response.destroy(), 50),
    );
}

/** One GET request whose body arrives as the server stores it. */
import * as http from "node:http";
import * as https from "node:https";

/**
 * Follows redirections and resolves with the answer once its headers are there. Unlike `fetch`, it leaves a body that
 * is marked `Content-Encoding: gzip` alone: some servers mark `.tar.gz` files so, and their hash is of the packed bytes.
 */
export async function get(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  let at = url;
  for (let hops = 0; hops <= 5; hops++) {
    const response = await request(at, headers, signal);
    const { statusCode = 0, headers: answer } = response;
    if (statusCode < 300 || statusCode > 399 || answer.location === undefined) return response;
    response.destroy();
    at = new URL(answer.location, at);
  }
  throw new Error("too many redirections");
}

function request(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const protocol = url.protocol === "https:" ? https : http;
    protocol.get(url, { headers, signal }, resolve).on("error", reject);
  });
}

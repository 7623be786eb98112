/** The official libtorch archive: which one, its pinned SHA-256, download and unpacking. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { download } from "./download.mjs";
import { SetupError } from "./errors.mjs";
import { inspectLibtorch } from "./libtorch.mjs";
import { run, which } from "./run.mjs";

const VERSION = "2.7.1";
const BASE = "https://download.pytorch.org/libtorch/cpu";

/** The CPU archives by platform. PyTorch publishes no checksums; these were compared between two projects that pin them. */
const ARCHIVES = {
  "linux-x64": {
    url: `${BASE}/libtorch-cxx11-abi-shared-with-deps-${VERSION}%2Bcpu.zip`,
    sha256: "63d572598c8d532128a335018913e795c1bbb32602ce378896dc8cfbb5590976",
  },
  "darwin-arm64": {
    url: `${BASE}/libtorch-macos-arm64-${VERSION}.zip`,
    sha256: "aa89ac85b91c83d0f976f8d135330d51e38ab777b26ec24f312fd58d079314cb",
  },
};

/**
 * The archive for this machine, or the one the variables ARCHWRIGHT_LIBTORCH_URL and ARCHWRIGHT_LIBTORCH_SHA256 name.
 *
 * @returns {{ url: string, sha256: string }}
 * @throws {SetupError} when there is none, or a URL comes without its checksum
 */
export function chooseArchive(env = process.env, platform = `${process.platform}-${process.arch}`) {
  const url = env.ARCHWRIGHT_LIBTORCH_URL;
  if (url === undefined || url === "") {
    const pinned = ARCHIVES[platform];
    if (pinned !== undefined) return pinned;
    throw new SetupError(`there is no official libtorch archive for ${platform} with a known checksum`);
  }
  const sha256 = (env.ARCHWRIGHT_LIBTORCH_SHA256 ?? "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sha256)) return { url, sha256 };
  throw new SetupError(
    "ARCHWRIGHT_LIBTORCH_URL needs ARCHWRIGHT_LIBTORCH_SHA256, the 64 hex digits of the archive's checksum",
  );
}

/**
 * Download and unpack an archive into a folder named by its version, which appears only when complete.
 *
 * @param {{ url: string, sha256: string }} archive
 * @param {string} downloads folder of unpacked archives
 * @param {(line: string) => void} log
 */
export async function fetchArchive(archive, downloads, log) {
  mkdirSync(downloads, { recursive: true });
  const zip = join(downloads, `${archive.sha256.slice(0, 16)}.zip`);
  log(`downloading ${archive.url}`);
  await download(archive.url, zip, { sha256: archive.sha256, onProgress: everyTenth(log) });
  const unpacked = mkdtempSync(join(downloads, "unpacking-"));
  try {
    log("unpacking");
    await unzip(zip, unpacked);
    const prefix = join(unpacked, "libtorch");
    const result = inspectLibtorch(prefix);
    if (!("libtorch" in result)) throw new SetupError(`${archive.url} holds no usable libtorch: ${result.reason}`);
    const home = join(downloads, result.libtorch.version);
    rmSync(home, { recursive: true, force: true });
    renameSync(prefix, home);
    rmSync(zip);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

// Node has no zip reader; one of these is on every machine that can build C++.
async function unzip(zip, folder) {
  const tools = [
    ["unzip", ["-q", zip, "-d", folder]],
    ["bsdtar", ["-xf", zip, "-C", folder]],
    ["python3", ["-m", "zipfile", "-e", zip, folder]],
  ];
  const tool = tools.find(([name]) => which(name) !== undefined);
  if (tool === undefined) {
    throw new SetupError(`nothing here unpacks ${zip}`, { remedies: ["install unzip (apt-get install -y unzip)"] });
  }
  const { status, output } = await run(tool[0], tool[1]);
  if (status !== 0) throw new SetupError(`${tool[0]} cannot unpack ${zip}`, { output });
}

function everyTenth(log) {
  let shown = 0;
  return ({ received, total }) => {
    const tenth = total === undefined ? 0 : Math.floor((10 * received) / total);
    if (tenth > shown) log(`${tenth * 10}% of ${Math.round(total / 1e6)} MB`);
    shown = Math.max(shown, tenth);
  };
}

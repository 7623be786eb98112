"""Times one case in stock PyTorch (its default layout and allocator) and prints one JSON line.

    python run.py --case darts-score --repeats 5
    python run.py --case nasbench201-score --serve     # one repeat and one JSON line for every line on standard input
"""

import argparse
import json
import pathlib
import sys
import time

import torch

import darts
import eproxy
import nasbench201
import proxies
from nwot import Nwot, removal_score
from train_step import AlternatingStep

CLASSES = 10
# Scores of stand-alone NAS-Bench-201 networks, each built first.
PROXIES = {
    "proxy-nwot-eval": lambda network, images, labels: Nwot(network)(images),
    "proxy-nwot": proxies.nwot,
    "proxy-synflow": proxies.synflow,
    "proxy-gradients": proxies.grad_norm_snip_fisher,
    "proxy-grasp": proxies.grasp,
}
CASES = ("darts-score", "nasbench201-score", "darts-train-step", "nasbench201-train-step", "proxy-eproxy", *PROXIES)
# The batch sizes of the published searches; 32 for the DARTS training step, which a small machine must hold.
BATCH = {"darts-score": 64, "nasbench201-score": 256, "darts-train-step": 32, "nasbench201-train-step": 64}
BATCH.update(dict.fromkeys(PROXIES, 64))
BATCH["proxy-eproxy"] = 16
ARCHITECTURES = json.loads(pathlib.Path(__file__).with_name("architectures.json").read_text())
# The removed candidate of the score cases: (cell type, edge, operation).
REMOVED = {"darts": (0, 0, "sep_conv_3x3"), "nasbench201": (0, 0, "nor_conv_3x3")}


def random_batch(size):
    """CIFAR-shaped images [size, 3, 32, 32] and labels [size]."""
    return torch.randn(size, 3, 32, 32), torch.randint(CLASSES, (size,))


def make_case(case, batch, skip_blocked):
    """A function without arguments that performs one repeat and returns its score or loss."""
    if case in PROXIES:
        images, labels = random_batch(batch)

        def score_all():
            return [PROXIES[case](nasbench201.Network(text), images, labels) for text in ARCHITECTURES]

        return score_all

    if case == "proxy-eproxy":
        images, _ = random_batch(batch)
        targets = [torch.randn(batch, 128, 8, 8) for _ in range(3)]

        def regress_all():
            backbones = (eproxy.Nasbench201Backbone(text) for text in ARCHITECTURES)
            return [eproxy.score(backbone, (64, 32, 16), images, targets, 128) for backbone in backbones]

        return regress_all

    space, _, kind = case.partition("-")
    if space == "darts":
        module, cell_types, network = darts, 2, darts.Supernet()
    else:
        module, cell_types, network = nasbench201, 1, nasbench201.Supernet(run_blocked=not skip_blocked)
    alphas = [1e-3 * torch.randn(module.EDGES, len(module.OPERATIONS)) for _ in range(cell_types)]

    if kind == "score":
        score = Nwot(network)
        images, _ = random_batch(batch)
        cell_type, edge, name = REMOVED[space]
        candidate = module.OPERATIONS.index(name)

        def repeat():
            weights = [alpha.softmax(dim=-1) for alpha in alphas]
            return removal_score(score, images, weights, cell_type, edge, candidate)

        return repeat

    step = AlternatingStep(network, [alpha.requires_grad_() for alpha in alphas])
    train_batch, valid_batch = random_batch(batch), random_batch(batch)
    return lambda: step(train_batch, valid_batch)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=CASES, required=True)
    parser.add_argument("--batch", type=int, help="images a batch (default: the case's own)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip-blocked", action="store_true", help="nasbench201-score: do not run the removed candidate")
    parser.add_argument("--serve", action="store_true", help="one repeat for every line on standard input")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    batch = arguments.batch or BATCH[arguments.case]
    repeat = make_case(arguments.case, batch, arguments.skip_blocked)

    def measure(count):
        seconds, value = [], None
        for _ in range(count):
            start = time.perf_counter()
            value = repeat()
            seconds.append(time.perf_counter() - start)
        record = {
            "case": arguments.case,
            "batch": batch,
            "seconds": seconds,
            "value": value,  # the last score or validation loss
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
        }
        print(json.dumps(record), flush=True)

    for _ in range(arguments.warmup):
        repeat()
    if arguments.serve:
        for _ in sys.stdin:
            measure(1)
    else:
        measure(arguments.repeats)


if __name__ == "__main__":
    main()

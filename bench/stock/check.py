"""Checks the stock programs against the spaces' published constants and closed forms. Exit status 1 if any differs."""

import math
import sys

import torch
import torch.nn as nn

import darts
import nasbench201
import proxies
from nwot import Nwot

DARTS_V1 = darts.parse_genotype(
    "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1), "
    "('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], normal_concat=[2, 3, 4, 5], "
    "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('max_pool_3x3', 0), "
    "('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)], reduce_concat=[2, 3, 4, 5])"
)
DARTS_V2 = darts.parse_genotype(
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), "
    "('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), "
    "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), "
    "('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))"
)
failures = 0


def check(what, actual, expected, tolerance=0.0):
    global failures
    good = abs(actual - expected) <= tolerance
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {what}: {actual} (expected {expected})")


def parameters(network):
    return sum(p.numel() for p in network.parameters())


def string(*names):
    a, b, c, d, e, f = names
    return f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|"


def one_hot(names, operations):
    return torch.eye(len(operations))[[operations.index(name) for name in names]]


def parameter_counts():
    check("DARTS supernet", parameters(darts.Supernet()), 1_930_618)
    check("DARTS supernet, 100 classes", parameters(darts.Supernet(classes=100)), 1_953_748)
    check("DARTS_V1 C=36 L=20", parameters(darts.Network(DARTS_V1, 36, 20)), 3_169_414)
    check("DARTS_V2 C=36 L=20", parameters(darts.Network(DARTS_V2, 36, 20)), 3_349_342)
    check("DARTS_V2 C=16 L=8", parameters(darts.Network(DARTS_V2)), 246_106)
    check("DARTS_V2 C=16 L=8, 100 classes", parameters(darts.Network(DARTS_V2, classes=100)), 269_236)
    check("NAS-Bench-201 supernet", parameters(nasbench201.Supernet()), 1_686_106)
    conv3 = string(*["nor_conv_3x3"] * 6)
    for classes, expected in ((10, 1_531_546), (100, 1_537_396), (120, 1_538_696)):
        check(f"all nor_conv_3x3, {classes} classes", parameters(nasbench201.Network(conv3, classes=classes)), expected)
    check("all nor_conv_1x1", parameters(nasbench201.Network(string(*["nor_conv_1x1"] * 6))), 241_306)
    check("all skip_connect", parameters(nasbench201.Network(string(*["skip_connect"] * 6))), 73_306)


def nwot_by_hand():
    score = Nwot(nn.Sequential(nn.ReLU()))
    codes = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    check("nwot by hand", score(codes), math.log(12), 1e-5)
    blocked = torch.cat([codes, torch.zeros(3, 5)], dim=1)  # five units that are zero for every image add 5 to all of K
    check("nwot by hand, five blocked units", score(blocked), 3.951244, 1e-5)


def nasbench201_one_hot():
    """One-hot mixing weights give exactly the stand-alone network that shares the supernet's parameters."""
    names = ["nor_conv_3x3", "none", "nor_conv_1x1", "skip_connect", "avg_pool_3x3", "nor_conv_3x3"]
    supernet = nasbench201.Supernet(n=1).eval()
    network = nasbench201.Network(string(*names), n=1).eval()
    chosen = [nasbench201.OPERATIONS.index(name) for name in names]
    state = {}
    for key in network.state_dict():
        parts = key.split(".")
        if "edges" in parts:
            edge = parts.index("edges") + 1
            parts[edge:edge + 1] = [parts[edge], "ops", str(chosen[int(parts[edge])])]
        source = supernet.state_dict().get(".".join(parts))
        state[key] = network.state_dict()[key] if source is None else source  # the affine BN of a fresh network is 1, 0
    network.load_state_dict(state)
    images = torch.randn(4, 3, 32, 32)
    with torch.no_grad():
        difference = supernet(images, one_hot(names, nasbench201.OPERATIONS)) - network(images)
    check("NAS-Bench-201 one-hot supernet against stand-alone network", difference.abs().max().item(), 0, 1e-6)


def none_invariance():
    """Removing `none` leaves the score as it is, on every edge: it adds nothing and holds no ReLU."""
    score = Nwot(nasbench201.Supernet(n=1))
    images = torch.randn(16, 3, 32, 32)
    weights = torch.full((6, 5), 0.2)
    whole = score(images, weights)
    for edge in range(nasbench201.EDGES):
        removed = weights.clone()
        removed[edge, 0] = 0.0
        check(f"score without none on edge {edge}", score(images, removed), whole)


def darts_skip_cell():
    """With all weight on skip_connect, nodes 2..5 of a normal cell are 1, 2, 4, 8 times the sum of its inputs."""
    cell = darts.SearchCell(12, 12, 8, reduction=False, reduction_prev=False).eval()
    s0, s1 = torch.randn(2, 12, 8, 8), torch.randn(2, 12, 8, 8)
    with torch.no_grad():
        output = cell(s0, s1, one_hot(["skip_connect"] * darts.EDGES, darts.OPERATIONS))
        both = cell.preprocess0(s0) + cell.preprocess1(s1)
    expected = torch.cat([factor * both for factor in (1, 2, 4, 8)], dim=1)
    check("DARTS all-skip cell", (output - expected).abs().max().item(), 0, 1e-5)


def darts_feature_maps():
    """Channels and sizes of the eight cell outputs; each is 4C channels."""
    sizes = []
    supernet = darts.Supernet()
    for cell in supernet.cells:
        cell.register_forward_hook(lambda module, inputs, output: sizes.append(tuple(output.shape[1:3])))
    with torch.no_grad():
        supernet(torch.randn(2, 3, 32, 32), *[torch.full((14, 7), 1 / 7)] * 2)
    channels = (16, 16, 32, 32, 32, 64, 64, 64)
    expected = [(4 * c, size) for c, size in zip(channels, (32, 32, 16, 16, 16, 8, 8, 8))]
    check("DARTS feature maps that differ", sum(a != b for a, b in zip(sizes, expected, strict=True)), 0)


def proxies_by_hand():
    """Softmax regression and a two-layer network whose scores are known in closed form."""
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = torch.tensor([[0.5, -1.0], [0.0, 0.25]])
    network = nn.Sequential(nn.Flatten(), layer)
    images, labels = torch.tensor([1.0, 2.0]).reshape(1, 2, 1, 1), torch.tensor([0])
    grad_norm, snip, _ = proxies.grad_norm_snip_fisher(network, images, labels)
    check("grad_norm by hand", grad_norm, 2.785325, 1e-5)
    check("snip by hand", snip, 2.642391, 1e-5)
    check("grasp by hand", proxies.grasp(network, images, labels), -1.849561, 1e-5)
    first, second = nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False)
    first.weight.data, second.weight.data = torch.tensor([[1.0, -2.0], [3.0, 0.5]]), torch.tensor([[2.0, -1.0]])
    check("synflow by hand", proxies.synflow(nn.Sequential(nn.Flatten(), first, nn.ReLU(), second), images), 19)
    codes = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    check("nwot in training mode by hand", proxies.nwot(nn.Sequential(nn.ReLU()), codes), math.log(12), 1e-5)


if __name__ == "__main__":
    torch.set_num_threads(1)  # small tensors: more threads only wait for each other
    torch.manual_seed(0)
    parameter_counts()
    nwot_by_hand()
    proxies_by_hand()
    nasbench201_one_hot()
    none_invariance()
    darts_skip_cell()
    darts_feature_maps()
    sys.exit(1 if failures else 0)

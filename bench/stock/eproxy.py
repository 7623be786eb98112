"""Eproxy in plain PyTorch: the loss of ten steps of regression on one minibatch, behind a frozen barrier.

Li, Li, Hao, Li, Xiong, Chen, "Extensible and Efficient Proxy for Neural Architecture Search", ICCV 2023.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

import nasbench201


class Nasbench201Backbone(nn.Module):
    """The ends of the three stages, deepest first. As in the authors' code cells have biases and batch norm without scale."""

    def __init__(self, text, c=16, n=5):
        super().__init__()
        network = nasbench201.Network(text, c, n)
        for cell in (block for block in network.blocks if isinstance(block, nasbench201.Cell)):
            for edge in cell.edges:
                for i, layer in enumerate(edge) if isinstance(edge, nn.Sequential) else ():
                    if isinstance(layer, nn.Conv2d):
                        edge[i] = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, padding=layer.padding)
                    if isinstance(layer, nn.BatchNorm2d):
                        edge[i] = nn.BatchNorm2d(layer.num_features, affine=False, track_running_stats=False)
        self.stem, self.blocks, self.n = network.stem, network.blocks, n

    def forward(self, images):
        x, ends = self.stem(images), []
        for k, block in enumerate(self.blocks):
            x = block(x)
            if k % (self.n + 1) == self.n - 1:
                ends.insert(0, x)
        return ends


class Branch(nn.Module):
    """Conv, ReLU, batch norm, and the barrier."""

    def __init__(self, c_in, p, q):
        super().__init__()
        self.head = nn.Sequential(nn.Conv2d(c_in, p, 1), nn.ReLU(), nn.BatchNorm2d(p))
        self.barrier = nn.Conv2d(p, q, 3, padding=1)

    def forward(self, x):
        return self.barrier(self.head(F.interpolate(x, (8, 8))))


def score(backbone, channels, images, targets, p, learning_rate=1.2, iterations=10):
    """`channels`: of the ends that are used, deepest first. `targets`: one [16, q, 8, 8] for each of them."""
    branches = nn.ModuleList(Branch(c, p, target.shape[1]) for c, target in zip(channels, targets))
    for branch in branches:
        branch.barrier.requires_grad_(False)
    backbone.train()
    named = [*backbone.named_parameters(), *branches.named_parameters()]
    trained = [(name, weight) for name, weight in named if weight.requires_grad]
    decayed = [weight for name, weight in trained if "weight" in name and weight.dim() > 1]
    others = [weight for name, weight in trained if not ("weight" in name and weight.dim() > 1)]
    groups = [{"params": decayed, "weight_decay": 4e-5}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=learning_rate, momentum=0.9)
    for iteration in range(iterations):
        losses = [F.mse_loss(b(x), t) for b, x, t in zip(branches, backbone(images), targets)]
        if iteration == iterations - 1:
            return sum(loss.item() / 2**i for i, loss in enumerate(losses))
        optimizer.zero_grad()
        sum(losses).backward()
        optimizer.step()

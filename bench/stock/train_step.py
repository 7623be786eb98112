"""One first-order DARTS step: network weights on a training batch, then alpha on a validation batch."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class AlternatingStep:
    """`alphas` is one [edges, operations] leaf tensor per cell type; calling it performs a step and returns the validation loss."""

    def __init__(self, network, alphas):
        self.network = network
        self.alphas = alphas
        self.weight_optimizer = torch.optim.SGD(network.parameters(), lr=0.025, momentum=0.9, weight_decay=3e-4)
        self.alpha_optimizer = torch.optim.Adam(alphas, lr=3e-4, betas=(0.5, 0.999), weight_decay=1e-3)

    def _loss(self, images, labels):
        weights = [alpha.softmax(dim=-1) for alpha in self.alphas]
        return F.cross_entropy(self.network(images, *weights), labels)

    def __call__(self, train_batch, valid_batch):
        self.network.train()

        self.weight_optimizer.zero_grad()
        self._loss(*train_batch).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.weight_optimizer.step()

        self.alpha_optimizer.zero_grad()
        loss = self._loss(*valid_batch)
        loss.backward()
        self.alpha_optimizer.step()
        return loss.item()

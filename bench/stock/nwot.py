"""nwot, the score Zero-Cost-PT searches with: the log-determinant of the ReLU-code kernel of one minibatch.

Mellor, Turner, Storkey, Crowley, "Neural Architecture Search without Training", ICML 2021, in the form of Xiang et al.,
"Zero-Cost Operation Scoring in Differentiable Architecture Search", AAAI 2023: evaluation mode, every ReLU execution counted.
"""

import torch


class Nwot:
    """`Nwot(network)` hooks every ReLU once; calling it scores one minibatch. Larger is better."""

    def __init__(self, network):
        self.network = network
        self.kernel = None
        for module in network.modules():
            if "ReLU" in type(module).__name__:
                module.register_forward_hook(self._accumulate)

    def _accumulate(self, module, inputs, output):
        codes = (inputs[0].flatten(1) > 0).float()
        self.kernel += codes @ codes.t() + (1.0 - codes) @ (1.0 - codes).t()

    def __call__(self, images, *weights):
        self.network.eval()
        self.kernel = torch.zeros(len(images), len(images))
        with torch.no_grad():
            self.network(images, *weights)
        return torch.linalg.slogdet(self.kernel).logabsdet.item()


def removal_score(score, images, weights, cell_type, edge, candidate):
    """S(A - (e, o)): the score with one candidate's weight set to zero and the others not renormalized.

    `weights` is one [edges, operations] tensor per cell type.
    """
    removed = [w.clone() for w in weights]
    removed[cell_type][edge, candidate] = 0.0
    return score(images, *removed)

import json
import os

import torch
from torch.utils.data import DataLoader, TensorDataset

if __name__ == "__main__":
    torch.manual_seed(1)
    x = torch.randn(512, 4)
    loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=32, shuffle=True, num_workers=2)
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    told, step = [], 0
    for epoch in range(3):
        for inputs, targets in loader:
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 4 == 0:
                told.append([step, float(f"{loss.item():.6f}")])
                print(f"Epoch {epoch + 1}/3, step {step}: loss = {loss.item():.6f}")
    with open(os.environ["TEST_HISTORY"], "w") as file:
        json.dump(told, file)

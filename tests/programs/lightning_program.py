import lightning
import torch
from torch.utils.data import DataLoader, TensorDataset

lightning.seed_everything(1)


class Line(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def loss(self, batch):
        x, y = batch
        return torch.nn.functional.mse_loss(self.layer(x), y)

    def training_step(self, batch, index):
        loss = self.loss(batch)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, index):
        self.log("val_loss", self.loss(batch), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.05)


x = torch.randn(256, 4)
data = TensorDataset(x, x.sum(1, keepdim=True))
trainer = lightning.Trainer(max_epochs=3, accelerator="cpu", log_every_n_steps=1, logger=lightning.pytorch.loggers.CSVLogger("logs"))
trainer.fit(Line(), DataLoader(data, batch_size=32), DataLoader(data, batch_size=64))

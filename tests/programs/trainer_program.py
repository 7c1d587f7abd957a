import torch
from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

torch.manual_seed(1)


class Config(PretrainedConfig):
    model_type = "line"


class Line(PreTrainedModel):
    config_class = Config

    def __init__(self, config):
        super().__init__(config)
        self.layer = torch.nn.Linear(4, 1)
        self.post_init()

    def forward(self, x=None, labels=None):
        out = self.layer(x)
        return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}


x = torch.randn(256, 4)
rows = [{"x": each, "labels": each.sum(0, keepdim=True)} for each in x]
arguments = TrainingArguments(
    "out", num_train_epochs=3, per_device_train_batch_size=32, logging_steps=4, eval_strategy="epoch", report_to=[], save_strategy="no", use_cpu=True, learning_rate=0.05
)
trainer = Trainer(Line(Config()), arguments, train_dataset=rows, eval_dataset=rows)
trainer.train()

import json
import os

with open(os.environ["TEST_HISTORY"], "w") as file:
    json.dump(trainer.state.log_history, file)

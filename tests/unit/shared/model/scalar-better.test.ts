import { describe, expect, it } from 'vitest';
import { bestsOf, outcomeOf } from '@shared/model/run-scalars';
import { betterOf } from '@shared/model/scalar-better';

describe('which way a scalar is better', () => {
  it.each([
    'loss',
    'val_loss',
    'train/loss_epoch',
    'box_loss',
    'train/cls_loss',
    'eval/perplexity',
    'mean_absolute_error',
    'root_mean_squared_error',
    'wer',
    'val_rmse',
    'error_rate',
    'binary_crossentropy',
    'valLoss',
    'loss_1',
  ])('is lower of %s', (name) => expect(betterOf(name, {})).toBe('lower'));

  it.each([
    'accuracy',
    'val_acc',
    'eval_accuracy',
    'sparse_categorical_accuracy',
    'metrics/mAP50-95(B)',
    'val/mAP50',
    'f1_score',
    'eval_f1',
    'test/auc',
    'rollout/ep_rew_mean',
    'rouge1',
    'top_5_accuracy',
    'macro_f1',
    'mean_iou',
  ])('is higher of %s', (name) => expect(betterOf(name, {})).toBe('higher'));

  it.each([
    'lr',
    'learning_rate',
    'loss_scale',
    'grad_norm',
    'epoch',
    'it/s',
    'step_time',
    'map_location',
    'temperature',
    'loss (running mean)',
    'samples',
    '准确率',
  ])('is neither of %s', (name) => expect(betterOf(name, {})).toBeNull());

  it('is what the run says, whatever the name tells', () => {
    expect(betterOf('loss_ratio', { loss_ratio: { better: 'higher' } })).toBe('higher');
    expect(betterOf('reward', { reward: { better: 'lower' } })).toBe('lower');
    expect(betterOf('my_loss', { my_loss: { unit: 'nats' } })).toBe('lower');
  });
});

describe('the best of a run', () => {
  it('is told with the step at which it was reached first', () => {
    const extremes = {
      val_loss: { min: 0.2, max: 3, minStep: 400, maxStep: 0 },
      val_acc: { min: 0.1, max: 0.9, minStep: 0, maxStep: 300 },
    };
    expect(bestsOf({ extremes, result: null, declared: {} })).toEqual({
      val_loss: { value: 0.2, step: 400 },
      val_acc: { value: 0.9, step: 300 },
    });
    expect(bestsOf({ extremes, result: { val_loss: 0.1, val_acc: 0.5 }, declared: {} })).toEqual({
      val_loss: { value: 0.1, step: null },
      val_acc: { value: 0.9, step: 300 },
    });
  });

  it('of a run of before stands without a step', () => {
    expect(bestsOf({ extremes: { loss: { min: 1, max: 2 } }, result: null, declared: {} })).toEqual({ loss: { value: 1, step: null } });
  });
});

describe('the figure that a run is known by', () => {
  const of = (scalars: Record<string, number>, best: Record<string, number> = {}) => ({
    loss: outcomeOf({ scalars, best }, 'loss'),
    accuracy: outcomeOf({ scalars, best }, 'accuracy'),
  });

  it('is that of the test, else the best validation, else the newest of training', () => {
    expect(of({ 'train/loss': 3, 'val/loss': 2, 'test/loss': 1, accuracy: 0.5 }, { 'val/loss': 1.5 })).toEqual({
      loss: { name: 'test/loss', value: 1, isBest: false },
      accuracy: { name: 'accuracy', value: 0.5, isBest: false },
    });
    expect(of({ loss: 3, val_loss: 2, val_accuracy: 0.7 }, { loss: 3, val_loss: 1.5, val_accuracy: 0.8 })).toEqual({
      loss: { name: 'val_loss', value: 1.5, isBest: true },
      accuracy: { name: 'val_accuracy', value: 0.8, isBest: true },
    });
    expect(of({ eval_loss: 2 }, { eval_loss: 1 }).loss).toEqual({ name: 'eval_loss', value: 1, isBest: true });
    expect(of({ 'train/loss': 3 }, { 'train/loss': 1 }).loss).toEqual({ name: 'train/loss', value: 3, isBest: false });
    expect(of({ 'evaluate/loss': 4, val_loss: 2 }, { val_loss: 2 }).loss).toMatchObject({ name: 'evaluate/loss' });
  });

  it('is of a whole epoch before the mean so far, and never of another quantity', () => {
    expect(of({ 'loss (running mean)': 9, loss: 3 }).loss).toMatchObject({ name: 'loss', value: 3 });
    expect(of({ 'loss (running mean)': 9 }).loss).toMatchObject({ value: 9 });
    expect(of({ box_loss: 1, loss_scale: 5, acc_top1: 0.5 })).toEqual({ loss: null, accuracy: null });
    expect(of({ sparse_categorical_accuracy: 0.5 }).accuracy).toMatchObject({ value: 0.5 });
    expect(of({})).toEqual({ loss: null, accuracy: null });
  });
});

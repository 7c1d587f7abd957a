import { z } from 'zod';

/** The names of columns. */
const columns = z.array(z.string().min(1).max(400)).min(1).max(4_096);
const share = z.number().min(0).max(1);

/**
 * What is done to the rows of a version, one step after another. What a step has to know of the values (a mean, the classes) it
 * learns from the training part alone.
 */
export const DataStep = z.discriminatedUnion('do', [
  z.object({ do: z.literal('drop-columns'), columns }),
  /** Rows in which one of these columns has no value. */
  z.object({ do: z.literal('drop-missing'), columns }),
  /** Rows that repeat an earlier one in all columns. */
  z.object({ do: z.literal('drop-duplicates') }),
  /** Texts and categories that are numbers; what is none is missing. */
  z.object({ do: z.literal('to-number'), columns }),
  /** Missing values, by the mean, median or most frequent value, that of the row before, or a given one. */
  z.object({
    do: z.literal('fill'),
    columns,
    with: z.union([
      z.enum(['mean', 'median', 'most-frequent', 'previous']),
      z.object({ value: z.union([z.number(), z.string().max(400)]) }),
    ]),
  }),
  /** Numbers beyond these quantiles are set to them. */
  z.object({ do: z.literal('clip'), columns, low: share, high: share }).refine(({ low, high }) => low < high, 'low must be below high'),
  /** A category or text as numbers: a column of 0 and 1 a class, or the number of its class. A class that training did not have is none of them, and has no number. */
  z.object({ do: z.literal('encode'), columns, as: z.enum(['one-hot', 'codes']) }),
  /** Numbers: mean 0 and deviation 1; 0 to 1; or median 0 and interquartile range 1. */
  z.object({ do: z.literal('normalise'), columns, as: z.enum(['standard', 'min-max', 'robust']) }),
  /** A text as `length` numbers: 0 fills up, 1 is what training did not have, from 2 on the most frequent words or characters. */
  z.object({
    do: z.literal('tokenise'),
    columns,
    by: z.enum(['word', 'character']),
    vocabulary: z.number().int().min(1).max(100_000),
    length: z.number().int().min(1).max(10_000),
  }),
]);
export type DataStep = z.infer<typeof DataStep>;
export type StepId = DataStep['do'];
export const stepIds = DataStep.options.map((option) => option.shape.do.value) as readonly StepId[];

/** What a step learned of each column, by its name. */
export const StepFit = z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number()), z.array(z.string()), z.null()]));
export type StepFit = z.infer<typeof StepFit>;
export const FittedStep = z.object({ step: DataStep, fit: StepFit });
export type FittedStep = z.infer<typeof FittedStep>;

export const splitMethods = ['random', 'stratified', 'time', 'group'] as const;
/**
 * Which rows are for training, validation and test. Stratified: each class of the column in the same share. Time: the newest rows by
 * the column are the test part. Group: rows of one value of the column are never parted.
 */
export const DataSplit = z
  .object({
    method: z.enum(splitMethods),
    /** Null only for a random one. */
    column: z.string().min(1).max(400).nullable(),
    validation: z.number().min(0).max(0.9),
    test: z.number().min(0).max(0.9),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1),
  })
  .refine(({ validation, test }) => validation + test > 0 && validation + test < 1, 'validation and test together are above 0 and below 1')
  .refine(({ method, column }) => method === 'random' || column !== null, 'this split needs a column');
export type DataSplit = z.infer<typeof DataSplit>;

/** What is done to an image, or to a vector of two dimensions, each time training sees it. Never to what a model is tested on. */
export const Augmentation = z.discriminatedUnion('do', [
  /** By up to so much of the height and width, either way. */
  z.object({ do: z.literal('shift'), most: z.number().positive().max(1) }),
  /** By up to so many degrees, either way. */
  z.object({ do: z.literal('rotate'), most: z.number().positive().max(180) }),
  /** Larger or smaller by up to this share. */
  z.object({ do: z.literal('zoom'), most: z.number().positive().max(0.9) }),
  /** Left for right, every second time. */
  z.object({ do: z.literal('flip') }),
  /** Of this deviation, as a share of the range of values. */
  z.object({ do: z.literal('noise'), deviation: z.number().positive().max(1) }),
  /** One band of up to so many rows and one of so many columns set to the mean (SpecAugment, Park et al. 2019). */
  z.object({ do: z.literal('mask'), rows: z.number().int().min(0).max(512), columns: z.number().int().min(0).max(512) }),
]);
export type Augmentation = z.infer<typeof Augmentation>;

/** How a version is made of another. */
export const DataRecipe = z.object({
  /** Null = as its parent is split. */
  split: DataSplit.nullable().default(null),
  steps: z.array(DataStep).max(100).default([]),
  augment: z.array(Augmentation).max(20).default([]),
  /** Null = as its parent's, as far as that is still there. */
  target: z.string().min(1).max(400).nullable().default(null),
});
export type DataRecipe = z.infer<typeof DataRecipe>;

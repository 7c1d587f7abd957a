import { z } from 'zod';
import { MetricDefinition } from './metric';

/** What a run says of one of its scalars; each part may be left out. */
export const ScalarDeclaration = MetricDefinition.pick({ unit: true, digits: true, better: true })
  .extend({
    /** As people call it. */
    label: MetricDefinition.shape.name,
    /** Where its values lie, both inclusive: the axis shows all of it. Those outside are recorded too. */
    range: z.tuple([z.number(), z.number()]).readonly(),
  })
  .partial()
  .refine(({ range }) => range === undefined || range[0] < range[1], { path: ['range'], message: 'the lower end comes first' });
export type ScalarDeclaration = Readonly<z.infer<typeof ScalarDeclaration>>;

/** The parts there are. */
export const declarationParts: readonly string[] = Object.keys(ScalarDeclaration.shape);

/** By the scalar's name. */
export type ScalarDeclarations = Readonly<Record<string, ScalarDeclaration>>;

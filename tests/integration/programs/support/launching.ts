import { createChildLauncher } from '../../../../src-main/hosts/child-launcher';
import type { ProcessSpec } from '../../../../src-main/core/jobs/launcher';

// A core reduced to its relation to a program: starts the one whose spec is given, says its pid and what it prints. It is
// there to be killed.
const spec = JSON.parse(process.argv[2] ?? '') as ProcessSpec;
const launched = createChildLauncher({ program: null }).launch(spec, (error) => console.error(error));
console.log(`pid ${launched.pid}`);
launched.onText((_source, text) => process.stdout.write(text));
launched.onDelivered(() => console.log('delivered'));

import { TrainerRequest } from '@shared/contract/trainer';
import { trainerSpec } from '../../../../src-main/core/jobs/launcher';
import { createChildLauncher } from '../../../../src-main/hosts/child-launcher';

// A core reduced to its relation to a trainer: starts the program named first with the request given second, and says
// on stdout the trainer's pid and every line it sends. It is there to be killed.
const [program = '', request = ''] = process.argv.slice(2);
const trainer = createChildLauncher({ program }).launch(trainerSpec(null), (error) => console.error(error));
console.log(`pid ${trainer.pid}`);
trainer.onLine((line) => console.log(line));
trainer.onExit(() => process.exit(0));
trainer.send(JSON.stringify(TrainerRequest.parse(JSON.parse(request))));

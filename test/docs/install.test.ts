import { play } from './play.ts';
import { Stage } from './stage.ts';

const stage = Stage.use({ spokes: ['eu-1', 'us-2'] });

play('docs/install.md', stage);

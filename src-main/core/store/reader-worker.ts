import { serveReader } from './reader-thread';
import { repositories } from './repositories';

serveReader(repositories);

import { serveReader } from '../../../../src-main/core/store/reader-thread';
import { repositories } from '../../../../src-main/core/store/repositories';
import { bookmarks } from './bookmarks';

serveReader({ ...repositories, bookmarks });

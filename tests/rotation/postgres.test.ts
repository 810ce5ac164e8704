import { newPostgres } from '#tests/support/database.ts';
import { storeModel } from './store-model.ts';

storeModel('PostgreSQL', { usual: 120, deep: 600 }, newPostgres);

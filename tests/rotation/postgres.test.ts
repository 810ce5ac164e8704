import { newPostgres } from '#tests/support/database.ts';
import { storeModel } from './store-model.ts';

storeModel('PostgreSQL', 600, newPostgres);

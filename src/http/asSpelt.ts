import express from 'express';

/** For routes that a proxy keeps to itself by their path: Express would answer to that in capitals, or with a slash behind it, as well. */
export const asSpelt = (): express.Router => express.Router({ caseSensitive: true, strict: true });

/** Settings for tests and tools whose many people all come from one address. */
export const unlimited = {
  RATE_LIMIT_GUESTS: '1000000',
  RATE_LIMIT_REQUESTS_USER: '1000000',
  RATE_LIMIT_REQUESTS_ADDRESS: '1000000',
  RATE_LIMIT_LAPSES_USER: '1000000',
  RATE_LIMIT_LAPSES_ADDRESS: '1000000',
  LAPSE_WAIT_S: '0.001',
};

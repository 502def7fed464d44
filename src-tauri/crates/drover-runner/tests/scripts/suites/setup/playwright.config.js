const port = process.env.OWN_PORT;

module.exports = {
  globalSetup: './global-setup.js',
  globalTeardown: './global-teardown.js',
  reporter: '../../reporter.cjs',
  webServer: { command: `node server.cjs`, url: `http://127.0.0.1:${port}/`, reuseExistingServer: false },
};

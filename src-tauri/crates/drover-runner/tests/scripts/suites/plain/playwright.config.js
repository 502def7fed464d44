module.exports = {
  testDir: 'tests',
  reporter: '../../reporter.cjs',
  use: { baseURL: process.env.SITE },
  projects: [{ name: 'desktop' }, { name: 'small', use: { viewport: { width: 390, height: 640 } }, grep: /fits/ }],
};

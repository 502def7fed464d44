module.exports = { fullyParallel: true, workers: 3, reporter: '../../reporter.cjs', use: { baseURL: process.env.SITE } };

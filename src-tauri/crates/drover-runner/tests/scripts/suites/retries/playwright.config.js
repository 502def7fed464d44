module.exports = { retries: 2, reporter: '../../reporter.cjs', use: { baseURL: process.env.SITE } };
